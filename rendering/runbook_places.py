"""Every place at which an alert exists, read from the rendered rules and, for what other backends alone evaluate, from the catalog."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from catalog.base import Severity
from catalog.catalog import Catalog, PlacedAlert, Subject
from catalog.model import Application
from catalog.outside import Journey
from catalog.signal import DatadogQuery
from catalog.units import duration_text
from rendering import parity, promql, wording
from rendering.aws import late
from rendering.datadog.synthetic_runs import tried
from rendering.datadog.synthetics import RUNBOOK
from rendering.document import Document
from rendering.site import Site

_TEMPLATE = re.compile(r"^.*?\{\{.*?\}\}[^;]*; ")


@dataclass(frozen=True)
class Place:
    """One alert of one subject, as a runbook tells of it."""

    subject: Subject | None
    """None for the watchdog, which is about nothing but itself."""
    alert: str
    about: str
    """What it watches, in words."""
    backends: str
    condition: str
    hold: str
    urgency: str
    """Priority and severity."""
    called: str
    impact: str
    action: str
    query: str
    language: str
    recorded: tuple[Document, ...]
    """Recording rules that the query reads, directly or through others."""

    @property
    def where(self) -> str:
        """Application and service or dependency."""
        return wording.where(self.subject) if self.subject else "everywhere"


def places(catalog: Catalog, groups: dict[str, list[Document]], site: Site) -> dict[str, list[Place]]:
    """Places by the page that they belong to, which is the one that the alert's `runbook_url` names."""
    placed = {(p.subject.application.application, p.subject.name, p.name): p for p in catalog.alerts() if site.runs(p.subject)}
    subjects = {wording.where(subject): subject for subject in catalog.subjects()}
    found: dict[str, list[Place]] = {}
    seen: set[tuple[str, str, str]] = set()
    for rules in _by_thing(groups):
        for rule in rules:
            if "alert" not in rule:
                continue
            told = cast("dict[str, str]", rule["labels"])
            name = told.get("service") or told.get("dependency") or ""
            key = (told.get("application", ""), name, str(rule["alert"]))
            seen.add(key)
            place = _of_rule(rule, rules, subjects.get("/".join(key[:2])), placed.get(key), catalog)
            found.setdefault(page_of(rule), []).append(place)
    for key, alert in placed.items():
        if key not in seen:
            found.setdefault(alert.name, []).append(_of_catalog(alert, catalog))
    for subject, service in tried(catalog, site):
        found.setdefault(RUNBOOK, []).extend(_of_journey(subject, name, journey, catalog) for name, journey in service.journeys.items())
    found.setdefault(late.LATE, []).extend(_of_copies(subject, what, catalog) for what, subject in late.owners(catalog).items())
    return dict(sorted(found.items()))


def page_of(rule: Document) -> str:
    """The page's name: the last part of the rule's `runbook_url`, without what follows `#`."""
    address = str(rule["annotations"]["runbook_url"])
    return address.rpartition("/")[2].partition("#")[0].removesuffix(".md")


def _by_thing(groups: dict[str, list[Document]]) -> Iterator[list[Document]]:
    """Rules of one service or dependency together: what one group records, its neighbours read."""
    for file in groups.values():
        things: dict[str, list[Document]] = {}
        for group in file:
            things.setdefault(".".join(str(group["name"]).split(".")[:2]), []).extend(group["rules"])
        yield from things.values()


def _of_rule(rule: Document, rules: list[Document], subject: Subject | None, placed: PlacedAlert | None, catalog: Catalog) -> Place:
    told, notes = cast("dict[str, str]", rule["labels"]), cast("dict[str, str]", rule["annotations"])
    first, impact, action = _description(notes["description"])
    pages = told.get("pages") == "true"
    backends = _backends(placed, catalog) if placed else f"prometheus {'pages' if pages else 'tells'}"
    escalation = placed.alert.escalation if placed else None
    expression = str(rule["expr"])
    called = _called(catalog, subject.application, told["team"], escalation, Severity(told["severity"]), pages=pages) if subject else ""
    return Place(
        subject=subject,
        alert=str(rule["alert"]),
        about=placed.signal.title if placed else "",
        backends=backends,
        condition=wording.condition(placed) if placed and placed.name == rule["alert"] else _TEMPLATE.sub("", first).rstrip("."),
        hold="at once" if rule.get("for", "0s") == "0s" else str(rule["for"]),
        urgency=" ".join(dict.fromkeys((told["priority"], told["severity"]))),
        called=called or "the external heartbeat, each minute; it calls on-call when this stops",
        impact=impact,
        action=action,
        query=expression,
        language="promql",
        recorded=tuple(_read_by(expression, [other for other in rules if "record" in other])),
    )


