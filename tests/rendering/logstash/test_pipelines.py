"""Queues, ways out, ids and what cannot be lost or stored twice."""

from typing import Any

import pytest

from catalog.catalog import Catalog
from rendering.elastic.places import dead_letters, prefix
from rendering.elastic.settings import ElasticSettings, LogstashSettings
from rendering.logs.settings import DATASETS
from rendering.logstash.everything import files, pipelines, settings
from rendering.logstash.settings import DEAD, ERRORS, MAIN, METRICS, RECEIVE, STORES
from tests.rendering.logstash.conftest import ELASTIC, LOGS, SITE
from tests.rendering.logstash.containers import of
from tests.rendering.logstash.engine import Logstash

_LABELS = {"app": "backend"}
_REQUEST = (
    "https 2026-11-21T09:59:58.250Z app/lb/1 203.0.113.9:1 10.0.0.1:80 0.0 0.1 0.0 502 502 34 366"
    ' "GET https://a.example:443/b?token=abc HTTP/2.0" "curl/8" TLS x'
)
_CALL = (
    '{"eventTime":"2026-11-21T09:59:58Z","eventName":"ConsoleLogin","sourceIPAddress":"203.0.113.9","userIdentity":{"arn":"arn:x"},'
    '"requestParameters":{"password":"Canary7Zx9Qw"}}'
)


def mebibytes(text: str) -> int:
    return int(text.removesuffix("mb"))


def by_name(elastic: ElasticSettings = ELASTIC) -> dict[str, dict[str, Any]]:
    return {each["pipeline.id"]: each for each in pipelines(elastic)}


def test_every_file_has_its_pipeline_and_every_pipeline_its_file(rendered: dict[str, str]) -> None:
    assert {f"{name}.conf" for name in by_name()} == set(rendered) == {f"{name}.conf" for name in (RECEIVE, *STORES, DEAD)}
    assert all(each["path.config"].endswith(f"/{name}.conf") for name, each in by_name().items())


def test_nothing_unmasked_reaches_a_disk() -> None:
    receive = by_name()[RECEIVE]
    assert (receive["queue.type"], receive["dead_letter_queue.enable"]) == ("memory", False)


def test_what_waits_for_elasticsearch_waits_on_a_disk_that_holds_it() -> None:
    stores = [by_name()[name] for name in STORES]
    assert all(each["queue.type"] == "persisted" and each["dead_letter_queue.enable"] for each in stores)
    assert sum(mebibytes(each["queue.max_bytes"]) for each in stores) <= 8 * 1024
    # Beside the queues a replica's volume has two gibibytes.
    assert sum(mebibytes(each["dead_letter_queue.max_bytes"]) for each in stores) < 1024


@pytest.mark.parametrize("queue", ["1Gi", "500Mi", "2Ti"])
def test_a_queue_is_never_smaller_than_logstash_takes(queue: str) -> None:
    elastic = ELASTIC.model_copy(update={"logstash": LogstashSettings(replicas=2, queue=queue)})
    assert all(mebibytes(by_name(elastic)[name]["queue.max_bytes"]) >= 128 for name in STORES)


def test_the_escapes_that_strings_are_written_without_stay_off() -> None:
    assert settings()["config.support_escapes"] is False
    assert settings()["pipeline.unsafe_shutdown"] is False


def test_errors_and_measurements_have_their_own_way(logstash: Logstash) -> None:
    logstash.beats(
        of('{"level":"error","message":"a"}', "skillforge", _LABELS),
        of('{"level":"info","message":"b"}', "skillforge", _LABELS),
        of('{"type":"metric","metric":"m","value":1,"level":"error"}', "skillforge", _LABELS),
        of('{"type":"security_event","message":"c","level":"error"}', "skillforge", _LABELS),
    )
    assert logstash.handed == [ERRORS, MAIN, METRICS, MAIN]


def test_a_record_that_comes_again_is_stored_once(logstash: Logstash) -> None:
    line = of('{"level":"info","message":"a"}', "skillforge", _LABELS, offset=7)
    moved = line | {"log": line["log"] | {"file": {"path": "/var/log/pods/x/0.log.20261121", "fingerprint": "f1"}}}
    logstash.beats(line, moved)
    assert (len(logstash.stored), logstash.conflicts) == (1, 1)


def test_the_same_text_at_another_place_is_another_record(logstash: Logstash) -> None:
    line = '{"level":"info","message":"a","timestamp":"2026-11-21T09:00:00Z"}'
    logstash.beats(*(of(line, "skillforge", _LABELS, offset=place) for place in (0, 70)))
    assert len(logstash.stored) == 2


def test_the_same_text_by_tcp_is_another_record_where_it_tells_another_time(logstash: Logstash) -> None:
    logstash.network("tcp", *(b'{"service":"jac-backend","message":"a","time":"2026-11-21T09:00:0%dZ"}' % each for each in (1, 2, 2)))
    assert (len(logstash.stored), logstash.conflicts) == (2, 1)


