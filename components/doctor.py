"""The doctor as a CronJob: asks the stack from inside, writes what it finds as JSON lines, and fails its Job where something is wrong.

No image of ours: a plain Python image runs the files of `rendering/doctor` as they are. It has no rights at all, and no way to anybody
but to those whom it asks. A failed Job is an alert of the cluster's own (`JobFailed`).
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files

import pulumi
from pydantic import Field

from catalog.base import Model
from components import alertmanager, grafana, prometheus
from components.base import Component
from components.cluster import Cluster
from components.context import Context
from components.grafana_content import TOKENS
from components.network import addresses, app, egress, ingress, pods, policy, tcp
from components.pods import Resources, bare_pod, container, metadata, pod_security, service_account
from components.prometheus_access import NAME as PROMETHEUS
from rendering.doctor.wanted import Wanted
from rendering.document import Document

NAME = "doctor"
RESOURCES = Resources(cpu="20m", memory="64Mi")
PROGRAM = ("__init__.py", "__main__.py", "asking.py", "checks.py", "delivery.py", "finding.py", "wanted.py")
"""Files of `rendering/doctor`, which keep their place below a folder of the pod: their imports stay as they are."""
_CONFIGURATION = "doctor.json"
_FOLDER, _TOKEN = "/doctor", "/etc/grafana-token"
_PACKAGE = "rendering/doctor"
_CRON = r"^(@(hourly|daily)|(\S+ ){4}\S+)$"


class DoctorSettings(Model):
    """When the doctor looks at the stack from inside the cluster."""

    schedule: str = Field(default="7,37 * * * *", pattern=_CRON)
    """As cron has it, in the controller's time zone. Each visit sends one test alert out by the heartbeat: choose a longer time between
    two visits than the switch waits for the Watchdog's own message, or a doctor's visit hides its absence."""
    from_api_server: bool = False
    """Whether NetworkPolicies let the API server's proxy through to what `make doctor AFTER=1` asks; it opens these ports to the nodes'
    addresses, so leave it out where people forward a port instead."""


def replicas(name: str, instance: str, count: int, port: int, namespace: str) -> list[str]:
    """Addresses of an operator's pods, one by one: by the headless Service that it makes for each of its StatefulSets."""
    return [f"http://{name}-{instance}-{number}.{name}-operated.{namespace}.svc:{port}" for number in range(count)]


def edges(context: Context, settings: DoctorSettings, *, with_grafana: bool) -> list[Document]:
    """Out to those it asks, and in to them from it alone; from the API server as well where the settings say so."""
    namespace = context.namespaces.monitoring
    asked = {PROMETHEUS: prometheus.PORT, alertmanager.NAME: alertmanager.PORT} | ({grafana.NAME: grafana.PORT} if with_grafana else {})
    out = [egress(pods(name), tcp(port)) for name, port in asked.items()]
    callers = [*pods(NAME), *(addresses(context.network.cluster) if settings.from_api_server else [])]
    into = [policy(namespace, f"{NAME}-{name}", app(name), [ingress(callers, tcp(port))]) for name, port in asked.items()]
    return [policy(namespace, NAME, app(NAME), egresses=out), *into]


def documents(context: Context, settings: DoctorSettings, wanted: Wanted, *, with_token: bool) -> list[Document]:
    """Account, files and the CronJob; `with_token` where Grafana's machines have tokens."""
    namespace = context.namespaces.monitoring
    program = {name: (files("rendering.doctor") / name).read_text(encoding="utf-8") for name in PROGRAM}
    held = {**program, _CONFIGURATION: json.dumps(wanted.document(), indent=1, sort_keys=True)}
    config_map = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(NAME, namespace), "data": held}
    digest = sha256("\0".join(f"{name}\0{text}" for name, text in sorted(held.items())).encode()).hexdigest()[:10]
    annotations = {"observatory.dev/configuration": digest}
    template = {
        "metadata": {"labels": metadata(NAME, "")["labels"], "annotations": annotations},
        "spec": _pod(context, with_token=with_token),
    }
    # Tried once: what is wrong now and right a moment later is worth an alert as well.
    job = {"backoffLimit": 0, "activeDeadlineSeconds": 600, "ttlSecondsAfterFinished": 86_400, "template": template}
    spec = {
        "schedule": settings.schedule,
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 300,
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 2,
        "jobTemplate": {"spec": job},
    }
    cron = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata(NAME, namespace), "spec": spec}
    return [service_account(NAME, namespace), config_map, cron]


def _pod(context: Context, *, with_token: bool) -> Document:
    variables = {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": _FOLDER,
        **({"GRAFANA_TOKEN_FILE": f"{_TOKEN}/viewer"} if with_token else {}),
    }
    mounts = [{"name": "program", "mountPath": _FOLDER, "readOnly": True}]
    volumes: list[Document] = [{"name": "program", "configMap": {"name": NAME, "items": _items()}}]
    if with_token:
        mounts.append({"name": "token", "mountPath": _TOKEN, "readOnly": True})
        secret = {"secretName": TOKENS, "defaultMode": 0o440, "items": [{"key": "viewer", "path": "viewer"}]}
        volumes.append({"name": "token", "secret": secret})
    main = container(
        NAME,
        context.images.image("python"),
        RESOURCES,
        {},
        command=["python", "-m", _PACKAGE.replace("/", "."), f"{_FOLDER}/{_CONFIGURATION}"],
        env=[{"name": name, "value": value} for name, value in variables.items()],
        volumeMounts=mounts,
    )
    return bare_pod(
        context,
        NAME,
        [main],
        restartPolicy="Never",
        securityContext=pod_security(),
        volumes=volumes,
    )


def _items() -> list[Document]:
    program = [{"key": name, "path": f"{_PACKAGE}/{name}"} for name in PROGRAM]
    return [*program, {"key": _CONFIGURATION, "path": _CONFIGURATION}]


class Doctor(Component):
    """The CronJob with what it runs; nothing where the settings leave it out."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        documents: Iterable[Document],
        after: Iterable[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        *around, cron = documents
        waited = list(after)
        self.manifest(cron, [*waited, *self.manifests(around, waited)])
        self.register_outputs({"name": NAME})
