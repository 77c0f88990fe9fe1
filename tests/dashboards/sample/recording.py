"""Recorded series of the sample environment: each rule's expression, answered by the Prometheus that holds the raw series."""

import math
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from catalog.queries import reads
from dashboards.scope import parsed
from tests.dashboards.sample import outages
from tests.dashboards.sample.curves import random
from tests.dashboards.sample.episodes import MADE
from tests.dashboards.sample.moments import COARSE, FINE, NOW, STEP, Floats, Reach, moments, reaches
from tests.dashboards.sample.places import EXTERNAL
from tests.dashboards.sample.series import Series
from tests.dashboards.sample.store import Store

_ASKING = 2
_HOURS = FINE // COARSE + 1
Rule = dict[str, Any]


def layers(rules: Iterable[Rule]) -> list[list[Rule]]:
    """Recording rules in the order in which they can be evaluated: each reads raw series and those of layers before its own."""
    recording = [rule for rule in rules if "record" in rule and rule["record"] not in MADE]
    names = {rule["record"] for rule in recording}
    reading = {id(rule): {metric for read in reads(parsed(rule["expr"])) for metric in read.metrics} & names for rule in recording}
    found: list[list[Rule]] = []
    left = recording
    while left:
        waiting = {rule["record"] for rule in left}
        layer = [rule for rule in left if not reading[id(rule)] & waiting]
        if not layer:
            raise ValueError(f"rules that read each other: {sorted(waiting)}")
        found.append(layer)
        left = [rule for rule in left if reading[id(rule)] & waiting]
    return found


def recorded(store: Store, layer: Iterable[Rule], reach: Mapping[str, Reach]) -> Iterator[Series]:
    """The series of a layer's rules over the last hours; where some query looks further back, about the same before."""
    with ThreadPoolExecutor(_ASKING) as pool:
        for found in pool.map(partial(_of, store, reach), layer):
            yield from found


def _of(store: Store, reach: Mapping[str, Reach], rule: Rule) -> list[Series]:
    long = any(found.seconds > FINE for found in reaches(parsed(rule["expr"]), 0).values())
    found: list[Series] = []
    # What is said of weeks hardly changes within hours: once an hour is enough.
    answers = store.over(rule["expr"], NOW - _HOURS * COARSE, NOW, COARSE) if long else store.over(rule["expr"], NOW - FINE, NOW, STEP)
    for answer in answers:
        labels = {**{name: value for name, value in answer["metric"].items() if name != "__name__"}, **rule.get("labels", {}), **EXTERNAL}
        pairs = [(float(moment), float(value)) for moment, value in answer["values"] if math.isfinite(float(value))]
        if pairs:
            at, values = (np.array(part) for part in zip(*pairs, strict=True))
            fine = Series(rule["record"], labels, at, values)
            found.append(_continued(_held(fine) if long else fine, reach.get(rule["record"])))
    return found


def _held(hourly: Series) -> Series:
    """The same each minute: every value stands until the next."""
    at = moments(None)
    at = at[at >= hourly.at[0]]
    return Series(hourly.name, hourly.labels, at, hourly.values[np.searchsorted(hourly.at, at, side="right") - 1])


def _continued(fine: Series, reach: Reach | None) -> Series:
    """The same with a past: its median, now a little more and now a little less; alike for all series of one subject.

    A rate over five minutes cannot be asked of a past that has one sample an hour.
    """
    key = "".join(fine.labels.get(name, "") for name in ("application", "service", "dependency"))
    if fine.name.endswith((outages.AVAILABLE, outages.UNDETECTED)):
        before, values = outages.past(fine.name, key, fine.at[0])
    elif "rate" in fine.name:
        before = _before(fine, reach, often=300 if fine.name.startswith("slo:") else COARSE)
        values = float(np.median(fine.values)) * (1 + 0.05 * random(key, len(before)))
    else:
        before = _before(fine, reach, often=COARSE)
        values = fine.values[0] + 0.02 * abs(float(np.median(fine.values))) * random(key, len(before))
        values = np.minimum(values, 1) if fine.values.max() <= 1 else values
    return Series(fine.name, fine.labels, np.concatenate([before, fine.at]), np.concatenate([values, fine.values]))


def _before(fine: Series, reach: Reach | None, often: int) -> Floats:
    """Moments before the first one, for as long as queries look back; means of rates weigh each sample alike, so these lie closer."""
    at = moments(reach)
    start = at[0]
    return np.arange(start, fine.at[0], often, dtype=np.float64) if start < fine.at[0] - FINE else at[at < fine.at[0]]
