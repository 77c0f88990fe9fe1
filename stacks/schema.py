"""The JSON schema of the stack files, by which editors complete and check them."""

import json

from stacks.settings import KEY, Settings


def schema_text() -> str:
    """The schema of a Pulumi.<stack>.yaml; what else such a file may hold is Pulumi's."""
    settings = Settings.model_json_schema(by_alias=True)
    definitions = settings.pop("$defs")
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack of observatory",
        "type": "object",
        "required": ["config"],
        "properties": {"config": {"type": "object", "required": [KEY], "properties": {KEY: settings}}},
        "$defs": definitions,
    }
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"
