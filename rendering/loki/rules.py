"""Alerts that Loki's ruler evaluates: the catalog's, with the labels and words that Prometheus would give them.

An alert is evaluated by one of the two, never by both: `rendering/rules.py` leaves out what stands here.
"""

from collections.abc import Iterator

from catalog.catalog import Catalog, PlacedAlert
from catalog.units import duration_text
from rendering import wording
from rendering.document import Document, to_yaml
from rendering.loki.logql import condition
from rendering.rules import by_loki, labels
from rendering.site import Site

_SELDOM = 60
"""Seconds: reading records costs more than reading a counter, so they are asked no more often than this."""


def groups(catalog: Catalog, site: Site) -> dict[str, list[Document]]:
    """Rule groups by application, one for each service that has such alerts."""
    found: dict[str, dict[str, Document]] = {}
    for placed in by_loki(catalog, site):
        application = placed.subject.application
        place = found.setdefault(application.application, {})
        interval = duration_text(max(_SELDOM, application.evaluation_interval))
        name = f"{application.application}.{placed.subject.name}"
        group = place.setdefault(name, {"name": name, "interval": interval, "rules": []})
        group["rules"] += _rules(placed, catalog, site)
    return {application: list(place.values()) for application, place in found.items()}


def files(groups: dict[str, list[Document]]) -> dict[str, str]:
    """The same as files, by name."""
    return {f"{application}.yaml": to_yaml({"groups": found}) for application, found in groups.items()}


def _rules(placed: PlacedAlert, catalog: Catalog, site: Site) -> Iterator[Document]:
    expression = condition(placed)
    if expression is not None:
        yield {
            "alert": placed.name,
            "expr": expression,
            "for": duration_text(placed.alert.hold),
            "labels": labels(placed, catalog),
            "annotations": wording.annotations(placed, (), site),
        }
