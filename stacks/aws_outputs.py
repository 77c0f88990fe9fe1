"""What an environment promises of its part of an account of Amazon's."""

from pydantic import Field

from catalog.base import Model
from rendering.aws import backups
from stacks.settings import Settings


class AwsOutputs(Model):
    """Names; what Amazon itself chooses is known only once it is made."""

    account: str
    region: str
    cluster: str
    key_alias: str
    """The key that everything of ours is encrypted with."""
    entries: str | None
    """What names of entries in Secrets Manager begin with."""
    buckets: dict[str, str] = Field(default_factory=dict)
    """By what they are for."""
    backup_vaults: dict[str, str] = Field(default_factory=dict)
    """By what is copied into them."""
    workspace: str | None = None
    """The address of the managed Prometheus, for `prometheus.remote_write.workspace`."""


def account(settings: Settings) -> AwsOutputs | None:
    """Without what only a filled account knows."""
    chosen, place = settings.aws, settings.place
    if chosen is None or place is None:
        return None
    return AwsOutputs(
        account=place.account,
        region=place.region,
        cluster=place.cluster,
        key_alias=f"alias/observatory-{place.environment}",
        entries=f"observatory/{place.environment}/" if chosen.entries else None,
        buckets={purpose: bucket.name for purpose, bucket in sorted(chosen.buckets.items())},
        backup_vaults={what: backups.vault(place, what) for what in backups.kept(chosen.backups)} if chosen.backups else {},
    )
