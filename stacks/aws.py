"""Amazon's part of one environment, judged before anything is registered: what its account is filled with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import pulumi

from catalog.catalog import Catalog
from components.aws.content import Aws
from components.aws.settings import AwsSettings
from components.prometheus import INSTANCE
from components.secrets import by_name
from dashboards.cloudwatch import everything as dashboards
from rendering.aws import amp, backups, buckets, cluster, entries, key, late, roles
from rendering.aws.place import Place
from rendering.canaries import everything as canaries
from rendering.canaries import places, runs
from rendering.cloudwatch import everything as cloudwatch
from rendering.costs import everything as costs
from rendering.document import Document
from rendering.resource import Ref
from rendering.secrets import SecretKey
from stacks.aws_roles import reader, workloads
from stacks.filled import Filled
from stacks.plan import Plan
from stacks.settings import Settings


@dataclass(frozen=True)
class AwsAccount(Filled):
    """What the account is filled with."""

    settings: AwsSettings
    place: Place
    held: tuple[entries.Entry, ...] = ()
    """What Secrets Manager holds for workloads, whoever makes the entries."""
    written: str | None = None
    """The address that metrics go to, as settings say it: only Amazon knows the one of a workspace that it has yet to make."""

    @property
    def asked(self) -> list[Ref]:
        """Outputs that the stack tells of."""
        return [amp.ENDPOINT] if self.settings.amp else []

    @property
    def granted(self) -> list[Ref]:
        """Who pods are to Amazon, what volumes come by and values that pods are told: whoever was there before would know none of it."""
        waited = {roles.ASSOCIATION, roles.POLICY, cluster.ADDON, entries.VALUE}
        return [each.ref for each in self.resources if each.kind in waited]

    def told(self, exports: dict[str, Any], made: Aws) -> dict[str, Any]:
        """The stack's exports with what is known only once the account is filled."""
        if self.settings.amp:
            exports["aws"]["workspace"] = made.output(amp.ENDPOINT).apply(self._found)
        return exports

    def _found(self, address: object) -> str:
        """The workspace's address as settings write it; whoever writes another one is told so."""
        found = str(address).rstrip("/")
        if self.written not in (None, found) and not (self.settings.simulated or pulumi.runtime.is_dry_run()):
            pulumi.log.warn(
                f"this environment's workspace is {found}, and metrics go to {self.written}, which is not it: "
                f"write the first into prometheus.remote_write.workspace and run `up` again"
            )
        return found


def account(settings: Settings, catalog: Catalog, plan: Plan, given: frozenset[SecretKey] = frozenset()) -> AwsAccount | None:
    """Everything that settings and catalog mean there, among it values that other accounts give; None where Amazon is off."""
    chosen, place = settings.aws, settings.place
    if chosen is None or place is None:
        return None
    found = [*cluster.resources(place, chosen.addons), *key.resources(place, chosen.key), *buckets.resources(place, chosen.buckets)]
    if chosen.identity:
        found += roles.resources(place, chosen.identity, workloads(settings, plan.context, place))
    wanted = _entries(settings, plan) if settings.secrets.source != "config" else []
    wanted += _typed(settings, catalog, plan, place)
    told_by = {secret.name for secret in given}
    wanted = [replace(entry, by="this program, as PagerDuty made it") if entry.name in told_by else entry for entry in wanted]
    if chosen.entries:
        found += entries.resources(place, chosen.entries, wanted, reader(settings, place))
    if settings.secrets.source == "external":
        found += entries.values(wanted, given, made=chosen.entries is not None)
    if chosen.amp:
        found += amp.resources(place, chosen.amp)
    if chosen.backups:
        found += backups.resources(place, chosen.backups, _volumes(settings, plan))
    site = settings.site
    told = [*canaries.resources(catalog, site), *costs.resources(catalog, site), *late.resources(catalog, site)]
    found += [*told, *cloudwatch.resources(catalog, site, told), *dashboards.resources(catalog, site)]
    by_hand = [entry for entry in wanted if entry.name not in told_by]
    target = settings.prometheus.remote_write
    return AwsAccount(tuple(found), chosen, place, tuple(by_hand), target.workspace if target else None)


def _entries(settings: Settings, plan: Plan) -> list[entries.Entry]:
    return [
        entries.Entry(name, settings.secrets.remote(plan.context, name), {need.key: need.purpose for need in keys})
        for name, keys in by_name(plan.values).items()
    ]


def _typed(settings: Settings, catalog: Catalog, plan: Plan, place: Place) -> list[entries.Entry]:
    """What canaries type or send, which no pod reads."""
    found: list[entries.Entry] = []
    for name, keys in groupby(runs.secrets(catalog, settings.site), key=lambda secret: secret.name):
        role = place.role(places.role_name(place, name.removeprefix("synthetics-")))
        held = {secret.key: secret.purpose for secret in keys}
        found.append(entries.Entry(name, settings.secrets.remote(plan.context, name), held, (role,)))
    return found


def _volumes(settings: Settings, plan: Plan) -> dict[str, tuple[str, str]]:
    """Claims that hold what nothing else has: Prometheus' blocks and Grafana's own database, by namespace and beginning of their names."""
    monitoring = plan.context.namespaces.monitoring
    found = {"prometheus": (monitoring, f"prometheus-{INSTANCE}-db-prometheus-{INSTANCE}-")}
    if settings.grafana and (claims := list(_claims(plan.grafana))):
        found["grafana"] = (monitoring, claims[0])
    return found


def _claims(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        if document["kind"] == "StatefulSet":
            claims: list[Document] = document["spec"].get("volumeClaimTemplates", [])
            yield from (f"{claim['metadata']['name']}-{document['metadata']['name']}-" for claim in claims)
