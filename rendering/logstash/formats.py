r"""How applications' records look, as grok expressions: each begins at the record's first character, so a line that is none ends at once.

What is found goes to the same fields whatever the format: the time and the text that is left to metadata, the rest to fields of the
Elastic Common Schema (rendering/elastic/fields.py).
"""

from catalog.grok import PATTERNS, used
from catalog.logs import Format, Logs

AT, TEXT = "[@metadata][at]", "[@metadata][text]"
"""When a record was made, as it says; and what it says."""
KLOG_AT, NGINX_AT, HTTP_AT, SYSLOG_AT = "[@metadata][klog_at]", "[@metadata][nginx_at]", "[@metadata][http_at]", "[@metadata][syslog_at]"
"""Times in the formats that are no ISO 8601, by which the date filter knows them."""
_TIME, _LEVEL, _LOGGER = f"%{{TIMESTAMP_ISO8601:{AT}}}", "%{LOGLEVEL:[log][level]}", "%{LOGGER:[log][logger]}"
_REST = f"%{{REST:{TEXT}}}"
_PID = "%{POSINT:[process][pid]:int}"
_REQUEST = (
    r"(?:%{METHOD:[http][request][method]} %{ORIGINAL:[url][original]}(?: HTTP/%{NUMBER:[http][version]})?|%{UNQUOTED:[url][original]})"
)

OWN = {
    "METHOD": r"[A-Z]{3,10}",
    "ORIGINAL": r"[^\s\"]{1,8192}",
    "UNQUOTED": r"[^\"]{0,8192}",
    "QUOTED": r"(?>(?:[^\"\\]|\\.){0,8192})",
    "ADDRESS": r"[0-9A-Fa-f:.]{2,45}",
    "DOMAIN": r"[^\s/?#]{1,260}",
    "QUERY": r"[^\s#]{1,8192}",
    "FIELD": r"[^\s\[\]]{1,256}",
    "KLOGLETTER": r"[IWEF]",
    "KLOGTIME": r"\d{4} \d\d:\d\d:\d\d\.\d{6}",
    "NGINXTIME": r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d",
    "STRUCTURED": r"(?:-|(?>(?:\[(?>(?:[^\"\]]|\"(?>(?:[^\"\\]|\\.)*)\")*)\])+))",
    "STATUS": r"[1-5]\d\d",
    "DAY": r"\d{4}-\d\d-\d\d",
    "CLOCK": r"\d\d:\d\d:\d\d",
    "LINE": r"[^\n]*",
    "ERROR": r"(?>[A-Za-z_][\w.]{0,200})(?<=Error|Exception|Warning|Exit|Interrupt)",
    "MODULE": r"[^\]]{1,256}",
}
"""Patterns that only these formats need."""

EXPRESSIONS: dict[Format, tuple[str, ...]] = {
    "json": (),
    "text": (),
    "bracketed": (rf"\A\[{_TIME}\] \[?{_LEVEL}\]?:?(?: |\z){_REST}",),
    "python": (
        rf"\A{_TIME} - {_LOGGER} - {_LEVEL} - {_REST}",
        rf"\A{_TIME} \[?{_LEVEL}\]? {{0,8}}(?:\[?{_LOGGER}\]?(?:: | - |\z)){_REST}",
        rf"\A\[{_TIME}: {_LEVEL}/%{{MODULE:[process][name]}}\] {_REST}",  # Celery's
        rf"\A\[{_TIME}\] \[{_PID}\] \[{_LEVEL}\] {_REST}",  # gunicorn's
        rf"\A{_LEVEL}: {{1,8}}{_REST}",  # uvicorn's
        rf"\A{_LEVEL}:{_LOGGER}:{_REST}",
    ),
    "nginx": (
        (
            rf"\A%{{ADDRESS:[client][ip]}} - (?:-|%{{FIELD:[user][name]}}) \[%{{HTTPDATE:{HTTP_AT}}}\] \"{_REQUEST}\""
            r" %{POSINT:[http][response][status_code]:int} (?:%{POSINT:[http][response][bytes]:int}|-)"
            r"(?: \"(?:-|%{QUOTED:[http][request][referrer]})\" \"(?:-|%{QUOTED:[user_agent][original]})\")?"
        ),
        rf"\A%{{NGINXTIME:{NGINX_AT}}} \[{_LEVEL}\] {_PID}#\d{{1,10}}: (?:\*\d{{1,20}} )?{_REST}",
    ),
    "klog": (rf"\A%{{KLOGLETTER:[log][level]}}%{{KLOGTIME:{KLOG_AT}}} +{_PID} %{{LOGGER:[log][logger]}}\] {_REST}",),
    "syslog": (
        (
            rf"\A<%{{POSINT:[log][syslog][priority]:int}}>1 %{{TIMESTAMP_ISO8601:{AT}}} %{{FIELD:[host][name]}} %{{FIELD:[process][name]}}"
            rf" (?:-|{_PID}|%{{FIELD}}) %{{FIELD:[log][syslog][msgid]}} %{{STRUCTURED:[log][syslog][structured]}}(?: |\z){_REST}"
        ),
        (
            rf"\A<%{{POSINT:[log][syslog][priority]:int}}>%{{SYSLOGTIMESTAMP:{SYSLOG_AT}}} %{{HOSTNAME:[host][name]}}"
            rf" %{{FIELD:[process][name]}}(?:\[{_PID}\])?: {_REST}"
        ),
    ),
}
"""Each format's expressions, tried in this order; `json` is parsed by another filter, of `text` nothing is known."""


def expressions(logs: Logs) -> list[str]:
    """An application's own expressions, then those of its formats."""
    own = [text if text.startswith((r"\A", "^")) else rf"\A{text}" for text in logs.grok]
    return [*own, *(expression for name in logs.formats for expression in EXPRESSIONS[name])]


def definitions(texts: list[str]) -> dict[str, str]:
    """The patterns that expressions name, and those that these name."""
    return used(tuple(texts), PATTERNS | OWN)
