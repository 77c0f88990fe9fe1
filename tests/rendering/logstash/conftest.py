"""The project's own catalog, and the pipelines rendered of it."""

from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.loading import load
from rendering.elastic.settings import ElasticSettings
from rendering.logs.settings import DATASETS, LogsSettings
from rendering.logstash.everything import files
from rendering.site import Site
from tests.rendering.logstash.engine import Logstash

ROOT = Path(__file__).resolve().parents[3]
SITE = Site("test", "eu-central-1", "here", "https://runbooks.example")
LOGS = LogsSettings.model_validate({"retention": {"keep": dict.fromkeys(DATASETS, "90d")}})
ELASTIC = ElasticSettings.model_validate(
    {"nodes": {"all": {"count": 3, "cpu": "1", "memory": "2Gi", "volume": "10Gi"}}, "logstash": {"replicas": 1}}
)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The project's own."""
    return load(ROOT)


@pytest.fixture(scope="session")
def rendered(catalog: Catalog) -> dict[str, str]:
    """The pipelines' files, every input switched on."""
    return files(catalog, SITE, LOGS, ELASTIC)


@pytest.fixture(scope="session")
def parsed(rendered: dict[str, str]) -> Logstash:
    """Parsed once."""
    return Logstash(rendered)


@pytest.fixture
def logstash(parsed: Logstash) -> Logstash:
    """With nothing stored yet."""
    parsed.stored.clear()
    parsed.handed.clear()
    parsed.conflicts = 0
    return parsed
