"""What an account of Amazon's is filled with, by type token as every account here is; the cluster is looked up, never made."""

import json
from collections.abc import Iterable
from typing import Any

import pulumi

from components.aws.settings import AwsSettings
from components.cluster import Cluster
from components.content import SIMULATED, Content
from components.secrets import Made
from rendering import resource as rendered
from rendering.aws.place import PROJECT, Place
from rendering.resource import Ref

_SECRET_INPUTS = ("accessKey", "secretKey", "token")
_ENDPOINTS = (
    *("amp", "backup", "budgets", "ce", "chatbot", "cloudwatch", "ec2", "eks", "events", "firehose", "iam", "kms", "lambda", "logs"),
    *("rds", "route53", "s3", "secretsmanager", "sns", "sqs", "sts", "synthetics"),
)
"""Services that an imitation of Amazon answers for, as the provider calls them."""
_LOOKED_UP = "aws:eks/getCluster:getCluster"


class Aws(Content):
    """Everything that Amazon's provider makes."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        settings: AwsSettings,
        place: Place,
        resources: Iterable[rendered.Resource],
        asked: Iterable[Ref] = (),
        known: Made | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        self.simulated = settings.simulated
        account = self.provider("aws", configuration(settings, place), _SECRET_INPUTS)
        count = self.fill(resources, asked, account, known)
        options = pulumi.InvokeOptions(parent=self, provider=account)
        found = pulumi.runtime.invoke_output(_LOOKED_UP, {"name": place.cluster}, options)
        self.cluster_arn: pulumi.Output[str] = found.apply(lambda answer: str(answer["arn"]))
        """Of the cluster that is there; a stack whose cluster is not there fails."""
        self.register_outputs({"count": count, "cluster": self.cluster_arn})


def configuration(settings: AwsSettings, place: Place) -> dict[str, Any]:
    """The provider's inputs: region, account and default tags are explicit, credentials are the environment's."""
    tags = {"managed_by": PROJECT, "environment": place.environment, "cluster": place.cluster, **settings.tags}
    found: dict[str, Any] = {
        "region": place.region,
        "allowedAccountIds": json.dumps([place.account]),
        "defaultTags": json.dumps({"tags": tags}, sort_keys=True),
    }
    if settings.profile:
        found["profile"] = settings.profile
    if settings.role_arn:
        found["assumeRoles"] = json.dumps([{"roleArn": settings.role_arn, "sessionName": f"{PROJECT}-{place.environment}"}])
    if settings.simulated or settings.endpoint:
        nothing = pulumi.Output.secret(SIMULATED)
        found |= {"accessKey": nothing, "secretKey": nothing}
        found |= dict.fromkeys(("skipCredentialsValidation", "skipMetadataApiCheck", "skipRequestingAccountId", "s3UsePathStyle"), "true")
        del found["allowedAccountIds"]  # an imitation's account is nobody's
    if settings.endpoint:
        found["endpoints"] = json.dumps([dict.fromkeys(_ENDPOINTS, settings.endpoint)], sort_keys=True)
    return found
