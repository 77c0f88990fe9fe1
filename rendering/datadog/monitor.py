"""One monitor as the provider takes it, with the options that all of ours share; each choice that has a default is made here."""

from dataclasses import dataclass, field
from typing import Any, Literal

from catalog.catalog import Subject
from rendering import wording
from rendering.datadog import messages, queries
from rendering.datadog.conditions import Condition
from rendering.resource import Resource, Text
from rendering.site import Site

MONITOR = "datadog:index/monitor:Monitor"
METRIC, COMPOSITE, CHECK, PROCESS, LOGS, TRACES, SLO = (
    "query alert",
    "composite",
    "service check",
    "process alert",
    "log alert",
    "trace-analytics alert",
    "slo alert",
)
"""Types of monitors (docs.datadoghq.com/api/latest/monitors/#create-a-monitor)."""
_SETTLING = 300
"""Seconds in which a new group, as a pod that starts, is not judged."""

Absence = Literal["resolve", "show_no_data", "show_and_notify_no_data"]


@dataclass(frozen=True)
class Monitor:
    """What one monitor says and asks."""

    name: str
    """The resource's, as `skillforge.backend.ErrorRatioHigh`."""
    title: str
    kind: str
    query: str | Text
    message: str
    tags: list[str]
    priority: str
    alert: str
    """Whose runbook it links."""
    thresholds: dict[str, str] = field(default_factory=dict[str, str])
    windows: str | None = None
    delay: int = 0
    absence: Absence = "resolve"
    repeat: float | None = None
    """Seconds after which it tells again of what is still wrong."""
    still: str | None = None
    """What it says then."""

    def resource(self, site: Site) -> Resource:
        """As the provider takes it."""
        inputs: dict[str, Any] = {
            "name": self.title,
            "type": self.kind,
            "query": self.query,
            "message": self.message,
            "tags": self.tags,
            "priority": self.priority,
            "includeTags": True,
            "notifyAudit": False,
            "assets": [{"category": "runbook", "name": "Runbook", "url": wording.runbook(self.alert, site)}],
        }
        if self.thresholds:
            inputs["monitorThresholds"] = self.thresholds
        if self.windows:
            inputs["monitorThresholdWindows"] = {"triggerWindow": self.windows, "recoveryWindow": self.windows}
        if self.kind == METRIC:
            inputs |= {"requireFullWindow": False, "evaluationDelay": self.delay}
        if self.kind in (METRIC, LOGS, TRACES):
            inputs["onMissingData"] = self.absence
        elif self.kind != SLO:
            # Service checks, processes and composites know only whether absence is told.
            inputs["notifyNoData"] = self.absence == "show_and_notify_no_data"
        if self.kind == METRIC and isinstance(self.query, str) and queries.groups(self.query):
            inputs["newGroupDelay"] = _SETTLING
        if self.repeat:
            inputs |= {"renotifyInterval": int(self.repeat) // 60, "renotifyStatuses": ["alert"], "escalationMessage": self.still}
        return Resource(MONITOR, self.name, inputs)


def resource_name(subject: Subject, *parts: str) -> str:
    """The logical name of a subject's resource."""
    return ".".join((subject.application.application, subject.name, *parts))


def threshold_monitor(
    condition: Condition, name: str, title: str, message: str, tags: list[str], priority: str, alert: str, absence: Absence
) -> Monitor:
    """A metric monitor of a condition."""
    return Monitor(
        name,
        title,
        METRIC,
        condition.text,
        message,
        tags,
        priority,
        alert,
        thresholds=condition.thresholds,
        windows=condition.windows,
        delay=condition.delay,
        absence=absence,
    )


def linked(alert: str, subject: Subject, site: Site, text: str) -> str:
    """A short message with the places where to read on."""
    return "\n".join([text, "", *messages.links(alert, subject, site)])
