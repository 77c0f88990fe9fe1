"""The guides build into a site without one warning, and a link that leads nowhere is refused."""

import argparse
import shutil
from pathlib import Path

import pytest

from cli import site
from tests.docs.guides import ROOT

BEGINNING = "# Guides\n\n```{toctree}\n:glob:\n\n*\n```\n"


@pytest.fixture
def guides(tmp_path: Path) -> Path:
    """A small folder of guides, built as the real one is."""
    folder = tmp_path / "docs"
    (folder / "runbooks").mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "conf.py", folder)
    (folder / "index.md").write_text(BEGINNING)
    (folder / "runbooks" / "ServiceDown.md").write_text("# ServiceDown\n\n## No data\n\nLook.\n")
    (folder / "guide.md").write_text(
        '# Guide\n\n[there](runbooks/ServiceDown.md#no-data), [here](#a-part), [top](#top)\n\n<a id="top"></a>\n\n## A part\n'
    )
    return folder


def test_all_guides_runbooks_and_decisions_build_without_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(site, "SITE", tmp_path / "site")
    assert site.run_site(argparse.Namespace()) == 0
    for page in (ROOT / "docs").rglob("*.md"):
        if page.name == "0000-template.md":
            continue
        assert (tmp_path / "site" / page.relative_to(ROOT / "docs")).with_suffix(".html").exists(), page
    sent = "".join((tmp_path / "site" / name).read_text() for name in ("index.html", "start.html"))
    assert 'href="https://' not in sent.replace('href="https://github.com/pradyunsg/furo"', "").replace('href="https://pradyunsg.me"', "")
    assert 'src="http' not in sent, "a page fetches something"


def test_a_small_site_is_written(guides: Path, tmp_path: Path) -> None:
    assert site.build(guides, tmp_path / "site") == []
    assert (tmp_path / "site" / "guide.html").exists()


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("[there](runbooks/ServiceUp.md)", "ServiceUp.md"),
        ("[there](runbooks/ServiceDown.md#no-such-part)", "no-such-part"),
        ("[here](#no-such-part)", "no-such-part"),
        ("![picture](dashboards/none.png)", "dashboards/none.png"),
        ("# A second\n\n### Too deep", "header level"),
    ],
    ids=["page", "anchor of a page", "anchor", "picture", "headings"],
)
def test_what_leads_nowhere_is_refused_and_nothing_is_written(guides: Path, tmp_path: Path, broken: str, told: str) -> None:
    page = guides / "guide.md"
    page.write_text(f"{page.read_text()}\n{broken}\n")
    complaints = site.build(guides, tmp_path / "site")
    assert any(told in line.lower() or told in line for line in complaints), complaints
    assert all(line.startswith("guide.md:") for line in complaints), complaints
    assert not (tmp_path / "site").exists()


def test_a_page_that_no_list_names_is_refused(guides: Path, tmp_path: Path) -> None:
    (guides / "apart").mkdir()
    (guides / "apart" / "alone.md").write_text("# Alone\n")
    assert any("toctree" in line for line in site.build(guides, tmp_path / "site"))
