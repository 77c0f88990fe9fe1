"""Rights by role, and whose they are: in one namespace, or in the whole cluster where the metadata name none."""

from collections.abc import Sequence

from rendering.document import Document

_GROUP = "rbac.authorization.k8s.io"


def granted(meta: Document, rules: Sequence[Document], account: str, home: str) -> list[Document]:
    """A role of these rules, and its binding to an account of the namespace `home`; both have the same metadata."""
    kind = "Role" if "namespace" in meta else "ClusterRole"
    return [
        {"apiVersion": f"{_GROUP}/v1", "kind": kind, "metadata": meta, "rules": list(rules)},
        {
            "apiVersion": f"{_GROUP}/v1",
            "kind": f"{kind}Binding",
            "metadata": meta,
            "roleRef": {"apiGroup": _GROUP, "kind": kind, "name": meta["name"]},
            "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": home}],
        },
    ]
