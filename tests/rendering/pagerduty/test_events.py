"""One symptom is one incident, whoever tells of it: in the service of its application and team, by its alert's escalation."""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.catalog import Catalog
from catalog.people import Escalation
from demo import configuration
from local.processes import free_ports
from local.tools import ensure
from rendering.alertmanager import TEMPLATE, template_text
from rendering.cloudwatch import incidents
from rendering.pagerduty import calls, policies
from rendering.resource import Resource
from stacks.prepared import Prepared
from tests.rendering.pagerduty import events
from tests.rendering.pagerduty.events import Page
from tests.rendering.pagerduty.imitation import Alert, Document, PagerDuty, serving
from tests.stacks.real import prepared

SYMPTOM = "skillforge/postgres/postgresdown"
FACTOR = 30.0
PATIENCE = 30.0


@pytest.fixture(scope="module")
def prod() -> Prepared:
    return prepared("prod")


@pytest.fixture(scope="module")
def routing(prod: Prepared) -> dict[str, str]:
    return events.keys(sorted(prod.catalog.teams))


@pytest.fixture
def account(prod: Prepared, routing: dict[str, str]) -> PagerDuty:
    return filled(prod.vendors["pagerduty"].resources, routing)


def filled(resources: Iterable[Resource], routing: dict[str, str]) -> PagerDuty:
    return PagerDuty(resources, routing)


@pytest.fixture(scope="module")
def pages(prod: Prepared, routing: dict[str, str]) -> list[Page]:
    return [page for backend in (events.of_prometheus, events.of_datadog, events.of_cloudwatch) for page in backend(prod, routing)]


def wanted(catalog: Catalog, page: Page) -> tuple[str, str]:
    """Service and policy by the catalog alone; a page that is no alert's, as a budget's burn, takes the owner's usual."""
    name = page.key.partition("/")[0]
    application = catalog.applications[name]
    service = name if page.team == application.owner.team else f"{name}.{page.team}"
    known = {key: placed for placed in catalog.alerts() for key in calls.keys(placed)}
    placed = known.get(page.key)
    escalation = (placed.alert.escalation if placed else None) or application.owner.escalation
    return service, f"{service}.{escalation}"


def sent(account: PagerDuty, event: Document) -> None:
    status, answer = account.enqueue(event)
    assert status == 202, answer


def test_every_page_of_every_backend_calls_whom_its_alert_names(prod: Prepared, pages: list[Page], account: PagerDuty) -> None:
    assert len(pages) > 130
    assert {page.team for page in pages} == prod.catalog.teams.keys()
    for page in pages:
        sent(account, page.trigger)
        alert = account.alerts[-1] if account.alerts[-1].key == page.key else next(each for each in account.alerts if each.key == page.key)
        assert (alert.service, alert.policy) == wanted(prod.catalog, page), page.key
        assert not alert.suppressed
    assert account.refused == []
    assert {each.policy for each in account.alerts} == {
        call.name + "." + name for call in calls.calls(prod.catalog) for name in call.policies
    }
    assert len(account.alerts) == len({page.key for page in pages}) < len(pages), "several backends tell of some"
    for page in pages:
        sent(account, page.resolve)
    assert [alert.key for alert in account.alerts if alert.open] == []


