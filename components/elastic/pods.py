"""What every pod template that we hand to Elastic's operator must say: it is merged with the operator's own, and ours wins.

The operator gives Elasticsearch's containers a `restricted` context by itself, but not Kibana's pod, nor the containers that prepare
Logstash and the keystores (ECK 3.5.0: `defaultPodSecurityContext`, `initConfigContainer`, keystore's `NewInitContainer`); the namespace
would refuse them.
"""

from collections.abc import Sequence

from components.context import Context, labels
from components.pods import CONTAINER_SECURITY, bare_pod, spread
from components.quantity import size
from rendering.document import Document

_SECURITY: Document = {
    "runAsNonRoot": True,  # their images' user is 1000, whose group of the image's files is 0: another group may not read them all
    "fsGroup": 1000,
    "fsGroupChangePolicy": "OnRootMismatch",
    "seccompProfile": {"type": "RuntimeDefault"},
}
KEYSTORE, LOGSTASH_FILES = "elastic-internal-init-keystore", "logstash-internal-init-config"
"""Containers of the operator's that prepare a pod, by the names under which a template may say more of them."""
WRITABLE_ROOT: Document = CONTAINER_SECURITY | {"readOnlyRootFilesystem": False}
_MOST_HEAP = 31 * 2**30
"""Beyond it Java's references take twice the room."""
_MIB = 2**20


def heap(memory: str) -> str:
    """Java's options for half of a container's memory; the other half is the file system's cache and Java's own."""
    amount = min(size(memory) // 2, _MOST_HEAP) // _MIB
    return f"-Xms{amount}m -Xmx{amount}m"


def template(
    context: Context,
    name: str,
    main: Document,
    *,
    prepared_by: Sequence[str] = (),
    annotations: dict[str, str] | None = None,
    component: str | None = None,
) -> Document:
    """A restricted pod; `prepared_by` are the operator's own containers that need saying so."""
    more = {"app.kubernetes.io/component": component} if component else {}
    pod = bare_pod(
        context,
        name,
        [main],
        securityContext=_SECURITY,
    )
    if prepared_by:
        # Those of Logstash and Kibana write beside their image's files.
        pod["initContainers"] = [{"name": each, "securityContext": WRITABLE_ROOT} for each in prepared_by]
    meta: Document = {"labels": labels(name, **more)}
    if annotations:
        meta["annotations"] = annotations
    return {"metadata": meta, "spec": pod}


def apart(context: Context, name: str) -> list[Document]:
    """Replicas in different zones while zones last, and never two on one node without need."""
    return spread(context, {"app.kubernetes.io/name": name}, 2)


def claim(context: Context, name: str, storage: str, storage_class: str | None = None) -> Document:
    """A volume of each pod's own."""
    return {
        "metadata": {"name": name},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": storage_class or context.storage_class,
            "resources": {"requests": {"storage": storage}},
        },
    }


def ready(document: Document, expression: str, seconds: int) -> Document:
    """The resource, awaited until its operator says so."""
    document["metadata"]["annotations"] = {
        **document["metadata"].get("annotations", {}),
        "pulumi.com/waitFor": f"jsonpath={expression}",
        "pulumi.com/timeoutSeconds": str(seconds),
    }
    return document
