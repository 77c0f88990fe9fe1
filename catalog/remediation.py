"""What an alert may have done about it: a short allow-list, each action with its target and its bounds."""

from typing import Annotated, Literal

from pydantic import Field

from catalog.base import Model, Name

ClaimName = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]


class Restart(Model):
    """Replaces the pods of a service's Deployment, as `kubectl rollout restart` does; once a firing, and once an hour at the most."""

    action: Literal["restart"]
    service: Name | None = None
    """Of the same application; default: the alert's own. The Deployment has the service's name."""


class Scale(Model):
    """Adds replicas to a service's Deployment; once an hour at the most, never fewer than there are."""

    action: Literal["scale"]
    service: Name | None = None
    step: int = Field(default=1, ge=1, le=10)
    """How many replicas more."""
    at_least: int = Field(ge=1)
    """Of fewer replicas than this nothing is made: somebody has stopped the service on purpose."""
    at_most: int = Field(le=100)


class Expand(Model):
    """Grows volume claims, where their class allows it; once in six hours at the most, as AWS has it."""

    action: Literal["expand"]
    service: Name
    """Whose namespace the claims are in."""
    claims: tuple[ClaimName, ...] = Field(min_length=1)
    """The only ones that may grow; the alert's own label says which one does."""
    by: float = Field(gt=0, le=1)
    """Share of its size that is added."""
    at_most: str
    """Size beyond which nothing grows, as 200GiB."""


Remediation = Annotated[Restart | Scale | Expand, Field(discriminator="action")]
