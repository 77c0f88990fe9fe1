"""The way from a clone to the first page, walked as the guide tells: its own files, literally, on the local stack."""

import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import yaml

from catalog import loading
from catalog.faults import FaultsError
from demo.generated import generated
from demo.heartbeat import Heartbeat, longest_silence
from demo.notification import Notification
from demo.processes import TOOLS
from demo.receiver import Receiver
from demo.scenario import Stage, new
from demo.watching import watched
from local.cluster import Cluster
from local.kubernetes import Client, RefusedError
from local.processes import free_ports
from local.tools import ensure
from rendering import runbooks
from stacks.program import Prepared, prepare
from tests.docs.guides import GUIDES, ROOT, files, named

START = ROOT / "docs" / "start.md"
RUNBOOK = "docs/runbooks/GreetingsSlow.md"
GREETER, ENTRY, MANIFEST = "build/tutorial/greeter.py", "catalog/applications/tutorial.yaml", "build/tutorial/greeter.yaml"
FACTOR = 25
PATIENCE = 60.0


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a newcomer's clone holds after step 4."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "catalog", folder / "catalog", ignore=shutil.ignore_patterns("__pycache__"))
    for each in (*ROOT.glob("Pulumi*.yaml"), ROOT / "__main__.py"):
        shutil.copy(each, folder)
    for path, text in files(START).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture(scope="module")
def prepared(checkout: Path) -> Prepared:
    return prepare("local", checkout)


def test_the_guide_is_one_of_those_whose_commands_are_judged() -> None:
    assert START in GUIDES


def test_the_new_entry_has_dashboards_rules_a_monitor_and_what_its_container_is_handed(prepared: Prepared) -> None:
    assert {"grafana/dashboards/svc-tutorial-greeter.json", "grafana/dashboards/app-tutorial.json"} <= prepared.files.keys()
    groups = yaml.safe_load(prepared.files["prometheus/rules/tutorial.yaml"])["groups"]
    alerts = {rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule}
    assert {"ServiceDown", "HighErrorRatio", "GreetingsSlow", "AvailabilityBudgetBurn", "LatencyBudgetBurn"} <= alerts
    mine = prepared.plan.outputs.applications["tutorial"].services["greeter"]
    assert mine.monitor
    assert (mine.monitor.kind, mine.monitor.labels, mine.monitor.port) == ("PodMonitor", {"app": "greeter"}, 8000)
    handed = yaml.safe_load(files(START)[MANIFEST])["spec"]["template"]["spec"]["containers"][0]["envFrom"]
    assert handed == [{"configMapRef": {"name": mine.config_map}}]


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_it_is_right_for_other_environments_as_well(checkout: Path, stack: str) -> None:
    assert "svc-tutorial-greeter" in " ".join(prepare(stack, checkout).files)


def test_one_runbook_is_new_and_the_guide_s_words_complete_it(prepared: Prepared) -> None:
    pages = {page.stem: page.read_text() for page in (ROOT / "docs" / "runbooks").glob("*.md")}
    heads = runbooks.heads(prepared.catalog, prepared.documents.groups, prepared.settings.site)
    new_pages = heads.keys() - pages.keys()
    assert new_pages == {"GreetingsSlow"}
    pages |= {name: runbooks.page(heads[name], None) for name in new_pages}
    paging = runbooks.paging(prepared.documents.groups)
    assert len([each for each in runbooks.problems(heads, pages, paging) if each.startswith("GreetingsSlow.md: section")]) == 4
    pages["GreetingsSlow"] = f"{heads['GreetingsSlow']}\n{named(START, f'file below the head: {RUNBOOK}')}"
    assert [each for each in runbooks.problems(heads, pages, paging) if "GreetingsSlow" in each] == []


def test_a_fault_in_the_entry_is_told_as_the_guide_says(checkout: Path, tmp_path: Path) -> None:
    shutil.copytree(checkout, tmp_path / "clone")
    entry = tmp_path / "clone" / ENTRY
    entry.write_text(entry.read_text().replace("      http_requests_total: [method, route, status]\n", ""))
    with pytest.raises(FaultsError, match="http_requests_total"):
        prepare("local", tmp_path / "clone")


def test_a_service_that_the_catalog_does_not_have_cannot_be_watched(checkout: Path) -> None:
    for text, reason in (
        ("tutorial/greter:8000", "no such service"),
        ("tutorial/greeter:http", "is no port"),
        ("tutorial/greeter", "no such"),
    ):
        with pytest.raises(FaultsError, match=reason):
            watched(text, checkout)
    assert watched(None, checkout)[1] is None


@contextmanager
def running(checkout: Path, port: int) -> Generator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-P", GREETER, str(port)], cwd=checkout, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def answer(port: int, path: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(100):
        try:
            with opener.open(f"http://127.0.0.1:{port}{path}", timeout=2) as response:
                return response.read().decode()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the greeter does not answer")


@pytest.mark.tools
@pytest.mark.cluster
def test_ending_the_greeter_pages_its_people_and_its_return_is_told(checkout: Path, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    subject, here = watched(f"tutorial/greeter:{port}", checkout)
    configuration = generated("local", checkout, print)
    with ExitStack() as stack:
        greeter = stack.enter_context(running(checkout, port))
        assert "you" in answer(port, "/hello")
        exposed = answer(port, "/metrics")
        declared = loading.load(checkout).applications["tutorial"].services["greeter"].exposes
        assert all(name in exposed for name in declared)
        receiver = Receiver(Heartbeat(longest_silence(FACTOR), lambda _: None, lambda: None), lambda told: print(told.title))
        processes = new(tmp_path / "demo", ensure(TOOLS, print), configuration, FACTOR, subject=subject, watched=here)
        begun = stack.enter_context(Stage(processes, receiver))
        begun.start(configuration, print)
        assert "application" not in begun.demo.pids(), "the sample application runs beside the person's own service"
        assert receiver.wait(lambda _: begun.demo.alerts() == [], PATIENCE), "it alerts while all is well"

        greeter.kill()
        assert receiver.wait(paged("FIRING"), PATIENCE), receiver.notifications
        told = next(each for each in receiver.notifications if each.pages)
        assert "tutorial/greeter" in told.title
        assert any("Nobody is greeted." in line for line in told.lines)
        stack.enter_context(running(checkout, port))
        assert receiver.wait(paged("RESOLVED"), PATIENCE), receiver.notifications


def paged(status: str) -> Callable[[list[Notification]], bool]:
    return lambda found: any(each.pages and each.status == status and each.alert == "ServiceDown" for each in found)


@pytest.mark.cluster
def test_its_deployment_is_taken_by_a_restricted_namespace(cluster: Cluster) -> None:
    client = Client(cluster.kubeconfig)
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    client.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "tutorial", "labels": labels}})
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "tutorial"}}
    client.apply(account)
    deployment = yaml.safe_load(files(START)[MANIFEST])
    client.apply(deployment, dry_run=True)
    meta, spec = {"name": "greeter", "namespace": "tutorial"}, deployment["spec"]["template"]["spec"]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
    client.apply(pod, dry_run=True)
    with pytest.raises(RefusedError, match="violates PodSecurity"):
        client.apply(pod | {"spec": spec | {"hostNetwork": True}}, dry_run=True)
