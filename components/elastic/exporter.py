"""What tells Prometheus of Elasticsearch: its own exporter, which asks the cluster once for everybody.

Flags are those of prometheus-community/elasticsearch_exporter 1.11.0; login and password are variables of its own (README).
"""

from components.context import Context
from components.elastic import users
from components.elastic.users import MOUNT
from components.pods import Resources, container, deployment, metadata, probe, service, service_account
from rendering.document import Document
from rendering.elastic.places import EXPORTER, EXPORTER_PORT, elasticsearch
from rendering.targets import EXPORTER_PORT as METRICS

USER = "exporter"
RESOURCES = Resources(cpu="50m", memory="128Mi")
_SELECTOR = {"app.kubernetes.io/name": EXPORTER}


def documents(context: Context) -> list[Document]:
    """One pod: a second would only ask twice. No series of single indices: each day brings new ones."""
    namespace = context.namespaces.logging
    meta = metadata(EXPORTER, namespace)
    main = container(
        "exporter",
        context.images.image("elasticsearch-exporter"),
        RESOURCES,
        {METRICS: EXPORTER_PORT},
        args=[
            f"--es.uri={elasticsearch(context.namespaces)}",
            f"--es.ca={MOUNT}/ca.crt",
            "--es.all",
            "--es.timeout=20s",
            "--no-es.aliases",
            "--collector.clustersettings",
            "--collector.data-stream",
            "--collector.health-report",
            "--collector.ilm",
            "--collector.slm",
            "--collector.snapshots",
            "--log.format=json",
        ],
        env=[{"name": "ES_USERNAME", "value": USER}, users.variable(USER, "ES_PASSWORD")],
        volumeMounts=[users.mount()],
        readinessProbe=probe("/healthz", METRICS, periodSeconds=10),
        livenessProbe=probe("/healthz", METRICS, periodSeconds=30, failureThreshold=4),
    )
    return [
        service_account(EXPORTER, namespace),
        deployment(context, meta, _SELECTOR, 1, [main], volumes=[users.volume(USER)]),
        service(meta, _SELECTOR, {METRICS: (EXPORTER_PORT, METRICS)}, headless=True),
    ]
