r"""What a record says: JSON, a line in one of its application's formats, syslog, or text of which nothing is known.

A line that is hostile costs little: it is no longer than the settings say, expressions begin at its first character and give nothing
back where they could try again, and a line's expressions have a second together.
"""

from catalog.catalog import Catalog
from catalog.logs import Format, Logs
from rendering.logstash.aws import aws
from rendering.logstash.formats import AT, HTTP_AT, KLOG_AT, NGINX_AT, SYSLOG_AT, TEXT, definitions, expressions
from rendering.logstash.grok import grok
from rendering.logstash.identity import CLAIM
from rendering.logstash.inputs import FROM
from rendering.logstash.record import RAW, RECORD, each_listed, fields
from rendering.logstash.settings import LONGEST
from rendering.logstash.syntax import Plugin, Step, Value, choose, mutate, when

UNPARSED = "unparsed"
"""Tag of a record that none of its application's formats fits; it is kept as text."""

LEVELS = {
    **dict.fromkeys(("trace", "verbose", "silly", "10"), "trace"),
    **dict.fromkeys(("debug", "d", "20"), "debug"),
    **dict.fromkeys(("info", "information", "informational", "http", "i", "30"), "info"),
    **dict.fromkeys(("notice",), "notice"),
    **dict.fromkeys(("warn", "warning", "w", "40"), "warning"),
    **dict.fromkeys(("err", "error", "severe", "e", "50"), "error"),
    **dict.fromkeys(("crit", "critical", "fatal", "f", "alert", "emerg", "emergency", "panic", "60"), "critical"),
}
"""What applications call a level, pino's numbers and klog's letters among them, and what it is called here."""
_JSON_THEN = r"\A\{[^\n]*\}\s*\n"
"""A whole record in JSON, and lines after it that Filebeat took for its continuation."""
_STACK = r"/\n(?:[ \t]{1,64}at |[ \t]{0,64}Caused by|Traceback |  File )|\ATraceback /"


def parse(catalog: Catalog) -> list[Step]:
    """Text becomes fields, by where it came from and whose it is."""
    by_application = [(f'[application] == "{name}"', _lines(name, application.logs)) for name, application in catalog.applications.items()]
    anything = Logs(formats=("json", "bracketed", "python", "nginx", "klog", "syslog", "text"))
    return [
        Plugin("truncate", {"id": "no_longer", "fields": ["message"], "length_bytes": LONGEST}),
        mutate(id="raw", copy={"message": RAW}),
        when(rf"[message] =~ /{_JSON_THEN}/", _first_line("trace_after_json")),
        choose(
            (f'{FROM} == "tcp"', [_json("tcp", r"\A\s*\{")]),
            (f'{FROM} == "http"', [_json("http", r"\A\s*[\{\[]"), when(f"{RECORD}[0]", *each_listed())]),
            (f'{FROM} == "udp"', _syslog()),
            ("[aws][s3]", aws()),
            *by_application,
            (None, _lines("unknown", anything)),
        ),
        _priority(),
        when(RECORD, *fields()),
        choose((f"{TEXT}", [mutate(rename={TEXT: "message"})])),
        *_stack(),
        *_level(),
        *_time(),
    ]


def _json(name: str, start: str) -> Step:
    """What is no JSON is left as it is, without a word in Logstash's own log."""
    options: dict[str, Value | Plugin] = {"id": f"json_of_{name}", "source": "message", "target": RECORD, "skip_on_invalid_json": True}
    return when(f"[message] =~ /{start}/", Plugin("json", options))


def _lines(name: str, logs: Logs) -> list[Step]:
    steps: list[Step] = []
    if "json" in logs.formats:
        steps.append(_json(name, r"\A\s*\{"))
    failed: list[str] = [] if "text" in logs.formats else [UNPARSED]
    if found := expressions(logs):
        steps.append(when("![record]", grok(f"lines_of_{name}", "message", found, definitions(found), failed)))
    elif failed:
        steps.append(when("![record]", mutate(add_tag=[*failed])))
    return steps


def _syslog() -> list[Step]:
    """Of a service that has no pod, its program's name says which it is; its text may be JSON."""
    formats: tuple[Format, ...] = ("syslog",)
    found = expressions(Logs(formats=formats))
    return [
        grok("lines_by_udp", "message", found, definitions(found), [UNPARSED]),
        when("[process][name]", mutate(copy={"[process][name]": CLAIM})),
        when(
            rf"{TEXT} =~ /\A\s*\{{/",
            Plugin("json", {"id": "json_in_syslog", "source": TEXT, "target": RECORD, "skip_on_invalid_json": True}),
        ),
    ]


