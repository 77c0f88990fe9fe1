"""Reads Kubernetes manifests out of the operators' own Go modules: their CRDs, and what kwok knows of nodes and pods.

The modules are downloaded and verified against `gotools/crds/go.sum`; what is read is kept as JSON in the cache, as
YAML of that size costs seconds.
"""

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import yaml

from catalog.faults import MissingError
from local.locks import locked
from local.paths import cache
from local.toolchain import SETS, Toolchain, toolchain
from local.tools import pinned

Document = dict[str, Any]

SET = "crds"
FORMAT = 2  # counts up when what is kept of a manifest changes
CRDS = {
    "github.com/prometheus-operator/prometheus-operator": ("example/prometheus-operator-crd/*.yaml",),
    "github.com/elastic/cloud-on-k8s/v3": ("config/crds/v1/all-crds.yaml",),
    # The agent's internals and profiles weigh megabytes and are the operator's own business.
    "github.com/DataDog/datadog-operator": tuple(
        f"config/crd/bases/v1/datadoghq.com_{kind}.yaml"
        for kind in ("datadogagents", "datadogdashboards", "datadogmetrics", "datadogmonitors", "datadogslos")
    ),
    "github.com/external-secrets/external-secrets": (
        "config/crds/bases/external-secrets.io_*.yaml",
        "config/crds/bases/generators.external-secrets.io_passwords.yaml",
    ),
    "github.com/argoproj/argo-events": ("manifests/base/crds/argoproj.io_*.yaml",),
}
MESH = {"istio.io/api": ("kubernetes/customresourcedefinitions.gen.yaml",)}
"""No operator of ours: the platform team's mesh brings these; they judge what we write for it."""
STAGES = {
    "sigs.k8s.io/kwok": tuple(
        f"kustomize/stage/{stage}.yaml"
        for stage in (
            "node/fast/node-initialize",
            "node/heartbeat/node-heartbeat",
            "pod/fast/pod-ready",
            "pod/fast/pod-complete",
            "pod/fast/pod-delete",
        )
    ),
}


def definitions(report: Callable[[str], None]) -> list[Document]:
    """Every CustomResourceDefinition of the operators that the project uses."""
    return _read("definitions", CRDS, report)


def mesh_definitions(report: Callable[[str], None]) -> list[Document]:
    """Istio's CustomResourceDefinitions, which the embedded cluster does not have."""
    return _read("mesh-definitions", MESH, report)


def stages(report: Callable[[str], None]) -> list[Document]:
    """The rules that kwok brings for nodes and pods: nodes beat, pods become Ready, those of jobs complete."""
    return _read("stages", STAGES, report)


def terse(document: Document) -> Document:
    """A CRD without the prose of its schema: three quarters of its weight, and a third of the cluster's first start."""
    if document["kind"] == "CustomResourceDefinition":
        for version in document["spec"]["versions"]:
            version["schema"]["openAPIV3Schema"] = _schema(version["schema"]["openAPIV3Schema"])
    return document


def _schema(schema: Any) -> Any:  # noqa: ANN401 - a schema holds any JSON
    if isinstance(schema, list):
        return [_schema(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    known = cast("Document", schema)
    # Under `properties` stand names of fields, one of which may well be `description`.
    kept = {key: value for key, value in known.items() if key != "description" or not isinstance(value, str)}
    return {
        key: {name: _schema(each) for name, each in value.items()} if key == "properties" else _schema(value) for key, value in kept.items()
    }


def _read(name: str, wanted: dict[str, tuple[str, ...]], report: Callable[[str], None]) -> list[Document]:
    source = json.dumps([FORMAT, (SETS / SET / "go.sum").read_text(), wanted])
    path = cache() / "tools" / f"{name}-{hashlib.sha256(source.encode()).hexdigest()[:12]}.json"
    if not path.exists():
        with locked(path.with_suffix(".lock"), lambda: report(f"waiting for another run that reads {name}")):
            report(f"reading {name} from the operators' Go modules")
            folders = _download(list(wanted), toolchain(report))
            documents = [terse(d) for module, patterns in wanted.items() for d in _documents(folders[module], patterns)]
            fresh = path.with_suffix(".partial")
            fresh.write_text(json.dumps(documents))
            fresh.replace(path)
    return json.loads(path.read_text())


def _download(modules: list[str], chain: Toolchain) -> dict[str, Path]:
    """Where each module's files lie, after Go has verified them against the committed checksums."""
    versions = pinned(SET)
    command = [str(chain.go), "mod", "download", "-json", *(f"{module}@{versions[module]}" for module in modules)]
    run = subprocess.run(command, cwd=SETS / SET, env=chain.environment(), capture_output=True, text=True, check=False)
    answers = list(_objects(run.stdout))
    errors = [str(answer["Error"]) for answer in answers if "Error" in answer]
    if run.returncode or errors:
        last = (errors or run.stderr.strip().splitlines() or ["go said nothing"])[-1].splitlines()[0]
        raise MissingError(f"the operators' Go modules could not be downloaded ({last}); check the network and GOPROXY, then try again")
    return {answer["Path"]: Path(answer["Dir"]) for answer in answers}


def _objects(text: str) -> Iterator[Document]:
    """The JSON objects of a stream that only puts them one after the other."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text.rstrip()):
        at += len(text[at:]) - len(text[at:].lstrip())
        found, at = decoder.raw_decode(text, at)
        yield found


def _documents(folder: Path, patterns: tuple[str, ...]) -> Iterator[Document]:
    for pattern in patterns:
        files = sorted(folder.glob(pattern))
        if not files:
            raise MissingError(f"{folder} holds no {pattern}; the module's version no longer fits local/manifests.py")
        for file in files:
            with file.open("rb") as stream:
                yield from filter(None, yaml.load_all(stream, Loader=_Loader))


class _Loader(yaml.CSafeLoader):
    """YAML as Kubernetes reads it: a plain `=` (an operator in an enumeration) and a date are strings."""


_Resolvers = dict[str, list[tuple[str, Any]]]
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in {"value", "timestamp"}]
    for first, resolvers in cast("_Resolvers", _Loader.yaml_implicit_resolvers).items()
}
