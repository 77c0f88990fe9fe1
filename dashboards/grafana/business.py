"""What an application is for, measured: every business measure of the catalog, with its target as a threshold."""

from collections.abc import Iterator

from catalog.catalog import Subject
from catalog.model import Application, Service
from catalog.units import Unit
from dashboards.grafana import business_queries as queries
from dashboards.grafana import topics
from dashboards.model import Dashboard, Panel, Row, Threshold
from dashboards.naming import uid
from dashboards.panels import panel
from dashboards.reading import Reader
from dashboards.themes import BARS, THEMES, TITLES

_OPEN = 2
"""Themes that are shown at once; the others ask when they are opened."""
_SPARSE = "too few events yet for a share that says anything"
_SHARES = frozenset({"conversion", "application_success", "recommendation_quality", "users_growth"})
"""Measures that need a day's or a month's events before they say anything."""


def dashboards(reader: Reader) -> list[Dashboard]:
    """One for each application with business measures."""
    return [_dashboard(reader, each) for each in topics.applications(reader) if _measures(each)]


def _dashboard(reader: Reader, application: Application) -> Dashboard:
    themes = _themes(reader, application)
    return Dashboard(
        uid("business", application.application),
        f"{application.title}: business",
        f"What {application.title} achieves for its users and owners, against what was promised.",
        application.application,
        topics.page(
            Row("Against targets", tuple(_promised(reader, application))),
            *(Row(title, panels, collapsed=number >= _OPEN) for number, (title, panels) in enumerate(themes.items())),
            Row("By environment", tuple(_environments(reader, application)), collapsed=True),
        ),
        tags=("business", application.application),
        variables=topics.services(application, reader.parts(application)),
        links=topics.links(reader, application, "business"),
        refresh="15m",
        since="30d",
    )


def _measures(application: Application) -> list[str]:
    return [target.signal for service in application.services.values() for target in service.business.values()]


def _promised(reader: Reader, application: Application) -> Iterator[Panel]:
    """The newest value of each measure with a target."""
    for subject in reader.parts(application):
        business = subject.watched.business if isinstance(subject.watched, Service) else {}
        for target in business.values():
            sided = target.at_least is not None or target.at_most is not None
            if sided and reader.shows(subject, target.signal):
                found = panel(reader, subject, target.signal, kind="stat")
                yield found.but(title=f"{_title(found, target.signal)} now", width=4, height=4, empty=_empty(target.signal))
    for subject, objective in _executions(reader, application):
        yield _success(reader, subject, objective).but(title="Code execution success now", kind="stat", width=4, height=4)


def _themes(reader: Reader, application: Application) -> dict[str, tuple[Panel, ...]]:
    """Panels by theme; those without a place in any come last, and themes without panels not at all."""
    wanted = set(_measures(application))
    placed = {name for names in THEMES.values() for name in names}
    browser = THEMES["Engagement in the browser"]
    found = {title: _shown(reader, application, [name for name in names if name in wanted]) for title, names in THEMES.items()}
    found["Assessments and learning"] += tuple(_learning(reader, application))
    found["Agents, code and features"] += tuple(_success(reader, *each) for each in _executions(reader, application))
    found["Engagement in the browser"] = _shown(reader, application, browser)
    found["Other measures"] = _shown(reader, application, [name for name in dict.fromkeys(_measures(application)) if name not in placed])
    return {title: panels for title, panels in found.items() if panels}


def _shown(reader: Reader, application: Application, names: list[str] | tuple[str, ...]) -> tuple[Panel, ...]:
    found: list[Panel] = []
    for name in names:
        for each in topics.panels(reader, application, (name,), used=True):
            kind = "bars" if name in BARS else each.kind
            found.append(each.but(title=_title(each, name), kind=kind, width=6, height=7, empty=_empty(name)))
    return tuple(found)


def _title(found: Panel, name: str) -> str:
    return TITLES.get(name, found.title)


def _empty(name: str) -> str | None:
    return _SPARSE if name in _SHARES else None


def _learning(reader: Reader, application: Application) -> Iterator[Panel]:
    """Progress on paths and sessions, where a service counts them."""
    for service in topics.holders(reader, application, "path_completion"):
        yield Panel(
            "Learning progress",
            "Paths begun and completed within a week; a path takes days, so completions follow what was begun before.",
            Unit.COUNT,
            (queries.paths_begun(service), queries.paths_completed(service)),
            width=6,
            height=7,
        )
    for service in topics.holders(reader, application, "learning_sessions"):
        yield Panel(
            "Engagement: sessions and learners",
            "Learners' sessions within a week, and learners that are active.",
            Unit.COUNT,
            (queries.sessions(service), queries.learners(service)),
            width=6,
            height=7,
        )


def _executions(reader: Reader, application: Application) -> Iterator[tuple[Subject, float]]:
    """Who promises that code runs, and the share that is promised."""
    for subject in reader.parts(application):
        objectives = subject.watched.objectives if isinstance(subject.watched, Service) else {}
        for objective in objectives.values():
            if objective.signal == "code_execution_failures" and reader.shows(subject, objective.signal):
                yield subject, objective.target


def _success(reader: Reader, subject: Subject, promised: float) -> Panel:
    failing = panel(reader, subject, "code_execution_failures")
    return failing.but(
        title="Code execution success",
        description=f"Share of learners' code that runs without a failure of ours, by language. Objective: {promised * 100:g} %.",
        queries=tuple(queries.succeeded(query) for query in failing.queries),
        thresholds=(Threshold(promised, "green"),),
        base="yellow",
        width=6,
        height=7,
    )


def _environments(reader: Reader, application: Application) -> Iterator[Panel]:
    for service in topics.holders(reader, application, "users_daily"):
        yield Panel(
            "Active users by environment",
            "Users active today in each environment whose metrics are kept in this store.",
            Unit.COUNT,
            (queries.by_environment(service, "skillforge_users_active", 'period="day"'),),
            width=12,
        )
        yield Panel(
            "Registrations by environment",
            "Registrations of a day in each environment whose metrics are kept in this store.",
            Unit.COUNT,
            (queries.rate_by_environment(service, "skillforge_registrations_total"),),
            width=12,
        )
