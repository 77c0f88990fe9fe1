"""How AI models do: own ones (loaded, latency, queue, GPU, quality), and calls of other people's by model and provider."""

from catalog.catalog import Subject
from catalog.model import Application
from catalog.units import Unit
from dashboards.grafana import models_queries as queries
from dashboards.grafana import topics
from dashboards.model import Dashboard, Panel, Row
from dashboards.naming import uid
from dashboards.panels import panel
from dashboards.reading import Reader

_OWN, _CALLED = "inference_rate", "ai_requests"
"""The signals that say whether an application runs models itself, and whether it calls some."""
_PREDICTIONS = ("predictions", "prediction_accuracy", "federated_rounds", "quantum_optimizations")
_RARELY_FAILS = "no inference failed in this time"


def dashboards(reader: Reader) -> list[Dashboard]:
    """One for each application that runs or calls models."""
    found = ((application, _rows(reader, application)) for application in topics.applications(reader))
    return [_dashboard(reader, application, rows) for application, rows in found if rows]


def _dashboard(reader: Reader, application: Application, rows: tuple[Row, ...]) -> Dashboard:
    return Dashboard(
        uid("models", application.application),
        f"{application.title}: AI models",
        f"Models that {application.title} runs or calls: speed, failures, what they take, and how good they are.",
        application.application,
        rows,
        tags=("models", application.application),
        variables=topics.services(application, reader.parts(application)),
        links=topics.links(reader, application, "models"),
    )


def _rows(reader: Reader, application: Application) -> tuple[Row, ...]:
    found: list[Row] = []
    for number, service in enumerate(topics.holders(reader, application, _OWN)):
        found += _own(reader, service, first=number == 0)
    if topics.holders(reader, application, _CALLED):
        found.append(Row("Calls of models", _called(reader, application)))
    found.append(Row("Predictions", topics.panels(reader, application, _PREDICTIONS)))
    return topics.page(*found)


def _own(reader: Reader, service: Subject, *, first: bool) -> tuple[Row, ...]:
    """Models of one service; those of a second one are asked when they are opened."""
    return (
        Row(f"{service.name}: loaded and ready", _state(reader, service), collapsed=not first),
        Row(f"{service.name}: speed", _speed(reader, service), collapsed=not first),
        Row(f"{service.name}: errors and cache", _failures(reader, service), collapsed=not first),
        Row(f"{service.name}: GPU and memory", _shown(reader, service, ("gpu_used", "gpu_memory", "model_memory")), collapsed=not first),
        Row(f"{service.name}: accuracy and drift", _quality(reader, service), collapsed=not first),
        Row(f"{service.name}: what they extract", _extracted(reader, service), collapsed=True),
    )


def _state(reader: Reader, service: Subject) -> tuple[Panel, ...]:
    sized = (("models_loaded", "Models loaded"), ("models_ready", "Models ready"))
    stats = tuple(
        panel(reader, service, name, kind="stat").but(title=title, width=4, height=6)
        for name, title in sized
        if reader.shows(service, name)
    )
    return (
        *stats,
        panel(reader, service, _OWN).but(title="Request rate by model", height=6),
        Panel(
            "Throughput",
            "Inferences a second that succeed, by model.",
            Unit.PER_SECOND,
            (queries.completed(service),),
            height=6,
            stacked=True,
        ),
    )


def _speed(reader: Reader, service: Subject) -> tuple[Panel, ...]:
    return tuple(
        panel(reader, service, name).but(title=title, width=12)
        for name, title in (
            ("inference_latency", "Inference latency: p50, p95, p99"),
            ("inference_queue_time", "Queue time: p50, p95, p99"),
        )
        if reader.shows(service, name)
    )


def _failures(reader: Reader, service: Subject) -> tuple[Panel, ...]:
    ratios = _shown(reader, service, ("inference_errors", "inference_timeouts", "model_cache_hits"))
    return (
        Panel(
            "Errors by model and type",
            "Inferences a second that fail, by model and how they failed.",
            Unit.PER_SECOND,
            (queries.failures_by_type(service),),
            stacked=True,
            width=6,
            empty=_RARELY_FAILS,
        ),
        *(each.but(width=6) for each in ratios),
    )


def _quality(reader: Reader, service: Subject) -> tuple[Panel, ...]:
    found = _shown(reader, service, ("model_accuracy", "model_precision", "model_recall", "model_drift"))
    compared = tuple(
        each.but(title="A/B comparison", width=24, height=6, empty="no two variants were compared often enough within a day")
        for each in _shown(reader, service, ("model_comparison",))
    )
    return (*(each.but(width=6) for each in found), *compared)


def _extracted(reader: Reader, service: Subject) -> tuple[Panel, ...]:
    skills = _shown(reader, service, ("extracted_skills",))
    if not skills:
        return ()
    return (
        *(each.but(title="Top extracted skills", kind="bars") for each in skills),
        Panel(
            "Top extracted categories",
            "The ten categories of which most skills are extracted, a second over an hour.",
            Unit.PER_SECOND,
            (queries.top_categories(service),),
            kind="bars",
        ),
        *_shown(reader, service, ("extraction_accuracy", "recommendation_quality", "match_ratio")),
    )


def _called(reader: Reader, application: Application) -> tuple[Panel, ...]:
    return (
        Panel(
            "AI request rate by model and provider",
            "Calls of models a second, by model, provider and how they ended.",
            Unit.PER_SECOND,
            (queries.requests_by_outcome(application),),
            stacked=True,
            width=12,
        ),
        Panel(
            "AI request rate by service",
            "Calls of models a second, by the service that makes them.",
            Unit.PER_SECOND,
            (queries.requests_by_service(application),),
            width=12,
        ),
        Panel(
            "AI request latency: p50, p95, p99",
            "Half, 95 and 99 of a hundred calls of a model take less than this.",
            Unit.SECONDS,
            tuple(queries.request_latency(application, quantile) for quantile in ("0.5", "0.95", "0.99")),
            width=12,
        ),
        *(each.but(width=12) for each in topics.panels(reader, application, ("ai_request_errors", "ai_request_failures"))),
    )


def _shown(reader: Reader, service: Subject, names: tuple[str, ...]) -> tuple[Panel, ...]:
    return tuple(panel(reader, service, name) for name in names if reader.shows(service, name))