def _priority() -> Step:
    """Syslog's level, the journal's too, is part of a number."""
    return when(
        "[log][syslog][priority]",
        Plugin("syslog_pri", {"id": "priority"}),
        when("![log][level]", mutate(copy={"[log][syslog][severity][name]": "[log][level]"})),
    )


def _stack() -> list[Step]:
    """Of several lines the first is the message, and the rest says where it happened."""
    kind = r"(?:\A|\n)%{ERROR:[error][type]}(?:: |\n|\z)"
    return [
        when(
            f"[message] =~ {_STACK} and ![error][stack_trace]",
            _first_line("trace"),
        ),
        when(
            "[error][stack_trace] and ![error][type]",
            grok(
                "error_type",
                "[error][stack_trace]",
                [kind],
                definitions([kind]),
                [],
            ),
        ),
    ]


def _first_line(name: str) -> Step:
    first = r"\A%{LINE:message}\n%{REST:[error][stack_trace]}"
    return grok(name, "message", [first], definitions([first]), [])


def _level() -> list[Step]:
    """One of seven words, or `unknown`; a record with a stack trace is an error, an access record is judged by its status."""
    status = "[http][response][status_code]"
    severe = " or ".join(f'[severity] == "{word}"' for word in ("high", "medium", "low"))
    return [
        when("![log][level] and [severity] and !(" + severe + ")", mutate(rename={"severity": "[log][level]"})),
        choose(
            ("[log][level]", []),
            ("[error][stack_trace]", [mutate(add_field={"[log][level]": "error"})]),
            (f"{status} and {status} >= 500", [mutate(add_field={"[log][level]": "error"})]),
            (f"{status} and {status} >= 400", [mutate(add_field={"[log][level]": "warning"})]),
            (status, [mutate(add_field={"[log][level]": "info"})]),
            (None, [mutate(add_field={"[log][level]": "unknown"})]),
        ),
        mutate(id="level_small", lowercase=["[log][level]"]),
        Plugin(
            "translate",
            {
                "id": "level",
                "source": "[log][level]",
                "target": "[log][level]",
                "dictionary": dict[str, Value](LEVELS),
                "fallback": "unknown",
            },
        ),
        when(
            "![severity]",
            Plugin(
                "translate",
                {
                    "id": "severity",
                    "source": "[log][level]",
                    "target": "severity",
                    "dictionary": {"critical": "high", "error": "high", "warning": "medium"},
                    "fallback": "low",
                },
            ),
        ),
    ]


def _time() -> list[Step]:
    """The record's own time, else that at which it was written or came in; a time without zone is UTC."""
    iso: list[Value] = [AT, r"\A(\d{4}-\d\d-\d\d) ", r"\1T", AT, ",", ".", AT, r" (?=[Z+-])", "", AT, r"([+-]\d\d)(\d\d)\z", r"\1:\2"]
    return [
        choose(
            (rf"{AT} =~ /\A\d{{13}}\z/", [_date("epoch_ms", AT, "UNIX_MS")]),
            (rf"{AT} =~ /\A\d{{10}}(?:\.\d{{1,9}})?\z/", [_date("epoch", AT, "UNIX")]),
            (f"{AT}", [mutate(id="iso", gsub=iso), _date("iso", AT, "ISO8601")]),
            (f"{KLOG_AT}", [_date("klog", KLOG_AT, "MMdd HH:mm:ss.SSSSSS")]),
            (f"{NGINX_AT}", [_date("nginx", NGINX_AT, "yyyy/MM/dd HH:mm:ss")]),
            (f"{HTTP_AT}", [_date("access", HTTP_AT, "dd/MMM/yyyy:HH:mm:ss Z")]),
            (f"{SYSLOG_AT}", [_date("syslog", SYSLOG_AT, "MMM dd HH:mm:ss", "MMM  d HH:mm:ss")]),
        )
    ]


def _date(name: str, field: str, *formats: str) -> Step:
    match: list[Value] = [field, *formats]
    return Plugin("date", {"id": f"time_{name}", "match": match, "timezone": "UTC", "locale": "en", "tag_on_failure": ["time_unknown"]})
