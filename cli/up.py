"""`make up`, `preview` and `down`: which engine runs a stack, and how a person follows it."""

import argparse
import os
import shlex
import shutil

from catalog.faults import Fault, FaultsError, MissingError
from cli import plan, pulumi_cli, target
from cli.arguments import ROOT
from cli.console import out, progress
from cli.options import DEFAULT_STACK
from components.grafana_content import AUTH
from local import cluster as embedded
from local import engine
from local.cluster import Cluster, Report
from local.paths import state
from local.plan import Result
from stacks import grafana_health
from stacks.grafana import EMPTY
from stacks.program import Prepared, prepare


def run_up(arguments: argparse.Namespace) -> int:
    """Brings the stack up; status 1 where a resource failed, its message on the screen."""
    stack: str = arguments.stack
    prepared = prepare(stack, ROOT)
    if not target.is_embedded(stack):
        _refuse_in_process(arguments)
        return _up_with_cli(stack, prepared)
    real_engine = arguments.engine == "pulumi"
    if real_engine:
        pulumi_cli.required(stack)
    _refuse_other_engine(stack, real=real_engine)
    with progress(f"bringing {stack} up") as report:
        cluster = target.ready(stack, prepared.plan.context.applications, report, sure=arguments.yes)
        result = None if real_engine else engine.up(stack, ROOT, cluster, report)
    done = _show(stack, result, cluster) if result else pulumi_cli.run_embedded("up", stack, cluster.kubeconfig) == 0
    if not done:
        out.print("Mend what failed and run the same command again: it goes on from here.")
        return 1
    _next_steps(stack, cluster)
    return 0


def _up_with_cli(stack: str, prepared: Prepared) -> int:
    """Pulumi's CLI turns every failure of the program into status 1, so Grafana is asked here as well."""
    pulumi_cli.required(stack)
    grafana = prepared.settings.grafana
    if grafana is not None and grafana.url is not None:
        grafana_health.ask(grafana.url, os.environ.get(AUTH), stack)
    status = pulumi_cli.run("up", stack)
    if status == 0 and grafana is not None and not grafana.filled:
        out.print(f"next: {EMPTY} (docs/grafana.md)")
    return status


def _show(stack: str, result: Result, cluster: Cluster) -> bool:
    plan.show_steps(result, plan.CHANGED)  # the others were told as they happened
    plan.show_problems(result)
    out.rule(style="dim")
    out.print(f"[bold]{stack}[/]: {plan.headline(result)}")
    plan.show_modes(result)
    if cluster.pids:
        out.print("Nodes and pods are simulated: pods become Ready and volumes bind, but no container runs and no address answers.")
    if result.ok:
        out.rule("outputs", style="dim")
        plan.show_outputs(result.visible_exports)
    return result.ok


def run_preview(arguments: argparse.Namespace) -> int:
    """Shows what `up` would do; without the CLI, or for a fork that has no access, in this process and without a cluster."""
    stack: str = arguments.stack
    prepare(stack, ROOT)
    embeds = target.is_embedded(stack)
    if not embeds:
        if arguments.engine == "pulumi" or (arguments.engine is None and pulumi_cli.executable()):
            return pulumi_cli.run("preview", stack)
        out.print("[dim]previewed in this process, against no state: what a first `up` would create; nothing is reached[/]")
        found = None
    else:
        found = target.running(stack)
        if arguments.engine == "pulumi":
            pulumi_cli.required(stack)
            return pulumi_cli.run_embedded("preview", stack, _needed(found).kubeconfig)
        if found is None:
            out.print("[dim]no cluster is running: compared with what the last `up` left, not with a server[/]")
    made = engine.preview(stack, ROOT, found)
    plan.show_steps(made)
    plan.show_problems(made)
    out.print(f"[bold]{stack}[/]: {plan.headline(made)}")
    if embeds:
        plan.show_modes(made)
    return 0 if made.ok else 1


def run_down(arguments: argparse.Namespace) -> int:
    """Stops the embedded control plane and removes its data, also where settings and catalog are wrong by now."""
    stack: str = arguments.stack
    if not target.is_embedded(stack):
        _refuse_in_process(arguments)
        return pulumi_cli.run("down", stack)
    with progress(f"taking {stack} down") as report:
        other = target.named(stack)
        if other and not _emptied(stack, other, arguments.engine, report):
            return 1
        embedded.down(report, stack)
        engine.down(stack, ROOT, None, report)
        shutil.rmtree(state(stack), ignore_errors=True)
    out.print(f"[bold]{stack}[/] is down; built tools stay in the cache")
    return 0


def _emptied(stack: str, cluster: Cluster, chosen: str | None, report: Report) -> bool:
    """Deletes the stack's objects from a cluster that stays; on the embedded one they go with it."""
    if chosen == "pulumi":
        return pulumi_cli.run_embedded("down", stack, cluster.kubeconfig) == 0
    result = engine.down(stack, ROOT, cluster, report)
    plan.show_problems(result)
    return result.ok


def _needed(cluster: Cluster | None) -> Cluster:
    if cluster is None:
        raise MissingError("no cluster is running for the pulumi CLI to compare with; run `make up` first, or leave ENGINE out")
    return cluster


def _refuse_in_process(arguments: argparse.Namespace) -> None:
    if arguments.engine == "in-process":
        reason = "the in-process engine is for trying: it brings up no stack on a real cluster"
        raise FaultsError([Fault("command line", "--engine", "in-process", reason, "leave ENGINE out; the pulumi CLI is used")])


def _refuse_other_engine(stack: str, *, real: bool) -> None:
    """One engine's objects are not the other's: each would find its names taken."""
    other = state(stack) / ("engine.json" if real else "pulumi")
    if other.exists():
        name = "the in-process engine" if real else "the pulumi CLI"
        raise MissingError(f"stack {stack!r} was brought up by {name}; run `make down{'' if real else ' ENGINE=pulumi'}` first")


def _next_steps(stack: str, cluster: Cluster) -> None:
    suffix = "" if stack == DEFAULT_STACK else f" STACK={stack}"
    out.rule("next", style="dim")
    out.print(f"  export KUBECONFIG={shlex.quote(str(cluster.kubeconfig))}", soft_wrap=True)
    kubectl = "kubectl" if shutil.which("kubectl") or cluster.kubectl is None else shlex.quote(str(cluster.kubectl))
    out.print(f"  {kubectl} get prometheus,alertmanager -A     what the operator says of them", soft_wrap=True)
    out.print(f"  make urls{suffix}      where things are reached")
    out.print(f"  make render{suffix}    every document, as files")
    out.print(f"  make down{suffix}      stop it and remove what it left")
