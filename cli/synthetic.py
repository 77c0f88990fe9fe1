"""A large environment made from the real catalog: one service many times, and the metrics that so many services expose."""

from collections.abc import Iterable, Iterator

from catalog.catalog import Catalog
from catalog.model import Identity, Service
from catalog.spans import buckets
from catalog.units import seconds as seconds_of
from rendering.document import Document

APPLICATION, SERVICE = "universal-ai-tools", "api-gateway"
ROUTES = ("/health", "/api/v1/chat", "/api/v1/models", "/api/v1/memories", "/api/v1/tools")
STATUSES = ("200", "404", "500")
_UPSTREAMS = ("postgres", "redis", "openai")
_NODES = 20
_SHARED = "/shared"
_INTERVAL = "10s"
_ITS_NAME = "@"
"""Stands for the service's name in the text that all services share."""


def multiplied(catalog: Catalog, count: int) -> Catalog:
    """The catalog with that application alone, whose one service is there `count` times; dependencies stay as they are."""
    application = catalog.applications[APPLICATION]
    original = application.services[SERVICE]
    services = {name: _copy(original, name) for name in names(count)}
    return Catalog(catalog.signals, catalog.teams, {APPLICATION: application.model_copy(update={"services": services})}, catalog.exporters)


def names(count: int) -> list[str]:
    """svc-0001 and so on."""
    return [f"svc-{number:04}" for number in range(1, count + 1)]


def _copy(service: Service, name: str) -> Service:
    runs = service.runs.model_copy(update={"selector": {"app": name}})
    return service.model_copy(update={"title": name, "runs": runs, "identity": Identity(otel=name, datadog=name)})


def groups(documents: Iterable[Document], quick: str, slow: str) -> tuple[list[Document], dict[str, str]]:
    """The rule groups of PrometheusRule objects and their own intervals by name.

    Those slower than `quick` get `slow`, lest we wait for them; `quick` would let what runs each few minutes cost what runs all the time.
    """
    found = [group for document in documents for group in document["spec"]["groups"]]
    own = {str(group["name"]): str(group.get("interval", quick)) for group in found}
    return [group | {"interval": quick if seconds_of(own[str(group["name"])]) <= seconds_of(quick) else slow} for group in found], own


def configuration(count: int, port: int, rules: str) -> Document:
    """Prometheus' own: one target a service, all at one address and told apart by path, and one that tells of all pods."""
    address = f"127.0.0.1:{port}"
    pods = [
        {"targets": [address], "labels": {"__metrics_path__": f"/{name}", "application": APPLICATION, "service": name, "instance": name}}
        for name in names(count)
    ]
    shared = {"targets": [address], "labels": {"__metrics_path__": _SHARED, "application": "platform", "service": "cadvisor"}}
    return {
        "global": {"scrape_interval": _INTERVAL, "evaluation_interval": "15s"},
        "rule_files": [rules],
        "scrape_configs": [{"job_name": "services", "static_configs": pods}, {"job_name": "shared", "static_configs": [shared]}],
    }


class Exposition:
    """What the services' one address answers; counters grow with the seconds."""

    def __init__(self, catalog: Catalog, count: int) -> None:
        service = next(iter(catalog.applications[APPLICATION].services.values()))
        self._buckets = (*(str(float(boundary)) for boundary in service.buckets["http_latency"]), "+Inf")
        self._boundaries = (*(str(float(boundary)) for boundary in buckets(catalog)), "+Inf")
        self._namespace = catalog.applications[APPLICATION].namespace or "default"
        self._count = count
        self._made: tuple[int, str] = (-1, "")

    def text(self, path: str, seconds: int) -> str:
        """Of one path at one time."""
        if path == _SHARED:
            return "\n".join(self._pods(seconds)) + "\n"
        if self._made[0] != seconds:  # all services expose the same but for their name
            self._made = (seconds, "\n".join(self._service(seconds)) + "\n")
        return self._made[1].replace(_ITS_NAME, path.removeprefix("/"))

    def _service(self, seconds: int) -> Iterator[str]:
        for route in ROUTES:
            for status in STATUSES:
                labels, events = f'method="GET",route="{route}",status_code="{status}"', seconds * 10 if status == "200" else seconds // 200
                yield f"http_requests_total{{{labels}}} {events}"
                for boundary in self._buckets:
                    yield f'http_request_duration_seconds_bucket{{{labels},le="{boundary}"}} {events}'
                yield f"http_request_duration_seconds_count{{{labels}}} {events}"
                yield f"http_request_duration_seconds_sum{{{labels}}} {events * 0.05:.2f}"
        for gauge, value in (("active_connections", 12), ("memory_usage_bytes", 4e8), ("cpu_usage_percent", 20 + seconds % 10)):
            yield f'{gauge}{{service="{_ITS_NAME}"}} {value}'
        yield 'probe_success{probe="health"} 1'
        yield 'probe_success{probe="ready"} 1'
        for level in ("info", "warning", "error"):
            yield f'log_events_total{{level="{level}"}} {seconds if level == "info" else seconds // 100}'
        yield from self._spans(seconds)

    def _spans(self, seconds: int) -> Iterator[str]:
        """Each route is an operation, each upstream somebody who is called."""
        operations = [f'span_kind="SPAN_KIND_SERVER",span_name="GET {route}"' for route in ROUTES]
        calls = [f'span_kind="SPAN_KIND_CLIENT",span_name="call",upstream="{upstream}"' for upstream in _UPSTREAMS]
        for group in (*operations, *calls):
            for status in ("UNSET", "ERROR"):
                labels, events = f'{group},status_code="STATUS_CODE_{status}"', seconds * 10 if status == "UNSET" else seconds // 200
                yield f"traces_span_metrics_calls_total{{{labels}}} {events}"
                for boundary in self._boundaries:
                    yield f'traces_span_metrics_duration_seconds_bucket{{{labels},le="{boundary}"}} {events}'
                yield f"traces_span_metrics_duration_seconds_count{{{labels}}} {events}"
                yield f"traces_span_metrics_duration_seconds_sum{{{labels}}} {events * 0.05:.2f}"

    def _pods(self, seconds: int) -> Iterator[str]:
        """All pods as cAdvisor and kube-state-metrics see them: two pods a service, spread over nodes."""
        for node in range(_NODES):
            yield f'kube_node_status_allocatable{{node="node-{node}",resource="cpu",unit="core"}} 16'
        for number, name in enumerate(names(self._count)):
            for replica in ("6d5f8-aaaaa", "6d5f8-bbbbb"):
                pod = f'namespace="{self._namespace}",pod="{name}-{replica}"'
                yield f'kube_pod_info{{{pod},node="node-{number % _NODES}"}} 1'
                yield f'kube_pod_container_resource_limits{{{pod},container="app",resource="cpu",unit="core"}} 1'
                yield f'container_cpu_usage_seconds_total{{{pod},container="app"}} {seconds * 0.1:.1f}'
                yield f'container_memory_working_set_bytes{{{pod},container="app"}} 400000000'
