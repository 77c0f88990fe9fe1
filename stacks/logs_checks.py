"""Conflicts among log records' retention, the store that keeps them and who reads there: records would be lost, or kept by nobody."""

from collections.abc import Iterator

from catalog.catalog import Catalog
from catalog.faults import nearest
from catalog.units import duration_text, seconds
from rendering.datadog.log_settings import sold
from rendering.elastic.lifecycle import SHARDS_OF_A_NODE, most_shards
from rendering.logs.settings import LogsSettings
from stacks.logs import serves
from stacks.settings import Settings

Conflict = tuple[str, str, str, str]
_DAY = 86_400


def conflicts(settings: Settings) -> Iterator[Conflict]:
    """Key, value, reason and remedy of each."""
    elastic = settings.elastic
    if settings.logs:
        yield from _retention(settings.logs)
    yield from _datadog(settings)
    if elastic is None:
        yield from _absent(settings)
        return
    if settings.logs is None:
        yield "elastic", "", "nobody says how long records are kept", "set logs.retention, or leave elastic out"
    if settings.operators.elastic == "simulated" and settings.secrets.source != "simulated":
        reason = (
            "nobody would act on Elasticsearch, Kibana, Logstash and Filebeat: their operator is simulated, and no record would be kept"
        )
        yield "operators.elastic", "simulated", reason, "set it to release or present, or leave elastic out"
    if settings.logs:
        written = seconds(elastic.index.rollover_age)
        if settings.logs.retention.warm_after < written:
            given = duration_text(settings.logs.retention.warm_after)
            hot = elastic.index.rollover_age
            reason = f"an index is hot for {hot} (elastic.index.rollover_age), while it is written to, and would be warm before"
            yield "logs.retention.warm_after", given, reason, f"at least {hot}, or a smaller rollover_age"
    yield from _zones(settings)
    yield from _jaeger(settings)


def _jaeger(settings: Settings) -> Iterator[Conflict]:
    store = settings.jaeger.elasticsearch if settings.jaeger else None
    if store and serves(settings, store.url):
        if not store.own_authority:
            reason = "that Elasticsearch is ours, and no public authority vouches for it"
            yield "jaeger.elasticsearch.own_authority", "false", reason, "set it to true"
        if store.user != "jaeger":
            yield "jaeger.elasticsearch.user", store.user, "our Elasticsearch knows no such user", "leave it out"


def together(settings: Settings, catalog: Catalog) -> Iterator[Conflict]:
    """What only the catalog knows: of whom a retention speaks."""
    for name in sorted(set(settings.logs.applications) - set(catalog.applications)) if settings.logs else ():
        yield f"logs.applications.{name}", name, "is no application of the catalog", nearest(name, catalog.applications)
    if settings.logs and (elastic := settings.elastic):
        most, nodes = (
            most_shards(catalog, settings.logs, elastic),
            sum(each.count for tier, each in elastic.nodes.items() if tier != "master"),
        )
        if most > SHARDS_OF_A_NODE * nodes:
            reason = f"all streams together may come to {most} shards, and {nodes} nodes with data take {SHARDS_OF_A_NODE * nodes}"
            remedy = "take fewer shards or replicas, a longer rollover_age, a shorter retention, or more nodes"
            yield "elastic.index.shards", str(elastic.index.shards), reason, remedy


def _absent(settings: Settings) -> Iterator[Conflict]:
    store = settings.jaeger.elasticsearch if settings.jaeger else None
    if store and serves(settings, store.url):
        reason = "that would be an Elasticsearch of ours, and this environment has none"
        yield "jaeger.elasticsearch.url", store.url, reason, "set elastic, name another Elasticsearch, or set jaeger.storage to badger"


def _retention(logs: LogsSettings) -> Iterator[Conflict]:
    """Of single applications; the environment's own is judged where it is read."""
    for name, kept in logs.applications.items():
        for dataset, age in kept.items():
            if age < _DAY:
                reason = "an index holds records of about a day, and is deleted as a whole"
                yield f"logs.applications.{name}.{dataset}", duration_text(age), reason, "at least 1d"


def _datadog(settings: Settings) -> Iterator[Conflict]:
    """An environment's records are kept as long there as here, in the steps that Datadog sells."""
    shaped = settings.datadog.logs if settings.datadog else None
    for name, index in shaped.environments.items() if shaped else ():
        key = f"datadog.logs.environments.{name}.retention"
        if name != settings.environment or settings.logs is None:
            if index.retention is None:
                yield key, "", "nobody says how long these records are kept", "write how many days"
            continue
        days = settings.logs.retention.keep["logs"] / _DAY
        wanted = sold(settings.logs.retention.keep["logs"])
        if wanted is None:
            yield "logs.retention.keep.logs", f"{days:g}d", "Datadog keeps records for 360 days at most", "at most 360d"
        elif index.retention not in {None, wanted}:
            reason = f"logs.retention keeps this environment's records {days:g} days, for which Datadog sells {wanted}"
            yield key, str(index.retention), reason, "leave it out, or change logs.retention.keep.logs"
        elif shaped and wanted > shaped.security.retention:
            reason = f"security records would be kept {shaped.security.retention} days, and ordinary ones {wanted}"
            yield "datadog.logs.security.retention", str(shaped.security.retention), reason, f"at least {wanted}"


def _zones(settings: Settings) -> Iterator[Conflict]:
    elastic = settings.elastic
    if elastic is None or settings.cluster.zones > 1:
        return
    several = {f"nodes.{tier}.count": nodes.count for tier, nodes in elastic.nodes.items()}
    several |= {"kibana_replicas": elastic.kibana_replicas, "logstash.replicas": elastic.logstash.replicas}
    for key, count in several.items():
        if count > 1:
            reason = "all of them would stand in one zone and fall with it"
            yield f"elastic.{key}", str(count), reason, "set cluster.zones to the zones that nodes stand in, or take 1"
