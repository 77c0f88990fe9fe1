"""Pictures and the page of dashboards: what is old or missing is told with the command that mends it."""

import json
from pathlib import Path
from typing import Any

from cli.pictures import outdated
from dashboards.grafana.build import document
from dashboards.listing import fingerprint
from dashboards.model import Dashboard, Panel, Query, Row


def dashboard(title: str = "Requests", description: str = "Requests a second.") -> dict[str, Any]:
    panel = Panel(title, description, None, (Query("up"),))
    return document(Dashboard("shop", "Shop", "What the shop does.", "platform", (Row("Now", (panel,)),)))


def drawn(folder: Path, **prints: str) -> Path:
    for uid in prints:
        (folder / f"{uid}.png").write_bytes(b"")
    (folder / "drawn.json").write_text(json.dumps(prints))
    return folder


def test_a_picture_of_the_dashboard_as_it_is_is_no_complaint(tmp_path: Path) -> None:
    assert outdated({"shop": dashboard()}, drawn(tmp_path, shop=fingerprint(dashboard()))) == []


def test_a_picture_of_what_a_dashboard_was_is_told_with_the_remedy(tmp_path: Path) -> None:
    (told,) = outdated({"shop": dashboard("Requests a minute")}, drawn(tmp_path, shop=fingerprint(dashboard())))
    assert told.endswith("shop.png does not show the dashboard as it is; run: make pictures")


def test_a_missing_picture_and_one_of_no_dashboard_are_told(tmp_path: Path) -> None:
    told = outdated({"shop": dashboard()}, drawn(tmp_path, till="0"))
    assert [line.partition(".png ")[2] for line in told] == [
        "does not show the dashboard as it is; run: make pictures",
        "shows no dashboard; run: make pictures",
    ]


def test_no_picture_at_all_is_told_for_each_dashboard(tmp_path: Path) -> None:
    assert len(outdated({"shop": dashboard(), "till": dashboard()}, tmp_path)) == 2


def test_other_words_in_a_description_make_no_picture_old() -> None:
    assert fingerprint(dashboard(description="How many requests there are.")) == fingerprint(dashboard())
    assert fingerprint(dashboard("Visits")) != fingerprint(dashboard())
