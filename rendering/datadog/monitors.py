"""Monitors: one for every alert of the catalog that Datadog evaluates, with what it is composed of and what only Datadog can add."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from catalog.base import Backend
from catalog.catalog import Catalog, PlacedAlert
from catalog.silencing import Known, by_name, causes
from rendering.datadog import messages
from rendering.datadog.arrivals import Arrivals
from rendering.datadog.companions import companions
from rendering.datadog.conditions import Condition, condition, enough
from rendering.datadog.monitor import COMPOSITE, MONITOR, Absence, Monitor, linked, resource_name, threshold_monitor
from rendering.resource import Ref, Resource, Text
from rendering.site import Site

CONDITION = "condition"
"""Ends the name of the part of a composite that is the alert's own condition."""
_MOST_PARTS = 10
"""Monitors that one composite may have (docs.datadoghq.com/monitors/types/composite)."""


def evaluated(catalog: Catalog, site: Site) -> tuple[PlacedAlert, ...]:
    """The alerts that Datadog evaluates here; none where it is off."""
    if site.datadog is None:
        return ()
    arrivals = Arrivals(catalog, site)
    return tuple(placed for placed in asked(catalog, site) if arrivals.has(placed.subject, placed.signal))


def asked(catalog: Catalog, site: Site) -> Iterator[PlacedAlert]:
    """The alerts that the catalog asks Datadog to evaluate, of what runs here."""
    return (placed for placed in catalog.alerts() if site.runs(placed.subject) and catalog.evaluated_in(placed, Backend.DATADOG))


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Every monitor of the catalog's alerts, parts before what they are part of."""
    alerts = evaluated(catalog, site)
    known = by_name(alerts)
    found: dict[str, Resource] = {}
    for placed in alerts:
        for monitor in (*_alert(placed, known, catalog, site), *companions(placed, site)):
            found.setdefault(monitor.name, monitor.resource(site))  # alerts of one signal share the monitor of its traffic
    return list(found.values())


def notifies(placed: PlacedAlert, catalog: Catalog) -> str | None:
    """How loud Datadog is about an alert: `page` or `message` as its pager, `standby` later than the pager, else not at all."""
    if catalog.pager(placed) is Backend.DATADOG:
        return "page" if placed.alert.pages else "message"
    return "standby" if Backend.DATADOG in placed.alert.standby else None


@dataclass(frozen=True)
class _Parts:
    """What an alert's monitor is composed of, each by the name of its resource."""

    condition: Condition
    traffic: Condition | None
    unless: tuple[PlacedAlert, ...]

    @property
    def several(self) -> bool:
        return self.traffic is not None or bool(self.unless)


def _parts(placed: PlacedAlert, known: Known, catalog: Catalog, site: Site) -> _Parts:
    """A standby looks at what was so long ago: it tells exactly that much later, and the pager's incident has its key by then."""
    own = condition(placed, site)
    standby = int(placed.alert.standby.get(Backend.DATADOG, 0))
    own = replace(own, delay=max(own.delay, standby))
    loud = notifies(placed, catalog) is not None
    unless = [
        cause
        for name in (placed.alert.inhibited_by if loud else ())
        for cause in causes(placed.subject, name, known)
        if set(condition(cause, site).groups) in (set[str](), set(own.groups))  # others share no group, and composites compare by group
    ]
    return _Parts(own, enough(placed, site), tuple(unless[: _MOST_PARTS - 2]))


def _alert(placed: PlacedAlert, known: Known, catalog: Catalog, site: Site) -> Iterator[Monitor]:
    parts, subject, alert = _parts(placed, known, catalog, site), placed.subject, placed.alert
    loudness = notifies(placed, catalog)
    quiet = messages.alert_tags(subject, placed.name, placed.team, alert.effective_severity, alert.priority, site)
    tags = messages.alert_tags(subject, placed.name, placed.team, alert.effective_severity, alert.priority, site, loudness)
    title, priority = messages.name(placed.name, subject, site), messages.PRIORITIES[alert.priority]
    absence: Absence = "resolve"
    if alert.no_data != "ok":
        absence = "show_no_data" if loudness is None else "show_and_notify_no_data"
    if loudness is not None or parts.several:
        # Half an alert is no message; to a composite, a part's warning is an alert (docs.datadoghq.com/monitors/types/composite).
        parts = replace(parts, condition=replace(parts.condition, warning=None))
    told = messages.message(placed, parts.condition.groups, catalog, site, value=not parts.several)
    name = resource_name(subject, placed.name)
    if not parts.several:
        found = threshold_monitor(parts.condition, name, title, told, tags, priority, placed.name, absence)
        yield _repeating(found, placed, loudness)
        return
    silent: Absence = "show_no_data" if alert.no_data != "ok" else "resolve"
    why = linked(placed.name, subject, site, f"A part of the monitor {title!r}, which tells of it.")
    yield threshold_monitor(
        parts.condition,
        f"{name}.{CONDITION}",
        f"{title} ({CONDITION})",
        why,
        [*quiet, f"part:{CONDITION}"],
        priority,
        placed.name,
        silent,
    )
    query: list[str | Ref] = [Ref(MONITOR, f"{name}.{CONDITION}")]
    if parts.traffic is not None:
        traffic = _traffic(placed, parts.traffic, site)
        yield traffic
        query += [" && ", Ref(MONITOR, traffic.name)]
    for cause in parts.unless:
        query += [" && !", Ref(MONITOR, _condition_name(cause, known, catalog, site))]
    whole = Monitor(name, title, COMPOSITE, Text(tuple(query)), told, tags, priority, placed.name, absence=absence)
    yield _repeating(whole, placed, loudness)


def _traffic(placed: PlacedAlert, traffic: Condition, site: Site) -> Monitor:
    """Alerts when there are events enough: an alert on their share says nothing before."""
    window = traffic.query[len("sum(last_") :].partition(")")[0]
    subject = placed.subject
    title = f"{site.environment} {subject.application.application}/{subject.name}: events of {placed.alert.signal} ({window})"
    why = linked(placed.name, subject, site, f"In alert while there are events enough to judge the {placed.signal.title}. It tells nobody.")
    tags = [*messages.tags(subject, site), f"team:{subject.application.owner.team}", "severity:info", "priority:info", "part:traffic"]
    name = resource_name(subject, placed.alert.signal, f"traffic-{window}")
    return threshold_monitor(traffic, name, title, why, tags, "5", placed.name, "resolve")


def _condition_name(placed: PlacedAlert, known: Known, catalog: Catalog, site: Site) -> str:
    """The monitor of an alert's own condition: composites cannot hold composites."""
    name = resource_name(placed.subject, placed.name)
    return f"{name}.{CONDITION}" if _parts(placed, known, catalog, site).several else name


def _repeating(monitor: Monitor, placed: PlacedAlert, loudness: str | None) -> Monitor:
    """Whoever was told hears again of what is still wrong; escalation itself is PagerDuty's."""
    if loudness is None:
        return monitor
    still = f"Still wrong: {monitor.title}. Action: {placed.alert.action}\nKey: {messages.key(placed.subject, placed.name)}"
    return replace(monitor, repeat=placed.subject.application.notifications.repeat_interval, still=still)
