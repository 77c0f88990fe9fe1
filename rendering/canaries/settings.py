"""What a person decides about canaries: which kinds run, from where, what is kept of them, and how many runs a month may cost money."""

from typing import Annotated

from pydantic import Field, StringConstraints

from catalog.base import Model

Subnet = Annotated[str, StringConstraints(pattern=r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$")]
SecurityGroup = Annotated[str, StringConstraints(pattern=r"^sg-([0-9a-f]{8}|[0-9a-f]{17})$")]
HostName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$")]
BaseUrl = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$")]


class VpcSettings(Model):
    """Where canaries stand that ask what the public does not reach; they need a way out to S3, CloudWatch and Secrets Manager."""

    subnets: tuple[Subnet, ...] = Field(min_length=1)
    security_groups: tuple[SecurityGroup, ...] = Field(min_length=1, max_length=5)
    """A function takes five at most."""
    addresses: dict[HostName, BaseUrl] = Field(default_factory=dict)
    """What a canary asks instead of an address that means something only inside the cluster: an internal load balancer's, by host and port
    as the catalog writes them (`backend.skillforge.svc:8000`). What is not named here is left to Prometheus."""


class CanariesSettings(Model):
    """Canaries of one environment."""

    runs_per_month: int = Field(ge=1)
    """Most runs that may be planned for 30 days, of all kinds together."""
    browser: bool = False
    """Whether journeys in a browser run: they last longest, and Datadog may try the same ones."""
    bucket: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    """Our bucket of code and of what runs leave behind; default: `observatory-<environment>-canaries-<account>`."""
    keep: int = Field(default=31, ge=1, le=455)
    """Days for which screenshots, logs and reports of runs are kept."""
    memory: int = Field(default=1024, ge=960, le=3008, multiple_of=64)
    """MiB of each canary's function; what a browser needs at least is 960."""
    runtime: str = Field(default="syn-nodejs-playwright-8.0", pattern=r"^syn-nodejs-playwright-\d+\.\d+$")
    """Amazon's runtime, 5.1 or later (the library's present name); old ones are retired, and its canaries then stop."""
    vpc: VpcSettings | None = None
    """Absent where only what the public reaches is asked."""
    health_checks: bool = False
    """Whether Route 53 asks the hosts of the public checks as well, from several parts of the world."""
    paused: bool = False
    """Canaries exist and do not run."""
