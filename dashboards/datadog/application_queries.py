"""Queries of Datadog's dashboards that no signal asks, of what applications send and of their containers and databases.

Tags of database monitoring (`query_signature`, `db`) are those of DataDog/integrations-core, postgres/metadata.csv and statements.py;
`kubernetes.*` are those of kubelet/metadata.csv.
"""

from catalog.catalog import Subject
from dashboards.datadog.reading import Reader

_HOUR, _DAY = 3600, 86400


def matches(reader: Reader, service: Subject) -> str:
    """Matches of an hour, by how they ended."""
    return reader.read(service, "dogstatsd", "sum:skillforge.job_matches", by=("status",), points=_counted(_HOUR))


def disk(reader: Reader, service: Subject) -> str:
    """Bytes that a service's pods keep on their nodes' disks."""
    return reader.read(service, "kubernetes", "sum:kubernetes.ephemeral_storage.usage")


def completed(reader: Reader, service: Subject) -> str:
    """Inferences a second that succeed, by model."""
    counted = "sum:ai_model_inference.count"
    return reader.read(service, "openmetrics", counted, "status:success", by=("model_name",), points=".as_rate()")


def failures_by_type(reader: Reader, service: Subject) -> str:
    """Inferences a second that fail, by model and how they failed."""
    counted = "sum:ai_model_inference.count"
    return reader.read(service, "openmetrics", counted, "!status:success", by=("model_name", "status"), points=".as_rate()")


def top_categories(reader: Reader, service: Subject) -> str:
    """The ten categories of which most skills are extracted, a second."""
    found = reader.read(service, "dogstatsd", "sum:skillforge.extracted_skills", by=("category",), points=".as_rate()")
    return f"top({found}, 10, 'mean', 'desc')"


def feature_uses(reader: Reader, service: Subject) -> str:
    """Uses of an hour, by feature: the ten most used."""
    found = reader.read(service, "dogstatsd", "sum:skillforge.feature.uses", by=("feature",), points=_counted(_HOUR))
    return f"top({found}, 10, 'sum', 'desc')"


def slow_statements(reader: Reader, database: Subject) -> str:
    """Seconds that the ten costliest statements took altogether."""
    found = reader.read(database, "integration", "sum:postgresql.queries.time", by=("query_signature",), points=".as_count()")
    return f"top({found} / 1000000000, 10, 'sum', 'desc')"


def statement_times(reader: Reader, database: Subject) -> str:
    """Seconds that one execution takes, of the ten slowest statements."""
    by = ("query_signature",)
    time, count = (
        reader.read(database, "integration", f"sum:postgresql.queries.{what}", by=by, points=".as_count()") for what in ("time", "count")
    )
    return f"top({time} / {count} / 1000000000, 10, 'mean', 'desc')"


def paths(reader: Reader, service: Subject, what: str) -> str:
    """Learning paths of a day: `starts` or `completions`."""
    return reader.read(service, "openmetrics", f"sum:learning_path_{what}.count", points=_counted(_DAY))


def refused(reader: Reader, service: Subject, status: str) -> str:
    """Requests a second that were answered with this status."""
    label = f"{service.http.status_label}:{status}"
    return reader.read(service, "openmetrics", "sum:http_requests.count", label, points=".as_rate()")


def _counted(seconds: int) -> str:
    return f".as_count().rollup(sum, {seconds})"
