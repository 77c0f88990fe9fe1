"""Keys of topics: the environment's own, and one of ours in each further region, since a key does not leave its region."""

from collections.abc import Iterable, Iterator

from rendering.aws.place import KEY_ARN, Place
from rendering.aws.policies import allow, document
from rendering.resource import Ref, Resource, refs

KEY = "aws:kms/key:Key"
_USERS = ("budgets", "cloudwatch", "costalerts", "events")
"""Services that write into an encrypted topic."""


def key_of(region: str | None) -> Ref:
    """The key of topics in a region; None: the environment's own region."""
    return KEY_ARN if region is None else Ref(KEY, f"alarms.{region}", "arn")


def resources(place: Place, rendered: Iterable[Resource]) -> Iterator[Resource]:
    """A key for each further region that a topic is in."""
    wanted = {ref.name for each in rendered for ref in refs(each.inputs) if ref.kind == KEY and ref.name.startswith("alarms.")}
    for name in sorted(wanted):
        region = name.removeprefix("alarms.")
        services = {"Service": [f"{service}.amazonaws.com" for service in _USERS]}
        policy = document(
            allow("AccountDecidesByIam", ["kms:*"], "*", principal={"AWS": place.root}),
            allow("Alarms", ["kms:Decrypt", "kms:GenerateDataKey"], "*", {"StringEquals": {"aws:SourceAccount": place.account}}, services),
        )
        inputs = {
            "description": f"Topics of alarms that stand in {region}",
            "enableKeyRotation": True,
            "rotationPeriodInDays": 365,
            "deletionWindowInDays": 30,
            "policy": policy,
            "region": region,
        }
        yield Resource(KEY, name, inputs)
