"""Every application's lines become the documents that the table says."""

import pytest

from catalog.catalog import Catalog
from tests.rendering.kinds import Json
from tests.rendering.logstash.containers import of, written
from tests.rendering.logstash.engine import Logstash
from tests.rendering.logstash.event import Event
from tests.rendering.logstash.samples import SAMPLES, Sample

_FORMATS = {sample.namespace for sample in SAMPLES}


def found(document: dict[str, Json], name: str) -> Json:
    """A field by its whole name."""
    return document[name] if name in document else Event(document).get("".join(f"[{part}]" for part in name.split(".")))


def test_every_application_has_samples(catalog: Catalog) -> None:
    missing = {application.namespace for application in catalog.applications.values() if application.namespace} - _FORMATS
    assert not missing


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_becomes_the_documents_of_the_table(logstash: Logstash, sample: Sample) -> None:
    documents = logstash.beats(*written(sample.text, sample.namespace, {"app": sample.service}))
    assert len(documents) == len(sample.documents), [document["message"] for document in documents]
    for document, wanted in zip(documents, sample.documents, strict=True):
        assert {name: found(document, name) for name in wanted} == wanted


def test_syslog_by_udp_finds_its_service_by_the_program(logstash: Logstash) -> None:
    (document,) = logstash.network("udp", b"<11>Nov 21 09:59:58 host-1 celery[12]: task failed")
    wanted = {
        "_index": "jac-learning-errors-test",
        "message": "task failed",
        "service.name": "celery",
        "log.level": "error",
        "host.name": "host-1",
        "process.pid": 12,
        "@timestamp": "2026-11-21T09:59:58.000Z",
    }
    assert {name: found(document, name) for name in wanted} == wanted


def test_syslog_of_the_newer_kind_may_carry_json(logstash: Logstash) -> None:
    line = b'<12>1 2026-11-21T09:59:58.250Z host-1 jac-backend 7 ID47 [a@1 b="c]"] {"message":"hi","trace_id":"t1","level":"error"}'
    (document,) = logstash.network("udp", line)
    wanted = {"_index": "jac-learning-errors-test", "message": "hi", "trace_id": "t1", "service.name": "backend", "log.syslog.priority": 12}
    assert {name: found(document, name) for name in wanted} == wanted


def test_json_by_tcp_is_cut_at_line_ends_and_known_by_what_it_calls_itself(logstash: Logstash) -> None:
    first, second = logstash.network("tcp", b'{"service":"jac-backend","message":"a","level":30}\n{"message":"b"}\n')
    assert (first["application"], found(first, "service.name"), found(first, "log.level")) == ("jac-learning", "backend", "info")
    assert (second["application"], found(second, "service.name"), second["tags"]) == ("platform", "unknown", ["unidentified"])


def test_a_name_that_two_applications_use_needs_the_application(logstash: Logstash) -> None:
    (alone,) = logstash.network("tcp", b'{"service":"frontend","message":"a"}')
    (named,) = logstash.network("tcp", b'{"service":"frontend","application":"jac-learning","message":"a"}')
    assert alone["tags"] == ["unidentified"]
    assert (named["application"], found(named, "service.name")) == ("jac-learning", "frontend")


def test_a_browsers_list_becomes_a_record_each_and_nothing_of_its_request_is_kept(logstash: Logstash) -> None:
    body = b'[{"service":"frontend","application":"jac-learning","message":"js","level":"error"},{"msg":"other"}]'
    documents = logstash.network("http", body)
    assert [document["message"] for document in documents] == ["js", "other"]
    assert documents[0]["_index"] == "jac-learning-errors-test"
    assert not {"url", "http", "user_agent"} & documents[0].keys()


def test_bytes_that_are_no_text_are_kept_as_ruby_shows_them(logstash: Logstash) -> None:
    (document,) = logstash.network("tcp", b'{"message":"a\xff\xfe"}')
    assert document["message"] == r"{\"message\":\"a\xFF\xFE\"}"


def test_bytes_that_are_no_text_in_a_file_are_kept_as_filebeat_shows_them(logstash: Logstash) -> None:
    text = b'{"message":"a\xff\xfe b"}'.decode(errors="replace")
    (document,) = logstash.beats(of(text, "skillforge", {"app": "backend"}))
    assert document["message"] == "a\ufffd\ufffd b"


def test_the_nodes_journal_is_the_platforms(logstash: Logstash) -> None:
    event = {"message": "Out of memory", "tags": ["system"], "host": {"name": "node-1"}, "log": {"syslog": {"priority": 2}}}
    (document,) = logstash.beats(event)
    wanted = {"_index": "platform-errors-test", "service.name": "node", "log.level": "critical", "message": "Out of memory"}
    assert {name: found(document, name) for name in wanted} == wanted


def test_a_record_whose_service_keeps_its_logs_elsewhere_is_not_stored(catalog: Catalog, logstash: Logstash) -> None:
    elsewhere = [
        (application, name, service)
        for application in catalog.applications.values()
        for name, service in application.services.items()
        if application.namespace and "elastic" not in [str(store) for store in service.collect.logs]
    ]
    for application, name, service in elsewhere:
        assert logstash.beats(of("x", application.namespace or "", service.runs.selector or {"app": name})) == []
