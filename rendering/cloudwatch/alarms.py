"""Alarms: one for every alert of the catalog that CloudWatch evaluates, and a composite where its cause must be told apart."""

from collections.abc import Iterator

from catalog.base import Backend, Severity
from catalog.catalog import Catalog, PlacedAlert
from catalog.signal import CloudwatchQuery
from catalog.silencing import Known, by_name, causes
from catalog.units import duration_text
from rendering import wording
from rendering.cloudwatch import names
from rendering.cloudwatch.alarm import COMPOSITE, METRIC, Alarm, Missing
from rendering.cloudwatch.conditions import condition
from rendering.cloudwatch.places import Target, targets
from rendering.cloudwatch.topics import ticket_topic, topic_of
from rendering.resource import Ref, Resource
from rendering.site import Site

Here = dict[tuple[str, str, str, Severity], list[Target]]
"""What each alert is asked of, by its identity."""
_MISSING: dict[str, Missing] = {"ok": "notBreaching", "ticket": "missing", "page": "breaching"}
"""What an alert's `no_data` is; most metrics are sent only while there is something to count."""


def asked(catalog: Catalog, site: Site) -> Iterator[tuple[PlacedAlert, CloudwatchQuery, list[Target]]]:
    """The alerts that CloudWatch evaluates here, with what each is asked of."""
    for placed in catalog.alerts():
        query = placed.signal.cloudwatch
        if site.runs(placed.subject) and isinstance(query, CloudwatchQuery) and catalog.evaluated_in(placed, Backend.CLOUDWATCH):
            found = targets(placed.subject, query, site)
            if found:
                yield placed, query, found


def notifies(placed: PlacedAlert, catalog: Catalog) -> str | None:
    """How loud CloudWatch is about an alert: `page` or `message` as its pager, `standby` later than the pager, else not at all."""
    if catalog.pager(placed) is Backend.CLOUDWATCH:
        return "page" if placed.alert.pages else "message"
    return "standby" if Backend.CLOUDWATCH in placed.alert.standby else None


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Every alarm, parts before what they are part of."""
    return [alarm.resource() for alarm in alarms(catalog, site)]


def alarms(catalog: Catalog, site: Site) -> list[Alarm]:
    """The same before they are resources."""
    evaluated = list(asked(catalog, site))
    here = {placed.identity: found for placed, _, found in evaluated}
    known = by_name(placed for placed, _, _ in evaluated)
    return [alarm for placed, query, found in evaluated for alarm in _of(placed, query, found, catalog, site, known, here)]


def titles(placed: PlacedAlert, found: list[Target], site: Site) -> list[str]:
    """The names of an alert's alarms, one for each target; a composite's parts are not among them."""
    return [names.alarm(placed.subject, placed.name, site, *_suffix(target, found)) for target in found]


def _of(
    placed: PlacedAlert,
    query: CloudwatchQuery,
    found: list[Target],
    catalog: Catalog,
    site: Site,
    known: Known,
    here: Here,
) -> Iterator[Alarm]:
    loudness = notifies(placed, catalog)
    unless = _unless(placed, catalog, site, known, here)
    for target in found:
        suffix, region = _suffix(target, found), target.region
        tags = names.tags(placed, site, loudness)
        told = (topic_of(placed, region),) if loudness is not None else ()
        tickets = (ticket_topic(placed, region),) if loudness is not None and placed.alert.no_data == "ticket" else ()
        name, title = names.logical(placed.subject, placed.name, *suffix), names.alarm(placed.subject, placed.name, site, *suffix)
        text, missing = description(placed, catalog, site), _MISSING[placed.alert.no_data]
        own = condition(placed, query, target)
        if not unless:
            yield Alarm(name, title, text, tags, own, None, missing, told, tickets, region)
            continue
        part = Alarm(
            f"{name}.{names.CONDITION}",
            f"{title}/{names.CONDITION}",
            f"A part of the composite alarm {title}, which tells of it.",
            names.tags(placed, site, None, names.CONDITION),
            own,
            missing=missing,
            told_of_missing=tickets,
            region=region,
        )
        yield part
        rule = " AND ".join([f'ALARM("{part.title}")', *(f'NOT ALARM("{cause}")' for cause, _ in unless)])
        after = (part.resource().ref, *(ref for _, ref in unless))
        yield Alarm(name, title, text, tags, rule=rule, told=told, region=region, after=after)


def _causes(placed: PlacedAlert, catalog: Catalog, known: Known) -> list[PlacedAlert]:
    """Alerts that an alert which tells somebody waits for; one that only shows is shown whatever its cause."""
    if notifies(placed, catalog) is None:
        return []
    return [cause for name in placed.alert.inhibited_by for cause in causes(placed.subject, name, known)]


def _unless(placed: PlacedAlert, catalog: Catalog, site: Site, known: Known, here: Here) -> list[tuple[str, Ref]]:
    """The alarms of an alert's causes: name and resource."""
    found: list[tuple[str, Ref]] = []
    for cause in _causes(placed, catalog, known):
        kind = COMPOSITE if _causes(cause, catalog, known) else METRIC
        for target in here[cause.identity]:
            suffix = _suffix(target, here[cause.identity])
            title = names.alarm(cause.subject, cause.name, site, *suffix)
            found.append((title, Ref(kind, names.logical(cause.subject, cause.name, *suffix))))
    return found


def _suffix(target: Target, found: list[Target]) -> tuple[str, ...]:
    """What tells several alarms of one alert apart."""
    return (target.name,) if len(found) > 1 else ()


def description(placed: PlacedAlert, catalog: Catalog, site: Site) -> str:
    """What, how bad, what users suffer, what to do, where to read on, and the key that all backends share."""
    alert, signal = placed.alert, placed.signal
    statistic = f"{alert.statistic} of the " if alert.statistic else ""
    what = f"{statistic}{signal.title}"
    anomaly = alert.anomaly
    limit = wording.condition(placed)
    if anomaly is not None:
        limit = f"{anomaly.deviations:g} deviations beyond the ordinary for {duration_text(anomaly.over)}"
    hold = f" for {duration_text(alert.hold)}" if alert.hold and anomaly is None else ""
    lines = [
        f"{what[0].upper()}{what[1:]}; alerts {limit}{hold}.",
        f"Impact: {alert.impact}",
        f"Action: {alert.action}",
        f"Runbook: {wording.runbook(placed.name, site)}",
        f"Team: {placed.team}; pager: {catalog.pager(placed).value}",
        f"Key: {names.key(placed.subject, placed.name)}",
    ]
    return "\n".join(lines)
