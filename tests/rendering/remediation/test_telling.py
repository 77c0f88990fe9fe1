"""Alertmanager tells what acts besides people and never instead of them, each alert by itself, for real over loopback."""

import json
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.catalog import Catalog
from local.processes import free_ports
from local.tools import ensure
from rendering.documents import Rendered, render
from rendering.remediation.places import Act
from rendering.site import Site
from tests.rendering.reading import alertmanager
from tests.rendering.remediation.judge import Judge
from tests.rendering.test_tools import run, write

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def off(real: Catalog, site: Site) -> Rendered:
    return render(real, site)


@pytest.fixture(scope="module")
def on(real: Catalog, acting: Site) -> Rendered:
    return render(real, acting)


def labels(act: Act) -> dict[str, str]:
    return {**act.labels, "team": act.placed.team, "priority": act.placed.alert.priority.value}


def reached(tool: Path, configuration: Path, told: dict[str, str]) -> list[str]:
    result = run(tool, "config", "routes", "test", f"--config.file={configuration}", *(f"{name}={value}" for name, value in told.items()))
    assert result.returncode == 0, result.stderr
    return result.stdout.strip().split(",")


def test_switched_off_nothing_of_it_is_rendered(off: Rendered) -> None:
    assert "remediation" not in off.alertmanager["alertmanager.yaml"]
    assert all(
        "remediation" not in rule.get("annotations", {})
        for document in off.rules
        for group in document["spec"]["groups"]
        for rule in group["rules"]
    )
    assert not [secret for secret in off.secrets if secret.name == "remediation"]


def test_people_get_what_they_got_and_only_carried_alerts_reach_what_acts(
    off: Rendered, on: Rendered, real: Catalog, found: tuple[Act, ...], tmp_path: Path
) -> None:
    tool = ensure(["amtool"], print)["amtool"]
    before, after = (write(rendered, tmp_path / name) / "alertmanager/alertmanager.yaml" for name, rendered in (("off", off), ("on", on)))
    assert run(tool, "check-config", after).returncode == 0
    for act in found:
        assert reached(tool, after, labels(act)) == ["remediation", *reached(tool, before, labels(act))], act.name
    carried = {(act.placed.name, act.placed.subject.name) for act in found}
    others = [placed for placed in real.alerts() if (placed.name, placed.subject.name) not in carried][:20]
    for placed in others:
        told = {"alertname": placed.name, **placed.subject.labels, "severity": placed.alert.effective_severity.value, "team": placed.team}
        assert reached(tool, after, told) == reached(tool, before, told)
    nodata = {**labels(found[0]), "alertname": f"{found[0].placed.name}NoData"}
    assert "remediation" not in reached(tool, after, nodata), "missing data are no reason to act"


def test_maintenance_mutes_it_as_it_mutes_people(on: Rendered) -> None:
    routes = [route for route in alertmanager(on)["route"]["routes"] if route["receiver"] == "remediation"]
    muted = [route for route in routes if 'application="skillforge"' in route["matchers"]]
    assert muted
    assert all(route["mute_time_intervals"] == ["skillforge.weekly"] for route in muted)


class Listening(ThreadingHTTPServer):
    """Keeps what comes, with the token that was shown."""

    def __init__(self) -> None:
        self.came: list[tuple[str | None, dict[str, Any]]] = []
        super().__init__(("127.0.0.1", 0), _handler(self.came))


def _handler(came: list[tuple[str | None, dict[str, Any]]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            came.append((self.headers["Authorization"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    return Handler


@contextmanager
def notified(on: Rendered, folder: Path, alerts: list[dict[str, Any]]) -> Generator[Listening]:
    """A real Alertmanager with the rendered configuration; only what acts has an address here."""
    server = Listening()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    configuration = yaml.safe_load(on.alertmanager["alertmanager.yaml"])
    (folder / "token").write_text("s3cret")
    (acting,) = [receiver for receiver in configuration["receivers"] if receiver["name"] == "remediation"]
    hook = acting["webhook_configs"][0]
    hook["url"] = f"http://127.0.0.1:{server.server_address[1]}/alerts"
    hook["http_config"]["authorization"]["credentials_file"] = str(folder / "token")
    configuration["receivers"] = [acting if each is acting else {"name": each["name"]} for each in configuration["receivers"]]
    configuration["templates"] = []
    for route in configuration["route"]["routes"]:
        route.pop("mute_time_intervals", None)  # whatever day the test runs on
    (folder / "alertmanager.yaml").write_text(yaml.safe_dump(configuration))
    port = free_ports(1)[0]
    command = [
        ensure(["alertmanager"], print)["alertmanager"],
        f"--config.file={folder / 'alertmanager.yaml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _until(lambda: _post(port, alerts), "Alertmanager takes alerts")
            yield server
        finally:
            process.terminate()
            server.shutdown()
            server.server_close()


def _post(port: int, alerts: list[dict[str, Any]]) -> bool:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v2/alerts", json.dumps(alerts).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  loopback
            return answer.status == 200
    except OSError:
        return False


def _until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, f"not within 20 s: {what}"
        time.sleep(0.1)


def test_a_real_alertmanager_delivers_what_the_engines_own_filters_expect(
    on: Rendered, found: tuple[Act, ...], objects: dict[str, dict[str, Any]], judge: Judge, tmp_path: Path
) -> None:
    scaled = next(act for act in found if act.remedy.action == "scale")
    restarted = next(act for act in found if act.remedy.action == "restart")
    alerts = [
        {"labels": {**labels(scaled), "pod": "a"}, "annotations": {"summary": "CPU", "remediation": "3"}},
        {"labels": {**labels(restarted), "pod": "b"}, "annotations": {"summary": "memory"}},
        {"labels": {**labels(restarted), "alertname": "Another"}, "annotations": {"summary": "not carried"}},
    ]
    with notified(on, tmp_path, alerts) as server:
        _until(lambda: len(server.came) == 2, "both carried alerts came, each by itself")
    assert {token for token, _ in server.came} == {"Bearer s3cret"}
    verdicts = [judge(objects, body) for _, body in server.came]
    assert {name for verdict in verdicts for name in verdict.passed} == {scaled.name, restarted.name}
    wanted = {done["wanted"]["metadata"]["name"]: done["wanted"] for verdict in verdicts for done in verdict.done}
    assert wanted[scaled.targets[0]]["spec"] == {"replicas": 3}
