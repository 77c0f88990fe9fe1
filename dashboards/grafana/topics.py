"""What the dashboards of topics share: an application's panels of the signals that it has, and the ways to its other dashboards."""

from collections.abc import Iterable
from typing import Literal

from catalog.catalog import Subject
from catalog.model import Application, Dependency
from catalog.queries import templates
from catalog.signal import PrometheusQuery
from dashboards.grafana.shared import fitting, here
from dashboards.model import Link, Panel, Row, Variable
from dashboards.naming import application_uid, uid
from dashboards.panels import across, panel
from dashboards.parts import named_signals
from dashboards.reading import Reader

RARE = "nothing of the kind has happened"
"""Why a panel of rare events may be empty."""
_KINDS = {"postgres": ("Databases", "database"), "redis": ("Caches", "cache")}


def applications(reader: Reader) -> list[Application]:
    """The applications that are watched here; the platform has dashboards of its own."""
    return [application for application in reader.catalog.applications.values() if application.namespace is not None]


def dependencies(reader: Reader, application: Application, kind: str) -> list[Subject]:
    """An application's dependencies of a kind, as `postgres`."""
    found = [subject for subject in reader.parts(application) if isinstance(subject.watched, Dependency)]
    return [subject for subject in found if getattr(subject.watched, "kind", None) == kind]


def holders(reader: Reader, application: Application, name: str, *, used: bool = False) -> list[Subject]:
    """The parts of an application that have a signal; `used`: those only whose entry in the catalog names it."""
    return [
        subject for subject in reader.parts(application) if reader.shows(subject, name) and (not used or name in named_signals(subject))
    ]


def panels(
    reader: Reader,
    application: Application,
    names: Iterable[str],
    *,
    used: bool = False,
    kind: Literal["service", "dependency"] | None = None,
) -> tuple[Panel, ...]:
    """A panel for each signal that any part of the application (of a kind) has; of several parts' they show those that `$service` names."""
    found: list[Panel] = []
    for name in names:
        having = [subject for subject in holders(reader, application, name, used=used) if kind in {None, subject.kind}]
        if len(having) == 1:
            found.append(panel(reader, having[0], name))
        elif having and _is_selected(reader, name) and all(subject.kind == "service" for subject in having):
            found.append(across(reader, application, name))
        else:
            named = ((subject, panel(reader, subject, name)) for subject in having)
            found += [each.but(title=f"{each.title}: {subject.name}") for subject, each in named]
    return tuple(found)


def _is_selected(reader: Reader, name: str) -> bool:
    """Whether its series carry the identity of whom they are about; those of shared exporters name pods."""
    query = reader.signal(name).prometheus
    return isinstance(query, PrometheusQuery) and all("$sel" in template for template in templates(query))


def services(application: Application, chosen: Iterable[Subject]) -> tuple[Variable, ...]:
    """The choice among an application's services, where there is one."""
    names = tuple(subject.name for subject in chosen if subject.kind == "service" and subject.application is application)
    return (Variable("service", "Service", values=names),)


def page(*rows: Row, asked: int = 1) -> tuple[Row, ...]:
    """The rows that have panels; those that would make the page ask too much are opened by a click. `asked`: queries of variables."""
    return fitting(rows, asked)


def note(title: str, description: str, text: str, *, width: int = 24, height: int = 4) -> Panel:
    """Words, where something is to be seen elsewhere."""
    return Panel(title, description, None, kind="text", text=text, width=width, height=height)


def links(reader: Reader, application: Application, own: str) -> tuple[Link, ...]:
    """From an application's dashboard (of the topic `own`) to its others."""
    name = application.application
    found = {"": Link("Overview", here(application_uid(name)))}
    if holders(reader, application, "http_requests"):
        found["api"] = Link("API", here(uid("api", name)))
    for subject in reader.parts(application):
        if isinstance(subject.watched, Dependency) and subject.watched.kind in _KINDS:
            title, topic = _KINDS[subject.watched.kind]
            found[topic] = Link(title, here(uid(topic, name)))
    if holders(reader, application, "records_logged"):
        found["logs"] = Link("Logs", here(uid("logs", name)))
    found["infrastructure"] = Link("Infrastructure", here(uid("infrastructure", name)))
    return tuple(link for topic, link in found.items() if topic != own)
