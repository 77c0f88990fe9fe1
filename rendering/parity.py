"""The matrix of alerts and backends: who pages, who stands by, who only shows, and why somebody does not see an alert at all."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import cast

from catalog.base import Backend
from catalog.catalog import Catalog, PlacedAlert, Subject, collectors
from catalog.model import Service
from catalog.signal import Gap, Signal
from catalog.units import duration_text
from rendering import offtarget, wording
from rendering.document import Document
from rendering.evaluated import Identity, State
from rendering.site import Site

BACKENDS = (Backend.PROMETHEUS, Backend.DATADOG, Backend.CLOUDWATCH)
_NO_DATA = "NoData"
_ONCE = "a promise on a value opens one ticket, by the owner of its signal; the others show the value on dashboards"
_LEAST_REASON = 8


@dataclass(frozen=True)
class Cell:
    """What one backend does about one alert."""

    state: State
    after: str = ""
    """Of a standby: how much later it notifies."""
    reason: str = ""
    """Of a gap."""

    @property
    def text(self) -> str:
        """In words, without the reason."""
        return f"{self.state} after {self.after}" if self.after else self.state

    @property
    def alerts(self) -> bool:
        """Whether the backend evaluates the alert."""
        return self.state not in ("gap", "not collected")


@dataclass(frozen=True)
class Row:
    """One alert of one subject."""

    identity: Identity
    priority: str
    cells: Mapping[Backend, Cell]


def cell(placed: PlacedAlert, backend: Backend, catalog: Catalog) -> Cell:
    """What the catalog says that a backend does about an alert."""
    missing = _missing(placed.subject, placed.signal, backend)
    if missing is not None:
        return missing
    alert = placed.alert
    if backend in alert.gaps:
        return Cell("gap", reason=alert.gaps[backend])
    if backend is catalog.pager(placed):
        return Cell("pages" if alert.pages else "tells")
    if backend in alert.standby:
        return Cell("standby", after=duration_text(alert.standby[backend]))
    return Cell("shows")


def rows(catalog: Catalog, groups: dict[str, list[Document]], site: Site) -> list[Row]:
    """Alerts in the order of the catalog, each subject's own first, then those that its promises make."""
    own: dict[str, list[Row]] = {}
    made: dict[str, list[Row]] = {}
    for placed in catalog.alerts():
        own.setdefault(wording.where(placed.subject), []).append(_placed(placed, catalog))
    known = {row.identity for row in chain.from_iterable(own.values())}
    for rule in _alert_rules(groups):
        identity = identity_of(rule)
        if identity[0] and identity not in known and not identity[2].endswith(_NO_DATA):
            made.setdefault("/".join(identity[:2]), []).append(_made(rule, identity, catalog))
    found: list[Row] = []
    for subject in catalog.subjects():
        if site.runs(subject):
            where = wording.where(subject)
            found += [*own.get(where, []), *made.get(where, [])]
    return found


def unexplained(
    found: list[Row],
    groups: dict[str, list[Document]],
    monitors: Mapping[Identity, State] | None = None,
    alarms: Mapping[Identity, State] | None = None,
) -> list[str]:
    """What the matrix cannot account for: gaps without a reason, and alerts that a backend should evaluate and nothing rendered does.

    `monitors` are Datadog's, as `monitored` tells them, `alarms` CloudWatch's, as `alarmed` does; a column of which they are not given is
    taken as the catalog says it.
    """
    theirs = ((Backend.DATADOG, "monitor", monitors), (Backend.CLOUDWATCH, "alarm", alarms))
    rendered = {identity_of(rule) for rule in _alert_rules(groups)}
    told: list[str] = []
    for row in found:
        where = f"{row.identity[0]}/{row.identity[1]} {row.identity[2]} ({row.identity[3]})"
        told += [
            f"{where}: {backend.value} has a gap and no reason; write one in the signal or in the alert's `gaps`"
            for backend, cell in row.cells.items()
            if cell.state == "gap" and len(cell.reason.strip()) < _LEAST_REASON
        ]
        if row.cells[Backend.PROMETHEUS].alerts and row.identity not in rendered:
            told.append(f"{where}: the catalog says that prometheus evaluates it, and no rule does; render it or explain the gap")
        told += [
            f"{where}: {problem}"
            for backend, what, rendered_there in theirs
            if rendered_there is not None and (problem := _differs(row, backend, what, rendered_there.get(row.identity))) is not None
        ]
        if not any(cell.alerts for cell in row.cells.values()):
            told.append(f"{where}: no backend evaluates it; collect its signal somewhere or remove it")
    return told


def _differs(row: Row, backend: Backend, what: str, rendered: State | None) -> str | None:
    """Why a row's word on a backend is not what its monitor or alarm does."""
    cell = row.cells[backend]
    if cell.alerts and rendered is None:
        return f"the catalog says that {backend.value} evaluates it, and no {what} does; render it or explain the gap"
    if (rendered, cell.state) == ("shows", "not collected"):
        return None  # a canary of a service that sends nothing to CloudWatch
    if rendered is not None and rendered != cell.state:
        return f"the catalog says that {backend.value} {cell.text}, and its {what} {rendered}; mend the {what}'s tags"
    return None