def _description(text: str) -> tuple[str, str, str]:
    """What happens, the impact and the first action of an alert's description."""
    lines = text.split("\n")
    parts = {line.partition(": ")[0]: line.partition(": ")[2] for line in lines[1:]}
    return lines[0], parts.get("Impact", ""), parts.get("Action", "")


def _of_catalog(placed: PlacedAlert, catalog: Catalog) -> Place:
    """An alert that Prometheus does not evaluate: its query is the catalog's, whose `$tags` the backend's renderer fills in."""
    alert, pager = placed.alert, catalog.pager(placed)
    query = placed.signal.query(pager)
    text = query.model_dump_json(exclude_defaults=True) if query is not None else ""
    if isinstance(query, DatadogQuery) and query.value is not None:
        text = query.value
    condition = wording.condition(placed)
    if alert.anomaly is not None:
        by = f"by its {alert.anomaly.algorithm} anomaly detector"
        condition = f"more than {alert.anomaly.deviations:g} deviations from its habit over {duration_text(alert.anomaly.over)} {by}"
    team, severity = placed.team, alert.effective_severity
    return Place(
        subject=placed.subject,
        alert=placed.name,
        about=placed.signal.title,
        backends=_backends(placed, catalog),
        condition=condition,
        hold=duration_text(alert.hold) if alert.hold else "at once",
        urgency=" ".join(dict.fromkeys((alert.priority.value, severity.value))),
        called=_called(catalog, placed.subject.application, team, alert.escalation, severity, pages=alert.pages),
        impact=alert.impact,
        action=alert.action,
        query=text,
        language="text",
        recorded=(),
    )


def _of_journey(subject: Subject, name: str, journey: Journey, catalog: Catalog) -> Place:
    """A journey that Datadog tries: what it does stands where others have their query."""
    owner, severity = subject.application.owner, journey.severity
    steps = [" ".join(part for part in (step.do, step.target, step.value or "") if part) for step in journey.steps]
    return Place(
        subject=subject,
        alert=RUNBOOK,
        about=f"the journey {name}",
        backends=f"datadog {'pages' if journey.pages else 'tells'}",
        condition=f"{name} fails when it is tried, every {duration_text(journey.every)}",
        hold="at once",
        urgency=" ".join(dict.fromkeys((journey.priority.value, severity.value))),
        called=_called(catalog, subject.application, owner.team, None, severity, pages=journey.pages),
        impact=journey.impact,
        action=journey.action,
        query="\n".join(steps),
        language="text",
        recorded=(),
    )


def _of_copies(subject: Subject, what: str, catalog: Catalog) -> Place:
    """Copies that AWS Backup makes, where the settings have it make some."""
    return Place(
        subject=subject,
        alert=late.LATE,
        about=f"copies of {what}",
        backends="cloudwatch tells",
        condition="no copy is finished within its schedule and its windows (`aws.backups`), or one fails",
        hold="at once",
        urgency=f"{late.PRIORITY.value} {late.SEVERITY.value}",
        called=_called(catalog, subject.application, subject.application.owner.team, None, late.SEVERITY, pages=False),
        impact=late.IMPACT,
        action=late.ACTION,
        query=f"Sum of {late.NAMESPACE} {late.COMPLETED} by BackupVaultName (…-backups-{what}) < 1",
        language="text",
        recorded=(),
    )


def _backends(placed: PlacedAlert, catalog: Catalog) -> str:
    cells = {backend: parity.cell(placed, backend, catalog) for backend in parity.BACKENDS}
    return ", ".join(f"{backend.value} {cell.text}" for backend, cell in cells.items() if cell.alerts)


def _called(catalog: Catalog, application: Application, team: str, escalation: str | None, severity: Severity, *, pages: bool) -> str:
    """Who hears of it: the escalation's levels for a page, the team's channel for everything else."""
    if not pages:
        channel = catalog.teams[team].slack.get(severity)
        return f"{team}: a message{f' in {channel}' if channel else ''}, nobody is called"
    levels = application.escalations[escalation or application.owner.escalation].levels
    told = [f"{'at once' if not level.after else f'after {duration_text(level.after)}'} {' and '.join(level.notify)}" for level in levels]
    return f"{team}: {', '.join(told)}"


def _read_by(expression: str, recording: list[Document]) -> Iterator[Document]:
    """Recording rules whose series an expression selects, and those that these select, each once."""
    waiting, seen = [expression], set[str]()
    while waiting:
        text = waiting.pop(0)
        for rule in recording:
            labels = cast("dict[str, str]", rule["labels"])
            series = f"{rule['record']}{{{promql.selector(labels)}}}"
            if series in text and series not in seen:
                seen.add(series)
                waiting.append(str(rule["expr"]))
                yield rule
