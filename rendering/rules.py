"""Alert rules of Prometheus: one for every alert of the catalog that it evaluates, with the series that they read."""

from catalog.base import Backend, Priority, Severity
from catalog.catalog import Catalog, PlacedAlert, Subject
from catalog.units import duration_text
from rendering import alert_quality, offtarget, promql, reliability, slo, wording
from rendering.document import Document, monitoring_object
from rendering.loki import logql
from rendering.recording import Measured, measure
from rendering.remediation.places import annotation
from rendering.sight import seen
from rendering.site import Site

_LEAST_ABSENCE = 600
"""Seconds that data must be missing: a pod that moves to another node is no news."""
_SMOOTHING = "1h"
"""A baseline is the mean of so long, lest one odd minute of last week decide."""


def rule_groups(catalog: Catalog, site: Site) -> dict[str, list[Document]]:
    """Rule groups by file name: an application's, up to five for each service or dependency; histories of alerts; and the watchdog's."""
    return by_file(object_groups(catalog, site))


def object_groups(catalog: Catalog, site: Site) -> dict[str, list[Document]]:
    """Rule groups by the name of their PrometheusRule: one for each `application.service` or `application.dependency`.

    The operator refuses an object whose rules are longer than 512 KiB, half of what a ConfigMap may hold (`pkg/operator/rules.go` of
    v0.92.1): a service's rules stay far below that, a large application's would not. Names of the catalog hold no dot, so no two
    subjects share one; no service has the name of a dependency beside it.
    """
    found: dict[str, list[Document]] = {"watchdog": [_watchdog(site)]}
    alerts: dict[tuple[str, str], list[PlacedAlert]] = {}
    for placed in evaluated(catalog, site):
        alerts.setdefault((placed.subject.application.application, placed.subject.name), []).append(placed)
    slos: dict[tuple[str, str], list[slo.Slo]] = {}
    for objective in slo.objectives(catalog, site):
        slos.setdefault((objective.subject.application.application, objective.subject.name), []).append(objective)
    reports = reliability.groups(catalog, site)
    for subject in catalog.subjects():
        if site.runs(subject):
            key = (subject.application.application, subject.name)
            alerting = [*_group(subject, alerts.get(key, []), catalog, site), *slo.groups(slos.get(key, []), site)]
            found[".".join(key)] = [*alerting, *reports.get(key, [])]
    found |= alert_quality.groups(found.items())
    return {name: groups for name, groups in found.items() if groups}


def by_file(groups: dict[str, list[Document]]) -> dict[str, list[Document]]:
    """The groups of objects by the application that they belong to: as files, few are easier to read than many."""
    found: dict[str, list[Document]] = {}
    for name, group in groups.items():
        found.setdefault(name.partition(".")[0], []).extend(group)
    return found


def rule_documents(groups: dict[str, list[Document]], site: Site) -> tuple[Document, ...]:
    """The groups of `object_groups` as PrometheusRule objects."""
    return tuple(
        monitoring_object("v1", "PrometheusRule", name, site.namespaces.monitoring, {"groups": group}) for name, group in groups.items()
    )


def evaluated(catalog: Catalog, site: Site) -> tuple[PlacedAlert, ...]:
    """The alerts that Prometheus evaluates here."""
    return tuple(placed for placed in heard(catalog, site) if not logql.evaluated(placed, site))


def by_loki(catalog: Catalog, site: Site) -> tuple[PlacedAlert, ...]:
    """Those that Loki's ruler evaluates instead, since it has the records."""
    return tuple(placed for placed in heard(catalog, site) if logql.evaluated(placed, site))


def heard(catalog: Catalog, site: Site) -> tuple[PlacedAlert, ...]:
    """The alerts that Alertmanager may hear of, whoever evaluates them."""
    return tuple(
        placed
        for placed in catalog.alerts()
        if site.runs(placed.subject) and catalog.evaluated_in(placed, Backend.PROMETHEUS) and seen(placed.signal, catalog, site)
    )


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


def _group(subject: Subject, alerts: list[PlacedAlert], catalog: Catalog, site: Site) -> list[Document]:
    """The subject's group: recorded series first, then what reads them; none where there is nothing to evaluate."""
    recorded, rules = offtarget.rules(subject, catalog, site)
    series = {rule["record"]: rule for rule in recorded}
    for placed in alerts:
        measured = _measured(placed, site)
        series |= {rule["record"]: rule for rule in measured.rules}
        rules += _alert_rules(placed, measured, catalog, site)
    if not rules:
        return []
    name, interval = f"{subject.application.application}.{subject.name}", duration_text(subject.application.evaluation_interval)
    return [{"name": name, "interval": interval, "rules": [*series.values(), *rules]}]


def _window(placed: PlacedAlert) -> float:
    return placed.alert.window or placed.signal.window


def _measured(placed: PlacedAlert, site: Site) -> Measured:
    alert = placed.alert
    history = alert.baseline is not None
    return measure(placed.subject, alert.signal, placed.signal, _window(placed), alert.statistic, site, history=history)


def _alert_rules(placed: PlacedAlert, measured: Measured, catalog: Catalog, site: Site) -> list[Document]:
    alert, signal = placed.alert, placed.signal
    by = promql.grouping(placed.subject, signal)
    expression = _condition(placed, measured)
    if measured.events is not None and signal.min_samples is not None:
        # Rates times the window are events: too few of them say nothing.
        expression += f"\nand {promql.on(by)} {measured.events} * {promql.number(_window(placed))} >= {signal.min_samples}"
    notes = wording.annotations(placed, by, site) | annotation(placed, site)
    rules = [_rule(placed.name, expression, alert.hold, labels(placed, catalog), notes)]
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
        raise ValueError(f"{placed.name} of {wording.where(placed.subject)}: PromQL has no anomaly detector")
    worse, sign = (1 + alert.baseline.worse_by, ">") if placed.signal.wrong == "high" else (1 - alert.baseline.worse_by, "<")
    past = f"avg_over_time({measured.value}[{_SMOOTHING}] offset {duration_text(alert.baseline.offset)})"
    on = promql.on(promql.grouping(placed.subject, placed.signal))
    return f"{value} {sign} {on} {promql.number(round(worse, 6))} * {past}"


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
