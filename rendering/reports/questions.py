"""What a report asks of a Prometheus, all with one name each; the expressions are those of the rules and dashboards, over another time."""

from dataclasses import dataclass
from typing import Literal

from catalog.catalog import Catalog
from catalog.signal import PrometheusQuery
from rendering import measures, promql
from rendering.reports.month import Month
from rendering.site import Site

KINDS: tuple[Literal["service", "dependency"], ...] = ("service", "dependency")
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
DEPLOYED = {"deployment_success": "the pipeline", "rollout_success": "the cluster"}
"""Signals that say which share of deployments succeeded, and whose word that is; services that have one as a target are asked for it."""
_MEAN = "avg("
_SINCE = "5m"
"""Steps in which the first sample is looked for: as long as Prometheus takes an old one for the newest."""


@dataclass(frozen=True)
class Question:
    """An expression, asked of the month's end; or, `daily`, of the end of each of its days."""

    expression: str
    daily: bool = False


def questions(catalog: Catalog, site: Site, application: str, month: Month) -> dict[str, Question]:
    """All that a report on one application asks.

    A store that several clusters write to labels their series with `cluster`, a Prometheus of its own does not: both are meant.
    """
    window, where = f"{month.seconds}s", f'cluster=~"{site.cluster}|"'
    its = f"{promql.selector({'application': application})},{where}"
    known = f"alert:known:info{{{its}}}"
    asked = {f"{kind}:{what}": expression for kind in KINDS for what, expression in _availability(kind, its, window).items()}
    asked |= {
        "slo:bad": measures.bad_ratio(f"slo:bad_events:rate5m{{{its}}}", f"slo:all_events:rate5m{{{its}}}", "", window),
        **{f"requests:{name}": measures.quantile(share, its, window) for name, share in QUANTILES.items()},
        "requests:rate": measures.throughput(its, window),
        "requests:failed": measures.failed(its, window),
        **{f"{what}:{over}": measures.used(what, over, its, window) for what in ("cpu", "memory") for over in ("avg", "max")},
        "disk:max": measures.disk(f'application="platform",{where}', window),
        **{f"alerts:{what}": _by_alert(measures.alerts(what, its, window)) for what in ("ended", "ended_soon", "unfounded")},
        "alerts:seconds": _by_alert(f"sum_over_time(alert:ended:seconds{{{its}}}[{window}])"),
        "alerts:pages": _by_alert(measures.alerts("ended", f'{its},pages="true"', window)),
        "alerts:known": f"count(count by (alertname, severity) (max_over_time({known}[{window}])))",
        "alerts:fired": f"count(count by (alertname, severity) (count_over_time(alert:fired:timestamp{{{its}}}[{window}])))",
        "alerts:firing": f"count(alert:fired:timestamp{{{its}}})",
    }
    asked |= _deployments(catalog, site, application, month, where)
    daily = {f"{kind}:daily": f"avg_over_time({kind}:available:bool{{{its}}}[1d])" for kind in KINDS}
    daily["requests:daily"] = measures.quantile(QUANTILES["p95"], its, "1d")
    return {name: Question(text) for name, text in asked.items()} | {name: Question(text, daily=True) for name, text in daily.items()}


def _availability(kind: str, its: str, window: str) -> dict[str, str]:
    available, undetected = f"{kind}:available:bool{{{its}}}", f"{kind}:undetected:bool{{{its}}}"
    since = f"min_over_time(timestamp({available})[{window}:{_SINCE}])"
    return {**measures.counted(available, undetected, window), "since": since}


def _deployments(catalog: Catalog, site: Site, application: str, month: Month, where: str) -> dict[str, str]:
    """Shares, and how many versions a share is the mean of, by service and signal."""
    asked: dict[str, str] = {}
    for subject in catalog.subjects():
        targets = {each.signal for each in subject.watched.targets.values()}
        for name in DEPLOYED if subject.application.application == application else ():
            query = catalog.signals[name].prometheus if name in targets else None
            if not isinstance(query, PrometheusQuery) or query.value is None:
                continue
            filling = promql.parameters(subject, catalog.signals[name], month.seconds, site)
            filling |= {part: f"{filling[part]},{where}" for part in ("sel", "pods", "ns")}
            share = promql.fill(query.value, filling)
            asked[f"deployments:{subject.name}:{name}"] = share
            if share.startswith(_MEAN):
                asked[f"versions:{subject.name}:{name}"] = f"count({share.removeprefix(_MEAN)}"
    return asked


def _by_alert(expression: str) -> str:
    return f"sum by (alertname, service, dependency, severity) ({expression})"
