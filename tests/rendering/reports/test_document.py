"""A report's files: what is not known is said, what has meaning in Markdown or HTML is text, plots are described and fit any theme."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from catalog.catalog import Catalog
from rendering.reports import page, plots, wording
from rendering.reports.document import Origin, Report, report
from rendering.reports.figures import Alerted, Availability, Deployed, Figures, Kept, Requests, Used
from rendering.reports.month import Month

OCTOBER = Month(2025, 10, datetime(2025, 11, 7, tzinfo=UTC))
ORIGIN = Origin("prod", "prod", "prod-1", "http://127.0.0.1:9090", date(2025, 11, 7))
SECONDS = 31 * 86400


@pytest.fixture
def empty(real: Catalog) -> Figures:
    """An application of which nothing but one service's minutes is known."""
    known = Availability("service", "backend", SECONDS, SECONDS, 0, 0, OCTOBER.start.timestamp(), 0.999, dict.fromkeys(range(1, 32), 1.0))
    return Figures(
        application=real.applications["skillforge"],
        month=OCTOBER,
        expected=("frontend", "backend"),
        availability=(known,),
        objectives=(Kept("backend", "availability", "99.9% good over 30d", 0.999, None),),
        requests=(),
        used=(),
        disk=None,
        deployments=(Deployed("backend", "the pipeline", None, None), Deployed("backend", "the cluster", 0.5, 4)),
        failed=None,
        alerts=(),
        known=None,
        fired=0,
        firing=0,
        costs=None,
        limit=None,
    )


@pytest.fixture
def full(empty: Figures) -> Figures:
    down = Availability(
        "service", "frontend", SECONDS, SECONDS - 5400, 1, 240, OCTOBER.start.timestamp(), 0.999, {11: 0.9375, 12: 1.0, 13: 0.2}
    )
    return replace(
        empty,
        availability=(down, *empty.availability),
        objectives=(
            Kept("backend", "availability", "99.9% good over 30d", 0.999, 0.0005),
            Kept("backend", "latency", "99% good", 0.99, 0.02),
        ),
        requests=(Requests("backend", 20.0, 0.01, {"p50": 0.1, "p95": 0.75, "p99": 1.5}, {1: 0.7, 2: 0.75}),),
        used=(Used("backend", (0.4, 0.8), (0.5, None)),),
        disk=0.61,
        alerts=(Alerted("Api|Slow<b>", "backend", "critical", 3, 1, 3, 1, 360.0),),
        known=4,
        fired=1,
    )


def made(found: Figures) -> Report:
    return report(found, ORIGIN)


def line(text: str, start: str) -> str:
    (found,) = [each for each in text.splitlines() if each.startswith(f"| {start} |")]
    return found


def test_what_is_not_known_is_said_and_never_nought(empty: Figures) -> None:
    text = made(empty).markdown
    assert line(text, "Objectives kept") == "| Objectives kept | no data | all |"
    assert "| Alerts | no data |" in text
    assert "CPU and memory: no data." in text
    assert "at its fullest: no data." in text
    assert "No data: no service's requests are recorded." in text
    assert "| backend | the pipeline | no data | no data | at least 99 % |" in text, "deployments"
    assert "| backend | the cluster | 4 | 50 % | at least 99 % |" in text
    assert "No data: the stack's settings say nothing of its traffic" in text
    assert "**Nothing is known of whether these were up:** frontend." in text
    assert "alert on a failed deployment" not in text, "an alert that does not exist did not fire 0 times"


def test_a_month_that_runs_says_until_when_it_is_known(empty: Figures) -> None:
    running = replace(empty, month=Month(2025, 10, datetime(2025, 10, 11, 6, tzinfo=UTC)))
    assert "The month has not ended: this is what was known until 2025-10-11 06:00 UTC." in made(running).markdown


