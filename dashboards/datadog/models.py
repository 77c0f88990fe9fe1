"""How AI models do: what is loaded, how fast they answer, what they take, how good they are, and what they extract."""

from catalog.catalog import Subject
from catalog.model import Application
from catalog.units import Unit
from dashboards.datadog import application_queries as queries
from dashboards.datadog import shared
from dashboards.datadog.model import Widget
from dashboards.datadog.panels import named, panel, shown
from dashboards.datadog.reading import Reader
from dashboards.model import Dashboard, Row

_OWN = "inference_rate"
_PREDICTIONS = ("predictions", "prediction_accuracy", "federated_rounds", "quantum_optimizations")
_CALLED = ("ai_requests", "ai_request_latency", "ai_request_errors", "ai_request_failures")
_TITLES = {
    "inference_latency": "Inference latency: p50, p95, p99",
    "inference_queue_time": "Queue time: p50, p95, p99",
    "inference_rate": "Request rate by model",
    "model_comparison": "A/B comparison",
    "model_cache_hits": "Cache hit rate",
    "gpu_used": "GPU",
    "gpu_memory": "GPU memory",
    "model_memory": "Memory by model",
}


def dashboards(reader: Reader) -> list[tuple[Application, Dashboard]]:
    """One for each application that runs or calls models."""
    found = ((each, _rows(reader, each)) for each in reader.applications)
    return [(application, _dashboard(reader, application, rows)) for application, rows in found if any(row.panels for row in rows)]


def _dashboard(reader: Reader, application: Application, rows: list[Row]) -> Dashboard:
    said = f"Models that {application.title} runs or calls: speed, failures, what they take, and how good they are."
    return shared.dashboard(reader, application, "models", "AI models", said, *rows)


def _rows(reader: Reader, application: Application) -> list[Row]:
    found = [row for service in reader.holders(application, _OWN) for row in _own(reader, service)]
    return [
        *found,
        Row("Calls of models", shown(reader, application, _CALLED)),
        Row("Predictions", shown(reader, application, _PREDICTIONS)),
    ]


def _own(reader: Reader, service: Subject) -> tuple[Row, ...]:
    done = named(
        "Throughput", "Inferences a second that succeed, by model.", Unit.PER_SECOND, queries.completed(reader, service), stacked=True
    )
    failed = named(
        "Errors by model and type",
        "Inferences a second that fail, by model and how they failed.",
        Unit.PER_SECOND,
        queries.failures_by_type(reader, service),
        stacked=True,
    )
    return (
        Row("Loaded and ready", _loaded(reader, service)),
        Row("Speed", (*_shown(reader, service, _OWN, "inference_latency", "inference_queue_time"), done)),
        Row("Errors and cache", (failed, *_shown(reader, service, "inference_errors", "inference_timeouts", "model_cache_hits"))),
        Row("GPU and memory", _shown(reader, service, "gpu_used", "gpu_memory", "model_memory")),
        Row(
            "Accuracy and drift",
            _shown(reader, service, "model_accuracy", "model_drift", "model_precision", "model_recall", "model_comparison"),
        ),
        Row("What they extract", _extracted(reader, service)),
    )


def _loaded(reader: Reader, service: Subject) -> tuple[Widget, ...]:
    titles = {"models_loaded": "Models loaded", "models_ready": "Models ready"}
    stats = [
        panel(reader, service, name, kind="stat").but(title=title, height=6)
        for name, title in titles.items()
        if reader.shows(service, name)
    ]
    return (*stats, *(each.but(height=6) for each in _shown(reader, service, "match_ratio", "recommendation_quality")))


def _extracted(reader: Reader, service: Subject) -> tuple[Widget, ...]:
    if not reader.shows(service, "extracted_skills"):
        return ()
    skills = panel(reader, service, "extracted_skills", kind="bars").but(title="Top extracted skills")
    categories = named(
        "Top extracted categories",
        "The ten categories of which most skills are extracted, a second.",
        Unit.PER_SECOND,
        queries.top_categories(reader, service),
        kind="bars",
    )
    return (skills, categories, *_shown(reader, service, "extraction_accuracy"))


def _shown(reader: Reader, service: Subject, *names: str) -> tuple[Widget, ...]:
    found = ((name, panel(reader, service, name)) for name in names if reader.shows(service, name))
    return tuple(each.but(title=_TITLES.get(name, each.title)) for name, each in found)
