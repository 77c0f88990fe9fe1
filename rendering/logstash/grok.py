"""The grok filter with our own patterns alone, and a limit to its time."""

import re

from rendering.logstash.syntax import Plugin, Value

TIMEOUT = 1_000
"""Milliseconds that all expressions on one record have together; Logstash looks every 250 ms."""
_CAPTURED = re.compile(r"%\{\w+:([\w.@\[\]]+)(?::\w+)?\}")


def grok(name: str, source: str, expressions: list[str], patterns: dict[str, str], failed: list[str]) -> Plugin:
    """The first expression that fits fills its fields anew; where none does, the tags say so."""
    captured = list(dict.fromkeys(field for text in expressions for field in _CAPTURED.findall(text)))
    return Plugin(
        "grok",
        {
            "id": name,
            "match": {source: [*expressions]},
            "pattern_definitions": dict[str, Value](patterns),
            "overwrite": [*captured],
            "timeout_millis": TIMEOUT,
            "timeout_scope": "event",
            "tag_on_timeout": "too_slow",
            "tag_on_failure": [*failed],
        },
    )
