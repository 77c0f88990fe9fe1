"""What a person is told, whichever way it came: messages of Slack, PagerDuty, webhooks and e-mail brought to one form."""

import json
import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote

Payload = dict[str, Any]

ICONS = {
    ":red_circle:": "🔴",
    ":large_yellow_circle:": "🟡",
    ":large_blue_circle:": "🔵",
    ":large_green_circle:": "🟢",
    ":rotating_light:": "🚨",
    ":warning:": "🟡",
    ":white_check_mark:": "🟢",
}
_SEVERITIES = {"critical": ("🔴", "#d32f2f"), "error": ("🔴", "#d32f2f"), "warning": ("🟡", "#f9a825")}
_CALM, _RESOLVED = ("🔵", "#1565c0"), ("🟢", "#2e7d32")
_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]+)>")
_ALERT = re.compile(r"\] ([\w]+)")


@dataclass(frozen=True)
class Notification:
    """One message as its reader gets it."""

    way: str
    """`Slack`, `PagerDuty`, `Jira`, `webhook` or `e-mail`."""
    to: str
    """The channel, the address, or whose phone rings."""
    resolved: bool
    title: str
    icon: str
    colour: str
    """Six hexadecimal digits after a #."""
    lines: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Text and address."""

    @property
    def alert(self) -> str:
        """The alert's name, as the title gives it."""
        found = _ALERT.search(self.title)
        return found[1] if found else self.title

    @property
    def pages(self) -> bool:
        """Whether a phone rings."""
        return self.way == "PagerDuty"

    @property
    def status(self) -> str:
        """FIRING or RESOLVED."""
        return "RESOLVED" if self.resolved else "FIRING"

    def link(self, text: str) -> str:
        """The address of a link; empty where there is none."""
        return next((address for name, address in self.links if name.lower() == text.lower()), "")


def slack(body: Payload) -> Notification:
    """A message of Slack's chat.postMessage."""
    attachment: Payload = body["attachments"][0]
    title = str(attachment.get("title", ""))
    icon = ICONS.get(str(body.get("icon_emoji", "")), "")
    for name, sign in ICONS.items():
        if name in title:
            icon, title = icon or sign, title.replace(name, "").strip()
    lines, links = _read(str(attachment.get("text", "")))
    if attachment.get("title_link"):
        links = _joined(links, ("Runbook", str(attachment["title_link"])))
    fields = tuple((str(each["title"]), str(each["value"])) for each in attachment.get("fields") or ())
    for action in attachment.get("actions") or ():
        links = _joined(links, (str(action.get("text", "")), str(action.get("url", ""))))
    colour = str(attachment.get("color", _CALM[1]))
    return Notification("Slack", str(body.get("channel", "")), "[RESOLVED" in title, title, icon or _CALM[0], colour, lines, fields, links)


def jira(raw: bytes) -> Notification:
    """An issue as Jira's REST API (version 2) takes it; its reader is the project."""
    fields: Payload = json.loads(raw)["fields"]
    lines, links = _read(str(fields.get("description") or ""))
    return Notification("Jira", str(fields["project"]["key"]), False, str(fields["summary"]), *_SEVERITIES["warning"], lines, (), links)


def ticket_mark(raw: bytes) -> str:
    """The label by which Alertmanager finds its ticket again."""
    return next(label for label in json.loads(raw)["fields"]["labels"] if label.startswith("ALERT{"))


def pagerduty(body: Payload) -> Notification:
    """An event of PagerDuty's Events API v2."""
    payload: Payload = body.get("payload") or {}
    details: Payload = payload.get("custom_details") or {}
    resolved = body.get("event_action") == "resolve"
    icon, colour = _RESOLVED if resolved else _SEVERITIES.get(str(payload.get("severity")), _CALM)
    lines, links = _read(str(details.get("description") or ""))
    for each in body.get("links") or ():
        links = _joined(links, (str(each.get("text", "")), str(each.get("href", ""))))
    if details.get("runbook"):
        links = _joined(links, ("Runbook", str(details["runbook"])))
    fields = {"Severity": payload.get("severity"), "Priority": details.get("priority"), "Service": payload.get("component")}
    told = tuple((name, str(value)) for name, value in fields.items() if value)
    title = str(payload.get("summary", ""))
    return Notification("PagerDuty", "the person on call", resolved, title, icon, colour, lines, told, links)


def webhook(name: str, body: Payload) -> Notification:
    """Alertmanager's own webhook."""
    labels: Payload = body.get("commonLabels") or {}
    notes: Payload = body.get("commonAnnotations") or {}
    resolved = body.get("status") == "resolved"
    icon, colour = _RESOLVED if resolved else _SEVERITIES.get(str(labels.get("severity")), _CALM)
    subject = "/".join(str(labels[key]) for key in ("application", "service", "dependency") if labels.get(key))
    count = "" if resolved else f" {len(body.get('alerts') or ())}"
    title = f"[{str(body.get('status')).upper()}{count}] {labels.get('alertname', '')}: {subject}"
    lines, links = _read("\n".join(str(notes[key]) for key in ("summary", "description") if notes.get(key)))
    if notes.get("runbook_url"):
        links = _joined(links, ("Runbook", str(notes["runbook_url"])))
    return Notification("webhook", name, resolved, title, icon, colour, lines, (), links)


def mail(message: EmailMessage) -> Notification:
    """An e-mail."""
    subject = str(message["Subject"] or "").strip()
    resolved = "[RESOLVED" in subject
    icon, colour = _RESOLVED if resolved else _SEVERITIES.get(subject.partition(" ")[0].lower(), _CALM)
    part = message.get_body(("plain",))
    lines, links = _read(str(part.get_content()) if part is not None else "")
    repeated = {subject, subject.partition(" ")[2]}
    return Notification(
        "e-mail", str(message["To"]), resolved, subject, icon, colour, tuple(line for line in lines if line not in repeated), (), links
    )


def parse(path: str, raw: bytes) -> Notification:
    """What came to the receiver at `path`; ValueError for anything that no receiver of ours sends."""
    body: Payload = json.loads(raw)
    match unquote(path).strip("/").split("/")[0]:
        case "slack":
            return slack(body)
        case "pagerduty":
            return pagerduty(body)
        case name if name.startswith("webhook"):
            return webhook(name.removeprefix("webhook-"), body)
        case name:
            raise ValueError(f"nothing is expected at /{name}")


def _read(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """A message's lines without its links, and its links."""
    links = tuple((name, address) for address, name in _LINK.findall(text))
    lines: list[str] = []
    for line in text.splitlines():
        plain = _LINK.sub("", line).strip(" |")
        name, _, address = plain.partition(": ")
        if address.startswith(("http://", "https://")):
            links = _joined(links, (name, address))
        elif plain:
            lines.append(plain)
    return tuple(lines), links


def _joined(links: tuple[tuple[str, str], ...], new: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    known = {name.lower() for name, _ in links}
    return links if not new[1] or new[0].lower() in known else (*links, new)