def test_who_was_watched_for_a_part_of_the_month_is_named_with_the_moment(empty: Figures) -> None:
    late = replace(empty.availability[0], known=SECONDS / 2, up=SECONDS / 2, since=OCTOBER.start.timestamp() + SECONDS / 2)
    text = made(replace(empty, availability=(late,))).markdown
    assert "**Not the whole month is known:** backend since 2025-10-16 12:00 UTC (50 % of the time)." in text


def test_one_that_was_down_all_along_has_no_incident_and_it_is_said(empty: Figures) -> None:
    gone = replace(empty.availability[0], up=0, days=dict.fromkeys(range(1, 32), 0.0))
    text = made(replace(empty, availability=(gone,))).markdown
    assert "| backend | 0 % | 31 d | 0 | no incident | no incident | no incident | 0 % |" in text
    assert "Down from before the month or before anything was recorded, so no incident began: backend." in text


def test_markup_in_names_stays_text_in_both_files(full: Figures) -> None:
    found = made(full)
    assert r"| Api\|Slow\<b\> | backend | critical | 3 | 1 | 3 | 2 min |" in found.markdown
    html = page.page(found)
    assert ">Api|Slow&lt;b&gt;<" in html
    assert "<b>" not in html


def test_no_share_short_of_the_whole_becomes_the_whole() -> None:
    assert wording.share(1 - 1e-9) == "99.999 %"
    assert [wording.share(value) for value in (None, 1, 0.999, 0.9993, 0.125, 5)] == [
        "no data",
        "100 %",
        "99.9 %",
        "99.93 %",
        "12.5 %",
        "500 %",
    ]


def test_durations_have_their_two_greatest_units() -> None:
    told = {
        0: "0 s",
        45: "45 s",
        150: "2 min 30 s",
        5400: "1 h 30 min",
        86400: "1 d",
        2678400: "31 d",
        1338300: "15 d 11 h",
        0.25: "250 ms",
    }
    assert {seconds: wording.duration(seconds) for seconds in told} == told


class Outline(HTMLParser):
    """What a page is made of: headings, tags without an end, addresses it would load, ids, and what is said of plots."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.plots: list[str | None] = []
        self.scopes: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [str(given["id"])] if "id" in given else []
        self.loads += [str(given[name]) for name in ("src", "href", "xlink:href") if name in given and not str(given[name]).startswith("#")]
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(int(tag[1]))
        if tag == "svg":
            self.plots.append(given.get("aria-label") if given.get("role") == "img" else None)
        if tag == "th":
            self.scopes.append(given.get("scope"))
        if tag not in {"meta", "br", "hr", "img"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} ends what is not open"


def test_the_page_is_whole_loads_nothing_and_says_what_plots_show(full: Figures) -> None:
    html = page.page(made(full))
    found = Outline()
    found.feed(html)
    assert not found.open
    assert not found.loads
    assert found.headings == [1] + [2] * 9
    assert len(found.ids) == len(set(found.ids))
    assert found.plots == ["Uptime by day", "Error budget spent", "95th percentile of each day's requests", "The alerts that fired most"]
    assert set(found.scopes) == {"col", "row"}
    assert '<html lang="en">' in html
    references = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', html))
    assert references <= set(found.ids), "a part of a plot that is named differently from where it is used is not drawn"


def test_plots_have_the_colours_of_the_page_and_are_the_same_each_time(full: Figures) -> None:
    first, second = made(full), made(full)
    assert first == second
    for name, svg in first.plots.items():
        assert "#000000" not in svg, name
        assert not re.search(r"<text(?![^>]*var\(--ink\))", svg), f"{name}: text that a dark page would hide"
    alone = plots.alone(first.plots["uptime"])
    assert "prefers-color-scheme:dark" in alone
    assert alone.startswith("<svg ")


def test_every_plot_is_named_in_the_markdown_with_what_it_shows(full: Figures) -> None:
    found = made(full)
    shown = dict(re.findall(r"^!\[(.+)\]\((\w+)\.svg\)$", found.markdown, re.MULTILINE))
    assert set(shown.values()) == set(found.plots)
    assert any("frontend 93.75 % on day 11, frontend 20 % on day 13" in text for text in shown)
