"""What Prometheus scrapes: monitors of every catalog service that it collects, and of the exporters of its dependencies."""

from collections.abc import Iterator

from catalog.base import Backend
from catalog.catalog import Catalog, Subject
from catalog.model import Application, Dependency, Service
from catalog.units import duration_text
from rendering import promql, relabeling
from rendering.document import Document, monitoring_object
from rendering.site import Site

EXPORTED = ("postgres", "redis", "nginx")
"""Kinds of dependencies that have an exporter of ours each."""
EXPORTER_PORT = "metrics"
"""Name of the exporters' Service port."""

_TIMEOUT = 10
"""Seconds that a scrape may take, or its interval where that is shorter."""
_LONGEST_INTERVAL = 120
"""Prometheus forgets a sample after 5 minutes: a longer interval would leave gaps as soon as one scrape fails."""
_ANNOTATED_SERIES = 5000
"""Series budget of a pod that no service of the catalog claims."""
_ANNOTATED_INTERVAL = 30
_ANNOTATION = "__meta_kubernetes_pod_annotation_prometheus_io_"
_TOKEN_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105  a path
_SYSTEM_SELECTORS = {
    "kubelet": {"k8s-app": "kubelet"},  # the Service that prometheus-operator keeps for the kubelets
    "kubernetes": {"component": "apiserver", "provider": "kubernetes"},
}
# A label value of this length is no identity but a message; more labels than this are a mistake. Both fail the scrape.
_LIMITS = {"labelLimit": 64, "labelNameLengthLimit": 256, "labelValueLengthLimit": 1024}


def monitor_documents(catalog: Catalog, site: Site) -> tuple[Document, ...]:
    """ServiceMonitors and PodMonitors, in the order of the catalog."""
    return tuple(_documents(catalog, site))


def monitor(subject: Subject, site: Site) -> Document | None:
    """A service's own monitor; None where Prometheus does not collect its metrics, or where it is no service."""
    watched = subject.watched
    if isinstance(watched, Service) and site.runs(subject) and collected(subject) and watched.runs.monitor != "none":
        return _service(subject, watched, site)
    return None


def exporter_labels(subject: Subject) -> dict[str, str]:
    """Labels of the Service of a dependency's exporter, which its ServiceMonitor selects by."""
    return {f"observatory.dev/{name}": value for name, value in subject.labels.items()}


def exporters(catalog: Catalog, site: Site) -> tuple[Subject, ...]:
    """The dependencies that have an exporter of ours, because some service sends its metrics to Prometheus."""
    return tuple(
        subject
        for subject in catalog.subjects()
        if isinstance(subject.watched, Dependency) and subject.watched.kind in EXPORTED and site.runs(subject) and collected(subject)
    )


def collected(subject: Subject) -> bool:
    """Whether Prometheus collects a subject's metrics; a dependency's where it does those of a service that needs it."""
    watched = subject.watched
    if isinstance(watched, Service):
        return Backend.PROMETHEUS in watched.collect.metrics
    services = subject.application.services.values()
    users = [service for service in services if subject.name in service.depends_on] or list(services)
    return any(Backend.PROMETHEUS in service.collect.metrics for service in users)


def rhythm(interval: float, longest: float = _TIMEOUT) -> Document:
    """How often a target is scraped, and how long that may take: never longer than until the next time."""
    often = min(interval, _LONGEST_INTERVAL)
    return {"interval": duration_text(often), "scrapeTimeout": duration_text(min(often, longest))}


def limits(budget: int) -> Document:
    """Scrape limits: more series than budgeted fail the scrape, which is noticed, instead of filling Prometheus."""
    return {"sampleLimit": budget, **_LIMITS}


def _documents(catalog: Catalog, site: Site) -> Iterator[Document]:
    for subject in catalog.subjects():
        if (found := monitor(subject, site)) is not None:
            yield found
    for subject in exporters(catalog, site):
        if isinstance(subject.watched, Dependency):
            yield _exporter(subject, subject.watched, site)
    for application in catalog.applications.values():
        if application.annotated_pods and application.namespace is not None:
            yield _annotated(application, application.namespace, site)


