"""The filters that the pipelines use, with the options that they use: any other plugin or option fails the test.

Meanings are those of the plugins' documentation and sources (logstash-plugins/logstash-filter-*), in the versions that Logstash 9 ships.
"""

import hashlib
import json
from collections.abc import Callable
from copy import deepcopy
from functools import partial

from tests.rendering.kinds import Json, is_list, is_object
from tests.rendering.logstash import dates
from tests.rendering.logstash.event import Event, as_text
from tests.rendering.logstash.regex import grok, groups, gsub, matches

Options = dict[str, Json]
_COMMON = {"id", "add_field", "add_tag", "remove_field"}
# What the database of places knows in tests.
PLACES = {"203.0.113.9": {"city_name": "Berlin", "country_name": "Germany", "country_iso_code": "DE"}}
_FACILITIES = [
    "kernel",
    "user-level",
    "mail",
    "daemon",
    "security/authorization",
    "syslogd",
    "line printer",
    "network news",
    "uucp",
    "clock",
]
_SEVERITIES = ["emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"]


class Dropped(Exception):  # noqa: N818 - the way that an event takes, no error
    """The event goes no further."""


def run(name: str, options: Options, event: Event) -> list[Event]:
    """The events that a filter makes of one: itself, mostly."""
    known, work = FILTERS[name]
    unknown = options.keys() - known - _COMMON
    assert not unknown, f"{name} has options that this interpreter does not know: {sorted(unknown)}"
    made = work(options, event)
    events = made if is_list(made) else [event]
    if made is not False:
        for each in events:
            _common(options, each)
    return events


def _common(options: Options, event: Event) -> None:
    for reference, template in options.get("add_field", {}).items():
        value, before = event.text(template), event.get(reference)
        event.set(reference, value if before is None else [*(before if is_list(before) else [before]), value])
    for reference in options.get("remove_field", []):
        event.remove(reference)
    event_tags = options.get("add_tag", [])
    if event_tags:
        event.tag(*event_tags)


def _prune(options: Options, event: Event) -> None:
    for name in list(event.data):
        if not any(matches(pattern, name) for pattern in options["whitelist_names"]):
            del event.data[name]


def _truncate(options: Options, event: Event) -> None:
    for reference in options["fields"]:
        value = event.get(reference)
        if isinstance(value, str):
            event.set(reference, value.encode()[: options["length_bytes"]].decode(errors="ignore"))


def _mutate(options: Options, event: Event) -> None:
    """In the plugin's own order, whatever the file's."""
    for source, target in options.get("rename", {}).items():
        if (value := event.remove(source)) is not None:
            event.set(target, value)
    for reference, template in options.get("replace", {}).items():
        event.set(reference, event.text(template))
    for reference, kind in options.get("convert", {}).items():
        _each(event, reference, lambda value, kind=kind: value if is_object(value) else _converted(value, kind))
    flat = options.get("gsub", [])
    assert len(flat) % 3 == 0, "gsub takes three texts each"
    for reference, pattern, replacement in zip(flat[::3], flat[1::3], flat[2::3], strict=True):
        assert "%{" not in pattern + replacement, f"{pattern}: Logstash would put a field in there"
        change = partial(_substituted, pattern=pattern, replacement=replacement)
        _each(event, reference, change)
    for reference in options.get("lowercase", []):
        _each(event, reference, lambda value: value.lower() if isinstance(value, str) else value)
    for source, target in options.get("copy", {}).items():
        if (value := event.get(source)) is not None:
            event.set(target, deepcopy(value))


def _each(event: Event, reference: str, change: Callable[[Json], Json]) -> None:
    """A field's value, or each of its list's."""
    value = event.get(reference)
    if value is not None:
        event.set(reference, [change(one) for one in value] if is_list(value) else change(value))


def _substituted(value: Json, *, pattern: str, replacement: str) -> Json:
    return gsub(value, pattern, replacement) if isinstance(value, str) else value


def _converted(value: Json, kind: str) -> Json:
    match kind:
        case "string":
            return as_text(value)
        case "integer":
            return int(float(value))
        case "float":
            return float(value)
        case _:
            raise AssertionError(f"convert to {kind}")


def _json(options: Options, event: Event) -> bool | None:
    assert options["skip_on_invalid_json"] is True
    source = event.get(options["source"])
    if source is None:
        return False
    try:
        # Jackson, as Logstash sets it up, knows no NaN and gives up on objects deeper than a thousand.
        parsed = json.loads(source, parse_constant=_refused)
    except (ValueError, RecursionError):
        return False
    if _depth(parsed) > 1000:
        return False
    event.set(options["target"], parsed)
    return None


