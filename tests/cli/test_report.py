"""`make report` on a month of recorded series in a real Prometheus, whose figures were worked out by hand, and on bad input."""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.__main__ import main
from cli.arguments import ROOT
from local.tools import ensure
from rendering.reports import month as months
from stacks import program
from stacks.prepared import Prepared
from tests.dashboards.sample.series import Series
from tests.dashboards.sample.store import Store
from tests.rendering.reports.october import series

pytestmark = pytest.mark.tools


@dataclass(frozen=True)
class Asked:
    """One call of the command."""

    status: int
    out: str
    err: str


Ask = Callable[..., Asked]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """October 2025, in a store that other clusters write to as well; its address."""
    folder = tmp_path_factory.mktemp("october")
    found = Store(folder, ensure(["prometheus", "promtool"], print))
    mine = [each for each in series("observatory-prod") if len(each.at)]
    others = [Series(each.name, {**each.labels, "cluster": "elsewhere"}, each.at, each.values * 0) for each in mine[:2]]
    replica = [
        Series(each.name, {**each.labels, "application": "jac-learning", "__replica__": "0"}, each.at, each.values) for each in mine[:1]
    ]
    found.write([*mine, *others, *replica], "october")
    with found:
        yield f"http://127.0.0.1:{found._port}"


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    """Of prod; made once, since it takes seconds."""
    return program.survey("prod", ROOT)


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prepared: Prepared) -> Ask:
    monkeypatch.delenv("OBSERVATORY_PROMETHEUS_URL", raising=False)

    def survey(_stack: str, _root: Path) -> Prepared:
        return prepared

    monkeypatch.setattr(program, "survey", survey)

    def asked(*words: str) -> Asked:
        status = main(["report", "--stack", "prod", "--out", str(tmp_path / "reports"), *words])
        told = capsys.readouterr()
        return Asked(status, told.out, told.err)

    return asked


def rows(markdown: str) -> dict[str, list[str]]:
    """Of all tables: the first cell and the others; of several rows with one first cell, the first."""
    found: dict[str, list[str]] = {}
    for line in markdown.splitlines():
        if line.startswith("| "):
            first, *others = [cell.strip() for cell in line.strip("|").split("|")]
            found.setdefault(first, others)
    return found


def test_a_month_is_reported_as_it_was_worked_out_by_hand(ask: Ask, store: str, tmp_path: Path) -> None:
    done = ask("--application", "skillforge", "--month", "2025-10", "--prometheus", store)
    assert done.status == 0, done.err
    assert "skillforge: asking about October 2025" in done.err, "progress is told, and not among the results"
    assert "99.798 %" in done.out
    text = (tmp_path / "reports" / "skillforge.md").read_text()
    found = rows(text)
    # 44,640 minutes; backend down 10 and 20 of them (2 and 3 unnoticed), frontend 90 (4 unnoticed)
    assert found["backend"] == ["99.933 %", "30 min", "2", "2 min 30 s", "15 min", "15 d 11 h", "100 %"]
    assert found["frontend"] == ["99.798 %", "1 h 30 min", "1", "4 min", "1 h 30 min", "30 d 22 h", "99.898 %"]
    assert found["ai-services"][:3] == ["100 %", "0 s", "0"]
    assert found["postgres"][-1] == "not promised"
    assert found["Mean time to detect"] == ["3 min", "at most 5 min"]  # (2 + 3 + 4) / 3
    assert found["Mean time to repair"] == ["40 min", "at most 30 min"]  # (10 + 20 + 90) / 3
    assert "ai-services since 2025-10-16 00:0" in text
    assert "**Nothing is known of whether these were up:** openai, redis." in text
    # two days of 31 with 1 % failing: 0.02 / 31 = 0.0645 % of 0.1 %; one in twenty slow of one in a hundred allowed
    assert "| backend | availability | 99.9% good over 30d | 99.935 % | 64.52 % | kept |" in text
    assert "| ai-services | inference | 99% good within 2s over 30d | 95 % | 500 % | **broken** |" in text
    assert found["Objectives kept"] == ["1 of 2 (2: no data)", "all"]
    # 20/s of which 1 in 100 fails; the 95th of 100 lies between 0.5 s (90) and 1 s (100), half-way; the 99th at 0.95 s
    assert "| backend | 20/s | 1 % | 100 ms | 750 ms | 950 ms |" in text
    assert "| backend | 40 % | 80 % | 50 % | 50 % |" in text
    assert "at its fullest: 61 %." in text
    # eight ended: two outages of the backend, one of the frontend, one page for nothing, four short warnings
    assert found["Alerts that fired and ended"] == ["8", ""]
    assert found["Noise: ended by themselves at once"] == ["62.5 % (5)", ""]
    assert found["Pages"] == ["4", ""]
    assert found["False positives among pages"] == ["25 % (1)", "at most 5 %"]
    assert "Of 4 alerts 1 never fired." in text
    assert found["HealthCheckDown"] == ["backend", "critical", "3", "1", "3", "9 min 20 s"]  # (8 + 17 + 3) / 3
    assert "| frontend | the cluster | 4 | 75 % | at least 99 % |" in text, "one of four versions never came up"
    assert re.search(r"About [\d,]+ USD a month for the whole stack", text)


