"""Loki's documents say what the catalog and the settings say; an alert is evaluated once; settings that cannot work are refused by name."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from catalog.base import Backend
from catalog.catalog import Catalog
from catalog.exposure import read_by
from catalog.loading import load
from catalog.model import Service
from rendering.documents import render
from rendering.logs.settings import DATASETS, LogsSettings
from rendering.loki import logql
from rendering.loki.configuration import configuration
from rendering.loki.places import push, query
from rendering.loki.settings import LokiSettings
from rendering.otel.agent import agent
from rendering.otel.logs import LogsRoute
from rendering.otel.settings import TracesSettings
from rendering.site import Namespaces, Site

WITHOUT = Site("prod", "eu-central-1", "main", "https://runbooks.example", Namespaces(logging="logs"))
WITH = replace(WITHOUT, loki_alerts=True)
S3 = {"bucket": "company-loki", "role_arn": "arn:aws:iam::123456789012:role/loki"}
THREE = {"mode": "scalable", "storage": "s3", "s3": S3, "write": {"replicas": 3}, "read": {"replicas": 2}, "backend": {"replicas": 1}}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The project's own."""
    return load(Path(__file__).resolve().parents[3])


def logs(**more: object) -> LogsSettings:
    """A month of everything, with some of it changed."""
    return LogsSettings.model_validate({"retention": {"keep": dict.fromkeys(DATASETS, "30d")}, **more})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Field required"),
        ({"storage": "gcs"}, "Input should be 'filesystem' or 's3'"),
        ({"storage": "s3"}, "no bucket is named"),
        ({"storage": "filesystem", "s3": S3}, "never used"),
        ({"storage": "filesystem", "all": {"replicas": 3}}, "cannot share one volume"),
        ({**THREE, "storage": "filesystem", "s3": None}, "cannot share one volume"),
        ({**THREE, "backend": None}, "backend is not said"),
        ({**THREE, "all": {"replicas": 1}}, "has no all"),
        ({"storage": "filesystem", "write": {}}, "has no write"),
        ({"storage": "s3", "s3": S3, "all": {"replicas": 2}}, "take 1, or at least 3"),
        ({**THREE, "write": {"replicas": 2}}, "take 1, or at least 3"),
        ({"storage": "s3", "s3": {**S3, "role_arn": "loki"}}, "String should match pattern"),
        ({"storage": "filesystem", "limits": {"rate": 64}}, "below rate"),
        ({"storage": "filesystem", "limits": {"oldest": "7"}}, "no duration"),
        ({"storage": "filesystem", "limits": {"outstanding": 0}}, "greater than or equal to 100"),
        ({"storage": "filesystem", "retention": "7d"}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_reason(given: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(told)):
        LokiSettings.model_validate(given)


def test_limits_are_those_that_jac_learning_has_until_somebody_says_otherwise(catalog: Catalog) -> None:
    found = configuration(catalog, WITHOUT, logs(), LokiSettings(storage="filesystem"))
    limits = found["limits_config"]
    assert (limits["reject_old_samples"], limits["reject_old_samples_max_age"]) == (True, "168h")
    assert (limits["ingestion_rate_mb"], limits["ingestion_burst_size_mb"]) == (16, 32)
    assert found["query_scheduler"]["max_outstanding_requests_per_tenant"] == 2048
    (schema,) = found["schema_config"]["configs"]
    assert (schema["store"], schema["schema"]) == ("tsdb", "v13")


def test_each_data_set_is_kept_as_long_as_the_settings_say_and_an_application_s_own_choice_goes_before(catalog: Catalog) -> None:
    chosen = logs(
        retention={"keep": {**dict.fromkeys(DATASETS, "30d"), "security": "365d"}}, applications={"jac-learning": {"errors": "90d"}}
    )
    limits = configuration(catalog, WITHOUT, chosen, LokiSettings(storage="filesystem"))["limits_config"]
    found = {entry["selector"]: (entry["priority"], entry["period"]) for entry in limits["retention_stream"]}
    assert found['{dataset="security"}'] == (1, "8760h")
    assert found['{application="jac-learning",dataset="errors"}'] == (2, "2160h")
    assert len(found) == len(DATASETS) + 1
    assert limits["retention_period"] == "720h"


def test_several_processes_find_each_other_and_keep_each_record_three_times(catalog: Catalog) -> None:
    alone, three = LokiSettings(storage="filesystem"), LokiSettings.model_validate(THREE)
    found = configuration(catalog, WITHOUT, logs(), three)
    assert found["common"]["replication_factor"] == 3
    assert found["memberlist"]["join_members"] == ["loki-members.logs.svc.cluster.local:7946"]
    assert found["common"]["compactor_address"] == "http://loki-backend.logs.svc:3100"
    assert (push(three, WITHOUT.namespaces), query(three, WITHOUT.namespaces)) == (
        "http://loki-write.logs.svc:3100",
        "http://loki-read.logs.svc:3100",
    )
    assert push(alone, WITHOUT.namespaces) == query(alone, WITHOUT.namespaces) == "http://loki.logs.svc:3100"
    assert "memberlist" not in configuration(catalog, WITHOUT, logs(), alone)


def test_no_key_to_the_bucket_stands_in_the_configuration(catalog: Catalog) -> None:
    found = configuration(catalog, WITHOUT, logs(), LokiSettings.model_validate(THREE))["common"]["storage"]
    assert found == {"s3": {"bucketnames": "company-loki", "region": "eu-central-1", "sse": {"type": "SSE-S3"}}}


def alerts(files: dict[str, str]) -> set[tuple[str, str, str]]:
    """Application, service or dependency and name of each alert in rule files."""
    groups = [group for text in files.values() for group in yaml.safe_load(text)["groups"]]
    rules = [rule for group in groups for rule in group["rules"] if "alert" in rule and rule["alert"] != "Watchdog"]
    return {(r["labels"]["application"], r["labels"].get("service") or r["labels"]["dependency"], r["alert"]) for r in rules}


def prometheus(files: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in files.items() if name.startswith("prometheus/rules/")}


def test_an_alert_is_evaluated_by_prometheus_or_by_loki_and_never_by_both_or_by_neither(catalog: Catalog) -> None:
    before, after = render(catalog, WITHOUT), render(catalog, WITH)
    assert before.loki == {}
    assert alerts(prometheus(after.files)).isdisjoint(alerts(after.loki))
    assert alerts(prometheus(after.files)) | alerts(after.loki) == alerts(prometheus(before.files))


def test_loki_evaluates_what_it_has_the_records_of(catalog: Catalog) -> None:
    found = alerts(render(catalog, WITH).loki)
    assert ("jac-learning", "backend", "SecurityBreach") in found
    for placed in catalog.alerts():
        key = (placed.subject.application.application, placed.subject.name, placed.name)
        watched = placed.subject.watched
        kept = isinstance(watched, Service) and Backend.LOKI in watched.collect.logs
        assert (key in found) <= (kept and "log_events_total" in read_by(placed.signal)), key


def test_alertmanager_routes_and_silences_the_same_whoever_evaluates(catalog: Catalog) -> None:
    before, after = render(catalog, WITHOUT).alertmanager["alertmanager.yaml"], render(catalog, WITH).alertmanager["alertmanager.yaml"]
    assert yaml.safe_load(before) == yaml.safe_load(after)


def question(catalog: Catalog, name: str, **changes: object) -> str | None:
    """A signal of jac-learning's backend in LogQL, with some of the signal changed."""
    subject = next(s for s in catalog.subjects() if (s.application.application, s.name) == ("jac-learning", "backend"))
    return logql.query(subject, catalog.signals[name].model_copy(update=changes), 300)


def test_a_signal_on_log_records_is_asked_of_the_records_themselves(catalog: Catalog) -> None:
    place = '{application="jac-learning",service="backend"}'
    assert question(catalog, "error_logs") == f'sum(rate({place} | level=~"error|critical|fatal" [5m]))'
    assert question(catalog, "security_breach_logged") == f'sum(count_over_time({place} | event="security_breach" [5m]))'


@pytest.mark.parametrize(
    "promql",
    [
        'sum(rate(log_events_total{$sel,level!="info"}[$w]))',
        'sum(rate(log_events_total{$sel,event="none"}[$w]))',
        'sum(rate(log_events_total{$sel,level="error"}[$w])) / sum(rate(log_events_total{$sel}[$w]))',
        'sum(rate(log_events_total{$sel,pod="x"}[$w]))',
        "sum(rate(http_requests_total{$sel}[$w]))",
    ],
)
def test_what_logql_could_only_guess_stays_with_prometheus(catalog: Catalog, promql: str) -> None:
    signal = catalog.signals["error_logs"].prometheus.model_copy(update={"value": promql})
    assert question(catalog, "error_logs", prometheus=signal) is None


def test_an_alert_that_silence_would_fire_stays_with_prometheus(catalog: Catalog) -> None:
    placed = next(p for p in catalog.alerts() if p.name == "SecurityBreach" and p.subject.application.application == "jac-learning")
    below = placed.alert.model_copy(update={"above": None, "below": 5})
    absent = placed.alert.model_copy(update={"no_data": "ticket"})
    assert logql.condition(placed) is not None
    assert logql.condition(replace(placed, alert=below)) is None
    assert logql.condition(replace(placed, alert=absent)) is None


def test_agents_send_to_loki_only_where_there_is_one_and_mask_before(catalog: Catalog) -> None:
    given = TracesSettings.model_validate({"sampling": {"share": 1}, "replicas": {"min": 1, "max": 1}})
    counting = agent(catalog, WITHOUT, given, LogsRoute(("shop",)))
    sending = agent(catalog, WITHOUT, given, LogsRoute(("shop",), "http://loki.logs.svc:3100"))
    assert "otlp_http/loki" not in counting["exporters"]
    assert sending["exporters"]["otlp_http/loki"]["endpoint"] == "http://loki.logs.svc:3100/otlp"
    pipelines = sending["service"]["pipelines"]
    assert pipelines["logs/read"]["processors"][-1] == "redaction"
    assert pipelines["logs/loki"]["receivers"] == ["forward/loki"]
    assert sending["exporters"]["otlp_http/loki"]["sending_queue"]["storage"] == sending["receivers"]["filelog"]["storage"]
