r"""Filebeat: every line that containers and nodes write goes to Logstash, as text, with the place that it comes from.

Files are its queue: it goes on where Logstash last confirmed, for as long as the node keeps a file. It reads the kubelet's own folders
with rotated and compressed files, and knows a file by its first bytes, so that a rotation while Logstash is away loses nothing.
Source: Filebeat's reference 9.x, inputs `filestream`, `journald` and `aws-s3`, autodiscover and output `logstash`
(docs/reference/filebeat in elastic/beats).
"""

from typing import Literal

from catalog.base import Backend
from catalog.catalog import Catalog
from rendering.document import Document
from rendering.elastic.places import BEATS, logstash
from rendering.elastic.settings import ElasticSettings
from rendering.logs.settings import LogsSettings
from rendering.logstash.settings import LONGEST
from rendering.site import Site

STATS = 5066
"""Where it tells of itself, to its own pod alone."""
SYSTEM = "system"
"""Tag of what nodes write."""
_POD = "${data.kubernetes.namespace}_${data.kubernetes.pod.name}_${data.kubernetes.pod.uid}"
CONTINUED = r"^($|[[:space:]]|Traceback \(most recent call last\)|Caused by:|During handling of the above|The above exception was)"
"""Lines that belong to the record before: those of a stack trace, and what is said between two of them."""
ERROR_AFTER = r"|^[A-Za-z_][A-Za-z0-9_.]*(Error|Exception|Interrupt|Exit)(:|$)"
"""A trace's last line in Python."""
_SELECTORS: dict[Literal["load_balancer", "rds", "cloudfront", "cloudtrail"], Document] = {
    "load_balancer": {"regex": "/elasticloadbalancing/"},
    "rds": {"regex": "/?rds/", "expand_event_list_from_field": "logEvents", "content_type": "application/json"},
    "cloudfront": {"regex": "/?cloudfront/"},
    "cloudtrail": {"regex": "/CloudTrail/", "expand_event_list_from_field": "Records", "content_type": "application/json"},
}
"""Where in their bucket each service's logs lie, and the list in which one file has many records."""


def configuration(catalog: Catalog, site: Site, logs: LogsSettings, elastic: ElasticSettings) -> Document:
    """The whole of `filebeat.yml`."""
    return {
        "filebeat.autodiscover": {"providers": [_pods(catalog, site, logs)]},
        "filebeat.inputs": [_journal(logs), _node(logs), *([_aws(elastic)] if elastic.aws_logs else [])],
        "filebeat.shutdown_timeout": "10s",
        "processors": [
            _others(catalog, site),
            {"drop_fields": {"fields": ["agent", "ecs", "input", "kubernetes.annotations", "orchestrator"], "ignore_missing": True}},
        ],
        "queue.mem": {"events": 4096, "flush": {"min_events": 1024, "timeout": "1s"}},
        "output.logstash": {
            "hosts": [f"{logstash(site.namespaces)}:{BEATS}"],
            "bulk_max_size": 1024,
            "compression_level": 3,
            "timeout": "60s",  # Logstash confirms late while Elasticsearch is slow; a batch is sent until it does
            "backoff": {"init": "1s", "max": "60s"},
            "ttl": "120s",  # connections are spread anew over Logstash's pods, which a Service does only once each
            "pipelining": 0,
        },
        "http": {"enabled": True, "host": "localhost", "port": STATS},
        "logging": {"level": "info", "to_stderr": True, "to_files": False, "metrics": {"enabled": False}},
        "setup": {"ilm": {"enabled": False}, "template": {"enabled": False}},
    }


def read_namespaces(catalog: Catalog, site: Site) -> list[str]:
    """Namespaces whose pods are read: our own, and those of applications of which Elasticsearch keeps any logs."""
    kept = [
        application.namespace
        for application in catalog.applications.values()
        if application.namespace and any(Backend.ELASTIC in service.collect.logs for service in application.services.values())
    ]
    ours = site.namespaces
    return list(dict.fromkeys([*kept, ours.monitoring, ours.logging, ours.tracing, ours.agents, "kube-system"]))


