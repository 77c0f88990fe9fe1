"""Alert rules of Prometheus: one for every alert of the catalog that it evaluates, with the series that they read."""

from catalog.base import Backend, Priority, Severity
from catalog.catalog import Catalog, PlacedAlert, Subject
from catalog.model import Application
from catalog.units import duration_text
from rendering import promql, wording
from rendering.document import Document, monitoring_object
from rendering.recording import Measured, measure
from rendering.site import Site

_LEAST_ABSENCE = 600
"""Seconds that data must be missing: a pod that moves to another node is no news."""
_SMOOTHING = "1h"
"""A baseline is the mean of so long, lest one odd minute of last week decide."""


def rule_groups(catalog: Catalog, site: Site) -> dict[str, list[Document]]:
    """Rule groups by file name: an application's, one group for each service or dependency that has rules; and the watchdog's."""
    found: dict[str, list[Document]] = {"watchdog": [_watchdog(site)]}
    alerts = _by_subject(catalog, site)
    for name, application in catalog.applications.items():
        groups = [_group(application, subject, placed, catalog, site) for subject, placed in alerts.get(name, [])]
        if groups:
            found[name] = groups
    return found


def rule_documents(groups: dict[str, list[Document]], site: Site) -> tuple[Document, ...]:
    """The same groups as PrometheusRule objects."""
    return tuple(
        monitoring_object("v1", "PrometheusRule", name, site.namespaces.monitoring, {"groups": group}) for name, group in groups.items()
    )


def evaluated(catalog: Catalog, site: Site) -> tuple[PlacedAlert, ...]:
    """The alerts that Prometheus evaluates here."""
    return tuple(placed for placed in catalog.alerts() if site.runs(placed.subject) and catalog.evaluated_in(placed, Backend.PROMETHEUS))


def labels(placed: PlacedAlert, catalog: Catalog) -> dict[str, str]:
    """The contract's labels; `pager` names the backend that notifies instead of Prometheus, for Alertmanager to stay silent."""
    alert, pager = placed.alert, catalog.pager(placed)
    found = placed.subject.labels | {"team": placed.team, "severity": alert.effective_severity.value, "priority": alert.priority.value}
    if pager is not Backend.PROMETHEUS:
        return found | {"pager": pager.value}
    return found | ({"pages": "true"} if alert.pages else {})


def no_data_labels(placed: PlacedAlert, catalog: Catalog) -> dict[str, str]:
    """Labels of an alert's absence: a ticket's, or the alert's own where its absence pages."""
    found = labels(placed, catalog)
    if placed.alert.no_data == "page":
        return found
    found.pop("pages", None)
    return found | {"severity": Severity.WARNING.value, "priority": Priority.P3.value}


def _by_subject(catalog: Catalog, site: Site) -> dict[str, list[tuple[Subject, list[PlacedAlert]]]]:
    """Alerts grouped in one pass, in the order of the catalog."""
    found: dict[str, dict[str, tuple[Subject, list[PlacedAlert]]]] = {}
    for placed in evaluated(catalog, site):
        subjects = found.setdefault(placed.subject.application.application, {})
        subjects.setdefault(placed.subject.name, (placed.subject, []))[1].append(placed)
    return {application: list(subjects.values()) for application, subjects in found.items()}


def _group(application: Application, subject: Subject, alerts: list[PlacedAlert], catalog: Catalog, site: Site) -> Document:
    recorded: dict[str, Document] = {}
    rules: list[Document] = []
    for placed in alerts:
        measured = _measured(placed, site)
        recorded |= {rule["record"]: rule for rule in measured.rules}
        rules += _alert_rules(placed, measured, catalog, site)
    return {
        "name": f"{application.application}.{subject.name}",
        "interval": duration_text(application.evaluation_interval),
        "rules": [*recorded.values(), *rules],
    }


def _window(placed: PlacedAlert) -> float:
    return placed.alert.window or placed.signal.window


def _measured(placed: PlacedAlert, site: Site) -> Measured:
    alert = placed.alert
    history = alert.baseline is not None
    return measure(placed.subject, alert.signal, placed.signal, _window(placed), alert.statistic, site, history=history)


def _alert_rules(placed: PlacedAlert, measured: Measured, catalog: Catalog, site: Site) -> list[Document]:
    alert, signal = placed.alert, placed.signal
    expression = _condition(placed, measured)
    if measured.events is not None and signal.min_samples is not None:
        # Rates times the window are events: too few of them say nothing.
        expression += f"\nand {measured.events} * {promql.number(_window(placed))} >= {signal.min_samples}"
    by = promql.grouping(placed.subject, signal)
    rules = [_rule(placed.name, expression, alert.hold, labels(placed, catalog), wording.annotations(placed, by, site))]
    if alert.no_data != "ok":
        hold = max(alert.hold, _LEAST_ABSENCE)
        told = no_data_labels(placed, catalog)
        rules.append(_rule(f"{placed.name}NoData", f"absent({measured.presence})", hold, told, wording.absence(placed, hold, site)))
    return rules


def _condition(placed: PlacedAlert, measured: Measured) -> str:
    alert, unit, value = placed.alert, placed.signal.unit, promql.grouped(measured.value)
    if alert.above is not None:
        return f"{value} > {promql.number(unit.parse(alert.above))}"
    if alert.below is not None:
        return f"{value} < {promql.number(unit.parse(alert.below))}"
    if alert.baseline is None:
        raise ValueError(f"{placed.name} of {wording.where(placed)}: PromQL has no anomaly detector")
    worse, sign = (1 + alert.baseline.worse_by, ">") if placed.signal.wrong == "high" else (1 - alert.baseline.worse_by, "<")
    past = f"avg_over_time({measured.value}[{_SMOOTHING}] offset {duration_text(alert.baseline.offset)})"
    return f"{value} {sign} {promql.number(round(worse, 6))} * {past}"


def _rule(name: str, expression: str, hold: float, told: dict[str, str], notes: dict[str, str]) -> Document:
    return {"alert": name, "expr": expression, "for": duration_text(hold), "labels": told, "annotations": notes}


def _watchdog(site: Site) -> Document:
    """An alert that always fires: whoever expects it learns of its absence that nobody would hear of any other."""
    notes = {
        "summary": "Watchdog: alerts reach Alertmanager",
        "description": "Always firing. When it stops arriving at the dead man's switch, Prometheus or Alertmanager is dead.",
        "runbook_url": wording.runbook("Watchdog", site),
    }
    told = {"team": "platform", "severity": "none", "priority": "none"}
    return {"name": "watchdog", "rules": [{"alert": "Watchdog", "expr": "vector(1)", "labels": told, "annotations": notes}]}
