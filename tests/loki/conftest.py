"""A real Loki with the rendered configuration and rules, a real agent that reads log files, and a real Alertmanager."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.loading import load
from local.tools import ensure
from tests.loki.stage import Stage

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The project's own."""
    return load(ROOT)


@pytest.fixture(scope="session")
def tools() -> dict[str, Path]:
    """Real programs."""
    return ensure(["loki", "otelcol", "alertmanager"], print)


@pytest.fixture(scope="session")
def stage(tools: dict[str, Path], catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Everything, started once; tests tell their records apart by service and text."""
    with Stage(tmp_path_factory.mktemp("loki"), tools) as made:
        made.start(catalog)
        yield made
