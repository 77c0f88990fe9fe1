"""Whether a cluster takes what the program would register: its version, kinds, room, classes, rights and names."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from catalog.faults import MissingError
from cli.enforcement import enforcer
from components.operators import GROUPS
from components.quantity import cores, size
from components.versions import POD_SECURITY
from local.cluster import Cluster
from local.drift_owners import owners
from local.kubernetes import Client, Document, RefusedError, part
from rendering.doctor.asking import Place, UnansweredError
from rendering.doctor.finding import Finding, State
from rendering.document import LABELS
from stacks import demand
from stacks.prepared import Prepared

_AT_ONCE = 8
_SHOWN = 6
_VERBS = ("get", "list", "create", "patch", "delete")
_CHARTS = (("apiextensions.k8s.io", "customresourcedefinitions"), ("rbac.authorization.k8s.io", "clusterroles"))
"""What operators' charts bring besides workloads: whoever installs them must be allowed to."""
_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_CSI = "ebs.csi.aws.com"


@dataclass(frozen=True)
class Looked:
    """A cluster and what would go there: the program's Kubernetes objects, as it registers them."""

    cluster: Cluster
    client: Client
    prepared: Prepared
    objects: list[Document]
    charts: bool
    """Whether charts of operators are among what would go there."""

    @property
    def api(self) -> Place:
        """The API server, for what is no object."""
        access = self.client.access
        return Place(access.server, access.headers(), access.context)

    @cached_property
    def served(self) -> dict[tuple[str, str], str]:
        """What each kind is called in the API's paths (`deployments`), of the versions that the program uses and the server serves."""
        found: dict[tuple[str, str], str] = {}
        for version in {str(document["apiVersion"]) for document in self.objects}:
            answer = self.api.ask(f"/apis/{version}" if "/" in version else f"/api/{version}")
            for each in answer.body["resources"] if answer.ok else ():
                if "/" not in each["name"]:
                    found[version, each["kind"]] = each["name"]
        return found

    def all(self, asked: Iterable[Any], ask: Callable[[Any], Any]) -> list[Any]:
        """Several questions at once: a cluster that is far away answers each in a while."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(ask, asked))


def findings(looked: Looked) -> Iterator[Finding]:
    """Every check in turn; a right that is missing for one keeps no other from being made."""
    checks = (version, kinds, namespaces, quotas, storage, network, rights, names)
    for check in checks:
        try:
            yield check(looked)
        except (RefusedError, UnansweredError, MissingError) as error:
            remedy = "ask whoever runs the cluster for the right to look (kubectl auth can-i --list)"
            yield Finding(check.__name__.replace("_", " "), State.MISSING, f"cannot be looked at: {error}", remedy)


def version(looked: Looked) -> Finding:
    """Not older than the oldest that we deploy to."""
    told: dict[str, str] = looked.api.told("/version")
    number, oldest = (_numbers(text) for text in (told["gitVersion"], POD_SECURITY))
    if number < oldest:
        remedy = "upgrade the cluster first; Pod Security and fields that we use are of that version"
        return Finding("cluster version", State.WRONG, f"{told['gitVersion']}, older than {POD_SECURITY}", remedy)
    return Finding("cluster version", State.OK, f"{told['gitVersion']} at {looked.cluster.server}")


def kinds(looked: Looked) -> Finding:
    """Each kind in the version that the program uses; those of operators that we install come with them."""
    name = "kinds (CRDs)"
    used = {(str(document["apiVersion"]), str(document["kind"])) for document in looked.objects}
    absent = sorted(used - looked.served.keys())
    modes = looked.prepared.settings.operated.modes
    coming = {group for operator, mode in modes.items() if mode == "release" for group in GROUPS[operator]}
    brought = [each for each in absent if each[0].partition("/")[0] in coming]
    lacking = [each for each in absent if each not in brought]
    if lacking:
        told = [f"{kind} {api} ({_others(looked, api)})" for api, kind in lacking]
        remedy = "install or upgrade the operator that brings them, CRDs first; or let the settings' operators do it (`release`)"
        return Finding(name, State.WRONG, f"{len(lacking)} of {len(used)} are not served: {_some(told)}", remedy)
    if brought:
        return Finding(name, State.OK, f"{len(used) - len(brought)} served, {len(brought)} come with operators that `up` installs")
    return Finding(name, State.OK, f"all {len(used)} are served in the versions that the program uses")


def _others(looked: Looked, api: str) -> str:
    answer = looked.api.ask(f"/apis/{api.partition('/')[0]}")
    versions = [each["version"] for each in answer.body["versions"]] if answer.ok else []
    return f"served: {', '.join(versions)}" if versions else "no such group"


def namespaces(looked: Looked) -> Finding:
    """Applications' namespaces are theirs to make."""
    there = {found["metadata"]["name"] for found in looked.client.list("v1", "Namespace")}
    lacking = sorted(set(looked.prepared.plan.context.applications) - there)
    if lacking:
        remedy = f"their owners make them: kubectl create namespace {lacking[0]}; or take the application out of the catalog"
        return Finding("application namespaces", State.MISSING, f"not there: {', '.join(lacking)}", remedy)
    return Finding("application namespaces", State.OK, f"all {len(looked.prepared.plan.context.applications)} are there")


