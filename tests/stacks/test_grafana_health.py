"""What is said of a Grafana that cannot be filled: against a real HTTP server, in each state that it may be in."""

import base64
import socket

import pytest

from catalog.faults import MissingError
from stacks.grafana_health import ask
from tests.stacks.grafana_server import HEALTHY, REFUSED, STARTING, answering


def said(url: str, credential: str | None = "glsa_x", patience: float = 5) -> str:
    with pytest.raises(MissingError) as error:
        ask(url, credential, "prod", patience)
    text = str(error.value)
    assert "\n" not in text
    assert "make up STACK=prod" in text, "every sentence ends in what to do"
    return text


def test_one_that_answers_is_asked_for_its_health_without_and_for_its_organisation_with_the_token() -> None:
    with answering() as server:
        ask(server.url, "glsa_x", "prod")
        assert server.asked == [("/api/health", ""), ("/api/org", "Bearer glsa_x")]


def test_a_user_and_password_are_sent_as_such() -> None:
    with answering() as server:
        ask(server.url, "admin:pass:word", "prod")
        assert server.asked[1] == ("/api/org", f"Basic {base64.b64encode(b'admin:pass:word').decode()}")


def test_without_a_credential_health_is_all_that_is_asked_for() -> None:
    with answering(organisation=REFUSED) as server:
        ask(server.url, None, "prod")
        assert server.asked == [("/api/health", "")]


def test_an_absent_one_is_told_with_the_way_of_a_first_run() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        text = said(url)
    assert f"does not answer at {url} (connection refused)" in text
    assert "leave grafana.url out of Pulumi.prod.yaml" in text


def test_a_name_that_nobody_knows_is_absent_too() -> None:
    assert "does not answer at http://grafana.invalid" in said("http://grafana.invalid")


def test_one_that_takes_too_long_is_absent_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "(no answer in time)" in said(f"http://127.0.0.1:{silent.getsockname()[1]}", patience=0.2)


@pytest.mark.parametrize("answer", [STARTING, (200, {"database": "failing"}), (502, b"<html>"), (503, b""), (504, b"")])
def test_one_that_is_starting_or_behind_a_balancer_without_pods_is_waited_for(answer: tuple[int, object]) -> None:
    with answering(health=answer) as server:
        assert "still starting, or its database is away" in said(server.url)
        assert len(server.asked) == 1, "no credential is sent to it"


@pytest.mark.parametrize("answer", [(404, b"nginx"), (200, b"<html>"), (200, []), (302, b""), (500, b"")])
def test_something_else_at_the_address_is_told_and_gets_no_credential(answer: tuple[int, object]) -> None:
    with answering(health=answer) as server:
        text = said(server.url)
        assert "something else than Grafana" in text
        assert "correct grafana.url" in text
        assert [path for path, _ in server.asked] == ["/api/health"], "no redirect is followed"


@pytest.mark.parametrize(("answer", "reason"), [(REFUSED, "Invalid API key"), ((403, b""), "status 403")])
def test_a_refused_token_is_told_with_grafanas_own_word(answer: tuple[int, object], reason: str) -> None:
    with answering(organisation=answer) as server:
        text = said(server.url)
    assert f"refuses the credential ({reason})" in text
    assert "GRAFANA_AUTH" in text
    assert "glsa_x" not in text


def test_an_organisation_that_cannot_be_told_is_an_error_of_the_server() -> None:
    with answering(HEALTHY, (500, b"")) as server:
        assert "cannot tell its organisation (status 500)" in said(server.url)
