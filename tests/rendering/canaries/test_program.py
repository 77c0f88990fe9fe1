"""The code of canaries, run for real: against an application that is healthy, and broken in each way that somebody would notice."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.model import Service
from catalog.outside import Journey, Probe
from rendering.canaries.code import archive
from tests.rendering.canaries.browser import browser
from tests.rendering.canaries.shop import PASSWORD, TOKEN, Shop, open_shop
from tests.rendering.canaries.stage import Outcome, run

pytestmark = pytest.mark.tools

HOSTS = ("skillforge.example.com", "api.skillforge.example.com", "jac-learning.example.com")
ENTRY = "observatory/test/synthetics-skillforge"


@pytest.fixture
def shop() -> Generator[Shop]:
    with open_shop() as opened:
        yield opened


class Stage:
    """Runs the catalog's own checks and journeys against the shop."""

    def __init__(self, catalog: Catalog, shop: Shop, folder: Path) -> None:
        self.catalog, self.shop, self.folder = catalog, shop, folder
        self.entry = {"synthetic-password": PASSWORD}
        self.environment: dict[str, str] = {}
        self.wait = 15.0
        self._runs = 0

    def about(self, application: str, service: str, name: str) -> Probe | Journey:
        watched: Service = self.catalog.applications[application].services[service]
        return watched.journeys.get(name) or watched.probes[name]

    def run(self, about: Probe | Journey) -> Outcome:
        self._runs += 1
        made = archive(about, dict.fromkeys(HOSTS, self.shop.address), self.wait)
        given = {"SECRET_ID": ENTRY, "SECRETS": json.dumps({ENTRY: self.entry}), **self.environment}
        if isinstance(about, Journey) and about.kind == "browser":
            given |= browser(print).environment
        return run(made, self.folder / str(self._runs), given)


@pytest.fixture
def stage(real: Catalog, shop: Shop, tmp_path: Path) -> Stage:
    return Stage(real, shop, tmp_path)


def test_a_heartbeat_passes_while_the_page_is_there(stage: Stage) -> None:
    found = stage.run(stage.about("jac-learning", "frontend", "page"))
    assert found.passed, found
    assert stage.shop.asked == ["GET /"]


@pytest.mark.parametrize(("broken", "said"), [("down", "answered 503, expected 200"), ("page", "the body does not match")])
def test_a_heartbeat_fails_and_says_why(stage: Stage, broken: str, said: str) -> None:
    stage.shop.broken = {broken}
    found = stage.run(stage.about("jac-learning", "frontend", "page"))
    assert not found.passed
    assert said in found.error


def test_a_heartbeat_fails_where_the_answer_is_late_or_nobody_answers(stage: Stage) -> None:
    probe = stage.about("jac-learning", "frontend", "page")
    assert isinstance(probe, Probe)
    stage.shop.broken = {"slow"}
    late = stage.run(probe.model_copy(update={"timeout": 0.2}))
    gone = stage.run(probe.model_copy(update={"url": "http://127.0.0.1:1/"}))
    assert not late.passed
    assert "no answer" in late.error
    assert not gone.passed
    assert "ECONNREFUSED" in gone.error or "bad port" in gone.error


def test_a_check_of_a_port_connects_or_says_that_nobody_does(stage: Stage) -> None:
    host = stage.shop.address.removeprefix("http://")
    there = stage.run(Probe.model_validate({"url": f"tcp://{host}", "interval": "1m"}))
    gone = stage.run(Probe.model_validate({"url": "tcp://127.0.0.1:1", "interval": "1m"}))
    assert there.passed, there
    assert "no connection: ECONNREFUSED" in gone.error


@pytest.mark.parametrize("name", ["api-health", "match"])
def test_a_journey_through_the_api_passes_while_it_works(stage: Stage, name: str) -> None:
    journey = stage.about("skillforge", "backend", name)
    assert isinstance(journey, Journey)
    found = stage.run(journey)
    assert found.passed, found
    assert len(found.steps) == len(journey.steps)


@pytest.mark.parametrize(
    ("broken", "failed", "said"),
    [("down", 2, "answered 503, expected 200"), ("login", 2, "answered 401, expected 200"), ("matches", 5, "answered 500, expected 200")],
)
def test_a_journey_through_the_api_fails_at_the_step_that_fails(stage: Stage, broken: str, failed: int, said: str) -> None:
    stage.shop.broken = {broken}
    found = stage.run(stage.about("skillforge", "backend", "match"))
    assert not found.passed
    assert found.error.startswith(f"{failed}-")
    assert said in found.error
    assert [step["passed"] for step in found.steps] == [True] * (failed - 1) + [False], "nothing is tried after it"


def test_a_journey_fails_where_an_answer_is_slower_than_promised(stage: Stage) -> None:
    journey = stage.about("skillforge", "backend", "api-health")
    assert isinstance(journey, Journey)
    *rest, last = journey.steps
    stage.shop.broken = {"slow"}
    found = stage.run(journey.model_copy(update={"steps": (*rest, last.model_copy(update={"value": "100ms"}))}))
    assert "expected less than 100 ms" in found.error


def test_a_failing_step_fails_the_run_even_where_the_runtime_goes_on(stage: Stage) -> None:
    stage.shop.broken, stage.environment = {"login"}, {"CONTINUES": "yes"}
    found = stage.run(stage.about("skillforge", "backend", "match"))
    assert not found.passed
    assert found.error.startswith("2-")


def test_a_user_logs_in_and_finds_a_job_in_a_real_browser(stage: Stage) -> None:
    found = stage.run(stage.about("skillforge", "frontend", "apply-for-a-job"))
    assert found.passed, found
    assert stage.shop.asked == ["GET /login", "POST /login", "GET /matches"] or "GET /favicon.ico" in stage.shop.asked
    assert found.closed


@pytest.mark.parametrize(
    ("broken", "failed", "said"),
    [("down", 1, "answered 503"), ("page", 2, "#email"), ("login", 5, "Your matches"), ("matches", 5, "Your matches")],
)
def test_a_browser_fails_at_the_step_that_a_user_would_stumble_over(stage: Stage, broken: str, failed: int, said: str) -> None:
    stage.shop.broken, stage.wait = {broken}, 2
    found = stage.run(stage.about("skillforge", "frontend", "apply-for-a-job"))
    assert not found.passed
    assert found.error.startswith(f"{failed}-"), found
    assert said in found.error
    assert found.pictures == 1, "a picture is what the runbook begins with"
    assert found.closed, "a browser that is left behind costs the function's memory"


@pytest.mark.parametrize(("service", "name"), [("backend", "match"), ("frontend", "apply-for-a-job")])
def test_neither_a_password_nor_what_was_saved_is_ever_told(stage: Stage, service: str, name: str) -> None:
    journey = stage.about("skillforge", service, name)
    assert isinstance(journey, Journey)
    last, stage.wait = journey.steps[-1], 2
    hostile = last.model_copy(update={"target": "body" if service == "backend" else "{{ synthetic-password }}", "value": "{{ token }}"})
    if service == "frontend":
        hostile = hostile.model_copy(update={"value": None})
    found = stage.run(journey.model_copy(update={"steps": (*journey.steps[:-1], hostile)}))
    assert not found.passed
    assert PASSWORD not in found.told
    assert TOKEN not in found.told


def test_a_missing_secret_is_named_and_nothing_is_asked(stage: Stage) -> None:
    stage.entry = {}
    found = stage.run(stage.about("skillforge", "backend", "match"))
    assert "lacks synthetic-password" in found.error
    assert not stage.shop.asked
