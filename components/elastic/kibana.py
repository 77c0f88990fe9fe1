"""Kibana: any number of replicas that share their keys, so that a session and a saved object are everybody's.

Fields are those of `kibana.k8s.elastic.co/v1` (ECK 3.5.0), settings those of Kibana 9.5 (docs, «Kibana settings»).
"""

from components.context import Context
from components.elastic import pods
from components.elastic.users import AUTHORITY, password
from components.pods import CONTAINER_SECURITY, Resources, disruption_budget, metadata, service_account
from components.secrets import Handed, Need
from components.versions import ELASTIC
from rendering.document import Document
from rendering.elastic.places import KIBANA, NAME
from rendering.elastic.settings import ElasticSettings

KEYS = "kibana-keys"
SELECTOR = {"app.kubernetes.io/name": KIBANA}
RESOURCES = Resources(cpu="250m", memory="2Gi")
"""The operator's own default; with 1Gi it dies while its plugins start."""
READER = "kibana"
"""User as whom people read."""
_ENCRYPTION = {
    "xpack.security.encryptionKey": ("session-key", "32 or more random characters, by which Kibana encrypts sessions"),
    "xpack.encryptedSavedObjects.encryptionKey": ("objects-key", "32 or more random characters, by which Kibana encrypts saved objects"),
    "xpack.reporting.encryptionKey": ("reporting-key", "32 or more random characters, by which Kibana encrypts reports"),
}
_GUEST = "anonymous.reader"


def handed(context: Context, *, behind_login: bool) -> list[Handed]:
    """What goes into Kibana's keystore: a setting's name, and its value."""
    values = {setting: Need(KEYS, key, purpose) for setting, (key, purpose) in _ENCRYPTION.items()}
    if behind_login:
        values[f"xpack.security.authc.providers.{_GUEST}.credentials.password"] = password(READER)
    return [Handed(context.namespaces.logging, None, values, KEYS)]


def documents(context: Context, settings: ElasticSettings, url: str | None) -> list[Document]:
    """Account and budget, and Kibana last; `url` is where people's browsers find it behind a login, None where they do not."""
    namespace = context.namespaces.logging
    meta = metadata(KIBANA, namespace)
    spec: Document = {
        "version": ELASTIC,
        "count": settings.kibana_replicas,
        "elasticsearchRef": {"name": NAME},
        "http": {"tls": {"certificate": {"secretName": AUTHORITY}}},
        "config": _configuration(url),
        "secureSettings": [{"secretName": KEYS}],
        "podTemplate": _template(context, settings),
        "revisionHistoryLimit": 3,
    }
    kibana = {"apiVersion": "kibana.k8s.elastic.co/v1", "kind": "Kibana", "metadata": metadata(NAME, namespace, KIBANA), "spec": spec}
    return [
        service_account(KIBANA, namespace),
        *disruption_budget(meta, SELECTOR, settings.kibana_replicas),
        pods.ready(kibana, "{.status.health}=green", 900),
    ]


def _configuration(url: str | None) -> Document:
    """Silent towards the vendor. Where an edge has let people in, they read without a second login, and administrators still have one."""
    found: Document = {
        "telemetry.optIn": False,
        "telemetry.allowChangingOptInStatus": False,
        "newsfeed.enabled": False,
        "map.includeElasticMapsService": False,
        "xpack.fleet.agents.enabled": False,
        "xpack.fleet.isAirGapped": True,
        "xpack.security.session.idleTimeout": "8h",
        "xpack.security.session.lifespan": "24h",
    }
    if url is None:
        return found
    return found | {
        "server.publicBaseUrl": url,
        "xpack.security.authc.providers": {
            "anonymous": {"reader": {"order": 0, "description": "Read", "credentials": {"username": READER}}},
            "basic": {"basic1": {"order": 1, "description": "Log in as a user of Elasticsearch"}},
        },
    }


def _template(context: Context, settings: ElasticSettings) -> Document:
    main = {"name": "kibana", "resources": RESOURCES.document(), "securityContext": CONTAINER_SECURITY}
    made = pods.template(context, KIBANA, main, prepared_by=[pods.KEYSTORE])
    if settings.kibana_replicas > 1:
        made["spec"]["topologySpreadConstraints"] = pods.apart(context, KIBANA)
    return made