def _refused(word: str) -> None:
    raise ValueError(word)


def _depth(value: Json) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        each, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = each.values() if is_object(each) else each if is_list(each) else ()
        waiting.extend((one, depth + 1) for one in inner)
    return deepest


def _split(options: Options, event: Event) -> list[Event]:
    value = event.get(options["field"])
    made: list[Event] = []
    for each in value if is_list(value) else []:
        copy = Event(deepcopy(event.data), deepcopy(event.metadata))
        copy.set(options["field"], each)
        made.append(copy)
    return made


def _grok(options: Options, event: Event) -> bool | None:
    assert options["timeout_scope"] == "event"
    assert 0 < options["timeout_millis"] <= 1000
    ((source, expressions),) = options["match"].items()
    text = event.get(source)
    if not isinstance(text, str):
        return False
    for expression in expressions:
        pattern, fields = grok(expression, options["pattern_definitions"])
        found = groups(pattern, text)
        if found is None:
            continue
        for number, (target, kind) in enumerate(fields, 1):
            value = found.get(f"g{number}")
            if value:
                assert event.get(target) is None or target in options["overwrite"], f"{target} would become a list"
                event.set(target, int(value) if kind == "int" else float(value) if kind == "float" else value)
        return None
    if options["tag_on_failure"]:
        event.tag(*options["tag_on_failure"])
    return False


def _translate(options: Options, event: Event) -> bool | None:
    source, target = options["source"], options["target"]
    value = event.get(source)
    if value is None:
        return False
    if event.get(target) is not None and not options.get("override", source == target):
        return False
    found = options["dictionary"].get(as_text(value[0] if is_list(value) else value))
    if found is None and "fallback" in options:
        found = event.text(options["fallback"])
    if found is None:
        return False
    event.set(target, found)
    return None


def _date(options: Options, event: Event) -> bool | None:
    assert (options["timezone"], options["locale"]) == ("UTC", "en")
    reference, *formats = options["match"]
    value = event.get(reference)
    if value is None:
        return False
    for form in formats:
        if (moment := dates.parse(as_text(value), form, event.metadata["now"])) is not None:
            event.set("@timestamp", moment)
            return None
    event.tag(*options["tag_on_failure"])
    return False


def _syslog_pri(_options: Options, event: Event) -> None:
    value = event.get("[log][syslog][priority]")
    number = int(value)
    facility, severity = number >> 3, number & 7
    event.set("[log][syslog][facility][code]", facility)
    event.set("[log][syslog][severity][code]", severity)
    if facility < len(_FACILITIES):
        event.set("[log][syslog][facility][name]", _FACILITIES[facility])
    event.set("[log][syslog][severity][name]", _SEVERITIES[severity])


def _geoip(options: Options, event: Event) -> None:
    if (place := PLACES.get(event.get(options["source"]))) is not None:
        event.set(f"[{options['target']}][geo]", dict(place))


def _fingerprint(options: Options, event: Event) -> None:
    assert options["concatenate_sources"] is True
    assert options["method"] == "SHA256"
    parts = [f"|{reference}|{as_text(event.get(reference))}" for reference in sorted(options["source"]) if event.get(reference) is not None]
    event.set(options["target"], hashlib.sha256(("".join(parts) + "|").encode()).hexdigest())


def _drop(_options: Options, _event: Event) -> None:
    raise Dropped


FILTERS: dict[str, tuple[set[str], Callable[[Options, Event], Json]]] = {
    "prune": ({"whitelist_names"}, _prune),
    "truncate": ({"fields", "length_bytes"}, _truncate),
    "mutate": ({"rename", "replace", "convert", "gsub", "lowercase", "copy"}, _mutate),
    "json": ({"source", "target", "skip_on_invalid_json"}, _json),
    "split": ({"field"}, _split),
    "grok": (
        {"match", "pattern_definitions", "overwrite", "timeout_millis", "timeout_scope", "tag_on_timeout", "tag_on_failure"},
        _grok,
    ),
    "translate": ({"source", "target", "dictionary", "fallback", "override"}, _translate),
    "date": ({"match", "timezone", "locale", "tag_on_failure"}, _date),
    "syslog_pri": (set(), _syslog_pri),
    "geoip": ({"source", "target", "fields", "tag_on_failure"}, _geoip),
    "fingerprint": ({"source", "concatenate_sources", "method", "target"}, _fingerprint),
    "drop": (set(), _drop),
}
