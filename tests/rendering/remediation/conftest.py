"""The project's catalog where remediation is on, and the engine's own code."""

from dataclasses import replace
from typing import Any

import pytest

from catalog.catalog import Catalog
from components import remediation
from components.remediation import RemediationSettings
from rendering.remediation.places import Act
from rendering.remediation.telling import acts
from rendering.site import Site
from tests.rendering.remediation.judge import Judge
from tests.rendering.remediation.judge import judge as built
from tests.stacks.real import prepared

CONTEXT = prepared("prod").plan.context


@pytest.fixture(scope="session")
def acting(site: Site) -> Site:
    return replace(site, remediation=True)


@pytest.fixture(scope="session")
def found(real: Catalog, acting: Site) -> tuple[Act, ...]:
    return acts(real, acting)


@pytest.fixture(scope="session")
def objects(found: tuple[Act, ...]) -> dict[str, dict[str, Any]]:
    """What acts for real, by kind."""
    documents = remediation.documents(CONTEXT, RemediationSettings(dry_run=False), found)
    return {document["kind"]: document for document in documents}


@pytest.fixture(scope="session")
def judge() -> Judge:
    return built()
