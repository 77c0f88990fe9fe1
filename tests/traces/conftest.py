"""The collector and Prometheus, built from Go modules once, and what is rendered for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.loading import load
from local.tools import ensure
from rendering.otel.settings import TracesSettings
from rendering.site import Site
from tests.traces.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
SITE = Site("test", "eu-central-1", "here", "https://runbooks.example")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The project's own."""
    return load(ROOT)


@pytest.fixture(scope="session")
def tools() -> dict[str, Path]:
    """Real programs."""
    return ensure(["otelcol", "prometheus"], print)


def settings(share: float = 1.0, *, datadog: bool = False, zipkin: bool = False, queue: int = 200_000) -> TracesSettings:
    """Settings that decide a second after a trace's first span."""
    return TracesSettings.model_validate(
        {
            "sampling": {"share": share, "decision_wait": "1s"},
            "replicas": {"min": 2, "max": 2},
            "datadog": datadog,
            "zipkin": zipkin,
            "queue": queue,
        }
    )


@pytest.fixture
def stage(tools: dict[str, Path], tmp_path: Path) -> Iterator[Stage]:
    """A stage of one test's own."""
    with Stage(tmp_path, tools) as made:
        yield made
