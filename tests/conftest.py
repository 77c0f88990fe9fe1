"""What every test shares: no test touches the user's own state."""

from collections.abc import Generator
from pathlib import Path

import pytest

from local import cluster as embedded

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start processes come first: two at a time they wait side by side, and none is left to run alone at the end."""
    files: dict[Path, int] = {}
    for item in items:
        files[item.path] = min(files.get(item.path, 2), _rank(item))
    items.sort(key=lambda item: files[item.path])


def _rank(item: pytest.Item) -> int:
    return 0 if item.get_closest_marker("cluster") else 1 if item.get_closest_marker("tools") else 2


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of the test's own; the cache of built tools is shared on purpose."""
    folder = tmp_path / "state"
    monkeypatch.setenv("OBSERVATORY_STATE", str(folder))
    return folder


@pytest.fixture(scope="session")
def application_namespaces() -> tuple[str, ...]:
    """The namespaces of the catalog's applications."""
    return ("ai-platform", "jac-learning", "skillforge", "universal-ai-tools")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, application_namespaces: tuple[str, ...]) -> Generator[embedded.Cluster]:
    """One real control plane for all tests that only use it; those that break one start their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OBSERVATORY_STATE", str(tmp_path_factory.mktemp("cluster")))
        started = embedded.up(print, application_namespaces)
    yield started
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OBSERVATORY_STATE", str(started.kubeconfig.parents[1]))
        embedded.down(print)
