"""`make doctor`: what a stack needs before it is brought up, and with AFTER=1 whether it works; and what to do about it.

One command for both, since the report, its statuses and the stack are the same, and a pipeline calls it on either side of `up`.
"""

import argparse
import json
import logging
from collections.abc import Generator, Iterator
from pathlib import Path

from rich.table import Table
from rich.text import Text

from catalog.faults import FaultsError, MissingError
from cli import doctor_after, doctor_cluster, doctor_credentials, doctor_machine, target
from cli.arguments import ROOT
from cli.console import out, progress
from local import monitor, program
from local.cluster import Cluster, Report
from local.kubeconfig import current
from local.kubernetes import Client
from local.monitor import Recording
from local.objects import is_object
from local.paths import cache, state
from local.values import plain
from rendering.doctor.asking import UnansweredError
from rendering.doctor.finding import Finding, State, status
from stacks.doctor import wanted
from stacks.prepared import Prepared
from stacks.program import prepare

STYLES = {State.OK: "green", State.NOTE: "yellow", State.WRONG: "red", State.MISSING: "red", State.SIMULATED: "cyan"}
_RELEASE = "kubernetes:helm.sh/v3:Release"


def run_doctor(arguments: argparse.Namespace) -> int:
    """Prints one line a check; status 1 where something is wrong, 3 where something is missing, 2 where settings or catalog are."""
    stack: str = arguments.stack
    embedded = target.is_embedded(stack)
    faults: FaultsError | None = None
    found: list[Finding] = []
    with progress(f"looking at {stack}") as report:
        try:
            prepared = prepare(stack, ROOT)
            given = doctor_after.Given(
                arguments.prometheus, arguments.alertmanager, arguments.grafana, arguments.elasticsearch, arguments.wait
            )
            found = list(after(stack, prepared, given, report) if arguments.after else before(stack, prepared, report, embedded=embedded))
        except FaultsError as error:
            faults = error
            remedy = "every one is listed below"
            found = [*_machine(embedded=embedded), Finding("input", State.WRONG, f"{len(error.faults)} faults", remedy)]
    if arguments.json:
        told = {"stack": stack, "when": "after" if arguments.after else "before", "status": 2 if faults else status(found)}
        out.print_json(json.dumps(told | {"findings": [finding.document() for finding in found]}), indent=1)
    else:
        _show(stack, found)
    if faults:
        raise faults
    return status(found)


def before(stack: str, prepared: Prepared, report: Report, *, embedded: bool) -> Iterator[Finding]:
    """This machine, the credentials, and the cluster that the stack would go to."""
    yield from _machine(embedded=embedded)
    yield Finding("input", State.OK, f"settings of {stack} and the catalog load")
    yield from doctor_credentials.findings(prepared, stack, embedded=embedded)
    looked = yield from _looked(stack, prepared, report, embedded=embedded)
    if looked:
        report("asking the cluster for kinds, rights and names")
        yield from doctor_cluster.findings(looked)


def after(stack: str, prepared: Prepared, given: doctor_after.Given, report: Report) -> Iterator[Finding]:
    """The objects, then the systems. A stack whose pods are simulated has nobody to ask, unless addresses are named."""
    looked = yield from _looked(stack, prepared, report, embedded=False)
    if looked:
        try:
            yield doctor_after.ready(looked)
        except UnansweredError as error:
            yield Finding("workloads ready", State.MISSING, str(error), "ask whoever runs the cluster for the right to look")
    settings = prepared.settings
    if settings.grafana and settings.grafana.url and not settings.grafana.content.simulated:
        given.fall_back(settings.grafana.url)
    expected = wanted(settings, prepared.catalog, prepared.plan.context, prepared.documents.rules)
    client = looked.client if looked and not looked.cluster.pids else None
    report("asking the systems themselves; the test alert takes up to a minute")
    yield from doctor_after.findings(doctor_after.systems(expected, given, client))


def _machine(*, embedded: bool) -> Iterator[Finding]:
    for check in doctor_machine.checks(embedded=embedded):
        try:
            yield check()
        except Exception as error:
            logging.getLogger("observatory").exception("check %s", check.__name__)
            yield Finding(check.__name__.replace("_", " "), State.MISSING, f"{type(error).__name__}: {error}", "see the log")


def _looked(stack: str, prepared: Prepared, report: Report, *, embedded: bool) -> Generator[Finding, None, doctor_cluster.Looked | None]:
    """The cluster, if it is reached; whether it is, is a finding of its own."""
    other = target.named(stack)
    found = other or target.running(stack)
    if found is None and embedded:
        yield Finding("cluster", State.NOTE, "none is running", "`make up` starts the embedded one")
        return None
    if found is None:
        remedy = "aws eks update-kubeconfig --name <cluster>; export KUBECONFIG=~/.kube/config"
        yield Finding("cluster", State.MISSING, "KUBECONFIG names none", remedy)
        return None
    client = Client(found.kubeconfig, patience=0)
    try:
        client.identity()
    except MissingError as error:
        yield Finding("cluster", State.MISSING, str(error), "start it, or open the way to it (VPN, allowed addresses)")
        return None
    yield _context(prepared, found, embedded=other is None)
    report("reading what the program would register")
    recording = monitor.record(program.load(stack, ROOT))
    return doctor_cluster.Looked(found, client, prepared, _objects(recording), any(each.type == _RELEASE for each in recording))


def _context(prepared: Prepared, found: Cluster, *, embedded: bool) -> Finding:
    wanted_context = prepared.settings.cluster.context
    context = current(found.kubeconfig)
    if not embedded and wanted_context and wanted_context != context:
        remedy = f"kubectl config use-context {wanted_context}, or correct cluster.context"
        return Finding("cluster", State.WRONG, f"KUBECONFIG leads to {context!r}, the settings to {wanted_context!r}", remedy)
    return Finding("cluster", State.OK, f"{found.server} ({'embedded' if embedded else f'context {context}'})")


def _objects(recording: Recording) -> list[dict[str, object]]:
    return [plain(dict(each.inputs)) for each in recording if is_object(each.type, each.inputs)]


def _show(stack: str, found: list[Finding]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for finding in found:
        remedy = "" if finding.state is State.OK else finding.remedy
        table.add_row(Text(finding.state.value, STYLES[finding.state]), finding.name, Text(finding.detail), Text(remedy, "dim"))
    out.print(table)
    out.print(f"[dim]cache {_short(cache())} · state {_short(state(stack))}[/]")


def _short(path: Path) -> str:
    return str(path).replace(str(Path.home()), "~", 1)
