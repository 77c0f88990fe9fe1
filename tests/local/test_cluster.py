"""The embedded control plane as its users meet it: real, private and strict, its nodes, pods and volumes simulated."""

import json
import socket
import ssl
import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog.faults import MissingError
from local import cluster as embedded
from local.cluster import Cluster
from local.controlplane import DAEMONS
from local.simulation import ZONES

pytestmark = pytest.mark.cluster
Kubectl = Callable[..., str]
Eventually = Callable[..., bool]
Document = dict[str, Any]


@pytest.fixture
def kubectl(cluster: Cluster, run_kubectl: Kubectl) -> Kubectl:
    return lambda *arguments, **more: run_kubectl(cluster, *arguments, **more)


@pytest.fixture
def namespace(kubectl: Kubectl, request: pytest.FixtureRequest) -> Generator[str]:
    name = f"test-{abs(hash(request.node.name)) % 10**8}"
    kubectl("create", "namespace", name)
    yield name
    kubectl("delete", "namespace", name, "--wait=false")


def get(kubectl: Kubectl, *what: str) -> Document:
    return json.loads(kubectl("get", *what, "-o", "json"))


def applied(kubectl: Kubectl, document: Document, *flags: str) -> str:
    return kubectl("apply", "--server-side", *flags, document=document)


def claim(namespace: str, name: str, storage_class: str) -> Document:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"storageClassName": storage_class, "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }


def pod(namespace: str, **spec: Any) -> Document:  # noqa: ANN401 - any part of a pod
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "pod", "namespace": namespace},
        "spec": {"containers": [{"name": "main", "image": "example/main"}], **spec},
    }


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_every_process_listens_on_loopback_alone(cluster: Cluster) -> None:
    listeners = {name: _listening(pid) for name, pid in cluster.pids.items()}
    assert listeners["kube-apiserver"], "the reader of /proc found nothing"
    assert {address for found in listeners.values() for address in found} == {"127.0.0.1"}, listeners


def _listening(pid: int) -> set[str]:
    """Addresses of a process' listening sockets, by the inodes of its open files."""
    inodes: set[str] = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            inodes.add(str(descriptor.readlink()).removeprefix("socket:[").removesuffix("]"))
    found: set[str] = set()
    for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                raw = bytes.fromhex(fields[1].partition(":")[0])
                words = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
                found.add(socket.inet_ntop(family, words))
    return found


def test_nothing_that_it_wrote_is_readable_by_others(cluster: Cluster) -> None:
    folder = cluster.kubeconfig.parent
    open_to_others = [str(path) for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077]
    assert open_to_others == []


def test_a_client_that_does_not_know_its_authority_refuses_it(cluster: Cluster) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(cluster.server)


def test_a_stranger_gets_nothing(cluster: Cluster) -> None:
    authority = ssl.create_default_context(cafile=str(cluster.kubeconfig.parent / "cluster" / "pki" / "ca.crt"))
    assert httpx.get(f"{cluster.server}/api", verify=authority).status_code == httpx.codes.UNAUTHORIZED


def test_no_connection_of_its_processes_skips_verification(cluster: Cluster) -> None:
    folder = cluster.kubeconfig.parent
    texts = [path.read_text() for path in [*folder.rglob("*.command"), *folder.rglob("*kubeconfig")]]
    assert len(texts) > len(DAEMONS)
    assert not any("insecure" in text or "http://" in text for text in texts)


def test_three_nodes_are_ready_in_three_zones(kubectl: Kubectl) -> None:
    kubectl("wait", "--for=condition=Ready", "node", "--all", "--timeout=20s")
    nodes = get(kubectl, "nodes")["items"]
    assert sorted(node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in nodes) == list(ZONES)


def test_every_definition_is_established(kubectl: Kubectl) -> None:
    for definition in get(kubectl, "crd")["items"]:
        met = {condition["type"] for condition in definition["status"]["conditions"] if condition["status"] == "True"}
        assert met >= {"Established", "NamesAccepted"}, definition["metadata"]["name"]


