"""Logstash: pipelines of the catalog's making before a queue on disk, so that no record is lost while Elasticsearch is away.

Fields are those of `logstash.k8s.elastic.co/v1alpha1` (ECK 3.5.0). Its user is ours, so it refers to no cluster.
"""

from collections.abc import Sequence
from hashlib import sha256

from components.context import Context
from components.elastic import pods, sidecar, users
from components.pods import Resources, disruption_budget, metadata, service_account
from components.quantity import size
from components.versions import ELASTIC
from rendering.document import Document, to_yaml
from rendering.elastic.places import BEATS, HTTP_INPUT, LOGSTASH, NAME, SYSLOG, TCP, elasticsearch
from rendering.elastic.settings import ElasticSettings
from rendering.logstash.settings import FILES, FOLDER

USER = "logstash"
PIPELINES = "logstash-pipelines"
SELECTOR = {"app.kubernetes.io/name": LOGSTASH}
CPU = "500m"
_BESIDE_QUEUE = 2 * 2**30
"""Bytes of a volume that are not the queues': dead letters, and positions in files."""


def documents(
    context: Context,
    settings: ElasticSettings,
    files: dict[str, str],
    pipelines: Sequence[Document],
    configuration: Document,
    exporter: str,
) -> list[Document]:
    """Account, files and budget, and Logstash last; `exporter` is the configuration of what tells Prometheus of it."""
    namespace = context.namespaces.logging
    meta, chosen = metadata(LOGSTASH, namespace), settings.logstash
    digest = sha256(to_yaml([files, exporter]).encode()).hexdigest()[:16]
    spec: Document = {
        "version": ELASTIC,
        "count": chosen.replicas,
        "config": configuration,
        "pipelines": list(pipelines),
        "services": [
            {
                "name": "inputs",
                "service": {"metadata": {"labels": meta["labels"]}, "spec": {"type": "ClusterIP", "ports": _ports(settings)}},
            },
            # Its own measurements; only containers of its own pod reach them.
            {"name": "api", "tls": {"selfSignedCertificate": {"disabled": True}}},
        ],
        "podTemplate": _template(context, settings, digest),
        "volumeClaimTemplates": [pods.claim(context, "logstash-data", _volume(chosen.queue))],
        "updateStrategy": {"type": "RollingUpdate"},
        "revisionHistoryLimit": 3,
    }
    kind = {"apiVersion": "logstash.k8s.elastic.co/v1alpha1", "kind": "Logstash"}
    logstash = pods.ready({**kind, "metadata": metadata(NAME, namespace, LOGSTASH), "spec": spec}, "{.status.health}=green", 900)
    config = {"apiVersion": "v1", "kind": "ConfigMap"}
    return [
        service_account(LOGSTASH, namespace),
        {**config, "metadata": metadata(PIPELINES, namespace, LOGSTASH), "data": files},
        sidecar.files(namespace, exporter),
        *disruption_budget(meta, SELECTOR, chosen.replicas),
        logstash,
    ]


def listening(settings: ElasticSettings) -> dict[str, tuple[str, int]]:
    """Protocol and port of each input."""
    syslog = {"syslog": ("UDP", SYSLOG)} if settings.logstash.syslog else {}
    return {"beats": ("TCP", BEATS), "tcp": ("TCP", TCP), "http": ("TCP", HTTP_INPUT), **syslog}


def _ports(settings: ElasticSettings) -> list[Document]:
    return [
        {"name": name, "port": port, "targetPort": port, "protocol": protocol} for name, (protocol, port) in listening(settings).items()
    ]


def _volume(queues: str) -> str:
    """The queues' size and what stands beside them, in MiB."""
    return f"{(size(queues) + _BESIDE_QUEUE) // 2**20}Mi"


def _template(context: Context, settings: ElasticSettings, digest: str) -> Document:
    chosen = settings.logstash
    known = {
        "ELASTICSEARCH_URL": elasticsearch(context.namespaces),
        "ELASTICSEARCH_USER": USER,
        "ENVIRONMENT": context.environment,
        "REGION": context.region,
        "CLUSTER": context.cluster,
        "LS_JAVA_OPTS": pods.heap(chosen.memory),
    }
    main: Document = {
        "name": "logstash",
        "resources": Resources(cpu=CPU, memory=chosen.memory).document(),
        "securityContext": pods.WRITABLE_ROOT,  # its plugins unpack themselves beside the image's files
        "ports": [
            {"name": f"in-{name}", "containerPort": port, "protocol": protocol} for name, (protocol, port) in listening(settings).items()
        ],
        "env": [
            *({"name": name, "value": value} for name, value in known.items()),
            users.variable(USER, "ELASTICSEARCH_PASSWORD"),
        ],
        "volumeMounts": [users.mount(), {"name": "pipelines", "mountPath": FOLDER, "readOnly": True}],
    }
    moved = {"karpenter.sh/do-not-disrupt": "true", "observatory.dev/configuration": digest}
    made = pods.template(context, LOGSTASH, main, prepared_by=[pods.LOGSTASH_FILES], annotations=moved)
    pod = made["spec"]
    pod["containers"].append(sidecar.container(context))
    pod["volumes"] = [users.volume(USER), {"name": "pipelines", "configMap": {"name": PIPELINES}}, sidecar.volume()]
    if chosen.files:
        pod["volumes"].append({"name": "files", "persistentVolumeClaim": {"claimName": chosen.files.claim, "readOnly": True}})
        main["volumeMounts"].append({"name": "files", "mountPath": FILES, "readOnly": True})
    pod["terminationGracePeriodSeconds"] = 120  # time to hand on what is under way; the rest waits in the queue
    if chosen.replicas > 1:
        pod["topologySpreadConstraints"] = pods.apart(context, LOGSTASH)
    return made
