"""Elasticsearch: one node for everything, or masters and tiers of data apart, each tier spread over zones.

Fields are those of `elasticsearch.k8s.elastic.co/v1` (ECK 3.5.0, pkg/apis/elasticsearch/v1), settings those of Elasticsearch 9.5.
"""

from collections.abc import Iterable

from components.context import Context
from components.elastic import pods
from components.elastic.users import AUTHORITY
from components.pods import CONTAINER_SECURITY, Resources, disruption_budget, metadata, service_account
from components.secrets import Handed, Need
from components.versions import ELASTIC
from rendering.document import Document
from rendering.elastic.places import ELASTICSEARCH, NAME, secret
from rendering.elastic.settings import ElasticSettings, NodesSettings, SnapshotsSettings, Tier

CLUSTER = {"elasticsearch.k8s.elastic.co/cluster-name": NAME}
"""Label of all its pods, by the operator."""
KEYSTORE = "elasticsearch-keystore"
_ROLES: dict[Tier, list[str]] = {
    "all": ["master", "data_content", "data_hot", "data_warm", "data_cold", "ingest", "transform", "remote_cluster_client"],
    "master": ["master"],
    "hot": ["data_content", "data_hot", "ingest", "transform", "remote_cluster_client"],
    "warm": ["data_warm"],
    "cold": ["data_cold"],
}
_TIERS: tuple[Tier, ...] = ("all", "master", "hot", "warm", "cold")
_S3 = "/usr/share/elasticsearch/config/repository-s3"
_TOKEN = "aws-web-identity-token-file"  # noqa: S105  a file's name
_DAY = 86_400


def handed(context: Context, settings: ElasticSettings) -> list[Handed]:
    """Values of secure settings."""
    values = {name: Need(KEYSTORE, name, f"Elasticsearch's secure setting {name}") for name in settings.secure_settings}
    return [Handed(context.namespaces.logging, None, values, KEYSTORE)] if values else []


def documents(context: Context, settings: ElasticSettings, users: Iterable[str], *, healthy: str) -> list[Document]:
    """Account and budgets, and the cluster last; `healthy` is its colour once nothing more is to come."""
    namespace = context.namespaces.logging
    snapshots = settings.snapshots
    identity = {"eks.amazonaws.com/role-arn": snapshots.role_arn} if snapshots else None
    tiers: list[Tier] = [tier for tier in _TIERS if tier in settings.nodes]
    budgets = [
        budget
        for tier in tiers
        for budget in disruption_budget(
            metadata(f"{ELASTICSEARCH}-{tier}", namespace, ELASTICSEARCH),
            {"elasticsearch.k8s.elastic.co/statefulset-name": f"{NAME}-es-{tier}"},
            settings.nodes[tier].count,
        )
    ]
    return [service_account(ELASTICSEARCH, namespace, identity), *budgets, _cluster(context, settings, users, tiers, healthy)]


def _cluster(context: Context, settings: ElasticSettings, users: Iterable[str], tiers: list[Tier], healthy: str) -> Document:
    # Masters of their own are not asked by clients, so that a flood of records cannot cost the cluster its head.
    asked = {**CLUSTER, "elasticsearch.k8s.elastic.co/node-ingest": "true"}
    spec: Document = {
        "version": ELASTIC,
        "auth": {
            "fileRealm": [{"secretName": secret(user)} for user in users],
            "disableElasticUser": True,  # `setup` may all that it might
        },
        "http": {
            "service": {"spec": {"type": "ClusterIP", "selector": asked}},
            "tls": {"certificate": {"secretName": AUTHORITY}},
        },
        "nodeSets": [_nodes(context, settings, tier, settings.nodes[tier]) for tier in tiers],
        # The operator's own budget is one for all tiers; ours are one for each, and a pod may have but one.
        "podDisruptionBudget": {},
        "updateStrategy": {"changeBudget": {"maxUnavailable": 1}},
        "volumeClaimDeletePolicy": "DeleteOnScaledownOnly",
        "revisionHistoryLimit": 3,
    }
    if settings.secure_settings:
        spec["secureSettings"] = [{"secretName": KEYSTORE}]
    meta = metadata(NAME, context.namespaces.logging, ELASTICSEARCH)
    document = {"apiVersion": "elasticsearch.k8s.elastic.co/v1", "kind": "Elasticsearch", "metadata": meta, "spec": spec}
    # One node is yellow as soon as anything wants a copy, and stays so.
    return pods.ready(document, "{.status.health}=green" if healthy == "green" else "{.status.phase}=Ready", 1800)


def _nodes(context: Context, settings: ElasticSettings, tier: Tier, nodes: NodesSettings) -> Document:
    found: Document = {
        "name": tier,
        "count": nodes.count,
        "config": {
            "node.roles": _ROLES[tier],
            "node.store.allow_mmap": False,  # else every node needs a sysctl (vm.max_map_count) that no restricted pod may set
            "xpack.ml.enabled": False,  # not in a Basic licence; its processes would take memory
            "ingest.geoip.downloader.enabled": False,  # Logstash looks addresses up
        },
        "podTemplate": _template(context, settings, tier, nodes),
        "volumeClaimTemplates": [pods.claim(context, "elasticsearch-data", nodes.volume, nodes.storage_class)],
    }
    if nodes.count > 1 and context.zones > 1:
        # The operator spreads the pods and tells each node its zone, by which copies of a shard are kept apart.
        found["zoneAwareness"] = {"topologyKey": "topology.kubernetes.io/zone"}
    return found


def _template(context: Context, settings: ElasticSettings, tier: Tier, nodes: NodesSettings) -> Document:
    main: Document = {
        "name": "elasticsearch",
        "resources": Resources(cpu=nodes.cpu, memory=nodes.memory).document(),
        "securityContext": CONTAINER_SECURITY,
        "env": [{"name": "ES_JAVA_OPTS", "value": pods.heap(nodes.memory)}],
    }
    prepared = [pods.KEYSTORE] if settings.secure_settings else []
    moved = {"karpenter.sh/do-not-disrupt": "true"}
    made = pods.template(context, ELASTICSEARCH, main, prepared_by=prepared, annotations=moved, component=tier)
    made["spec"]["terminationGracePeriodSeconds"] = 300
    if settings.snapshots:
        made["spec"]["volumes"] = [_token()]
        main["env"] += _signed(settings.snapshots)
        main["volumeMounts"] = [{"name": "aws-token", "mountPath": _S3, "readOnly": True}]
    return made


def _signed(snapshots: SnapshotsSettings) -> list[Document]:
    """The repository reads its account's token from its own folder and nowhere else (documentation, «S3 repository», service accounts)."""
    return [
        {"name": "AWS_ROLE_ARN", "value": snapshots.role_arn},
        {"name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": f"{_S3}/{_TOKEN}"},
    ]


def _token() -> Document:
    token = {"serviceAccountToken": {"audience": "sts.amazonaws.com", "expirationSeconds": _DAY, "path": _TOKEN}}
    return {"name": "aws-token", "projected": {"sources": [token]}}
