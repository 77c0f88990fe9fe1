"""The embedded default cluster: a real control plane of this machine's own, made, found, mended and removed.

State lies in `<state>/<stack>/`: `kubeconfig` for people and the engine, `cluster/` for the rest (data, keys, ports,
pid files, logs). Pods and volumes are simulated by kwok; the API server, its controllers and prometheus-operator are real.
"""

import hashlib
import json
import shutil
from base64 import b64encode
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from catalog.faults import MissingError
from local import certificates, manifests, simulation
from local import kubeconfig as access
from local.bootstrap import Bootstrap
from local.controlplane import CONTROLLERS, CORE, DAEMONS, OPERATORS, PORTS, ControlPlane
from local.locks import locked
from local.paths import private, state
from local.processes import free_ports, freed, running, stop
from local.tools import ensure

Report = Callable[[str], None]

TOOLS = (*DAEMONS, "kubectl")
START = 60.0  # seconds a process may take to become ready on a slow machine


@dataclass(frozen=True)
class Cluster:
    """A Kubernetes cluster to deploy to. `pids` is empty for one that somebody else runs."""

    kubeconfig: Path
    server: str
    pids: dict[str, int]
    kubectl: Path | None = field(default=None, compare=False)
    """The one that was built beside the control plane, where `up` made this."""


def up(report: Report, namespaces: Iterable[str] = (), stack: str = "local") -> Cluster:
    """The stack's running control plane: made on first need, mended where processes died, left alone where all is well.

    `namespaces` are those of the applications; they are made where they are missing and never deleted. Raises MissingError.
    """
    tools = ensure(TOOLS, report)
    definitions = manifests.definitions(report)
    stages = [*manifests.stages(report), *simulation.volume_stages()]
    with _alone(stack, report):
        plane = _lay_out(_folder(stack), tools, stages)
        _start(plane, CORE, report)
        with closing(Bootstrap(plane)) as bootstrap:
            first = [*simulation.nodes(), simulation.storage_class(), *simulation.namespaces(namespaces)]
            _start(plane, CONTROLLERS, report, wait=False)
            _define(bootstrap, definitions, plane.folder / "definitions", report)
            bootstrap.apply(first)
            _start(plane, (*CONTROLLERS, *OPERATORS), report)
            bootstrap.wait(first, START)
        _write_kubeconfig(plane, "admin", _kubeconfig(stack))
        return replace(_cluster(stack, plane), kubectl=tools["kubectl"])


def find(stack: str = "local") -> Cluster | None:
    """The stack's control plane if all of it runs and answers; nothing is started."""
    plane = _known(_folder(stack))
    if plane is None or not _kubeconfig(stack).exists():
        return None
    cluster = _cluster(stack, plane)
    return cluster if cluster.pids.keys() == set(DAEMONS) and _healthy(plane) else None


def down(report: Report, stack: str = "local") -> None:
    """Ends what runs and removes all that the cluster left; nothing happens where there is none."""
    if not state(stack).exists():
        return
    with _alone(stack, report):
        folder = _folder(stack)
        if ended := stop(sorted((folder / "run").glob("*.pid"))):
            report(f"stopped {', '.join(ended)}")
        if folder.exists():
            shutil.rmtree(folder)
        _kubeconfig(stack).unlink(missing_ok=True)
        (state(stack) / "cluster.lock").unlink()
    with suppress(OSError):  # the engine's own state may still be there
        state(stack).rmdir()


def external(kubeconfig: Path) -> Cluster:
    """A cluster that somebody else runs, by the current context of its kubeconfig. Raises MissingError where that names none."""
    return Cluster(kubeconfig, access.load(kubeconfig).server, {})


def _folder(stack: str) -> Path:
    return state(stack) / "cluster"


def _kubeconfig(stack: str) -> Path:
    return state(stack) / "kubeconfig"


@contextmanager
def _alone(stack: str, report: Report) -> Generator[None]:
    private(state(stack))
    with locked(state(stack) / "cluster.lock", lambda: report("waiting for another run that works on the local cluster")):
        yield


def _cluster(stack: str, plane: ControlPlane) -> Cluster:
    pids = {name: running(plane.folder / "run" / f"{name}.pid") for name in DAEMONS}
    return Cluster(_kubeconfig(stack), plane.server, {name: pid for name, pid in pids.items() if pid})


def _known(folder: Path) -> ControlPlane | None:
    """The cluster that lies there, as far as its addresses and keys go."""
    try:
        return ControlPlane(folder, json.loads((folder / "ports.json").read_text()), {}, folder)
    except FileNotFoundError:
        return None


def _healthy(plane: ControlPlane) -> bool:
    return all(plane.healthy(name) for name in CORE)


def _lay_out(folder: Path, tools: dict[str, Path], stages: list[dict[str, Any]]) -> ControlPlane:
    """Everything that the processes read; what exists stays, so that a mended cluster keeps its ports, keys and data."""
    private(folder)
    known = _known(folder)
    ports: dict[str, int] = known.ports if known else dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    simulated = "\n---\n".join(map(json.dumps, stages)).encode()
    plane = ControlPlane(folder, ports, tools, folder / f"kwok-{hashlib.sha256(simulated).hexdigest()[:12]}.yaml")
    certificates.write(folder / "ports.json", json.dumps(plane.ports).encode())
    certificates.write(plane.stages, simulated)
    pki = plane.certificates.folder
    if not pki.exists():
        fresh = pki.with_suffix(".fresh")
        shutil.rmtree(fresh, ignore_errors=True)
        from local import authority

        authority.make(fresh)
        fresh.rename(pki)
    for client in ("controller-manager", "scheduler", "kwok"):
        _write_kubeconfig(plane, client, Path(plane.kubeconfig(client)))
    return plane


def _write_kubeconfig(plane: ControlPlane, client: str, path: Path) -> None:
    def encoded(file: str) -> str:
        return b64encode((plane.certificates.folder / file).read_bytes()).decode()

    name = "observatory-local"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": plane.server, "certificate-authority-data": encoded("ca.crt")}}],
        "users": [
            {
                "name": client,
                "user": {"client-certificate-data": encoded(f"{client}.crt"), "client-key-data": encoded(f"{client}.key")},
            }
        ],
        "contexts": [{"name": name, "context": {"cluster": name, "user": client}}],
        "current-context": name,
    }
    certificates.write(path, yaml.safe_dump(content).encode())


def _start(plane: ControlPlane, names: tuple[str, ...], report: Report, *, wait: bool = True) -> None:
    """Starts those that do not run, or that run an older program, and waits until each works."""
    daemons = plane.daemons()
    for name in names:
        daemon = daemons[name]
        if not daemon.current():
            stop([daemon.pid_file])
            if name in plane.ports and not freed(plane.ports[name]):
                raise MissingError(
                    f"port {plane.ports[name]} of {name} is in use by another program; end that, or run `make down` and `make up`"
                )
            report(f"starting {name}")
            daemon.start(plane.environment())
        if wait:
            daemon.wait(START)


def _define(bootstrap: Bootstrap, definitions: list[dict[str, Any]], marker: Path, report: Report) -> None:
    """Makes the CRDs Established; a marker says that these very ones are, as comparing megabytes costs seconds."""
    digest = hashlib.sha256(json.dumps(definitions).encode()).hexdigest()
    if marker.exists() and marker.read_text() == digest:
        return
    report(f"defining {len(definitions)} custom resources")
    bootstrap.apply(definitions)
    bootstrap.wait(definitions, START)
    certificates.write(marker, digest.encode())
