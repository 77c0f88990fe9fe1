"""The checker finds nothing wrong with our dashboards, and each kind of mistake that Datadog would take without a word."""

import copy
from collections.abc import Callable

import pytest

from dashboards.datadog.known import known
from dashboards.datadog.lint import faults
from tests.dashboards.datadog.drawn import Json, catalog, documents

UID = "infrastructure-skillforge"


def _widget(document: Json, title: str) -> Json:
    """With its layout."""
    return next(
        each for group in document["widgets"] for each in group["definition"].get("widgets", []) if each["definition"].get("title") == title
    )


def _definition(title: str, /, **changes: object) -> Callable[[Json], None]:
    return lambda document: _widget(document, title)["definition"].update(changes)


def _query(title: str, **changes: object) -> Callable[[Json], None]:
    return lambda document: _widget(document, title)["definition"]["requests"][0]["queries"][0].update(changes)


def _formula(title: str, text: str) -> Callable[[Json], None]:
    return lambda document: _widget(document, title)["definition"]["requests"][0]["formulas"][0].update(formula=text)


def _counting(document: Json) -> None:
    request = _widget(document, "Lambda calls")["definition"]["requests"][0]
    request["response_format"] = "scalar"
    request["queries"][0]["aggregator"] = "avg"


def _mute(document: Json) -> None:
    _widget(document, "Lambda calls")["definition"]["requests"][0]["response_format"] = "scalar"


_NO_QUERY = "avg:aws.rds.cpuutilization{$region} by dbinstanceidentifier"
BROKEN: dict[str, tuple[Callable[[Json], None], str]] = {
    "a metric that nobody sends": (_query("RDS CPU", query="avg:aws.rds.cpu_utilization{$region}"), "nobody sends this metric"),
    "a query that is none": (
        _query("RDS CPU", query=_NO_QUERY),
        "no query of Datadog's",
    ),
    "a function that there is not": (_formula("RDS CPU", "smooth(query1)"), "Datadog has no function 'smooth'"),
    "a formula of a query that nobody asks": (_formula("RDS CPU", "query7 / 100"), "which nobody asks"),
    "a query that no formula uses": (_formula("RDS disk latency", "query2"), "asks query1 for nothing"),
    "a per cent as a share": (_formula("RDS CPU", "query1"), "shows per cents as a share"),
    "queries of different groups": (
        _query("Container memory against limits", query="sum:kubernetes.memory.working_set{$cluster} by {host}"),
        "share no groups",
    ),
    "a choice that nobody offers": (_query("RDS CPU", query="avg:aws.rds.cpuutilization{$zone} / 100"), "$zone, which nobody offers"),
    "a choice that nobody follows": (
        lambda document: document["template_variables"].append({"name": "zone", "prefix": "zone"}),
        "no query follows $zone",
    ),
    "no description": (_definition("RDS CPU", description=""), "no title or no description"),
    "one title twice": (_definition("RDS CPU", title="ECS CPU"), "two widgets have this title"),
    "a link to nowhere": (_definition("RDS CPU", custom_links=[{"label": "Runbook", "link": "runbooks/CpuHigh.md"}]), "leads nowhere"),
    "a widget outside": (lambda document: _widget(document, "RDS CPU")["layout"].update(x=9), "outside of the 12 columns"),
    "a widget over another": (lambda document: _widget(document, "RDS connections")["layout"].update(x=3), "overlap"),
    "a hole": (lambda document: _widget(document, "RDS connections")["layout"].update(x=9, width=3), "holes"),
    "one number of events that is no sum": (_counting, "which can only be summed"),
    "one number of nobody knows what": (_mute, "does not say how its points become one number"),
}


@pytest.mark.parametrize("uid", sorted(documents()))
def test_the_checker_finds_nothing_wrong_with_ours(uid: str) -> None:
    assert [str(fault) for fault in faults(documents()[uid], known(catalog()))] == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_told_with_its_reason(name: str) -> None:
    breaking, reason = BROKEN[name]
    document = copy.deepcopy(documents()[UID])
    breaking(document)
    told = [str(fault) for fault in faults(document, known(catalog()))]
    assert any(reason in line for line in told), told
