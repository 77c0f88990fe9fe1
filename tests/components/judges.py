"""Judges of Kubernetes documents: each tells what is wrong with them, as sentences; each is shown a broken one in its tests."""

from collections.abc import Iterable, Iterator
from typing import Any

Document = dict[str, Any]
GIVEN = {("ServiceAccount", "default")}
"""Objects that every namespace has without us."""
_NOT_RESTRICTED = ("hostNetwork", "hostPID", "hostIPC")
_VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def name(document: Document) -> str:
    return f"{document['kind']} {document['metadata'].get('namespace', '')}/{document['metadata']['name']}"


def pods(document: Document) -> Iterator[Document]:
    """The pod specs that a document makes, as far as they are ours to write."""
    return (template["spec"] for template in templates(document))


def templates(document: Document) -> Iterator[Document]:
    """The same with their metadata."""
    spec = document.get("spec", {})
    match document["kind"]:
        case "StatefulSet":
            yield _with_claims(spec["template"], spec)
        case "Deployment" | "DaemonSet" | "Job":
            yield spec["template"]
        case "CronJob":
            yield spec["jobTemplate"]["spec"]["template"]
        case "Pod":
            yield document
        case "Elasticsearch":
            for nodes in spec["nodeSets"]:
                yield _completed(_with_claims(nodes["podTemplate"], nodes), spec["version"])
        case "Kibana" | "Logstash":
            yield _completed(_with_claims(spec["podTemplate"], spec), spec["version"])
        case "Beat":
            yield _completed(spec["daemonSet"]["podTemplate"], spec["version"])
        case _:
            return


def _with_claims(template: Document, spec: Document) -> Document:
    """With the volumes of its claims, as a StatefulSet's controller does it."""
    pod = template["spec"]
    names = [claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates", [])]
    claims = [{"name": name, "persistentVolumeClaim": {"claimName": f"{name}-0"}} for name in names]
    return template | {"spec": pod | {"volumes": [*pod.get("volumes", []), *claims]}}


def _completed(template: Document, version: str) -> Document:
    """With images where there are none, as Elastic's operator does it."""
    pod = template["spec"]
    both = {
        key: [{"image": f"docker.elastic.co/stack/{each['name']}:{version}"} | each for each in pod[key]]
        for key in ("initContainers", "containers")
        if key in pod
    }
    return template | {"spec": pod | both}


def restricted(pod: Document) -> list[str]:
    """Where a pod breaks the `restricted` Pod Security Standard (kubernetes.io/docs/concepts/security/pod-security-standards)."""
    faults = [f"it uses {field}" for field in _NOT_RESTRICTED if pod.get(field)]
    shared = pod.get("securityContext", {})
    faults += [f"volume {v['name']} is a {kind}" for v in pod.get("volumes", []) for kind in set(v) - {"name"} - _VOLUMES]
    for container in (*pod.get("initContainers", []), *pod["containers"]):
        own = container.get("securityContext", {})
        both = shared | own
        which = container["name"]
        if own.get("privileged"):
            faults.append(f"{which} is privileged")
        if own.get("allowPrivilegeEscalation") is not False:
            faults.append(f"{which} may escalate its privileges")
        if own.get("capabilities", {}).get("drop") != ["ALL"] or set(own.get("capabilities", {}).get("add", [])) - {"NET_BIND_SERVICE"}:
            faults.append(f"{which} keeps capabilities")
        if both.get("runAsNonRoot") is not True or both.get("runAsUser") == 0:
            faults.append(f"{which} may run as root")
        if both.get("seccompProfile", {}).get("type") not in {"RuntimeDefault", "Localhost"}:
            faults.append(f"{which} has no seccomp profile")
        if any(port.get("hostPort") for port in container.get("ports", [])):
            faults.append(f"{which} takes a port of its node")
    return faults


def restricted_context(document: Document) -> list[str]:
    """The same of a custom resource whose pods its operator makes: the pod's context is what we may set."""
    context = document["spec"].get("securityContext", {})
    faults: list[str] = []
    if context.get("runAsNonRoot") is not True or context.get("runAsUser", 0) == 0:
        faults.append("its pods may run as root")
    if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        faults.append("its pods have no seccomp profile")
    return faults


def unbounded(pod: Document) -> list[str]:
    """Containers without requests or without a memory limit, which a quota refuses."""
    return [
        f"{container['name']} lacks {field}"
        for container in pod["containers"]
        for field, found in (
            ("requests", container.get("resources", {}).get("requests", {})),
            ("a memory limit", container.get("resources", {}).get("limits", {}).get("memory")),
        )
        if not found
    ]


def plain_secrets(pod: Document) -> list[str]:
    """Variables that look like a secret and hold a plain value."""
    words = ("PASS", "TOKEN", "SECRET", "KEY", "DSN", "DATA_SOURCE_NAME")
    return [
        f"{container['name']} holds {variable['name']} in plain text"
        for container in pod["containers"]
        for variable in container.get("env", [])
        if "value" in variable and any(word in variable["name"].upper() for word in words) and not variable["name"].endswith("_FILE")
    ]


def dangling(documents: Iterable[Document]) -> list[str]:
    """References to Secrets, ConfigMaps, accounts, classes, stores and Service ports that no document defines."""
    known = list(documents)
    objects = {(d["kind"], d["metadata"].get("namespace", ""), d["metadata"]["name"]) for d in known}
    objects |= {("Secret", d["metadata"]["namespace"], d["spec"]["target"]["name"]) for d in known if d["kind"] == "ExternalSecret"}
    return [
        f"{name(document)} refers to {kind} {namespace}/{referred}"
        for document in known
        for kind, namespace, referred in _references(document)
        if (kind, namespace, referred) not in objects and (kind, referred) not in GIVEN
    ] + [fault for document in known for fault in _ports(document, known)]


def _references(document: Document) -> Iterator[tuple[str, str, str]]:
    namespace, spec = document["metadata"].get("namespace", ""), document.get("spec", {})
    for pod in pods(document):
        yield from ((kind, namespace, referred) for kind, referred in _of_pod(pod))
    match document["kind"]:
        case "Prometheus" | "Alertmanager":
            yield "ServiceAccount", namespace, spec["serviceAccountName"]
            yield "StorageClass", "", spec["storage"]["volumeClaimTemplate"]["spec"]["storageClassName"]
            yield from (("Secret", namespace, secret) for secret in [*spec.get("secrets", []), *filter(None, [spec.get("configSecret")])])
        case "ExternalSecret":
            yield spec["secretStoreRef"]["kind"], "", spec["secretStoreRef"]["name"]
        case "Elasticsearch" | "Kibana" | "Logstash":
            yield from ((kind, namespace if kind != "StorageClass" else "", name) for kind, name in _of_elastic(spec))
        case "RoleBinding" | "ClusterRoleBinding":
            role = document["roleRef"]
            yield role["kind"], namespace if role["kind"] == "Role" else "", role["name"]
            yield from (("ServiceAccount", subject["namespace"], subject["name"]) for subject in document["subjects"])
        case _:
            return


def _of_elastic(spec: Document) -> Iterator[tuple[str, str]]:
    """What Elastic's operator looks up for us."""
    yield from (("Secret", each["secretName"]) for each in (*spec.get("secureSettings", []), *spec.get("auth", {}).get("fileRealm", [])))
    if "tls" in spec.get("http", {}):
        yield "Secret", spec["http"]["tls"]["certificate"]["secretName"]
    if "elasticsearchRef" in spec:
        yield "Elasticsearch", spec["elasticsearchRef"]["name"]
    for part in (spec, *spec.get("nodeSets", [])):
        yield from (("StorageClass", claim["spec"]["storageClassName"]) for claim in part.get("volumeClaimTemplates", []))


def _of_pod(pod: Document) -> Iterator[tuple[str, str]]:
    yield "ServiceAccount", pod.get("serviceAccountName", "default")
    for volume in pod.get("volumes", []):
        if "secret" in volume:
            yield "Secret", volume["secret"]["secretName"]
        if "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"]
        for source in volume.get("projected", {}).get("sources", []):
            yield from ((kind, source[key]["name"]) for kind, key in (("Secret", "secret"), ("ConfigMap", "configMap")) if key in source)
    for container in pod["containers"]:
        for variable in container.get("env", []):
            source = variable.get("valueFrom", {})
            for kind, key in (("Secret", "secretKeyRef"), ("ConfigMap", "configMapKeyRef")):
                if key in source:
                    yield kind, source[key]["name"]


