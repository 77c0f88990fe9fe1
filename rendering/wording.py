"""What an alert says to the person who gets it: in the signal's unit, with what users suffer and what to do first."""

import re

from catalog.catalog import PlacedAlert, Subject
from catalog.units import Unit, duration_text
from rendering.dashboard_links import dashboard_url
from rendering.site import Site

HUMAN = {
    Unit.RATIO: "{{ $value | humanizePercentage }}",
    Unit.SECONDS: "{{ $value | humanizeDuration }}",
    Unit.BYTES: "{{ $value | humanize1024 }}B",
    Unit.PER_SECOND: '{{ printf "%.3g" $value }}/s',
    Unit.COUNT: "{{ $value | humanize }}",
    Unit.STATE: "{{ $value }} (1: yes, 0: no)",
    Unit.SCORE: '{{ printf "%.2f" $value }} of 5',
    Unit.CURRENCY: "{{ $value | humanize }}",
}

_STATISTICS = {"p50": "median", "p95": "95th percentile", "p99": "99th percentile", "average": "average"}


def annotations(placed: PlacedAlert, by: tuple[str, ...], site: Site) -> dict[str, str]:
    """Summary, description and runbook of an alert; `by` are the labels that it fires for one by one."""
    alert, signal = placed.alert, placed.signal
    found = "".join(f", {label} {{{{ $labels.{label} }}}}" for label in by)
    what = f"{_STATISTICS[alert.statistic]} of the {signal.title}" if alert.statistic else signal.title
    sentence = f"{what[0].upper()}{what[1:]}: {HUMAN[signal.unit]}; alerts {condition(placed)}{_hold(alert.hold)}."
    return {
        "summary": f"{words(placed.name)}: {where(placed.subject)}{found}",
        "description": f"{sentence}\nImpact: {alert.impact}\nAction: {alert.action}",
        **links(placed.name, placed.subject, site),
    }


def absence(placed: PlacedAlert, hold: float, site: Site) -> dict[str, str]:
    """The same for an alert's missing data; its runbook is a part of the alert's own."""
    lost = f"Nothing is known of the {placed.signal.title} for {duration_text(hold)}, so {placed.name} cannot fire."
    action = "Action: see whether its target is up and still exposes the metric; a deployment may have renamed it."
    return {
        "summary": f"{words(placed.name)}, no data: {where(placed.subject)}",
        "description": f"{lost}\nImpact if it fired: {placed.alert.impact}\n{action}",
        **links(placed.name, placed.subject, site, "#no-data"),
    }


def links(alert: str, subject: Subject, site: Site, anchor: str = "") -> dict[str, str]:
    """Where to read on: the alert's runbook and, where there is one, the service's dashboard."""
    dashboard = dashboard_url(subject, site)
    return {"runbook_url": f"{runbook(alert, site)}{anchor}", **({"dashboard_url": dashboard} if dashboard else {})}


def runbook(alert: str, site: Site) -> str:
    """The page of an alert."""
    return f"{site.runbooks_url.rstrip('/')}/{alert}.md"


def where(subject: Subject) -> str:
    """The subject as people call it."""
    return f"{subject.application.application}/{subject.name}"


def condition(placed: PlacedAlert) -> str:
    """An alert's condition in words: `above 5%`."""
    alert = placed.alert
    if alert.baseline is not None:
        return f"when {alert.baseline.worse_by * 100:g}% worse than {duration_text(alert.baseline.offset)} before"
    side, threshold = ("above", alert.above) if alert.above is not None else ("below", alert.below)
    if isinstance(threshold, str):
        return f"{side} {threshold}"
    number = threshold or 0
    return f"{side} {f'{number * 100:g}%' if placed.signal.unit is Unit.RATIO else f'{number:g}'}"


def _hold(seconds: float) -> str:
    return f" for {duration_text(seconds)}" if seconds else " at once"


def camel(name: str) -> str:
    """A name as an alert's: `query-latency` is `QueryLatency`, `job_match` `JobMatch`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[-_]", name))


def words(alert: str) -> str:
    """An alert's name as words: `DatabaseDown` is `Database down`, `APILatency` `API latency`."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", alert)
    return " ".join(part if i == 0 or part.isupper() else part.lower() for i, part in enumerate(parts))
