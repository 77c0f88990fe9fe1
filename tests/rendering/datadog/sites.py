"""An environment in which everything that asks and is told from outside is switched on."""

from dataclasses import replace

from rendering.datadog.aws_settings import AwsSettings
from rendering.datadog.synthetic_settings import MobileApplication, SyntheticsSettings
from rendering.site import DatadogSite, Site

SYNTHETICS = SyntheticsSettings(
    runs_per_month=100_000,
    locations=("aws:eu-central-1", "aws:eu-west-1", "aws:eu-north-1"),
    private_location="create",
    mobile={
        "skillforge": MobileApplication(id="00000000-0000-4000-8000-000000000000", devices=("synthetics:mobile:device:iphone_15_ios_17",))
    },
)
DATADOG = DatadogSite(
    "datadoghq.eu",
    account_wide=True,
    slack_workspace="company",
    synthetics=SYNTHETICS,
    aws=AwsSettings(account_id="123456789012", role_name="datadog"),
    metrics_arrived=True,
)
SITE = Site(
    environment="prod",
    region="eu-central-1",
    cluster="observatory-prod",
    runbooks_url="https://example.com/runbooks",
    pagerduty=True,
    slack=True,
    datadog=DATADOG,
)


def with_datadog(**changes: object) -> Site:
    """The same with other settings of Datadog's."""
    return replace(SITE, datadog=replace(DATADOG, **changes))


def with_synthetics(**changes: object) -> Site:
    """The same with other settings of synthetic tests."""
    return with_datadog(synthetics=SYNTHETICS.model_copy(update=changes))
