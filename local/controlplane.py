"""How each process of the local control plane is run: command lines and health, loopback only, certificates both ways."""

import http.client
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from local.certificates import Certificates
from local.processes import Daemon

HOST = "127.0.0.1"
# One port each; kwok listens nowhere.
PORTS: tuple[str, ...] = ("etcd", "etcd-peer", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "prometheus-operator")
# In the order in which they need each other.
CORE = ("etcd", "kube-apiserver")
CONTROLLERS = ("kube-controller-manager", "kube-scheduler", "kwok")
OPERATORS = ("prometheus-operator",)
DAEMONS = (*CORE, *CONTROLLERS, *OPERATORS)


@dataclass(frozen=True)
class ControlPlane:
    """One cluster's processes: the folder that holds all of it, its ports and the binaries."""

    folder: Path
    ports: dict[str, int]
    tools: dict[str, Path]
    stages: Path
    """What kwok simulates; a file whose name tells its content, so that a change restarts kwok."""

    @property
    def server(self) -> str:
        """The API server's address."""
        return f"https://{HOST}:{self.ports['kube-apiserver']}"

    @property
    def certificates(self) -> Certificates:
        """Its keys and certificates."""
        return Certificates(self.folder / "pki")

    @cached_property
    def admin(self) -> ssl.SSLContext:
        """What an administrator's connection is made with."""
        return self.certificates.client("admin")

    def daemons(self) -> dict[str, Daemon]:
        """All processes, in the order in which they need each other."""
        commands = {
            "etcd": self._etcd(),
            "kube-apiserver": self._apiserver(),
            "kube-controller-manager": self._controller_manager(),
            "kube-scheduler": self._scheduler(),
            "kwok": self._kwok(),
            "prometheus-operator": self._operator(),
        }
        return {name: Daemon(name, (str(self.tools[name]), *commands[name]), self.folder / "run", self._health(name)) for name in DAEMONS}

    def healthy(self, name: str) -> bool:
        """Whether one of the processes answers."""
        return self._health(name)()

    def environment(self) -> dict[str, str]:
        """Nothing of the caller's but where its home is: neither its proxies nor its KUBECONFIG reach the cluster."""
        return {"PATH": os.defpath, "HOME": str(self.folder), "TMPDIR": str(self.folder), "KWOK_WORKDIR": str(self.folder / "kwok")}

    def kubeconfig(self, client: str) -> str:
        """Where the kubeconfig of one of the cluster's own clients lies."""
        return str(self.folder / f"{client}.kubeconfig")

    def _url(self, port: str) -> str:
        return f"https://{HOST}:{self.ports[port]}"

    def _pki(self, file: str) -> str:
        return self.certificates.path(file)

    def _serving(self, port: str) -> list[str]:
        return [
            f"--bind-address={HOST}",
            f"--secure-port={self.ports[port]}",
            f"--tls-cert-file={self._pki('server.crt')}",
            f"--tls-private-key-file={self._pki('server.key')}",
            "--profiling=false",
        ]

    def _etcd(self) -> list[str]:
        client, peer = self._url("etcd"), self._url("etcd-peer")
        return [
            "--name=observatory",
            f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=observatory={peer}",
            *(
                f"--{prefix}{flag}"
                for prefix in ("", "peer-")
                for flag in (
                    f"cert-file={self._pki('server.crt')}",
                    f"key-file={self._pki('server.key')}",
                    f"trusted-ca-file={self._pki('ca.crt')}",
                    "client-cert-auth",
                )
            ),
            "--unsafe-no-fsync",  # the cluster is made anew after a power cut; a killed process loses nothing
            "--log-level=warn",
        ]

    def _apiserver(self) -> list[str]:
        return [
            *self._serving("kube-apiserver"),
            f"--advertise-address={HOST}",
            "--endpoint-reconciler-type=none",  # loopback may not stand in an Endpoints object
            f"--cert-dir={self.folder / 'run'}",
            f"--etcd-servers={self._url('etcd')}",
            f"--etcd-cafile={self._pki('ca.crt')}",
            f"--etcd-certfile={self._pki('etcd-client.crt')}",
            f"--etcd-keyfile={self._pki('etcd-client.key')}",
            f"--client-ca-file={self._pki('ca.crt')}",
            "--anonymous-auth=false",
            "--authorization-mode=Node,RBAC",
            "--allow-privileged=true",  # Pod Security admission decides, as on EKS
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self._pki('service-account.key')}",
            f"--service-account-signing-key-file={self._pki('service-account.key')}",
            "--service-cluster-ip-range=10.96.0.0/16",
        ]

    def _controller_manager(self) -> list[str]:
        return [
            *self._serving("kube-controller-manager"),
            f"--kubeconfig={self.kubeconfig('controller-manager')}",
            "--leader-elect=false",
            "--use-service-account-credentials",
            f"--service-account-private-key-file={self._pki('service-account.key')}",
            f"--root-ca-file={self._pki('ca.crt')}",
            # A machine that slept must not find its pods evicted.
            "--controllers=*,-taint-eviction-controller",
            "--kube-api-qps=200",
            "--kube-api-burst=400",
        ]

    def _scheduler(self) -> list[str]:
        return [*self._serving("kube-scheduler"), f"--kubeconfig={self.kubeconfig('scheduler')}", "--leader-elect=false"]

    def _kwok(self) -> list[str]:
        return [
            f"--kubeconfig={self.kubeconfig('kwok')}",
            f"--config={self.stages}",
            "--manage-all-nodes=true",
            "--node-lease-duration-seconds=0",  # a lease would keep a restarted kwok waiting; nodes beat by their status
            "--cidr=10.64.0.0/16",
            "--node-port=0",
        ]

    def _operator(self) -> list[str]:
        return [
            f"--apiserver={self.server}",
            f"--ca-file={self._pki('ca.crt')}",
            f"--cert-file={self._pki('operator.crt')}",
            f"--key-file={self._pki('operator.key')}",
            f"--web.listen-address={HOST}:{self.ports['prometheus-operator']}",
            "--web.enable-tls=true",
            f"--web.cert-file={self._pki('server.crt')}",
            f"--web.key-file={self._pki('server.key')}",
            "--kubelet-service=kube-system/kubelet",
            "--kubelet-endpointslice=true",
            "--kubelet-sync-period=30s",
            "--log-level=warn",
        ]

    def _health(self, name: str) -> Callable[[], bool]:
        paths = {"etcd": "/health", "kube-apiserver": "/readyz"}
        if name not in self.ports:
            return lambda: True  # its effect is awaited instead: the nodes become Ready
        client = "etcd-client" if name == "etcd" else "admin"
        return lambda: get(self.ports[name], paths.get(name, "/healthz"), self.certificates.client(client))


def get(port: int, path: str, context: ssl.SSLContext) -> bool:
    """Whether a process answers 200 there, its certificate verified."""
    connection = http.client.HTTPSConnection(HOST, port, timeout=5, context=context)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
