"""All versions that are deployed, in one table: images, charts and Prometheus' own version numbers."""

from dataclasses import dataclass

from pydantic import Field

from catalog.base import Model

PROMETHEUS = "3.14.0"
ALERTMANAGER = "0.34.2"
THANOS = "0.42.4"
GRAFANA = "13.2.0"
DATADOG_AGENT = "7.84.6"
ELASTIC = "9.5.6"
"""Elasticsearch, Kibana, Logstash and Filebeat, which belong together; their operator knows their images (its `containerRegistry`)."""
REGISTRY_DATADOG = "registry.datadoghq.com"

POD_SECURITY = "v1.33"
"""The version of the Pod Security Standards that namespaces enforce: the oldest Kubernetes that we deploy to."""


@dataclass(frozen=True)
class Image:
    """A container image at its upstream registry; all of them exist for amd64 and arm64."""

    registry: str
    repository: str
    tag: str


IMAGES = {
    "prometheus": Image("quay.io", "prometheus/prometheus", f"v{PROMETHEUS}"),
    "alertmanager": Image("quay.io", "prometheus/alertmanager", f"v{ALERTMANAGER}"),
    "thanos": Image("quay.io", "thanos/thanos", f"v{THANOS}"),
    "blackbox": Image("quay.io", "prometheus/blackbox-exporter", "v0.28.0"),
    "postgres": Image("quay.io", "prometheuscommunity/postgres-exporter", "v0.20.1"),
    "redis": Image("docker.io", "oliver006/redis_exporter", "v1.97.0"),
    "nginx": Image("docker.io", "nginx/nginx-prometheus-exporter", "1.5.3"),
    "node-exporter": Image("quay.io", "prometheus/node-exporter", "v1.12.1"),
    "kube-state-metrics": Image("registry.k8s.io", "kube-state-metrics/kube-state-metrics", "v2.20.0"),
    "grafana": Image("docker.io", "grafana/grafana", GRAFANA),
    "oauth2-proxy": Image("quay.io", "oauth2-proxy/oauth2-proxy", "v7.15.3"),
    "otel-collector": Image("docker.io", "otel/opentelemetry-collector-contrib", "0.163.2"),
    "jaeger": Image("docker.io", "jaegertracing/jaeger", "2.20.0"),
    "loki": Image("docker.io", "grafana/loki", "3.7.8"),
    "synthetics-worker": Image("gcr.io", "datadoghq/synthetics-private-location-worker", "1.72.0"),
    "busybox": Image("docker.io", "busybox", "1.37.0"),
    "elasticsearch-exporter": Image("quay.io", "prometheuscommunity/elasticsearch-exporter", "v1.11.0"),
    "json-exporter": Image("quay.io", "prometheuscommunity/json-exporter", "v0.7.0"),
    "python": Image("docker.io", "library/python", "3.13-slim"),
}


@dataclass(frozen=True)
class Chart:
    """An operator's official chart."""

    repository: str
    name: str
    version: str


CHARTS = {
    "prometheus": Chart("https://prometheus-community.github.io/helm-charts", "kube-prometheus-stack", "92.15.0"),
    "elastic": Chart("https://helm.elastic.co", "eck-operator", "3.5.0"),
    "datadog": Chart("https://helm.datadoghq.com", "datadog-operator", "2.25.1"),
    "external_secrets": Chart("https://charts.external-secrets.io", "external-secrets", "2.14.0"),
    "newrelic": Chart("https://helm-charts.newrelic.com", "nri-bundle", "8.0.18"),
    "argo_events": Chart("https://argoproj.github.io/argo-helm", "argo-events", "2.4.22"),
    "reloader": Chart("https://stakater.github.io/stakater-charts", "reloader", "2.2.16"),
}


class ImagesSettings(Model):
    """Where images are pulled from."""

    registries: dict[str, str] = Field(default_factory=dict)
    """Mirrors: an upstream registry's host, and the host (with a path) that stands for it."""
    pull_secrets: tuple[str, ...] = ()
    """Secrets of type dockerconfigjson that exist in our namespaces, for mirrors that ask for a login."""

    @property
    def pull_references(self) -> list[dict[str, str]]:
        """The same as pods and charts name them."""
        return [{"name": name} for name in self.pull_secrets]

    def registry(self, upstream: str) -> str:
        """The registry that stands for an upstream one."""
        return self.registries.get(upstream, upstream)

    def image(self, name: str) -> str:
        """The whole reference of an image of the table."""
        image = IMAGES[name]
        return f"{self.registry(image.registry)}/{image.repository}:{image.tag}"
