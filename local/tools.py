"""Builds the project's real binaries (control plane, operator, promtool, amtool...) from pinned Go modules, each once.

Each folder of `gotools/` is a module of its own, so that versions never clash, and is only go.mod and go.sum: what is
built is pinned by checksum and nothing of it is committed. The collector's has a list of components besides, from which
its own builder, pinned there as well, writes the program's few lines into the cache. A binary lies in
`<cache>/tools/<set>-<key>/`, where the key covers all that decides its content. An interrupted build goes on where it
stopped, thanks to Go's own build cache.
"""

import hashlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path

from catalog.faults import MissingError
from local.locks import locked
from local.paths import cache
from local.toolchain import SETS, Toolchain, toolchain

Report = Callable[[str], None]

COMPONENTS = "builder.yaml"
"""A set's list of components, in the vocabulary of the collector's builder."""

_PROMETHEUS = ("github.com/prometheus/common/version.Version={number}",)
_KUBERNETES = (
    "k8s.io/component-base/version.gitVersion=v{number}",
    "k8s.io/component-base/version.gitMajor={major}",
    "k8s.io/component-base/version.gitMinor={minor}",
    "k8s.io/client-go/pkg/version.gitVersion=v{number}",
)


@dataclass(frozen=True)
class Tool:
    """One binary: the set that pins it, its module and package, and the variables that carry its version.

    Built from a module, a program does not know its version; clients parse the API server's, and the operator derives
    an image's tag from its own.
    """

    set: str
    module: str
    package: str
    stamps: tuple[str, ...] = ()
    builder: str | None = None
    """Package of the program that writes the sources of this one from the set's list of components."""
    plain: bool = False
    """Compiled without optimisation, in a quarter less time: for a large program that tests run for seconds."""

    @property
    def version(self) -> str:
        """As go.mod pins it, without the leading v."""
        return pinned(self.set)[self.module].removeprefix("v")

    def flags(self) -> str:
        """The linker's flags."""
        major, minor, *_ = self.version.split(".")
        stamps = (stamp.format(number=self.version, major=major, minor=minor) for stamp in self.stamps)
        return " ".join(["-s -w", *(f"-X {stamp}" for stamp in stamps)])

    @property
    def compiler(self) -> tuple[str, ...]:
        """The compiler's options."""
        return ("-gcflags=all=-N -l",) if self.plain else ()


def _kubernetes(name: str) -> Tool:
    return Tool("kubernetes", "k8s.io/kubernetes", f"k8s.io/kubernetes/cmd/{name}", _KUBERNETES)


TOOLS: dict[str, Tool] = {
    "etcd": Tool("etcd", "go.etcd.io/etcd/server/v3", "go.etcd.io/etcd/server/v3"),
    "kube-apiserver": _kubernetes("kube-apiserver"),
    "kube-controller-manager": _kubernetes("kube-controller-manager"),
    "kube-scheduler": _kubernetes("kube-scheduler"),
    "kubectl": _kubernetes("kubectl"),
    "kwok": Tool("kwok", "sigs.k8s.io/kwok", "sigs.k8s.io/kwok/cmd/kwok"),
    "prometheus-operator": Tool(
        "operator",
        "github.com/prometheus-operator/prometheus-operator",
        "github.com/prometheus-operator/prometheus-operator/cmd/operator",
        _PROMETHEUS,
    ),
    "prometheus": Tool("prometheus", "github.com/prometheus/prometheus", "github.com/prometheus/prometheus/cmd/prometheus", _PROMETHEUS),
    "promtool": Tool("prometheus", "github.com/prometheus/prometheus", "github.com/prometheus/prometheus/cmd/promtool", _PROMETHEUS),
    "alertmanager": Tool(
        "alertmanager", "github.com/prometheus/alertmanager", "github.com/prometheus/alertmanager/cmd/alertmanager", _PROMETHEUS
    ),
    "amtool": Tool("amtool", "github.com/prometheus/alertmanager", "github.com/prometheus/alertmanager/cmd/amtool", _PROMETHEUS),
    "actionlint": Tool(
        "actionlint",
        "github.com/rhysd/actionlint",
        "github.com/rhysd/actionlint/cmd/actionlint",
        ("github.com/rhysd/actionlint.version={number}",),
    ),
    "json-exporter": Tool(
        "json-exporter", "github.com/prometheus-community/json_exporter", "github.com/prometheus-community/json_exporter", _PROMETHEUS
    ),
    "loki": Tool(
        "loki",
        "github.com/grafana/loki/v3",
        "github.com/grafana/loki/v3/cmd/loki",
        ("github.com/grafana/loki/v3/pkg/util/build.Version={number}",),
        plain=True,
    ),
    "otelcol": Tool("otelcol", "go.opentelemetry.io/collector/otelcol", ".", builder="go.opentelemetry.io/collector/cmd/builder"),
}


