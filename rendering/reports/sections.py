"""What a report says of each matter: sentences, tables, and plots that say the same to the eye."""

from collections.abc import Iterator
from dataclasses import dataclass

from rendering.alert_quality import SHORT_TEXT
from rendering.costs.estimate import UNKNOWN
from rendering.reports import plots
from rendering.reports.figures import FAILED, Figures, total
from rendering.reports.wording import NO_DATA, NONE, duration, latency, rate, share, table, usd

_ALERTS, _DRAWN = 15, 10
"""Alerts in the table, and in the plot."""
_SMALL = 0.01
"""Share of the cost below which systems are added up."""
_LISTED = 6
"""Bad days that a sentence names."""


@dataclass(frozen=True)
class Plot:
    """A picture, and in words what it shows."""

    name: str
    svg: str
    text: str


Part = str | Plot
"""A paragraph or a table in Markdown, or a plot."""


def availability(found: Figures) -> Iterator[Part]:
    """Up and down, by service and dependency."""
    yield "## Availability"
    known = found.availability
    if not known:
        yield f"{NO_DATA.capitalize()}: it is recorded of none of them whether it was up."
        return
    rows = [
        (
            each.name,
            share(each.uptime),
            duration(each.downtime),
            str(each.incidents),
            *(duration(mean, NONE) for mean in (each.mttd, each.mttr, each.mtbf)),
            "not promised" if each.sla is None else share(each.sla),
        )
        for each in known
    ]
    yield table(("service or dependency", "uptime", "downtime", "incidents", "MTTD", "MTTR", "MTBF", "SLA compliance"), rows)
    if down_before := [each.name for each in known if each.downtime and not each.incidents]:
        yield f"Down from before the month or before anything was recorded, so no incident began: {', '.join(down_before)}."
    wanted = min((each.promise for each in known if each.promise), default=1)
    worst = [f"{each.name} {share(value)} on day {day}" for each in known for day, value in sorted(each.days.items()) if value < wanted]
    more = f" and {len(worst) - _LISTED} more" if len(worst) > _LISTED else ""
    told = ", ".join(worst[:_LISTED]) + more if worst else "no day that is known"
    svg = plots.calendar({each.name: each.days for each in known}, found.month.days, wanted)
    yield Plot("uptime", svg, f"Uptime by day. Below {share(wanted)}: {told}.")


def objectives(found: Figures) -> Iterator[Part]:
    """What became of error budgets."""
    yield "## Objectives"
    if not found.objectives:
        yield "None is set whose events Prometheus counts."
        return
    rows = [
        (
            each.service,
            each.name,
            each.promise,
            NO_DATA if each.bad is None else share(1 - each.bad),
            share(each.spent),
            NO_DATA if each.spent is None else "kept" if each.spent <= 1 else "**broken**",
        )
        for each in found.objectives
    ]
    yield table(("service", "objective", "promise", "good", "error budget spent", "promise is"), rows, left=3, marked=(5,))
    drawn = {f"{each.service} {each.name}": each.spent * 100 for each in found.objectives if each.spent is not None}
    if drawn:
        told = ", ".join(f"{name} {value:.3g} %" for name, value in drawn.items())
        svg = plots.bars(drawn, "per cent of the month's error budget", limit=100)
        yield Plot("budgets", svg, f"Error budget spent: {told}.")


def requests(found: Figures) -> Iterator[Part]:
    """How many, how fast, how many failed."""
    yield "## Requests"
    known = found.requests
    if not known:
        yield f"{NO_DATA.capitalize()}: no service's requests are recorded."
        return
    rows = [
        (each.service, rate(each.rate), share(each.failed), *(latency(each.latency.get(name)) for name in ("p50", "p95", "p99")))
        for each in known
    ]
    yield table(("service", "throughput", "failed", "p50", "p95", "p99"), rows)
    if drawn := {each.service: each.days for each in known if each.days}:
        told = ", ".join(f"{name} {latency(max(days.values()))}" for name, days in drawn.items())
        svg = plots.lines(drawn, found.month.days, "seconds")
        yield Plot("latency", svg, f"95th percentile of each day's requests. The slowest day of each: {told}.")


