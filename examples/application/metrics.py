"""Everything that the service counts and times: names, labels and buckets are what the catalog's signals read."""

import os
import time
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import choose_encoder

from examples.application import traces

HTTP_BUCKETS = (0.1, 0.3, 0.5, 0.7, 1, 3, 5, 7, 10)  # seconds
AI_BUCKETS = (0.5, 1, 2, 5, 10, 30, 60)

disable_created_metrics()  # a `_created` series for every other one, which nothing reads


def _registry() -> CollectorRegistry:
    return CollectorRegistry(auto_describe=True)


@dataclass
class Metrics:
    """The metrics of one service, in a registry of their own."""

    service: str
    registry: CollectorRegistry = field(default_factory=_registry)

    def __post_init__(self) -> None:
        registry = self.registry
        http, model, own = ("method", "route", "status_code"), ("model", "provider"), ("service",)
        self.http_requests = Counter("http_requests_total", "Requests answered", http, registry=registry)
        self.http_seconds = Histogram(
            "http_request_duration_seconds", "Seconds until a request was answered", http, buckets=HTTP_BUCKETS, registry=registry
        )
        self.ai_requests = Counter("ai_requests_total", "Calls of models", (*model, "status"), registry=registry)
        self.ai_seconds = Histogram(
            "ai_request_duration_seconds", "Seconds until a model answered", model, buckets=AI_BUCKETS, registry=registry
        )
        self.connections = Gauge("active_connections", "Requests being answered", own, registry=registry)
        self.memory = Gauge("memory_usage_bytes", "Resident memory", own, registry=registry)
        self.cpu = Gauge("cpu_usage_percent", "Share of one core used since the last look, in per cent", own, registry=registry)
        self._last = (time.monotonic(), time.process_time())

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request answered; `route` is the pattern, never the path: a path of users' making would be a series each."""
        labels = (method, route, str(status))
        self.http_requests.labels(*labels).inc()
        self.http_seconds.labels(*labels).observe(seconds, traces.exemplar())

    def model_call(self, model: str, provider: str, seconds: float, *, failed: bool) -> None:
        """One call of a model."""
        self.ai_requests.labels(model, provider, "error" if failed else "success").inc()
        self.ai_seconds.labels(model, provider).observe(seconds, traces.exemplar())

    def exposition(self, extra_memory: int = 0, accept: str = "") -> tuple[bytes, str]:
        """What /metrics answers, and its type; the process is measured when somebody looks.

        `extra_memory`: bytes that it only pretends to use. `accept`: formats that the asker takes; only OpenMetrics has exemplars.
        """
        now, used = time.monotonic(), time.process_time()
        before, used_before = self._last
        self._last = (now, used)
        self.cpu.labels(self.service).set(100 * (used - used_before) / max(now - before, 1e-3))
        self.memory.labels(self.service).set(resident() + extra_memory)
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type


def resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - as cheap as a gauge should be
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
