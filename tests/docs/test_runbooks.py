"""Every alert has a page that tells what it means and what to do, and every page an alert."""

import re
from pathlib import Path

import promql_parser
import pytest

from cli import generated
from rendering import runbooks
from rendering.aws.late import LATE
from rendering.datadog.synthetics import RUNBOOK
from tests.docs.conftest import Told

HEAD = f"{runbooks.OPEN}\n# Broken\n\n{runbooks.CLOSE}"
STEPS = "\n".join(f"{n}. Look at the first thing and then at the second one." for n in (1, 2, 3))
WRITTEN = f"{HEAD}\n" + "".join(f"\n## {section}\n\n{STEPS}\n" for section in runbooks.SECTIONS)
COMMANDS = ("kubectl", "promtool", "amtool", "aws")
VERBS = {
    "kubectl": {
        "annotate",
        "apply",
        "auth",
        "certificate",
        "cordon",
        "create",
        "debug",
        "delete",
        "describe",
        "drain",
        "exec",
        "get",
        "label",
        "logs",
        "patch",
        "port-forward",
        "rollout",
        "run",
        "scale",
        "set",
        "top",
        "uncordon",
    },
    "promtool": {"query", "check", "test", "tsdb"},
    "amtool": {"alert", "silence", "check-config", "config", "template"},
    "aws": {"acm", "backup", "cloudtrail", "ec2", "ecs", "eks", "elasticache", "elbv2", "lambda", "rds", "secretsmanager"},
}


def test_every_alert_links_a_page_and_every_page_has_an_alert(told: Told, pages: dict[str, str]) -> None:
    linked = {
        rule["annotations"]["runbook_url"].partition("#")[0].removeprefix("docs/runbooks/").removesuffix(".md")
        for file in told.groups.values()
        for group in file
        for rule in group["rules"]
        if "alert" in rule
    }
    alone = {placed.name for placed in told.catalog.alerts()}
    assert linked | alone | {RUNBOOK, LATE} == set(pages)  # journeys share one, and so do copies


def test_every_head_is_what_the_catalog_says(told: Told, pages: dict[str, str]) -> None:
    heads = runbooks.heads(told.catalog, told.groups, told.site)
    stale = [name for name, head in heads.items() if runbooks.page(head, pages.get(name)) != pages.get(name)]
    assert stale == [], "run: make generate"


def test_every_page_has_its_steps(told: Told, pages: dict[str, str]) -> None:
    heads = runbooks.heads(told.catalog, told.groups, told.site)
    assert runbooks.problems(heads, pages, runbooks.paging(told.groups)) == []


def test_an_anchor_of_missing_data_leads_somewhere(told: Told, pages: dict[str, str]) -> None:
    for file in told.groups.values():
        for group in file:
            for rule in group["rules"]:
                page, _, anchor = rule.get("annotations", {}).get("runbook_url", "").rpartition("/")[2].partition("#")
                if anchor:
                    assert "\n## No data\n" in pages[page.removesuffix(".md")], rule["alert"]


def test_the_database_connection_page_has_the_facts_of_its_owners(pages: dict[str, str]) -> None:
    hand = pages["DatabaseConnectionFailure"].partition(runbooks.CLOSE)[2]
    parts = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", hand, re.MULTILINE | re.DOTALL))
    facts = {
        "Symptoms": ["Errors", "Timeouts"],
        "Investigate": ["RDS status", "Pool metrics", "Long queries", "Recent migrations"],
        "Resolve": ["Scale", "Restart the services", "Kill the queries", "Tune the pool"],
        "Prevent": ["Watch pool use", "DatabasePoolExhausted", "Review"],
    }
    for section, words in facts.items():
        for word in words:
            assert word in parts[section], f"{section}: {word}"


def test_commands_are_ones_that_exist(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines()
        inline = [code for code in re.findall(r"`([^`\n]+)`", text) if code.split(" ")[0] in COMMANDS]
        for line in (*blocks, *inline):
            words = line.lstrip("# ").split()
            if not words or "=" in words[0] or words[0] not in COMMANDS:
                assert not words or "=" in words[0], f"{name}: {line}"
                continue
            plain = [word for i, word in enumerate(words) if not word.startswith("-") and words[i - 1] not in ("-n", "-c")]
            assert len(plain) == 1 or plain[1] in VERBS[words[0]], f"{name}: {line}"


def test_every_query_in_a_page_parses(pages: dict[str, str]) -> None:
    for text in pages.values():
        head, _, hand = text.partition(runbooks.CLOSE)
        for query in re.findall(r"^```promql\n(.*?)```", head, re.MULTILINE | re.DOTALL):
            promql_parser.parse(query)
        for block in re.findall(r"^ +```promql\n(.*?)```", hand, re.MULTILINE | re.DOTALL):
            for query in re.sub(r"\n {4,}", " ", block).strip().split("\n"):
                promql_parser.parse(query.strip())


def test_a_new_head_keeps_what_people_wrote() -> None:
    changed = runbooks.page(HEAD.replace("# Broken", "# Mended"), WRITTEN)
    assert changed == WRITTEN.replace("# Broken", "# Mended")
    assert runbooks.page(HEAD, "## Symptoms\n").endswith(f"{runbooks.CLOSE}\n\n## Symptoms\n")


def test_a_whole_page_has_no_problems() -> None:
    assert runbooks.problems({"Broken"}, {"Broken": WRITTEN}, {"Broken"}) == []


EMPTY = runbooks.page(HEAD, None)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (EMPTY, "section 'Symptoms' is not written yet"),
        (WRITTEN.replace("## Prevent", "## Elsewhere"), "section 'Prevent' is missing"),
        (f"{WRITTEN}\nTODO: ask somebody\n", "TODO is a placeholder"),
        (WRITTEN.replace("3. Look", "- Look"), "needs at least 3 numbered steps"),
    ],
    ids=["empty", "no section", "placeholder", "few steps"],
)
def test_a_page_without_steps_is_refused(broken: str, reason: str) -> None:
    found = runbooks.problems({"Broken"}, {"Broken": broken}, {"Broken"})
    assert any(reason in problem for problem in found), found


def test_an_orphaned_page_is_told() -> None:
    assert runbooks.problems(set(), {"Gone": WRITTEN}, set()) == [
        "Gone.md is the page of no alert; move its steps to the alert's new name, or remove it"
    ]


def test_missing_stale_and_orphaned_pages_are_found_in_a_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(generated, "RUNBOOKS", tmp_path)
    monkeypatch.setattr(generated, "PARITY", tmp_path / "parity.md")
    generated.write([generated.documents])
    (tmp_path / "parity.md").unlink()
    (tmp_path / "ServiceDown.md").unlink()
    watchdog = tmp_path / "Watchdog.md"
    watchdog.write_text(watchdog.read_text().replace("vector(1)", "vector(2)"))
    (tmp_path / "Gone.md").write_text(WRITTEN)
    assert {path.name for path in generated.stale([generated.documents])} == {"parity.md", "ServiceDown.md", "Watchdog.md"}
    complaints = generated.complaints()
    assert any("Gone.md is the page of no alert" in complaint for complaint in complaints)
    assert any("PostgresDown.md: section 'Resolve' is not written yet" in complaint for complaint in complaints)
