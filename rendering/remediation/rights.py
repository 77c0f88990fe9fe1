"""What whoever acts may do: patch the objects named in the catalog, and of them no more than the catalog allows."""

from collections.abc import Iterable, Iterator

from rendering.document import Document
from rendering.remediation.places import NAME, Act, Kind


def roles(found: Iterable[Act], account: str, namespace: str) -> Iterator[Document]:
    """For each namespace the right to read and patch the named objects, and no other; nothing may be made or deleted."""
    by_namespace: dict[str, dict[Kind, set[str]]] = {}
    for act in found:
        by_namespace.setdefault(act.namespace, {}).setdefault(act.kind, set()).update(act.targets)
    places: dict[Kind, tuple[str, str]] = {"Deployment": ("apps", "deployments"), "PersistentVolumeClaim": ("", "persistentvolumeclaims")}
    for place, kinds in sorted(by_namespace.items()):
        rules = [
            {"apiGroups": [places[kind][0]], "resources": [places[kind][1]], "resourceNames": sorted(names), "verbs": ["get", "patch"]}
            for kind, names in sorted(kinds.items())
        ]
        metadata = {"name": f"observatory-{NAME}", "namespace": place}
        api = "rbac.authorization.k8s.io"
        yield {"apiVersion": f"{api}/v1", "kind": "Role", "metadata": metadata, "rules": rules}
        subject = {"kind": "ServiceAccount", "name": account, "namespace": namespace}
        reference = {"apiGroup": api, "kind": "Role", "name": metadata["name"]}
        yield {"apiVersion": f"{api}/v1", "kind": "RoleBinding", "metadata": metadata, "roleRef": reference, "subjects": [subject]}


def guards(found: Iterable[Act], account: str, namespace: str) -> list[Document]:
    """The same bounds held by the API server: no right to patch an object can say which field, an admission policy can."""
    name = f"observatory-{NAME}"
    user = f"system:serviceaccount:{namespace}:{account}"
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": {
            "resourceRules": [
                {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["deployments"]},
                {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["persistentvolumeclaims"]},
            ]
        },
        "matchConditions": [{"name": "ours", "expression": f"request.userInfo.username == '{user}'"}],
        "validations": [*_SHAPES, *_bounded(found)],
    }
    api = "admissionregistration.k8s.io/v1"
    binding = {"policyName": name, "validationActions": ["Deny", "Audit"]}
    return [
        {"apiVersion": api, "kind": "ValidatingAdmissionPolicy", "metadata": {"name": name}, "spec": spec},
        {"apiVersion": api, "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": name}, "spec": binding},
    ]


_SHAPES = [
    {
        "expression": "object.kind != 'Deployment' || object.spec.template.spec == oldObject.spec.template.spec",
        "message": "remediation changes no pod's specification",
    },
    {
        "expression": "object.kind != 'Deployment' || object.spec.selector == oldObject.spec.selector",
        "message": "remediation changes no selector",
    },
]


def _bounded(found: Iterable[Act]) -> Iterator[Document]:
    """Replicas and sizes that an object may get; those of an object that only may be restarted stay as they are."""
    limits: dict[tuple[Kind, str, str], tuple[int, int] | None] = {}
    for act in found:
        for target in act.targets:
            key = (act.kind, act.namespace, target)
            limits[key] = act.bounds or limits.get(key)
    for (kind, namespace, name), bounds in sorted(limits.items(), key=str):
        other = f"object.kind != '{kind}' || object.metadata.namespace != '{namespace}' || object.metadata.name != '{name}'"
        if kind == "Deployment":
            same = "object.spec.replicas == oldObject.spec.replicas"
            inside = f"(object.spec.replicas >= {bounds[0]} && object.spec.replicas <= {bounds[1]})" if bounds else "false"
        else:
            same = "object.spec.resources.requests['storage'] == oldObject.spec.resources.requests['storage']"
            most = bounds[1] if bounds else 0
            inside = f"quantity(string(object.spec.resources.requests['storage'])).compareTo(quantity('{most}')) <= 0"
        told = f"remediation keeps {namespace}/{name} within {bounds[0]} and {bounds[1]}" if bounds else f"{namespace}/{name} is not scaled"
        yield {"expression": f"{other} || {same} || {inside}", "message": told}
