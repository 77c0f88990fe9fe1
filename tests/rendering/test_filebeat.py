"""Filebeat reads what it should, loses nothing that nodes keep, and has no key that its reference does not."""

import copy
import json
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.base import Backend
from catalog.catalog import Catalog
from catalog.loading import load
from rendering.document import Document, to_yaml
from rendering.elastic.settings import ElasticSettings
from rendering.filebeat import configuration, read_namespaces
from rendering.logs.settings import DATASETS, LogsSettings
from rendering.logstash.settings import LONGEST
from rendering.site import Site
from tests.rendering.filebeat_fields import FILEBEAT, faults
from tests.rendering.kinds import Json
from tests.rendering.logstash.containers import joined

ROOT = Path(__file__).resolve().parents[2]
SITE = Site("test", "eu-central-1", "here", "https://runbooks.example")
LOGS = LogsSettings.model_validate({"retention": {"keep": dict.fromkeys(DATASETS, "90d")}, "node_files": "7d"})
_ELASTIC = {"nodes": {"all": {"count": 3, "cpu": "1", "memory": "2Gi", "volume": "10Gi"}}, "logstash": {"replicas": 1}}
ELASTIC = ElasticSettings.model_validate(_ELASTIC)
AWS = ElasticSettings.model_validate(
    _ELASTIC
    | {
        "aws_logs": ["load_balancer", "rds", "cloudfront", "cloudtrail"],
        "aws_logs_queue": "https://sqs.eu-central-1.amazonaws.com/123456789012/logs",
        "aws_logs_role_arn": "arn:aws:iam::123456789012:role/filebeat",
    }
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The project's own."""
    return load(ROOT)


@pytest.fixture(scope="module")
def rendered(catalog: Catalog) -> Document:
    """With AWS's logs."""
    return configuration(catalog, SITE, LOGS, AWS)


def containers(document: Document) -> Document:
    return document["filebeat.autodiscover"]["providers"][0]["hints"]["default_config"]


def inputs(document: Document) -> dict[str, Document]:
    return {each["id"]: each for each in document["filebeat.inputs"]}


def test_every_key_is_in_the_reference(catalog: Catalog, rendered: Document) -> None:
    assert faults(rendered, FILEBEAT, "") == []
    assert faults(configuration(catalog, SITE, LOGS, ELASTIC), FILEBEAT, "") == []


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (("output.logstash", "host"), ["x:5044"], "output.logstash.host is no key"),
        (("output.logstash", "hosts"), [], "output.logstash.hosts = [] is wrong"),
        (("output.logstash", "ttl"), "2 minutes", "output.logstash.ttl = '2 minutes' is wrong"),
        (("queue.mem", "size"), 3, "queue.mem.size is no key"),
        (("logging", "json"), True, "logging.json is no key"),
        (("processors",), [{"drop_evnet": dict[str, Json]()}], "processors = "),
        (("http", "port"), "5066", "http.port = '5066' is wrong"),
    ],
)
def test_a_wrong_key_or_value_is_found(rendered: Document, place: tuple[str, ...], value: Json, fault: str) -> None:
    wrong = copy.deepcopy(rendered)
    inner = wrong
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    assert [found for found in faults(wrong, FILEBEAT, "") if found.startswith(fault)]


@pytest.mark.parametrize(
    ("key", "value"),
    [("close_removed", False), ("prospector.scanner", {"fingerprint": {"length": 32}}), ("parsers", [{"multilines": dict[str, Json]()}])],
)
def test_a_wrong_key_of_an_input_is_found(rendered: Document, key: str, value: Json) -> None:
    wrong = copy.deepcopy(rendered)
    containers(wrong)[key] = value
    assert faults(wrong, FILEBEAT, "")


