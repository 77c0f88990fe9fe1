"""Whatever way a message comes, its reader gets the same facts."""

import json
import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from demo.heartbeat import Heartbeat, longest_silence
from demo.notification import Notification, parse
from demo.receiver import Receiver
from demo.screen import line, show

RUNBOOK = "https://example.com/runbooks/HighErrorRate.md"
TITLE = "[FIRING 1] HighErrorRate: universal-ai-tools/chat-service (local)"
TEXT = f"High error rate\nFailed requests: 3/s.\nImpact: Requests fail.\nAction: Read the log.\nRunbook: {RUNBOOK}\n"
SLACK: dict[str, Any] = {
    "channel": "#alerts-critical",
    "icon_emoji": ":red_circle:",
    "attachments": [
        {
            "title": f":red_circle: {TITLE}",
            "title_link": RUNBOOK,
            "text": f"{TEXT}\n<{RUNBOOK}|Runbook> | <http://127.0.0.1:1/silence|Silence>",
            "color": "#d32f2f",
            "fields": [{"title": "Priority", "value": "P1", "short": True}],
        }
    ],
}
PAGERDUTY: dict[str, Any] = {
    "event_action": "trigger",
    "payload": {
        "summary": TITLE,
        "severity": "critical",
        "component": "universal-ai-tools/chat-service",
        "custom_details": {"description": TEXT},
    },
    "links": [{"href": RUNBOOK, "text": "Runbook"}],
}
WEBHOOK: dict[str, Any] = {
    "status": "firing",
    "alerts": [{}],
    "commonLabels": {"alertname": "HighErrorRate", "application": "universal-ai-tools", "service": "chat-service", "severity": "critical"},
    "commonAnnotations": {"summary": "High error rate", "description": "Impact: Requests fail.", "runbook_url": RUNBOOK},
}


def read(path: str, body: dict[str, Any]) -> Notification:
    return parse(path, json.dumps(body).encode())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver(Heartbeat(60, lambda _: None, lambda: None), lambda _: None)
    yield found
    found.close()


def post(url: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    with urllib.request.urlopen(url, json.dumps(body).encode(), timeout=5) as answer:  # noqa: S310 - loopback
        return answer.status, json.loads(answer.read())


@pytest.mark.parametrize(("path", "body"), [("/slack", SLACK), ("/pagerduty/v2/enqueue", PAGERDUTY), ("/webhook-ai-tools", WEBHOOK)])
def test_every_way_tells_alert_impact_runbook_and_colour(path: str, body: dict[str, Any]) -> None:
    found = read(path, body)
    assert (found.alert, found.status, found.icon, found.colour) == ("HighErrorRate", "FIRING", "🔴", "#d32f2f")
    assert "Impact: Requests fail." in found.lines
    assert found.link("runbook") == RUNBOOK
    assert not any("http" in each for each in found.lines)


def test_resolved_is_seen_whatever_way_it_comes() -> None:
    attachment = SLACK["attachments"][0] | {"title": ":large_green_circle: [RESOLVED] HighErrorRate: x"}
    resolved = [
        read("/slack", SLACK | {"icon_emoji": ":large_green_circle:", "attachments": [attachment]}),
        read("/pagerduty", PAGERDUTY | {"event_action": "resolve"}),
        read("/webhook-x", WEBHOOK | {"status": "resolved"}),
    ]
    assert [(each.status, each.icon) for each in resolved] == [("RESOLVED", "🟢")] * 3


def test_slack_and_pagerduty_hear_the_answers_that_they_give(receiver: Receiver) -> None:
    assert post(f"{receiver.url}/slack", SLACK) == (200, {"ok": True, "status": "success"})
    assert post(f"{receiver.url}/pagerduty", PAGERDUTY)[0] == 202
    assert [each.way for each in receiver.notifications] == ["Slack", "PagerDuty"]


def test_what_nobody_expects_is_refused_and_remembered(receiver: Receiver) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400") as refused:
        post(f"{receiver.url}/teams", {})
    refused.value.close()
    assert receiver.refused == ["/teams: nothing is expected at /teams"]


def test_mail_is_delivered_to_the_terminal(receiver: Receiver) -> None:
    message = EmailMessage()
    message["To"], message["Subject"] = "on-call@example.com", f"CRITICAL {TITLE}"
    message.set_content(f"{TITLE}\n\n{TEXT}\n.\n")
    host, port = receiver.mail.split(":")
    with smtplib.SMTP(host, int(port), timeout=5) as connection:
        connection.send_message(message, "observatory@example.com")
    (found,) = receiver.notifications
    assert (found.way, found.to, found.alert, found.colour) == ("e-mail", "on-call@example.com", "HighErrorRate", "#d32f2f")
    assert found.lines[-1] == "."
    assert TITLE not in found.lines


def test_the_watchdog_is_a_heartbeat_and_no_notification(receiver: Receiver) -> None:
    post(f"{receiver.url}/heartbeat", WEBHOOK)
    assert (receiver.heartbeat.beats, receiver.notifications) == (1, [])


def test_the_dead_man_s_switch_raises_once_a_silence_and_tells_the_return(monkeypatch: pytest.MonkeyPatch) -> None:
    now, told = [0.0], list[str]()
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    heartbeat = Heartbeat(longest_silence(10), lambda seconds: told.append(f"{seconds:.0f} s of silence"), lambda: told.append("back"))
    now[0] = 100
    heartbeat.look()
    assert not told, "raised before the first beat"
    heartbeat.beat()
    now[0] += 18
    heartbeat.look()
    assert not told, "raised while a beat was only late"
    now[0] += 1
    heartbeat.look()
    heartbeat.look()
    heartbeat.beat()
    assert told == ["19 s of silence", "back"]


def test_a_file_gets_one_line_and_a_terminal_a_box_with_everything() -> None:
    found = read("/slack", SLACK)
    assert line(found, "12:00:00") == f"12:00:00 🔴 Slack #alerts-critical: {TITLE} | High error rate | runbook {RUNBOOK}"
    plain, boxed = StringIO(), StringIO()
    show(Console(file=plain), found)
    show(Console(file=boxed, force_terminal=True, width=120, color_system=None), found)
    assert plain.getvalue().count("\n") == 1
    for text in (TITLE, "Impact: Requests fail.", "Action: Read the log.", "Priority P1", RUNBOOK, "Silence"):
        assert text in boxed.getvalue(), text


def test_a_ticket_is_opened_once_and_found_again(receiver: Receiver) -> None:
    issue = {"fields": {"project": {"key": "UAT"}, "summary": TITLE, "description": TEXT, "labels": ["ALERT{ab12}", "observatory"]}}
    jira = f"{receiver.url}/jira"
    search = {"jql": 'project="UAT" and labels="ALERT{ab12}"'}

    assert post(f"{jira}/search", search)[1]["total"] == 0
    post(f"{jira}/issue", issue)
    assert post(f"{jira}/search", search)[1]["issues"] == [{"key": "UAT-1"}]
    post(f"{jira}/issue/UAT-1", issue)
    (ticket,) = receiver.notifications
    assert (ticket.way, ticket.to, ticket.alert, ticket.pages) == ("Jira", "UAT", "HighErrorRate", False)
    assert ticket.link("Runbook") == RUNBOOK
