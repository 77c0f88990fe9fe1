r"""What must never reach a trace or log store: values under telling keys, and values that look like secrets wherever they stand.

The redaction processor masks attributes of resources, scopes, spans and events, and logs; names and messages of spans it leaves
alone, so the transform processor masks those by the same patterns. Patterns are RE2 (no look-around). A key ends with
`token` or has a separator behind it: `gen_ai.usage.input_tokens` is no secret.
Source: processor/redactionprocessor in opentelemetry-collector-contrib v0.145.0, README.md and processor.go.
"""

from rendering.document import Document

MASK = "****"
_CARD_GAP = "[ -]?"

# Keys are matched against this once each, whatever their case; by the first letter, since Go tries every alternative at every place.
_KEY = (
    r"(?i)(?:a(?:(?:pi|ccess|ccount)[._-]?key|uthorization)"
    r"|c(?:ookie|redential|v[cv](?:$|[._-])|redit[._-]?card|ard[._-]?(?:number|num|no)(?:$|[._-]))"
    r"|p(?:assw(?:or)?d|assphrase|wd(?:$|[._-])|rivate[._-]?key)"
    r"|s(?:ecret|(?:igning|ession)[._-]?key|sn(?:$|[._-]))"
    r"|token(?:$|[._-])|encryption[._-]?key|iban(?:$|[._-])|[._-]pass(?:$|[._-])|^pass$)"
)
KEYS = (_KEY,)
"""Keys whose values are masked whole."""

CLOSED = (
    "http.request.method", "http.response.status_code", "url.scheme", "server.port", "client.port", "network.peer.port",
    "network.protocol.name", "network.protocol.version", "network.transport", "network.type", "db.system", "db.system.name",
    "rpc.system", "rpc.grpc.status_code", "messaging.system", "error.type", "http.method", "http.status_code", "http.scheme",
    "thread.id", "thread.name", "code.line.number", "ai.model", "ai.provider", "ai.request_size", "gen_ai.operation.name",
    "gen_ai.request.model", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "application", "service", "service.name",
    "service.namespace", "deployment.environment.name", "cloud.region", "k8s.cluster.name", "observatory.slow_after_ns",
)  # fmt: skip
"""Keys of OpenTelemetry's conventions whose values come from a short list or are numbers: not looked at, which is most of the work."""

# Go finds a pattern that begins with plain letters by searching for those, tens of times as fast as any other: hence so many.
_KNOWN = {
    "AKIA": "[0-9A-Z]{16}",
    "ASIA": "[0-9A-Z]{16}",
    "eyJ": r"[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    "ghp_": "[A-Za-z0-9]{20,}",
    "gho_": "[A-Za-z0-9]{20,}",
    "ghs_": "[A-Za-z0-9]{20,}",
    "github_pat_": "[A-Za-z0-9_]{20,}",
    "glpat-": "[A-Za-z0-9_-]{16,}",
    "xox": "[abprs]-[A-Za-z0-9-]{10,}",
    "sk-": "[A-Za-z0-9_-]{16,}",
    "sk_": "[A-Za-z0-9_-]{16,}",
    "rk_": "[A-Za-z0-9_-]{16,}",
    "Bearer ": "[A-Za-z0-9._~+/=-]{8,}",
    "bearer ": "[A-Za-z0-9._~+/=-]{8,}",
    "Basic ": "[A-Za-z0-9+/=]{8,}",
    "basic ": "[A-Za-z0-9+/=]{8,}",
    "://": r"[^/\s:@]*:[^/\s@]+@",
    "-----BEGIN ": r"[A-Z ]*PRIVATE KEY-----[\s\S]*",
}
"""How secrets of known makers begin, and go on; an address with a password among them."""

VALUES = {
    **{f"what begins with {start.strip()}": f"{start}{rest}" for start, rest in _KNOWN.items()},
    "a card number": (
        rf"\b(?:4\d{{3}}|5[1-5]\d\d|2[2-7]\d\d|6(?:011|5\d\d)){_CARD_GAP}\d{{4}}{_CARD_GAP}\d{{4}}{_CARD_GAP}\d{{1,4}}\b"
        rf"|\b3[47]\d\d{_CARD_GAP}\d{{6}}{_CARD_GAP}\d{{5}}\b"
    ),
    "a secret in a query or a setting": (
        r"(?i)\b(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?(?:key|token)|client[_-]?secret)"
        r"[\"']?\s*[=:]\s*[\"']?[^\s&\"',;}]{3,}"
    ),
}
"""What is masked in any value, name or message, by what it is."""
EMAIL = r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b"


def values(*, emails: bool) -> list[str]:
    """The patterns of values that are masked; an address with a password comes before an e-mail, which it resembles."""
    return [*VALUES.values(), *([EMAIL] if emails else [])]


def redaction(*, emails: bool) -> Document:
    """The redaction processor: everything passes, masked where it must be; lists and numbers are looked into as well."""
    return {
        "allow_all_keys": True,
        "ignored_keys": list(CLOSED),
        "blocked_key_patterns": list(KEYS),
        "blocked_values": values(emails=emails),
        "redact_all_types": True,
        "summary": "silent",
    }


def of_texts(*, emails: bool) -> list[Document]:
    """Statements of the transform processor for names and messages, which are no attributes."""
    masked = [_escaped(pattern) for pattern in values(emails=emails)]
    everywhere = "|".join(f"(?:{pattern})" for pattern in masked)
    return [
        {
            "context": "span",
            "statements": [
                f'replace_pattern(name, "{everywhere}", "{MASK}")',
                f'replace_pattern(status.message, "{everywhere}", "{MASK}") where status.message != ""',
            ],
        },
        {"context": "spanevent", "statements": [f'replace_pattern(name, "{everywhere}", "{MASK}")']},
    ]


def _escaped(pattern: str) -> str:
    """A pattern as OTTL's string literal."""
    return pattern.replace("\\", "\\\\").replace('"', '\\"')
