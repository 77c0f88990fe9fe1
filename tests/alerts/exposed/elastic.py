"""What Elasticsearch, Logstash, Filebeat and Loki tell of themselves, each through what asks them."""

from functools import partial

from tests.alerts.exposed.requests import Counted
from tests.alerts.place import Place, counted, own
from tests.alerts.scenario import Leveled
from tests.alerts.series import Counter, Gauge, State, merged, series

_CLUSTER = {"cluster": "observatory"}
NODE: dict[str, str] = {**_CLUSTER, "host": "10.0.1.7", "name": "observatory-es-hot-0", "es_master_node": "false", "es_data_node": "false"}
_SECOND = NODE | {"host": "10.0.2.7", "name": "observatory-es-hot-1"}
PIPELINE = {"pipeline": "main"}
_READS, _PUSHES = {"method": "GET", "route": "loki_api_v1_query_range", "ws": "false"}, {"method": "POST", "ws": "false"}
_OTLP, _PUSH = _PUSHES | {"route": "otlp_v1_logs"}, _PUSHES | {"route": "loki_api_v1_push"}
_REQUESTS = "loki_request_duration_seconds_count"
_SEEN = ({**_READS, "status_code": "200"}, {**_READS, "status_code": "422"})
_UNSEEN = ({**_READS, "status_code": "500"}, {**_READS, "status_code": "504"})
_TAKEN = ({**_OTLP, "status_code": "204"}, {**_PUSH, "status_code": "429"})
_NOT_TAKEN = ({**_OTLP, "status_code": "500"}, {**_PUSH, "status_code": "503"})
LOKI_READS = Counted(_REQUESTS, _SEEN, _UNSEEN, noise=(*_TAKEN, *_NOT_TAKEN))
LOKI_PUSHES = Counted(_REQUESTS, _TAKEN, _NOT_TAKEN, noise=(*_SEEN, *_UNSEEN))
"""What is refused because it asks for too much, or comes too fast, is no failure of Loki's."""


def health(color: str, place: Place, held: float) -> State:
    """The cluster's colour: the one that may be there, and green otherwise."""
    metric = "elasticsearch_cluster_health_status"
    values = {"green": 1 - held, "yellow": 0.0, "red": 0.0, color: held}
    return merged(*(own(place, metric, Gauge(value), **_CLUSTER, color=name) for name, value in values.items()))


def heap(place: Place, share: float) -> State:
    """Heaps of two nodes, the second half as full; memory beside the heap is more. Neighbours' heaps are larger."""
    most = 32e9 if place.is_a_neighbour else 16e9
    used, limit = "elasticsearch_jvm_memory_used_bytes", "elasticsearch_jvm_memory_max_bytes"
    return merged(
        own(place, used, Gauge(most * share), **NODE, area="heap"),
        own(place, used, Gauge(most * share / 2), **_SECOND, area="heap"),
        own(place, used, Gauge(most * 0.99), **NODE, area="non-heap"),
        *(own(place, limit, Gauge(most), **node, area="heap") for node in (NODE, _SECOND)),
    )


def disk(place: Place, used: float) -> State:
    """Disks of two nodes, the second half as full. Neighbours' disks are smaller."""
    most = 5e10 if place.is_a_neighbour else 1e11
    path = {"mount": "/data", "path": "/usr/share/elasticsearch/data"}
    return merged(
        *(own(place, "elasticsearch_filesystem_data_size_bytes", Gauge(most), **node, **path) for node in (NODE, _SECOND)),
        own(place, "elasticsearch_filesystem_data_available_bytes", Gauge(most * (1 - used)), **NODE, **path),
        own(place, "elasticsearch_filesystem_data_available_bytes", Gauge(most * (1 - used / 2)), **_SECOND, **path),
    )


def lifecycle(place: Place, stuck: float) -> State:
    """Indices by the step that they stand in; some may stand in an error."""
    metric = "elasticsearch_ilm_index_status"
    wrong = {
        f"shop-logs-{number}": {"phase": "hot", "action": "rollover", "step": "ERROR" if number < stuck else "check-rollover-ready"}
        for number in range(2)
    }
    return merged(*(own(place, metric, Gauge(1), index=index, **where) for index, where in wrong.items()))


def lifecycle_runs(place: Place, running: float) -> State:
    """Whether the lifecycle runs; its modes are series of their own."""
    modes = {"RUNNING": running, "STOPPED": 1 - running, "STOPPING": 0.0}
    return merged(*(own(place, "elasticsearch_ilm_status", Gauge(value), operation_mode=mode) for mode, value in modes.items()))


def ago(metric: str, /, **labels: str) -> Leveled:
    """A time of day by how long ago it is."""

    def world(place: Place, seconds: float) -> State:
        return own(place, metric, Gauge(-seconds, clock=True), **labels)

    return world


def logstash(place: Place, dead: float) -> State:
    """Logstash's own judgement of its health, as a label."""
    return own(place, "logstash_status", Gauge(1), status="red" if dead else "green")


def queue(place: Place, full: float) -> State:
    """Queues of two pipelines, the second nearly empty. Neighbours' are larger."""
    most = 16e9 if place.is_a_neighbour else 8e9

    def of(pipeline: str, size: float) -> State:
        return merged(
            own(place, "logstash_pipeline_queue_size_bytes", Gauge(size), pipeline=pipeline),
            own(place, "logstash_pipeline_queue_limit_bytes", Gauge(most), pipeline=pipeline),
        )

    return merged(of("main", most * full), of("dead-letters", most * 0.01))


def dead_letters(place: Place, grown: float) -> State:
    """The dead letters' size by how much it grows in a quarter of an hour; another pipeline's stands."""
    metric = "logstash_pipeline_dead_letter_size_bytes"
    return merged(counted(place, metric, grown / 900, pipeline="main"), own(place, metric, Gauge(1), pipeline="dead-letters"))


def flowing(metric: str, labels: dict[str, str], sent: float) -> Leveled:
    """Records a second that nodes count, of everybody, while a system sends on so many; neighbours always send."""
    return partial(_flowing, metric, labels, sent)


def _flowing(metric: str, labels: dict[str, str], sent: float, place: Place, records: float) -> State:
    if place.is_a_neighbour:
        return counted(place, metric, 50, **labels)
    shop = {
        "application": "shop",
        "service": "web",
        "level": "info",
        "event": "none",
        "pod": "otel-agent-x",
        "job": "monitoring/otel-agent",
    }
    each: State = {series("log_events_total", shop | {"instance": f"10.0.{number}.9:8889"}): Counter(records / 2) for number in (1, 2)}
    return merged(each, counted(place, metric, sent, **labels))
