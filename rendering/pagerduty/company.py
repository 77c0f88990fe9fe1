"""Slack and Jira behind the same owners: where incidents are told, worked on and written down."""

from catalog.base import Severity
from catalog.catalog import Catalog
from rendering.pagerduty import people
from rendering.pagerduty.calls import Call
from rendering.pagerduty.services import service, title
from rendering.pagerduty.settings import Account
from rendering.resource import Resource

SLACK = "pagerduty:index/slackConnection:SlackConnection"
JIRA = "pagerduty:index/jiraCloudAccountMappingRule:JiraCloudAccountMappingRule"
_EVENTS = ["triggered", "acknowledged", "escalated", "resolved", "reassigned", "annotated", "reopened"]
"""Of an incident. Alertmanager's own message has told of the alert itself."""


def resources(catalog: Catalog, calls: list[Call], account: Account) -> list[Resource]:
    """A connection for each team whose channel has an id, a rule for each service whose team's project has one."""
    return [*_slack(catalog, calls, account), *_jira(catalog, calls, account)]


def _slack(catalog: Catalog, calls: list[Call], account: Account) -> list[Resource]:
    if account.slack is None:
        return []
    found: list[Resource] = []
    for name in dict.fromkeys(call.team for call in calls):
        channel = catalog.teams[name].slack.get(Severity.CRITICAL, "")
        if channel in account.slack.channels:
            inputs = {
                "sourceId": people.team(name, catalog, account),
                "sourceType": "team_reference",
                "workspaceId": account.slack.workspace_id,
                "channelId": account.slack.channels[channel],
                "notificationType": "responder",
                "configs": [{"events": [f"incident.{event}" for event in _EVENTS], "priorities": ["*"]}],
            }
            found.append(Resource(SLACK, name, inputs))
    return found


def _jira(catalog: Catalog, calls: list[Call], account: Account) -> list[Resource]:
    jira = account.jira
    if jira is None:
        return []
    found: list[Resource] = []
    for call in calls:
        project = catalog.teams[call.team].jira
        if project in jira.projects:
            made = {
                "createIssueOnIncidentTrigger": True,
                "issueType": jira.issue_type.model_dump(),
                "project": {"key": project, **jira.projects[project].model_dump()},
                "statusMapping": {"triggered": jira.triggered.model_dump()},
            }
            inputs = {
                "name": title(call, account),
                "accountMapping": jira.account_mapping,
                "config": {"service": service(call), "jira": made},
            }
            found.append(Resource(JIRA, call.name, inputs))
    return found
