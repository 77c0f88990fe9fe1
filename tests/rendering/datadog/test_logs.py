import re
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from catalog.base import Backend
from catalog.catalog import Catalog
from catalog.signal import DatadogQuery
from rendering.datadog import logs, pipelines, scanner
from rendering.datadog.log_settings import LogsSettings
from rendering.otel.redaction import VALUES
from rendering.resource import Resource
from rendering.site import Site
from tests.rendering.datadog.log_search import Record, index_of, matches, processed
from tests.rendering.datadog.logs_as_sent import faults
from tests.rendering.datadog.sending import SETTINGS, sending


@pytest.fixture(scope="module")
def found(real: Catalog, site: Site) -> list[Resource]:
    there = sending(site)
    return [*pipelines.resources(real, there), *logs.resources(real, there), *scanner.resources(real, there)]


@pytest.fixture(scope="module")
def skillforge(found: list[Resource]) -> Resource:
    return next(each for each in found if each.kind == pipelines.PIPELINE and each.name == "skillforge")


@pytest.fixture(scope="module")
def indexes(found: list[Resource]) -> list[Resource]:
    return [each for each in found if each.kind == logs.INDEX]


def record(**attributes: object) -> Record:
    """A record of skillforge's backend as the agent sends it."""
    pod = {"kube_namespace": "skillforge", "service": "skillforge-backend", "env": "prod", "status": "info", "source": "python"}
    return pod | {f"@{name.replace('__', '.')}": value for name, value in attributes.items()}


def test_every_payload_is_one_that_datadogs_own_models_take(found: list[Resource]) -> None:
    assert {each.kind for each in found} == {
        pipelines.PIPELINE, pipelines.ORDER, logs.INDEX, logs.ORDER, logs.ARCHIVE, logs.METRIC, scanner.GROUP, scanner.RULE,
    }  # fmt: skip
    assert [fault for each in found for fault in faults(each)] == []


def test_all_of_it_is_the_accounts(found: list[Resource]) -> None:
    assert all(each.account_wide for each in found)


def test_nothing_is_rendered_where_datadog_is_off_or_logs_are_shaped_elsewhere(real: Catalog, site: Site) -> None:
    there = sending(site)
    assert there.datadog is not None
    for quiet in (site, replace(there, datadog=replace(there.datadog, logs=None))):
        assert not [*pipelines.resources(real, quiet), *logs.resources(real, quiet), *scanner.resources(real, quiet)]


@pytest.mark.parametrize(
    ("kind", "change", "told"),
    [
        (logs.INDEX, {"dailyLimit": "many"}, "Required value type is int"),
        (logs.INDEX, {"retention": 3}, "retention is unknown"),
        (logs.METRIC, {"compute": {"aggregationType": "sum"}}, "sum is none of LogsMetricComputeAggregationType"),
        (pipelines.PIPELINE, {"processors": [{"statusMapper": {"sources": ["level"]}}]}, "is none of LogsProcessor"),
        (pipelines.PIPELINE, {"processors": [{"statusRemapper": {"source": "level"}}]}, "is none of LogsProcessor"),
        (pipelines.PIPELINE, {"processors": [{"statusRemapper": {"sources": ["level"], "override": True}}]}, "override is unknown"),
        (scanner.GROUP, {"productLists": ["logs", "traces"]}, "traces is none of SensitiveDataScannerProduct"),
        (scanner.RULE, {"priority": 9}, "priority"),
        (scanner.RULE, {"textReplacement": {"type": "mask"}}, "mask is none of SensitiveDataScannerTextReplacementType"),
    ],
)
def test_a_broken_payload_is_refused(found: list[Resource], kind: str, change: dict[str, Any], told: str) -> None:
    whole = next(each for each in found if each.kind == kind)
    assert any(told in fault for fault in faults(replace(whole, inputs=whole.inputs | change)))


def test_applications_that_log_here_have_a_pipeline_and_others_have_none(found: list[Resource], real: Catalog) -> None:
    expected = {
        name
        for name, application in real.applications.items()
        if any(Backend.DATADOG in service.collect.logs for service in application.services.values())
    }
    assert {each.name for each in found if each.kind == pipelines.PIPELINE} == expected == {"skillforge", "ai-platform"}


def test_our_pipelines_come_before_those_of_others_and_none_is_left_out(found: list[Resource]) -> None:
    (order,) = [each for each in found if each.kind == pipelines.ORDER]
    ours = [each.ref for each in found if each.kind == pipelines.PIPELINE]
    assert order.inputs["pipelines"] == [*ours, "abc-123"]


