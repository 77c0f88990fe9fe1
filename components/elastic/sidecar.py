"""What tells Prometheus of Logstash and Filebeat, which measure themselves but speak JSON alone: json_exporter in the same pod.

Image, port and arguments are those of prometheus-community/json_exporter 0.7.0.
"""

from components.context import Context
from components.pods import Resources, metadata
from components.pods import container as restricted
from rendering.document import Document
from rendering.targets import EXPORTER_PORT

NAME = "elastic-exporter"
PORT = 7979
RESOURCES = Resources(cpu="10m", memory="32Mi")
_FOLDER, _FILE = "/etc/exporter", "config.yml"
_NOBODY = 65534


def files(namespace: str, configuration: str) -> Document:
    """Its configuration, in a namespace that holds such pods."""
    meta = metadata(NAME, namespace)
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {_FILE: configuration}}


def container(context: Context) -> Document:
    """It asks only its own pod, whatever it is asked for: the catalog's monitors name the target."""
    made = restricted(
        "exporter",
        context.images.image("json-exporter"),
        RESOURCES,
        {EXPORTER_PORT: PORT},
        args=[f"--config.file={_FOLDER}/{_FILE}"],
        volumeMounts=[{"name": "exporter", "mountPath": _FOLDER, "readOnly": True}],
    )
    return made | {"securityContext": made["securityContext"] | {"runAsNonRoot": True, "runAsUser": _NOBODY}}


def volume() -> Document:
    """Of its configuration."""
    return {"name": "exporter", "configMap": {"name": NAME}}