def test_people_are_called_when_and_in_the_order_that_the_catalog_says(prod: Prepared, pages: list[Page], account: PagerDuty) -> None:
    for page in pages:
        sent(account, page.trigger)
    for alert in account.alerts:
        call = next(call for call in calls.calls(prod.catalog) if call.name == alert.service)
        people = prod.catalog.teams[call.team].people
        levels = call.escalation(alert.policy.rpartition(".")[2]).levels
        expected = [(int(level.after // 60), [people[role].schedule or people[role].email for role in level.notify]) for level in levels]
        assert account.levels(alert) == expected, alert.key


def test_the_usual_escalation_of_skillforge_is_the_one_that_its_owners_gave(
    account: PagerDuty, prod: Prepared, routing: dict[str, str]
) -> None:
    page = next(page for page in events.of_prometheus(prod, routing) if page.key == SYMPTOM)
    sent(account, page.trigger)
    assert account.levels(account.alerts[0]) == [
        (0, ["talent-on-call"]),
        (5, ["talent-manager@example.com", "talent-on-call"]),
        (15, ["cto@example.com", "talent-engineering@example.com"]),
    ]


def test_a_window_keeps_quiet_for_its_owners_week_after_week_and_lets_incidents_end(
    prod: Prepared, pages: list[Page], account: PagerDuty
) -> None:
    mine = next(page for page in pages if page.key == SYMPTOM)
    security = next(page for page in pages if page.team == "security-team" and page.key.startswith("skillforge/"))
    other = next(page for page in pages if page.team == "ml-platform")
    sent(account, mine.trigger)
    account.now = datetime(2026, 3, 8, 3, 30, tzinfo=UTC)  # a Sunday, in skillforge's window
    sent(account, mine.resolve)
    assert not account.alerts[0].open
    for page in (mine, security, other):
        sent(account, page.trigger)
    assert [alert.suppressed for alert in account.alerts] == [False, True, False, False]
    for moment in (datetime(2026, 3, 8, 5, 0, tzinfo=UTC), datetime(2026, 3, 9, 3, 30, tzinfo=UTC)):
        later = filled(prod.vendors["pagerduty"].resources, events.keys(sorted(prod.catalog.teams)))
        later.now = moment
        sent(later, mine.trigger)
        assert not later.alerts[0].suppressed, moment


def test_what_names_no_application_still_calls_the_team(account: PagerDuty, routing: dict[str, str]) -> None:
    event = {"routing_key": routing["talent"], "event_action": "trigger", "dedup_key": "by-hand"}
    sent(account, event | {"payload": {"summary": "help", "source": "a person", "severity": "critical"}})
    assert (account.alerts[0].service, account.alerts[0].key) == ("skillforge", "by-hand")


BREAKS: dict[str, tuple[Callable[[Document], Document], str]] = {
    "a resolve that says nothing": (lambda event: {key: value for key, value in event.items() if key != "payload"}, "resolve"),
    "a key in other words": (
        lambda event: event | {"payload": event["payload"] | {"custom_details": {"deduplication_key": "other"}}},
        "resolve",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_resolve_that_differs_leaves_the_incident_open(prod: Prepared, routing: dict[str, str], account: PagerDuty, name: str) -> None:
    """As Datadog's and EventBridge's did while they said no more than the key: a page of security's then ended nowhere."""
    change, action = BREAKS[name]
    page = next(
        page for page in events.of_prometheus(prod, routing) if page.team == "security-team" and not page.key.startswith("ai-platform")
    )
    sent(account, page.trigger)
    assert action == "resolve"
    account.enqueue(change(page.resolve))
    assert account.alerts[0].open


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"event_action": "open"}, "Input should be"),
        ({"routing_key": "short"}, "at least 32"),
        ({"routing_key": "f" * 32}, "Invalid routing key"),
        ({"dedup_key": "x" * 256}, "at most 255"),
        ({"payload": None}, "payload is required"),
        ({"payload": {"summary": "s", "source": "s", "severity": "loud"}}, "Input should be"),
        ({"payload": {"summary": "x" * 1025, "source": "s", "severity": "info"}}, "at most 1024"),
        ({"links": [{"href": "nowhere"}]}, "match"),
    ],
)
def test_the_imitation_refuses_what_the_schema_does(account: PagerDuty, routing: dict[str, str], change: dict[str, Any], told: str) -> None:
    event = {"routing_key": routing["talent"], "event_action": "trigger", "payload": {"summary": "s", "source": "s", "severity": "info"}}
    status, answer = account.enqueue(event | change)
    assert status == 400
    assert told in str(answer["errors"])


@pytest.fixture
def alertmanager(prod: Prepared, routing: dict[str, str], tmp_path: Path) -> Callable[[str], tuple[int, subprocess.Popen[bytes]]]:
    """Starts the real one with the rendered configuration; only addresses, files and the pace are another."""

    def start(address: str) -> tuple[int, subprocess.Popen[bytes]]:
        files = configuration.Files(tmp_path)
        given = yaml.safe_load(prod.documents.alertmanager["alertmanager.yaml"])
        swapped = configuration.alertmanager(given, files, address, "127.0.0.1:1", FACTOR)
        for receiver in swapped["receivers"]:  # of the ways to reach people this one is looked at
            for way in [key for key in receiver if key not in {"name", "pagerduty_configs"}]:
                del receiver[way]
        for path in configuration.secret_files(swapped, files, address):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(routing.get(path.parent.name.removeprefix("pagerduty-"), "no page's"))
        files.templates.mkdir()
        (files.templates / TEMPLATE).write_text(template_text())
        (tmp_path / "alertmanager.yaml").write_text(json.dumps(swapped))
        (port,) = free_ports(1)
        command = [
            str(ensure(["alertmanager"], print)["alertmanager"]),
            f"--config.file={tmp_path / 'alertmanager.yaml'}",
            f"--storage.path={tmp_path / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
            "--log.level=warn",
        ]
        return port, subprocess.Popen(command, env={"PATH": os.defpath, "HOME": str(tmp_path)})

    return start


def post(port: int, alerts: list[Document]) -> None:
    deadline = time.monotonic() + PATIENCE
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v2/alerts", json.dumps(alerts).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    while True:
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  this machine's
                assert answer.status == 200
                return
        except OSError:
            assert time.monotonic() < deadline, "Alertmanager does not answer"
            time.sleep(0.1)


def wait(account: PagerDuty, reached: Callable[[list[Alert]], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached(account.alerts):
        assert time.monotonic() < deadline, (account.alerts, account.refused)
        time.sleep(0.05)


@pytest.mark.tools
def test_one_symptom_of_three_backends_is_one_incident_that_each_can_close(
    prod: Prepared, routing: dict[str, str], account: PagerDuty, alertmanager: Callable[[str], tuple[int, subprocess.Popen[bytes]]]
) -> None:
    """Alertmanager is the real one, over HTTP; Datadog's and EventBridge's bodies are what they fill in of what is rendered."""
    rule = next(
        rule
        for groups in prod.documents.groups.values()
        for group in groups
        for rule in group["rules"]
        if rule.get("alert") == "PostgresDown" and rule["labels"]["application"] == "skillforge" and rule["labels"].get("pages")
    )
    labels = {"alertname": rule["alert"], "environment": "prod", "cluster": "observatory-prod", **rule["labels"]}
    notes = {key: str(value).split("{{", 1)[0] or "-" for key, value in rule["annotations"].items()}
    datadog = next(page for page in events.of_datadog(prod, routing) if page.key == SYMPTOM)
    # No symptom of the catalog is CloudWatch's and another's at once, so its template is filled with this one's labels.
    assert prod.aws
    some = incidents.incidents(prod.aws.resources)[0]
    tags = {**some.tags, **{key: rule["labels"][key] for key in ("application", "team", "severity", "priority")}}
    tags = {key: value for key, value in tags.items() if key != "service"} | {
        "dependency": "postgres",
        "alert": rule["alert"],
        "key": SYMPTOM,
    }
    opens, closes = (
        events.cloudwatch_filled(incidents.template(replace(some, tags=tags), action, prod.settings.site), routing["talent"])
        for action in ("trigger", "resolve")
    )
    with serving(account) as address:
        port, process = alertmanager(address)
        try:
            now = datetime.now(UTC)
            firing: Document = {"labels": labels, "annotations": notes, "startsAt": now.isoformat()}
            post(port, [firing])
            wait(account, bool)
            (alert,) = account.alerts
            assert (alert.key, alert.service, alert.policy) == (SYMPTOM, "skillforge", "skillforge.critical")
            (event,) = alert.told
            assert event.dedup_key != SYMPTOM, "Alertmanager's own key is a hash: without our rules this were another incident"
            assert event.payload
            assert event.payload.component == "skillforge/postgres"
            for body in (datadog.trigger, opens):
                sent(account, body)
            assert account.alerts == [alert]
            assert [each.client for each in alert.told] == ["Observatory", "Datadog", "CloudWatch"]

            sent(account, datadog.resolve)
            assert not alert.open
            sent(account, opens)
            sent(account, closes)
            assert [each.open for each in account.alerts] == [False, False]
            sent(account, datadog.trigger)
            post(port, [firing | {"endsAt": datetime.now(UTC).isoformat()}])
            wait(account, lambda alerts: len(alerts) == 3 and not alerts[2].open)
        finally:
            process.terminate()
            process.wait(10)
    assert account.refused == []
    assert {each.policy for each in account.alerts} == {"skillforge.critical"}


def test_without_our_rules_one_symptom_were_several_incidents(prod: Prepared, routing: dict[str, str]) -> None:
    """The negative control: the same events where nothing makes the shared key the event's own."""
    resources = [
        replace(each, inputs={**each.inputs, "sets": [{"id": "start", "rules": []}], "catchAll": {"actions": {}}})
        if each.kind.endswith(":EventOrchestrationService")
        else each
        for each in prod.vendors["pagerduty"].resources
    ]
    account = filled(resources, routing)
    for backend in (events.of_prometheus, events.of_datadog):
        sent(account, next(page for page in backend(prod, routing) if page.key == SYMPTOM).trigger)
    assert len(account.alerts) == 2


def test_minutes_of_levels_are_what_lies_between_them() -> None:
    levels = [{"after": after, "notify": ["on-call"]} for after in ("0s", "5m", "15m")]
    assert policies.waits(Escalation.model_validate({"levels": levels})) == [5, 10, 30]
    assert policies.waits(Escalation.model_validate({"levels": levels, "patience": "1h"})) == [5, 10, 60]
