"""The stack's alerts about itself, at the levels of its own curation."""

from tests.alerts.exposed.collectors import TRACE_READS, queue
from tests.alerts.exposed.requests import histogram
from tests.alerts.exposed.stack import (
    GRAFANA_HTTP,
    GRAFANA_SOURCES,
    LISTS,
    alertmanagers,
    configurations,
    ingesting,
    noisy_apiserver,
    of_both,
    remote_write,
    resources,
    sending,
    targets,
    unsynced,
)
from tests.alerts.exposed.watching import certificate, counting
from tests.alerts.place import Place, gauge
from tests.alerts.scenario import Leveled, Make, Rhythm, Table, at, both, case, crossing, nothing
from tests.alerts.scenarios.families import PLENTY, as_traffic_falls, down, failures, share, share_of_both, slow


def _service(name: str, pods: str | None = None, namespace: str = "monitoring") -> Place:
    return Place("platform", "service", name, namespace, pods or name, replica="0")


PROMETHEUS, ALERTMANAGER = _service("prometheus", "prometheus-main"), _service("alertmanager", "alertmanager-main")
OPERATOR, BLACKBOX, STATE = _service("prometheus-operator"), _service("blackbox-exporter"), _service("kube-state-metrics")
NODES, KUBELET, CADVISOR = _service("node-exporter"), _service("kubelet"), _service("cadvisor")
EXTERNAL_SECRETS = _service("external-secrets")
GRAFANA, PROXY = _service("grafana"), _service("oauth2-proxy", "alertmanager-login")
AGENT, SAMPLER = _service("otel-agent", namespace="monitoring-agents"), _service("otel-sampler", namespace="tracing")
JAEGER = _service("jaeger", namespace="tracing")
APISERVER = _service("kube-apiserver", namespace="default")

CALL_BUCKETS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0)
DAY = 86400
MINUTELY = Rhythm(60, 60)
_STORAGE = {
    f"prometheus_tsdb_{what}_total" for what in ("compactions_failed", "reloads_failures", "wal_corruptions", "wal_truncations_failed")
}
_KEPT, _RELOADED = "prometheus_config_last_reload_successful", "alertmanager_config_last_reload_successful"


def _calls(rate: float) -> Leveled:
    def some(verb: str, subresource: str) -> Leveled:
        labels = {"verb": verb, "subresource": subresource, "resource": "pods", "scope": "namespace"}
        return histogram("apiserver_request_duration_seconds", CALL_BUCKETS, 4.0, rate, labels=labels)

    return noisy_apiserver(some)


def _certificates(days: int) -> Make:
    """The oldest of all certificates that anybody probes."""
    fires, quiet = at(certificate, days * DAY + 239), at(certificate, days * DAY + 7200)
    return both(
        case("fires", fires, fires, neighbours=nothing, lead="4m", after="1h"),
        case("quiet", quiet, quiet, neighbours=nothing, lead="4m", watch="110m"),
    )


TABLE = Table(Rhythm(scrape=30, evaluation=30))
for _place, _hold in (
    (OPERATOR, "10m"),
    (BLACKBOX, "5m"),
    (NODES, "10m"),
    (STATE, "5m"),
    (KUBELET, "5m"),
    (CADVISOR, "10m"),
    (EXTERNAL_SECRETS, "15m"),
    (GRAFANA, "10m"),
    (PROXY, "10m"),
    (AGENT, "10m"),
    (SAMPLER, "10m"),
    (JAEGER, "10m"),
):
    TABLE.add(_place, {"ServiceDown": down(_hold)})