@pytest.mark.parametrize(
    ("level", "status"),
    [("ERROR", "error"), ("fatal", "critical"), ("CRITICAL", "critical"), ("Warning", "warning"), ("DEBUG", "debug"), ("INFO", "info")],
)
def test_a_level_in_any_spelling_is_the_status_that_the_metric_counts(skillforge: Resource, level: str, status: str) -> None:
    assert processed(skillforge, record(level=level))["status"] == status


def test_a_record_is_known_by_its_catalog_service_whatever_it_calls_itself(skillforge: Resource) -> None:
    for own in ("ai-services", "skillforge-ai"):
        assert processed(skillforge, record() | {"service": own})["service"] == "skillforge-ai"
    assert processed(skillforge, record() | {"service": "migrations"})["service"] == "migrations"


def test_a_records_type_is_its_event_unless_it_names_one(skillforge: Resource) -> None:
    assert processed(skillforge, record(type="registration"))["@event"] == "registration"
    assert processed(skillforge, record(type="security_event", event="security_breach"))["@event"] == "security_breach"


def test_a_record_keeps_its_trace_user_and_client_under_standard_names(skillforge: Resource) -> None:
    done = processed(skillforge, record(trace_id="77", user_id="u1", remote_addr="192.0.2.1", status_code="503"))
    assert (done["trace_id"], done["@observatory.trace"], done["@usr.id"]) == ("77", "77", "u1")
    assert (done["@network.client.ip"], done["@http.status_code"]) == ("192.0.2.1", 503)


@pytest.mark.parametrize("written", ["exception", "exception__stacktrace", "stack_trace"])
def test_an_error_is_grouped_by_its_stack(skillforge: Resource, written: str) -> None:
    """`error.stack` with `error.kind` or `error.message` (docs.datadoghq.com/logs/error_tracking/backend)."""
    done = processed(skillforge, record(exception__type="ValueError", exception__message="no", **{written: "Traceback: x"}))
    assert (done["@error.stack"], done["@error.kind"], done["@error.message"]) == ("Traceback: x", "ValueError", "no")


def test_attributes_that_hold_secrets_are_dropped(skillforge: Resource) -> None:
    names = pipelines.SECRET_ATTRIBUTES
    done = processed(skillforge, record(**dict.fromkeys((name.replace(".", "__") for name in names), "canary")))
    assert "canary" not in done.values()


def test_a_record_that_is_text_is_read_by_one_rule() -> None:
    rules = [_as_regex(line.split(" ", 1)[1]) for line in pipelines._TEXT_RULES.strip().splitlines()]
    for sample in pipelines.TEXTS:
        assert sum(rule.fullmatch(sample) is not None for rule in rules) == 1, sample
    assert not any(rule.fullmatch("user x=1 did y=2") for rule in rules)


def _as_regex(rule: str) -> re.Pattern[str]:
    """Datadog's matchers that we use, as they are documented (docs.datadoghq.com/logs/log_configuration/parsing)."""

    def matcher(found: re.Match[str]) -> str:
        if found[1].startswith("date("):
            written = found[1][6:-2].replace("'T'", "T")
            return re.sub(r"[yMdHmsS]+", lambda part: rf"\d{{{len(part[0])}}}", written).replace("Z", r"[+-]\d{4}")
        return {"word": r"\b\w+\b", "notSpace": r"[^ ]+", "data": r".*?"}[found[1]]

    return re.compile(re.sub(r'%\{(date\("[^"]*"\)|\w+)(?::[\w.]*)?(?::\w+)?\}', matcher, rule))


def test_security_records_of_all_environments_are_kept_longest_and_never_sampled(skillforge: Resource, indexes: list[Resource]) -> None:
    for environment in ("prod", "dev"):
        failed = processed(skillforge, record(event="authentication_failure") | {"env": environment})
        index = index_of(indexes, failed)
        assert index is not None
        assert (index.inputs["name"], index.inputs["retentionDays"]) == ("observatory-security-records", 90)
        assert index.inputs["exclusionFilters"] == []


