"""Grafana's data sources under uids that every environment shares, so that dashboards and links need not know where they are.

Keys of `jsonData` and `secureJsonData` are those of each plugin's page on provisioning (grafana.com/docs, data sources).
"""

from dataclasses import dataclass

from catalog.units import duration_text
from dashboards.model import ALERTMANAGER, CLOUDWATCH, DATADOG, ELASTICSEARCH, JAEGER, LOKI, PROMETHEUS, Source
from rendering.document import Document
from rendering.secrets import SecretKey

MANAGED_PROMETHEUS = "grafana-amazonprometheus-datasource"
"""The plugin that signs requests; Grafana 13 turns a core Prometheus source that signs into one of these (docs, aws-authentication)."""
DATADOG_API = SecretKey("datadog", "api-key", "Datadog API key, with which agents and applications send")
DATADOG_APPLICATION = SecretKey("datadog", "app-key", "Datadog application key with the scopes metrics_read and timeseries_query")
ELASTIC_PASSWORD = SecretKey("elasticsearch-grafana", "password", "password of Elasticsearch's user who reads for Grafana")
ELASTIC_AUTHORITY = SecretKey("elasticsearch-ca", "ca.crt", "certificate of the authority that signs Elasticsearch's and Kibana's, as PEM")
_TRACE_FIELD = "trace_id"
"""What logs and exemplars call the trace that they belong to (OpenTelemetry's name)."""


@dataclass(frozen=True)
class Aws:
    """How requests to AWS are signed: by Grafana's own account, in a region, as another role if one is named."""

    region: str
    role_arn: str | None = None


@dataclass(frozen=True)
class Elastic:
    """Elasticsearch, as its reader for Grafana finds it."""

    url: str
    user: str
    index: str
    """Pattern of the indices that hold logs."""
    own_authority: bool = False
    """Whether an authority of ours vouches for it, which Grafana must be told of."""


@dataclass(frozen=True)
class Stores:
    """Where each store answers Grafana; None where there is none here."""

    prometheus: str
    alertmanager: str
    interval: float
    """Seconds between two samples of most series."""
    signed: Aws | None = None
    """Where Prometheus is Amazon's."""
    elasticsearch: Elastic | None = None
    loki: str | None = None
    jaeger: str | None = None
    cloudwatch: Aws | None = None
    datadog: str | None = None
    """The account's site."""


def sources(stores: Stores) -> list[Document]:
    """Every data source of an environment, as Grafana's API has them; a secret stands as the key by which it is given."""
    found = [_prometheus(stores), _alertmanager(stores)]
    if stores.elasticsearch:
        found.append(_elasticsearch(stores.elasticsearch, traces=stores.jaeger is not None))
    if stores.loki:
        found.append(_loki(stores.loki, traces=stores.jaeger is not None))
    if stores.jaeger:
        found.append(_jaeger(stores.jaeger, stores))
    if stores.cloudwatch:
        assumed = {"assumeRoleArn": stores.cloudwatch.role_arn} if stores.cloudwatch.role_arn else {}
        found.append(_source(CLOUDWATCH, "CloudWatch", None, {"authType": "default", "defaultRegion": stores.cloudwatch.region, **assumed}))
    if stores.datadog:
        found.append(_datadog(stores.datadog))
    return found


def _source(source: Source, name: str, url: str | None, options: Document, secrets: dict[str, SecretKey] | None = None) -> Document:
    return {
        "uid": source.uid,
        "name": name,
        "type": source.kind,
        "access": "proxy",
        **({"url": url} if url else {}),
        "jsonData": options,
        **({"secureJsonData": secrets} if secrets else {}),
    }


