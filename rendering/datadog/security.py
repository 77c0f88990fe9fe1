"""Detection rules on logs: attacks on accounts, and changes of what somebody may do.

Rules are Datadog's own JSON, since the typed resource says less. A rule that repeats an alert of the catalog takes the alert's
threshold and window and does not page: the alert does, and its rule is where the events are looked at one by one.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.base import Severity
from catalog.catalog import Catalog, PlacedAlert
from catalog.model import Service
from rendering import wording
from rendering.datadog.log_scope import (
    AUTHENTICATION_FAILURE,
    AUTHENTICATION_SUCCESS,
    MANAGED,
    PRIVILEGE_CHANGE,
    any_of,
    of_all,
    senders,
)
from rendering.document import Document
from rendering.resource import Resource
from rendering.site import Site

RULE = "datadog:index/securityMonitoringRuleJson:SecurityMonitoringRuleJson"
TEAM = "security-team"
"""The catalog's team that every signal reaches."""

LOGGED = {"failed_logins": AUTHENTICATION_FAILURE, "suspicious_behaviour": "security_event", "security_breaches": "security_breach"}
"""Metric signals of the catalog, and the event that the same thing is in the logs."""
WINDOWS = (60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
"""Seconds that a rule can look back over (datadog-api-client, SecurityMonitoringRuleEvaluationWindow)."""
_STATUS = {Severity.CRITICAL: "critical", Severity.WARNING: "medium", Severity.INFO: "info"}
_HOUR, _DAY = 3600, 86400
_GUESSES = 10
"""Failed log-ins of one user before one that succeeds: people mistype a few times and then ask for a new password."""
# What gives a person or a foreign account more than it had, or a second way in. Deployments change roles all day, so roles' policies
# count only where they make an administrator.
_AWS_CHANGES = (
    *("AttachUserPolicy", "PutUserPolicy", "AttachGroupPolicy", "PutGroupPolicy", "AddUserToGroup", "CreateAccessKey"),
    *("CreateLoginProfile", "UpdateLoginProfile", "DeactivateMFADevice", "UpdateAssumeRolePolicy", "SetDefaultPolicyVersion"),
)


@dataclass(frozen=True)
class Detection:
    """A rule before it is JSON."""

    title: str
    status: str
    queries: tuple[Document, ...]
    condition: str
    impact: str
    action: str
    window: int = 300
    method: str = "threshold"
    options: Document | None = None
    tags: tuple[str, ...] = ()
    runbook: str | None = None
    pages: bool = False


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """The rules; all of them the account's, none where its logs are not shaped from here."""
    if site.datadog is None or site.datadog.logs is None:
        return []
    rules = {**dict(_repeated(catalog, site)), **_accounts(catalog), "privileges-in-aws": _in_aws()}
    return [Resource(RULE, name, {"json": _json(rule)}, account_wide=True) for name, rule in rules.items()]


def window(seconds: float) -> int:
    """The shortest of Datadog's windows that covers so many seconds; ValueError beyond a day."""
    found = next((each for each in WINDOWS if each >= seconds), None)
    if found is None:
        raise ValueError(f"a detection rule looks back over a day at the most, not over {seconds:g} s")
    return found


def _repeated(catalog: Catalog, site: Site) -> Iterator[tuple[str, Detection]]:
    """Rules on the events behind the catalog's alerts, of services whose logs are here."""
    logging = {(subject.application.application, subject.name) for subject, _ in senders(catalog)}
    for placed in catalog.alerts():
        subject, alert = placed.subject, placed.alert
        place = (subject.application.application, subject.name)
        event, limit = LOGGED.get(alert.signal), alert.above
        if event is not None and limit is not None and place in logging and isinstance(subject.watched, Service):
            query = _count("events", f"@event:{event} service:{subject.watched.identity.datadog}", "service", "env")
            yield (
                "-".join((*place, placed.name)),
                Detection(
                    title=f"{wording.words(placed.name)}: {wording.where(subject)}",
                    status=_STATUS[alert.effective_severity],
                    queries=(query,),
                    condition=f"events > {placed.signal.unit.parse(limit):g}",
                    impact=alert.impact,
                    action=alert.action,
                    window=window(alert.window or placed.signal.window),
                    tags=_tags(placed),
                    runbook=wording.runbook(placed.name, site),
                ),
            )


def _tags(placed: PlacedAlert) -> tuple[str, ...]:
    labels = placed.subject.labels | {"team": placed.team, "alert": placed.name, "priority": placed.alert.priority.value}
    return tuple(f"{key}:{value}" for key, value in labels.items())


def _accounts(catalog: Catalog) -> dict[str, Detection]:
    """What no threshold on a metric sees: where a user logs in from, and what they may do afterwards."""
    ours = f"({of_all(catalog)})"
    logged_in = f"@event:{AUTHENTICATION_SUCCESS} {ours}"
    return {
        "impossible-travel": Detection(
            title="Impossible travel: {{@usr.id}}",
            status="high",
            queries=({**_query("logins", logged_in, "@usr.id"), "aggregation": "geo_data", "metrics": ["@network.client.geoip"]},),
            condition="",
            method="impossible_travel",
            options={"impossibleTravelOptions": {"baselineUserLocations": True}},
            impact="Somebody else uses the account: its user cannot have been in both places.",
            action="Ask the user, end the sessions, reset the password. A company's own exit is no traveller: suppress its addresses.",
        ),
        "unusual-country": Detection(
            title="Log-in from a new country: {{@usr.id}}",
            status="medium",
            queries=(
                {
                    **_query("logins", logged_in, "@usr.id"),
                    "aggregation": "new_value",
                    "metrics": ["@network.client.geoip.country.iso_code"],
                },
            ),
            condition="",
            method="new_value",
            # A week of learning, or the first day would tell of every user; what was not seen for four weeks is new again.
            options={"newValueOptions": {"learningMethod": "duration", "learningDuration": 7, "forgetAfter": 28}},
            impact="The user travels, or somebody else uses the account.",
            action="Look at what the session did; ask the user where it read more than usual.",
        ),
        "guessed-password": Detection(
            title="Log-in after many failures: {{@usr.id}}",
            status="critical",
            queries=(
                _count("failures", f"@event:{AUTHENTICATION_FAILURE} {ours}", "@usr.id", "env"),
                _count("successes", logged_in, "@usr.id", "env"),
            ),
            condition=f"failures > {_GUESSES} && successes > 0",
            impact="A password was guessed; the account is taken over.",
            action="End the user's sessions, reset the password, look for the same client at other accounts.",
            pages=True,
        ),
        "privileges-in-applications": Detection(
            title="Privileges changed by {{@usr.id}} in {{service}}",
            status="medium",
            queries=(_count("changes", f"@event:{PRIVILEGE_CHANGE} {ours}", "@usr.id", "service", "env"),),
            condition="changes > 0",
            impact="Somebody may do more than before.",
            action="Find the request behind it; undo what nobody asked for, and look at what was done since.",
        ),
    }


def _in_aws() -> Detection:
    by = "@userIdentity.arn"
    return Detection(
        title="Privileges changed in AWS by {{@userIdentity.arn}}",
        status="high",
        queries=(
            _count("changes", f"source:cloudtrail @evt.name:{any_of(_AWS_CHANGES)} -@errorCode:*", by),
            _count(
                "administrators",
                "source:cloudtrail @evt.name:AttachRolePolicy @requestParameters.policyArn:*AdministratorAccess -@errorCode:*",
                by,
            ),
        ),
        condition="changes > 0 || administrators > 0",
        impact="Somebody may do more in the account than before.",
        action="Find the change request behind it; else detach, disable the key and read CloudTrail for what the identity did since.",
        tags=("source:cloudtrail",),
    )


def _query(name: str, query: str, *by: str) -> Document:
    return {"name": name, "query": query, "dataSource": "logs", "groupByFields": list(by), "distinctFields": []}


def _count(name: str, query: str, *by: str) -> Document:
    return {**_query(name, query, *by), "aggregation": "count"}


def _json(rule: Detection) -> str:
    options: Document = {"detectionMethod": rule.method, "keepAlive": _HOUR, "maxSignalDuration": _DAY, **(rule.options or {})}
    if rule.method == "threshold":
        # Elsewhere than in production the same counts one step less: the environment's tag tells.
        options |= {"evaluationWindow": rule.window, "decreaseCriticalityBasedOnEnv": True}
    case: Document = {"name": "", "status": rule.status, "notifications": [], **({"condition": rule.condition} if rule.condition else {})}
    links = [f"[Runbook]({rule.runbook})"] if rule.runbook else []
    document: Document = {
        "name": rule.title,
        "type": "log_detection",
        "isEnabled": True,
        "hasExtendedTitle": True,
        "message": "\n".join([f"**Impact**: {rule.impact}", f"**Action**: {rule.action}", *links]),
        "tags": _rule_tags(rule),
        "queries": list(rule.queries),
        "cases": [case],
        "options": options,
        "filters": [],
    }
    return json.dumps(document, indent=2)


def _rule_tags(rule: Detection) -> list[str]:
    own = () if any(tag.startswith("team:") for tag in rule.tags) else (f"team:{TEAM}",)
    return [MANAGED, "security:attack", *own, *rule.tags, *(["pages:true"] if rule.pages else [])]
