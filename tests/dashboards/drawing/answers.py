"""What a panel shows: the answers to its queries, named and in order."""

import math
import re
from dataclasses import dataclass
from typing import Any

from tests.dashboards.asking import Chosen, View
from tests.dashboards.sample.store import Store

_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_HIDDEN = {"__name__", "environment", "region", "cluster", "__replica__"}
Json = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One series of a panel."""

    name: str
    times: tuple[float, ...]
    values: tuple[float, ...]
    labels: dict[str, str]
    letter: str
    """Which of the panel's queries it answers."""

    @property
    def last(self) -> float:
        """The newest value."""
        return self.values[-1]


def answers(store: Store, view: View, panel: Json, chosen: Chosen) -> list[Line]:
    """A panel's series, those without any number left out."""
    found: list[Line] = []
    for target in panel.get("targets", []):
        for series in view.ask(store, target, chosen):
            pairs = series.get("values") or [series["value"]]
            points = [(float(moment), float(value)) for moment, value in pairs]
            if all(math.isnan(value) for _, value in points):
                continue
            labels = {name: value for name, value in series["metric"].items() if name not in _HIDDEN}
            times, values = zip(*points, strict=True)
            found.append(Line(_name(target, labels), times, values, labels, str(target["refId"])))
    return found


def _name(target: Json, labels: dict[str, str]) -> str:
    legend = str(target.get("legendFormat") or "")
    if not legend or legend == "__auto":
        return " ".join(labels.values())
    return _LABEL.sub(lambda match: labels.get(match[1], ""), legend).strip()
