"""Whom Sentry tells, and by which of the organisation's integrations; a way that is closed in the environment is left out.

Ids and fields: «Create an Issue Alert Rule for a Project» of docs.sentry.io/api/alerts; the SDK takes texts alone.
"""

from collections.abc import Iterator
from typing import Any, Literal

from catalog.base import Severity
from catalog.catalog import Catalog
from rendering.sentry.places import Organization

EMAIL = "sentry.mail.actions.NotifyEmailAction"
SLACK = "sentry.integrations.slack.notify_action.SlackNotifyServiceAction"
PAGERDUTY = "sentry.integrations.pagerduty.notify_action.PagerDutyNotifyServiceAction"
JIRA = "sentry.integrations.jira.notify_action.JiraCreateTicketAction"
Action = dict[str, Any]
Urgency = Literal["page", "message", "ticket"]
"""Somebody is called; a channel is told; a channel is told and a ticket is opened."""


def actions(team: str, urgency: Urgency, catalog: Catalog, organization: Organization) -> list[Action]:
    """Mail always, so that a rule tells somebody wherever no integration is installed."""
    mail = {"id": EMAIL, "targetType": "Team", "targetIdentifier": organization.team(team)}
    return [mail, *_slack(team, urgency, catalog, organization), *_called(team, urgency, organization)]


def mail(team: str, organization: Organization) -> Action:
    """The same for a metric alert, which has a form of its own."""
    return {"type": "email", "targetType": "team", "targetIdentifier": organization.team(team)}


def _slack(team: str, urgency: Urgency, catalog: Catalog, organization: Organization) -> Iterator[Action]:
    workspace = organization.content.slack
    if workspace is None or not organization.slack:
        return
    severity = Severity.CRITICAL if urgency == "page" else Severity.WARNING
    channel = catalog.teams[team].slack[severity]
    found = organization.integration("slack", workspace)
    yield {"id": SLACK, "workspace": found, "channel": channel, "tags": "environment,level,release"}


def _called(team: str, urgency: Urgency, organization: Organization) -> Iterator[Action]:
    pagerduty, jira = organization.content.pagerduty, organization.content.jira
    if urgency == "page" and organization.pagerduty and pagerduty is not None and team in pagerduty.services:
        account = organization.integration("pagerduty", pagerduty.account)
        yield {"id": PAGERDUTY, "account": account, "service": pagerduty.services[team], "severity": "critical"}
    if urgency == "ticket" and organization.jira and jira is not None and team in jira.projects:
        account = organization.integration("jira", jira.account)
        yield {"id": JIRA, "integration": account, "project": jira.projects[team], "issuetype": jira.issue_type}