def _pods(catalog: Catalog, site: Site, logs: LogsSettings) -> Document:
    """A pod may say more by hints (annotations `co.elastic.logs/…`); of those whose lines are whole as they are, none is joined."""
    single = [
        application.namespace
        for application in catalog.applications.values()
        if application.namespace and not application.logs.multiline and application.namespace in read_namespaces(catalog, site)
    ]
    templates = [{"condition": {"equals": {"kubernetes.namespace": name}}, "config": [_container(logs, joined=False)]} for name in single]
    return {
        "type": "kubernetes",
        "node": "${NODE_NAME}",
        "scope": "node",
        "add_resource_metadata": {"namespace": {"enabled": False}, "node": {"enabled": False}, "deployment": True, "cronjob": True},
        "cleanup_timeout": "10m",  # a pod's last lines are read after it has gone
        "hints": {"enabled": True, "default_config": _container(logs, joined=True)},
        **({"templates": templates} if templates else {}),
    }


def _container(logs: LogsSettings, *, joined: bool) -> Document:
    parsers: list[Document] = [{"container": {"stream": "all", "format": "auto"}}]
    if joined:
        parsers.append(_multiline())
    return {
        "type": "filestream",
        "id": "containers-${data.kubernetes.pod.uid}-${data.kubernetes.container.id}",
        "paths": [f"/var/log/pods/{_POD}/${{data.kubernetes.container.name}}/*.log*"],
        **_file(parsers, logs, symlinks=True),
    }


def _multiline() -> Document:
    return {
        "multiline": {
            "type": "pattern",
            "pattern": CONTINUED + ERROR_AFTER,
            "negate": False,
            "match": "after",
            "max_lines": 500,
            "timeout": "3s",
        }
    }


def _file(parsers: list[Document], logs: LogsSettings, *, symlinks: bool = False) -> Document:
    """Of any file: read from its beginning, closed after a while without news, and forgotten a day after nodes would have removed it.

    A file that is removed while Logstash is away is read to its end all the same, since it stays open; `inactive` is the end of that.
    A line in the runtime's format has a time of 30 bytes at its beginning, so 64 tell one file from any other.
    """
    hours = round(logs.node_files / 3600)
    return {
        "parsers": parsers,
        "message_max_bytes": LONGEST,
        "compression": "auto",
        "file_identity.fingerprint": {},
        "prospector.scanner": {
            "symlinks": symlinks,
            "check_interval": "10s",
            "exclude_files": [r"\.tmp$"],
            "fingerprint": {"enabled": True, "length": 64},
        },
        "close.on_state_change": {"inactive": "15m", "removed": False, "renamed": False},
        "clean_removed": False,  # its position is kept as long as the file may still be open
        "ignore_older": f"{hours}h",
        "clean_inactive": f"{hours + 24}h",
    }


def _journal(logs: LogsSettings) -> Document:
    """The node's own services; after a first start no further back than files are kept."""
    return {
        "type": "journald",
        "id": "journal",
        "paths": ["/var/log/journal"],
        "seek": "since",
        "since": f"-{round(logs.node_files / 3600)}h",
        "tags": [SYSTEM],
    }


def _node(logs: LogsSettings) -> Document:
    """Files of nodes that write them beside their journal."""
    return {
        "type": "filestream",
        "id": "node",
        "paths": ["/var/log/messages*", "/var/log/syslog*", "/var/log/secure*", "/var/log/auth.log*"],
        "tags": [SYSTEM],
        **_file([{"multiline": {"type": "pattern", "pattern": "^[[:space:]]", "negate": False, "match": "after"}}], logs),
    }


def _aws(elastic: ElasticSettings) -> Document:
    """Every node asks the queue, which gives each message to one of them; a message that was not ended comes again."""
    return {
        "type": "aws-s3",
        "id": "aws",
        "queue_url": elastic.aws_logs_queue,
        "number_of_workers": 1,
        "visibility_timeout": "300s",
        "sqs.max_receive_count": 10,
        "file_selectors": [dict(_SELECTORS[name]) for name in elastic.aws_logs],
        "tags": ["aws"],
    }


def _others(catalog: Catalog, site: Site) -> Document:
    """Pods of other namespaces are none of ours."""
    ours = [{"equals": {"kubernetes.namespace": name}} for name in read_namespaces(catalog, site)]
    return {"drop_event": {"when": {"and": [{"has_fields": ["kubernetes.namespace"]}, {"not": {"or": ours}}]}}}
