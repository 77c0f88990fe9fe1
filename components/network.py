"""NetworkPolicies: everything denied, then exactly the edges that data takes. Pure; the namespaces' component registers them."""

from collections.abc import Iterable, Mapping

from components.context import ANY_ADDRESS, Context
from components.pods import metadata
from rendering.document import Document

METADATA_SERVICE = "169.254.169.254/32"
_NAMESPACE_LABEL = "kubernetes.io/metadata.name"
_APP = "app.kubernetes.io/name"

Ports = Mapping[str, tuple[int, ...]]


def tcp(*ports: int) -> list[Document]:
    """TCP ports of a rule; none given means every port."""
    return [{"protocol": "TCP", "port": port} for port in ports]


def pods(*apps: str, namespace: str | None = None) -> list[Document]:
    """Pods by our name label, in the policy's own namespace or another; no name means all pods of that namespace."""
    place = {"namespaceSelector": {"matchLabels": {_NAMESPACE_LABEL: namespace}}} if namespace else {}
    if not apps:
        return [place or {"podSelector": {}}]
    return [place | {"podSelector": {"matchLabels": {_APP: app}}} for app in apps]


def addresses(ranges: Iterable[str], *, apart_from: Iterable[str] = ()) -> list[Document]:
    """Address ranges, apart from those that lie in them and are not meant."""
    without = list(apart_from)
    return [{"ipBlock": {"cidr": cidr, **({"except": without} if without else {})}} for cidr in ranges]


def internet() -> list[Document]:
    """Any address but the nodes' metadata service, which hands out credentials."""
    return addresses([ANY_ADDRESS], apart_from=[METADATA_SERVICE])


def ingress(peers: list[Document], ports: list[Document]) -> Document:
    """Who may come in, and where."""
    return {"from": peers, "ports": ports}


def egress(peers: list[Document], ports: list[Document]) -> Document:
    """Where one may go; no ports means all."""
    return {"to": peers, **({"ports": ports} if ports else {})}


def policy(
    namespace: str,
    name: str,
    selector: Document,
    ingresses: Iterable[Document] = (),
    egresses: Iterable[Document] = (),
) -> Document:
    """A policy for some pods; a direction without rules is left to other policies."""
    inward, outward = list(ingresses), list(egresses)
    spec: Document = {"podSelector": selector, "policyTypes": []}
    for kind, key, rules in (("Ingress", "ingress", inward), ("Egress", "egress", outward)):
        if rules:
            spec["policyTypes"].append(kind)
            spec[key] = rules
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata(name, namespace), "spec": spec}


def app(name: str) -> Document:
    """Selects pods by our name label."""
    return {"matchLabels": {_APP: name}}


def instance(name: str) -> Document:
    """Selects the pods of one exporter or release."""
    return {"matchLabels": {"app.kubernetes.io/instance": name}}


def default_deny(namespace: str) -> Document:
    """Denies all that no other policy allows."""
    document = policy(namespace, "default-deny", {})
    document["spec"]["policyTypes"] = ["Ingress", "Egress"]
    return document


def dns(namespace: str) -> Document:
    """Every pod resolves names."""
    server = [
        {
            "namespaceSelector": {"matchLabels": {_NAMESPACE_LABEL: "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ]
    return policy(namespace, "allow-dns", {}, egresses=[egress(server, [{"protocol": kind, "port": 53} for kind in ("UDP", "TCP")])])


def api_server(context: Context) -> Document:
    """The way to the API server, by its endpoints and by its Service."""
    return egress(addresses([*context.network.cluster, context.network.services]), tcp(443, 6443))
