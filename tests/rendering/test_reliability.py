"""The reliability report: down is what owners page for, and a month's figures are those of its minutes."""

from pathlib import Path

import pytest

from catalog.catalog import Catalog
from local import tools as built
from rendering import reliability
from rendering.document import Document
from rendering.site import Site
from tests.rendering.timeline import complaint

GATEWAY = ("universal-ai-tools", "api-gateway")
ITS = 'application="universal-ai-tools",service="api-gateway"'
UP = f'up{{{ITS},instance="a"}}'
DOWN = f'ALERTS{{alertname="ServiceDown",{ITS},alertstate="firing",priority="P1"}}'


@pytest.fixture(scope="module")
def promtool() -> Path:
    return built.ensure(["promtool"], print)["promtool"]


@pytest.fixture(scope="module")
def groups(real: Catalog, site: Site) -> reliability.Groups:
    return reliability.groups(real, site)


def quickly(found: list[Document]) -> list[Document]:
    """The same groups, each evaluated every minute."""
    return [group | {"interval": "1m"} for group in found]


def said(what: str, value: float) -> dict[str, float]:
    return {f"service:{what}{{{ITS}}}": value}


def expression(groups: reliability.Groups, key: tuple[str, str], record: str) -> str:
    (found,) = [rule["expr"] for group in groups[key] for rule in group["rules"] if rule["record"].endswith(record)]
    return str(found)


def test_a_service_is_down_by_every_state_that_pages_and_by_no_other(groups: reliability.Groups) -> None:
    backend = expression(groups, ("skillforge", "backend"), "available:bool")
    assert "up{" in backend
    assert "probe_success{" in backend, "its failing health check pages"
    assert "probe_success" not in expression(groups, GATEWAY, "available:bool"), "a degraded one opens a ticket: that is no downtime"
    assert "pg_up" in expression(groups, ("skillforge", "postgres"), "available:bool")
    assert "probe_success" in expression(groups, ("skillforge", "openai"), "available:bool"), "nothing else tells of a third party"


def test_only_what_nobody_asks_is_not_judged(groups: reliability.Groups) -> None:
    """A third party without an address, clusters, which have nodes that are up and not a state of their own, and what pages nobody."""
    judged = {key for key, found in groups.items() if any(group["name"].endswith(".minutes") for group in found)}
    assert {name for _, name in groups.keys() - judged} == {"cluster", "payment-provider", "kibana"}


def test_reports_never_expire_between_two_evaluations(groups: reliability.Groups) -> None:
    assert {group["interval"] for found in groups.values() for group in found} == {"1m", "4m"}


@pytest.mark.tools
def test_a_month_with_two_incidents_is_reported_with_their_means(groups: reliability.Groups, promtool: Path, tmp_path: Path) -> None:
    # Down for 10 and for 20 minutes; the alert fires in the second and in the fourth minute of them.
    series = {
        UP: "1x99 0x9 1x89 0x19 1x779",
        DOWN: "_x101 1x7 stale _x92 1x16 stale",
    }
    minutes, down, undetected = 1000, 30, 2 + 3
    wanted = {
        f"service:{what}30d": said(f"{what}30d", value)
        for what, value in {
            "known:seconds": minutes * 60,
            "incidents:count": 2,
            "downtime:seconds": down * 60,
            "mttr:seconds": down * 60 / 2,
            "mtbf:seconds": (minutes - down) * 60 / 2,
            "undetected:seconds": undetected * 60,
            "mttd:seconds": undetected * 60 / 2,
            "uptime:ratio": 0.97,
            "sla:ratio": 0.97 / 0.999,
        }.items()
    }
    assert not complaint(promtool, tmp_path, quickly(groups[GATEWAY]), series, wanted, "999m")


@pytest.mark.tools
def test_a_month_without_incidents_complies_and_has_no_means_of_incidents(
    groups: reliability.Groups, promtool: Path, tmp_path: Path
) -> None:
    wanted: dict[str, dict[str, float]] = {
        "service:sla:ratio30d": said("sla:ratio30d", 1),
        "service:uptime:ratio30d": said("uptime:ratio30d", 1),
        "service:incidents:count30d": said("incidents:count30d", 0),
        "service:mttr:seconds30d": {},
        "service:mtbf:seconds30d": {},
        "service:mttd:seconds30d": {},
    }
    assert not complaint(promtool, tmp_path, quickly(groups[GATEWAY]), {UP: "1x120"}, wanted, "120m")


@pytest.mark.tools
def test_a_target_that_vanished_is_down(groups: reliability.Groups, promtool: Path, tmp_path: Path) -> None:
    wanted = {"service:available:bool": said("available:bool", 0)}
    assert not complaint(promtool, tmp_path, quickly(groups[GATEWAY]), {UP: "1x10 stale"}, wanted, "20m")


@pytest.mark.tools
def test_a_check_that_nobody_makes_says_nothing(groups: reliability.Groups, promtool: Path, tmp_path: Path) -> None:
    its = 'application="skillforge",service="backend"'
    wanted = {"service:available:bool": {f"service:available:bool{{{its}}}": 1.0}}
    assert not complaint(promtool, tmp_path, quickly(groups["skillforge", "backend"]), {f"up{{{its}}}": "1x10"}, wanted, "10m")
    failing = {f"up{{{its}}}": "1x10", f'probe_success{{{its},probe="health"}}': "0x10"}
    wanted = {"service:available:bool": {f"service:available:bool{{{its}}}": 0.0}}
    assert not complaint(promtool, tmp_path, quickly(groups["skillforge", "backend"]), failing, wanted, "10m")


@pytest.mark.tools
def test_means_and_percentiles_of_a_month_are_those_of_its_requests(groups: reliability.Groups, promtool: Path, tmp_path: Path) -> None:
    """An hour of many quick requests and one of few slow ones: the median is a quick one's, whatever hours' medians are."""
    buckets = {
        f'http_request_duration_seconds_bucket{{{ITS},le="{boundary}"}}': values
        for boundary, values in {"0.1": "0+600x60 36000x60", "1.0": "0+600x60 36000+6x60", "+Inf": "0+600x60 36000+6x60"}.items()
    }
    requests = {
        f'http_requests_total{{{ITS},status_code="200"}}': "0+600x120",
        f'http_requests_total{{{ITS},status_code="500"}}': "0+6x120",
    }
    median = "histogram_quantile(0.5, sum by (le) (avg_over_time(service:latency_bucket:rate10m[30d]))) < bool 0.1"
    ratio = "sum(sum_over_time(service:failures:rate10m[30d])) / sum(sum_over_time(service:requests:rate10m[30d])) > bool 0.0098"
    wanted = {median: {"{}": 1.0}, ratio: {"{}": 1.0}}
    assert not complaint(promtool, tmp_path, quickly(groups[GATEWAY]), buckets | requests | {UP: "1x120"}, wanted, "120m")
