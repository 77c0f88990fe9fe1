"""Faults of what Datadog would evaluate, told where people write it: a signal's query, an alert, an objective's window."""

import re
from collections.abc import Iterator

from catalog.base import Backend
from catalog.catalog import Catalog, PlacedAlert
from catalog.faults import Fault
from catalog.signal import DatadogQuery
from catalog.units import Unit
from rendering.datadog import check, slos
from rendering.datadog.monitor import resource_name
from rendering.datadog.monitors import CONDITION, asked, evaluated
from rendering.datadog.monitors import resources as monitors
from rendering.site import Site


def judge(catalog: Catalog, site: Site) -> list[Fault]:
    """Faults of everything that Datadog would evaluate here, in time linear to its monitors; none where it is off."""
    if site.datadog is None:
        return []
    found = [*_signals(catalog), *_windows(catalog, site), *_unheard(catalog, site)]
    if found:
        return found  # what cannot be read cannot be rendered
    where = check.sources(catalog)
    alerts = {resource_name(placed.subject, placed.name): placed for placed in evaluated(catalog, site)}
    for resource in monitors(catalog, site):
        application, subject, alert, *part = resource.name.split(".")
        placed = alerts.get(f"{application}.{subject}.{alert}")
        key = f"{placed.subject.place}.alerts.{placed.name}" if placed else f"{subject}.{alert}"
        unit = placed.signal.unit if placed and part in ([], [CONDITION]) and _absolute(placed) else None
        for problem in check.problems(resource, where, unit):
            place = f"{key} (Datadog: {problem.key})"
            found.append(Fault(f"catalog/applications/{application}.yaml", place, problem.value, problem.reason, problem.remedy))
    return found


def _absolute(placed: PlacedAlert) -> bool:
    """Whether its threshold is in its signal's unit, no multiple of its past and no share of odd points."""
    return placed.alert.baseline is None and placed.alert.anomaly is None


def _signals(catalog: Catalog) -> Iterator[Fault]:
    """Queries of signals, whether or not an alert uses them: dashboards do."""
    where = check.sources(catalog)
    for name, signal in catalog.signals.items():
        query = signal.datadog
        if not isinstance(query, DatadogQuery):
            continue
        for form in ("value", "bad", "all", "distribution"):
            template: str | None = getattr(query, form)
            if template is None:
                continue
            text = f"p95:{template}{{*}}" if form == "distribution" else re.sub(r"\$tags", "env:test", template).replace("$by", "tag")
            for problem in check.query_problems(text, where):
                yield Fault("catalog/signals", f"{name}.datadog.{form}", template, problem.reason, problem.remedy)
            if form == "value" and signal.unit is Unit.RATIO and check.in_per_cent(text):
                yield Fault("catalog/signals", f"{name}.datadog.{form}", template, *check.PER_CENT)


def _unheard(catalog: Catalog, site: Site) -> Iterator[Fault]:
    """Alerts that Datadog is to tell of, and that nothing here lets it see."""
    heard = {(placed.subject.place, placed.name) for placed in evaluated(catalog, site)}
    for placed in asked(catalog, site):
        if catalog.pager(placed) is Backend.DATADOG and (placed.subject.place, placed.name) not in heard:
            file, key = (
                f"catalog/applications/{placed.subject.application.application}.yaml",
                f"{placed.subject.place}.alerts.{placed.name}",
            )
            reason = f"Datadog tells of this alert, and in {site.environment} nobody sends it the {placed.signal.title}"
            remedy = "write pager: prometheus, or let the stack's datadog.cluster_state or datadog.synthetics send it"
            yield Fault(file, f"{key}.pager", "datadog", reason, remedy)


def _windows(catalog: Catalog, site: Site) -> Iterator[Fault]:
    """Objectives over windows that Datadog has not."""
    for promise in slos.promises(catalog, site):
        try:
            _ = promise.window
        except ValueError as error:
            application = promise.subject.application.application
            place = f"{promise.subject.place}.objectives.{promise.name}.window"
            remedy = f"write one of {', '.join(slos.WINDOWS.values())}, or collect the signal elsewhere"
            yield Fault(f"catalog/applications/{application}.yaml", place, str(promise.objective.window), str(error), remedy)
