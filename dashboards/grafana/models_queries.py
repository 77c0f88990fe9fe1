"""Queries on AI models that no signal asks: throughput, failures by type, categories, and each model's own latency."""

from catalog.catalog import Subject
from catalog.model import Application
from dashboards.model import Query
from rendering import promql

_WINDOW = "$__rate_interval"


def completed(service: Subject) -> Query:
    """Inferences a second that succeed."""
    done = f'rate(ai_model_inference_total{{{_of(service)},status="success"}}[{_WINDOW}])'
    return Query(f"sum by (model_name) ({done})", "{{model_name}}")


def failures_by_type(service: Subject) -> Query:
    """Inferences a second that fail, by model and how they failed."""
    failed = f'rate(ai_model_inference_total{{{_of(service)},status!="success"}}[{_WINDOW}])'
    return Query(f"sum by (model_name, status) ({failed})", "{{model_name}} {{status}}")


def top_categories(service: Subject) -> Query:
    """The ten categories of which most skills are extracted, a second."""
    found = f"rate(skillforge_extracted_skills_total{{{_of(service)}}}[1h])"
    return Query(f"topk(10, sum by (category) ({found}))", "{{category}}")


def requests_by_outcome(application: Application) -> Query:
    """Calls of models a second, by model, provider and how they ended."""
    made = f"rate(ai_requests_total{{{_chosen(application)}}}[{_WINDOW}])"
    return Query(f"sum by (model, provider, status) ({made})", "{{model}} {{provider}} {{status}}")


def request_latency(application: Application, quantile: str) -> Query:
    """A quantile of the calls of each model, over all services that are chosen."""
    buckets = f"sum by (model, provider, le) (rate(ai_request_duration_seconds_bucket{{{_chosen(application)}}}[{_WINDOW}]))"
    return Query(f"histogram_quantile({quantile}, {buckets})", f"p{quantile[2:].ljust(2, '0')} {{{{model}}}} {{{{provider}}}}")


def requests_by_service(application: Application) -> Query:
    """Calls of models a second, by the service that makes them."""
    return Query(f"sum by (service) (rate(ai_requests_total{{{_chosen(application)}}}[{_WINDOW}]))", "{{service}}")


def _chosen(application: Application) -> str:
    return f'{promql.selector({"application": application.application})},service=~"$service"'


def _of(service: Subject) -> str:
    return promql.selector(service.labels)
