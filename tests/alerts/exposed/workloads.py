"""What kube-state-metrics 2.20 exposes of workloads and their limits, each by its namespace and name, with a healthy one beside it."""

from tests.alerts.place import Place, cluster
from tests.alerts.scenario import Leveled, World
from tests.alerts.series import Gauge, State, merged

SHOP = {"namespace": "shop"}


def unschedulable(_place: Place, pods: float) -> State:
    """A pod that no node has room for: the series is there only while it waits."""
    return cluster("kube_pod_status_unschedulable", Gauge(1), **SHOP, pod="web-0") if pods else {}


def deployment(_place: Place, stuck: float) -> State:
    """A deployment's conditions. One that lacks replicas for a moment is not Available, but makes progress."""
    found: list[State] = []
    for name, progressing in (("web", not stuck), ("api", True)):
        for condition, holds in (("Progressing", progressing), ("Available", False)):
            for status, value in (("true", holds), ("false", not holds), ("unknown", False)):
                labels = {"deployment": name, "condition": condition, "status": status}
                found.append(cluster("kube_deployment_status_condition", Gauge(float(value)), **SHOP, **labels))
    return merged(*found)


def sized(kind: str, ready: str, wanted: str, size: int) -> Leveled:
    """A workload by the replicas that are ready, of so many; one that is scaled to nothing stands beside."""

    def world(_place: Place, count: float) -> State:
        return merged(
            cluster(ready, Gauge(count), **SHOP, **{kind: "store"}),
            cluster(wanted, Gauge(size), **SHOP, **{kind: "store"}),
            cluster(ready, Gauge(0), **SHOP, **{kind: "asleep"}),
            cluster(wanted, Gauge(0), **SHOP, **{kind: "asleep"}),
        )

    return world


def job(*, failed: bool, created: float) -> World:
    """A job by whether it failed and when it was made."""

    def world(_place: Place) -> State:
        name = {"job_name": "backup-1"}
        return merged(
            cluster("kube_job_created", Gauge(created), **SHOP, **name),
            cluster("kube_job_failed", Gauge(float(failed)), **SHOP, **name, condition="true", reason="BackoffLimitExceeded"),
            cluster("kube_job_failed", Gauge(float(not failed)), **SHOP, **name, condition="false", reason=""),
        )

    return world


def budget(_place: Place, healthy: float) -> State:
    """A disruption budget of three healthy pods."""
    name = {"poddisruptionbudget": "store"}
    return merged(
        cluster("kube_poddisruptionbudget_status_current_healthy", Gauge(healthy), **SHOP, **name),
        cluster("kube_poddisruptionbudget_status_desired_healthy", Gauge(3), **SHOP, **name),
    )


def quota(most: float) -> Leveled:
    """A quota of so much by the share in use; a resource of which nothing is allowed stands beside."""

    def world(_place: Place, used: float) -> State:
        found: list[State] = []
        for resource, amount, allowed in (("count/deployments", most * used, most), ("count/services.loadbalancers", 0.0, 0.0)):
            name = {"resourcequota": "all", "resource": resource}
            found.append(cluster("kube_resourcequota", Gauge(amount), **SHOP, **name, type="used"))
            found.append(cluster("kube_resourcequota", Gauge(allowed), **SHOP, **name, type="hard"))
        return merged(*found)

    return world
