"""The pipeline's own commands, run here: what a change renders to, what a preview and a comparison say, whom an action tells."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli import vendors
from tests.cli.vendors import Vendor, serving
from tests.workflows.steps import BASH, GIT, ROOT, SCRIPTS, action

TOKEN = "kanarienvogel-grafana"  # a word that opens nothing


def run(script: str, *words: str | Path, folder: Path = ROOT, **given: str) -> subprocess.CompletedProcess[str]:
    command = [BASH, str(SCRIPTS / script), *map(str, words)]
    return subprocess.run(command, cwd=folder, env={**os.environ, **given}, capture_output=True, text=True, check=False)


def checkout(folder: Path, rendered: dict[str, str], body: str = "") -> Path:
    """A checkout whose `observatory` copies the files that it is said to render, or does what `body` says."""
    folder.mkdir()
    for place, text in rendered.items():
        path = folder / "rendered" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        (folder / f"Pulumi.{place.partition('/')[0]}.yaml").touch()
    program = folder / "observatory"
    program.write_text(f"#!/usr/bin/env bash\n{body or f'cp -r {folder}/rendered/$3/. $5'}\n")
    program.chmod(0o755)
    return folder


def test_a_change_is_shown_stack_by_stack(tmp_path: Path) -> None:
    base = checkout(tmp_path / "base", {"dev/rules.yaml": "a: 1\n", "prod/rules.yaml": "a: 1\n", "old/x": "x\n"})
    head = checkout(tmp_path / "head", {"dev/rules.yaml": "a: 1\n", "prod/rules.yaml": "a: 2\n", "new/y": "y\n"})
    found = run("render-diff.sh", base, head, tmp_path / "out")
    assert found.returncode == 0, found.stderr
    summary = (tmp_path / "out" / "summary.md").read_text()
    assert "### dev: the same" in summary
    assert "### prod: 1 file changed, 1 insertion(+), 1 deletion(-)" in summary
    assert "-a: 1\n+a: 2" in summary
    assert "### new: 1 file changed, 1 insertion(+)" in summary
    assert "### old: 1 file changed, 1 deletion(-)" in summary
    assert sorted(path.name for path in (tmp_path / "out").glob("*.diff")) == ["new.diff", "old.diff", "prod.diff"]
    assert str(tmp_path) not in summary


def test_a_change_that_does_not_render_fails_and_says_why(tmp_path: Path) -> None:
    base = checkout(tmp_path / "base", {"dev/a": "a\n"})
    head = checkout(tmp_path / "head", {"dev/a": "a\n"}, 'echo "1 fault; nothing was registered"; exit 2')
    assert run("render-diff.sh", base, head, tmp_path / "out").returncode == 1
    summary = (tmp_path / "out" / "summary.md").read_text()
    assert "### dev: does not render" in summary
    assert "1 fault" in summary


def test_a_base_that_does_not_render_is_no_fault_of_the_change(tmp_path: Path) -> None:
    base = checkout(tmp_path / "base", {"dev/a": "a\n"}, "exit 1")
    head = checkout(tmp_path / "head", {"dev/a": "a\n"})
    assert run("render-diff.sh", base, head, tmp_path / "out").returncode == 0
    assert "the base does not render" in (tmp_path / "out" / "summary.md").read_text()


def test_a_large_change_is_cut_in_the_summary_and_whole_beside_it(tmp_path: Path) -> None:
    base = checkout(tmp_path / "base", {"dev/a": "".join(f"{n}\n" for n in range(3000))})
    head = checkout(tmp_path / "head", {"dev/a": "".join(f"{n}x\n" for n in range(3000))})
    assert run("render-diff.sh", base, head, tmp_path / "out").returncode == 0
    assert len((tmp_path / "out" / "summary.md").read_text().splitlines()) < 450
    assert len((tmp_path / "out" / "dev.diff").read_text().splitlines()) > 6000


def test_a_threshold_of_the_real_catalog_is_seen_in_what_it_renders_to(tmp_path: Path) -> None:
    sides = [tmp_path / "base", tmp_path / "head"]
    tracked = subprocess.run([GIT, "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for side in sides:
        for name in tracked.splitlines():
            if not name.startswith(("docs/", "tests/", ".github/")) and name != "Pulumi.prod.yaml" and (ROOT / name).is_file():
                (side / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, side / name)
        (side / "Pulumi.local.yaml").unlink()
        (side / ".venv").symlink_to((ROOT / ".venv").resolve())
    changed = sides[1] / "catalog" / "applications" / "ai-platform.yaml"
    text = changed.read_text()
    assert "above: 0.85" in text
    changed.write_text(text.replace("above: 0.85", "above: 0.86", 1))
    found = run("render-diff.sh", *sides, tmp_path / "out")
    assert found.returncode == 0, (tmp_path / "out" / "summary.md").read_text() + found.stderr
    lines = (tmp_path / "out" / "dev.diff").read_text().splitlines()
    assert any(line.startswith("-") and "> 0.85" in line for line in lines)
    assert any(line.startswith("+") and "> 0.86" in line for line in lines)
    assert not any("skillforge" in line for line in lines if line.startswith(("+++", "---"))), "the others' documents are the same"


@pytest.mark.parametrize(("status", "title"), [(0, "### Preview of prod\n"), (1, "### Preview of prod failed (status 1)\n")])
def test_a_preview_s_comment_is_written_however_it_went(tmp_path: Path, status: int, title: str) -> None:
    folder = checkout(tmp_path / "here", {}, f'echo "Resources: + 3 to create"; echo said; exit {status}')
    assert run("preview.sh", "prod", "preview.md", folder=folder).returncode == status
    comment = (folder / "preview.md").read_text()
    assert comment.startswith(title)
    assert "said" in comment


def test_a_long_preview_fits_into_a_comment(tmp_path: Path) -> None:
    folder = checkout(tmp_path / "here", {}, "yes 0123456789 | head -c 200000")
    assert run("preview.sh", "prod", "preview.md", folder=folder).returncode == 0
    assert 25_000 < len((folder / "preview.md").read_text()) < 26_000


@pytest.mark.parametrize(("status", "said"), [(0, "is what the program says"), (1, "was changed by hand"), (3, "could not be compared")])
def test_drift_is_told_with_its_status(tmp_path: Path, status: int, said: str) -> None:
    folder = checkout(tmp_path / "here", {}, f"echo a table; exit {status}")
    assert run("drift.sh", "prod", "drift.md", folder=folder).returncode == status
    assert f"prod {said}" in (folder / "drift.md").read_text()


@pytest.mark.parametrize(
    ("first", "second", "status", "asked"), [(0, 0, 0, 2), (1, 0, 1, 1), (3, 0, 3, 2), (3, 1, 1, 2), (0, 3, 3, 2), (2, 3, 3, 2)]
)
def test_of_several_gates_the_worst_counts(tmp_path: Path, first: int, second: int, status: int, asked: int) -> None:
    body = f'echo "$*" >>asked; [[ $* == *platform/first* ]] && exit {first}; exit {second}'
    folder = checkout(tmp_path / "here", {}, body)
    found = run("judge.sh", "prod", "1772366400", "http://127.0.0.1:9090", "platform/first", "platform/second", folder=folder)
    assert (found.returncode, len((folder / "asked").read_text().splitlines())) == (status, asked)


def test_the_marker_s_action_tells_what_others_give_it() -> None:
    script = action("marker")["runs"]["steps"][-1]["run"]
    github = {
        "GITHUB_ACTION_PATH": str(ROOT / ".github" / "actions" / "marker"),
        "GITHUB_SHA": "c" * 40,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "company/backend",
        "GITHUB_RUN_ID": "4711",
    }
    told = {"STACK": "prod", "SERVICE": "skillforge/backend", "VERSION": "1.4.2", "STATUS": "rolled-back", "STARTED": "1772366280"}
    with serving(Vendor(("Authorization", f"Bearer {TOKEN}"), vendors.grafana)) as grafana:
        keys = {"GRAFANA_URL": grafana.url, "GRAFANA_AUTH": TOKEN, "DD_API_KEY": "", "SENTRY_AUTH_TOKEN": "", "NO_PROXY": "127.0.0.1"}
        environment = {**os.environ, **github, **told, **keys}
        found = subprocess.run(
            [BASH, "-euo", "pipefail", "-c", script], env=environment, cwd="/", capture_output=True, text=True, check=False
        )
    assert found.returncode == 0, found.stderr
    assert TOKEN not in found.stdout + found.stderr
    (annotation,) = grafana.kept
    assert annotation["time"] == 1772366280000
    assert {"service:backend", "version:1.4.2", "status:rolled-back"} <= set(annotation["tags"])
    assert annotation["text"].endswith("https://github.com/company/backend/actions/runs/4711")


def test_the_gate_s_action_hands_its_status_on(tmp_path: Path) -> None:
    script = action("gate")["runs"]["steps"][-1]["run"]
    output = tmp_path / "output"
    asked = {"STACK": "prod", "SERVICE": "skillforge/backend", "SINCE": "30m", "FOR": "1m", "PROMETHEUS": "http://127.0.0.1:1"}
    environment = {**os.environ, **asked, "GITHUB_OUTPUT": str(output), "GITHUB_ACTION_PATH": str(ROOT / ".github" / "actions" / "gate")}
    found = subprocess.run([BASH, "-euo", "pipefail", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (found.returncode, output.read_text()) == (3, "status=3\n")
    assert "does not answer" in found.stderr
