"""What an environment promises of log records: where they are taken besides a pod's own output, and where they are found."""

from catalog.base import Backend, Model
from catalog.model import Application, Service
from rendering.elastic import places
from stacks.settings import Settings


class LogsOutputs(Model):
    """Addresses inside the cluster. A record that a pod writes to its output needs none of them."""

    elasticsearch: str
    """Its certificate is of an authority of ours: the secret `elasticsearch-ca`, key `ca.crt`."""
    kibana: str
    tcp: str
    """Host and port that take a JSON record a line."""
    http: str
    """Takes browsers' records."""
    syslog: str | None
    """Host and port that take syslog by UDP; none where it is switched off."""


def logs(settings: Settings) -> LogsOutputs | None:
    """None where no Elasticsearch is ours."""
    if settings.elastic is None:
        return None
    names = settings.site.namespaces
    host = places.logstash(names)
    return LogsOutputs(
        elasticsearch=places.elasticsearch(names),
        kibana=places.kibana(names),
        tcp=f"{host}:{places.TCP}",
        http=f"http://{host}:{places.HTTP_INPUT}",
        syslog=f"{host}:{places.SYSLOG}" if settings.elastic.logstash.syslog else None,
    )


def environment(settings: Settings, application: Application, service: Service) -> dict[str, str]:
    """Addresses for a service whose records we keep; Elasticsearch's for applications that write to it themselves."""
    promised = logs(settings)
    if promised is None or Backend.ELASTIC not in service.collect.logs:
        return {}
    straight = {"ELASTICSEARCH_ENDPOINT": promised.elasticsearch} if application.logs.direct else {}
    return {"LOGS_TCP_ENDPOINT": promised.tcp, "LOGS_HTTP_ENDPOINT": promised.http, **straight}