def _prometheus(stores: Stores) -> Document:
    """The deduplicating front; a click on an exemplar leads to its trace."""
    options: Document = {
        "httpMethod": "POST",
        "timeInterval": duration_text(stores.interval),
        "prometheusType": "Prometheus" if stores.signed else "Thanos",
        "manageAlerts": stores.signed is None,
        "alertmanagerUid": ALERTMANAGER.uid,
    }
    if stores.jaeger:
        options["exemplarTraceIdDestinations"] = [{"name": _TRACE_FIELD, "datasourceUid": JAEGER.uid, "urlDisplayLabel": "Trace"}]
    if stores.signed:
        options |= {"sigV4Auth": True, "sigV4AuthType": "default", "sigV4Region": stores.signed.region}
        if stores.signed.role_arn:
            options["sigV4AssumeRoleArn"] = stores.signed.role_arn
    found = _source(PROMETHEUS, "Prometheus", stores.prometheus, options) | {"isDefault": True}
    return found | {"type": MANAGED_PROMETHEUS} if stores.signed else found


def _alertmanager(stores: Stores) -> Document:
    """Silences can be made in Grafana; what Grafana itself evaluates does not go there."""
    options = {"implementation": "prometheus", "handleGrafanaManagedAlerts": False}
    return _source(ALERTMANAGER, "Alertmanager", stores.alertmanager, options)


def _elasticsearch(store: Elastic, *, traces: bool) -> Document:
    options: Document = {
        "index": store.index,
        "timeField": "@timestamp",
        "timeInterval": "10s",
        "maxConcurrentShardRequests": 5,
        "logMessageField": "message",
        "logLevelField": "log.level",
    }
    if traces:
        link = {"field": _TRACE_FIELD, "datasourceUid": JAEGER.uid, "url": "${__value.raw}", "urlDisplayLabel": "Trace"}
        options["dataLinks"] = [link]
    secrets = {"basicAuthPassword": ELASTIC_PASSWORD}
    if store.own_authority:
        options["tlsAuthWithCACert"] = True
        secrets["tlsCACert"] = ELASTIC_AUTHORITY
    found = _source(ELASTICSEARCH, "Elasticsearch", store.url, options, secrets)
    return found | {"basicAuth": True, "basicAuthUser": store.user}


def _loki(url: str, *, traces: bool) -> Document:
    options: Document = {"maxLines": 1000}
    if traces:
        field = {
            "name": "Trace",
            "matcherType": "label",  # a record's trace goes with it as structured metadata, not in its text
            "matcherRegex": _TRACE_FIELD,
            "datasourceUid": JAEGER.uid,
            "url": "${__value.raw}",
            "urlDisplayLabel": "Trace",
        }
        options["derivedFields"] = [field]
    return _source(LOKI, "Loki", url, options)


def _jaeger(url: str, stores: Stores) -> Document:
    """From a span to the logs of its time and trace, and to the rate and latency of its service by the gateway's span metrics."""
    by_service = [{"key": "service.name", "value": "service_name"}]
    options: Document = {
        "nodeGraph": {"enabled": True},
        "spanBar": {"type": "Duration"},
        "traceIdTimeParams": {"enabled": True},
        "tracesToMetrics": {
            "datasourceUid": PROMETHEUS.uid,
            "spanStartTimeShift": "-5m",
            "spanEndTimeShift": "5m",
            "tags": by_service,
            "queries": [
                {"name": "Request rate", "query": "sum(rate(traces_span_metrics_calls_total{$__tags}[5m]))"},
                {
                    "name": "p95",
                    "query": "histogram_quantile(0.95, sum by(le)(rate(traces_span_metrics_duration_seconds_bucket{$__tags}[5m])))",
                },
            ],
        },
    }
    logs = LOKI if stores.loki and stores.elasticsearch is None else ELASTICSEARCH
    if stores.loki or stores.elasticsearch:
        options["tracesToLogsV2"] = {
            "datasourceUid": logs.uid,
            "spanStartTimeShift": "-5m",
            "spanEndTimeShift": "5m",
            "tags": [{"key": "service.name", "value": "service.name" if logs is ELASTICSEARCH else "service_name"}],
            "filterByTraceID": True,
            "filterBySpanID": False,
            "customQuery": False,
        }
    return _source(JAEGER, "Jaeger", url, options)


def _datadog(site: str) -> Document:
    options = {"url": f"https://api.{site}", "rateLimitEnabled": False, "logApiRateLimits": False}
    return _source(DATADOG, "Datadog", None, options, {"apiKey": DATADOG_API, "appKey": DATADOG_APPLICATION})
