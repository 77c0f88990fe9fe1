"""No secret survives in any output: every key and every form, in every writing, by every input."""

import json
from typing import Any

import pytest

from catalog.catalog import Catalog
from rendering.logstash.everything import files
from tests.rendering.logstash.canaries import EMAIL, KEYS, KNOWN, SECRET, lines, survives
from tests.rendering.logstash.conftest import ELASTIC, LOGS, SITE
from tests.rendering.logstash.containers import of
from tests.rendering.logstash.engine import Logstash

_SEVERAL = ("password", "clientSecret", "x-api-key", "token", "Authorization", "smtp.pass")


def shown(documents: list[dict[str, Any]]) -> str:
    """Whole documents and what travels beside them, as queues on disk have it."""
    assert documents
    return json.dumps(documents, default=str)


def told(logstash: Logstash, line: str) -> str:
    return shown(logstash.beats(of(line, "skillforge", {"app": "backend"})))


@pytest.mark.parametrize("key", _SEVERAL)
def test_no_writing_of_a_secret_survives(logstash: Logstash, key: str) -> None:
    left = [name for name, line in lines(key).items() if SECRET in told(logstash, line)]
    assert left == []


@pytest.mark.parametrize("writing", ["a string of JSON", "JSON in JSON", "an object", "key=value", "in single quotes"])
def test_no_key_shows_its_secret(logstash: Logstash, writing: str) -> None:
    left = [key for key in KEYS if SECRET in told(logstash, lines(key)[writing])]
    assert left == []


@pytest.mark.parametrize(("name", "secret"), KNOWN.items())
def test_a_secret_that_shows_what_it_is_survives_nowhere(logstash: Logstash, name: str, secret: str) -> None:
    writings = [
        f"got {secret} there",
        json.dumps({"a": secret}),
        json.dumps({"message": f"x {secret}"}),
        json.dumps({"m": json.dumps([secret])}),
    ]
    for line in writings:
        text = told(logstash, line)
        assert not [part for part in survives(secret) if part in text], f"{name}: {line}"


@pytest.mark.parametrize("source", ["tcp", "udp", "http"])
def test_no_input_lets_a_secret_through(logstash: Logstash, source: str) -> None:
    prefix = b"<11>Nov 21 09:59:58 h celery: " if source == "udp" else b""
    for line in lines("password").values():
        logstash.stored.clear()
        data = prefix + line.encode().replace(b"\n", b" ")
        assert SECRET not in shown(logstash.network(source, data)), line
    logstash.stored.clear()
    assert SECRET not in shown(logstash.network(source, prefix + b"\xff password=" + SECRET.encode()))


def test_masked_json_is_still_json(logstash: Logstash) -> None:
    for name, line in lines("password").items():
        try:
            whole = isinstance(json.loads(line), dict)
        except ValueError:
            whole = False
        if whole:
            (document,) = logstash.beats(of(line, "skillforge", {"app": "backend"}))
            assert "unparsed" not in document.get("tags", []), f"{name}: {document['message']}"


def test_a_card_number_without_quotes_leaves_json_json(logstash: Logstash) -> None:
    (document,) = logstash.beats(of('{"a":4111111111111111,"b":[5555555555554444],"message":"x"}', "skillforge", {"app": "backend"}))
    assert document["record"] == {"a": "****", "b": ["****"]}


@pytest.mark.parametrize(
    "line",
    [
        '{"gen_ai.usage.input_tokens":12,"max_tokens":512,"message":"used 12 tokens","passed":true,"compass":"n","author":"a"}',
        '{"order":"1234567890123","message":"took 4111 ms of 5000","path":"/tokens/list","secretary":1}'.replace('"secretary":1', '"a":1'),
    ],
)
def test_what_is_no_secret_is_kept(logstash: Logstash, line: str) -> None:
    assert "****" not in told(logstash, line)


def test_mail_addresses_are_masked_by_setting(catalog: Catalog, logstash: Logstash) -> None:
    line = json.dumps({"message": f"mail to {EMAIL}", "to": EMAIL})
    assert EMAIL not in told(logstash, line)
    kept = Logstash(files(catalog, SITE, LOGS.model_copy(update={"redact_emails": False}), ELASTIC))
    assert EMAIL in told(kept, line)


def test_a_dead_letters_reason_and_text_are_masked(logstash: Logstash) -> None:
    reason = f"failed to parse field [a] of type [long]. Preview of field's value: 'password={SECRET}'"
    document = {
        "message": f'{{"token":"{SECRET}"}}',
        "application": "skillforge",
        "@timestamp": "2026-11-21T10:00:00.000Z",
        "tags": {"a": 1},
    }
    letter = logstash.refused(document, {"stream": "skillforge-logs-test", "id": "1"}, reason)
    assert SECRET not in json.dumps({key: value for key, value in letter.items() if key != "_metadata"})
    assert (letter["_index"], letter["_id"], letter["event"]["dataset"]) == ("dead-letters-test", "1", "skillforge-logs-test")
    assert "failed to parse field [a]" in letter["error"]["message"]
    assert "tags" not in letter


def test_annotations_of_pods_are_not_kept(logstash: Logstash) -> None:
    (document,) = logstash.beats(of("x", "skillforge", {"app": "backend"}))
    assert "annotations" not in document["kubernetes"]


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ('Authorization: Digest username="x", response="Canary7Zx9Qw"', "Authorization: ****"),
        ("url=https://u:Canary7Zx9Qw@h/x?access_token=Canary7Zx9Qw#top", "url=https://****@h/x?access_token=****"),
        ("{'password': 'Canary7Zx9Qw two', 'user': 'a'}", "{'password': ****, 'user': 'a'}"),
        ('{"msg":"Set-Cookie: sid=Canary7Zx9Qw==","n":1}', "Set-Cookie: ****"),
        ("password reset requested for user 12", "password reset requested for user 12"),
    ],
)
def test_what_stands_around_a_secret_is_kept(logstash: Logstash, line: str, masked: str) -> None:
    (document,) = logstash.beats(of(line, "skillforge", {"app": "backend"}))
    assert document["message"] == masked
