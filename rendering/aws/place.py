"""Where in Amazon's world an environment is: names and ARNs that are known before anything is made."""

from dataclasses import dataclass

from rendering.aws.regions import partition
from rendering.resource import Ref

KEY = Ref("aws:kms/key:Key", "observatory")
"""The environment's own key; `KEY_ARN` is what most inputs want."""
KEY_ARN = Ref(KEY.kind, KEY.name, "arn")
PROJECT = "observatory"


@dataclass(frozen=True)
class Place:
    """An account's part that is this environment's."""

    account: str
    """Twelve digits."""
    region: str
    environment: str
    cluster: str
    """The EKS cluster, by the name that Amazon knows."""

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn` or `aws-us-gov`."""
        return partition(self.region)

    @property
    def suffix(self) -> str:
        """The domain of the partition's services."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    def name(self, what: str) -> str:
        """The name of something of ours that shares an account with others: `observatory-prod-loki`."""
        return f"{PROJECT}-{self.environment}-{what}"

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def role(self, name: str) -> str:
        """A role's ARN; roles have no region."""
        return f"arn:{self.partition}:iam::{self.account}:role/{name}"

    def bucket(self, name: str) -> str:
        """A bucket's ARN; buckets have neither account nor region in it."""
        return f"arn:{self.partition}:s3:::{name}"

    @property
    def root(self) -> str:
        """The account itself, as policies name it."""
        return f"arn:{self.partition}:iam::{self.account}:root"
