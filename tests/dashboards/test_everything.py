"""All dashboards together: one uid each, links that lead somewhere, few queries, and the same JSON each time."""

import json
import re
from collections.abc import Iterator

import pytest

from dashboards.grafana import everything as module
from dashboards.grafana import service
from dashboards.grafana.build import source_text
from dashboards.grafana.lint import queries_on_load
from dashboards.model import Dashboard
from dashboards.reading import Reader
from tests.dashboards.drawn import all_of_them, documents, reader

_UID = re.compile(r"/d/([\w-]+)")
_MOST_QUERIES = 30
_MOST_BYTES = 512 * 1024


def test_every_part_of_every_application_has_a_dashboard_of_its_own() -> None:
    subjects = reader().subjects
    found = {dashboard.title for dashboard in all_of_them().values()}
    assert {f"{subject.application.application} / {subject.name}" for subject in subjects} <= found
    assert {f"app-{name}" for name in reader().catalog.applications} <= all_of_them().keys()


def test_opening_a_dashboard_asks_few_questions() -> None:
    assert {uid: count for uid, document in documents().items() if (count := queries_on_load(document)) > _MOST_QUERIES} == {}


def test_no_dashboard_is_too_large_to_be_stored() -> None:
    assert [uid for uid, document in documents().items() if len(source_text(document).encode()) > _MOST_BYTES] == []


def links() -> Iterator[tuple[str, str]]:
    """Every address of another dashboard, in links and in words, with where it stands."""
    for uid, document in documents().items():
        for target in _UID.findall(json.dumps(document)):
            yield uid, target


def test_every_link_leads_to_a_dashboard_that_is_there() -> None:
    assert {(uid, target) for uid, target in links() if target not in all_of_them()} == set()


def test_every_dashboard_can_be_reached_from_another_one() -> None:
    """Folders list them all; the three of cluster and platform are entered there."""
    reached = {target for uid, target in links() if target != uid}
    entries = {uid for uid, dashboard in all_of_them().items() if dashboard.folder == "platform"}
    assert all_of_them().keys() - reached - entries - {f"app-{name}" for name in reader().catalog.applications} == {
        uid for uid in all_of_them() if uid.startswith(("business-", "models-", "security")) and uid not in reached
    }


def test_links_keep_the_environment_and_the_time_that_are_chosen() -> None:
    lost = [
        (uid, link["url"])
        for uid, document in documents().items()
        for link in document.get("links", [])
        if link["url"].startswith("/d/") and not link["url"].endswith("${environment:queryparam}&${__url_time_range}")
    ]
    assert lost == []


def test_two_dashboards_of_one_uid_are_refused_by_their_titles(monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(found: Reader) -> list[Dashboard]:
        first = service.dashboards(found)[0]
        return [first, Dashboard(first.uid, "Another", "It has the uid of one that is there.", "platform", ())]

    monkeypatch.setattr(module, "_IDEAS", (twice,))
    with pytest.raises(ValueError, match=r"'ai-platform / api' and 'Another' share the uid 'svc-ai-platform-api'"):
        module.everything(reader())


def test_a_dashboard_that_names_a_signal_nobody_defines_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(found: Reader) -> list[Dashboard]:
        found.of(found.subjects[0], "http_latencies")
        return []

    monkeypatch.setattr(module, "_IDEAS", (wrong,))
    with pytest.raises(KeyError, match="no signal 'http_latencies'"):
        module.everything(reader())


def test_the_same_catalog_gives_the_same_json() -> None:
    again = {dashboard.uid: dashboard for dashboard in module.everything(reader())}
    assert again == all_of_them()
