"""An alert on what nobody exposes, or a message about a label that is gone, is refused before it is rendered."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from catalog.exposure import waiting
from catalog.loading import load
from tests.catalog.shop import SERVICE, Change, alert, api, faults, removing, setting, write

ROOT = Path(__file__).parent.parent.parent
FILE = "catalog/applications/shop.yaml"
SIGNALS = "catalog/signals/shop.yaml"


def signal(files: dict[str, Any], name: str = "errors") -> dict[str, Any]:
    return files["signals/shop.yaml"][name]


def prometheus(files: dict[str, Any]) -> dict[str, Any]:
    return signal(files)["prometheus"]


def value(text: str, *by: str) -> Change:
    """Makes the service's only alert read a query of one value."""

    def change(files: dict[str, Any]) -> None:
        files["signals/shop.yaml"]["load"] = deepcopy(signal(files)) | {"by": list(by), "prometheus": {"value": text}}
        alert(files).update(signal="load")

    return change


def exposing(**metrics: list[str]) -> Change:
    return lambda files: api(files)["exposes"].update(metrics)


def with_platform(change: Change) -> Change:
    """Adds the platform's application with the service that tells of pods."""

    def changed(files: dict[str, Any]) -> None:
        platform = deepcopy(files["applications/shop.yaml"]) | {"application": "platform", "dependencies": {}}
        del platform["namespace"]
        service = platform["services"].pop("api")
        for key in ("alerts", "objectives", "depends_on", "exposes", "buckets"):
            del service[key]
        platform["services"]["kube-state-metrics"] = service | {"runs": {**service["runs"], "system": "monitoring"}}
        files["applications/platform.yaml"] = platform
        change(files)

    return changed


def dependency_alert(files: dict[str, Any]) -> None:
    files["signals/shop.yaml"]["load"] = deepcopy(signal(files)) | {"by": [], "prometheus": {"value": "max(pg_upp{$sel})"}}
    files["applications/shop.yaml"]["dependencies"]["postgres"]["alerts"] = {"DatabaseSlow": {**alert(files), "signal": "load"}}


def seen_by_datadog(files: dict[str, Any]) -> None:
    signal(files).update(prometheus={"gap": "not exposed to it at all"}, datadog={"ingest": "apm", "value": "sum:x{$tags}"})
    api(files).update(collect={"metrics": ["prometheus", "datadog"]})
    del api(files)["objectives"]["availability"]