def quotas(looked: Looked) -> Finding:
    """What workloads ask for at most, against quotas in our namespaces that are not ours; ours are compared before anything is rendered."""
    plan, settings = looked.prepared.plan, looked.prepared.settings
    tight: list[str] = []
    foreign = 0
    for namespace, wanted in demand.by_namespace(plan.documents(), plan.context, settings.operated).items():
        asked = {"cpu": wanted.cpu, "memory": wanted.memory, "storage": wanted.storage, "pods": wanted.pods}
        for quota in looked.client.list("v1", "ResourceQuota", namespace):
            if _ours(quota):
                continue
            foreign += 1
            for key, text in part(quota, "spec", "hard").items():
                resource = key.removeprefix("requests.")
                hard = cores(text) if resource == "cpu" else size(text) if resource in {"memory", "storage"} else int(text)
                if asked.get(resource, 0) > hard:
                    tight.append(f"{namespace}/{quota['metadata']['name']}: {key} {text}, wanted {_amount(resource, asked[resource])}")
    if tight:
        return Finding("quotas", State.WRONG, _some(tight), "ask the platform team to raise it, or make the settings smaller")
    told = f"of {foreign} by others all leave room" if foreign else "none but ours, which leave room"
    return Finding("quotas", State.OK, told)


def _amount(resource: str, value: float) -> str:
    return f"{value / 1024**3:.1f}Gi" if resource in {"memory", "storage"} else f"{value:g}"


def storage(looked: Looked) -> Finding:
    """The class of our volumes, and the driver that makes them."""
    chosen = looked.prepared.settings.storage
    name = f"storage class {chosen.class_name}"
    there = {found["metadata"]["name"]: found for found in looked.client.list("storage.k8s.io/v1", "StorageClass")}
    found = there.get(chosen.class_name)
    if found is None and not chosen.create:
        remedy = f"choose one of {', '.join(sorted(there)) or 'none'} (storage.class), or let us make it (storage.create: true)"
        return Finding(name, State.MISSING, "not there", remedy)
    provisioner = str(found["provisioner"]) if found else _CSI
    drivers = {each["metadata"]["name"] for each in looked.client.list("storage.k8s.io/v1", "CSIDriver")}
    if provisioner == _CSI and _CSI not in drivers and not looked.cluster.pids:
        addon = "install the add-on aws-ebs-csi-driver, or name it in aws.addons; in Auto Mode choose a class of ebs.csi.eks.amazonaws.com"
        return Finding(name, State.MISSING, f"its driver {_CSI} is not there", addon)
    if found and not found.get("allowVolumeExpansion"):
        return Finding(name, State.NOTE, f"there, by {provisioner}; volumes cannot grow", "set allowVolumeExpansion: true on the class")
    return Finding(name, State.OK, f"there, by {provisioner}" if found else "ours to make, its driver is there")


