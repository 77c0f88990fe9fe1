"""Whom a span calls: one name for each dependency, so that its calls are counted apart whatever attributes an SDK writes.

Attributes are those of OpenTelemetry's semantic conventions, older and newer names of each. `set` with a value that is not there
does nothing. Source: pkg/ottl/ottlfuncs/README.md of opentelemetry-collector-contrib v0.145.0.
"""

from rendering.document import Document

UPSTREAM = "upstream"
"""Span attribute, and label of span metrics: the name of what is called."""
UNNAMED = "unnamed"
"""What a call is counted under that does not say whom it calls, or says an address alone, of which there are too many."""
_TELLING = (
    "net.peer.name",
    "server.address",
    "rpc.service",
    "messaging.system",
    "db.system",
    "db.system.name",
    "gen_ai.system",
    "gen_ai.provider.name",
    "ai.provider",
    "peer.service",
)
"""From the least to the most telling: a later one replaces an earlier one."""
_ADDRESS = r"^[0-9.:\\[\\]]+$|::"


def of_calls() -> list[Document]:
    """Statements of the transform processor; what a sender claims itself is dropped first."""
    named = [f'set(attributes["{UPSTREAM}"], attributes["{key}"])' for key in _TELLING]
    address = f'set(attributes["{UPSTREAM}"], "{UNNAMED}") where IsMatch(attributes["{UPSTREAM}"], "{_ADDRESS}")'
    return [
        {"context": "span", "statements": [f'delete_key(attributes, "{UPSTREAM}")']},
        {
            "context": "span",
            "conditions": ["kind == SPAN_KIND_CLIENT or kind == SPAN_KIND_PRODUCER"],
            "statements": [f'set(attributes["{UPSTREAM}"], "{UNNAMED}")', *named, address],
        },
    ]
