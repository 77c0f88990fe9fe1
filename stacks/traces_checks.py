"""Conflicts among traces, their store and the systems that they are handed to: spans would be lost, or shown to nobody."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from stacks.settings import Settings

Conflict = tuple[str, str, str, str]


def conflicts(settings: Settings) -> Iterator[Conflict]:
    """Key, value, reason and remedy of each."""
    traces, jaeger = settings.traces, settings.jaeger
    if jaeger and traces is None:
        yield "jaeger", jaeger.storage, "nobody sends it spans: there are no collectors", "set traces, or leave jaeger out"
    if traces is None:
        return
    if jaeger is None and traces.jaeger is None and not traces.datadog:
        yield "traces", "", "spans would be kept nowhere", "set jaeger, or traces.jaeger to the address of one that somebody else runs"
    if jaeger and traces.jaeger:
        yield "traces.jaeger", traces.jaeger, "spans would go there, and the Jaeger of ours would get none", "leave one of them out"
    if traces.replicas.min > 1 and settings.cluster.zones == 1:
        reason = "all samplers would stand in one zone and fall with it"
        yield "traces.replicas.min", str(traces.replicas.min), reason, "set cluster.zones to the zones that nodes stand in, or take 1"
    if traces.datadog and not (settings.datadog and settings.datadog.agents and settings.datadog.agents.otlp):
        reason = "no agent of Datadog's takes OTLP here"
        yield "traces.datadog", "true", reason, "set datadog.agents.otlp, or leave traces.datadog out"
    yield from _jaeger(settings)


def _jaeger(settings: Settings) -> Iterator[Conflict]:
    jaeger = settings.jaeger
    if jaeger is None:
        return
    store = jaeger.elasticsearch
    host = urlsplit(store.url).hostname or "" if store else ""
    if store and settings.operators.elastic == "simulated" and f".{settings.namespaces.logging}." in f"{host}.":
        reason = "that is an Elasticsearch of ours, and none runs here: its operator is simulated"
        yield "jaeger.elasticsearch.url", store.url, reason, "set operators.elastic to release or present, or jaeger.storage to badger"
    if store and store.own_authority and not store.url.startswith("https://"):
        yield "jaeger.elasticsearch.own_authority", "true", "no certificate is shown over http", "write https://, or leave it out"
    if settings.prometheus.query == "amp" and jaeger.role_arn is None:
        reason = "the page on services' performance asks the managed workspace, which answers signed requests only"
        yield "jaeger.role_arn", "", reason, "name a role that may aps:QueryMetrics, or set prometheus.query to thanos"
    if jaeger.base_path != "/" and settings.edge is None:
        yield "jaeger.base_path", jaeger.base_path, "there is no edge that it would stand below", "set edge, or leave base_path out"
