"""The in-process engine for the embedded default: `up`, `preview` and `down` of a stack without Pulumi's own engine.

For trying, for previews of forks and for tests; real environments belong to the real engine.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pulumi

from catalog.faults import FaultsError, MissingError
from local import program as programs
from local.deployment import Deployment
from local.kubernetes import Client
from local.monitor import Monitor
from local.objects import Objects
from local.plan import Plan, Result
from local.preview import Preview
from local.program import Program
from local.removal import remove
from local.state import State, locked

Report = Callable[[str], None]


class Reachable(Protocol):
    """A cluster, as far as the engine is concerned."""

    @property
    def kubeconfig(self) -> Path:
        """Where the kubeconfig lies."""
        ...


def up(stack: str, root: Path, cluster: Reachable, report: Report) -> Result:
    """Makes the cluster and the state what the project's program says, and tells each step.

    FaultsError and MissingError are raised before anything is registered; what fails later is told in the result, and nothing
    is deleted then. Whatever ended the last run, this one goes on from there.
    """
    return deploy(programs.load(stack, root), cluster, report)


def deploy(program: Program, cluster: Reachable, report: Report) -> Result:
    """`up` for any program."""
    began = time.monotonic()
    report = _in_turn(report)
    with locked(program.stack):
        state = State(program.stack)
        client = Client(cluster.kubeconfig)
        _bind(state, client.identity(), report)
        deployment = Deployment(program, state, client, report)
        result = Result(deployment.steps)
        result.fault = _run(program, deployment, preview=False)
        result.warnings = deployment.messages
        if result.ok and not deployment.failed:
            leaving = [entry for urn, entry in state.entries.items() if urn not in deployment.seen]
            result.steps += remove(leaving, state, deployment.objects, report)
            state.finish(deployment.exports, state.cluster)
        result.exports = deployment.exports
        result.seconds = time.monotonic() - began
    return result


def preview(stack: str, root: Path, cluster: Reachable | None) -> Plan:
    """What `up` would do, each document dry-run by the cluster where there is one, else compared with the state alone."""
    return foresee(programs.load(stack, root), cluster)


def foresee(program: Program, cluster: Reachable | None) -> Plan:
    """`preview` for any program."""
    state = State(program.stack)
    client = Client(cluster.kubeconfig, patience=0) if cluster else None
    if client and state.cluster and client.identity() != state.cluster:
        state.entries = {urn: entry for urn, entry in state.entries.items() if entry.mode == "recorded"}
    monitor = Preview(program, state, client)
    plan = Plan(monitor.steps)
    plan.fault = _run(program, monitor, preview=True)
    plan.warnings, plan.exports = monitor.messages, monitor.exports
    if not plan.fault:
        plan.steps += monitor.deletions()
    return plan


def down(stack: str, root: Path, cluster: Reachable | None, report: Report) -> Result:  # noqa: ARG001 - the program is not needed
    """Deletes everything that the state knows, in reverse order; without a cluster its objects are gone already."""
    began = time.monotonic()
    report = _in_turn(report)
    with locked(stack):
        state = State(stack)
        if cluster is None:
            state.forget([urn for urn, entry in state.entries.items() if entry.mode != "recorded"])
            objects = None
        else:
            client = Client(cluster.kubeconfig)
            _bind(state, client.identity(), report)
            objects = Objects(client, report)
        result = Result(remove(list(state.entries.values()), state, objects, report))
        if result.ok:
            state.path.unlink(missing_ok=True)
        result.seconds = time.monotonic() - began
    return result


def exports(stack: str) -> dict[str, Any]:
    """What the stack exported when it was last brought up; secrets are marked."""
    return dict(State(stack).exports)


def _in_turn(report: Report) -> Report:
    """Lines of many threads, one after the other."""
    turn = threading.Lock()

    def told(line: str) -> None:
        with turn:
            report(line)

    return told


def _bind(state: State, cluster: str, report: Report) -> None:
    """Ties the state to one cluster: objects of another one are not looked for, and above all not deleted, on this one."""
    if state.cluster and state.cluster != cluster:
        lost = [urn for urn, entry in state.entries.items() if entry.mode != "recorded"]
        report(f"this is another cluster than last time: its {len(lost)} objects are created anew")
        state.forget(lost)
    state.cluster = cluster


def _run(program: Program, monitor: Monitor, *, preview: bool) -> str:
    """Runs the program; returns why it failed, "" where it did not."""
    try:
        programs.run(program, monitor, preview=preview)
    except (FaultsError, MissingError):
        raise
    except pulumi.RunError as error:
        return str(error)
    except Exception as error:
        logging.getLogger("observatory").exception("the program failed")
        return f"{type(error).__name__}: {error}"
    return ""