def _ports(document: Document, known: list[Document]) -> Iterator[str]:
    """A Service leads to a port that its pods have; Prometheus' alerting to a port that the Service has."""
    spec = document.get("spec", {})
    if document["kind"] == "Service" and spec.get("type") != "ExternalName":
        for other in known:
            for template in templates(other):
                pod, labels = template["spec"], template["metadata"].get("labels", {})
                if other["metadata"]["namespace"] == document["metadata"]["namespace"] and spec["selector"].items() <= labels.items():
                    named = {port["name"] for container in pod["containers"] for port in container.get("ports", [])}
                    for port in spec["ports"]:
                        if isinstance(port["targetPort"], str) and port["targetPort"] not in named:
                            yield f"{name(document)} leads to port {port['targetPort']}, which {name(other)} does not have"
    if document["kind"] == "Prometheus":
        for target in spec["alerting"]["alertmanagers"]:
            found = [d for d in known if d["kind"] == "Service" and d["metadata"]["name"] == target["name"]]
            if not any(port["name"] == target["port"] for service in found for port in service["spec"]["ports"]):
                yield f"{name(document)} sends alerts to {target['name']}:{target['port']}, which no Service has"


def unmatched_monitors(documents: Iterable[Document], namespaces: Iterable[str]) -> list[str]:
    """ServiceMonitors that look into our own namespaces and select no Service of ours, or a port that it does not have."""
    known, ours = list(documents), set(namespaces)
    services = [d for d in known if d["kind"] == "Service"]
    faults: list[str] = []
    for monitor in known:
        if monitor["kind"] != "ServiceMonitor" or not set(monitor["spec"]["namespaceSelector"]["matchNames"]) <= ours:
            continue
        wanted = monitor["spec"]["selector"]["matchLabels"].items()
        found = [service for service in services if wanted <= service["metadata"]["labels"].items()]
        ports = {port["name"] for service in found for port in service["spec"]["ports"]}
        if len(found) != 1:
            faults.append(f"{name(monitor)} selects {len(found)} Services")
        elif any("port" in endpoint and endpoint["port"] not in ports for endpoint in monitor["spec"]["endpoints"]):
            faults.append(f"{name(monitor)} wants a port that {name(found[0])} does not have")
    return faults
