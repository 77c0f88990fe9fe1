"""Remediation: Argo Events' own objects in the monitoring namespace, and exactly the rights that the catalog's actions need."""

from collections.abc import Iterable, Sequence

import pulumi

from catalog.base import Model
from components.alertmanager import NAME as ALERTMANAGER
from components.base import Component
from components.cluster import Cluster
from components.context import Context
from components.network import api_server, app, egress, ingress, instance, pods, policy, tcp
from components.pods import CONTAINER_SECURITY, Resources, metadata, pod_security, service_account
from components.prometheus_access import NAME as PROMETHEUS
from rendering.document import Document
from rendering.remediation import engine, rights
from rendering.remediation.places import NAME, Act

CONTROLLER = "argo-events"
SOURCE, SENSOR, BUS = f"{NAME}-source", f"{NAME}-sensor", f"{NAME}-bus"
"""What their pods are called by, for policies."""
NATS = "2.10.10"
"""A version that the controller's configuration knows (chart 2.4.22, `configs.jetstream.versions`)."""
_USER = 9731
"""Of Argo Events' image."""
_CLIENTS, _PEERS, _METRICS = 4222, 6222, 7777
_PART, _BESIDE = Resources(cpu="50m", memory="128Mi"), Resources(cpu="10m", memory="32Mi")


class RemediationSettings(Model):
    """Absent everywhere unless somebody has decided otherwise; then a dry run, until somebody decides that as well."""

    dry_run: bool = True
    """Alerts that would be acted on are only written down; whoever writes has no right to change anything."""


def documents(context: Context, settings: RemediationSettings, acts: Sequence[Act]) -> list[Document]:
    """All objects: rights first, then the bus, then what stands on it."""
    place = context.namespaces.monitoring
    allowed = [] if settings.dry_run else [*rights.guards(acts, NAME, place), *rights.roles(acts, NAME, place)]
    return [
        service_account(NAME, place),
        service_account(SOURCE, place),
        *allowed,
        engine.bus(place, _bus(context)),
        engine.source(place, _template(context, SOURCE, SOURCE)),
        engine.sensor(place, acts, _template(context, SENSOR, NAME), dry_run=settings.dry_run),
    ]


def edges(context: Context, *, controller: bool) -> list[Document]:
    """In from Alertmanager alone, through the bus, out to the API server alone."""
    place = context.namespaces.monitoring
    to_bus = egress(pods(BUS), tcp(_CLIENTS))
    scraped = ingress(pods(PROMETHEUS), tcp(_METRICS))
    peers = pods(BUS)
    told = [policy(place, CONTROLLER, instance(CONTROLLER), egresses=[api_server(context)])] if controller else []
    return [
        *told,
        policy(place, f"{ALERTMANAGER}-{NAME}", app(ALERTMANAGER), egresses=[egress(pods(SOURCE), tcp(engine.PORT))]),
        policy(place, SOURCE, app(SOURCE), [ingress(pods(ALERTMANAGER), tcp(engine.PORT)), scraped], [to_bus]),
        policy(place, SENSOR, app(SENSOR), [scraped], [to_bus, api_server(context)]),
        policy(
            place,
            BUS,
            app(BUS),
            [ingress([*pods(SOURCE), *pods(SENSOR)], tcp(_CLIENTS)), ingress(peers, tcp(_PEERS)), scraped],
            [egress(peers, tcp(_PEERS))],
        ),
    ]


def _template(context: Context, name: str, account: str) -> Document:
    pod: Document = {
        "metadata": {"labels": metadata(name, context.namespaces.monitoring)["labels"]},
        "serviceAccountName": account,
        "securityContext": pod_security(_USER),
        "container": {"resources": _PART.document(), "securityContext": CONTAINER_SECURITY, "imagePullPolicy": "IfNotPresent"},
    }
    return pod | _pull(context)


def _bus(context: Context) -> Document:
    """Three servers; what they keep is a matter of minutes, so memory and an empty folder suffice."""
    main, beside = ({"resources": part.document(), "securityContext": CONTAINER_SECURITY} for part in (_PART, _BESIDE))
    return {
        "version": NATS,
        "replicas": 3,
        "metadata": {"labels": metadata(BUS, context.namespaces.monitoring)["labels"]},
        "securityContext": pod_security(_USER),
        "containerTemplate": main,
        "reloaderContainerTemplate": beside,
        "metricsContainerTemplate": beside,
        **_pull(context),
    }


def _pull(context: Context) -> Document:
    return {"imagePullSecrets": context.images.pull_references} if context.images.pull_secrets else {}


class Remediation(Component):
    """Whoever acts, once the engine's kinds and the token are there."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        documents: Iterable[Document],
        after: Iterable[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        self.manifests(documents, after)
        self.register_outputs({"name": NAME})
