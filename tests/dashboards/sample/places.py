"""Who is there in the sample environment: nodes, pods, targets, and the objects of Kubernetes around them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

from catalog.catalog import Catalog, Subject
from catalog.model import Service
from dashboards.listing import SITE
from rendering import promql
from rendering.relabeling import tells_of_others
from rendering.site import Site

Labels = dict[str, str]

EXTERNAL: Labels = {"environment": SITE.environment, "region": SITE.region, "cluster": SITE.cluster}
NODES = tuple(f"ip-10-0-{zone}-{17 * zone}.eu-central-1.compute.internal" for zone in (1, 2, 3))
_PER_NODE = ("agents", "kubelet")
_PAIRS = ("prometheus", "alertmanager", "grafana")
"""Services of the platform that run twice."""


@dataclass(frozen=True)
class Pod:
    """A pod with its one container."""

    subject: Subject
    namespace: str
    name: str
    node: str
    number: int

    @property
    def workload(self) -> str:
        """What made it: a Deployment, a StatefulSet or a DaemonSet of this name."""
        return self.subject.name

    @property
    def labels(self) -> Labels:
        """What shared exporters call it."""
        digest = f"{crc32(self.name.encode()):08x}"
        return {
            "namespace": self.namespace,
            "pod": self.name,
            "container": self.subject.name,
            "node": self.node,
            "uid": f"{digest}-0000-4000-8000-000000000000",
            "id": f"/kubepods/burstable/pod{digest}",
            "image": f"registry.example.com/{self.subject.name}:1",
            "image_id": f"registry.example.com/{self.subject.name}@sha256:{digest}",
            "container_id": f"containerd://{digest}",
            "name": digest,
            "created_by_kind": "ReplicaSet",
            "created_by_name": self.workload,
            "owner_kind": "ReplicaSet",
            "owner_name": self.workload,
            "owner_is_controller": "true",
            "host_ip": f"10.0.{NODES.index(self.node) + 1}.17",
            "pod_ip": f"10.0.{NODES.index(self.node) + 1}.{20 + self.number}",
            "host_network": "false",
            "interface": "eth0",
        }


@dataclass(frozen=True)
class Target:
    """One thing that Prometheus scrapes, and whose it is."""

    subject: Subject
    labels: Labels
    node: str | None = None
    """Where it stands, of targets that speak of their node alone."""


class Places:
    """Everybody in the sample environment."""

    def __init__(self, catalog: Catalog, site: Site = SITE) -> None:
        self.catalog = catalog
        self.site = site

    @cached_property
    def pods(self) -> tuple[Pod, ...]:
        """All pods, in the order of the catalog."""
        return tuple(pod for subject in self.catalog.subjects() if self.site.runs(subject) for pod in self._pods(subject))

    def pods_of(self, subject: Subject) -> tuple[Pod, ...]:
        """One subject's."""
        return tuple(pod for pod in self.pods if pod.subject.labels == subject.labels)

    def targets(self, subject: Subject) -> Iterator[Target]:
        """What is scraped of a subject itself; none of what nobody scrapes."""
        watched = subject.watched
        own = {**subject.labels, "job": f"monitoring/{subject.application.application}-{subject.name}"}
        if not isinstance(watched, Service):
            if watched.kind in {"postgres", "redis", "nginx"}:
                yield Target(subject, {**own, "instance": "10.0.1.40:9187"})
            return
        if watched.runs.system == "kubelet":
            for number, node in enumerate(NODES, 1):
                yield Target(subject, {**own, "instance": f"10.0.{number}.17:10250"}, node)
            return
        if watched.runs.system == "kubernetes":
            for number in (1, 2):
                yield Target(subject, {**own, "instance": f"10.0.{number}.5:443"})
            return
        for pod in self.pods_of(subject):
            place = {"namespace": pod.namespace, "pod": pod.name, "container": subject.name}
            instance = {"instance": f"{pod.labels['pod_ip']}:8000"}
            agent = watched.runs.system in _PER_NODE
            labels = own | instance | ({} if tells_of_others(subject) else place) | ({"node": pod.node} if agent else {})
            yield Target(subject, labels, pod.node if agent else None)

    def probes(self, subject: Subject) -> Iterator[Target]:
        """What the blackbox exporter asks of a subject."""
        watched = subject.watched
        if isinstance(watched, Service):
            names = tuple(watched.probes)
        else:
            names = ("connect",) if watched.kind == "external" and watched.host is not None else ()
        for name in names:
            yield Target(subject, {**subject.labels, "job": "blackbox", "instance": f"https://{subject.name}.example.com/", "probe": name})

    @cached_property
    def objects(self) -> dict[str, tuple[Labels, ...]]:
        """Kubernetes objects by the label that names one; each with the labels that go with it."""
        workloads = list({(pod.namespace, pod.workload): None for pod in self.pods})
        agents = [(pod.namespace, pod.workload) for pod in self.pods if self._system(pod.subject) in _PER_NODE]
        stateful = [(space, name) for space, name in workloads if name in {"postgres", "redis", "prometheus", "alertmanager", "grafana"}]
        plain = [work for work in workloads if work not in {*agents, *stateful}]
        applications = {application.namespace for application in self.catalog.applications.values()}
        spaces = list(dict.fromkeys(space for space, _ in workloads))
        return {
            "pod": tuple(pod.labels for pod in self.pods),
            "deployment": _named("deployment", plain),
            "statefulset": _named("statefulset", stateful),
            "daemonset": _named("daemonset", list(dict.fromkeys(agents))),
            "horizontalpodautoscaler": _named("horizontalpodautoscaler", [work for work in plain if work[0] in applications]),
            "poddisruptionbudget": _named("poddisruptionbudget", plain),
            "persistentvolumeclaim": tuple(
                {**labels, "storageclass": "gp3", "volumename": f"pvc-{labels['persistentvolumeclaim']}", "volumemode": "Filesystem"}
                for labels in _named("persistentvolumeclaim", [(space, f"data-{name}-0") for space, name in stateful])
            ),
            "cronjob": _named("cronjob", [(spaces[0], "backup")]),
            "job_name": tuple(
                {**labels, "owner_kind": "CronJob", "owner_name": "backup", "owner_is_controller": "true"}
                for labels in _named("job_name", [(spaces[0], "backup-29470320")])
            ),
            "resourcequota": _named("resourcequota", [(space, "observatory") for space in spaces]),
            "node": tuple({"node": node} for node in NODES),
            "namespace": tuple({"namespace": space} for space in spaces),
        }

    def _system(self, subject: Subject) -> str | None:
        return subject.watched.runs.system if isinstance(subject.watched, Service) else None

    def _pods(self, subject: Subject) -> Iterator[Pod]:
        if isinstance(subject.watched, Service):
            if subject.watched.runs.system in {"kubelet", "kubernetes"}:
                return
            own = subject.application.namespace is not None or subject.name in _PAIRS
            count = len(NODES) if subject.watched.runs.system in _PER_NODE else 2 if own else 1
        elif subject.watched.runs == "eks":
            count = 1
        else:
            return
        space = self.site.namespaces_of(subject)[0]
        for number in range(count):
            yield Pod(subject, space, _pod_name(subject, number), NODES[number % len(NODES)], number)


def _pod_name(subject: Subject, number: int) -> str:
    """A name that the subject's pattern matches."""
    pattern = promql.pods(subject)
    digest = crc32(f"{subject.labels}{number}".encode())
    name = re.sub(r"\((\w+)\|[^)]*\)", r"\1", pattern).replace("[0-9]+", str(number)).removesuffix("-.*")
    if pattern.endswith("-.*"):
        name += f"-{digest % 0xFFFFFF:06x}"
    name = name.replace("-.*-", "-observatory-").replace(".*", "observatory-")
    if not re.fullmatch(pattern, name):
        raise ValueError(f"no name is known that {pattern!r} matches; {name!r} does not")
    return name


def _named(label: str, names: list[tuple[str, str]]) -> tuple[Labels, ...]:
    return tuple({label: name, "namespace": space} for space, name in names)
