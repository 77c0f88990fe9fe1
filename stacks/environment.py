"""An environment's layers, in the order in which they come."""

from components.alertmanager import Alertmanager
from components.cluster import connect
from components.exporters import Exporters
from components.handover import Handover
from components.namespaces import Namespaces
from components.operators import Operators
from components.prometheus import Prometheus
from components.query import Query
from components.secrets import Secrets
from stacks.plan import Plan
from stacks.settings import Settings


def deploy(settings: Settings, plan: Plan) -> None:
    """Registers everything that the plan holds; each layer waits for what it stands on, and for nothing else."""
    context = plan.context
    cluster = connect(settings.cluster, settings.operators.simulated)
    namespaces = Namespaces("namespaces", cluster, context, settings.namespaces, settings.storage, plan.edges)
    monitoring = namespaces.ready[context.namespaces.monitoring]
    operators = Operators("operators", cluster, context, settings.operators, namespaces.ready)
    operated = [monitoring, *operators.before("prometheus")]

    secrets = Secrets(
        "secrets", cluster, context, settings.secrets, plan.needs, plan.handed, [monitoring, *operators.before("external_secrets")]
    )
    Exporters("exporters", cluster, plan.exporters, monitoring, secrets.made)
    mounted = [secrets.made[name] for name in plan.alertmanager["spec"]["secrets"]]
    alertmanager = Alertmanager(
        "alertmanager", cluster, plan.alertmanager_around, plan.alertmanager, [*operated, *namespaces.storage, *mounted]
    )
    Prometheus(
        "prometheus",
        cluster,
        plan.prometheus_around,
        plan.prometheus,
        plan.content,
        [*operated, *namespaces.storage],
        alertmanager.instance,
    )
    Query("query", cluster, plan.query, plan.outputs.endpoints.prometheus, [monitoring])
    Handover("handover", cluster, plan.handover)
