"""Filebeat's configuration judged by its reference: a key that it does not have is a fault, since Filebeat itself would say nothing.

Keys are those of docs/reference/filebeat/*.md in elastic/beats for 9.x (filebeat-input-filestream, -journald, -aws-s3,
configuration-autodiscover, configuration-autodiscover-hints, logstash-output, configuring-internal-queue, http-endpoint,
configuration-logging, defining-processors, drop-event, drop-fields) that this project has a use for; values are checked by their kind.
"""

import re
from collections.abc import Callable, Iterator

from tests.rendering.kinds import Json, is_list, is_object

_DURATION = re.compile(r"-?(\d+(\.\d+)?(ns|us|ms|s|m|h))+")


def duration(value: Json) -> bool:
    """Go's notation; minus one switches some settings off."""
    return value == -1 or (isinstance(value, str) and _DURATION.fullmatch(value) is not None)


def whole(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def text(value: Json) -> bool:
    return isinstance(value, str) and value != ""


def texts(value: Json) -> bool:
    return is_list(value) and all(map(text, value)) and bool(value)


def truth(value: Json) -> bool:
    return isinstance(value, bool)


def regex(value: Json) -> bool:
    """Go's, which has no look-around."""
    if not isinstance(value, str) or re.search(r"\(\?<?[=!]", value):
        return False
    re.compile(value.replace("[[:space:]]", r"\s"))
    return True


def regexes(value: Json) -> bool:
    return is_list(value) and all(map(regex, value))


Check = Callable[[Json], bool]
Keys = dict[str, "Check | Keys"]

_MULTILINE: Keys = {
    "type": text, "pattern": regex, "negate": truth, "match": lambda value: value in ("after", "before"), "max_lines": whole,
    "timeout": duration,
}  # fmt: skip
_SELECTOR: Keys = {"regex": regex, "expand_event_list_from_field": text, "content_type": text}
_PARSERS: dict[str, Keys] = {"container": {"stream": text, "format": text}, "multiline": _MULTILINE}
_INPUTS: dict[str, Keys] = {
    "filestream": {
        "type": text, "id": text, "paths": texts, "tags": texts, "parsers": lambda value: not list(_listed(value, _PARSERS, "parsers")),
        "message_max_bytes": whole, "compression": lambda value: value in ("", "gzip", "auto"), "ignore_older": duration,
        "clean_inactive": duration, "clean_removed": truth, "file_identity": {"fingerprint": lambda value: value == {}},
        "prospector": {
            "scanner": {
                "symlinks": truth, "check_interval": duration, "exclude_files": regexes,
                "fingerprint": {"enabled": truth, "offset": whole, "length": lambda value: whole(value) and value >= 64},
            }
        },
        "close": {"on_state_change": {"inactive": duration, "removed": truth, "renamed": truth}},
    },
    "journald": {"type": text, "id": text, "paths": texts, "seek": text, "since": duration, "tags": texts},
    "aws-s3": {
        "type": text, "id": text, "queue_url": text, "number_of_workers": whole, "visibility_timeout": duration,
        "sqs": {"max_receive_count": whole}, "tags": texts,
        "file_selectors": lambda value: not [
            fault for each in value for fault in faults(each, _SELECTOR, "")
        ],
    },
}  # fmt: skip


def _condition(value: Json) -> bool:
    if not is_object(value) or len(value) != 1:
        return False
    ((name, inner),) = value.items()
    match name:
        case "and" | "or":
            return is_list(inner) and all(map(_condition, inner))
        case "not":
            return _condition(inner)
        case "has_fields":
            return texts(inner)
        case _:
            return name in ("equals", "contains", "regexp") and is_object(inner) and all(map(text, inner))


_PROCESSORS: dict[str, Keys] = {
    "drop_event": {"when": _condition},
    "drop_fields": {"fields": texts, "ignore_missing": truth},
}
_PROVIDER: Keys = {
    "type": lambda value: value == "kubernetes", "node": text, "scope": lambda value: value in ("node", "cluster"),
    "add_resource_metadata": {"namespace": {"enabled": truth}, "node": {"enabled": truth}, "deployment": truth, "cronjob": truth},
    "cleanup_timeout": duration, "hints": {"enabled": truth, "default_config": lambda value: not list(_input(value, "default_config"))},
    "templates": lambda value: all(
        each.keys() == {"condition", "config"}
        and _condition(each["condition"])
        and not [f for one in each["config"] for f in _input(one, "")]
        for each in value
    ),
}  # fmt: skip
FILEBEAT: Keys = {
    "filebeat": {
        "autodiscover": {"providers": lambda value: not [fault for each in value for fault in faults(each, _PROVIDER, "provider")]},
        "inputs": lambda value: not [fault for each in value for fault in _input(each, "inputs")],
        "shutdown_timeout": duration,
    },
    "processors": lambda value: not list(_listed(value, _PROCESSORS, "processors")),
    "queue": {"mem": {"events": whole, "flush": {"min_events": whole, "timeout": duration}}},
    "output": {
        "logstash": {
            "hosts": texts, "bulk_max_size": whole, "compression_level": lambda value: whole(value) and 0 <= value <= 9,
            "timeout": duration,
            "backoff": {"init": duration, "max": duration}, "ttl": duration, "pipelining": whole, "loadbalance": truth, "worker": whole,
        }
    },
    "http": {"enabled": truth, "host": text, "port": whole},
    "logging": {"level": text, "to_stderr": truth, "to_files": truth, "metrics": {"enabled": truth}},
    "setup": {"ilm": {"enabled": truth}, "template": {"enabled": truth}},
}  # fmt: skip


def faults(found: Json, known: Keys, place: str) -> list[str]:
    """Keys that are not known, and values of another kind; `a.b` and `a: {b: …}` are the same to Filebeat."""
    if not is_object(found):
        return [f"{place} is no object"]
    listed: list[str] = []
    for key, value in found.items():
        path = f"{place}.{key}".removeprefix(".")
        wanted: Check | Keys | None = known
        for part in key.split("."):
            wanted = wanted.get(part) if is_object(wanted) else None
        if wanted is None:
            listed.append(f"{path} is no key")
        elif not callable(wanted):
            listed += faults(value, wanted, path)
        elif not wanted(value):
            listed.append(f"{path} = {value!r} is wrong")
    return listed


def _listed(value: object, kinds: dict[str, Keys], place: str) -> Iterator[str]:
    for each in value if is_list(value) else [None]:
        if not is_object(each) or len(each) != 1 or next(iter(each)) not in kinds:
            yield f"{place}: {each!r} is none"
        else:
            ((name, options),) = each.items()
            yield from faults(options, kinds[name], f"{place}.{name}")


def _input(value: Json, place: str) -> list[str]:
    kind = value.get("type") if is_object(value) else None
    return faults(value, _INPUTS[kind], f"{place}.{kind}") if kind in _INPUTS else [f"{place}: {kind} is no input"]
