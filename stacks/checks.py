"""What no single setting can know: that settings fit each other, the catalog, and the quotas. Every conflict is told at once."""

from collections.abc import Iterator
from math import ceil

from catalog.catalog import Catalog
from catalog.faults import Fault
from components.alertmanager import PEER_TIMEOUT
from components.namespaces import SYSTEMS
from components.quantity import cores, size
from stacks import aws_checks, datadog, grafana_checks, interface_checks, logs_checks, loki, newrelic, pagerduty, sentry, traces_checks
from stacks.demand import Demand, by_namespace
from stacks.plan import Plan
from stacks.settings import KEY, Settings

_FULLEST = 0.85
"""Share of a volume that blocks may take: the write-ahead log and a compaction need the rest."""
_GIB = 2**30


def alone(settings: Settings, file: str) -> list[Fault]:
    """Conflicts within the settings."""
    return [Fault(file, f"{KEY}.{key}", value, reason, remedy) for key, value, reason, remedy in _conflicts(settings)]


def together(settings: Settings, catalog: Catalog, plan: Plan, file: str) -> list[Fault]:
    """Conflicts between the settings and what the catalog asks for."""
    found = [*_budgets(settings, catalog), *_gossip(settings, catalog), *_names(settings, catalog), *_quotas(settings, plan)]
    found += logs_checks.together(settings, catalog)
    told = [Fault(file, f"{KEY}.{key}", value, reason, remedy) for key, value, reason, remedy in found]
    return [
        *told,
        *aws_checks.faults(settings, catalog, plan, file),
        *datadog.faults(settings, catalog, file),
        *pagerduty.faults(settings, catalog, file),
        *sentry.faults(settings, catalog, file),
        *newrelic.faults(settings, catalog, file),
    ]


Conflict = tuple[str, str, str, str]


def _conflicts(settings: Settings) -> Iterator[Conflict]:
    yield from _availability(settings)
    yield from _storage(settings)
    yield from _managed_prometheus(settings)
    yield from interface_checks.conflicts(settings)
    yield from grafana_checks.conflicts(settings)
    yield from aws_checks.conflicts(settings)
    yield from datadog.conflicts(settings)
    yield from pagerduty.conflicts(settings)
    yield from sentry.conflicts(settings)
    yield from newrelic.conflicts(settings)
    yield from traces_checks.conflicts(settings)
    yield from logs_checks.conflicts(settings)
    yield from loki.conflicts(settings)
    if settings.secrets.source == "external" and settings.operators.external_secrets == "simulated":
        yield (
            "secrets.source",
            "external",
            "nobody would copy the secrets: the External Secrets operator is simulated",
            "set operators.external_secrets to release or present, or secrets.source to config or simulated",
        )
    if settings.operators.reloader and settings.secrets.source != "external":
        reason = f"nobody but this program changes a Secret: secrets.source is {settings.secrets.source}"
        yield (
            "operators.reloader",
            settings.operators.reloader,
            reason,
            "leave reloader out: `up` replaces the pods itself",
        )
    yield from _remediation(settings)
    if settings.secrets.create_store and settings.secrets.source != "external":
        yield "secrets.create_store", "true", f"no store is read: secrets.source is {settings.secrets.source}", "leave create_store out"
    told = settings.notifications
    if not (told.pagerduty or told.slack or told.smtp):
        reason = "no way to reach people is open, so nobody is told of anything"
        yield "notifications", "", reason, "open slack or pagerduty, or name a mail server (smtp)"
    if missing := [system for system in SYSTEMS if system not in settings.namespaces.quotas]:
        yield "namespaces.quotas", "", f"no quota for {', '.join(missing)}", "give each system cpu, memory, storage and pods"
    names = [settings.namespaces.name(system) for system in SYSTEMS]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield "namespaces", name, "two systems would share this namespace and its Pod Security level", "give each system its own"


def _remediation(settings: Settings) -> Iterator[Conflict]:
    operator = settings.operators.argo_events
    if settings.remediation and operator is None:
        reason = "nobody would act: operators.argo_events does not say who brings Argo Events"
        yield "remediation", "", reason, "set operators.argo_events to release, present or simulated, or leave remediation out"
    if operator and settings.remediation is None:
        yield "operators.argo_events", operator, "nothing is done about alerts here", "leave it out, or write remediation"


