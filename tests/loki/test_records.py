"""Records on their way through a real agent into a real Loki: found by the catalog's names, masked, and refused where too old."""

import signal
import time

import pytest

from catalog.catalog import Catalog
from rendering.loki import logql
from tests.loki.stage import Stage
from tests.traces.stage import wait_for
from tests.traces.test_masking import BY_KEY, BY_LOOK, HARMLESS, LOOKS

pytestmark = pytest.mark.tools

BACKEND = '{application="jac-learning",service="backend"}'
HOUR = 3600


def test_records_are_found_by_application_and_service_and_kept_by_what_they_are(stage: Stage) -> None:
    mine = {"service": "jac-backend"}
    stage.write(
        "jac-learning",
        "found-1",
        {**mine, "level": "ERROR", "message": "marked: refused", "trace_id": "ab" * 16, "span_id": "cd" * 8},
        {**mine, "level": "error", "message": "marked: a stranger came in", "type": "security_event", "event": "login"},
        {**mine, "level": "info", "message": "marked: somebody pays", "type": "business_event", "dataset": "metrics"},
        {**mine, "level": "info", "message": "marked: all is well"},
    )
    wait_for(lambda: len(stage.lines(f'{BACKEND} |= "marked"')) == 4, "four records", stage.own_words)
    found = {stream["values"][0][1]: stream["stream"] for stream in stage.streams(f'{BACKEND} |= "marked"')}
    assert {line: labels["dataset"] for line, labels in found.items()} == {
        "marked: refused": "errors",
        "marked: a stranger came in": "security",
        "marked: somebody pays": "business",
        "marked: all is well": "logs",
    }
    refused = found["marked: refused"]
    assert (refused["trace_id"], refused["span_id"], refused["level"]) == ("ab" * 16, "cd" * 8, "error")
    assert refused["service_name"] == "jac-backend"


def test_few_labels_tell_streams_apart_and_everything_else_goes_with_its_record(stage: Stage) -> None:
    stage.write("jac-learning", "labels-1", {"service": "jac-backend", "level": "info", "message": "labelled", "user": "u-1"})
    wait_for(lambda: bool(stage.lines(f'{BACKEND} |= "labelled"')), "the record", stage.own_words)
    place = {"application", "service", "service_name", "deployment_environment_name", "k8s_namespace_name"}
    assert set(stage.ask("labels")) == {*place, "dataset"}
    assert stage.streams(f'{BACKEND} |= "labelled"')[0]["stream"]["user"] == "u-1"


def test_no_secret_reaches_loki_and_nothing_else_is_masked(stage: Stage) -> None:
    stage.write(
        "jac-learning",
        "secrets-1",
        {"service": "jac-backend", "level": "info", "message": f"poisoned: {BY_LOOK['a card']}", **BY_KEY, **BY_LOOK, **HARMLESS},
        f"poisoned: no JSON, but {BY_LOOK['a header']} and {BY_LOOK['an address']}",
    )
    wait_for(lambda: len(stage.lines('{dataset="logs"} |= "poisoned"')) == 2, "two records", stage.own_words)
    streams = stage.streams('{dataset="logs"} |= "poisoned"')
    assert [look for look in LOOKS if look in str(streams)] == []
    kept = next(stream["stream"] for stream in streams if "user_id" in stream["stream"])
    assert {key: kept[key.replace(".", "_")] for key in HARMLESS} == HARMLESS


def test_records_of_services_that_are_kept_elsewhere_do_not_come(stage: Stage) -> None:
    stage.write("skillforge", "other-1", {"service": "skillforge-backend", "level": "info", "message": "elsewhere"})
    stage.write("jac-learning", "other-2", {"service": "jac-backend", "level": "info", "message": "elsewhere, not"})
    wait_for(lambda: bool(stage.lines(f'{BACKEND} |= "elsewhere"')), "the record", stage.own_words)
    assert stage.lines('{dataset=~".+"} |= "elsewhere"') == ["elsewhere, not"]


def test_a_hostile_record_is_cut_and_kept_and_stops_no_other(stage: Stage) -> None:
    many = {f"field-{i}": "x" * 3000 for i in range(300)}
    stage.write(
        "jac-learning",
        "hostile-1",
        {"service": "jac-backend", "level": "info", "message": "hostile " + "y" * 300_000},
        {"service": "jac-backend", "level": "error", "message": "hostile too", **many},
        '{"service": "jac-backend", "message": "hostile, broken',
        {"service": "jac-backend", "level": "info", "message": "hostile? no"},
    )
    wait_for(lambda: len(stage.lines('{dataset=~".+"} |= "hostile"')) >= 4, "four records", stage.own_words)
    longest = max(stage.lines('{dataset=~".+"} |= "hostile"'), key=len)
    assert len(longest) <= 256 * 1024
    labels = next(s["stream"] for s in stage.streams(f'{BACKEND} |= "hostile too"'))
    assert labels["dataset"] == "errors"
    assert len(labels) < 128


def test_records_older_than_a_week_are_refused(stage: Stage) -> None:
    place = {"application": "jac-learning", "service": "late", "dataset": "logs"}
    refused, told = stage.push(place, "too old", 169 * HOUR)
    taken, _ = stage.push(place, "old enough", 167 * HOUR)
    assert (refused, taken) == (400, 204)
    assert "has timestamp too old" in told


def test_the_error_rate_is_that_of_the_records(stage: Stage, catalog: Catalog) -> None:
    subject = next(s for s in catalog.subjects() if (s.application.application, s.name) == ("jac-learning", "celery"))
    question = logql.query(subject, catalog.signals["error_logs"], 300)
    assert question is not None
    record = {"service": "jac-celery", "message": "rated"}
    stage.write("jac-learning", "rate-1", *[record | {"level": level} for level in ["error", "CRITICAL", "fatal", "info", "warning"] * 20])
    wait_for(lambda: stage.value(question) == pytest.approx(60 / 300), "60 errors in five minutes", stage.own_words)


def test_a_killed_loki_has_what_it_took_and_gets_what_was_written_meanwhile(stage: Stage) -> None:
    record = {"service": "jac-frontend", "level": "info"}
    found = '{service="frontend"} |= "outage"'
    stage.write("jac-learning", "outage-1", *[record | {"message": f"outage {i}"} for i in range(100)])
    wait_for(lambda: len(stage.lines(found)) == 100, "a hundred records", stage.own_words)
    assert stage.loki is not None
    stage.loki.end(signal.SIGKILL)
    stage.write("jac-learning", "outage-1", *[record | {"message": f"outage {i}"} for i in range(100, 500)])
    time.sleep(2)
    stage.loki.start()
    stage.loki.wait()
    wait_for(lambda: len(stage.lines(found)) >= 500, "five hundred records", stage.own_words)
    assert sorted(stage.lines(found), key=lambda line: int(line.split()[1])) == [f"outage {i}" for i in range(500)]
