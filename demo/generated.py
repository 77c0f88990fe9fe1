"""What prometheus-operator makes of our resources: generated once by the real one on a short-lived control plane, then kept."""

import gzip
import hashlib
import json
import re
import time
from base64 import b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from catalog.faults import MissingError
from demo.configuration import SUBJECT
from local import cluster
from local.certificates import write
from local.kubernetes import Client
from local.locks import locked
from local.paths import cache, private
from local.toolchain import toolchain
from local.tools import TOOLS, key
from rendering.document import Document
from stacks.program import Prepared, prepare

CONTROL_PLANE = "demo-operator"
"""Stack name of the control plane that generates; it is gone afterwards."""
PATIENCE = 60.0  # seconds
KEPT = 3
"""Answers of the operator: a change and its undoing ask it but once."""
_OPERATOR = "managed-by=prometheus-operator"
_PROMETHEUS, _ALERTMANAGER = "prometheus.yaml.gz", "alertmanager.yaml.gz"
_MONITORS = frozenset({"ServiceMonitor", "PodMonitor", "Probe"})
_KINDS = _MONITORS | {"Secret", "PrometheusRule", "Alertmanager", "Prometheus"}
_WORKLOADS = 2  # Prometheus' and Alertmanager's
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Generated:
    """All that Prometheus and Alertmanager are configured by."""

    prometheus: Document
    rules: dict[str, Document]
    """Rule files by name."""
    alertmanager: Document
    templates: dict[str, str]
    """Alertmanager's templates by file name."""
    peer_timeout: str
    """How long each Alertmanager waits for the one before it."""
    environment: dict[str, str] = field(default_factory=dict[str, str])
    """What the sample application is handed by its ConfigMap."""


def generated(stack: str, root: Path, report: Callable[[str], None]) -> Generated:
    """The configuration of a stack's monitoring; the same documents are given to the operator only once. FaultsError, MissingError."""
    prepared = prepare(stack, root)
    documents = _documents(prepared)
    digest = hashlib.sha256(json.dumps([key(TOOLS["prometheus-operator"].set, toolchain(report)), documents]).encode()).hexdigest()
    folder = private(cache() / "demo")
    path = folder / f"{digest[:16]}.json"
    with locked(folder / ".lock", lambda: report("waiting for another run that asks the operator")):
        if not path.exists():
            found = _ask(documents, report)
            for old in sorted(folder.glob("*.json"), key=lambda each: each.stat().st_mtime)[:-KEPT]:
                old.unlink()
            write(path, json.dumps(vars(found)).encode())
    handed = prepared.plan.outputs.applications[SUBJECT.application].services[SUBJECT.service].environment
    return replace(Generated(**json.loads(path.read_text(encoding="utf-8"))), environment=handed)


def _documents(prepared: Prepared) -> list[Document]:
    """What the operator needs to see, what it reads before what makes it read. Volumes, which nobody makes here, change nothing."""
    plan = prepared.plan
    instances = [
        each | {"spec": {key: value for key, value in each["spec"].items() if key != "storage"}}
        for each in (plan.alertmanager, plan.prometheus)
    ]
    return [document for document in (*plan.alertmanager_around, *plan.content, *instances) if document["kind"] in _KINDS]


def _ask(documents: list[Document], report: Callable[[str], None]) -> Generated:
    namespaces = {document["metadata"]["namespace"] for document in documents}
    try:
        plane = cluster.up(report, sorted(namespaces), CONTROL_PLANE)
        report("handing our resources to the prometheus-operator")
        client = Client(plane.kubeconfig)
        for document in documents:
            client.apply(document)
        deadline = time.monotonic() + PATIENCE
        while (found := _read(client, documents)) is None:
            if time.monotonic() > deadline:
                raise MissingError(f"the prometheus-operator generated no complete configuration in {PATIENCE:.0f} s")
            time.sleep(0.3)
        return found
    finally:
        cluster.down(report, CONTROL_PLANE)


def _read(client: Client, documents: Iterable[Document]) -> Generated | None:
    """What the operator generated; None as long as a monitor or a rule is missing from it."""
    namespace = next(document["metadata"]["namespace"] for document in documents if document["kind"] == "Prometheus")
    names = {
        kinds: {d["metadata"]["name"] for d in documents if d["kind"] in kinds} for kinds in (_MONITORS, frozenset({"PrometheusRule"}))
    }
    monitors, rules = names.values()
    secrets = _by_key(client.list("v1", "Secret", namespace, labelSelector=_OPERATOR))
    if _PROMETHEUS not in secrets or _ALERTMANAGER not in secrets:
        return None
    prometheus = _unpacked(secrets[_PROMETHEUS][_PROMETHEUS])
    files: dict[str, str] = {}
    for found in client.list("v1", "ConfigMap", namespace, labelSelector=_OPERATOR):
        files |= found.get("data") or {}
    jobs = {str(job["job_name"]).split("/")[2] for job in prometheus.get("scrape_configs", [])}
    workloads = client.list("apps/v1", "StatefulSet", namespace)
    if monitors - jobs or len(files) < len(rules) or len(workloads) < _WORKLOADS:
        return None
    alertmanager = secrets[_ALERTMANAGER]
    flags = " ".join(_flags(workloads))
    waits = re.search(r"--cluster\.peer-timeout=(\S+)", flags)
    return Generated(
        prometheus=prometheus,
        rules={name: yaml.load(text, _LOADER) for name, text in files.items()},  # noqa: S506 - libyaml's safe loader
        alertmanager=_unpacked(alertmanager[_ALERTMANAGER]),
        templates={name: b64decode(value).decode() for name, value in alertmanager.items() if name.endswith(".tmpl")},
        peer_timeout=waits[1] if waits else "15s",
    )


def _flags(workloads: Iterable[dict[str, Any]]) -> Iterable[str]:
    for workload in workloads:
        for container in workload["spec"]["template"]["spec"]["containers"]:
            yield from container.get("args", ())


def _by_key(secrets: Iterable[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Secrets' data by each key that they have."""
    found: dict[str, dict[str, str]] = {}
    for secret in secrets:
        data: dict[str, str] = secret.get("data") or {}
        found |= dict.fromkeys(data, data)
    return found


def _unpacked(data: str) -> Document:
    return yaml.load(gzip.decompress(b64decode(data)), _LOADER)  # noqa: S506 - libyaml's safe loader
