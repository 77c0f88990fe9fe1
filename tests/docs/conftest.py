"""The project's own catalog with the rules that it makes, as its documents tell of them."""

from pathlib import Path
from typing import NamedTuple

import pytest

from catalog.catalog import Catalog
from catalog.loading import load
from rendering.document import Document
from rendering.rules import rule_groups
from rendering.site import Site

ROOT = Path(__file__).parents[2]


class Told(NamedTuple):
    """What the documents are made from."""

    catalog: Catalog
    groups: dict[str, list[Document]]
    site: Site


@pytest.fixture(scope="session")
def told() -> Told:
    catalog, site = load(ROOT), Site(environment="any", region="any", cluster="any", runbooks_url="docs/runbooks")
    return Told(catalog, rule_groups(catalog, site), site)


@pytest.fixture(scope="session")
def pages() -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "runbooks").glob("*.md")}
