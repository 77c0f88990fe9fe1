"""What Grafana would ask Prometheus for a dashboard: its queries with variables, windows and times filled in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.units import duration_text, seconds
from dashboards.grafana.lint_panels import look_up, panels, variables
from dashboards.grafana.lint_queries import LOOK_UP, VARIABLE
from tests.dashboards.sample.moments import COARSE, NOW, STEP
from tests.dashboards.sample.store import Answer, Store

Json = dict[str, Any]
_FINE_SHOWN = 6 * 3600
_POINTS = 120
_LOOK_BACK = 1800
"""Seconds within which a variable's values are looked for."""


@dataclass(frozen=True)
class Chosen:
    """One way to set a dashboard's variables, each as it stands in a query."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class View:
    """A dashboard as it is first opened."""

    document: Json

    @property
    def shown(self) -> float:
        """Seconds back from now."""
        return seconds(self.document["time"]["from"].removeprefix("now-"))

    @property
    def step(self) -> float:
        """Seconds from point to point; where only hourly samples are, each point is one of them."""
        least = STEP if self.shown <= _FINE_SHOWN else COARSE
        return max(least, self.shown / _POINTS // least * least)

    @property
    def windows(self) -> dict[str, str]:
        """Grafana's own variables."""
        interval = duration_text(self.step)
        rate = duration_text(300 if self.shown <= _FINE_SHOWN else max(4 * COARSE, self.step))
        return {
            "__interval": interval,
            "__interval_ms": str(int(self.step * 1000)),
            "__rate_interval": rate,
            "__range": duration_text(self.shown),
            "__range_s": str(int(self.shown)),
        }

    def queries(self) -> Iterator[tuple[Json, Json]]:
        """Every panel with each of its queries to Prometheus."""
        for panel in panels(self.document):
            for target in panel.get("targets", []):
                source: Json = target.get("datasource") or panel["datasource"]
                if source["type"] == "prometheus":
                    yield panel, target

    def text(self, target: Json, chosen: Chosen) -> str:
        """A query as it is sent."""
        return self._filled(str(target["expr"]), chosen.values)

    def ask(self, store: Store, target: Json, chosen: Chosen) -> Answer:
        """What Prometheus answers."""
        expression = self.text(target, chosen)
        if target.get("instant"):
            return store.at(expression, NOW)
        return store.over(expression, NOW - self.shown, NOW, self.step)

    def opened(self, store: Store) -> Chosen:
        """As Grafana opens it: all where all may be chosen, else the first value that is offered."""
        return self._chosen(store, "all", whole=True)

    def narrowed(self, store: Store) -> Chosen:
        """The first value of every variable."""
        return self._chosen(store, "first", whole=False)

    def _chosen(self, store: Store, name: str, *, whole: bool) -> Chosen:
        found: dict[str, str] = {}
        for each in variables(self.document):
            if whole and each.get("includeAll"):
                found[str(each["name"])] = str(each.get("allValue") or ".*")
            elif offered := self.offered(store, each, found):
                found[str(each["name"])] = _escaped(offered[0]) if each.get("multi") or each.get("includeAll") else offered[0]
        return Chosen(name, found)

    def offered(self, store: Store, variable: Json, others: Mapping[str, str]) -> list[str]:
        """Values that a variable offers, those that it takes from Prometheus among them."""
        if variable.get("type") != "query":
            return _listed(variable)
        match = LOOK_UP.fullmatch(self._filled(look_up(variable), others))
        if match is None or match["metric"] is None:
            return []
        label = match["label"]
        answer = store.at(f"group by ({label}) (last_over_time({match['metric']}[{_LOOK_BACK}s]))", NOW)
        return sorted(series["metric"][label] for series in answer if label in series["metric"])

    def _filled(self, text: str, values: Mapping[str, str]) -> str:
        known = {**self.windows, **values}

        def value(match: re.Match[str]) -> str:
            return known.get(next(filter(None, match.groups())), match[0])

        return VARIABLE.sub(value, text)


def _listed(variable: Json) -> list[str]:
    """The values of a fixed list."""
    asked = str(variable.get("query") or "")
    return [part.rpartition(" : ")[2].strip() for part in asked.split(",") if part.strip()]


def _escaped(value: str) -> str:
    """A value among several: part of a regular expression in a string (`prometheusSpecialRegexEscape` of Grafana's data source)."""
    return re.sub(r"[$^*{}\[\]'+?.()|\\]", r"\\\\\g<0>", value)