def _availability(settings: Settings) -> Iterator[Conflict]:
    for key, replicas in (("prometheus.replicas", settings.prometheus.replicas), ("alertmanager.replicas", settings.alertmanager.replicas)):
        if replicas > 1 and settings.cluster.zones == 1:
            reason = "all replicas would stand in one zone and fall with it"
            yield key, str(replicas), reason, "set cluster.zones to the zones that nodes stand in, or take 1 replica"


def _storage(settings: Settings) -> Iterator[Conflict]:
    kept, volume = settings.prometheus.retention_size, settings.prometheus.volume
    if size(kept) > _FULLEST * size(volume):
        most = int(_FULLEST * size(volume) / _GIB)
        reason = f"blocks of {kept} leave too little of a volume of {volume} for the write-ahead log and compaction"
        yield "prometheus.retention_size", kept, reason, f"at most {most}Gi ({_FULLEST:.0%} of the volume), or a larger volume"


def _managed_prometheus(settings: Settings) -> Iterator[Conflict]:
    target = settings.prometheus.remote_write
    if settings.prometheus.query == "amp" and target is None:
        yield "prometheus.query", "amp", "nothing is written to the managed workspace", "set prometheus.remote_write, or query to thanos"
    if target is None:
        return
    region = target.region or settings.region
    if f"aps-workspaces.{region}." not in target.workspace:
        reason = f"the workspace's address is not in {region}, for which requests are signed"
        yield "prometheus.remote_write.workspace", target.workspace, reason, "set remote_write.region to the region in the address"


def _budgets(settings: Settings, catalog: Catalog) -> Iterator[Conflict]:
    most = settings.prometheus.most_series_a_target
    for subject in catalog.subjects():
        budget = subject.watched.series_budget
        if budget > most:
            place = f"{subject.application.application}'s {subject.name}"
            reason = f"{place} may expose {budget} series by its budget, which this limit would cut"
            yield "prometheus.most_series_a_target", str(most), reason, f"at least {budget}, or a smaller series_budget"


def _gossip(settings: Settings, catalog: Catalog) -> Iterator[Conflict]:
    """A member that waits longer than a route's interval still holds what the first one has told of already (see PEER_TIMEOUT)."""
    replicas = settings.alertmanager.replicas
    waits = (replicas - 1) * PEER_TIMEOUT
    for application in catalog.applications.values():
        interval = application.notifications.group_interval
        if waits and interval <= waits:
            name, most = application.application, ceil(interval / PEER_TIMEOUT)
            reason = (
                f"the last member waits {waits} s for the others, and {name} is looked at every {interval:g} s: people may be told twice"
            )
            remedy = f"at most {most}, or a longer group_interval than {waits}s in catalog/applications/{name}.yaml"
            yield "alertmanager.replicas", str(replicas), reason, remedy


def _names(settings: Settings, catalog: Catalog) -> Iterator[Conflict]:
    ours = {settings.namespaces.name(system): system for system in SYSTEMS}
    for application in catalog.applications.values():
        if application.namespace in ours:
            reason = f"application {application.application} lives in this namespace, which would be ours to make and to delete"
            yield f"namespaces.{ours[application.namespace]}", application.namespace, reason, "choose another name"


def _quotas(settings: Settings, plan: Plan) -> Iterator[Conflict]:
    reliced = settings.newrelic is not None and settings.newrelic.infrastructure
    demands = by_namespace(plan.documents(), plan.context, settings.operated, newrelic=reliced)
    for system, quota in settings.namespaces.quotas.items():
        demand = demands.get(settings.namespaces.name(system), Demand())
        for key, given, wanted, has, unit in (
            ("cpu", quota.cpu, demand.cpu, cores(quota.cpu), ""),
            ("memory", quota.memory, demand.memory / _GIB, size(quota.memory) / _GIB, "Gi"),
            ("storage", quota.storage, demand.storage / _GIB, size(quota.storage) / _GIB, "Gi"),
            ("pods", str(quota.pods), demand.pods, quota.pods, ""),
        ):
            if wanted > has:
                reason = f"what we deploy there asks for {wanted:.4g}{unit}"
                yield f"namespaces.quotas.{system}.{key}", given, reason, f"at least {wanted:.4g}{unit}, rounded up"
