"""Who runs the synthetic tests of addresses inside the cluster: a worker that fetches them from Datadog. Pure but for the component."""

from collections.abc import Iterable

import pulumi

from components.base import Component
from components.cluster import Cluster
from components.context import Context
from components.datadog.settings import DatadogSettings
from components.network import app, egress, internet, policy
from components.pods import Resources, container, deployment, metadata, pod_security, service_account
from rendering.document import Document

NAME = "datadog-private-location"
_FILE = "synthetics-check-runner.json"
_USER = 501
_RESOURCES = Resources(cpu="200m", memory="512Mi")


def documents(context: Context, settings: DatadogSettings) -> list[Document]:
    """The worker, where the location is ours: it needs no more than its configuration and a way out."""
    if settings.synthetics is None or settings.synthetics.private_location != "create":
        return []
    namespace = context.namespaces.monitoring
    selector = {"app.kubernetes.io/name": NAME}
    mounts = [
        {"name": "configuration", "mountPath": "/etc/datadog", "readOnly": True},
        *({"name": name, "mountPath": f"/{name}"} for name in ("run", "tmp")),
    ]
    main = container("worker", context.images.image("synthetics-worker"), _RESOURCES, {}, volumeMounts=mounts)
    # Its supervisor prepares files of the image before it starts the worker.
    main["securityContext"] = {**main["securityContext"], "readOnlyRootFilesystem": False}
    volumes: list[Document] = [
        {"name": "configuration", "secret": {"secretName": NAME, "defaultMode": 0o440}},
        *({"name": name, "emptyDir": {}} for name in ("run", "tmp")),
    ]
    worker = deployment(context, metadata(NAME, namespace), selector, 1, [main], volumes=volumes)
    worker["spec"]["template"]["spec"]["securityContext"] = pod_security(_USER)
    return [service_account(NAME, namespace), worker]


def edges(context: Context, made: Iterable[Document]) -> list[Document]:
    """Out to Datadog and to whatever tests name, at any port; never to the nodes' metadata service."""
    return [policy(context.namespaces.monitoring, NAME, app(NAME), (), [egress(internet(), [])])] if list(made) else []


class PrivateLocation(Component):
    """The worker with its configuration, which only Datadog knows, and tells once."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        made: Iterable[Document],
        configuration: pulumi.Output[str],
        namespace: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        *_, worker = whole = list(made)
        meta = metadata(NAME, worker["metadata"]["namespace"])
        secret: Document = {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "type": "Opaque", "stringData": {_FILE: configuration}}
        self.manifests(whole, [namespace, self.manifest(secret, [namespace])])
        self.register_outputs({"name": NAME})