def _service(subject: Subject, service: Service, site: Site) -> Document:
    by_pod = service.runs.monitor == "pod"
    selector = service.runs.selector or _SYSTEM_SELECTORS.get(service.runs.system or "", {})
    spec: Document = {
        "selector": {"matchLabels": dict(selector)},
        "namespaceSelector": {"matchNames": list(site.namespaces_of(subject))},
        **limits(service.series_budget),
        "podMetricsEndpoints" if by_pod else "endpoints": [_endpoint(subject, service, by_pod=by_pod)],
    }
    return _monitor("PodMonitor" if by_pod else "ServiceMonitor", f"{subject.application.application}-{subject.name}", spec, site)


def _endpoint(subject: Subject, service: Service, *, by_pod: bool) -> Document:
    runs = service.runs
    relabelings = relabeling.identity(subject)
    if runs.system == "agents" and not relabeling.tells_of_others(subject):
        relabelings.append(relabeling.node_of_pod())
    endpoint: Document = {
        **_port(runs.port, by_pod=by_pod, system=runs.system),
        "path": runs.path,
        "scheme": runs.scheme,
        **({"params": {name: [value] for name, value in runs.query.items()}} if runs.query else {}),
        **rhythm(runs.interval),
        "relabelings": relabelings,
    }
    if runs.system in ("kubelet", "kubernetes") and runs.scheme == "https" and not by_pod:
        endpoint |= _cluster_authority(runs.system)
    metrics = relabeling.without_noise(service)
    if service.keep_routes is not None:
        metrics.append(relabeling.known_routes(subject.http.route_label, service.keep_routes))
    return endpoint | ({"metricRelabelings": metrics} if metrics else {})


def _port(port: str | int | None, *, by_pod: bool, system: str | None) -> Document:
    match port:
        case int():
            return {"portNumber": port} if by_pod else {"targetPort": port}
        case str():
            return {"port": port}
        case None:
            return {"port": {"kubelet": "https-metrics", "kubernetes": "https"}.get(system or "", EXPORTER_PORT)}


def _cluster_authority(system: str) -> Document:
    """Prometheus' own account and the cluster's authority; the API server answers to its Service's name, kubelets to their own."""
    server = {"serverName": "kubernetes"} if system == "kubernetes" else {}
    return {"bearerTokenFile": f"{_TOKEN_FOLDER}/token", "tlsConfig": {"caFile": f"{_TOKEN_FOLDER}/ca.crt", **server}}


def _exporter(subject: Subject, dependency: Dependency, site: Site) -> Document:
    endpoint = {
        "port": EXPORTER_PORT,
        **rhythm(dependency.interval),
        "relabelings": relabeling.identity(subject),
    }
    spec = {
        "selector": {"matchLabels": exporter_labels(subject)},
        "namespaceSelector": {"matchNames": [site.namespaces.monitoring]},
        **limits(dependency.series_budget),
        "endpoints": [endpoint],
    }
    return _monitor("ServiceMonitor", f"{subject.application.application}-{subject.name}", spec, site)


def _annotated(application: Application, namespace: str, site: Site) -> Document:
    """Pods that ask for a scrape by annotation; those of a catalog service are scraped as its own already."""
    name = application.application
    services = [Subject(application, "service", key, service) for key, service in application.services.items()]
    claimed = "|".join(f"(?:{promql.pods(subject)})" for subject in services)
    endpoint = {
        **rhythm(_ANNOTATED_INTERVAL),
        "relabelings": [
            {"sourceLabels": [f"{_ANNOTATION}scrape"], "regex": "true", "action": "keep"},
            {"sourceLabels": ["__meta_kubernetes_pod_name"], "regex": claimed, "action": "drop"},
            {"sourceLabels": [f"{_ANNOTATION}path"], "regex": "(.+)", "targetLabel": "__metrics_path__", "action": "replace"},
            {"sourceLabels": [f"{_ANNOTATION}scheme"], "regex": "(https?)", "targetLabel": "__scheme__", "action": "replace"},
            {
                "sourceLabels": ["__meta_kubernetes_pod_ip", f"{_ANNOTATION}port"],
                "regex": r"(.+);(\d+)",
                "targetLabel": "__address__",
                "replacement": "$1:$2",
                "action": "replace",
            },
            *relabeling.of_application(name),
        ],
    }
    spec = {
        "selector": {},
        "namespaceSelector": {"matchNames": [namespace]},
        **limits(_ANNOTATED_SERIES),
        "podMetricsEndpoints": [endpoint],
    }
    return _monitor("PodMonitor", f"{name}-annotated-pods", spec, site)


def _monitor(kind: str, name: str, spec: Document, site: Site) -> Document:
    return monitoring_object("v1", kind, name, site.namespaces.monitoring, spec)
