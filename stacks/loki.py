"""Loki for one environment, and the log files that agents read wherever there are agents; nothing of Loki where it is off."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.catalog import Catalog
from components import loki, loki_edges
from components.context import Context
from rendering.document import Document
from rendering.loki import places
from rendering.loki.configuration import configuration
from rendering.otel.logs import LogsRoute
from stacks.settings import Settings

Conflict = tuple[str, str, str, str]
_LEAST_KEPT = 86_400
"""Seconds: Loki deletes by days."""


@dataclass(frozen=True)
class Records:
    """Documents by the component that registers them, and the edges of them in each namespace."""

    loki: list[Document]
    logging_edges: list[Document]
    monitoring_edges: list[Document]
    endpoint: str | None
    """Where Grafana asks; None where there is no Loki."""


def records(settings: Settings, context: Context, catalog: Catalog, rules: dict[str, str]) -> Records:
    """What an environment has of Loki; `rules` are its ruler's files."""
    given = settings.loki
    if given is None or settings.logs is None:
        return Records([], [], [], None)
    return Records(
        loki=loki.documents(context, given, configuration(catalog, settings.site, settings.logs, given), rules),
        logging_edges=loki_edges.logging(context, given),
        monitoring_edges=loki_edges.monitoring(context),
        endpoint=endpoint(settings),
    )


def endpoint(settings: Settings) -> str | None:
    """Where Grafana asks for records; None where there is no Loki."""
    return places.query(settings.loki, settings.site.namespaces) if settings.loki else None


def route(settings: Settings, context: Context) -> LogsRoute | None:
    """Whose log files agents read: applications' own. They are counted everywhere, and sent where there is a Loki."""
    if not context.applications:
        return None
    kept = settings.logs.redact_emails if settings.logs else settings.traces is None or settings.traces.redact_emails
    sent = places.push(settings.loki, settings.site.namespaces) if settings.loki else None
    return LogsRoute(context.applications, sent, redact_emails=kept)


def conflicts(settings: Settings) -> Iterator[Conflict]:
    """Key, value, reason and remedy of what does not fit together."""
    given, logs = settings.loki, settings.logs
    if given is None:
        return
    if settings.traces is None:
        yield "loki", given.storage, "nobody sends it records: agents come with traces", "set traces, or leave loki out"
    if logs is None:
        yield "loki", given.storage, "nobody has said how long records are kept", "set logs.retention, or leave loki out"
    else:
        for application, kept in logs.applications.items():
            for dataset, seconds in kept.items():
                if seconds < _LEAST_KEPT:
                    key = f"logs.applications.{application}.{dataset}"
                    yield key, f"{seconds / 3600:g}h", "Loki keeps records for a day at least", "at least 1d"
    for target in places.targets(given):
        replicas = given.processes(target).replicas
        if replicas > 1 and settings.cluster.zones == 1:
            reason = "all replicas would stand in one zone and fall with it"
            yield f"loki.{target}.replicas", str(replicas), reason, "set cluster.zones to the zones that nodes stand in, or take 1"
