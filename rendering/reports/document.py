"""A report as Markdown with its plots beside it: the one form that both files of a report are made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from rendering.reports import plots, sections
from rendering.reports.explaining import explained
from rendering.reports.figures import Availability, Figures, total
from rendering.reports.wording import NO_DATA, NONE, cell, duration, moment, share, table, usd

_SECTIONS = (
    sections.availability,
    sections.objectives,
    sections.requests,
    sections.resources,
    sections.alerts,
    sections.deployments,
    sections.costs,
)


@dataclass(frozen=True)
class Origin:
    """Where the numbers are from, for the head of the document."""

    stack: str
    environment: str
    cluster: str
    asked: str
    """Address of the Prometheus, without what gives access to it."""
    on: date


@dataclass(frozen=True)
class Report:
    """Markdown, and SVG by the name that the Markdown calls it."""

    title: str
    markdown: str
    plots: Mapping[str, str]


def report(found: Figures, origin: Origin) -> Report:
    """The whole of it."""
    title = f"{found.application.title}: reliability in {found.month.title}"
    drawn: dict[str, str] = {}
    parts = [f"# {title}", _head(found, origin), _glance(found)]
    for part in chain.from_iterable(section(found) for section in _SECTIONS):
        if isinstance(part, str):
            parts.append(part)
            continue
        drawn[part.name] = plots.described(part.svg, part.name, part.text.partition(": ")[0].partition(". ")[0])
        parts.append(f"![{cell(part.text)}]({part.name}.svg)")
    return Report(title, "\n\n".join([*parts, explained(found)]) + "\n", drawn)


def _head(found: Figures, origin: Origin) -> str:
    month = found.month
    until = "" if month.complete else f" The month has not ended: this is what was known until {moment(month.end.timestamp())}."
    lines = [
        (
            f"Stack {origin.stack} (environment {origin.environment}, cluster {origin.cluster}), made on {origin.on} of what the "
            f"Prometheus at {origin.asked} holds. Days and hours are UTC.{until}"
        )
    ]
    if late := [each for each in found.availability if found.late(each)]:
        told = ", ".join(f"{each.name} since {moment(each.since or 0)} ({share(each.known / month.seconds)} of the time)" for each in late)
        lines.append(f"**Not the whole month is known:** {told}. All figures are of what is known.")
    if unknown := sorted({*found.expected} - {each.name for each in found.availability}):
        lines.append(f"**Nothing is known of whether these were up:** {', '.join(unknown)}.")
    return "\n\n".join(lines)


def _glance(found: Figures) -> str:
    services, promised = found.services, found.application.operations
    incidents = sum(each.incidents for each in services)
    down, undetected = (total(getattr(each, what) for each in services if each.incidents) for what in ("downtime", "undetected"))
    rows = [
        ("Lowest uptime", _lowest(services, "uptime"), _promised(services)),
        ("SLA compliance, lowest", _lowest([each for each in services if each.sla is not None], "sla"), "100 %"),
        ("Incidents of services", str(incidents) if services else NO_DATA, ""),
        ("Mean time to detect", _mean(undetected, incidents, known=bool(services)), _most(promised.get("mttd"))),
        ("Mean time to repair", _mean(down, incidents, known=bool(services)), _most(promised.get("mttr"))),
        ("Objectives kept", _kept(found), "all"),
        *_noise(found),
    ]
    if found.costs:
        limit = "" if found.limit is None else f"at most {usd(found.limit)}"
        rows.append(("Cost of the whole stack, estimated", f"{usd(found.costs.total)} a month", limit))
    return "## At a glance\n\n" + table(("figure", "value", "promised"), rows)


def _kept(found: Figures) -> str:
    known = [each.spent for each in found.objectives if each.spent is not None]
    if not known:
        return NO_DATA if found.objectives else "none is set"
    blind = len(found.objectives) - len(known)
    return f"{sum(spent <= 1 for spent in known)} of {len(known)}" + (f" ({blind}: {NO_DATA})" if blind else "")


def _noise(found: Figures) -> Iterator[tuple[str, str, str]]:
    alerts, most = found.alerts, found.application.operations_ratio.get("false_positives")
    if found.known is None:
        yield "Alerts", NO_DATA, ""
        return
    count, short, pages, unfounded = (sum(getattr(each, what) for each in alerts) for what in ("count", "short", "pages", "unfounded"))
    yield "Alerts that fired and ended", str(count), ""
    yield "Noise: ended by themselves at once", f"{share(short / count)} ({short})" if count else "none fired", ""
    yield "Pages", str(pages), ""
    wanted = "" if most is None else f"at most {share(most)}"
    yield "False positives among pages", f"{share(unfounded / pages)} ({unfounded})" if pages else "nobody was paged", wanted


def _lowest(found: Sequence[Availability], what: str) -> str:
    if not found:
        return NO_DATA
    worst = min(found, key=lambda each: float(getattr(each, what)))
    value = float(getattr(worst, what))
    return share(value) if value == 1 else f"{share(value)} ({worst.name})"


def _promised(services: Sequence[Availability]) -> str:
    return share(max((each.promise for each in services if each.promise), default=None)) if any(each.promise for each in services) else ""


def _mean(seconds: float, incidents: int, *, known: bool) -> str:
    if not known:
        return NO_DATA
    return duration(seconds / incidents) if incidents else NONE


def _most(seconds: float | None) -> str:
    return "" if seconds is None else f"at most {duration(seconds)}"