def test_pods_of_applications_whose_logs_are_elastics_and_our_own_are_read(catalog: Catalog, rendered: Document) -> None:
    namespaces = read_namespaces(catalog, SITE)
    assert {"logging", "monitoring", "tracing", "monitoring-agents", "kube-system"} < set(namespaces)
    for application in catalog.applications.values():
        kept = any(Backend.ELASTIC in service.collect.logs for service in application.services.values())
        assert application.namespace is None or (application.namespace in namespaces) == kept
    (dropped,) = [each["drop_event"] for each in rendered["processors"] if "drop_event" in each]
    _, others = dropped["when"]["and"]
    assert [each["equals"]["kubernetes.namespace"] for each in others["not"]["or"]] == namespaces


def test_a_files_lines_are_neither_lost_nor_kept_open_for_ever(rendered: Document) -> None:
    for each in (containers(rendered), inputs(rendered)["node"]):
        assert each["close.on_state_change"] == {"inactive": "15m", "removed": False, "renamed": False}
        # Whoever keeps removed files open must not forget them at once (reference: clean_removed).
        assert each["clean_removed"] is False
        older, forgotten = (int(each[key].removesuffix("h")) for key in ("ignore_older", "clean_inactive"))
        assert 168 == older < forgotten
        assert each["compression"] == "auto"
        assert each["file_identity.fingerprint"] == {}


def test_rotated_files_of_a_container_are_read_too(rendered: Document) -> None:
    (path,) = containers(rendered)["paths"]
    assert path.startswith("/var/log/pods/${data.kubernetes.namespace}_")
    assert path.endswith("/*.log*")


def test_no_record_is_longer_than_logstash_reads(rendered: Document) -> None:
    assert containers(rendered)["message_max_bytes"] == LONGEST


def test_everything_goes_to_logstash_and_waits_for_it(rendered: Document) -> None:
    assert [key for key in rendered if key.startswith("output.")] == ["output.logstash"]
    output = rendered["output.logstash"]
    assert output["hosts"] == ["observatory-ls-inputs.logging.svc:5044"]
    assert output["pipelining"] == 0, "a connection's time to live works without pipelining alone"
    assert rendered["queue.mem"]["events"] >= 2 * output["bulk_max_size"]


def test_every_input_has_an_id_of_its_own(rendered: Document) -> None:
    ids = [*inputs(rendered), containers(rendered)["id"]]
    assert len(set(ids)) == len(ids)
    assert "${data.kubernetes.container.id}" in containers(rendered)["id"]


def test_lines_of_an_application_that_writes_whole_ones_are_not_joined(catalog: Catalog) -> None:
    skillforge = catalog.applications["skillforge"]
    whole = skillforge.model_copy(update={"logs": skillforge.logs.model_copy(update={"multiline": False})})
    document = configuration(replace(catalog, applications=catalog.applications | {"skillforge": whole}), SITE, LOGS, ELASTIC)
    (template,) = document["filebeat.autodiscover"]["providers"][0]["templates"]
    assert template["condition"] == {"equals": {"kubernetes.namespace": "skillforge"}}
    assert [list(each) for each in template["config"][0]["parsers"]] == [["container"]]
    assert faults(document, FILEBEAT, "") == []


def test_of_the_aws_services_only_those_named_are_fetched(catalog: Catalog) -> None:
    few = configuration(catalog, SITE, LOGS, AWS.model_copy(update={"aws_logs": ("cloudtrail",)}))
    assert [each["regex"] for each in inputs(few)["aws"]["file_selectors"]] == ["/CloudTrail/"]
    assert "aws" not in inputs(configuration(catalog, SITE, LOGS, ELASTIC))


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("a\n  at b\n\tat c\nd", 2),
        ("E: x\nTraceback (most recent call last):\n  File\nValueError: y\nnext", 2),
        ("a\n\nb", 2),
        ("java\nCaused by: x\n\tat y\nnext", 2),
        ('{"a":1}\n{"b":2}', 2),
        ("[2026] a\n[2026] b", 2),
        ("ErrorCount: 3", 1),
    ],
)
def test_a_trace_is_one_record_with_the_line_before_it(text: str, records: int) -> None:
    assert len(joined(text)) == records


def test_no_secret_and_no_password_is_in_it(rendered: Document) -> None:
    assert "password" not in json.dumps(rendered)
    assert to_yaml(rendered)
