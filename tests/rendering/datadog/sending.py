"""A site that sends everything to Datadog, for tests of logs and security."""

from dataclasses import replace

from rendering.datadog.aws_settings import AwsSettings
from rendering.datadog.log_settings import LogsSettings
from rendering.site import DatadogSite, Site

SETTINGS = {
    "environments": {
        "prod": {"retention": 15, "daily_limit": 20_000_000, "keep": 0.2},
        "dev": {"retention": 3, "daily_limit": 1_000_000, "keep": 1},
    },
    "security": {"retention": 90, "daily_limit": 2_000_000},
    "archive": {"bucket": "example-logs", "account_id": "123456789012", "role_name": "DatadogIntegration"},
    "other_indexes": ["main"],
    "other_pipelines": ["abc-123"],
}


def sending(site: Site, *, cws: bool = True, posture: bool = True) -> Site:
    """The same site as the account's owner, with every switch on."""
    logs = LogsSettings.model_validate(SETTINGS)
    aws = AwsSettings(account_id="123456789012", role_name="datadog", posture=posture)
    datadog = DatadogSite("datadoghq.eu", account_wide=True, slack_workspace="example", logs=logs, cws=cws, aws=aws)
    return replace(site, environment="prod", grafana_url="https://grafana.example.com", datadog=datadog)
