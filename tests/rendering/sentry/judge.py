"""What Sentry's API takes of an alert, as its source says it, so that a rule is refused here and not by an `up`.

Source: getsentry/sentry, src/sentry/rules (conditions, filters, actions: `id` and forms), src/sentry/rules/match.py,
src/sentry/incidents/serializers/alert_rule.py, src/sentry/snuba/snuba_query_validator.py (datasets, event types, triggers), and
«Create an Issue Alert Rule for a Project» of docs.sentry.io/api/alerts.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_C, _F, _I = "sentry.rules.conditions", "sentry.rules.filters", "sentry.integrations"
_INTERVALS = "1m|5m|15m|1h|1d|1w|30d"
_TEXT_MATCHES = "co|ew|eq|is|nc|new|ne|ns|nsw|sw|in"
_ATTRIBUTES = (
    r"message|platform|environment|type|error\.(handled|unhandled)|exception\.(type|value)|user\.(id|email|username|ip_address)"
    r"|http\.(method|url|status_code)|sdk\.name|stacktrace\.(code|module|filename|abs_path|package)"
)
CONDITIONS: Mapping[str, Mapping[str, str]] = {
    f"{_C}.first_seen_event.FirstSeenEventCondition": {},
    f"{_C}.regression_event.RegressionEventCondition": {},
    f"{_C}.reappeared_event.ReappearedEventCondition": {},
    f"{_C}.event_frequency.EventFrequencyCondition": {"value": r"\d+", "comparisonType": "count", "interval": _INTERVALS},
    f"{_C}.event_frequency.EventUniqueUserFrequencyCondition": {"value": r"\d+", "comparisonType": "count", "interval": _INTERVALS},
}
FILTERS: Mapping[str, Mapping[str, str]] = {
    f"{_F}.latest_release.LatestReleaseFilter": {},
    f"{_F}.level.LevelFilter": {"match": "eq|gte|lte", "level": "0|10|20|30|40|50"},
    f"{_F}.issue_category.IssueCategoryFilter": {"value": r"\d+"},
    f"{_F}.event_attribute.EventAttributeFilter": {"attribute": _ATTRIBUTES, "match": _TEXT_MATCHES, "value": ".+"},
    f"{_F}.tagged_event.TaggedEventFilter": {"key": ".+", "match": _TEXT_MATCHES, "value": ".+"},
}
ACTIONS: Mapping[str, Mapping[str, str]] = {
    "sentry.mail.actions.NotifyEmailAction": {"targetType": "IssueOwners|Team|Member", "targetIdentifier": r"\d+"},
    f"{_I}.slack.notify_action.SlackNotifyServiceAction": {"workspace": r"\d+", "channel": r"#[a-z0-9_-]+", "tags": r"[\w,. ]*"},
    f"{_I}.pagerduty.notify_action.PagerDutyNotifyServiceAction": {
        "account": r"\d+",
        "service": r"\d+",
        "severity": "default|critical|error|warning|info",
    },
    f"{_I}.jira.notify_action.JiraCreateTicketAction": {"integration": r"\d+", "project": r"\d+", "issuetype": r"\d+"},
}
_FREQUENCY = range(5, 43201)
"""Minutes (`frequency` of the rule's serializer)."""
_NAME = 64
_EVENTS = {"events": {"error", "default"}, "transactions": {"transaction"}}
_AGGREGATE = re.compile(r"count\(\)|failure_rate\(\)|(p50|p75|p95|p99|avg)\(transaction\.duration\)")


def issue_alert(inputs: Mapping[str, Any]) -> list[str]:
    """Why Sentry would refuse a rule on issues, or never fire it."""
    found = [*_parts(inputs, "conditions", CONDITIONS), *_parts(inputs, "filters", FILTERS), *_parts(inputs, "actions", ACTIONS)]
    found += [f"no {key}" for key in ("conditions", "actions") if not inputs.get(key)]
    if len(inputs["name"]) > _NAME:
        found.append(f"the name has more than {_NAME} characters")
    if inputs["frequency"] not in _FREQUENCY:
        found.append(f"frequency {inputs['frequency']} is not 5 to 43200 minutes")
    if inputs["actionMatch"] not in {"all", "any"} or inputs["filterMatch"] not in {"all", "any", "none"}:
        found.append("unknown match")
    return found


def _parts(inputs: Mapping[str, Any], key: str, known: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for part in inputs.get(key, ()):
        fields = known.get(part["id"])
        if fields is None:
            yield f"{key}: Sentry has no {part['id']}"
            continue
        for name, pattern in fields.items():
            if not re.fullmatch(pattern, str(part.get(name, ""))):
                yield f"{key}: {part['id'].rpartition('.')[2]}.{name} is {part.get(name)!r}"
        yield from (f"{key}: {part['id'].rpartition('.')[2]} has no {name}" for name in part.keys() - fields.keys() - {"id"})
        yield from (f"{key}: {name} is no text" for name, value in part.items() if not isinstance(value, str))


def metric_alert(inputs: Mapping[str, Any]) -> list[str]:
    """The same of a rule on a metric."""
    found: list[str] = []
    allowed = _EVENTS.get(inputs["dataset"])
    if allowed is None or not set(inputs["eventTypes"]) <= allowed:
        found.append(f"dataset {inputs['dataset']} has no events {inputs['eventTypes']}")
    if not _AGGREGATE.fullmatch(inputs["aggregate"]):
        found.append(f"nobody computes {inputs['aggregate']}")
    if inputs["dataset"] == "events" and inputs["aggregate"] != "count()":
        found.append("exceptions are counted and nothing else")
    if not 1 <= inputs["timeWindow"] <= 1440:
        found.append(f"a window of {inputs['timeWindow']} minutes")
    labels = [trigger["label"] for trigger in inputs["triggers"]]
    if labels not in (["critical"], ["critical", "warning"]):
        found.append(f"triggers are critical and then warning, not {labels}")
    for trigger in inputs["triggers"]:
        if not trigger.get("actions"):
            found.append("Each trigger must have an associated action for this alert to fire.")
        if inputs["thresholdType"] == 0 and inputs["resolveThreshold"] > trigger["alertThreshold"]:
            found.append("it ends above where it begins")
    if inputs["aggregate"] == "failure_rate()" and inputs["triggers"][0]["alertThreshold"] > 1:
        found.append("a share above 1 never comes")
    return found
