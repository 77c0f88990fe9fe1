"""The setup program against a server: order, nothing done twice, patience, and a sentence for whoever reads the Job's log."""

import ast
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from catalog.catalog import Catalog
from local import authority
from rendering.elastic import everything, setup
from rendering.elastic.request import Request
from tests.rendering.elastic.samples import tiers
from tests.rendering.elastic.server import PASSWORD, Server


@pytest.fixture(scope="module")
def requests(real: Catalog) -> list[Request]:
    return tiers().requests(real)


@pytest.fixture
def server() -> Generator[Server]:
    found = Server()
    yield found
    found.close()


@pytest.fixture
def folder(requests: list[Request], tmp_path: Path) -> Path:
    for name, text in everything.files(requests).items():
        (tmp_path / name).write_text(text)
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    return tmp_path


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses are counted, not waited for."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


def run(server: Server, folder: Path, *more: str) -> int:
    given = ["--elasticsearch", server.url, "--kibana", server.url, "--password", str(folder / "password"), "--requests", str(folder)]
    return setup.main([*given, *more])


def test_everything_is_applied_in_the_order_of_the_requests(server: Server, folder: Path, requests: list[Request]) -> None:
    assert run(server, folder) == 0
    made = [request.create or request.path.partition("?")[0] if request.name != "space default" else request.path for request in requests]
    assert server.writes == made


def test_a_second_run_changes_nothing(server: Server, folder: Path, requests: list[Request], capsys: pytest.CaptureFixture[str]) -> None:
    run(server, folder)
    server.log.clear()
    capsys.readouterr()
    assert run(server, folder) == 0
    assert server.writes == []
    assert not [path for method, path in server.log if method == "PUT"]
    assert f"{len(requests)} documents: 0 made, 0 changed, {len(requests)} unchanged" in capsys.readouterr().out


def test_what_somebody_changed_by_hand_is_put_back_and_nothing_else(server: Server, folder: Path) -> None:
    run(server, folder)
    server.log.clear()
    server.kept["/_ilm/policy/observatory-keep-30d"]["policy"]["phases"]["delete"]["min_age"] = "1d"
    server.objects["skillforge"]["dashboard", "observatory-skillforge-errors"]["attributes"]["title"] = "mine"
    assert run(server, folder) == 0
    assert server.writes == ["/_ilm/policy/observatory-keep-30d", "/s/skillforge/api/saved_objects/_import"]
    assert server.kept["/_ilm/policy/observatory-keep-30d"]["policy"]["phases"]["delete"]["min_age"] == "30d"


def test_what_somebody_deleted_is_made_again(server: Server, folder: Path) -> None:
    run(server, folder)
    server.log.clear()
    del server.kept["/_security/role/logs_reader"]
    del server.kept["/api/spaces/space/skillforge"]
    assert run(server, folder) == 0
    assert server.writes == ["/_security/role/logs_reader", "/api/spaces/space"]


def test_records_and_streams_are_never_written_again(server: Server, folder: Path) -> None:
    run(server, folder)
    server.kept["/_data_stream/skillforge-logs-test"] = {"generation": 40}
    server.log.clear()
    run(server, folder)
    assert server.kept["/_data_stream/skillforge-logs-test"] == {"generation": 40}


def test_a_busy_system_is_asked_again_with_growing_pauses(server: Server, folder: Path, no_pause: list[float]) -> None:
    server.busy = [(503, "not ready"), (503, "not ready"), (429, "too many requests"), (502, "gateway")]
    assert run(server, folder) == 0
    assert no_pause[:4] == [1, 2, 4, 8]


