"""What is wrong with settings for Amazon that only other settings, or the plan, can tell."""

from collections.abc import Iterator

from catalog.catalog import Catalog
from catalog.faults import Fault
from components.aws.settings import AwsSettings
from components.secrets import by_name
from rendering.aws import late
from rendering.aws.place import Place
from rendering.canaries import everything as canaries
from rendering.cloudwatch import everything as cloudwatch
from rendering.costs import everything as costs
from stacks.plan import Plan
from stacks.settings import KEY, Settings


def conflicts(settings: Settings) -> Iterator[tuple[str, str, str, str]]:
    """Key, value, reason and remedy of each choice that another setting spoils."""
    chosen = settings.aws
    if chosen is None:
        return
    try:
        place = chosen.place(settings.region, settings.environment, settings.cluster.name)
    except ValueError as error:
        yield "aws.region", "", str(error), "name the region that the account's resources are in, or leave aws out"
        return
    if chosen.simulated and settings.secrets.source == "external":
        yield (
            "aws.simulated",
            "true",
            "secrets would be copied from entries that nobody made",
            "set secrets.source to simulated, or leave simulated out",
        )
    yield from _strangers(settings, place)
    yield from _stores(settings, chosen)


def _strangers(settings: Settings, place: Place) -> Iterator[tuple[str, str, str, str]]:
    """Roles that settings name in another account or region than where everything else is."""
    named = {
        "prometheus.remote_write.role_arn": settings.prometheus.remote_write and settings.prometheus.remote_write.role_arn,
        "grafana.role_arn": settings.grafana and settings.grafana.role_arn,
        "jaeger.role_arn": settings.jaeger and settings.jaeger.role_arn,
        "elastic.snapshots.role_arn": settings.elastic and settings.elastic.snapshots and settings.elastic.snapshots.role_arn,
        "elastic.aws_logs_role_arn": settings.elastic and settings.elastic.aws_logs_role_arn,
        "loki.s3.role_arn": settings.loki and settings.loki.s3 and settings.loki.s3.role_arn,
    }
    given = {key: arn for key, arn in named.items() if arn}
    for where, arn in given.items():
        if f"::{place.account}:" not in arn:
            reason = (
                f"the role is of another account than {place.account} (aws.account_id), which pods of this cluster cannot take on directly"
            )
            yield (
                where,
                arn,
                reason,
                "name a role of this account; Grafana's data source may take on another one (content.cloudwatch.role_arn)",
            )
        elif f"arn:{place.partition}:" not in arn:
            yield where, arn, f"the role is of another partition than {place.region}", f"write arn:{place.partition}:iam::…"
        elif list(given.values()).count(arn) > 1:
            yield where, arn, "two workloads would share this role, and each what only the other needs", "name a role for each"


def _stores(settings: Settings, chosen: AwsSettings) -> Iterator[tuple[str, str, str, str]]:
    """Buckets that are named but not made, roles that would trust nobody, and rotation of what is not there."""
    snapshots = settings.elastic.snapshots if settings.elastic else None
    for purpose, where, bucket in (
        ("elasticsearch", "elastic.snapshots.bucket", snapshots and snapshots.bucket),
        ("loki", "loki.s3.bucket", settings.loki and settings.loki.s3 and settings.loki.s3.bucket),
    ):
        made = chosen.buckets.get(purpose)
        if made and bucket and made.name != bucket:
            yield f"aws.buckets.{purpose}.name", made.name, f"{where} is {bucket}", "name the same bucket in both"
        if made and not bucket:
            yield f"aws.buckets.{purpose}", made.name, f"nothing is kept there: {where} is not set", f"set {where}, or leave the bucket out"
    if chosen.identity and chosen.identity.oidc_issuer is None and snapshots:
        reason = "Elasticsearch's role would trust nobody: it shows a token of the cluster's issuer, which is not known"
        yield "aws.identity.oidc_issuer", "", reason, "write the issuer that `aws eks describe-cluster` shows, without https://"


def faults(settings: Settings, catalog: Catalog, plan: Plan, file: str) -> list[Fault]:
    """What only settings, catalog and plan together are wrong in."""
    if settings.aws is None:
        return []
    site, key = settings.site, f"{KEY}.aws"
    found = [
        *cloudwatch.faults(catalog, site, file, key),
        *canaries.faults(catalog, site, file, key),
        *costs.faults(catalog, site, file, key),
    ]
    found += late.faults(site, file, key)
    known = by_name(plan.values)
    reason, remedy = "no Secret of this environment has this name", f"one of: {', '.join(known)}"
    rotated = settings.aws.entries.rotation if settings.aws.entries else {}
    return [*found, *(Fault(file, f"{key}.entries.rotation.{name}", name, reason, remedy) for name in rotated if name not in known)]
