"""Alerts that could never fire, never be silenced, or never reach anybody are refused at load."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from catalog.loading import load
from tests.catalog.shop import SERVICE, TEAMS, Change, alert, api, faults, setting, write

ALERT = f"{SERVICE}.alerts.ManyErrors"
LATENCY: dict[str, Any] = {"signal": "latency", "statistic": "p95"}


def shop(files: dict[str, Any]) -> dict[str, Any]:
    return files["applications/shop.yaml"]


def also(files: dict[str, Any], name: str, **values: object) -> None:
    """One more alert of the service, like the one that is there."""
    api(files)["alerts"][name] = {**alert(files), **values}


def slow(**values: object) -> Change:
    return setting(alert, **{**LATENCY, **values})


def promising(**target: object) -> Change:
    return lambda files: api(files).update(targets={"speed": {**LATENCY, **target}})


def seen_by_datadog(files: dict[str, Any], name: str, **values: object) -> None:
    """A second alert on a signal that Prometheus does not see."""
    twin = deepcopy(files["signals/shop.yaml"]["errors"])
    files["signals/shop.yaml"]["beyond"] = twin | {
        "prometheus": {"gap": "not exposed to it at all"},
        "datadog": {"ingest": "apm", "value": "sum:x{$tags}"},
    }
    api(files)["collect"] = {"metrics": ["prometheus", "datadog"]}
    also(files, name, signal="beyond", **values)


def by_datadog(files: dict[str, Any]) -> None:
    seen_by_datadog(files, "Beyond")
    alert(files).update(inhibited_by=["Beyond"])


def of_datadog(files: dict[str, Any]) -> None:
    seen_by_datadog(files, "Beyond", inhibited_by=["ManyErrors"])


def paged_by_datadog(files: dict[str, Any]) -> None:
    files["signals/shop.yaml"]["errors"]["datadog"] = {"ingest": "apm", "bad": "sum:x{$tags}", "all": "sum:y{$tags}"}
    api(files)["collect"] = {"metrics": ["prometheus", "datadog"]}
    also(files, "ServiceDown", signal="ready", above=None, below=1)
    alert(files).update(pager="datadog", inhibited_by=["ServiceDown"])


def each_other(files: dict[str, Any]) -> None:
    also(files, "Worse", inhibited_by=["Worst"])
    also(files, "Worst", inhibited_by=["ManyErrors"])
    alert(files).update(inhibited_by=["Worse"])


def by_a_warning(files: dict[str, Any]) -> None:
    also(files, "SomeErrors", priority="P3")
    alert(files).update(inhibited_by=["SomeErrors"])


def for_security(files: dict[str, Any], **values: object) -> None:
    files["teams.yaml"]["security"] = {**TEAMS["shop"], "people": {"guard": {"email": "guard@example.com"}}}
    alert(files).update(team="security", **values)


def stranger(files: dict[str, Any]) -> None:
    shop(files)["escalations"]["critical"]["levels"].append({"after": "5m", "notify": ["cto"]})


BROKEN: dict[str, tuple[Change, str, str, str]] = {
    # name: change, key, part of the reason, part of the remedy
    "a percentile above the highest bucket": (slow(above="2s"), f"{ALERT}.above", "never above it: this cannot fire", "higher boundary"),
    "a percentile at the highest bucket": (slow(above="1s"), f"{ALERT}.above", "highest bucket boundary of latency is 1 s", "lower"),
    "a percentile of a histogram whose buckets nobody gave": (
        lambda files: (slow(above="200ms")(files), api(files).update(buckets={}, objectives={}))[0],
        f"{ALERT}.above",
        "bucket boundaries of latency are not given",
        "buckets.latency",
    ),
    "a promise on a percentile above the highest bucket": (
        promising(at_most="2s"),
        f"{SERVICE}.targets.speed.at_most",
        "cannot fire",
        "lower",
    ),
    "buckets of a signal that is no histogram": (
        lambda files: api(files)["buckets"].update(errors=[1]),
        f"{SERVICE}.buckets.errors",
        "no histogram",
        "remove",
    ),
    "buckets of a misspelt signal": (
        lambda files: api(files)["buckets"].update(latencie=[1]),
        f"{SERVICE}.buckets.latencie",
        "no signal of this name",
        "'latency'",
    ),
    "buckets that do not grow": (
        lambda files: api(files).update(buckets={"latency": [0.5, 0.1, 1]}),
        f"{SERVICE}.buckets.latency",
        "and grow",
        "smallest first",
    ),
    "a cause that Prometheus does not evaluate": (by_datadog, f"{ALERT}.inhibited_by", "never hears of it", "Prometheus evaluates"),
    "an inhibition of what Prometheus does not evaluate": (
        of_datadog,
        f"{SERVICE}.alerts.Beyond.inhibited_by",
        "never reaches it",
        "remove it",
    ),
    "an inhibition of what another backend pages for": (
        paged_by_datadog,
        f"{ALERT}.inhibited_by",
        "datadog notifies of this alert",
        "pager: prometheus",
    ),
    "an alert that silences itself": (setting(alert, inhibited_by=["ManyErrors"]), f"{ALERT}.inhibited_by", "silence itself", "cause"),
    "alerts that silence each other in a circle": (each_other, f"{ALERT}.inhibited_by", "silenced by this alert in turn", "one of the two"),
    "a critical alert silenced by its own warning": (
        by_a_warning,
        f"{ALERT}.inhibited_by",
        "silenced by this critical alert",
        "make the cause critical",
    ),
    "a page of another team by an escalation that it has no people for": (
        for_security,
        f"{ALERT}.escalation",
        "level 1 of 'critical' calls on-call, and security, whom this alert pages, has nobody",
        "roles that it has: guard",
    ),
    "an escalation level without people": (stranger, "escalations.critical.levels.1.notify", "nobody in this role", "on-call"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_refuses(name: str, tmp_path: Path) -> None:
    change, key, reason, remedy = BROKEN[name]
    found = [fault for fault in faults(tmp_path, change) if fault.key == key]
    assert len(found) == 1, faults(tmp_path, change)
    assert reason in found[0].reason
    assert remedy in found[0].remedy


def own_escalation(files: dict[str, Any]) -> None:
    shop(files)["escalations"]["guarded"] = {"levels": [{"after": "0s", "notify": ["guard"]}]}
    for_security(files, escalation="guarded")


def another_teams_warning(files: dict[str, Any]) -> None:
    for_security(files)
    also(files, "SomeErrors", priority="P3", team="shop")
    alert(files).update(inhibited_by=["SomeErrors"], escalation="guarded")
    shop(files)["escalations"]["guarded"] = {"levels": [{"after": "0s", "notify": ["guard"]}]}


def message_for_security(files: dict[str, Any]) -> None:
    for_security(files, priority="P3")


RIGHT: dict[str, Change] = {
    "a percentile below the highest bucket": slow(above="900ms"),
    "an average above the highest bucket": slow(statistic="average", above="2s"),
    "a promise on a percentile that is only shown": promising(),
    "an escalation of another team's own people": own_escalation,
    "a message to a team without the escalation's roles": message_for_security,
    "a warning of another team as the cause": another_teams_warning,
}


@pytest.mark.parametrize("name", RIGHT)
def test_lets_pass(name: str, tmp_path: Path) -> None:
    load(write(tmp_path, RIGHT[name]))
