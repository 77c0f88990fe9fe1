"""One dashboard for each service and dependency, made of what the catalog says of it: the first page after an alert."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from catalog.base import Backend
from catalog.catalog import PlacedAlert, Subject, collectors
from catalog.model import Dependency, Service
from catalog.queries import grouping
from catalog.units import Unit
from dashboards.grafana import service_queries as queries
from dashboards.grafana import shared
from dashboards.grafana.kinds import RARE, Sight
from dashboards.model import Dashboard, Link, Panel, Row
from dashboards.naming import application_uid, service_uid, uid
from dashboards.panels import panel
from dashboards.reading import Reader
from rendering import slo, wording

_LINKED = {"postgres": "database", "redis": "cache"}
"""Topics that have a dashboard of each application, by the kind of dependency that they are about."""


def dashboards(reader: Reader) -> list[Dashboard]:
    """All of one environment, in the order of the catalog."""
    around = _Around(reader)
    return [_dashboard(reader, subject, around) for subject in reader.subjects]


class _Around:
    """What surrounds each subject, looked up once: its objectives, what it needs, who needs it."""

    def __init__(self, reader: Reader) -> None:
        self.sight = Sight(reader)
        self._subjects = {_key(subject): subject for subject in reader.subjects}
        self.objectives: dict[tuple[str, str], list[slo.Slo]] = defaultdict(list)
        for each in slo.objectives(reader.catalog, reader.site):
            self.objectives[_key(each.subject)].append(each)
        self.users: dict[tuple[str, str], list[Subject]] = defaultdict(list)
        for subject in reader.subjects:
            for needed in self.needs(subject):
                self.users[_key(needed)].append(subject)

    def needs(self, subject: Subject) -> list[Subject]:
        """Services and dependencies that a service names in `depends_on`."""
        names = subject.watched.depends_on if isinstance(subject.watched, Service) else ()
        found = (self._subjects.get((subject.application.application, name)) for name in names)
        return [each for each in found if each is not None]


def _dashboard(reader: Reader, subject: Subject, around: _Around) -> Dashboard:
    application, watched = subject.application.application, subject.watched
    kinds = around.sight.kinds(subject)
    title = watched.title if isinstance(watched, Service) else f"{watched.kind} on {watched.runs}"
    rows = (
        Row("Alerts", (_firing(subject), _where_to_go(subject, around))),
        Row("Promises", tuple(_promises(reader, subject, around.objectives[_key(subject)]))),
        Row("Requests", tuple(_panels(reader, subject, kinds.requests))),
        Row("From outside", tuple(_panels(reader, subject, kinds.outside))),
        Row("Resources", tuple(_panels(reader, subject, kinds.resources))),
        Row("Dependencies", tuple(_dependencies(reader, subject, kinds.upstream, around))),
        Row("Requests by route", tuple(_routes(reader, subject, around.sight.by_route(subject, kinds.requests))), collapsed=True),
        Row("Its work", tuple(_panels(reader, subject, kinds.work))),
        Row("What its logs and traces tell", tuple(_panels(reader, subject, kinds.records)), collapsed=True),
        Row("All its alerts", (_runbooks(reader, subject),)),
    )
    return Dashboard(
        uid=service_uid(application, subject.name),
        title=f"{application} / {subject.name}",
        description=f"{title}: its alerts, promises, requests, resources, dependencies and work. Team {subject.application.owner.team}.",
        folder=application,
        rows=shared.fitting(rows),
        tags=(application, subject.kind),
        links=tuple(_links(subject)),
    )


def _key(subject: Subject) -> tuple[str, str]:
    return (subject.application.application, subject.name)


def _panels(reader: Reader, subject: Subject, names: Iterable[str]) -> Iterator[Panel]:
    """A latency that is told by groups shows one statistic, or there would be three lines a group."""
    for name in names:
        signal = reader.signal(name)
        statistics = ("p95",) if signal.form == "histogram" and signal.by else ()
        made = panel(reader, subject, name, *statistics).but(empty=RARE.get(name))
        yield shared.state(made) if signal.unit is Unit.STATE else made


def _firing(subject: Subject) -> Panel:
    said = "Alerts of Prometheus that fire or are about to (pending: their condition holds, and not yet for long enough)."
    return Panel(
        "Alerts now", said, None, (queries.alerts(subject),), kind="table", width=14, height=7, empty="nothing is wrong: no alert fires"
    )


def _promises(reader: Reader, subject: Subject, objectives: list[slo.Slo]) -> Iterator[Panel]:
    """Objectives that Prometheus measures, and the share of time up where it knows it."""
    if objectives:
        said = "; ".join(f"{each.name}: {each.promise}" for each in objectives)
        here = Link("This objective in detail", f"/d/{shared.SLO_DETAIL}?{queries.chosen(subject)}")
        yield Panel(
            "Error budget left",
            f"1 is all of it, below 0 the promise is broken. {said}.",
            Unit.RATIO,
            (queries.budget(subject),),
            kind="stat",
            thresholds=shared.BUDGET,
            base="red",
            negative=True,
            links=(here,),
            width=6,
            height=6,
        )
        yield Panel(
            "Burn rate",
            "How many times faster than promised the budget is spent, over an hour: at 1 it lasts exactly its window, 14.4 pages.",
            Unit.SCORE,
            (queries.burn(subject),),
            thresholds=shared.BURN,
            links=(here,),
            width=12,
            height=6,
        )
    if queries.is_judged(reader, subject):
        yield Panel(
            "Up, last 30 days",
            "Share of minutes in which it was up; down is what its paging alerts call down.",
            Unit.RATIO,
            (queries.uptime(subject),),
            kind="stat",
            decimals=3,
            links=(Link("Reliability report", f"/d/{shared.RELIABILITY}"),),
            width=6,
            height=6,
        )


def _dependencies(reader: Reader, subject: Subject, upstream: list[str], around: _Around) -> Iterator[Panel]:
    """Whether what it needs is up, how long that takes to answer, and what its own calls see of it."""
    needed = around.needs(subject)
    judged = [each for each in needed if queries.is_judged(reader, each)]
    links = tuple(Link(each.name, f"/d/{service_uid(*_key(each))}") for each in needed)
    if judged:
        found = Panel(
            "Dependencies that are up",
            "1: up; 0: down by what its own paging alerts call down. Missing: nobody asks it.",
            Unit.STATE,
            tuple(queries.available(judged)),
            kind="stat",
            links=links,
        )
        yield shared.state(found)
    latencies = [query for each in needed if (query := _latency(reader, each, around.sight)) is not None]
    if latencies:
        said = "Time that each takes to answer, as itself or its exporter sees it: 95th percentile where it has one, else the mean."
        yield Panel("Latency of dependencies", said, Unit.SECONDS, tuple(latencies), links=links)
    yield from _panels(reader, subject, upstream)


def _latency(reader: Reader, subject: Subject, sight: Sight) -> queries.Query | None:
    """The first of its own measures of time: told as a whole rather than by groups, of requests rather than of work."""
    signals = [(name, reader.signal(name)) for name in sight.readable(subject)]
    times = [
        (bool(grouping(subject, signal)), not sight.is_of_requests(subject, name), name)
        for name, signal in signals
        if signal.unit is Unit.SECONDS and signal.wrong == "high" and signal.source == "metrics" and "upstream" not in signal.by
    ]
    if not times:
        return None
    name = min(times, key=lambda told: told[:2])[2]
    return reader.of(subject, name, "p95" if reader.signal(name).form == "histogram" else None, subject.name)


def _routes(reader: Reader, subject: Subject, names: Iterable[str]) -> Iterator[Panel]:
    for name in names:
        whole = panel(reader, subject, name)
        statistic = "p95" if reader.signal(name).form == "histogram" else None
        query = reader.split(subject, name, subject.http.route_label, statistic)
        told = f"{whole.title} by route{' (95th percentile)' if statistic else ''}"
        said = f"The ten routes with the highest values. {whole.description}"
        empty = "no request failed" if reader.signal(name).wrong == "high" and not statistic else None
        yield whole.but(title=told, description=said, queries=(query,), width=12, empty=empty)


def _where_to_go(subject: Subject, around: _Around) -> Panel:
    """Its records and traces, what it needs, who needs it."""
    lines = [f"- [{link.title}]({link.url})" for link in shared.logs_and_traces(subject)]
    if isinstance(subject.watched, Service) and Backend.DATADOG in (*subject.watched.collect.logs, *subject.watched.collect.traces):
        lines.append(f"- Datadog has more: service `{subject.watched.identity.datadog}`")
    for title, others in (("Needs", around.needs(subject)), ("Needed by", around.users[_key(subject)])):
        if others:
            lines.append(f"- {title}: {', '.join(f'[{each.name}]({shared.here(service_uid(*_key(each)))})' for each in others)}")
    text = "\n".join(lines) or "Nothing else tells of it."
    return Panel("Where to go on", "Its logs and traces, and its neighbours.", None, kind="text", text=text, width=10, height=7)


def _runbooks(reader: Reader, subject: Subject) -> Panel:
    lines = ["| Alert | When | Priority | Where |", "|---|---|---|---|"]
    for name, alert in subject.watched.alerts.items():
        placed = PlacedAlert(subject, name, alert, reader.signal(alert.signal))
        where = ", ".join(backend.value for backend in collectors(subject, placed.signal) if reader.catalog.evaluated_in(placed, backend))
        when = f"{placed.signal.title} {'deviates' if alert.anomaly else wording.condition(placed)}"
        lines.append(f"| [{wording.words(name)}]({wording.runbook(name, reader.site)}) | {when} | {alert.priority.value} | {where} |")
    text = "\n".join(lines) if subject.watched.alerts else "The catalog has no alert of its own for it."
    return Panel(
        "Alerts and runbooks",
        "What is worth an alert, and what to do then.",
        None,
        kind="text",
        text=text,
        width=24,
        height=min(14, 4 + len(subject.watched.alerts)),
    )


def _links(subject: Subject) -> Iterator[Link]:
    yield Link("Overview", f"/d/{application_uid(subject.application.application)}")
    if isinstance(subject.watched, Dependency) and subject.watched.kind in _LINKED and subject.application.namespace is not None:
        topic = _LINKED[subject.watched.kind]
        yield Link(topic.capitalize(), f"/d/{uid(topic, subject.application.application)}")
    yield Link("Objectives", f"/d/{shared.SLO_OVERVIEW}")
    yield from shared.logs_and_traces(subject)
