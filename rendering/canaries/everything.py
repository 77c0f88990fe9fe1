"""All that canaries are in an account: bucket, roles, code, the canaries, their alarms, and Route 53's health checks."""

from catalog.catalog import Catalog
from catalog.faults import Fault
from rendering.aws.place import KEY_ARN, Place
from rendering.canaries import alarms, health_checks, places, runs
from rendering.canaries.code import HANDLER, archive
from rendering.canaries.runs import Canary
from rendering.canaries.settings import CanariesSettings
from rendering.document import Document
from rendering.resource import Resource, Text
from rendering.site import Site

CANARY = "aws:synthetics/canary:Canary"
_OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
_RETRIES = 1
"""A failed run is tried again before it counts."""
_STORAGE = 1024
"""MiB for what a run writes to its disk: the least that there is."""


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Everything, in the order in which it is made; nothing where canaries are off."""
    aws = site.aws
    settings = aws.canaries if aws is not None else None
    if aws is None or settings is None:
        return []
    found = runs.canaries(catalog, site)
    made = [*places.bucket(aws.place, settings), *places.roles(aws.place, settings, found)]
    watched = not settings.paused and (aws.cloudwatch is None or aws.cloudwatch.canary_alarms)
    for canary in found:
        code = _code(canary)
        made += [code, _canary(canary, code, settings, aws.place, site)]
        made += [alarms.failing(canary, catalog, site)] if watched else []
    if settings.health_checks:
        made += health_checks.resources(found, catalog, site)
    return made


def faults(catalog: Catalog, site: Site, file: str, key: str) -> list[Fault]:
    """What catalog and settings together are wrong in; `key` is where AWS' settings stand in `file`."""
    return runs.faults(catalog, site, file, key)


def _code(canary: Canary) -> Resource:
    """New code has a new name, so that nothing must tell the canary of it."""
    made = archive(canary.about, canary.addresses)
    inputs = {
        "bucket": places.BUCKET,
        "key": f"{places.CODE}/{canary.key}/{made.digest}.zip",
        "contentBase64": made.text,
        "contentType": "application/zip",
    }
    return Resource(_OBJECT, canary.key, inputs)


def _canary(canary: Canary, code: Resource, settings: CanariesSettings, place: Place, site: Site) -> Resource:
    application = canary.subject.application.application
    environment: Document = {"SECRET_ID": places.entry(place, application)} if canary.secrets else {}
    network = {"subnetIds": list(settings.vpc.subnets), "securityGroupIds": list(settings.vpc.security_groups)} if settings.vpc else None
    inputs: Document = {
        "name": canary.called(site),
        "runtimeVersion": settings.runtime,
        "handler": HANDLER,
        "s3Bucket": places.BUCKET,
        "s3Key": code.inputs["key"],
        "executionRoleArn": places.role(application),
        "artifactS3Location": Text(("s3://", places.BUCKET, f"/{places.RUNS}/{application}/{canary.subject.name}/{canary.name}/")),
        "artifactConfig": {"s3Encryption": {"encryptionMode": "SSE_KMS", "kmsKeyArn": KEY_ARN}},
        "schedule": {"expression": canary.schedule, "retryConfig": {"maxRetries": _RETRIES}},
        "runConfig": {
            "timeoutInSeconds": canary.timeout,
            "memoryInMb": settings.memory,
            "ephemeralStorage": _STORAGE,
            "activeTracing": False,
            **({"environmentVariables": environment} if environment else {}),
        },
        "successRetentionPeriod": settings.keep,
        "failureRetentionPeriod": settings.keep,
        "startCanary": not settings.paused,
        "deleteLambda": True,
        "tags": canary.subject.labels | {"team": canary.subject.application.owner.team, "canary": canary.name},
        **({"vpcConfig": network} if network else {}),
    }
    return Resource(CANARY, canary.key, inputs, after=(code.ref, places.policy(application)))
