"""Filebeat: on every node, reading what pods and the node write, with its positions in a folder of the node's.

Fields are those of `beat.k8s.elastic.co/v1beta1` (ECK 3.5.0), the rights those of its recipe `filebeat_autodiscover.yaml`.
"""

from hashlib import sha256

from components.context import Context, labels
from components.elastic import pods, sidecar
from components.pods import CONTAINER_SECURITY, Resources, metadata, service_account
from components.rights import granted
from components.versions import ELASTIC
from rendering.document import Document
from rendering.elastic.places import FILEBEAT, NAME
from rendering.elastic.settings import ElasticSettings

CPU = "100m"
_OURS = f"observatory-{FILEBEAT}"
"""Name of its rights in the cluster, which tells whose they are."""
_READ = {"varlog": "/var/log", "containers": "/var/lib/docker/containers"}
"""Folders of the node; where containerd runs the second is empty."""


def documents(context: Context, settings: ElasticSettings, configuration: Document, exporter: str) -> list[Document]:
    """Account, rights and the exporter's file, and the Beat last."""
    namespace = context.namespaces.agents
    role = settings.aws_logs_role_arn if settings.aws_logs else None
    digest = sha256(exporter.encode()).hexdigest()[:16]
    spec: Document = {
        "type": FILEBEAT,
        "version": ELASTIC,
        "config": configuration,
        "daemonSet": {
            "podTemplate": _template(context, settings, digest),
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}},
        },
        "revisionHistoryLimit": 3,
    }
    kind = {"apiVersion": "beat.k8s.elastic.co/v1beta1", "kind": "Beat"}
    beat = pods.ready({**kind, "metadata": metadata(NAME, namespace, FILEBEAT), "spec": spec}, "{.status.health}=green", 900)
    account = service_account(FILEBEAT, namespace, {"eks.amazonaws.com/role-arn": role} if role else None)
    return [account, *_access(namespace), sidecar.files(namespace, exporter), beat]


def _access(namespace: str) -> list[Document]:
    """It names pods, their workloads and nodes."""
    read = ["get", "list", "watch"]
    rules = [
        {"apiGroups": [""], "resources": ["namespaces", "pods", "nodes"], "verbs": read},
        {"apiGroups": ["apps"], "resources": ["replicasets"], "verbs": read},
        {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": read},
    ]
    meta = {"name": _OURS, "labels": labels(FILEBEAT)}
    return granted(meta, rules, FILEBEAT, namespace)


def _template(context: Context, settings: ElasticSettings, digest: str) -> Document:
    """Root, as the files that it reads are root's, without any capability."""
    known = {"ENVIRONMENT": context.environment, "REGION": context.region, "CLUSTER": context.cluster}
    main: Document = {
        "name": FILEBEAT,
        "resources": Resources(cpu=CPU, memory=settings.filebeat_memory).document(),
        "securityContext": CONTAINER_SECURITY | {"runAsUser": 0},
        "env": [
            {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            *({"name": name, "value": value} for name, value in known.items()),
        ],
        "volumeMounts": [{"name": name, "mountPath": path, "readOnly": True} for name, path in _READ.items()],
    }
    made = pods.template(context, FILEBEAT, main, annotations={"observatory.dev/exporter": digest})
    pod = made["spec"]
    pod |= {
        "automountServiceAccountToken": True,
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "priorityClassName": "system-node-critical",
        "tolerations": [{"operator": "Exists"}],
        "terminationGracePeriodSeconds": 30,
    }
    pod["containers"].append(sidecar.container(context))
    pod["volumes"] = [*({"name": name, "hostPath": {"path": path}} for name, path in _READ.items()), sidecar.volume()]
    return made