ALERT = f"{SERVICE}.alerts.ManyErrors"
BROKEN: dict[str, tuple[Change, str, str, str, str]] = {
    # name: change, file, key, part of the reason, part of the remedy
    "a metric that nobody exposes": (value("sum(orders_total{$sel})"), FILE, f"{ALERT}.signal", "orders_total, which nobody", "`exposes`"),
    "a misspelt metric": (value("sum(r_totl{$sel})"), FILE, f"{ALERT}.signal", "nobody exposes for api", "did you mean 'r_total'"),
    "a metric that the service no longer exposes": (
        lambda files: api(files)["exposes"].pop("r_total"),
        FILE,
        f"{ALERT}.signal",
        "reads r_total",
        "exposes",
    ),
    "an objective's metric that nobody exposes": (
        lambda files: api(files)["exposes"].pop("r_seconds"),
        FILE,
        f"{SERVICE}.objectives.fast.signal",
        "reads r_seconds",
        "exposes",
    ),
    "a histogram that is none": (exposing(r_seconds=[]), FILE, f"{SERVICE}.objectives.fast.signal", "is no histogram", "`le`"),
    "a dependency's metric that its exporter does not have": (
        dependency_alert,
        FILE,
        "dependencies.postgres.alerts.DatabaseSlow.signal",
        "reads pg_upp",
        "'pg_up'",
    ),
    "a shared exporter's series by the service's identity": (
        with_platform(value("count(kube_pod_info{$sel})")),
        FILE,
        f"{ALERT}.signal",
        "kube-state-metrics's and carries its identity",
        "$pods or $ns",
    ),
    "a shared exporter that does not run": (
        value("count(kube_pod_info{$pods})"),
        FILE,
        f"{ALERT}.signal",
        "reads kube_pod_info",
        "add it to",
    ),
    "the service's own metric read of everybody": (value("sum(r_total)"), FILE, f"{ALERT}.signal", "read of everybody", "{$sel}"),
    "a matcher on a label that is not there": (
        value('sum(r_total{$sel,code="500"})'),
        FILE,
        f"{ALERT}.signal",
        "matches code, which r_total does not have",
        "mend the matcher",
    ),
    "a status label of another application": (
        lambda files: (
            files["applications/shop.yaml"]["http"].update(status_label="code")
            or prometheus(files).update(bad='sum by($by)(rate(r_total{$sel,$status_label=~"$bad"}[$w]))')
        ),
        FILE,
        f"{ALERT}.signal",
        "matches code",
        "mend",
    ),
    "an alert for each value of a label that is not there": (
        value("sum by($by)(r_total{$sel})", "region"),
        FILE,
        f"{ALERT}.signal",
        "no label region",
        "`by`",
    ),
    "an alert for each value of a label that is aggregated away": (
        setting(prometheus, all="sum(rate(r_total{$sel}[$w]))"),
        SIGNALS,
        "errors.by",
        "aggregates endpoint away",
        "by($by)",
    ),
    "no PromQL": (setting(prometheus, all="sum(rate(r_total{$sel}[$w])"), SIGNALS, "errors.prometheus", "is no PromQL", "promtool"),
    "an unknown parameter": (setting(prometheus, all="sum(r_total{$sell})"), SIGNALS, "errors.prometheus", "uses $sell", "$sel"),
    "a metric without a name": (value('sum({__name__=~"r_.*",$sel})'), SIGNALS, "load.prometheus", "does not name", "write them out"),
    "a message that names a lost label": (
        setting(alert, impact="orders in {{ $labels.region }} are refused"),
        FILE,
        f"{ALERT}.impact",
        "names the label 'region', which the query aggregates away (it keeps endpoint)",
        "grouped by",
    ),
    "a message that names a label of the rule": (
        setting(alert, action='ask {{ index $labels "team" }} for help'),
        FILE,
        f"{ALERT}.action",
        "'team'",
        "grouped by",
    ),
    "a signal's title that names a lost label": (
        lambda files: signal(files).update(title="errors of {{ $labels.pod }}"),
        SIGNALS,
        "errors.title",
        "'pod'",
        "`by`",
    ),
    "a label in a message about missing data": (
        setting(alert, impact="orders at {{ $labels.endpoint }} are refused", no_data="ticket"),
        FILE,
        f"{ALERT}.impact",
        "where data is missing there are no labels",
        "summary",
    ),
    "no list of exporters": (lambda files: files.pop("exporters.yaml"), "catalog/exporters.yaml", "(file)", "no such file", "create"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_refuses(name: str, tmp_path: Path) -> None:
    change, file, key, reason, remedy = BROKEN[name]
    found = faults(tmp_path, change)
    assert [(fault.file, fault.key) for fault in found] == [(file, key)], found
    assert reason in found[0].reason
    assert remedy in found[0].remedy


RIGHT: dict[str, Change] = {
    "a label by which the signal is grouped": setting(alert, impact="orders at {{ $labels.endpoint }} are refused"),
    "a label of the service's own that the target has too": lambda files: (
        exposing(r_parts=["service"])(files),
        value("max by($by)(r_parts{$sel})", "exported_service")(files),
    )[0],
    "labels of the target": value("max by($by)(r_total{$sel})", "instance", "pod"),
    "a shared exporter by pods": with_platform(value("count(kube_pod_info{$pods})")),
    "a signal that only another backend sees": seen_by_datadog,
}


@pytest.mark.parametrize("name", RIGHT)
def test_lets_pass(name: str, tmp_path: Path) -> None:
    load(write(tmp_path, RIGHT[name]))


def test_a_metric_that_many_alerts_lack_is_told_once(tmp_path: Path) -> None:
    def change(files: dict[str, Any]) -> None:
        removing(lambda files: api(files)["exposes"], "r_total")(files)
        api(files)["alerts"]["MoreErrors"] = alert(files)

    assert len(faults(tmp_path, change)) == 1


def test_what_an_unreadable_file_exposes_is_not_missed_elsewhere(tmp_path: Path) -> None:
    found = faults(tmp_path, lambda files: files["exporters.yaml"]["postgres"].update(about="databases"))
    assert [fault.file for fault in found] == ["catalog/exporters.yaml"]


def test_no_signal_waits_for_a_system_that_is_to_come() -> None:
    assert waiting(load(ROOT)) == {}
