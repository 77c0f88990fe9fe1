"""Datadog's part of one environment, judged before anything is registered: agents in the cluster, and what its account is filled with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from catalog.catalog import Catalog, Subject
from catalog.faults import Fault
from components.context import Context
from components.datadog import agent, private_location
from components.datadog.checks import Check, checks, watched
from components.datadog.content import Datadog
from components.datadog.edges import edges
from components.datadog.features import Wanted
from components.secrets import Handed
from dashboards.datadog.everything import resources as dashboards
from rendering.datadog import everything, rum, synthetic_runs, synthetics
from rendering.document import Document
from rendering.resource import Ref
from stacks.datadog_outputs import RumOutputs
from stacks.filled import Filled
from stacks.outputs import Outputs
from stacks.settings import KEY, Settings

DASHBOARD = "datadog:index/dashboardJson:DashboardJson"


@dataclass(frozen=True)
class Agents:
    """What stands in the cluster."""

    documents: list[Document]
    edges: list[Document]
    handed: list[Handed]
    worker: list[Document]
    """Who runs tests of addresses inside the cluster, last; none where somebody else does, or nobody."""
    worker_edges: list[Document]


def agents(settings: Settings, catalog: Catalog, context: Context) -> Agents:
    """Agents and what they need; nothing where Datadog is off."""
    if settings.datadog is None:
        return Agents([], [], [], [], [])
    site = settings.site
    found: list[Check] = checks(catalog, site, settings.datadog, settings.exporters)
    asked: list[Subject] = [each for each in catalog.subjects() if each.kind == "dependency" and watched(each) and site.runs(each)]
    worker = private_location.documents(context, settings.datadog)
    return Agents(
        agent.documents(context, settings.datadog, Wanted.of(catalog), found),
        edges(context, settings.datadog, [each for each in asked if _runner_asks(each, found)]),
        agent.handed(context, found),
        worker,
        private_location.edges(context, worker),
    )


def _runner_asks(subject: Subject, found: Iterable[Check]) -> bool:
    return any(check.name == f"{subject.application.application}-{subject.name}" for check in found)


@dataclass(frozen=True)
class Account(Filled):
    """What the account is filled with."""

    pages: dict[str, dict[str, Ref]]
    """What the pages of a service are told, by application and service."""

    @property
    def asked(self) -> list[Ref]:
        """Outputs that the stack tells of."""
        pages = (ref for variables in self.pages.values() for ref in variables.values())
        return [*pages, *self.dashboards.values(), *self.locations]

    @property
    def locations(self) -> list[Ref]:
        """What the worker of our private location is told, where there is one."""
        return [Ref(each.kind, each.name, "config") for each in self.resources if each.kind == synthetics.LOCATION]

    @property
    def dashboards(self) -> dict[str, Ref]:
        """Addresses of dashboards, by name."""
        return {each.name: Ref(DASHBOARD, each.name, "url") for each in self.resources if each.kind == DASHBOARD}

    def told(self, promised: Outputs, made: Datadog) -> dict[str, Any]:
        """The stack's exports with what is known only once the account is filled."""
        exports: dict[str, Any] = promised.model_dump(mode="json")
        known: dict[str, Any] = exports["datadog"]
        for place, variables in self.pages.items():
            application, service = place.split("/")
            values = {name: made.output(ref) for name, ref in variables.items()}
            exports["applications"][application]["services"][service]["environment"] |= values
            known["rum"][place] = dict(zip(RumOutputs.model_fields, values.values(), strict=True))
        for name, ref in self.dashboards.items():
            known["dashboards"][name] = made.output(ref).apply(lambda path: f"{known['app_url']}{path}")
        return exports


def account(settings: Settings, catalog: Catalog) -> Account | None:
    """Everything that the catalog means there; None where Datadog is off."""
    site = settings.site
    if site.datadog is None:
        return None
    pages = {f"{each.application.application}/{each.name}": rum.variables(each) for each, _ in rum.reporting(catalog, site)}
    return Account(everything.resources(catalog, site, dashboards(catalog, site)), pages)


def faults(settings: Settings, catalog: Catalog, file: str) -> list[Fault]:
    """What only catalog and settings together are wrong in."""
    return synthetic_runs.over_budget(catalog, settings.site, file, f"{KEY}.datadog.synthetics.runs_per_month")


def conflicts(settings: Settings) -> Iterator[tuple[str, str, str, str]]:
    """Key, value, reason and remedy of each choice that another setting spoils."""
    chosen = settings.datadog
    if chosen is None:
        return
    if chosen.cluster_state == "datadog" and settings.operators.cluster_exporters:
        reason = "kube-state-metrics tells Prometheus the same (operators.cluster_exporters): it would be paid for twice, and disagree"
        yield "datadog.cluster_state", "datadog", reason, "set it to prometheus, or cluster_exporters to false"
    if chosen.logs is not None and settings.environment not in chosen.logs.environments:
        known, here = ", ".join(chosen.logs.environments), settings.environment
        reason = (
            f"records of {here} fit no index, no archive and no rule of these environments ({known}): they would be kept by nobody's choice"
        )
        yield "datadog.logs.environments", known, reason, f"add {here} with its retention, daily_limit and keep"
    if not settings.account_wide:
        for key in ("logs", "aws"):
            if getattr(chosen, key) is not None:
                reason = "the account has this but once, and this stack does not own what it has but once"
                yield f"datadog.{key}", "", reason, "leave it out, or set account_wide in the one stack that owns it"