def test_a_system_that_stays_busy_is_given_up_with_what_it_said_last(
    server: Server, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.busy = [(503, "no master")] * 100
    assert run(server, folder, "--deadline", "0.5") == 1
    assert "out of time; GET /_cluster/health?wait_for_status=green&timeout=5s was last answered: 503 no master" in capsys.readouterr().err


def test_a_system_that_is_not_there_is_waited_for(folder: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.close()
    assert run(server, folder, "--deadline", "0.5") == 1
    assert "ConnectionRefusedError" in capsys.readouterr().err


def test_nothing_is_written_before_the_cluster_is_green(server: Server, folder: Path, no_pause: list[float]) -> None:
    server.status = ["red", "yellow", "green"]
    assert run(server, folder) == 0
    assert [path for _, path in server.log[:3]] == ["/_cluster/health"] * 3
    assert no_pause == [5, 5]


def test_a_cluster_of_one_node_is_as_good_as_green_when_it_is_yellow(server: Server, folder: Path) -> None:
    server.status, server.data_nodes = ["yellow"], 1
    assert run(server, folder) == 0


def test_a_cluster_that_stays_yellow_is_no_place_for_content(server: Server, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.status = ["yellow"]
    assert run(server, folder, "--deadline", "1") == 1
    assert "out of time; Elasticsearch is yellow, wanted is green" in capsys.readouterr().err
    assert server.writes == []


def test_a_refused_document_ends_the_run_with_its_name_and_the_innermost_reason(
    server: Server, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cause = {"type": "mapper_parsing_exception", "reason": "No handler for type [keywrd]"}
    error = {"type": "illegal_argument_exception", "reason": "template is invalid", "caused_by": cause}
    server.refused["/_component_template/observatory-fields"] = (400, {"error": error, "status": 400})
    assert run(server, folder) == 1
    assert (
        "failed: component template observatory-fields was refused: 400 template is invalid: No handler for type [keywrd]"
        in capsys.readouterr().err
    )
    assert not [path for path in server.writes if path.startswith("/_index_template")]


def test_a_run_goes_on_where_a_refusal_ended_the_last_one(server: Server, folder: Path) -> None:
    path = "/_component_template/observatory-fields"
    server.refused[path] = (400, {"error": "no"})
    run(server, folder)
    server.refused.clear()
    server.log.clear()
    assert run(server, folder) == 0
    assert server.writes[0] == path


def test_a_repository_that_cannot_be_reached_is_refused_and_not_waited_for(
    server: Server, folder: Path, capsys: pytest.CaptureFixture[str], no_pause: list[float]
) -> None:
    error = {"type": "repository_verification_exception", "reason": "[observatory] path is not accessible on master node"}
    server.refused["/_snapshot/observatory"] = (500, {"error": error})
    assert run(server, folder) == 1
    assert "snapshot repository observatory was refused: 500 [observatory] path is not accessible" in capsys.readouterr().err
    assert no_pause == [1, 2, 4]


def test_objects_that_refer_to_nothing_are_named(server: Server, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "requests-00.jsonl"
    path.write_text(
        path.read_text().replace('"type":"index-pattern","id":"observatory-all-errors","name"', '"type":"index-pattern","id":"gone","name"')
    )
    assert run(server, folder) == 1
    said = capsys.readouterr().err
    assert "objects default was refused: search observatory-all-latest-errors:" in said
    assert "gone" in said


def test_a_wrong_password_is_said_as_such_and_never_shown(server: Server, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "password").write_text("another-canary")
    assert run(server, folder, "--deadline", "1") == 1
    said = "".join(capsys.readouterr())
    assert "401 unable to authenticate user" in said
    assert "another-canary" not in said


def test_no_output_holds_the_password(server: Server, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.busy = [(503, f"echo of {PASSWORD}")] * 3
    server.refused["/_security/role/jaeger"] = (400, {"error": {"reason": f"echo of {PASSWORD}"}})
    assert run(server, folder) == 1
    said = "".join(capsys.readouterr())
    assert "echo of ****" in said
    assert PASSWORD not in said


def test_a_key_is_made_with_the_rights_of_a_role_and_only_printed(
    server: Server, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rights = {"indices": [{"names": ["universal-ai-tools-logs"], "privileges": ["create_doc"]}], "cluster": []}
    answers = {"/_security/role/writer": (200, {"writer": rights}), "/_security/api_key": (200, {"encoded": "made-key"})}
    sent: dict[str, Any] = {}

    def answer(_method: str, path: str, body: bytes) -> tuple[int, Any]:
        sent[path] = json.loads(body or b"null")
        return answers.get(path, (404, {"error": {"reason": "role not found"}}))

    monkeypatch.setattr(server, "answer", answer)
    assert run(server, folder, "key", "chat-service", "--role", "writer", "--days", "30") == 0
    assert capsys.readouterr().out == "made-key\n"
    assert sent["/_security/api_key"]["expiration"] == "30d"
    assert sent["/_security/api_key"]["role_descriptors"] == {"writer": {"indices": rights["indices"]}}
    assert run(server, folder, "key", "chat-service", "--role", "nobody") == 1
    assert "there is no role nobody" in capsys.readouterr().err


def test_certificates_are_checked_with_the_authority_that_is_given(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("ours", "theirs"):
        authority.make(folder / name)
    few = folder / "requests-00.jsonl"
    few.write_text("\n".join(few.read_text().splitlines()[:5]))
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(folder / "ours" / "server.crt", folder / "ours" / "server.key")
    server = Server(shown)
    try:
        assert run(server, folder, "--authority", str(folder / "theirs" / "ca.crt")) == 1
        assert "shows a certificate that the authority did not sign" in capsys.readouterr().err
        assert server.log == []
        assert run(server, folder, "--authority", str(folder / "ours" / "ca.crt")) == 0
        elsewhere = server.url.replace("127.0.0.1", "kubernetes.default.svc")
        server.url, through = elsewhere, server.url.removeprefix("https://")
        assert run(server, folder, "--authority", str(folder / "ours" / "ca.crt"), "--through", through) == 0
    finally:
        server.close()


def test_the_program_runs_alone_in_the_environment_of_its_job(server: Server, folder: Path) -> None:
    said = {
        "ELASTICSEARCH_URL": server.url,
        "KIBANA_URL": server.url,
        "ELASTICSEARCH_USER": "setup",
        "ELASTICSEARCH_PASSWORD_FILE": str(folder / "password"),
    }
    done = subprocess.run([sys.executable, "-I", str(folder / "setup.py")], env=said, cwd="/", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "documents:" in done.stdout.splitlines()[-1]


def test_the_program_needs_nothing_but_pythons_library() -> None:
    tree = ast.parse(Path(setup.__file__).read_text())
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in named} <= sys.stdlib_module_names


def test_a_call_without_addresses_says_which_are_missing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ELASTICSEARCH_URL", "KIBANA_URL", "ELASTICSEARCH_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit) as ended:
        setup.main([])
    assert ended.value.code == 2
    assert "--elasticsearch, --password, --kibana must be given" in capsys.readouterr().err
