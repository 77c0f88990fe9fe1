"""Buckets that nobody reaches without TLS, from outside the account, or unencrypted; overwritten objects can be brought back."""

from collections.abc import Mapping
from typing import Any

from rendering.aws.place import KEY_ARN, Place
from rendering.aws.policies import deny, document
from rendering.aws.settings import BucketSettings
from rendering.resource import Ref, Resource

BUCKET = "aws:s3/bucket:Bucket"
_INCOMPLETE = 7
"""Days after which parts of uploads that nobody finished are deleted."""


def resources(place: Place, buckets: Mapping[str, BucketSettings]) -> list[Resource]:
    """All buckets, each by what it is for."""
    return [made for purpose, settings in sorted(buckets.items()) for made in bucket(place, purpose, settings)]


def bucket(place: Place, purpose: str, settings: BucketSettings, expiring: str = "") -> list[Resource]:
    """One bucket. It is not emptied when it is deleted, so what holds data stops its own removal. Only what `expiring` begins expires."""
    made = Resource(BUCKET, purpose, {"bucket": settings.name, "forceDestroy": False, "tags": {"purpose": purpose}})
    of = Ref(BUCKET, purpose, "bucket")
    closed = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)
    block = Resource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", purpose, {"bucket": of, **closed})
    versioning = Resource(
        "aws:s3/bucketVersioning:BucketVersioning", purpose, {"bucket": of, "versioningConfiguration": {"status": "Enabled"}}
    )
    encryption = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY_ARN}
    return [
        made,
        block,
        versioning,
        Resource(
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
            purpose,
            {"bucket": of, "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        ),
        Resource(
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            purpose,
            # A bucket key asks KMS once for many objects: each question is billed.
            {"bucket": of, "rules": [{"applyServerSideEncryptionByDefault": encryption, "bucketKeyEnabled": True}]},
        ),
        Resource(
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            purpose,
            {"bucket": of, "rules": _lifecycle(settings, expiring)},
            after=(versioning.ref,),  # rules about versions are refused before there are any
        ),
        Resource(
            "aws:s3/bucketPolicy:BucketPolicy",
            purpose,
            {"bucket": of, "policy": _policy(place, settings.name)},
            after=(block.ref,),  # S3 takes one change of a bucket's access at a time
        ),
    ]


def _lifecycle(settings: BucketSettings, expiring: str) -> list[dict[str, Any]]:
    def rule(name: str, prefix: str = "", **what: object) -> dict[str, Any]:
        return {"id": name, "status": "Enabled", "filter": {"prefix": prefix}, **what}

    found = [
        rule("incomplete-uploads", abortIncompleteMultipartUpload={"daysAfterInitiation": _INCOMPLETE}),
        rule("old-versions", noncurrentVersionExpiration={"noncurrentDays": settings.noncurrent_days}),
    ]
    if settings.infrequent_days:
        found.append(rule("seldom-read", transitions=[{"days": settings.infrequent_days, "storageClass": "STANDARD_IA"}]))
    if settings.expire_days:
        found.append(rule("kept-long-enough", expiring, expiration={"days": settings.expire_days}))
    else:
        found.append(rule("markers-of-nothing", expiration={"expiredObjectDeleteMarker": True}))
    return found


def _policy(place: Place, name: str) -> Any:  # noqa: ANN401  a document
    arn = place.bucket(name)
    both = [arn, f"{arn}/*"]
    return document(
        deny("TlsOnly", ["s3:*"], both, {"Bool": {"aws:SecureTransport": "false"}}, "*"),
        deny("ModernTls", ["s3:*"], both, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}, "*"),
        # A service of Amazon's writes by its own name and not by the account's, hence the second key.
        deny(
            "OurAccountOnly",
            ["s3:*"],
            both,
            {"StringNotEquals": {"aws:PrincipalAccount": place.account}, "Bool": {"aws:PrincipalIsAWSService": "false"}},
            "*",
        ),
    )
