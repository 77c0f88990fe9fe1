"""How long records live, and on which nodes: one lifecycle policy for each set of ages that the settings ask for."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.catalog import Catalog
from catalog.units import seconds
from rendering.elastic.request import Request, put
from rendering.elastic.settings import ElasticSettings, Tier
from rendering.logs.settings import DATASETS, Dataset, LogsSettings

_DAY, _HOUR = 86_400, 3600
_GENERATIONS = 30
"""Indices that a stream has at most by its age: what is kept a year is rolled over every 13 days, or its shards fill the cluster."""
SHARDS_OF_A_NODE = 1000
"""More are refused (`cluster.max_shards_per_node`)."""
META = {"managed_by": "observatory"}
EVENTS: tuple[Dataset, ...] = ("business", "security", "performance")
"""Rare beside records: one shard each."""
HOT, WARM, COLD = 100, 50, 0
"""Order of recovery after a restart: the newest indices first."""


@dataclass(frozen=True)
class Ages:
    """What decides a policy."""

    keep: float
    """Seconds after which records are deleted."""
    rollover: float
    """Seconds after which an index is closed for writing; records live this much longer than `keep` at most."""
    warm: float | None
    cold: float | None
    """Seconds; None where there are no such nodes, or records are deleted before."""

    @property
    def name(self) -> str:
        """The policy's name: the same ages have the same."""
        return f"observatory-keep-{age(self.keep)}"


def ages(application: str, dataset: Dataset, logs: LogsSettings, elastic: ElasticSettings) -> Ages:
    """Of one data stream."""
    keep = logs.keep(application, dataset)
    return of(keep, logs, elastic)


def of(keep: float, logs: LogsSettings, elastic: ElasticSettings) -> Ages:
    """Of anything kept so many seconds."""
    rollover = max(float(seconds(elastic.index.rollover_age)), _whole(keep / _GENERATIONS))
    moves: dict[Tier, float] = {"warm": logs.retention.warm_after, "cold": logs.retention.cold_after}
    when = {tier: after if tier in elastic.nodes and after < keep else None for tier, after in moves.items()}
    return Ages(keep, min(rollover, keep), when["warm"], when["cold"])


def of_dead_letters(logs: LogsSettings, elastic: ElasticSettings) -> Ages:
    """As long as ordinary records."""
    return of(logs.retention.keep["logs"], logs, elastic)


def policies(catalog: Catalog, logs: LogsSettings, elastic: ElasticSettings) -> list[Ages]:
    """Each distinct set of ages once, the shortest first; that of dead letters, which are nobody's, among them."""
    found = {ages(name, dataset, logs, elastic) for name in catalog.applications for dataset in DATASETS}
    found.add(of_dead_letters(logs, elastic))
    return sorted(found, key=lambda each: each.keep)


def requests(catalog: Catalog, logs: LogsSettings, elastic: ElasticSettings) -> Iterator[Request]:
    """The policies of logs."""
    for each in policies(catalog, logs, elastic):
        yield request(each.name, each, elastic)


def request(name: str, each: Ages, elastic: ElasticSettings) -> Request:
    """A policy; Elasticsearch moves indices between tiers by itself where a phase is of another one (the action `migrate`)."""
    phases: dict[str, Any] = {
        "hot": {"min_age": "0ms", "actions": {"rollover": _rollover(each, elastic), "set_priority": {"priority": HOT}}}
    }
    copies = min(elastic.index.replicas, 1)
    if each.warm is not None:
        # Written no more: one shard of one segment, of which two copies are enough.
        actions = {
            "set_priority": {"priority": WARM},
            "allocate": {"number_of_replicas": copies},
            "shrink": {"number_of_shards": 1},
            "forcemerge": {"max_num_segments": 1},
        }
        phases["warm"] = {"min_age": age(each.warm), "actions": actions}
    if each.cold is not None:
        phases["cold"] = {
            "min_age": age(each.cold),
            "actions": {"set_priority": {"priority": COLD}, "allocate": {"number_of_replicas": copies}},
        }
    phases["delete"] = {"min_age": age(each.keep), "actions": {"delete": {}}}
    return put(f"lifecycle {name}", f"/_ilm/policy/{name}", {"policy": {"_meta": META, "phases": phases}})


def _rollover(each: Ages, elastic: ElasticSettings) -> dict[str, Any]:
    """An index without a record stays, so a quiet stream costs one index."""
    return {"max_age": age(each.rollover), "max_primary_shard_size": elastic.index.rollover_size, "min_docs": 1}


def age(value: float) -> str:
    """As Elasticsearch writes it: whole days, else hours (rounded up)."""
    return f"{int(value // _DAY)}d" if value % _DAY == 0 else f"{math.ceil(value / _HOUR)}h"


def _whole(value: float) -> float:
    return float(math.ceil(value / _DAY) * _DAY) if value > _DAY else float(math.ceil(value / _HOUR) * _HOUR)


def shards(dataset: Dataset, elastic: ElasticSettings) -> int:
    """Primary shards of a data stream's newest index."""
    return 1 if dataset in EVENTS else elastic.index.shards


def most_shards(catalog: Catalog, logs: LogsSettings, elastic: ElasticSettings) -> int:
    """Shards, with copies, that all streams have together when every index was rolled over by its age.

    An upper estimate of what stands against the limit of each node with data.
    """
    total = 0
    for name in catalog.applications:
        for dataset in DATASETS:
            each = ages(name, dataset, logs, elastic)
            full = shards(dataset, elastic) * (1 + elastic.index.replicas)
            until = each.warm if each.warm is not None else each.keep
            hot = math.ceil(until / each.rollover) + 1
            rest = math.ceil(each.keep / each.rollover) + 1 - hot
            total += hot * full + max(rest, 0) * (1 + min(elastic.index.replicas, 1))
    return total
