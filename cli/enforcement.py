"""Whether a cluster's NetworkPolicies bind: the API server takes them all, and only a network plugin enforces them."""

from collections.abc import Iterable, Mapping
from typing import Any

AWS, SWITCH = "aws-node", "--enable-network-policy=true"
"""Amazon's plugin enforces where its agent is told to (docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html)."""
ENFORCERS = {"calico-node": "Calico", "canal": "Canal", "cilium": "Cilium", "antrea-agent": "Antrea", "kube-router": "kube-router"}
"""DaemonSets of plugins that enforce policies unless told otherwise, as their projects install them."""

Document = Mapping[str, Any]


def enforcer(daemon_sets: Iterable[Document]) -> str | None:
    """What enforces policies, None where none of the DaemonSets is known to; in EKS Auto Mode there is no DaemonSet to see."""
    known = {str(each["metadata"]["name"]): each for each in daemon_sets}
    for name, title in ENFORCERS.items():
        if name in known:
            return f"{title} (DaemonSet {name})"
    return f"the Amazon VPC CNI ({SWITCH})" if AWS in known and _told(known[AWS]) else None


def _told(daemon_set: Document) -> bool:
    containers: list[Document] = daemon_set["spec"]["template"]["spec"]["containers"]
    return any(SWITCH in (*(each.get("command") or ()), *(each.get("args") or ())) for each in containers)