def test_the_applications_namespaces_are_there(kubectl: Kubectl, application_namespaces: tuple[str, ...]) -> None:
    labels = get(kubectl, "namespace", application_namespaces[0])["metadata"]["labels"]
    assert labels["app.kubernetes.io/managed-by"] == "observatory-local"


def test_an_unknown_field_is_refused(kubectl: Kubectl, namespace: str) -> None:
    probe = {"apiVersion": "monitoring.coreos.com/v1", "kind": "Probe", "metadata": {"name": "probe", "namespace": namespace}}
    with pytest.raises(AssertionError, match=r"(?i)field not declared in schema|unknown field"):
        applied(kubectl, {**probe, "spec": {"intervall": "30s"}}, "--validate=strict")
    applied(kubectl, {**probe, "spec": {"interval": "30s"}}, "--validate=strict")


def test_pod_security_is_enforced(kubectl: Kubectl, namespace: str, eventually: Eventually) -> None:
    kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
    eventually(lambda: bool(get(kubectl, "-n", namespace, "serviceaccounts")["items"]))
    with pytest.raises(AssertionError, match="violates PodSecurity"):
        applied(kubectl, pod(namespace))


def test_a_volume_of_any_class_that_exists_binds_and_goes_with_its_claim(kubectl: Kubectl, namespace: str, eventually: Eventually) -> None:
    applied(
        kubectl,
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": namespace},
            "provisioner": "ebs.csi.aws.com",
            "volumeBindingMode": "WaitForFirstConsumer",
        },
    )
    applied(kubectl, claim(namespace, "known", namespace))
    applied(kubectl, claim(namespace, "unknown", "no-such-class"))
    applied(kubectl, pod(namespace, volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "known"}}]))
    kubectl("-n", namespace, "wait", "--for=condition=Ready", "pod/pod", "--timeout=30s")
    claims = {each["metadata"]["name"]: each for each in get(kubectl, "-n", namespace, "pvc")["items"]}
    assert {name: each["status"]["phase"] for name, each in claims.items()} == {"known": "Bound", "unknown": "Pending"}
    volume = claims["known"]["spec"]["volumeName"]
    kubectl("-n", namespace, "delete", "pod/pod", "pvc/known", f"storageclass/{namespace}")
    assert eventually(lambda: volume not in kubectl("get", "pv", "-o", "name"))


def test_a_job_completes(kubectl: Kubectl, namespace: str) -> None:
    template = {"spec": {**pod(namespace)["spec"], "restartPolicy": "Never"}}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "job", "namespace": namespace}, "spec": {"template": template}}
    applied(kubectl, job)
    kubectl("-n", namespace, "wait", "--for=condition=Complete", "job/job", "--timeout=30s")


def test_the_real_operator_brings_prometheus_and_alertmanager_to_available(kubectl: Kubectl, namespace: str) -> None:
    storage = {"volumeClaimTemplate": {"spec": {"resources": {"requests": {"storage": "1Gi"}}}}}
    own: dict[str, Document] = {"Prometheus": {"serviceAccountName": "default"}, "Alertmanager": {}}
    for kind, spec in own.items():
        metadata = {"name": "main", "namespace": namespace}
        whole = {**spec, "replicas": 2, "storage": storage}
        applied(kubectl, {"apiVersion": "monitoring.coreos.com/v1", "kind": kind, "metadata": metadata, "spec": whole}, "--validate=strict")
    for kind in ("prometheus", "alertmanager"):
        kubectl("-n", namespace, "wait", "--for=condition=Available", f"{kind}/main", "--timeout=60s")
        assert get(kubectl, "-n", namespace, f"{kind}/main")["status"]["availableReplicas"] == 2


def test_the_operator_writes_the_kubelets_down_for_discovery(kubectl: Kubectl, eventually: Eventually) -> None:
    assert eventually(lambda: len(get(kubectl, "-n", "kube-system", "endpointslices")["items"]) > 0, 60)


def test_a_cluster_of_somebody_elses_is_known_by_its_kubeconfig(cluster: Cluster) -> None:
    assert embedded.external(cluster.kubeconfig) == Cluster(cluster.kubeconfig, cluster.server, {})


def test_a_kubeconfig_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no kubeconfig at"):
        embedded.external(tmp_path / "nowhere")
