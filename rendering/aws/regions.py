"""Regions by their partition, so that one that is not there is refused before anything is signed for it."""

PARTITIONS = {
    "aws": (
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2"),
        *("ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7"),
        *("ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2"),
        *("eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1"),
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    ),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-us-gov": ("us-gov-east-1", "us-gov-west-1"),
}
"""As botocore's endpoints.json lists them for CloudWatch; a test holds the two together."""


def partition(region: str) -> str:
    """The partition of a region; ValueError for one that Amazon does not have."""
    for name, regions in PARTITIONS.items():
        if region in regions:
            return name
    known = ", ".join(each for regions in PARTITIONS.values() for each in regions)
    raise ValueError(f"{region!r} is no region of Amazon's; one of: {known}")
