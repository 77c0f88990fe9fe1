"""What a person reads of a plan: what changes, what is only simulated or recorded, and never a secret."""

import pytest

from cli import plan
from local.plan import Change, Plan, Result, Step

URN = "urn:pulumi:local::observatory::kubernetes:apps/v1:Deployment::web"
CREATE = Step("create", URN, "kubernetes:apps/v1:Deployment", "web", "real")
CHANGES = (Change("spec.replicas", 1, 2), Change("data.key", "[secret]", "[secret]"))
UPDATE = Step("update", URN, "kubernetes:apps/v1:Deployment", "web", "real", CHANGES)
SAME = Step("same", URN, "kubernetes:core/v1:Service", "web", "real")
SIMULATED = Step("create", URN, "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch", "logs", "simulated")
FAILED = Step("create", URN, "kubernetes:core/v1:Secret", "key", "real", error="Deployment web: 0 of 1 available after 60 s")


def test_nothing_changed_is_said_in_these_words() -> None:
    assert plan.headline(Result([SAME, SAME], seconds=9.31)) == "no changes, 2 resources in 9.3 s"


def test_the_headline_counts_what_was_done() -> None:
    assert plan.headline(Result([CREATE, UPDATE, SAME], seconds=2)) == "1 created, 1 updated, 1 unchanged in 2.0 s"
    assert plan.headline(Plan([CREATE, UPDATE, SAME])) == "1 to create, 1 to update, 1 unchanged"


def test_a_failure_comes_first() -> None:
    assert plan.headline(Result([CREATE, FAILED])).startswith("1 failed, 1 created")


def test_steps_show_their_difference_and_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    plan.show_steps(Plan([UPDATE, SAME, SIMULATED]))
    shown = capsys.readouterr().out
    assert "~ kubernetes:apps/v1:Deployment web" in shown
    assert "~ spec.replicas: 1 => 2" in shown
    assert "+ kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch logs (simulated)" in shown
    assert "Service" not in shown


def test_markup_in_a_value_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    plan.show_steps(Plan([Step("update", URN, "t", "[bold]n[/]", "real", (Change("[red]path", "[/]", "x" * 500),))]))
    shown = capsys.readouterr().out
    assert "[bold]n[/]" in shown
    assert "[red]path: '[/]'" in shown
    assert max(map(len, shown.splitlines())) < plan.LONGEST + 10


def test_failures_and_warnings_are_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    plan.show_problems(Plan([FAILED], warnings=["old field"], fault="ValueError: no such region"))
    shown = capsys.readouterr().out
    assert "0 of 1 available after 60 s" in shown
    assert "warning: old field" in shown
    assert "no such region" in shown


def test_the_modes_are_counted_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    plan.show_modes(Plan([CREATE, SAME, SIMULATED, FAILED]))
    shown = capsys.readouterr().out
    assert "real" in shown
    assert "1 Deployment, 1 Service" in shown
    assert "nothing comes of them" in shown
    assert "recorded" not in shown


def test_only_the_commonest_kinds_are_named() -> None:
    steps = [Step("create", URN, f"kubernetes:core/v1:{kind}", "x", "real") for kind in ("A", "A", "B", "C", "D", "E", "F")]
    assert plan.kinds(steps, most=2) == "2 A, 1 B, 4 others"


def test_outputs_are_shown_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    plan.show_outputs({"version": 1, "endpoints": {"prometheus": "http://x"}, "name": "[red]"})
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["endpoints.prometheus", "name", "version"]
    assert "[red]" in lines[1]
