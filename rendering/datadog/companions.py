"""What only Datadog can see of an alert's symptom: checks, processes, logs, spans, forecasts and outliers, shown beside the alert.

They notify nobody, since the alert itself has a pager, and link its runbook. Which symptom has which companion stands in tables here.
"""

from collections.abc import Iterator

from catalog.base import Backend, Priority, Severity
from catalog.catalog import PlacedAlert
from catalog.model import Service
from catalog.units import Unit
from rendering.datadog import messages, queries
from rendering.datadog.conditions import Condition, threshold
from rendering.datadog.monitor import CHECK, LOGS, METRIC, PROCESS, TRACES, Monitor, linked, resource_name
from rendering.site import Site

_CHECKS = {
    "postgres_up": "postgres.can_connect",
    "redis_up": "redis.can_connect",
    "nginx_up": "nginx.can_connect",
    "probe_success": "http.can_connect",
    "node_not_ready": "kubernetes_state.node.ready",
}
"""Service checks that say the same (assets/service_checks.json of DataDog/integrations-core)."""
_SEARCHES = {
    "http_error_rate": "status:(error OR critical)",
    "failed_logins": "@event:authentication_failure",
    "security_breaches": "@event:security_breach",
    "suspicious_behaviour": "@event:security_event",
}
"""Logs of a service that tell of the same; thresholds in events a second are multiplied into the window."""
_RUNS = 3
"""Failed runs of a check in a row that are no blip."""
_MOST_RUNS = 100
_WINDOW = 300
_AHEAD, _HISTORY, _ROLLUP = "last_1w", "1w", 3600
"""A forecast: what it shows, what it learns from, seconds a point (docs.datadoghq.com/monitors/types/forecasts/#api)."""
_APART = 3
"""DBSCAN's tolerance: how far from the others counts as an outlier (docs.datadoghq.com/monitors/types/outlier)."""


def companions(placed: PlacedAlert, site: Site) -> Iterator[Monitor]:
    """All that there are for an alert."""
    yield from _check(placed, site)
    yield from _process(placed, site)
    yield from _events(placed, site)
    yield from _forecast(placed, site)
    yield from _outlier(placed, site)


def _monitor(
    placed: PlacedAlert, site: Site, suffix: str, kind: str, query: str, thresholds: dict[str, str], what: str, **options: str
) -> Monitor:
    subject, alert = placed.subject, f"{placed.name}{suffix}"
    tags = messages.alert_tags(subject, alert, placed.team, Severity.INFO, Priority.INFO, site)
    return Monitor(
        resource_name(subject, alert),
        messages.name(alert, subject, site),
        kind,
        query,
        linked(placed.name, subject, site, f"{what}\nShown beside {placed.name}, which tells of it. **Impact**: {placed.alert.impact}"),
        [*tags, f"companion:{placed.name}"],
        messages.PRIORITIES[Priority.INFO],
        placed.name,
        thresholds=thresholds,
        windows=options.get("windows"),
    )


def _check(placed: PlacedAlert, site: Site) -> Iterator[Monitor]:
    """Status of the agent's own check, in a row for as long as the alert holds."""
    check = _CHECKS.get(placed.alert.signal)
    if check is None:
        return
    subject = placed.subject
    interval = subject.watched.runs.interval if isinstance(subject.watched, Service) else subject.watched.interval
    runs = min(max(_RUNS, int(placed.alert.hold // interval)), _MOST_RUNS - 1)
    ingest = "kubernetes" if check.startswith("kubernetes_state") else "integration"
    over = ",".join(f'"{tag}"' for tag in queries.scope(subject, ingest, site).split(","))
    # What stands on no node has no host (`empty_default_hostname` of its checks): the tags that it is asked by make its one group.
    named = ["node"] if ingest == "kubernetes" else [tag.partition(":")[0] for tag in queries.check_tags(subject)]
    by = ",".join(f'"{tag}"' for tag in named)
    query = f'"{check}".over({over}).by({by}).last({runs + 1}).count_by_status()'
    yield _monitor(
        placed, site, "Check", CHECK, query, {"critical": str(runs), "warning": "1", "ok": "1"}, f"The agent's check {check} fails."
    )


def _process(placed: PlacedAlert, site: Site) -> Iterator[Monitor]:
    """A service that is down has no processes; one whose metrics alone are gone has."""
    if placed.alert.signal != "up" or not isinstance(placed.subject.watched, Service):
        return
    over = ",".join(f"'{tag}'" for tag in queries.scope(placed.subject, "kubernetes", site).split(","))
    query = f"processes('').over({over}).rollup('count').last('5m') < 1"
    yield _monitor(placed, site, "Process", PROCESS, query, {"critical": "1"}, "None of its processes runs on any host.")


def _events(placed: PlacedAlert, site: Site) -> Iterator[Monitor]:
    """Logs and failed spans in numbers that the alert's own threshold allows in its window."""
    service, search = placed.subject.watched, _SEARCHES.get(placed.alert.signal)
    if search is None or not isinstance(service, Service) or placed.alert.above is None:
        return
    limit = placed.signal.unit.parse(placed.alert.above)
    window = max(placed.alert.window or placed.signal.window, _WINDOW)
    if placed.signal.unit is Unit.PER_SECOND:
        limit *= window
    named = f"env:{site.environment} service:{service.identity.datadog}"
    last = queries.window(window).removeprefix("last_")
    compared = f'.rollup("count").last("{last}") > {threshold(limit)}'
    if Backend.DATADOG in service.collect.logs:
        query = f'logs("{named} {search}").index("*"){compared}'
        yield _monitor(placed, site, "Logs", LOGS, query, {"critical": threshold(limit)}, "Its logs tell of the same.")
    if Backend.DATADOG in service.collect.traces and placed.alert.signal == "http_error_rate":
        query = f'trace-analytics("{named} status:error").index("trace-search", "djm-search"){compared}'
        yield _monitor(placed, site, "Traces", TRACES, query, {"critical": threshold(limit)}, "So many of its spans fail.")


def _forecast(placed: PlacedAlert, site: Site) -> Iterator[Monitor]:
    """Of a disk: whether it will be as full as the alert says within a day, if it goes on as in the last week."""
    if placed.alert.signal not in ("node_disk_free", "node_disk_used"):
        return
    above = placed.alert.above is not None
    limit = placed.signal.unit.parse(placed.alert.above if above else placed.alert.below)
    expression = queries.expression(placed.subject, placed.signal, site)
    options = f"'linear', 1, interval={_ROLLUP}, history='{_HISTORY}', model='default'"
    forecast = Condition(
        f"{'max' if above else 'min'}({_AHEAD}):forecast({expression}, {options})",
        ">=" if above else "<=",
        limit,
        limit * (0.95 if above else 1.1),
    )
    yield _monitor(
        placed,
        site,
        "Forecast",
        METRIC,
        forecast.text,
        forecast.thresholds,
        f"At last week's pace it comes to that: {messages.limit(placed)}.",
    )


def _outlier(placed: PlacedAlert, site: Site) -> Iterator[Monitor]:
    """Of a latency that is compared with its own past: one pod that is slower than its siblings."""
    if placed.alert.baseline is None or placed.alert.statistic is None:
        return
    expression = queries.grouped_by(queries.expression(placed.subject, placed.signal, site, "average"), ("pod_name",))
    window = queries.window(max(placed.alert.hold, 1800))
    query = f"avg({window}):outliers({expression}, 'DBSCAN', {_APART}) > 0"
    yield _monitor(placed, site, "Outlier", METRIC, query, {"critical": "0"}, "One pod is slower than the others.")
