"""A small catalog with one of everything, the project's own, and what reads rendered documents."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.catalog import Catalog
from catalog.loading import load
from catalog.model import Application
from catalog.people import Team
from catalog.signal import Signal
from rendering.documents import Rendered, render
from rendering.site import Jira, Site
from tests.alerts.rendered import SITE

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def small() -> Catalog:
    data: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "small.yaml").read_text())
    return Catalog(
        {name: Signal.model_validate(entry) for name, entry in data["signals"].items()},
        {name: Team.model_validate(entry) for name, entry in data["teams"].items()},
        {name: Application.model_validate({"application": name, **entry}) for name, entry in data["applications"].items()},
    )


@pytest.fixture(scope="session")
def real() -> Catalog:
    return load(HERE.parent.parent)


@pytest.fixture(scope="session")
def site() -> Site:
    return replace(SITE, jira=Jira("https://jira.example.com", "observatory@example.com"))


@pytest.fixture(scope="session")
def quiet_site(site: Site) -> Site:
    """The same environment with every way to reach people switched off."""
    return replace(site, pagerduty=False, slack=False, webhooks=False, heartbeat=False, smtp=None, jira=None)


@pytest.fixture(scope="session", params=["small", "real"])
def rendered(request: pytest.FixtureRequest, site: Site) -> Rendered:
    return render(request.getfixturevalue(request.param), site)


@pytest.fixture(scope="session")
def rendered_small(small: Catalog, site: Site) -> Rendered:
    return render(small, site)
