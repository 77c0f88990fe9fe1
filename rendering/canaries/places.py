"""Where canaries keep their code and what runs leave behind, and as whom they run."""

from dataclasses import replace

from rendering.aws import buckets
from rendering.aws.place import KEY_ARN, Place
from rendering.aws.policies import Statement, allow, document
from rendering.aws.settings import BucketSettings
from rendering.canaries.runs import Canary
from rendering.canaries.settings import CanariesSettings
from rendering.cloudwatch import names
from rendering.resource import Ref, Resource

PURPOSE = "canaries"
CODE, RUNS = "code", "runs"
BUCKET = Ref(buckets.BUCKET, PURPOSE, "bucket")
ROLE = "aws:iam/role:Role"
_LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_POLICY = "aws:iam/rolePolicy:RolePolicy"
_ROLE_LIMIT = 64


def bucket_name(place: Place, settings: CanariesSettings) -> str:
    """Buckets of all accounts share their names, so ours has the account's in it."""
    return settings.bucket or f"{place.name(PURPOSE)}-{place.account}"


def bucket(place: Place, settings: CanariesSettings) -> list[Resource]:
    """What runs leave behind is deleted in time; code is not, for a canary names it."""
    made = buckets.bucket(place, PURPOSE, BucketSettings(name=bucket_name(place, settings)))
    rule = {"id": "runs-kept-long-enough", "status": "Enabled", "filter": {"prefix": f"{RUNS}/"}, "expiration": {"days": settings.keep}}
    return [
        replace(each, inputs=each.inputs | {"rules": [*each.inputs["rules"], rule]}) if each.kind == _LIFECYCLE else each for each in made
    ]


def role(application: str) -> Ref:
    """The role of an application's canaries: one's secrets are none of another's business."""
    return Ref(ROLE, f"canaries-{application}", "arn")


def role_name(place: Place, application: str) -> str:
    """As the account knows it."""
    return names.bounded(place.name(f"{PURPOSE}-{application}"), _ROLE_LIMIT)


def policy(application: str) -> Ref:
    """What the role may do: a canary that began before it could write nothing."""
    return Ref(_POLICY, f"canaries-{application}")


def roles(place: Place, settings: CanariesSettings, canaries: list[Canary]) -> list[Resource]:
    """One for each application, with what its canaries do and no more (docs.aws.amazon.com, «Required roles … for canaries»)."""
    found: list[Resource] = []
    for application in dict.fromkeys(canary.subject.application.application for canary in canaries):
        theirs = [canary for canary in canaries if canary.subject.application.application == application]
        name = f"canaries-{application}"
        # Functions take no condition on the account in their trust; a role is handed to one only by who may pass it.
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        inputs = {
            "name": role_name(place, application),
            "description": f"Canaries of {application} in {place.environment}",
            "assumeRolePolicy": document(trust),
        }
        found.append(Resource(ROLE, name, inputs))
        policy = document(*_statements(place, settings, application, theirs))
        found.append(Resource(_POLICY, name, {"role": Ref(ROLE, name, "name"), "name": "canaries", "policy": policy}))
    return found


def entry(place: Place, application: str) -> str:
    """The name in Secrets Manager of what an application's journeys type or send."""
    return f"observatory/{place.environment}/synthetics-{application}"


def _statements(place: Place, settings: CanariesSettings, application: str, canaries: list[Canary]) -> list[Statement]:
    bucket = place.bucket(bucket_name(place, settings))
    groups = place.arn("logs", f"log-group:/aws/lambda/cwsyn-{place.environment}_{application}_*")
    found = [
        allow("LeaveResults", ["s3:PutObject"], [f"{bucket}/{RUNS}/{application}/*"]),
        allow("FindBucket", ["s3:GetBucketLocation"], bucket),
        allow("ListBuckets", ["s3:ListAllMyBuckets"], "*"),
        allow("EncryptResults", ["kms:Decrypt", "kms:GenerateDataKey"], KEY_ARN),
        allow("WriteLog", ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], [groups]),
        allow("TellMetrics", ["cloudwatch:PutMetricData"], "*", {"StringEquals": {"cloudwatch:namespace": "CloudWatchSynthetics"}}),
    ]
    if any(canary.secrets for canary in canaries):
        arn = place.arn("secretsmanager", f"secret:{entry(place, application)}-??????")  # Secrets Manager ends each ARN in six characters
        found.append(allow("ReadEntry", ["secretsmanager:GetSecretValue"], [arn]))
    if settings.vpc:
        actions = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"]
        found.append(allow("StandInVpc", actions, "*"))
    return found
