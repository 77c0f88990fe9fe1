"""The page of dashboards lists each once, with its owner, its picture and how the picture was made."""

from pathlib import Path

from catalog.loading import load
from dashboards import listing
from dashboards.grafana.everything import everything
from dashboards.reading import Reader
from rendering.rules import rule_groups


def test_the_page_lists_every_dashboard_with_its_picture_and_owner(root: Path) -> None:
    catalog = load(root)
    found = everything(Reader(catalog, listing.SITE, rule_groups(catalog, listing.SITE)))
    text = listing.text(found, catalog)
    for dashboard in found:
        assert text.count(f"({listing.FOLDER}/{dashboard.uid}.png)") == 1, dashboard.uid
        assert text.count(f'<a id="{dashboard.uid}"></a>') == 1, dashboard.uid
    for application in catalog.applications.values():
        assert f"## {application.title}\n\nOwned by team `{application.owner.team}`." in text
    assert "no screenshots of Grafana" in text
    assert "matplotlib from sample data" in text
