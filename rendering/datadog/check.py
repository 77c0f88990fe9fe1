"""A checker of Datadog's monitors before Datadog sees them: mistakes that its API accepts, and alerts that could never fire.

The real account alone can tell whether a metric arrives and under which tags; everything that a query says by itself is told here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog.catalog import Catalog
from catalog.faults import nearest
from catalog.units import Unit
from rendering.datadog import grammar, known, messages, queries
from rendering.datadog.conditions import AWS_DELAY
from rendering.datadog.monitor import METRIC, MONITOR
from rendering.resource import Resource

TAG = re.compile(r"[A-Za-z][\w\-:./]{0,199}(?<!:)")
"""Tags begin with a letter, have 200 characters at most and end in no colon (docs.datadoghq.com/getting_started/tagging)."""
_SCOPED = re.compile(r"\*|[!-]?[A-Za-z][\w\-./]*(:[\w\-:./*]+)?")
_HEAD = re.compile(
    r"(?P<how>[a-z_]+)\((?P<window>last_\w+)\):(?P<expression>.*?) (?P<operator>[<>]=?) (?P<threshold>-?\d+(?:\.\d+)?)", re.DOTALL
)
_VARIABLE = re.compile(r"\{\{\s*([a-z_][\w.]*)\.name\s*\}\}")
_SHORTEST, _LONGEST = 60, 30 * 86400
"""Seconds that a metric monitor looks back (docs.datadoghq.com/monitors/configuration/#evaluation-window)."""
_SHARE = 100


@dataclass(frozen=True)
class Problem:
    """One mistake: where in the resource, what stands there, why it is wrong and what would be right."""

    key: str
    value: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Sources:
    """Which metrics there are besides the integrations': scraped ones by name, those that applications send by prefix."""

    names: frozenset[str]
    prefixes: tuple[str, ...]


def sources(catalog: Catalog) -> Sources:
    """Those of the catalog."""
    return Sources(known.scraped(catalog), known.sent(catalog))


PER_CENT = ("the metric is a per cent and the signal a share: its threshold would never be met", "divide the metric by 100")


def problems(resource: Resource, where: Sources, unit: Unit | None = None) -> list[Problem]:
    """Mistakes of a monitor; of other resources those of their names and tags. `unit` is that of the alert's signal."""
    found = [*_name(resource), *_tags(resource), *(_priority(resource) if resource.kind == MONITOR else ())]
    if resource.kind == MONITOR and resource.inputs.get("type") == METRIC:
        found += _metric_monitor(resource, where, unit)
    return found


def _name(resource: Resource) -> Iterator[Problem]:
    name = resource.inputs.get("name", "")
    if len(name) > messages.NAME_LIMIT:
        reason = f"the name has {len(name)} characters, more than {messages.NAME_LIMIT}: receivers cut it"
        yield Problem("name", name, reason, "shorten the names of the application, the service or the alert")


def _priority(resource: Resource) -> Iterator[Problem]:
    """Datadog's client takes any number."""
    priority = str(resource.inputs.get("priority", ""))
    if priority not in messages.PRIORITIES.values():
        yield Problem("priority", priority, "priorities are 1 (high) to 5 (low), those of the catalog 1, 2, 3 and 5", "write one of them")


def _tags(resource: Resource) -> Iterator[Problem]:
    for tag in resource.inputs.get("tags", ()):
        if isinstance(tag, str) and not TAG.fullmatch(tag):
            reason = "Datadog rewrites this tag: begin with a letter, then letters, digits and _-:./, 200 at most, no colon at the end"
            yield Problem("tags", tag, reason, "write it with these characters alone")


def query_problems(text: str, where: Sources) -> list[Problem]:
    """Mistakes of one metric query, a monitor's or a dashboard's: grammar, functions, metrics, groups."""
    try:
        node = grammar.parse(text)
    except ValueError as error:
        return [Problem("query", text, f"no query of Datadog's: {error}", "mend the query")]
    found = [
        Problem("query", text, f"Datadog has no function {call.function!r}", nearest(call.function, known.FUNCTIONS))
        for call in grammar.calls(node)
        if call.function not in known.FUNCTIONS
    ]
    for read in grammar.reads(node):
        if known.unknown(read.metric, where.names, where.prefixes):
            remedy = nearest(read.metric, [*where.names, *known.PLAIN, *known.PER_CENT])
            found.append(Problem("query", read.metric, "nobody sends this metric", remedy))
        found += _scope(read)
    grouped = {read.by for read in grammar.reads(node) if read.by}
    if len({frozenset(by) for by in grouped}) > 1:
        shown = " and ".join(sorted("{" + ",".join(by) + "}" for by in grouped))
        found.append(Problem("query", text, f"its metrics are grouped by {shown}, which share no groups", "group all of them alike"))
    return found


def _scope(read: grammar.Read) -> Iterator[Problem]:
    """Parts of a scope; template variables of dashboards and boolean filters are not looked into."""
    for part in map(str.strip, read.scope.split(",")):
        if part and not part.startswith("$") and " " not in part and not _SCOPED.fullmatch(part):
            yield Problem("query", part, "no tag has this form", "write key:value, !key:value or *")


def _metric_monitor(resource: Resource, where: Sources, unit: Unit | None) -> Iterator[Problem]:
    query, inputs = str(resource.inputs["query"]), resource.inputs
    match = _HEAD.fullmatch(query)
    if match is None:
        yield Problem("query", query, "no monitor's query: how(last_5m):query > number", "mend the query")
        return
    expression, operator, threshold = match["expression"], match["operator"], float(match["threshold"])
    if match["how"] not in known.AGGREGATORS:
        yield Problem("query", match["how"], "no way to make one number of a window", nearest(match["how"], known.AGGREGATORS))
    yield from _window(match["window"])
    yield from query_problems(expression, where)
    yield from _nature(match["how"], expression)
    yield from _thresholds(inputs.get("monitorThresholds", {}), match["threshold"], operator)
    yield from _anomaly(inputs, expression, threshold)
    yield from _said(resource, queries.groups(expression))
    if ":aws." in expression and inputs.get("evaluationDelay", 0) < AWS_DELAY:
        reason = f"CloudWatch's metrics come up to {AWS_DELAY} s late: until then this monitor sees nothing"
        yield Problem("evaluationDelay", str(inputs.get("evaluationDelay", 0)), reason, f"write {AWS_DELAY} or more")
    yield from _scale(expression, threshold, unit)


def _window(text: str) -> Iterator[Problem]:
    try:
        seconds = queries.window_seconds(text)
    except ValueError as error:
        yield Problem("query", text, str(error), "write another window")
        return
    if not _SHORTEST <= seconds <= _LONGEST:
        yield Problem("query", text, "a monitor looks back a minute at least and a month at most", "write another window")


def _nature(how: str, expression: str) -> Iterator[Problem]:
    """Counts can only be summed (docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations); percentiles need a distribution."""
    if ".as_count()" in expression and how != "sum" and not re.match(r"(anomalies|outliers|forecast)\(", expression):
        reason = f"of counts Datadog makes sums alone; {how} depends on how far the graph is zoomed"
        yield Problem("query", how, reason, "write sum, or as_rate() instead of as_count()")
    if how == "percentile" and queries.nature(expression) != "percentile":
        yield Problem("query", how, "only distributions have percentiles", "ask p95: of a distribution, or write avg")


def _thresholds(given: dict[str, str], threshold: str, operator: str) -> Iterator[Problem]:
    critical = given.get("critical")
    if critical is None or float(critical) != float(threshold):
        reason = f"the query compares with {threshold}, the thresholds say {critical}: Datadog refuses a monitor whose two differ"
        yield Problem("monitorThresholds.critical", str(critical), reason, f"write {threshold} in both")
        return
    above, limit = operator.startswith(">"), float(critical)
    for name in ("warning", "criticalRecovery"):
        value = given.get(name)
        if value is not None and not (float(value) < limit if above else float(value) > limit):
            side = "below" if above else "above"
            yield Problem(
                f"monitorThresholds.{name}", value, f"it lies on the alert's side of {critical}", f"write a value {side} {critical}"
            )


def _anomaly(inputs: dict[str, object], expression: str, threshold: float) -> Iterator[Problem]:
    """Of the points of a window, a share; the window stands twice and must be the same."""
    if not expression.startswith("anomalies("):
        return
    if not 0 < threshold <= 1:
        reason = "of a window's points at most all are odd: an anomaly's threshold is a share above 0 and up to 1"
        yield Problem("query", str(threshold), reason, "write 1 for all of them, 0.8 for four of five")
    window = re.search(r"alert_window='([^']*)'", expression)
    given = inputs.get("monitorThresholdWindows")
    trigger = given.get("triggerWindow") if isinstance(given, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  JSON
    if window is None or trigger != window[1]:
        reason = f"the query looks at {window[1] if window else 'no window'}, the trigger window is {trigger}"
        yield Problem("monitorThresholdWindows", str(trigger), reason, "write the same in both")  # pyright: ignore[reportUnknownArgumentType]


def _said(resource: Resource, groups: Iterable[str]) -> Iterator[Problem]:
    """A message that names what the query is not grouped by shows an empty place."""
    grouped = set(groups)
    for key in ("message", "name", "escalationMessage"):
        for variable in dict.fromkeys(_VARIABLE.findall(resource.inputs.get(key) or "")):
            if variable not in grouped:
                told = ", ".join(sorted(grouped)) or "nothing"
                reason = f"the query is grouped by {told}, so this place stays empty"
                yield Problem(key, f"{{{{{variable}.name}}}}", reason, "group the query by it, or leave it out")


def _scale(expression: str, threshold: float, unit: Unit | None) -> Iterator[Problem]:
    """A share compared with a per cent never fires; a per cent compared with a share always does."""
    if unit is not Unit.RATIO:
        return
    if threshold > 1:
        reason = f"the signal is a share of 0..1 and never above {threshold:g}"
        yield Problem("monitorThresholds.critical", f"{threshold:g}", reason, f"write {threshold / _SHARE:g}")
    if in_per_cent(expression):
        yield Problem("query", expression, *PER_CENT)


def in_per_cent(text: str) -> bool:
    """Whether the value of a query is in 0..100."""
    try:
        return _per_cent(grammar.parse(text))
    except ValueError:
        return False  # told already


def _per_cent(node: grammar.Node) -> bool:
    """Whether the value of an expression is in 0..100."""
    match node:
        case grammar.Read(metric=metric):
            return known.per_cent(metric)
        case grammar.Call(function=function, arguments=arguments):
            return bool(arguments) and (function not in ("anomalies", "outliers")) and _per_cent(arguments[0])
        case grammar.Operation(sign="/", left=left, right=right):
            scaled = isinstance(right, grammar.Number) and right.value == _SHARE
            return _per_cent(left) and not scaled and not _per_cent(right)
        case grammar.Operation(sign="*", left=left, right=right):
            sides = [side for side in (left, right) if not isinstance(side, grammar.Number)]
            hundredth = any(isinstance(side, grammar.Number) and side.value == 1 / _SHARE for side in (left, right))
            hundredfold = any(isinstance(side, grammar.Number) and side.value == _SHARE for side in (left, right))
            return (any(map(_per_cent, sides)) and not hundredth) or hundredfold
        case grammar.Operation(left=left, right=right):
            return _per_cent(left) or _per_cent(right)
        case grammar.Number():
            return False


def fires(resource: Resource, value: float) -> bool:
    """Whether a metric monitor's comparison is true of a value, as Datadog would compare it; ValueError where it has none."""
    match = _HEAD.fullmatch(str(resource.inputs["query"]))
    if match is None:
        raise ValueError(f"{resource.name} compares nothing")
    threshold = float(match["threshold"])
    return {">": value > threshold, "<": value < threshold, ">=": value >= threshold, "<=": value <= threshold}[match["operator"]]
