"""An environment in which everything of CloudWatch is switched on, and the project's own catalog."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from catalog.catalog import Catalog
from catalog.loading import load
from rendering.aws.place import Place
from rendering.cloudwatch.everything import resources
from rendering.cloudwatch.settings import CloudwatchSettings
from rendering.logs.settings import LogsSettings
from rendering.resource import Resource
from rendering.site import AwsSite, Site

DAYS = {"logs": 30, "errors": 90, "metrics": 30, "business": 365, "security": 365, "performance": 30}
LOGS = LogsSettings.model_validate({"retention": {"keep": {name: f"{days}d" for name, days in DAYS.items()}}})
FIREHOSE = "arn:aws:firehose:eu-central-1:123456789012:deliverystream/metrics"
EVERYTHING = {
    "chat": {"workspace_id": "T0123ABCD", "channels": {"#skillforge-critical": "C0123ABCD", "#platform-warning": "C0123ABCE"}},
    "container_insights": True,
    "log_groups": ["cluster", "containers", "databases", "functions", "tasks", "services"],
    "log_anomalies": True,
    "forwarding": {"destination_arn": FIREHOSE, "role_arn": "arn:aws:iam::123456789012:role/forwarding"},
    "stream": {"firehose_arn": FIREHOSE, "namespaces": ["AWS/RDS", "AWS/Lambda"], "percentiles": True},
}
PLACE = Place("123456789012", "eu-central-1", "prod", "observatory-prod")


def site(logs: LogsSettings | None = LOGS, **changes: object) -> Site:
    """The environment, with other settings of CloudWatch's."""
    settings = CloudwatchSettings.model_validate({**EVERYTHING, **changes})
    return Site(
        environment="prod",
        region="eu-central-1",
        cluster="observatory-prod",
        runbooks_url="https://example.com/runbooks",
        pagerduty=True,
        slack=True,
        webhooks=True,
        aws=AwsSite(PLACE, settings, logs=logs),
    )


def without() -> Site:
    """The same account without CloudWatch."""
    return replace(site(), aws=AwsSite(PLACE))


@cache
def catalog() -> Catalog:
    return load(Path(__file__).parent.parent.parent.parent)


@cache
def rendered() -> tuple[Resource, ...]:
    return tuple(resources(catalog(), site()))


def of(kind: str) -> dict[str, Resource]:
    """Resources of one kind by name; `kind` is the end of the type token."""
    return {each.name: each for each in rendered() if each.kind.endswith(f":{kind}")}
