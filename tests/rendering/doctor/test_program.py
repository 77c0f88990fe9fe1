"""The CronJob's program, laid out as its pod has it and run without any package: it says what it finds as JSON, and fails its Job."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from components.doctor import NAME, PROGRAM
from rendering.doctor.wanted import read
from tests.rendering.doctor.stage import Stage
from tests.stacks.real import of

pytestmark = pytest.mark.tools

FOLDER = Path(__file__).resolve().parents[3] / "rendering" / "doctor"


def pod() -> dict[str, Any]:
    spec: dict[str, Any] = of("prod", "CronJob", NAME)["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return spec


def laid_out(folder: Path) -> None:
    """As the kubelet lays the ConfigMap out."""
    data = of("prod", "ConfigMap", NAME)["data"]
    (volume,) = (each for each in pod()["volumes"] if "configMap" in each)
    for item in volume["configMap"]["items"]:
        path = folder / item["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(data[item["key"]])


def run(folder: Path, wanted: dict[str, Any] | None, token: Path | None = None) -> tuple[int, list[dict[str, str]], str]:
    """`-S` leaves out every package: what is imported is Python's own or lies there."""
    (container,) = pod()["containers"]
    program, option, module, file = container["command"]
    assert program == "python"
    place = folder / Path(file).name
    if wanted is not None:
        place.write_text(json.dumps(wanted))
    environment = {"PATH": os.defpath, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"GRAFANA_TOKEN_FILE": str(token)} if token else {}
    command = [sys.executable, "-S", option, module, *([str(place)] if wanted is not None else [])]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_the_config_map_holds_every_file_of_the_program() -> None:
    assert {path.name for path in FOLDER.glob("*.py")} == set(PROGRAM)


def test_the_pods_own_configuration_is_what_the_program_reads() -> None:
    wanted = read(json.loads(of("prod", "ConfigMap", NAME)["data"]["doctor.json"]))
    assert wanted.prometheus == [f"http://prometheus-observatory-{n}.prometheus-operated.monitoring.svc:9090" for n in range(2)]
    assert wanted.alertmanager == [f"http://alertmanager-observatory-{n}.alertmanager-operated.monitoring.svc:9093" for n in range(3)]
    assert len(wanted.rules) > 20
    assert {each.name for each in wanted.expectations} == {
        "messages",
        "Elasticsearch",
        "logs arriving",
        "traces arriving",
        "certificates",
        "backups",
    }


def test_a_stack_that_works_lets_the_job_succeed(processes: Stage, tmp_path: Path) -> None:
    laid_out(tmp_path)
    (tmp_path / "token").write_text("let-me-in\n")
    code, lines, complaint = run(tmp_path, processes.wanted().document(), tmp_path / "token")
    assert (code, complaint) == (0, ""), lines
    assert {line["state"] for line in lines} == {"ok"}
    assert all(line["level"] == "info" and line["message"] for line in lines)


def test_a_stack_that_does_not_fails_the_job_and_shows_no_token(processes: Stage, tmp_path: Path) -> None:
    laid_out(tmp_path)
    (tmp_path / "token").write_text("swordfish\n")
    code, lines, complaint = run(tmp_path, processes.wanted(prometheus=[processes.ill]).document(), tmp_path / "token")
    assert code == 1
    assert {"wrong", "missing", "ok"} == {line["state"] for line in lines}
    assert {line["level"] for line in lines if line["state"] != "ok"} == {"error"}
    assert "swordfish" not in json.dumps(lines) + complaint


def test_nobody_there_fails_the_job_as_well(processes: Stage, tmp_path: Path) -> None:
    laid_out(tmp_path)
    nobody = "http://127.0.0.1:9"
    code, lines, _ = run(tmp_path, processes.wanted(prometheus=[nobody], alertmanager=[nobody], grafana=nobody).document())
    assert code == 3
    assert {line["state"] for line in lines} == {"missing"}


def test_a_call_without_its_file_says_how_it_is_called(tmp_path: Path) -> None:
    laid_out(tmp_path)
    code, _, complaint = run(tmp_path, None)
    assert (code, complaint) == (2, "usage: python -m rendering.doctor FILE\n")
