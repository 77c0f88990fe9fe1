"""Which cluster a command is about, and that nobody deploys to somebody else's by accident."""

from pathlib import Path

import pytest
import yaml

from catalog.faults import MissingError
from cli import target


def _kubeconfig(path: Path, server: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content: dict[str, object] = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {}}],
    }
    path.write_text(yaml.safe_dump(content))
    return path


@pytest.fixture
def reported() -> list[str]:
    return []


def test_kubeconfig_names_the_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = _kubeconfig(tmp_path / "other", "https://127.0.0.1:7001")
    monkeypatch.setenv("KUBECONFIG", f"{path}:/somewhere/else")
    found = target.named("local")
    assert found
    assert (found.server, found.kubeconfig) == ("https://127.0.0.1:7001", path)


def test_our_own_kubeconfig_is_the_embedded_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    path = _kubeconfig(target.kubeconfig("local"), "https://127.0.0.1:7002")
    monkeypatch.setenv("KUBECONFIG", str(path))
    assert target.named("local") is None


def test_an_empty_kubeconfig_names_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "")
    assert target.named("local") is None


def test_a_kubeconfig_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    with pytest.raises(MissingError, match="no kubeconfig at"):
        target.running("local")


def test_a_cluster_elsewhere_must_be_meant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reported: list[str]) -> None:
    monkeypatch.setenv("KUBECONFIG", str(_kubeconfig(tmp_path / "prod", "https://abc.eks.amazonaws.com")))
    with pytest.raises(MissingError, match="not on this machine"):
        target.ready("local", [], reported.append, sure=False)
    assert target.ready("local", [], reported.append, sure=True).server == "https://abc.eks.amazonaws.com"


@pytest.mark.parametrize("server", ["https://127.0.0.1:1", "https://localhost:1", "https://[::1]:1"])
def test_a_cluster_on_this_machine_needs_no_asking(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reported: list[str], server: str
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(_kubeconfig(tmp_path / "kind", server)))
    assert target.ready("local", [], reported.append, sure=False).server == server
    assert server in reported[0]