def test_streams_are_those_that_have_templates(catalog: Catalog, logstash: Logstash) -> None:
    known = {f"{prefix(application)}-{dataset}-test" for application in catalog.applications.values() for dataset in DATASETS}
    for application in catalog.applications.values():
        for level in ("error", "info"):
            logstash.beats(of(f'{{"level":"{level}","message":"a"}}', application.namespace or "tracing", {"app": "x"}))
    logstash.network("tcp", b"x", b'{"service":"nobody"}')
    assert {stream for stream, _ in logstash.stored} <= known
    assert dead_letters(SITE) not in known


def test_every_service_is_known_by_its_pods_and_by_its_name_elsewhere(catalog: Catalog, logstash: Logstash) -> None:
    for application in catalog.applications.values():
        if application.namespace is None:
            continue
        for name, service in application.services.items():
            if "elastic" not in [str(store) for store in service.collect.logs]:
                continue
            (document,) = logstash.beats(of("x", application.namespace, service.runs.selector or {"app": name}))
            assert (document["application"], document["service"]["name"]) == (application.application, name)
            text = f'{{"service":"{service.identity.otel}","application":"{application.application}","message":"m"}}'
            (document,) = logstash.network("tcp", text.encode(), remote=name)
            assert (document["application"], document["service"]["name"]) == (application.application, name)


def test_what_is_switched_off_is_not_rendered(catalog: Catalog) -> None:
    logstash = LogstashSettings(replicas=2, syslog=False, geoip=False)
    text = files(catalog, SITE, LOGS, ELASTIC.model_copy(update={"logstash": logstash}))["receive.conf"]
    assert "udp {" not in text
    assert "geoip {" not in text


def test_files_are_read_by_one_replica_and_once() -> None:
    wrong = {"replicas": 2, "files": {"claim": "old", "follow": ["a.log"]}}
    with pytest.raises(ValueError, match="read by every replica, and there are 2"):
        LogstashSettings.model_validate(wrong)
    with pytest.raises(ValueError, match=r"a\.log under follow and archives"):
        LogstashSettings.model_validate({"replicas": 1, "files": {"claim": "old", "follow": ["a.log"], "archives": ["a.log"]}})
    with pytest.raises(ValueError, match="neither follow nor archives"):
        LogstashSettings.model_validate({"replicas": 1, "files": {"claim": "old"}})


def test_files_come_in_as_any_application_may_write_them(catalog: Catalog) -> None:
    chosen = LogstashSettings.model_validate({"replicas": 1, "files": {"claim": "old", "archives": ["*.gz"]}})
    logstash = Logstash(files(catalog, SITE, LOGS, ELASTIC.model_copy(update={"logstash": chosen})))
    (document,) = logstash.receive("file", {"message": "2026-11-21 09:59:58,123 - app.db - ERROR - password=Canary7Zx9Qw"})
    assert document["message"] == "password=****"
    assert document["_index"] == "platform-errors-test"


@pytest.mark.parametrize(
    ("key", "text", "wanted"),
    [
        (
            "AWSLogs/1/elasticloadbalancing/eu/x.log.gz",
            _REQUEST,
            {"service": {"name": "load_balancer"}, "_index": "platform-errors-test", "user_agent": {"original": "curl/8"}},
        ),
        (
            "cloudfront/E1.2026.gz",
            "2026-11-21\t09:59:58\tFRA56\t512\t203.0.113.9\tGET\td1.cloudfront.net\t/a\t200\t-\tcurl",
            {"service": {"name": "cloudfront"}, "@timestamp": "2026-11-21T09:59:58.000Z", "_index": "platform-logs-test"},
        ),
        (
            "AWSLogs/1/CloudTrail/x.json.gz",
            _CALL,
            {
                "_index": "platform-security-test",
                "type": "security_event",
                "user": {"id": "arn:x"},
                "@timestamp": "2026-11-21T09:59:58.000Z",
            },
        ),
        (
            "rds/2026/x.gz",
            '{"id":"1","timestamp":1795255198250,"message":"2026-11-21 UTC:ERROR: relation is missing"}',
            {"service": {"name": "rds"}, "@timestamp": "2026-11-21T09:59:58.250Z", "message": "2026-11-21 UTC:ERROR: relation is missing"},
        ),
    ],
)
def test_records_of_aws_services_are_read(logstash: Logstash, key: str, text: str, wanted: dict[str, Any]) -> None:
    event = {
        "message": text,
        "aws": {"s3": {"bucket": {"name": "b"}, "object": {"key": key}}},
        "log": {"offset": 3, "file": {"path": "s3"}},
    }
    (document,) = logstash.beats(event)
    assert {name: document[name] for name in wanted} == wanted
    assert "Canary7Zx9Qw" not in str(document)
    assert "token=abc" not in str(document)
