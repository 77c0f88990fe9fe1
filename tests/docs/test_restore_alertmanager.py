"""What the guide promises of Alertmanager is tried: a member whose volume is gone has its peers' silences again."""

import subprocess
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import tools
from local.processes import free_ports
from tests.docs.test_restore_prometheus import until

pytestmark = pytest.mark.tools

CONFIGURATION = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


@contextmanager
def member(folder: Path, name: str, peers: list[int]) -> Generator[tuple[int, int]]:
    """A member with a volume of its own: the ports of its API and of its gossip."""
    binary = tools.ensure(["alertmanager"], print)["alertmanager"]
    port, gossip = free_ports(2)
    (folder / "alertmanager.yaml").write_text(CONFIGURATION)
    with (folder / f"{name}.log").open("w") as log:
        command = [str(binary), f"--config.file={folder / 'alertmanager.yaml'}", f"--storage.path={folder / name}"]
        command += [f"--web.listen-address=127.0.0.1:{port}", f"--cluster.listen-address=127.0.0.1:{gossip}"]
        command += [f"--cluster.peer=127.0.0.1:{peer}" for peer in peers]
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            until(lambda: silences(port) is not None, 60)
            yield port, gossip
        finally:
            server.terminate()
            server.wait(30)


def silences(port: int) -> list[str] | None:
    """Comments of what is silenced; None while nobody answers."""
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/api/v2/silences", timeout=2)
    except httpx.TransportError:
        return None
    return [str(each["comment"]) for each in answer.json()] if answer.is_success else None


def silence(port: int, comment: str) -> None:
    now = datetime.now(UTC)
    matchers: list[dict[str, Any]] = [{"name": "alertname", "value": "ServiceDown", "isRegex": False, "isEqual": True}]
    whole = {"startsAt": now.isoformat(), "endsAt": (now + timedelta(hours=1)).isoformat(), "createdBy": "a person", "comment": comment}
    httpx.post(f"http://127.0.0.1:{port}/api/v2/silences", json={"matchers": matchers, **whole}).raise_for_status()


def test_a_member_with_an_empty_volume_is_told_the_silences_of_its_peers(tmp_path: Path, record_property: Any) -> None:  # noqa: ANN401  pytest's
    with ExitStack() as running:
        first, gossip = running.enter_context(member(tmp_path, "first", []))
        silence(first, "a release")
        began = time.monotonic()
        lost, _ = running.enter_context(member(tmp_path, "lost", [gossip]))
        until(lambda: silences(lost) == ["a release"], 60)
        record_property("seconds", took := time.monotonic() - began)
        assert took < 600, "the guide says ten minutes"


def test_without_a_peer_nothing_comes_back(tmp_path: Path) -> None:
    with member(tmp_path, "alone", []) as (port, _):
        assert silences(port) == []