TABLE.add(
    PROMETHEUS,
    {
        "TargetDown": both(
            case("fires when two of nineteen are down", targets(("a", 19, 0), ("b", 3, 0)), targets(("a", 19, 2), ("b", 3, 0)), neighbours=nothing,
                 after="10m"),
            case("quiet when one of ten is down", targets(("a", 10, 0)), targets(("a", 10, 1)), neighbours=nothing, watch="20m"),
        ),
        "NotIngesting": crossing(ingesting, ordinary=5000, quiet=1.001, fires=0.98, hold="10m", window="5m"),
        "RuleFailures": failures("prometheus_rule_evaluation_failures_total", {"rule_group": "a.yaml;a"}, hold="15m", window="5m"),
        "RuleGroupsSlow": failures("prometheus_rule_group_iterations_missed_total", {"rule_group": "a.yaml;a"}, hold="15m", window="5m"),
        "SeriesBudgetExceeded": failures("prometheus_target_scrapes_exceeded_sample_limit_total", {}, hold="15m", window="5m"),
        "ConfigReloadFailed": crossing(gauge(_KEPT), ordinary=1, quiet=1, fires=0, hold="10m"),
        "NoAlertmanager": crossing(gauge("prometheus_notifications_alertmanagers_discovered"), ordinary=3, quiet=1, fires=0, hold="5m"),
        "AlertsUndelivered": both(
            crossing(sending(0.5), ordinary=0.001, quiet=0.0299, fires=0.0306, hold="15m", window="5m"),
            as_traffic_falls(sending, fires=0.0306, hold="15m"),
            case("quiet when nothing is sent", at(sending(0), 0), at(sending(0), 0), neighbours=at(sending(PLENTY), 1), watch="30m"),
        ),
        "RemoteWriteBehind": both(
            # What was sent stands still for the 90 seconds until the lag is there.
            case("fires", at(remote_write, 2), at(remote_write, 121), neighbours=at(remote_write, 2), after="990s", lead="10m"),
            case("quiet", at(remote_write, 2), at(remote_write, 120), neighbours=at(remote_write, 600), watch="30m", lead="10m"),
        ),
    },
)  # fmt: skip
TABLE.add(
    PROMETHEUS,
    {
        "StorageFailures": both(
            *(failures(name, {}, hold="15m", window="3h", others=tuple(sorted(_STORAGE - {name}))) for name in sorted(_STORAGE)),
            case("quiet while samples come in", at(ingesting, 5000), at(ingesting, 5000), neighbours=nothing, watch="30m"),
        ),
    },
    MINUTELY,
)
TABLE.add(
    ALERTMANAGER,
    {
        "MembersMissing": both(
            case("fires when one sees fewer", alertmanagers(3, 3, 3), alertmanagers(3, 3, 2), neighbours=alertmanagers(3, 3), lead="10m",
                 after="15m", window="5m"),
            case("quiet when one is gone", alertmanagers(3, 3, 3), alertmanagers(2, 2, None), neighbours=alertmanagers(1, 1), lead="10m",
                 watch="30m"),
            case("quiet when gossip hiccups", alertmanagers(3, 3, 3), [(part, world) for part, world in
                 (("2m", alertmanagers(3, 3, 1)), ("3m", alertmanagers(3, 3, 3))) for _ in (1, 2)] * 3, neighbours=alertmanagers(1, 1),
                 lead="10m"),
        ),
        "NotificationsFailing": share_of_both(
            of_both, "alertmanager_notifications_total", "alertmanager_notifications_failed_total", {"integration": "pagerduty"},
            failure={"reason": "serverError"}, quiet=0.00999, fires=0.0102, hold="5m",
        ),
        "ConfigReloadFailed": crossing(gauge(_RELOADED), ordinary=1, quiet=1, fires=0, hold="10m"),
        "ConfigsDiffer": both(
            case("fires", configurations(1.5e14, 1.5e14, 1.5e14), configurations(1.5e14, 1.5e14, 7.1e13),
                 neighbours=configurations(1.5e14), after="20m"),
            case("quiet", configurations(1.5e14, 1.5e14), configurations(7.1e13, 7.1e13), neighbours=configurations(1, 2), watch="40m"),
        ),
    },
)  # fmt: skip
TABLE.add(EXTERNAL_SECRETS, {"SecretsNotSynced": crossing(unsynced, ordinary=0, quiet=0, fires=1, hold="15m")})
TABLE.add(
    OPERATOR,
    {
        "ReconcileErrors": share_of_both(
            of_both, "prometheus_operator_reconcile_operations_total", "prometheus_operator_reconcile_errors_total",
            {"controller": "prometheus"}, quiet=0.0999, fires=0.102, hold="10m",
        ),
        "ResourcesRejected": crossing(resources, ordinary=0, quiet=0, fires=1, hold="5m"),
    },
)  # fmt: skip
TABLE.add(
    GRAFANA,
    {
        "GrafanaErrors": share(GRAFANA_HTTP, quiet=0.0499, fires=0.051, hold="15m"),
        "DataSourceFailing": share(GRAFANA_SOURCES, quiet=0.499, fires=0.51, hold="15m"),
    },
)
_LIMITED, _TO_JAEGER = {"processor": "memory_limiter"}, {"exporter": "otlp_grpc/jaeger"}
_ELSEWHERE = counting("otelcol_processor_refused_spans_total", processor="batch")
COLLECTOR = {
    "CollectorMemoryShort": both(
        failures("otelcol_processor_refused_spans_total", _LIMITED, hold="15m", window="5m"),
        case("quiet when another processor refuses", at(_ELSEWHERE, 1), at(_ELSEWHERE, 1), neighbours=nothing, lead="7m", watch="30m"),
    ),
    "SpansDropped": failures("otelcol_exporter_enqueue_failed_spans_total", _TO_JAEGER, hold="5m", window="5m"),
    "SpansUnsent": failures("otelcol_exporter_send_failed_spans_total", _TO_JAEGER, hold="15m", window="5m"),
    "QueueFilling": crossing(queue, ordinary=0.01, quiet=0.5, fires=0.501, hold="10m"),
}
TABLE.add(SAMPLER, COLLECTOR)
TABLE.add(
    AGENT,
    {
        **COLLECTOR,
        "SpansRefused": failures(
            "otelcol_receiver_refused_spans_total", {"receiver": "otlp", "transport": "grpc"}, hold="15m", window="5m"
        ),
    },
)
TABLE.add(
    JAEGER,
    {
        "SpansNotStored": failures(
            "otelcol_exporter_send_failed_spans_total", {"exporter": "jaeger_storage_exporter"}, hold="15m", window="5m"
        ),
        "TraceReadsFailing": share(TRACE_READS, quiet=0.0999, fires=0.102, hold="15m"),
    },
)
TABLE.add(BLACKBOX, {"CertificateExpiry": _certificates(14), "CertificateExpiresSoon": _certificates(3)}, MINUTELY)
TABLE.add(STATE, {"ListErrors": share(LISTS, quiet=0.00999, fires=0.0102, hold="15m", enough=None)})
TABLE.add(KUBELET, {"CertificateRenewalFailing": failures("kubelet_server_expiration_renew_errors", {}, hold="15m", window="15m")})
TABLE.add(APISERVER, {"ApiServerDown": down("5m"), "ApiServerSlow": slow(_calls, one_in=100, hold="10m")})
