"""Who must be restarted when a Secret changes: pods that read it only when they start, and what does it. Pure.

Not among them: Alertmanager, which reads its files for each message (`routing_key_file` and its like in prometheus/alertmanager,
notify/); Elasticsearch and Kibana, whose operator watches the Secrets that they name and replaces pods itself where it must
(cloud-on-k8s, pkg/controller/common/keystore and association); Jobs, which read anew in each run. Jaeger reads its password again each
minute and its authority at the start alone, so it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from rendering.document import Document

RELOADER = "secret.reloader.stakater.com/reload"
"""Reloader's annotation: Secrets after whose change it replaces pods. In the pods' template it counts where the workload itself has none
(stakater/Reloader v1.4.21, pkg/common/common.go, ShouldReload), and so it does on what operators make of our templates."""
CHECKSUM = "observatory.dev/secrets"
"""Ours, where this program gives the values: another value is another template, and the cluster replaces the pods."""

_AGENTS = {
    "override.nodeAgent": "daemonset/{}-agent",
    "override.clusterAgent": "deployment/{}-cluster-agent",
    "override.clusterChecksRunner": "deployment/{}-cluster-checks-runner",
}
"""What Datadog's operator makes of each part."""

Place = tuple[str, str]
"""Namespace and name of a Secret."""


def read(document: Document) -> dict[str, list[str]]:
    """Secrets that the pods of a workload read only when they start, by the place of their template in the document's spec."""
    match document["kind"]:
        case "Deployment" | "StatefulSet" | "DaemonSet":
            return {"template": _named(document["spec"]["template"]["spec"])}
        case "Logstash":  # its operator watches nothing that a container's variables name
            return {"podTemplate": _named(document["spec"]["podTemplate"]["spec"])}
        case "DatadogAgent":
            key = document["spec"]["global"]["credentials"]["apiSecret"]["secretName"]
            return {f"override.{part}": sorted({key, *_named(pods)}) for part, pods in document["spec"]["override"].items()}
        case _:
            return {}


def annotated(document: Document, marks: Mapping[str, Mapping[str, Any]]) -> Document:
    """The document with annotations of its pods, by the place that `read` told; the one given stays as it is."""
    if not marks:
        return document
    spec: Document = document["spec"]
    for place, annotations in marks.items():
        within = place.split(".") if place.startswith("override.") else [place, "metadata"]
        spec = _merged(spec, [*within, "annotations"], annotations)
    return document | {"spec": spec}


def readers(documents: Iterable[Document], secrets: Iterable[Place]) -> Iterator[tuple[str, str]]:
    """Workloads that must be restarted once one of the Secrets has changed: namespace, and kind with name as kubectl takes them."""
    wanted = set(secrets)
    for document in documents:
        namespace = document["metadata"].get("namespace", "")
        for place, names in read(document).items():
            if any((namespace, name) in wanted for name in names):
                yield namespace, _target(document, place)


def _target(document: Document, place: str) -> str:
    """What kubectl restarts: of an operator's resource the workload that it makes of it."""
    kind, name = document["kind"], document["metadata"]["name"]
    if kind == "Logstash":
        return f"statefulset/{name}-ls"
    return _AGENTS[place].format(name) if kind == "DatadogAgent" else f"{kind.lower()}/{name}"


def _merged(tree: Document, path: list[str], more: Mapping[str, Any]) -> Document:
    if not path:
        return {**tree, **more}
    first, *rest = path
    return {**tree, first: _merged(tree.get(first, {}), rest, more)}


def _named(pod: object) -> list[str]:
    """Names of Secrets anywhere in a pod's spec: volumes, projected ones, variables."""
    return sorted(set(_names(pod)))


def _names(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for part in cast("list[object]", value):
            yield from _names(part)
    elif isinstance(value, dict):
        for key, part in cast("dict[str, Any]", value).items():
            if key in {"secret", "secretKeyRef", "secretRef"} and isinstance(part, dict):
                found = cast("dict[str, Any]", part)
                yield from (str(found[name]) for name in ("secretName", "name") if name in found)
            elif key != "imagePullSecrets":
                yield from _names(part)
