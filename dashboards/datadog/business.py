"""What an application is for, measured: every business measure of the catalog, with its target as a line."""

from collections.abc import Iterator

from catalog.model import Application, Service
from catalog.units import Unit
from dashboards import facts
from dashboards.datadog import application_queries as queries
from dashboards.datadog import shared
from dashboards.datadog.model import Widget
from dashboards.datadog.panels import named, panel, shown
from dashboards.datadog.reading import Reader
from dashboards.model import Dashboard, Row
from dashboards.themes import BARS, THEMES, TITLES


def dashboards(reader: Reader) -> list[tuple[Application, Dashboard]]:
    """One for each application with business measures."""
    return [(each, _dashboard(reader, each)) for each in reader.applications if _measures(each)]


def _dashboard(reader: Reader, application: Application) -> Dashboard:
    return shared.dashboard(
        reader,
        application,
        "business",
        "business",
        f"What {application.title} achieves for its users and owners, against what was promised.",
        Row("Against targets", tuple(_promised(reader, application))),
        *_themes(reader, application),
        Row("By environment", tuple(_environments(reader, application))),
        since="30d",
    )


def _measures(application: Application) -> list[str]:
    return [target.signal for service in application.services.values() for target in service.business.values()]


def _promised(reader: Reader, application: Application) -> Iterator[Widget]:
    """What each measure with a target is now, or over the time that is chosen where it is a share of events."""
    for subject in shared.services(reader.parts(application)):
        business = subject.watched.business if isinstance(subject.watched, Service) else {}
        for target in business.values():
            sided = target.at_least is not None or target.at_most is not None
            if sided and reader.shows(subject, target.signal):
                title = f"{_title(target.signal)} against its target"
                yield panel(reader, subject, target.signal, kind="stat").but(title=title, width=6, height=4)


def _themes(reader: Reader, application: Application) -> Iterator[Row]:
    wanted = list(dict.fromkeys(_measures(application)))
    placed = {name for names in THEMES.values() for name in names}
    for title, names in THEMES.items():
        found = _shown(reader, application, [name for name in names if name in wanted])
        yield Row(title, (*found, *(_paths(reader, application) if "path_completion" in names else ())))
    yield Row("Other measures", _shown(reader, application, [name for name in wanted if name not in placed]))


def _shown(reader: Reader, application: Application, names: list[str]) -> tuple[Widget, ...]:
    found: list[Widget] = []
    for name in names:
        kind = {"kind": "bars"} if name in BARS else {}
        each = shown(reader, application, {name: _title(name)}, used=True)
        found += [widget.but(width=6, height=7, **kind) for widget in each]
    return tuple(found)


def _title(name: str) -> str:
    return TITLES.get(name, facts.title(name))


def _paths(reader: Reader, application: Application) -> Iterator[Widget]:
    for service in reader.holders(application, "path_completion"):
        yield named(
            "Path progress",
            "Learning paths begun and completed, by day; a path takes days, so completions follow what was begun before.",
            Unit.COUNT,
            f"begun|{queries.paths(reader, service, 'starts')}",
            f"completed|{queries.paths(reader, service, 'completions')}",
        ).but(width=6, height=7)


def _environments(reader: Reader, application: Application) -> Iterator[Widget]:
    """Of all environments that send to this account."""
    for name, title in (("users_daily", "Active users by environment"), ("registrations", "Registrations by environment")):
        for service in reader.holders(application, name):
            said = f"{reader.signal(name).title.capitalize()}, in each environment of this account."
            yield Widget(title, said, reader.signal(name).unit, (reader.everywhere(service, name),), width=12)
