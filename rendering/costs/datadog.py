"""What Datadog bills: hosts by what is switched on, custom metrics by the catalog's budgets, records, test runs, sessions, spans."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.base import Backend
from catalog.catalog import Catalog
from catalog.model import Service
from catalog.outside import Journey
from rendering.costs.estimate import Line
from rendering.costs.settings import Traffic
from rendering.datadog import synthetic_runs
from rendering.site import Site

_SYSTEM = "datadog"
_MONTH = 30
_INCLUDED_METRICS = 100
"""Custom metrics of each host that its price holds."""
_INCLUDED_SPANS = 150
"""GB a month of each host with traces."""
_BYTES = 1000
"""Of one record, on average."""
_MILLION = 10**6
_KEPT = (3, 7, 15, 30, 90)
"""Days for which an index may keep records at a listed price."""

_UNSAID = 15
"""Days where nobody chose."""


@dataclass(frozen=True)
class Bought:
    """What agents look at."""

    traces: bool = False
    network: bool = False
    services: bool = False
    profiling: bool = False
    cws: bool = False
    cspm: bool = False
    databases: int = 0


def lines(catalog: Catalog, site: Site, traffic: Traffic, bought: Bought) -> Iterator[Line]:
    """Every line of Datadog's; none where it is off."""
    if site.datadog is None:
        return
    yield from _hosts(traffic, bought)
    yield from _metrics(catalog, site, traffic)
    yield from _logs(catalog, site, traffic)
    yield from _tests(catalog, site)
    yield Line(_SYSTEM, "dd_session", traffic.browser_sessions, "costs.traffic.browser_sessions")
    if bought.traces:
        beyond = max(0.0, traffic.spans_gb_a_day * _MONTH - _INCLUDED_SPANS * traffic.nodes)
        yield Line(_SYSTEM, "dd_spans_gb", beyond, "costs.traffic.spans_gb_a_day")


def _hosts(traffic: Traffic, bought: Bought) -> Iterator[Line]:
    switched = {
        "dd_host": True,
        "dd_apm_host": bought.traces,
        "dd_network_host": bought.network,
        "dd_services_host": bought.services,
        "dd_profiled_host": bought.profiling,
        "dd_workload_host": bought.cws,
        "dd_posture_host": bought.cspm,
    }
    for price, on in switched.items():
        yield Line(_SYSTEM, price, traffic.nodes if on else 0, "costs.traffic.nodes")
    yield Line(_SYSTEM, "dd_database", bought.databases, "databases of applications that are watched")


def _metrics(catalog: Catalog, site: Site, traffic: Traffic) -> Iterator[Line]:
    services = [each.watched for each in catalog.subjects() if isinstance(each.watched, Service) and site.runs(each)]
    budgets = sum(service.series_budget for service in services if Backend.DATADOG in service.collect.metrics)
    beyond = budgets * traffic.series_used - _INCLUDED_METRICS * traffic.nodes
    yield Line(_SYSTEM, "dd_metric", max(0.0, beyond), f"{traffic.series_used:.0%} of series budgets of {budgets}")


def _logs(catalog: Catalog, site: Site, traffic: Traffic) -> Iterator[Line]:
    """Records of those applications' share that send theirs here; an index takes no more a day than its limit."""
    datadog = site.datadog
    services = [each.watched for each in catalog.subjects() if isinstance(each.watched, Service) and each.application.namespace is not None]
    sending = [service for service in services if Backend.DATADOG in service.collect.logs]
    if datadog is None or not services or not sending:
        return
    sent = traffic.logs_gb_a_day * len(sending) / len(services)
    yield Line(_SYSTEM, "dd_logs_gb", sent * _MONTH, f"{len(sending)} of {len(services)} services' share of costs.traffic.logs_gb_a_day")
    index = datadog.logs.environments.get(site.environment) if datadog.logs else None
    if index is None:
        return
    records = sent * 10**9 / _BYTES
    indexed = min(records * index.keep, index.daily_limit) * _MONTH / _MILLION
    days = next((days for days in _KEPT if days >= (index.retention or _UNSAID)), _KEPT[-1])
    yield Line(
        _SYSTEM, f"dd_events_{days}", indexed, f"records of {_BYTES} bytes, {index.keep:.0%} of them, at most {index.daily_limit} a day"
    )


def _tests(catalog: Catalog, site: Site) -> Iterator[Line]:
    runs = {"api": 0, "browser": 0, "mobile": 0}
    for test in synthetic_runs.tests(catalog, site):
        runs[test.about.kind if isinstance(test.about, Journey) else "api"] += test.runs
    paused = site.datadog is not None and site.datadog.synthetics is not None and site.datadog.synthetics.paused
    for kind, count in runs.items():
        yield Line(_SYSTEM, f"dd_{kind}_run", 0 if paused else count, "intervals, places, devices and steps of checks and journeys")
