"""What Prometheus 3, Alertmanager, prometheus-operator and kube-state-metrics expose of themselves."""

from collections.abc import Callable

from tests.alerts.exposed.requests import Counted
from tests.alerts.place import Place, counted, own
from tests.alerts.scenario import Leveled, World
from tests.alerts.series import Counter, Gauge, State, merged, series

LISTS = Counted(
    "kube_state_metrics_list_total", ({"resource": "*v1.Pod", "result": "success"},), ({"resource": "*v1.Pod", "result": "error"},)
)
"""kube-state-metrics' lists of the API server's objects."""
_ASKED = {"handler": "/api/ds/query", "method": "POST", "slo_group": "high-slow", "status_source": "server"}
GRAFANA_HTTP = Counted(
    "grafana_http_request_duration_seconds_count",
    ({**_ASKED, "status_code": "200"}, {**_ASKED, "status_code": "403"}),
    ({**_ASKED, "status_code": "500"}, {**_ASKED, "status_code": "503"}),
)
"""What people may not see is no failure of Grafana."""
_QUERIES = {"plugin_id": "prometheus", "target": "none", "status_source": "downstream"}
GRAFANA_SOURCES = Counted(
    "grafana_plugin_request_total",
    ({**_QUERIES, "endpoint": "queryData", "status": "ok"},),
    ({**_QUERIES, "endpoint": "queryData", "status": "error"},),
    noise=({**_QUERIES, "endpoint": "checkHealth", "status": "ok"}, {**_QUERIES, "endpoint": "checkHealth", "status": "error"}),
)
"""Queries of a kind of data source; checks of health are none."""


def of_both(every: str, failed: str, rate: float, kind: dict[str, str], failure: dict[str, str] | None = None) -> Leveled:
    """Two counters, of everything and of what failed, by the share that failed; another kind beside them never fails."""

    def world(place: Place, share: float) -> State:
        other = dict.fromkeys(kind, "other")
        return merged(
            counted(place, every, rate, **kind),
            counted(place, failed, rate * share, **kind, **(failure or {})) if share else {},
            counted(place, every, rate, **other),
            counted(place, failed, 0, **other, **(failure or {})),
        )

    return world


def ingesting(place: Place, per_second: float) -> State:
    """Samples that Prometheus appends."""
    return counted(place, "prometheus_tsdb_head_samples_appended_total", per_second, type="float")


def sending(rate: float) -> Leveled:
    """Alerts sent to two Alertmanagers, by the share that the better of them refuses; the other refuses everything."""

    def world(place: Place, share: float) -> State:
        found: list[State] = []
        for address, refused in (("http://10.0.1.5:9093/api/v2/alerts", share), ("http://10.0.2.5:9093/api/v2/alerts", 1.0)):
            found.append(counted(place, "prometheus_notifications_sent_total", rate, alertmanager=address))
            found.append(counted(place, "prometheus_notifications_errors_total", rate * refused, alertmanager=address))
        return merged(*found)

    return world


def remote_write(place: Place, behind: float) -> State:
    """A remote write queue by its lag; what comes in and what was sent are times of day."""
    queue = {"remote_name": "amp", "url": "https://aps-workspaces.eu-central-1.amazonaws.com/api/v1/remote_write"}
    return merged(
        own(place, "prometheus_remote_storage_queue_highest_timestamp_seconds", Gauge(0, clock=True), **queue),
        own(place, "prometheus_remote_storage_queue_highest_sent_timestamp_seconds", Gauge(-behind, clock=True), **queue),
    )


def alertmanagers(*members: int | None) -> World:
    """How many members each Alertmanager sees; None: it does not answer."""

    def world(place: Place) -> State:
        found: dict[str, Gauge | Counter] = {series("up", place.probe("ready")): Gauge(1)}
        for number, seen in enumerate(members):
            target = place.target(pod=f"{place.pods}-{number}", instance=f"10.0.{number}.5:9093")
            found[series("up", target)] = Gauge(float(seen is not None))
            if seen is not None:
                found[series("alertmanager_cluster_members", target)] = Gauge(seen)
        return found

    return world


def configurations(*hashes: float) -> World:
    """The hash of each Alertmanager's configuration."""

    def world(place: Place) -> State:
        return {
            series("alertmanager_config_hash", place.target(pod=f"{place.pods}-{number}", instance=f"10.0.{number}.5:9093")): Gauge(value)
            for number, value in enumerate(hashes)
        }

    return world


def resources(place: Place, rejected: float) -> State:
    """Resources that the operator manages; those selected stand beside those rejected."""
    common = {"controller": "prometheus", "resource": "PrometheusRule"}
    return merged(
        own(place, "prometheus_operator_managed_resources", Gauge(12), **common, state="selected"),
        own(place, "prometheus_operator_managed_resources", Gauge(rejected), **common, state="rejected"),
    )


def unsynced(place: Place, failing: float) -> State:
    """ExternalSecrets of another namespace: one that may fail, one that never does."""

    def condition(name: str, ready: float) -> State:
        found = {"name": name, "exported_namespace": "shop", "condition": "Ready"}
        metric = "externalsecret_status_condition"
        return merged(
            own(place, metric, Gauge(ready), **found, status="True"),
            own(place, metric, Gauge(1 - ready), **found, status="False"),
            own(place, metric, Gauge(1), **found | {"condition": "Deleted"}, status="False"),
        )

    return merged(condition("payments", 1 - failing), condition("other", 1))


def targets(*jobs: tuple[str, int, int]) -> World:
    """Jobs, each with so many targets of which so many are down. The blackbox exporter's job is full of failures of others."""

    def world(_place: Place) -> State:
        blackbox = {"application": "shop", "service": "web", "job": "blackbox", "probe": "health", "instance": "http://web/health"}
        found: dict[str, Gauge | Counter] = {series("up", blackbox): Gauge(0)}
        for job, count, down in jobs:
            for number in range(count):
                labels = {"application": "shop", "service": job, "job": job, "instance": f"10.0.1.{number}:8000"}
                found[series("up", labels)] = Gauge(float(number >= down))
        return found

    return world


def noisy_apiserver(calls: Callable[[str, str], Leveled]) -> Leveled:
    """Calls of the API by the share of slow ones; watches and logs, which are meant to last, are slow anyway."""

    def world(place: Place, slow: float) -> State:
        return merged(calls("GET", "")(place, slow), calls("WATCH", "")(place, 1), calls("GET", "log")(place, 1))

    return world
