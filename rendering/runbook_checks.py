"""First checks of a runbook as commands: what to look at for each kind of thing that an alert can be about."""

from collections.abc import Iterable, Iterator

from catalog.catalog import Subject
from catalog.model import Dependency, Service
from rendering.document import Document
from rendering.promql import quoted
from rendering.site import Site

Block = tuple[str, tuple[str, ...]]
"""What is looked at, and the shell lines that show it."""

_PROMETHEUS, _ALERTMANAGER = "http://localhost:9090", "http://localhost:9093"
_CLUSTER = (
    "kubectl get nodes -o wide",
    "kubectl get pods -A -o wide --field-selector=status.phase!=Running,status.phase!=Succeeded",
    "kubectl get events -A --field-selector type=Warning --sort-by=.lastTimestamp | tail -n 20",
    "kubectl top nodes",
    "kubectl describe node $NODE   # the alert's label `node`, where it has one",
)
_APISERVER = (
    "kubectl get --raw '/readyz?verbose'",
    "kubectl -n default get endpointslices -l kubernetes.io/service-name=kubernetes",
    "aws eks describe-cluster --name $CLUSTER --query 'cluster.{status:status,health:health,version:version}'",
)
_KUBELET = (
    "kubectl get nodes -o wide",
    "kubectl -n kube-system get endpointslices -l k8s-app=kubelet",
    "kubectl get --raw /api/v1/nodes/$NODE/proxy/healthz",
    "kubectl auth can-i get nodes --subresource=metrics --as=system:serviceaccount:{monitoring}:prometheus",
)


def blocks(alert: str, subjects: Iterable[Subject], site: Site, *, in_prometheus: bool) -> list[Block]:
    """The alert itself first, where Alertmanager knows of it, then each kind of subject once."""
    families: dict[str, list[Subject]] = {}
    for subject in subjects:
        families.setdefault(_family(subject), []).append(subject)
    found = [_alert(alert, site)] if in_prometheus else []
    for family, members in families.items():
        found.append((_title(family, members), tuple(_lines(family, members, site))))
    return found


def _alert(alert: str, site: Site) -> Block:
    namespace = site.namespaces.monitoring
    return (
        "The alert itself: what fires, since when, and who has heard of it",
        (
            f"kubectl -n {namespace} port-forward svc/prometheus 9090 &",
            f"kubectl -n {namespace} port-forward svc/alertmanager 9093 &",
            f"promtool query instant {_PROMETHEUS} 'ALERTS{{alertname={quoted(alert)}}}'",
            f"amtool --alertmanager.url={_ALERTMANAGER} alert query alertname={alert}",
        ),
    )


def _family(subject: Subject) -> str:
    watched = subject.watched
    if isinstance(watched, Dependency):
        return watched.runs if watched.kind in ("postgres", "redis") and watched.runs != "eks" else watched.kind
    return watched.runs.system if watched.runs.system in ("kubelet", "kubernetes") else "service"


def _title(family: str, members: list[Subject]) -> str:
    names = ", ".join(f"{member.application.application}/{member.name}" for member in members)
    return {
        "service": "Pods, events, logs, rollouts",
        "cluster": "Nodes, pods and warnings of the cluster",
        "kubernetes": "The API server",
        "kubelet": "The kubelets",
        "rds": f"{names} on RDS",
        "elasticache": f"{names} on ElastiCache",
    }.get(family, names)


def _lines(family: str, members: list[Subject], site: Site) -> Iterator[str]:
    match family:
        case "service":
            yield from _choice([_pods_of(member, site) for member in members])
            yield 'kubectl -n $ns get pods -l "$selector" -o wide'
            yield 'kubectl -n $ns describe pods -l "$selector"'
            yield 'kubectl -n $ns logs -l "$selector" --all-containers --prefix --since=15m --tail=100'
            yield "kubectl -n $ns get events --sort-by=.lastTimestamp | tail -n 20"
            yield "kubectl -n $ns rollout history deployment"
        case "cluster":
            yield from _CLUSTER
        case "kubernetes":
            yield from _APISERVER
        case "kubelet":
            yield from (line.replace("{monitoring}", site.namespaces.monitoring) for line in _KUBELET)
        case _:
            yield from _choice([_address(member) for member in members])
            yield from _dependency(family, members[0], site)


def _choice(settings: list[Document]) -> Iterator[str]:
    """Variables for the first place, and commented out for the others."""
    for i, setting in enumerate(settings):
        comment = setting.pop("#")
        line = " ".join(f"{name}={value}" for name, value in setting.items())
        note = f"   # {comment}" + (" (or one of the lines below, as the alert's labels say)" if not i and len(settings) > 1 else "")
        yield f"{'# ' if i else ''}{line}{note}"


def _pods_of(subject: Subject, site: Site) -> Document:
    selector = subject.watched.runs.selector if isinstance(subject.watched, Service) else {}
    labels = ",".join(f"{name}={value}" for name, value in selector.items())
    return {"ns": site.namespaces_of(subject)[0], "selector": labels, "#": f"{subject.application.application}/{subject.name}"}


def _address(subject: Subject) -> Document:
    dependency = subject.watched
    host = dependency.host if isinstance(dependency, Dependency) else None
    port = dependency.port if isinstance(dependency, Dependency) else None
    application = subject.application.application
    return {
        "ns": subject.application.namespace or application,
        **({"host": host} if host else {}),
        **({"port": port} if port else {}),
        "exporter": f"{application}-{subject.name}-exporter",
        "#": f"{application}/{subject.name}",
    }


def _dependency(family: str, subject: Subject, site: Site) -> Iterator[str]:
    run = "kubectl -n $ns run check --rm -i --restart=Never"
    if family in ("postgres", "redis", "nginx"):
        yield f"kubectl -n $ns get endpointslices -l kubernetes.io/service-name={subject.name}"
        yield "kubectl -n $ns get pods -o wide"
        yield "kubectl -n $ns get events --sort-by=.lastTimestamp | tail -n 20"
    kind = subject.watched.kind if isinstance(subject.watched, Dependency) else ""
    if family == "rds":
        yield f"kubectl -n $ns get service {subject.name} -o jsonpath='{{.spec.externalName}}'"
        yield "aws rds describe-db-instances --query 'DBInstances[].[DBInstanceIdentifier,DBInstanceStatus,DBInstanceClass]' --output table"
        yield "aws rds describe-events --source-type db-instance --duration 60"
    if family == "elasticache":
        yield "aws elasticache describe-replication-groups --query 'ReplicationGroups[].[ReplicationGroupId,Status]' --output table"
        yield "aws elasticache describe-events --duration 60"
    if kind == "postgres":
        yield f"{run} --image=postgres:17 -- pg_isready -h $host -p $port"
    if kind == "redis":
        yield f"{run} --image=redis:7 -- redis-cli -h $host -p $port ping   # add --tls where it is on; NOAUTH is an answer too"
    if kind == "nginx":
        yield f"{run} --image=curlimages/curl -- curl -sS http://$host:$port/stub_status"
    if kind in ("postgres", "redis", "nginx"):
        yield f"kubectl -n {site.namespaces.monitoring} logs deployment/$exporter --tail=50"