def test_both_files_are_written_with_the_plots_that_the_markdown_names(ask: Ask, store: str, tmp_path: Path) -> None:
    assert ask("--application", "skillforge", "--month", "2025-10", "--prometheus", store).status == 0
    folder = tmp_path / "reports"
    named = re.findall(r"\]\((skillforge-\w+\.svg)\)", (folder / "skillforge.md").read_text())
    assert {file.name for file in folder.iterdir()} == {"skillforge.md", "skillforge.html", *named}
    assert len(named) == 5
    assert (folder / "skillforge.html").read_text().count("<svg ") == 5


def test_applications_without_data_are_named_after_the_others_are_written(ask: Ask, store: str, tmp_path: Path) -> None:
    done = ask("--month", "2025-09", "--prometheus", store)
    assert done.status == 3
    assert "no data of ai-platform, jac-learning, platform, skillforge, universal-ai-tools" in done.err
    assert "September 2025" in done.err
    assert not (tmp_path / "reports").exists()


def test_replicas_side_by_side_are_not_counted_twice(ask: Ask, store: str) -> None:
    done = ask("--application", "jac-learning", "--month", "2025-10", "--prometheus", store)
    assert done.status == 3
    assert "ask the front that deduplicates" in done.err


def test_a_name_and_a_month_that_are_wrong_are_told_together(ask: Ask) -> None:
    done = ask("--application", "skilforge", "--month", "2999-01")
    assert done.status == 2
    assert "did you mean 'skillforge'?" in done.err
    assert "it has not begun" in done.err
    assert "Traceback" not in done.err


def test_nobody_to_ask_and_nobody_there_are_both_missing(ask: Ask) -> None:
    assert "which Prometheus holds the stack's data?" in (done := ask("--month", "2025-10")).err
    assert done.status == 3
    done = ask("--month", "2025-10", "--prometheus", "http://127.0.0.1:1")
    assert done.status == 3
    assert "Prometheus does not answer at http://127.0.0.1:1" in done.err


def test_an_address_is_told_without_what_opens_it(ask: Ask, store: str, tmp_path: Path) -> None:
    address = store.replace("http://", "http://reader:hunter2@")
    done = ask("--application", "skillforge", "--month", "2025-10", "--prometheus", address)
    assert done.status == 0
    for file in (tmp_path / "reports").iterdir():
        assert "hunter2" not in file.read_text()
    assert "hunter2" not in done.out + done.err


def test_the_month_that_a_report_is_about_by_default_is_over() -> None:
    assert months.read(None, datetime.now(UTC)).complete