def ensure(names: Iterable[str], report: Report) -> dict[str, Path]:
    """The paths of the named tools, built first where they are not in the cache; nothing else is built.

    Sets build side by side, two at most (a compile fills the cores, links and downloads do not). A failure is a
    MissingError that names the log.
    """
    wanted = sorted(set(names), key=list(TOOLS).index)
    chain = toolchain(report)
    paths = {name: _home(TOOLS[name].set, chain) / name for name in wanted}
    missing = [name for name in wanted if not paths[name].exists()]
    if missing:
        numbers = count(1)
        sets = [list(group) for _, group in groupby(missing, key=lambda name: TOOLS[name].set)]
        sets.sort(key=len, reverse=True)

        def build(group: list[str]) -> None:
            for name in group:
                _build(name, paths[name], chain, lambda: f"{next(numbers)} of {len(missing)}", report)

        with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
            list(pool.map(build, sets))
    return paths


def pinned(name: str) -> dict[str, str]:
    """The module versions that a set's go.mod requires, by module."""
    return dict(re.findall(r"^\s*(?:require )?([\w.-]+\.[\w.-]+/\S+) (v\S+)", (SETS / name / "go.mod").read_text(), re.MULTILINE))


def key(name: str, chain: Toolchain) -> str:
    """All that decides what a set's binaries contain: modules, checksums, toolchain, platform and flags."""
    digest = hashlib.sha256()
    for file in ("go.mod", "go.sum", COMPONENTS):
        if (path := SETS / name / file).exists():
            digest.update(path.read_bytes())
    flags = sorted(" ".join([tool.package, tool.flags(), *tool.compiler]) for tool in TOOLS.values() if tool.set == name)
    digest.update("\0".join([chain.version, chain.platform, *flags]).encode())
    return digest.hexdigest()[:12]


def _home(name: str, chain: Toolchain) -> Path:
    return cache() / "tools" / f"{name}-{key(name, chain)}"


def _build(name: str, path: Path, chain: Toolchain, place: Callable[[], str], report: Report) -> None:
    with locked(path.parent / ".lock", lambda: report(f"waiting for another run that builds {name}")):
        if path.exists():
            return
        tool, which, start = TOOLS[name], place(), time.monotonic()
        report(f"building {name} {tool.version} ({which})")
        fresh, log = path.with_name(f".{name}.partial"), path.with_name(f"{name}.log")
        with log.open("wb") as output:

            def run(command: list[str], folder: Path) -> None:
                found = subprocess.run(
                    command, cwd=folder, env=chain.environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
                )
                if found.returncode:
                    last = (log.read_text(errors="replace").strip().splitlines() or ["the compiler said nothing"])[-1]
                    raise MissingError(f"{name} {tool.version} could not be built ({last}); the whole log is {log}")

            sources = _written(tool, path.parent, chain, run) if tool.builder else SETS / tool.set
            run(_compile(chain, tool.package, fresh, tool.flags(), *tool.compiler), sources)
        fresh.replace(path)
        report(f"built {name} ({which}) in {time.monotonic() - start:.0f} s")


def _written(tool: Tool, home: Path, chain: Toolchain, run: Callable[[list[str], Path], None]) -> Path:
    """The folder of sources that a builder wrote; it may choose no versions, so the committed pins replace its own."""
    sources, builder = home / "sources", home / ".builder"
    shutil.rmtree(sources, ignore_errors=True)
    sources.mkdir()
    run(_compile(chain, tool.builder or "", builder, "-s -w"), SETS / tool.set)
    run([str(builder), "--skip-get-modules", "--skip-compilation", "--config", str(SETS / tool.set / COMPONENTS)], sources)
    for file in ("go.mod", "go.sum"):
        shutil.copy(SETS / tool.set / file, sources / file)
    return sources


def _compile(chain: Toolchain, package: str, output: Path, flags: str, *more: str) -> list[str]:
    return [str(chain.go), "build", "-mod=readonly", "-trimpath", *more, "-ldflags", flags, "-o", str(output), package]
