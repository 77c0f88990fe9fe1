"""What the account must know of other systems: Slack's channels, PagerDuty's services, and the AWS account that things run in.

The account has each of these once, so only the stack that is `account_wide` makes them; other stacks name them all the same.
"""

from collections.abc import Iterator
from typing import Any

from catalog.catalog import Catalog
from rendering import secrets
from rendering.datadog import messages
from rendering.datadog.aws_settings import AwsSettings
from rendering.datadog.webhooks import told
from rendering.resource import Resource
from rendering.site import Site

CHANNEL = "datadog:slack/channel:Channel"
SERVICE = "datadog:pagerduty/serviceObject:ServiceObject"
ACCOUNT = "datadog:aws/integrationAccount:IntegrationAccount"

NAMESPACES = (
    "AWS/ApplicationELB",
    "AWS/CloudFront",
    "AWS/ECS",
    "AWS/ElastiCache",
    "AWS/Lambda",
    "AWS/RDS",
    "AWS/S3",
    "ECS/ContainerInsights",
)
"""What dashboards and alerts read. CloudWatch charges for each metric that is asked for, so nothing else is collected."""
_GLOBAL = "us-east-1"
"""CloudFront's metrics stand in this region, wherever its users are."""


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Channels and services of the teams that Datadog tells of something, and the AWS account."""
    if site.datadog is None:
        return []
    found = [*_channels(catalog, site), *_services(catalog, site)]
    return [*found, _account(site.datadog.aws, site)] if site.datadog.aws is not None else found


def _channels(catalog: Catalog, site: Site) -> Iterator[Resource]:
    workspace = messages.slack_workspace(site.datadog)
    if not site.slack or workspace is None:
        return
    for channel in sorted({channel for team in told(catalog).values() for channel in team.slack.values()}):
        # The rule that chose the channel has said whom: `notified` would repeat it.
        display = {"message": True, "notified": False, "snapshot": True, "tags": True, "muteButtons": True}
        inputs = {"accountName": workspace, "channelName": channel, "display": display}
        yield Resource(CHANNEL, channel.removeprefix("#"), inputs, account_wide=True)


def _services(catalog: Catalog, site: Site) -> Iterator[Resource]:
    """For people, who page a team from an incident or a notebook; monitors page by webhooks, which carry our key. PagerDuty escalates."""
    if not site.pagerduty:
        return
    for name, team in told(catalog).items():
        if team.pagerduty:
            inputs = {"serviceName": name, "serviceKey": secrets.pagerduty(name)}
            yield Resource(SERVICE, name, inputs, account_wide=True, secrets=("serviceKey",))


def _account(settings: AwsSettings, site: Site) -> Resource:
    """The account by a role: no key of it is given away. What applications put into CloudWatch themselves comes by the agent already."""
    role = {"roleName": settings.role_name, **({"externalId": settings.external_id} if settings.external_id else {})}
    regions = list(dict.fromkeys((site.region, *settings.regions, _GLOBAL)))
    inputs: dict[str, Any] = {
        "awsAccountId": settings.account_id,
        "awsPartition": settings.partition,
        "accountTags": [f"aws_account_of:{site.environment}"],
        "authConfig": {"awsAuthConfigRole": role},
        "awsRegions": {"includeOnlies": regions},
        "metricsConfig": {
            "enabled": True,
            "automuteEnabled": True,  # instances that are scaled in are no outage
            "collectCloudwatchAlarms": False,
            "collectCustomMetrics": False,
            "namespaceFilters": {"includeOnlies": list(NAMESPACES)},
        },
        "logsConfig": {"lambdaForwarder": {"lambdas": list(settings.forwarders)} if settings.forwarders else {}},
        "resourcesConfig": {"cloudSecurityPostureManagementCollection": settings.posture, "extendedCollection": settings.posture},
        "tracesConfig": {"xrayServices": {"includeOnlies": []}},  # X-Ray would sell us our own traces
    }
    return Resource(ACCOUNT, settings.account_id, inputs, account_wide=True)
