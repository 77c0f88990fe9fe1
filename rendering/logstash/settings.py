"""What Logstash's pods and its pipelines must agree on: names, files, queues and `logstash.yml`."""

import re

from rendering.document import Document
from rendering.elastic.places import LOGSTASH_API
from rendering.elastic.settings import ElasticSettings

RECEIVE, MAIN, ERRORS, METRICS, DEAD = "receive", "store-main", "store-errors", "store-metrics", "dead-letters"
"""Pipelines: one that reads, masks and routes, one for each way into Elasticsearch, and one for what Elasticsearch refuses."""
STORES = (MAIN, ERRORS, METRICS)

URL, USER, PASSWORD = "${ELASTICSEARCH_URL}", "${ELASTICSEARCH_USER}", "${ELASTICSEARCH_PASSWORD}"
"""Environment variables of the pods: where Elasticsearch answers, and as whom it is written to."""
AUTHORITY = "/etc/elasticsearch/ca.crt"
"""Where the authority that signed Elasticsearch's certificate is mounted."""
FOLDER = "/usr/share/logstash/pipeline"
"""Where the pipelines' files are mounted."""
DATA = "/usr/share/logstash/data"
"""The volume of each replica: queues, dead letters, positions."""
FILES = "/usr/share/logstash/files"
"""Where the volume with files that Logstash itself reads is mounted."""

LONGEST = 65_536
"""Bytes of a record that are kept; what is longer is cut, and every pattern is tried on no more."""
BODY = 1_048_576
"""Bytes of a browser's request that are taken."""
_BATCH = 125
_QUEUES = {MAIN: 70, ERRORS: 20, METRICS: 10}
"""Per cent of a replica's queue that each way into Elasticsearch has; the volume is larger, so a full queue is no full disk."""
_DEAD_LETTERS = 256
"""Mebibytes of each way's dead letters, which lie beside the queues."""
_LEAST = 128
"""Mebibytes of a queue: two pages of Logstash's."""
_MEBI = {"Mi": 1, "Gi": 1024, "Ti": 1024 * 1024}


def logstash_yml() -> Document:
    """Settings of the process; those of a pipeline are in `pipelines`."""
    return {
        "api.http.host": "0.0.0.0",  # noqa: S104  a pod's own address; the network policy says who may ask
        "api.http.port": LOGSTASH_API,
        "config.reload.automatic": True,
        "config.support_escapes": False,
        "pipeline.ecs_compatibility": "v8",
        "pipeline.unsafe_shutdown": False,  # a stopping Logstash ends what it has begun
        "path.data": DATA,
        "log.format": "json",
        "xpack.geoip.downloader.enabled": False,  # the database that is shipped with Logstash; nothing is fetched from outside
        "xpack.monitoring.enabled": False,
    }


def pipeline_settings(name: str, elastic: ElasticSettings) -> Document:
    """A pipeline's own settings.

    The one that receives keeps its events in memory, since what it has not yet masked must not reach a disk: while those behind it
    are full it takes nothing, and senders wait. The others have a queue on disk, from which an event goes only when Elasticsearch
    has taken it, and keep what it refuses as dead letters.
    """
    common: Document = {"pipeline.batch.size": _BATCH}
    if name == RECEIVE:
        return common | {"queue.type": "memory", "dead_letter_queue.enable": False}
    if name == DEAD:
        return common | {"pipeline.workers": 1, "queue.type": "memory", "dead_letter_queue.enable": False}
    return common | {
        "pipeline.workers": 1,
        "queue.type": "persisted",
        "queue.max_bytes": f"{_share(elastic, _QUEUES[name])}mb",
        "queue.drain": False,  # what waits stays on disk over a restart
        "dead_letter_queue.enable": True,
        "dead_letter_queue.max_bytes": f"{_DEAD_LETTERS}mb",
        "dead_letter_queue.storage_policy": "drop_older",
    }


def _share(elastic: ElasticSettings, percent: int) -> int:
    """Mebibytes, which Logstash writes `mb`."""
    found = re.fullmatch(r"(\d+)(Mi|Gi|Ti)", elastic.logstash.queue)
    if found is None:
        raise ValueError(f"{elastic.logstash.queue} is no size")
    return max(int(found[1]) * _MEBI[found[2]] * percent // 100, _LEAST)
