"""Whose series they are: the labels that targets get from our relabelings and from the operator, and the neighbours of a target.

Written from the contract (`application` with `service` or `dependency` on every target; `namespace`, `pod` and `container` only
on targets that speak for themselves) and from what kubelet, kube-state-metrics and blackbox exporter put on their series.
"""

from dataclasses import dataclass, replace
from functools import partial

from tests.alerts.series import Counter, Gauge, State, series

NODE = "ip-10-0-1-17.eu-central-1.compute.internal"
"""The node that pods of a scenario run on; a second one stands beside it."""
OTHER_NODE = "ip-10-0-2-42.eu-central-1.compute.internal"


_TELL_OF_OTHERS = ("kubelet", "cadvisor", "kube-state-metrics")
"""Targets whose own pod and namespace would hide those that they tell of."""


@dataclass(frozen=True)
class Place:
    """A service or a dependency of an application, with one pod (or one exporter) of it."""

    application: str
    kind: str
    name: str
    namespace: str
    pods: str
    """What its pods' names begin with."""
    replica: str = "7c9d8f5b6-x2x7q"

    @property
    def pod(self) -> str:
        """The pod's name."""
        return f"{self.pods}-{self.replica}"

    def target(self, **own: str) -> dict[str, str]:
        """Labels of a series that the subject's own target exposes, besides those that it writes itself."""
        identity = {"application": self.application, self.kind: self.name, "instance": f"10.0.1.23:{self.port}", "job": self.job}
        if self.kind == "service" and self.name not in _TELL_OF_OTHERS:
            identity |= {"namespace": self.namespace, "pod": self.pod, "container": self.name}
        return identity | own

    @property
    def job(self) -> str:
        """The job that the operator names a target's series after."""
        return f"monitoring/{self.application}-{self.name}"

    @property
    def port(self) -> int:
        """Where it listens; of no meaning but that instances are told apart by it."""
        return 8000 + len(self.name)

    def probe(self, probe: str, **own: str) -> dict[str, str]:
        """Labels of what the blackbox exporter says of the subject."""
        identity = {"application": self.application, self.kind: self.name, "probe": probe, "job": "blackbox"}
        return identity | {"instance": f"http://{self.name}.{self.namespace}.svc/{probe}"} | own

    def elsewhere(self) -> "Place":
        """A service of the same name, and pods of the same names, in another application."""
        return replace(self, application="elsewhere", namespace="elsewhere")

    def beside(self) -> "Place":
        """Another service or dependency of the same application."""
        return replace(self, name="beside", pods="beside")

    @property
    def is_a_neighbour(self) -> bool:
        """Whether it is one of the two, and not the subject itself."""
        return self.is_beside or self.application == "elsewhere"

    @property
    def is_beside(self) -> bool:
        """Whether it is such a neighbour."""
        return self.name == "beside"


def own(place: Place, metric: str, level: Gauge | Counter, /, **labels: str) -> State:
    """One series of the subject's own target."""
    return {series(metric, place.target(**labels)): level}


def cluster(metric: str, level: Gauge | Counter, /, **labels: str) -> State:
    """One series of kube-state-metrics, which tells of others."""
    shared = {"application": "platform", "service": "kube-state-metrics", "instance": "10.0.1.9:8080", "job": "kube-state-metrics"}
    return {series(metric, shared | labels): level}


def node(metric: str, level: Gauge | Counter, on: str = NODE, **labels: str) -> State:
    """One series of node-exporter."""
    shared = {"application": "platform", "service": "node-exporter", "instance": f"{on}:9100", "job": "node-exporter", "node": on}
    return {series(metric, shared | labels): level}


def cadvisor(metric: str, level: Gauge | Counter, /, **labels: str) -> State:
    """One series of the kubelet's cAdvisor."""
    shared = {"application": "platform", "service": "cadvisor", "instance": "10.0.1.17:10250", "job": "kubelet", "node": NODE}
    return {series(metric, shared | labels): level}


def kubelet(metric: str, level: Gauge | Counter, /, **labels: str) -> State:
    """One series of the kubelet itself."""
    shared = {"application": "platform", "service": "kubelet", "instance": "10.0.1.17:10250", "job": "kubelet", "node": NODE}
    return {series(metric, shared | labels): level}


def counted(place: Place, metric: str, per_second: float, /, **labels: str) -> State:
    """A counter of the subject's own target."""
    return own(place, metric, Counter(per_second), **labels)


def gauge(metric: str, /, **labels: str) -> "partial[State]":
    """A gauge of the subject's own target, as a function of place and value."""
    return partial(_gauge, metric, labels)


def _gauge(metric: str, labels: dict[str, str], place: Place, value: float) -> State:
    return own(place, metric, Gauge(value), **labels)
