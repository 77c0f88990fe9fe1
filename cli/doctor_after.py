"""Whether a stack that was brought up works: its objects by the API server, its systems by themselves."""

import base64
import os
import ssl
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from cli.doctor_cluster import Looked
from cli.prometheus_api import TOKEN
from components.grafana_content import AUTH
from local import awaiting
from local.kubernetes import Client, Document, RefusedError
from rendering.doctor import checks
from rendering.doctor.asking import Place, UnansweredError
from rendering.doctor.delivery import WAIT
from rendering.doctor.finding import Finding, State
from rendering.doctor.wanted import Wanted

ELASTICSEARCH_AUTH = "OBSERVATORY_ELASTICSEARCH_AUTH"
_PARTS_OF_POD = 4
"""Of a pod's own address: pod, Service, namespace, `svc`."""
_AWAITED = ("Deployment", "StatefulSet", "DaemonSet", "Prometheus", "Alertmanager", "Elasticsearch", "Kibana", "Logstash", "ExternalSecret")


class Given:
    """Addresses that somebody named, which count instead of those in the cluster."""

    def __init__(
        self, prometheus: Sequence[str], alertmanager: Sequence[str], grafana: str | None, elasticsearch: str | None, wait: float | None
    ) -> None:
        token, auth = os.environ.get(TOKEN), os.environ.get(ELASTICSEARCH_AUTH)
        self.prometheus = [Place(url, _bearer(token)) for url in prometheus]
        self.alertmanager = [Place(url, _bearer(token)) for url in alertmanager]
        self.grafana = _grafana(grafana) if grafana else None
        trusted = ssl.create_default_context() if elasticsearch and elasticsearch.startswith("https:") else None
        self.elasticsearch = Place(elasticsearch, _authorization(auth), trusted) if elasticsearch else None
        self.wait = WAIT if wait is None else wait

    def fall_back(self, grafana: str) -> None:
        """The settings' address of Grafana, where nobody named another: by it alone a credential reaches Grafana."""
        self.grafana = self.grafana or _grafana(grafana)


def systems(wanted: Wanted, given: Given, client: Client | None) -> checks.Systems:
    """Whom to ask, and by which way; nobody of those that only simulated pods stand for (`client` None)."""
    prometheus = given.prometheus or ([proxied(client, url) for url in wanted.prometheus] if client else [])
    alertmanager = given.alertmanager or ([proxied(client, url) for url in wanted.alertmanager] if client else [])
    grafana = given.grafana or (proxied(client, wanted.grafana) if client and wanted.grafana else None)
    return checks.Systems(wanted, prometheus, alertmanager, grafana, given.elasticsearch, wait=given.wait)


def proxied(client: Client, url: str) -> Place:
    """The API server's proxy to a pod or a Service (kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services).

    It takes the caller's own authorisation away, so what wants another one is not asked through it.
    """
    parts = urlsplit(url)
    host = str(parts.hostname).split(".")
    namespace, what = (host[2], "pods") if len(host) == _PARTS_OF_POD else (host[1], "services")
    access = client.access
    path = f"/api/v1/namespaces/{namespace}/{what}/{host[0]}:{parts.port}/proxy"
    return Place(f"{access.server}{path}", access.headers(), access.context)


def findings(asked: checks.Systems) -> Iterator[Finding]:
    """What the systems tell, each check that nobody could be asked for as simulated."""
    seen: set[str] = set()
    for finding in checks.findings(asked):
        seen.add(finding.name)
        yield finding
    for name in checks.names(asked.wanted):
        if name not in seen:
            yield Finding(name, State.SIMULATED, "pods are simulated here, so nobody answers", "name an address to ask one all the same")


def ready(looked: Looked) -> Finding:
    """Every workload and every resource of an operator's, as its kind says it is ready; what is simulated is not waited for."""
    lacking: list[str] = []
    waited = [document for document in looked.objects if document["kind"] in _AWAITED and awaiting.awaited(document)]
    for document, lack in zip(waited, looked.all(waited, lambda each: _lack(looked.client, each)), strict=True):
        if lack:
            lacking.append(f"{document['kind']} {document['metadata']['name']}: {lack}")
    if lacking:
        remedy = "see the pods' events and logs: kubectl get events -n <namespace> --sort-by=.lastTimestamp"
        return Finding("workloads ready", State.WRONG, f"{len(lacking)} of {len(waited)}: {'; '.join(lacking[:5])}", remedy)
    return Finding(
        "workloads ready", State.OK, f"{len(waited)} of {len(waited)}" + (" (pods are simulated)" if looked.cluster.pids else "")
    )


def _lack(client: Client, document: Document) -> str:
    try:
        live = client.get(client.ref(document))
        return awaiting.missing(client, live) if live else "not there"
    except awaiting.NotReadyError as error:
        return str(error)
    except RefusedError as error:
        raise UnansweredError(str(error)) from error


def _grafana(url: str) -> Place:
    return Place(url, _authorization(os.environ.get(AUTH)))


def _bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _authorization(credential: str | None) -> dict[str, str]:
    """`user:password`, or a token."""
    if credential and ":" in credential:
        return {"Authorization": f"Basic {base64.b64encode(credential.encode()).decode()}"}
    return _bearer(credential)
