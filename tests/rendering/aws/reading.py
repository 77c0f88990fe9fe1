"""Resources of real stacks as Amazon would read them: references resolved, documents as JSON."""

import json
from collections.abc import Mapping
from typing import Any, cast

from rendering.resource import Json, Ref, Resource, Text
from stacks.program import Prepared

ACCOUNT, REGION = "123456789012", "eu-central-1"
_ID = "00000000-0000-0000-0000-000000000001"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000000-0000-0000-0000-000000000001"


def resources(prepared: Prepared) -> list[Resource]:
    assert prepared.aws
    return list(prepared.aws.resources)


def placeholder(ref: Ref, known: Mapping[tuple[str, str], Resource]) -> str:
    """A plausible output: of the right form, and the same for the same resource."""
    inputs = known[ref.kind, ref.name].inputs if (ref.kind, ref.name) in known else {}
    name = str(inputs.get("bucket") or inputs.get("name") or ref.name)
    module = ref.kind.split(":")[1].partition("/")[0]
    arns = {
        "kms": KEY,
        "iam": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "s3": f"arn:aws:s3:::{name}",
        "secretsmanager": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-AbCdEf",
        "cloudwatch": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}",
    }
    events = {"EventConnection": f"connection/{name}/{_ID}", "EventApiDestination": f"api-destination/{name}/{_ID}"}
    if (kind := ref.kind.rpartition(":")[2]) in events:
        return f"arn:aws:events:{REGION}:{ACCOUNT}:{events[kind]}"
    if ref.kind.startswith("aws:cloudwatch/event"):
        what = {"EventApiDestination": "api-destination", "EventConnection": "connection", "EventRule": "rule"}[ref.kind.rpartition(":")[2]]
        arns["cloudwatch"] = f"arn:aws:events:{REGION}:{ACCOUNT}:{what}/{name}" + ("" if what == "rule" else "/0a1b2c3d")
    match module, ref.output:
        case (_, "name" | "bucket"):
            return name
        case ("secretsmanager", "id") | (_, "arn"):
            return arns.get(module, f"arn:aws:{module}:{REGION}:{ACCOUNT}:{name}")
        case ("amp", "id"):
            return "ws-00000000-0000-0000-0000-000000000001"
        case ("kms", "id"):
            return KEY.rpartition("/")[2]
        case _:
            return name


def resolved(value: object, known: Mapping[tuple[str, str], Resource]) -> Any:  # noqa: ANN401  JSON of any shape
    match value:
        case Ref():
            return placeholder(value, known)
        case Text():
            return "".join(placeholder(part, known) if isinstance(part, Ref) else str(part) for part in value.parts)
        case Json():
            return json.dumps(resolved(value.document, known), sort_keys=True)
        case dict():
            return {key: resolved(part, known) for key, part in cast("dict[str, object]", value).items()}
        case list() | tuple():
            return [resolved(part, known) for part in cast("list[object]", value)]
        case _:
            return value


def by_key(found: list[Resource]) -> dict[tuple[str, str], Resource]:
    return {(each.kind, each.name): each for each in found}