def network(looked: Looked) -> Finding:
    """Whether NetworkPolicies bind anybody."""
    if looked.cluster.pids:
        return Finding("network policies", State.SIMULATED, "not enforced on the embedded cluster, whose pods run no containers")
    by = enforcer(looked.client.list("apps/v1", "DaemonSet"))
    if by:
        return Finding("network policies", State.OK, f"enforced by {by}")
    remedy = (
        "accepted, and bind nobody: on EKS set enableNetworkPolicy in the vpc-cni add-on, or install Calico or Cilium; "
        "in Auto Mode, where none shows, see the NodeClass's networkPolicy"
    )
    return Finding("network policies", State.NOTE, "no plugin that enforces them is to be seen", remedy)


def rights(looked: Looked) -> Finding:
    """What the deployer may do, asked of the API server for all that the program registers (SelfSubjectAccessReview)."""
    wanted = {
        (str(document["apiVersion"]).rpartition("/")[0], looked.served[key], str(document["metadata"].get("namespace") or ""))
        for document in looked.objects
        if (key := (str(document["apiVersion"]), str(document["kind"]))) in looked.served
    }
    wanted |= {(group, resource, "") for group, resource in _CHARTS if looked.charts}
    asked = [(*each, verb) for each in sorted(wanted) for verb in _VERBS]
    allowed = looked.all(asked, lambda each: _allowed(looked.api, *each))
    refused: Counter[tuple[str, str]] = Counter()
    for (group, resource, namespace, _), fine in zip(asked, allowed, strict=True):
        refused[f"{resource}.{group}".rstrip("."), f"in {namespace}" if namespace else "of the cluster"] += not fine
    lacking = [f"{resource} {where}" for (resource, where), count in refused.items() if count]
    if lacking:
        verbs = ", ".join(_VERBS)
        remedy = f"grant {verbs}, or deploy as somebody who has them: kubectl auth can-i create {lacking[0].split()[0]}"
        return Finding("deployer's rights", State.WRONG, f"not all of {verbs} are allowed on {_some(lacking)}", remedy)
    return Finding("deployer's rights", State.OK, f"{len(asked)} rights on {len(wanted)} kinds in their namespaces")


def _allowed(api: Place, group: str, resource: str, namespace: str, verb: str) -> bool:
    attributes = {"group": group, "resource": resource, "namespace": namespace, "verb": verb}
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}}
    return bool(api.told(_REVIEWS, body=review)["status"].get("allowed"))


def names(looked: Looked) -> Finding:
    """Objects of our names that exist and are not ours: `up` would take them over, or be refused."""
    wanted: dict[tuple[str, str, str], set[str]] = {}
    for document in looked.objects:
        key = (str(document["apiVersion"]), str(document["kind"]))
        if key in looked.served:
            wanted.setdefault((*key, str(document["metadata"].get("namespace") or "")), set()).add(str(document["metadata"]["name"]))
    lists = looked.all(wanted, lambda each: looked.client.list(*each))
    taken = [
        f"{kind} {f'{namespace}/' if namespace else ''}{found['metadata']['name']} ({_manager(found)})"
        for (api, kind, namespace), there in zip(wanted, lists, strict=True)
        for found in there
        if found["metadata"]["name"] in wanted[api, kind, namespace] and not _ours(found)
    ]
    if taken:
        remedy = "rename ours by a setting (namespaces, storage.class), have theirs removed, or import it: pulumi import"
        return Finding("names", State.WRONG, f"{len(taken)} are somebody else's: {_some(taken)}", remedy)
    return Finding("names", State.OK, f"all {sum(map(len, wanted.values()))} are free, or ours already")


def _ours(found: Document) -> bool:
    """By its labels, or because this program wrote it, whatever somebody did to the labels since: `make drift` tells that."""
    return LABELS.items() <= part(found, "metadata", "labels").items() or any(owner.ours for owner in owners(found))


def _manager(found: Document) -> str:
    entries: list[dict[str, str]] = part(found, "metadata").get("managedFields") or []
    return f"made by {entries[0].get('manager', 'unknown')}" if entries else "made by somebody"


def _numbers(text: str) -> tuple[int, int]:
    major, minor, *_ = text.removeprefix("v").split(".")
    return int(major), int("".join(filter(str.isdigit, minor)))


def _some(texts: list[str]) -> str:
    more = len(texts) - _SHOWN
    return ", ".join(texts[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
