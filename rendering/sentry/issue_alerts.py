"""Rules on single issues: what only Sentry knows, so that it is Sentry who tells of it.

A rule fires when any condition becomes true of an issue and the filters agree; it names one environment, since projects are shared.
Conditions and filters by their classes' names (getsentry/sentry, src/sentry/rules), as its API takes them.
"""

from collections.abc import Iterator

from catalog.catalog import Catalog
from rendering.resource import Resource
from rendering.sentry.actions import Action, Urgency, actions
from rendering.sentry.places import ISSUE_ALERT, Organization, Reporting, reporting
from rendering.sentry.projects import needed

_CONDITIONS, _FILTERS = "sentry.rules.conditions", "sentry.rules.filters"
NEW = {"id": f"{_CONDITIONS}.first_seen_event.FirstSeenEventCondition"}
AGAIN = {"id": f"{_CONDITIONS}.regression_event.RegressionEventCondition"}
NEWEST = {"id": f"{_FILTERS}.latest_release.LatestReleaseFilter"}
SLOW = {"id": f"{_FILTERS}.issue_category.IssueCategoryFilter", "value": "2"}
"""Found in traces and not in exceptions: a query in a loop, a slow one, a page's blocked rendering (`GroupCategory.PERFORMANCE`)."""
_FATAL, _ERROR = "50", "40"
_SUSPICIOUS = {
    "python-django": ("SuspiciousOperation", "DisallowedHost", "PermissionDenied"),
    "python-celery": ("SecurityError",),
}
"""Exceptions by which a framework says that somebody tries something (docs.djangoproject.com, «Django Exceptions»)."""
_REPORTS = ("csp", "expectct", "expectstaple", "hpkp")
"""What browsers report of a page's security policy, as the events' type (docs.sentry.io, «Security Policy Reporting»)."""
_EVENTS = ("security_event", "security_breach")
"""Values of the tag `event` by which our applications' records say the same."""
_OFTEN, _SELDOM = 10, 60
"""Minutes in which one issue is told of once."""


def resources(catalog: Catalog, organization: Organization) -> list[Resource]:
    """Critical ones, those of a new release, performance, security, for each project."""
    return [made for each in reporting(catalog) for made in _rules(each, catalog, organization)]


def _rules(each: Reporting, catalog: Catalog, organization: Organization) -> Iterator[Resource]:
    def told(team: str, urgency: Urgency) -> list[Action]:
        return actions(team, urgency, catalog, organization)

    def rule(
        kind: str, conditions: list[Action], filters: list[Action], who: list[Action], *, match: str = "all", minutes: int = _OFTEN
    ) -> Resource:
        inputs = {
            "organization": organization.slug,
            "project": each.slug,
            "name": f"{kind} ({organization.environment})",
            "environment": organization.environment,
            "actionMatch": "any",
            "filterMatch": match,
            "conditions": conditions,
            "filters": filters,
            "actions": who,
            "frequency": minutes,
        }
        return Resource(ISSUE_ALERT, f"{each.name}.{kind.replace(' ', '-')}", inputs, after=needed(each, organization))

    many = {
        "id": f"{_CONDITIONS}.event_frequency.EventUniqueUserFrequencyCondition",
        "value": str(organization.content.users),
        "comparisonType": "count",
        "interval": "1h",
    }
    security = organization.content.security_team
    yield rule("critical", [NEW, AGAIN], [_level("eq", _FATAL)], told(each.team, "page"))
    yield rule("critical by users", [many], [_level("gte", _ERROR)], told(each.team, "page"), minutes=_SELDOM)
    yield rule("release", [NEW, AGAIN], [NEWEST, _level("gte", _ERROR)], told(each.team, "ticket"), minutes=_SELDOM)
    yield rule("performance", [NEW, AGAIN], [SLOW], told(each.team, "ticket"), minutes=_SELDOM)
    yield rule("security", [NEW, AGAIN], list(_signs(each)), told(security, "page"), match="any")


def _level(match: str, level: str) -> Action:
    """Of the event, as Python's `logging` numbers them."""
    return {"id": f"{_FILTERS}.level.LevelFilter", "match": match, "level": level}


def _signs(each: Reporting) -> Iterator[Action]:
    for kind in _REPORTS:
        yield {"id": f"{_FILTERS}.event_attribute.EventAttributeFilter", "attribute": "type", "match": "eq", "value": kind}
    for value in _EVENTS:
        yield {"id": f"{_FILTERS}.tagged_event.TaggedEventFilter", "key": "event", "match": "eq", "value": value}
    for name in _SUSPICIOUS.get(each.service.sdk or "", ()):
        yield {"id": f"{_FILTERS}.event_attribute.EventAttributeFilter", "attribute": "exception.type", "match": "co", "value": name}