def test_errors_are_always_indexed_and_a_share_of_ordinary_requests_by_their_trace(skillforge: Resource, indexes: list[Resource]) -> None:
    prod = next(each for each in indexes if each.name == "prod")
    for level in ("warning", "error", "fatal"):
        kept = processed(skillforge, record(level=level, trace_id="1"))
        assert not any(matches(each["filters"][0]["query"], kept) for each in prod.inputs["exclusionFilters"])
    ordinary = processed(skillforge, record(level="info", trace_id="1"))
    (sampled,) = [each["filters"][0] for each in prod.inputs["exclusionFilters"] if matches(each["filters"][0]["query"], ordinary)]
    assert (sampled["sampleRate"], sampled["sampleAttribute"]) == (0.8, "@observatory.trace")


def test_health_checks_that_went_well_and_debugging_are_not_indexed(skillforge: Resource, indexes: list[Resource]) -> None:
    good = {"@http.url_details.path": "/api/health"}
    assert index_of(indexes, processed(skillforge, record(level="info") | good)) is None
    assert index_of(indexes, processed(skillforge, record(level="error") | good)) is not None
    assert index_of(indexes, processed(skillforge, record(level="debug"))) is None


def test_every_index_has_a_quota_that_warns_and_the_order_names_all(found: list[Resource], indexes: list[Resource]) -> None:
    (order,) = [each for each in found if each.kind == logs.ORDER]
    assert order.inputs["indexes"] == [*(each.inputs["name"] for each in indexes), "main"]
    assert order.inputs["indexes"][0] == "observatory-security-records"
    for index in indexes:
        assert index.inputs["dailyLimit"] > 0
        assert index.inputs["dailyLimitWarningThresholdPercentage"] == 80


def test_the_metric_has_every_tag_that_the_catalogs_log_signals_ask_for(found: list[Resource], real: Catalog) -> None:
    (metric,) = [each for each in found if each.kind == logs.METRIC]
    tags = {group["tagName"] for group in metric.inputs["groupBies"]}
    asked = [
        signal.datadog for signal in real.signals.values() if isinstance(signal.datadog, DatadogQuery) and signal.datadog.ingest == "logs"
    ]
    assert asked
    for query in asked:
        text = query.value or ""
        assert set(re.findall(r":([\w.]+)\{", text)) == {metric.inputs["name"]}
        assert set(re.findall(r"[{,]!?(\w+):", text)) <= tags
    assert {"env", "service"} <= tags  # by which a subject's own are selected
    assert not {"user_id", "usr.id", "host"} & tags


def test_the_metric_counts_what_the_pipelines_made_alike(found: list[Resource], skillforge: Resource) -> None:
    (metric,) = [each for each in found if each.kind == logs.METRIC]
    assert matches(metric.inputs["filter"]["query"], processed(skillforge, record(level="fatal")))
    assert not matches(metric.inputs["filter"]["query"], {"kube_namespace": "kube-system", "service": "coredns"})


def test_the_scanner_masks_what_the_collectors_mask_and_hashes_addresses_of_people(found: list[Resource]) -> None:
    rules = {each.inputs["pattern"]: each.inputs for each in found if each.kind == scanner.RULE}
    assert set(VALUES.values()) < set(rules)
    (emails,) = [rule for rule in rules.values() if rule["textReplacement"]["type"] == "hash"]
    assert emails["suppressions"] == {"exactMatches": ["synthetic@example.com"]}
    assert not any("(?<" in pattern or "(?=" in pattern or "(?!" in pattern for pattern in rules)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"security": {"retention": 7, "daily_limit": 1}}, "ordinary ones of prod longer"),
        ({"security": {"retention": 8, "daily_limit": 1}}, "Input should be 3, 7, 15"),
        ({"environments": {}}, "at least 1 item"),
        ({"environments": {"prod": {"retention": 15, "daily_limit": 0, "keep": 1}}}, "greater than or equal to 1"),
        ({"environments": {"prod": {"retention": 15, "daily_limit": 1, "keep": 80}}}, "less than or equal to 1"),
        ({"other_indexes": ["Main"]}, "should match pattern"),
        ({"archive": {"bucket": "Example", "account_id": "123456789012", "role_name": "x"}}, "should match pattern"),
        ({"archive": {"bucket": "example", "account_id": "1234", "role_name": "x"}}, "should match pattern"),
    ],
)
def test_settings_that_cannot_work_are_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        LogsSettings.model_validate(SETTINGS | change)


def test_where_the_account_has_others_pipelines_and_indexes_must_be_said() -> None:
    for key in ("other_indexes", "other_pipelines"):
        with pytest.raises(ValidationError, match="Field required"):
            LogsSettings.model_validate({name: value for name, value in SETTINGS.items() if name != key})
