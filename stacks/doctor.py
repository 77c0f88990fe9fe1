"""What a working stack would show its doctor, and when the doctor visits it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from catalog.catalog import Catalog
from components import alertmanager, doctor, grafana, prometheus
from components.context import Context
from dashboards.grafana.sources import sources
from rendering.doctor.wanted import Expectation, Wanted
from rendering.document import Document
from stacks.grafana import stores
from stacks.settings import Settings

_DAY, _HOUR = 86_400.0, 3_600.0
CERTIFICATES_DAYS = 14
"""Less is left when nobody has renewed: Let's Encrypt's are renewed at 30 days, Amazon's at 60."""
SNAPSHOT_HOURS = 30
"""One a day and some hours to take it, as the catalog's alert `SnapshotOld` has it."""


@dataclass(frozen=True)
class Visits:
    """The doctor's CronJob and the way to those whom it asks; nothing of it where the settings leave it out."""

    documents: list[Document] = field(default_factory=list[Document])
    edges: list[Document] = field(default_factory=list[Document])


def visits(settings: Settings, catalog: Catalog, context: Context, rules: Iterable[Document]) -> Visits:
    """The visits of one environment."""
    if settings.doctor is None:
        return Visits()
    filled = settings.grafana is not None and settings.grafana.filled
    found = doctor.documents(context, settings.doctor, wanted(settings, catalog, context, rules), with_token=filled)
    return Visits(found, doctor.edges(context, settings.doctor, with_grafana=settings.grafana is not None))


def wanted(settings: Settings, catalog: Catalog, context: Context, rules: Iterable[Document]) -> Wanted:
    """One environment; `rules` are the rule objects that the operator loads."""
    namespace = context.namespaces.monitoring
    found: dict[str, int] = {}
    for group in (group for document in rules if document["kind"] == "PrometheusRule" for group in document["spec"]["groups"]):
        found[group["name"]] = found.get(group["name"], 0) + len(group["rules"])
    shown = settings.grafana is not None
    return Wanted(
        prometheus=doctor.replicas(prometheus.NAME, prometheus.INSTANCE, settings.prometheus.replicas, prometheus.PORT, namespace),
        alertmanager=doctor.replicas(
            alertmanager.NAME, alertmanager.INSTANCE, settings.alertmanager.replicas, alertmanager.PORT, namespace
        ),
        rules=found,
        heartbeat=settings.notifications.heartbeat,
        grafana=grafana.endpoint(context) if shown else None,
        sources=[str(source["uid"]) for source in sources(stores(settings, context, catalog))] if shown else [],
        expectations=list(_expectations(settings)),
    )


def _expectations(settings: Settings) -> Iterator[Expectation]:
    yield Expectation(
        "messages",
        "sum by(integration)(increase(alertmanager_notifications_failed_total[1h]))",
        "{} messages of the last hour failed for good",
        "read the log of Alertmanager's pods for the integration named",
        below=1,
        empty="note",
    )
    if settings.elastic:
        yield Expectation(
            "Elasticsearch",
            'max(elasticsearch_cluster_health_status{color="green"})',
            "green",
            "ask `GET _cluster/allocation/explain` for what holds shards back; without a series, see the exporter's pod",
            above=0,
        )
        yield _arriving("logs", "logstash_pipeline_events_out_total", "see Filebeat's and Logstash's logs, from the node on (docs/logs.md)")
    elif settings.loki:
        yield _arriving("logs", "loki_distributor_lines_received_total", "see the logs of those who read on the nodes (docs/logs.md)")
    if settings.traces:
        remedy = "see that applications send to OTEL_EXPORTER_OTLP_ENDPOINT, then the gateway's log (docs/traces.md)"
        yield _arriving("traces", "otelcol_exporter_sent_spans_total", remedy)
    yield Expectation(
        "certificates",
        "min by(instance)(probe_ssl_earliest_cert_expiry) - time()",
        "the first one expires in {}",
        "renew it; without a series nothing with a certificate is probed: give services a probe in the catalog",
        above=CERTIFICATES_DAYS * _DAY,
        unit="days",
        empty="note",
    )
    if settings.elastic and settings.elastic.snapshots:
        yield Expectation(
            "backups",
            "time() - max by(repository)(elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds)",
            "Elasticsearch's newest snapshot is {} old",
            "read the snapshot policy's last failure (docs/restore.md); copies of volumes are watched by CloudWatch's alarms",
            below=SNAPSHOT_HOURS * _HOUR,
            unit="hours",
        )


def _arriving(what: str, counter: str, remedy: str) -> Expectation:
    return Expectation(f"{what} arriving", f"sum(rate({counter}[10m]))", f"{what} arrive: {{}}", remedy, above=0, unit="/s")