def text(found: list[Row]) -> str:
    """The matrix as Markdown; reasons are footnotes, the same one written once."""
    reasons: dict[str, int] = {}
    table = [_line(row, reasons) for row in found]
    counts = Counter((backend, cell.state) for row in found for backend, cell in row.cells.items())
    states: tuple[State, ...] = ("pages", "tells", "standby", "shows", "gap", "not collected")
    summary = [
        f"| {backend.value} | {' | '.join(str(counts[backend, state]) for state in states)} | {len(found)} |" for backend in BACKENDS
    ]
    unreasoned = sum(1 for row in found for cell in row.cells.values() if cell.state == "gap" and not cell.reason.strip())
    return "\n".join(
        [
            "<!-- `make generate` writes this file from the catalog; do not edit it. -->",
            "# Alerts and backends",
            "",
            "What each backend does about each alert: **pages** a person at once, **tells** a team in a message, stands by and notifies",
            "later when the first is dead, only **shows**, has a **gap** (why stands in the footnote), or does **not collect** the signal",
            "because its application sends it elsewhere. Prometheus' column is checked against the rules that are rendered, Datadog's",
            "against its monitors, CloudWatch's against its alarms, which show canaries of others too. An alert on missing data goes",
            "with its alert.",
            "",
            f"| Backend | {' | '.join(states)} | alerts |",
            f"|---|{'---:|' * (len(states) + 1)}",
            *summary,
            "",
            f"Gaps without a reason: {unreasoned}.",
            "",
            f"| Application | Service or dependency | Alert | Priority | {' | '.join(backend.value for backend in BACKENDS)} |",
            "|---|---|---|---|---|---|---|",
            *table,
            "",
            *(f"[^{number}]: {reason[0].upper()}{reason[1:]}." for reason, number in reasons.items()),
            "",
        ]
    )


def _line(row: Row, reasons: dict[str, int]) -> str:
    application, subject, alert, severity = row.identity
    shown: list[str] = []
    for backend in BACKENDS:
        cell = row.cells[backend]
        note = f" [^{reasons.setdefault(cell.reason, len(reasons) + 1)}]" if cell.reason else ""
        shown.append(f"{cell.text}{note}")
    urgency = " ".join(dict.fromkeys((row.priority, severity)))
    return f"| {application} | {subject} | [{alert}](runbooks/{alert}.md) | {urgency} | {' | '.join(shown)} |"


def identity_of(rule: Document) -> Identity:
    """An alert rule's identity by its labels."""
    told = cast("dict[str, str]", rule["labels"])
    return (told.get("application", ""), told.get("service") or told.get("dependency") or "", str(rule["alert"]), told["severity"])


def _identity(placed: PlacedAlert) -> Identity:
    application, subject, alert, severity = placed.identity
    return (application, subject, alert, severity.value)


def _alert_rules(groups: dict[str, list[Document]]) -> Iterator[Document]:
    for file in groups.values():
        for group in file:
            yield from (rule for rule in cast("list[Document]", group["rules"]) if "alert" in rule)


def _placed(placed: PlacedAlert, catalog: Catalog) -> Row:
    return Row(_identity(placed), placed.alert.priority.value, {backend: cell(placed, backend, catalog) for backend in BACKENDS})


def _made(rule: Document, identity: Identity, catalog: Catalog) -> Row:
    """An alert that a promise makes: an objective's burn rates and budget, or a target's miss."""
    told = cast("dict[str, str]", rule["labels"])
    subject = next(subject for subject in catalog.subjects() if wording.where(subject) == "/".join(identity[:2]))
    owner = told.get("pager", Backend.PROMETHEUS.value)
    signal = catalog.signals[_promise(subject, told.get("slo"), identity[2])]
    cells: dict[Backend, Cell] = {}
    for backend in BACKENDS:
        if backend.value == owner:
            cells[backend] = Cell("pages" if told.get("pages") == "true" else "tells")
        elif (missing := _missing(subject, signal, backend)) is not None:
            cells[backend] = missing
        else:
            cells[backend] = Cell("shows") if "slo" in told else Cell("gap", reason=_ONCE)
    return Row(identity, told["priority"], cells)


def _promise(subject: Subject, slo: str | None, alert: str) -> str:
    """The signal of the objective or target that an alert is made for."""
    if slo is not None and isinstance(subject.watched, Service):
        return subject.watched.objectives[slo].signal
    promised = {wording.camel(name) + offtarget.SUFFIX: target.signal for name, target in offtarget.promised(subject).items()}
    return promised[alert]


def _missing(subject: Subject, signal: Signal, backend: Backend) -> Cell | None:
    """Why a backend cannot see a signal of a subject; None where it can."""
    if backend not in collectors(subject, signal):
        return Cell("not collected")
    query = signal.query(backend)
    return Cell("gap", reason=query.gap) if isinstance(query, Gap) else None