def resources(found: Figures) -> Iterator[Part]:
    """CPU, memory and disk."""
    yield "## Resources"
    rows = [(each.service, *(share(value) for value in (*each.cpu, *each.memory))) for each in found.used]
    if rows:
        yield "Of the fullest pod, as a share of its limits."
        yield table(("service", "CPU, mean", "CPU, highest", "memory, mean", "memory, highest"), rows)
    else:
        yield f"CPU and memory: {NO_DATA}."
    yield f"The fullest disk of the cluster's nodes, which all applications share, at its fullest: {share(found.disk)}."


def alerts(found: Figures) -> Iterator[Part]:
    """How many, and how many of them were noise."""
    yield "## Alerts"
    if found.known is None:
        yield f"{NO_DATA.capitalize()}: the histories of alerts are not recorded."
        return
    still = f" At the end {found.firing} fired still; these are counted when they end." if found.firing else ""
    yield f"Of {found.known} alerts {max(found.known - found.fired, 0)} never fired.{still}"
    ended = found.alerts
    if not ended:
        return
    rows = [
        (each.name, each.about, each.severity, *map(str, (each.count, each.short, each.pages)), duration(each.seconds / each.count))
        for each in ended[:_ALERTS]
    ]
    short = f"ended within {SHORT_TEXT}"
    yield table(("alert", "of", "severity", "times", short, "pages", "mean duration"), rows, left=3)
    if len(ended) > _ALERTS:
        yield f"And {len(ended) - _ALERTS} more that fired less often."
    drawn = {f"{each.name} ({each.about})" if each.about else each.name: each for each in ended[:_DRAWN]}
    told = ", ".join(f"{name} {each.count} ({each.short} of them short)" for name, each in drawn.items())
    svg = plots.stacked({name: (each.count - each.short, each.short) for name, each in drawn.items()}, ("lasted", short))
    yield Plot("alerts", svg, f"The alerts that fired most: {told}.")


def deployments(found: Figures) -> Iterator[Part]:
    """How many came up."""
    yield "## Deployments"
    wanted = found.application.operations_ratio.get("successful_deployments")
    promised = "nothing promised" if wanted is None else f"at least {share(wanted)}"
    if found.deployments:
        rows = [
            (each.service, each.told_by, NO_DATA if each.versions is None else str(each.versions), share(each.share), promised)
            for each in found.deployments
        ]
        yield table(("service", "told by", "versions", "succeeded", "promised"), rows, left=2)
        yield "The cluster knows whether a version came up; whether it was rolled back later, only a pipeline that counts (from ten on)."
    else:
        yield f"{NO_DATA.capitalize()} of how many succeeded: none of its services tells."
    if found.known is not None and found.failed is not None:
        yield f"Times that the alert on a failed deployment ({FAILED}) ended: {found.failed}."


def costs(found: Figures) -> Iterator[Part]:
    """The stack's, since nobody can say which application's."""
    yield "## Cost"
    known = found.costs
    if known is None:
        yield f"{NO_DATA.capitalize()}: the stack's settings say nothing of its traffic, so nothing can be estimated."
        return
    limit = "" if found.limit is None else f" The settings allow {usd(found.limit)}."
    yield (
        f"About {usd(known.total)} a month for the whole stack, which watches all applications.{limit} An estimate at the list prices of "
        f"{known.as_of} (`make costs`), not what was billed: it leaves out {UNKNOWN[-1]}, among other things."
    )
    shown = {name: amount for name, amount in known.systems.items() if amount >= known.total * _SMALL}
    if len(shown) < len(known.systems):
        shown[f"{len(known.systems) - len(shown)} smaller ones"] = known.total - total(shown.values())
    yield table(("system", "USD a month"), [(name, f"{amount:,.0f}") for name, amount in shown.items()])
    told = ", ".join(f"{name} {amount:,.0f} USD" for name, amount in shown.items())
    yield Plot("costs", plots.bars(shown, "USD a month"), f"Estimated cost by system: {told}.")
