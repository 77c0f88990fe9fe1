"""Names and ports of the Elastic stack: what resources, documents, pipelines and network policies must agree on."""

from catalog.model import Application
from rendering.logs.settings import Dataset
from rendering.site import Namespaces, Site

NAME = "observatory"
"""Of the Elasticsearch, Kibana, Logstash and Beat resources; the operator makes `observatory-es-http` and the like of it."""
ELASTICSEARCH, KIBANA, LOGSTASH, FILEBEAT, EXPORTER = "elasticsearch", "kibana", "logstash", "filebeat", "elasticsearch-exporter"
"""Services of the platform's catalog file, and `app.kubernetes.io/name` of what stands behind them."""
HTTP, TRANSPORT, KIBANA_HTTP = 9200, 9300, 5601
BEATS, TCP, SYSLOG, HTTP_INPUT, LOGSTASH_API = 5044, 5045, 5514, 8080, 9600
"""Logstash takes Beats, JSON lines by TCP, syslog by UDP, browsers' records by HTTP; its own metrics answer at the last one."""
EXPORTER_PORT = 9114
CERTIFICATES = f"{NAME}-es-http-certs-public"
"""The operator's Secret with the authority (`ca.crt`) that signed Elasticsearch's certificate."""

USERS = {
    "logstash": ("logstash_writer",),
    "exporter": ("remote_monitoring_collector", "monitor_snapshots"),
    "grafana": ("logs_reader",),
    "jaeger": ("jaeger",),
    "setup": ("superuser",),
    "kibana": ("viewer",),
}
"""Users of the file realm and their roles; the password of each is the secret `elasticsearch-<user>`, key `password`."""


def secret(user: str) -> str:
    """The Secret that holds a user's password."""
    return f"elasticsearch-{user}"


def elasticsearch(namespaces: Namespaces) -> str:
    """Where Elasticsearch answers."""
    return f"https://{NAME}-es-http.{namespaces.logging}.svc:{HTTP}"


def kibana(namespaces: Namespaces) -> str:
    """Where Kibana answers."""
    return f"https://{NAME}-kb-http.{namespaces.logging}.svc:{KIBANA_HTTP}"


def logstash(namespaces: Namespaces) -> str:
    """Host of Logstash's inputs."""
    return f"{NAME}-ls-inputs.{namespaces.logging}.svc"


def prefix(application: Application) -> str:
    """What an application's indices begin with."""
    return application.logs.index or application.application


def stream(application: Application, dataset: Dataset, site: Site) -> str:
    """The data stream of an application's records of one kind."""
    return f"{prefix(application)}-{dataset}-{site.environment}"


def dead_letters(site: Site) -> str:
    """The data stream of what Elasticsearch refused."""
    return f"dead-letters-{site.environment}"


def direct(alias: str) -> str:
    """What the indices behind an alias for direct writers begin with."""
    return f"{alias}-direct"
