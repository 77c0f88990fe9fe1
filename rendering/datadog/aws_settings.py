"""What a person decides about the AWS account whose own metrics Datadog collects."""

from typing import Literal

from pydantic import Field

from catalog.base import Model


class AwsSettings(Model):
    """The AWS account whose metrics Datadog collects, by a role that trusts Datadog's account and an external id."""

    account_id: str = Field(pattern=r"^\d{12}$")
    partition: Literal["aws", "aws-us-gov", "aws-cn"] = "aws"
    role_name: str = Field(pattern=r"^[\w+=,.@-]{1,64}$")
    """A role's name, no ARN."""
    external_id: str | None = Field(default=None, min_length=2, max_length=1224, pattern=r"^[\w+=,.@:/-]+$")
    """What the role's trust asks for; none: Datadog makes one and the integration shows it."""
    regions: tuple[str, ...] = ()
    """Regions besides the stack's own."""
    forwarders: tuple[str, ...] = ()
    """ARNs of Datadog's forwarder functions that bring AWS' own logs."""
    posture: bool = False
    """Whether Datadog reads cloud resources and judges how they are set up, by rules of ours as well (Cloud Security)."""
