"""Environments that content is tried in: one with tiers, snapshots and Jaeger, and one of a single node."""

from dataclasses import dataclass
from typing import Any

from catalog.catalog import Catalog
from dashboards.kibana import everything as kibana
from rendering.elastic import everything
from rendering.elastic.request import Request
from rendering.elastic.settings import ElasticSettings
from rendering.jaeger.settings import JaegerSettings
from rendering.logs.settings import LogsSettings
from rendering.site import Site

SITE = Site("test", "eu-central-1", "test-1", "https://example.com/runbooks/")
KEEP = {"logs": "30d", "errors": "90d", "metrics": "30d", "business": "365d", "security": "400d", "performance": "5d"}


def _nodes(count: int) -> dict[str, Any]:
    return {"count": count, "cpu": "1", "memory": "8Gi", "volume": "100Gi"}


@dataclass(frozen=True)
class Environment:
    logs: LogsSettings
    elastic: ElasticSettings
    jaeger: JaegerSettings | None = None

    def requests(self, catalog: Catalog) -> list[Request]:
        return [*everything.requests(catalog, SITE, self.logs, self.elastic, self.jaeger), *kibana.requests(catalog, SITE)]


def tiers(**changed: object) -> Environment:
    role = "arn:aws:iam::123456789012:role/elasticsearch"
    return Environment(
        LogsSettings.model_validate({"retention": {"keep": KEEP}, "applications": {"skillforge": {"logs": "14d"}}} | changed),
        ElasticSettings.model_validate(
            {
                "nodes": {"master": _nodes(3), "hot": _nodes(3), "warm": _nodes(3), "cold": _nodes(3)},
                "logstash": {"replicas": 2},
                "snapshots": {"bucket": "company-snapshots", "role_arn": role},
            }
        ),
        JaegerSettings.model_validate(
            {"storage": "elasticsearch", "elasticsearch": {"url": "https://observatory-es-http.logging.svc:9200"}}
        ),
    )


def lone() -> Environment:
    index = {"shards": 1, "replicas": 0, "refresh": "5s"}
    return Environment(
        LogsSettings.model_validate({"retention": {"keep": KEEP}}),
        ElasticSettings.model_validate({"nodes": {"all": _nodes(1)}, "index": index, "logstash": {"replicas": 1}}),
    )


def of(requests: list[Request], name: str) -> Any:  # noqa: ANN401  JSON
    """The document of a request."""
    return next(request.document for request in requests if request.name == name)
