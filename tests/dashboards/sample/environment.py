"""The sample environment: all dashboards of the project's catalog, and a Prometheus with all that they read."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from catalog.catalog import Catalog
from catalog.loading import load
from dashboards.grafana.build import document
from dashboards.grafana.everything import everything
from dashboards.grafana.lint_queries import plain
from dashboards.model import Dashboard
from dashboards.reading import Reader
from dashboards.scope import parsed
from local.tools import ensure
from rendering.rules import rule_groups
from tests.dashboards.asking import Chosen, View
from tests.dashboards.sample import episodes, recording
from tests.dashboards.sample.moments import FINE, Reach, reaches
from tests.dashboards.sample.places import SITE, Places
from tests.dashboards.sample.series import Sample
from tests.dashboards.sample.store import Store

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Environment:
    """What is shown, and who answers."""

    catalog: Catalog
    rules: list[dict[str, Any]]
    dashboards: list[Dashboard]
    views: dict[str, View]
    """By uid."""


def environment() -> Environment:
    """The project's own catalog and dashboards, for an environment that runs everything."""
    catalog = load(ROOT)
    groups = rule_groups(catalog, SITE)
    found = everything(Reader(catalog, SITE, groups))
    rules = [rule for each in groups.values() for group in each for rule in group["rules"]]
    return Environment(catalog, rules, found, {each.uid: View(document(each)) for each in found})


def looked_back(shown: Environment) -> dict[str, Reach]:
    """How far back dashboards, and rules that are recorded, look at each metric."""
    found: dict[str, Reach] = {}
    expressions = [(rule["expr"], float(FINE)) for rule in shown.rules if "record" in rule]
    for view in shown.views.values():
        expressions += [(plain(view.text(target, Chosen("none"))), view.shown) for _, target in view.queries()]
    for text, seconds in expressions:
        for metric, reach in reaches(parsed(text), seconds).items():
            found.setdefault(metric, Reach()).widen(reach)
    return found


@contextmanager
def answering(shown: Environment, folder: Path, report: Callable[[str], None] = print) -> Generator[Store]:
    """A Prometheus with raw series, alerts and recorded series; it ends with the block."""
    start = time.monotonic()
    store = Store(folder, ensure(["prometheus", "promtool"], report))
    reach = looked_back(shown)
    raw = Sample(Places(shown.catalog), reach).series()
    count = store.write(chain(raw, episodes.alerts(shown.rules)), "raw")
    report(f"{count} raw samples after {time.monotonic() - start:.1f} s")
    for number, layer in enumerate(recording.layers(shown.rules)):
        with store:
            found = list(recording.recorded(store, layer, reach))
        count = store.write(found, f"recorded-{number}")
        report(f"{count} samples recorded by {len(layer)} rules after {time.monotonic() - start:.1f} s")
    with store:
        yield store
