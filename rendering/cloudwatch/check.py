"""What CloudWatch refuses and its published model lets through: enumerations, ranges, combinations, checked before anything is made.

Limits are those of PutMetricAlarm, PutCompositeAlarm, PutRetentionPolicy, PutMetricFilter, CreateTopic and PutRule in AWS' references.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from catalog.signal import STATISTIC, not_a_period
from rendering.cloudwatch.alarm import COMPOSITE, LONGEST, METRIC
from rendering.cloudwatch.conditions import STATISTICS
from rendering.cloudwatch.logs import FILTER, GROUP
from rendering.cloudwatch.retention import reproach
from rendering.resource import Resource

STATIC = ("GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold")
BANDS = ("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold")
MISSING = ("breaching", "notBreaching", "ignore", "missing")
_DAY, _WEEK, _HOUR = 86_400, 604_800, 3600
_MOST_QUERIES, _MOST_DIMENSIONS, _MOST_ACTIONS, _MOST_TAGS = 20, 30, 5, 50
_LONGEST_NAME, _LONGEST_RULE, _MOST_CHILDREN = 255, 10_240, 100
_ID = re.compile(r"[a-z][A-Za-z0-9_]{0,254}")
_CHILD = re.compile(r'\b(?:ALARM|OK|INSUFFICIENT_DATA)\("([^"]+)"\)')
_RULE_REST = re.compile(r"(?:\s|\(|\)|\bAND\b|\bOR\b|\bNOT\b|\bTRUE\b|\bFALSE\b)*")
_TAG_VALUE = re.compile(r"[\w .:/=+\-@]{0,256}")
Inputs = Mapping[str, Any]


def faults(resources: Iterable[Resource]) -> list[str]:
    """What is wrong, each with the resource's name."""
    every = list(resources)
    found = [f"{each.name}: {told}" for each in every for told in _CHECKS.get(each.kind, _nothing)(each.inputs)]
    found += [f"{each.name}: {told}" for each in every for told in _tags(each.inputs)]
    return [*found, *_children(every)]


def _nothing(_: Inputs) -> Iterator[str]:
    yield from ()


def _metric_alarm(inputs: Inputs) -> Iterator[str]:
    yield from _common(str(inputs.get("name", "")), inputs)
    if inputs.get("treatMissingData") not in MISSING:
        yield f"treatMissingData is {inputs.get('treatMissingData')!r}; say one of {', '.join(MISSING)}"
    periods, wrong = inputs.get("evaluationPeriods"), inputs.get("datapointsToAlarm")
    if not isinstance(periods, int) or not isinstance(wrong, int) or not 1 <= wrong <= periods:
        yield f"{wrong!r} of {periods!r} periods; datapointsToAlarm lies in 1..evaluationPeriods"
        return
    queries = cast("list[Inputs]", inputs.get("metricQueries", []))
    band = "thresholdMetricId" in inputs
    known = BANDS if band else STATIC
    if inputs.get("comparisonOperator") not in known:
        yield f"comparisonOperator is {inputs.get('comparisonOperator')!r}; {'a band' if band else 'a threshold'} takes {', '.join(known)}"
    if band == ("threshold" in inputs):
        yield "either a threshold or the id of a band, not both and not neither"
    yield from _math(inputs, queries) if queries else _one_metric(inputs)
    period = max((_period(each) for each in queries), default=0) or int(inputs.get("period", 60))
    if periods * period > (_WEEK if period >= _HOUR else _DAY):
        yield f"{periods} periods of {period} s look back too far: a day, or a week at periods of an hour and more"


def _one_metric(inputs: Inputs) -> Iterator[str]:
    if ("statistic" in inputs) == ("extendedStatistic" in inputs):
        yield "either a statistic or an extended one, not both and not neither"
    if "statistic" in inputs and inputs["statistic"] not in STATISTICS:
        yield f"statistic is {inputs['statistic']!r}; one of {', '.join(STATISTICS)}, or an extendedStatistic"
    extended = inputs.get("extendedStatistic")
    if extended is not None and (extended in STATISTICS or not re.fullmatch(STATISTIC, str(extended))):
        yield f"extendedStatistic is {extended!r}; a percentile such as p95"
    if told := not_a_period(int(inputs.get("period", 0))):
        yield told
    for name in ("namespace", "metricName"):
        if not inputs.get(name):
            yield f"{name} is missing"
    yield from _dimensions(inputs)


def _math(inputs: Inputs, queries: list[Inputs]) -> Iterator[str]:
    both = [name for name in ("namespace", "metricName", "statistic", "extendedStatistic", "period", "dimensions") if name in inputs]
    if both:
        yield f"metric math stands beside {', '.join(both)}; an alarm has one or the other"
    if len(queries) > _MOST_QUERIES:
        yield f"{len(queries)} queries; {_MOST_QUERIES} at the most"
    ids = [str(each.get("id")) for each in queries]
    if wrong := [each for each in ids if not _ID.fullmatch(each)]:
        yield f"ids begin with a small letter: {', '.join(wrong)}"
    if len(set(ids)) != len(ids):
        yield f"an id stands twice: {', '.join(ids)}"
    returned = [str(each.get("id")) for each in queries if each.get("returnData")]
    band = inputs.get("thresholdMetricId")
    wanted = 1 if band is None else 2
    if len(returned) != wanted or (band is not None and band not in returned):
        yield f"{len(returned)} queries return data ({', '.join(returned)}); it must be {wanted}, the band's among them where there is one"
    for each in queries:
        if ("metric" in each) == ("expression" in each):
            yield f"{each.get('id')}: either a metric or an expression"
        elif "metric" in each:
            yield from _inner(each)
        else:
            unknown = sorted(set(re.findall(r"\b[a-z][a-z0-9_]*\b", str(each["expression"]))) - set(ids))
            if unknown:
                yield f"{each.get('id')}: {', '.join(unknown)} is no id of a query"


def _inner(query: Inputs) -> Iterator[str]:
    metric = cast("Inputs", query["metric"])
    if not re.fullmatch(STATISTIC, str(metric.get("stat"))):
        yield f"{query.get('id')}: stat is {metric.get('stat')!r}"
    if told := not_a_period(int(metric.get("period", 0))):
        yield f"{query.get('id')}: {told}"
    yield from _dimensions(metric)


def _period(query: Inputs) -> int:
    return int(cast("Inputs", query.get("metric", {})).get("period", 0))


def _dimensions(inputs: Inputs) -> Iterator[str]:
    found = cast("Mapping[str, object]", inputs.get("dimensions", {}))
    if len(found) > _MOST_DIMENSIONS:
        yield f"{len(found)} dimensions; {_MOST_DIMENSIONS} at the most"
    if empty := [name for name, value in found.items() if not value]:
        yield f"dimensions without a value: {', '.join(empty)}"


def _composite(inputs: Inputs) -> Iterator[str]:
    yield from _common(str(inputs.get("alarmName", "")), inputs)
    rule = str(inputs.get("alarmRule", ""))
    children = _CHILD.findall(rule)
    if not children or not _RULE_REST.fullmatch(_CHILD.sub("", rule)):
        yield f"alarmRule is no rule: {rule}"
    if len(rule) > _LONGEST_RULE or len(set(children)) > _MOST_CHILDREN:
        yield f"alarmRule has {len(rule)} characters and {len(set(children))} alarms; {_LONGEST_RULE} and {_MOST_CHILDREN} at the most"


def _common(name: str, inputs: Inputs) -> Iterator[str]:
    if not 1 <= len(name) <= _LONGEST_NAME:
        yield f"the alarm's name has {len(name)} characters; 1 to {_LONGEST_NAME}"
    if len(str(inputs.get("alarmDescription", ""))) > LONGEST:
        yield f"alarmDescription has {len(str(inputs['alarmDescription']))} characters; {LONGEST} at the most"
    for way in ("alarmActions", "okActions", "insufficientDataActions"):
        if len(inputs.get(way, ())) > _MOST_ACTIONS:
            yield f"{way} has {len(inputs[way])} actions; {_MOST_ACTIONS} at the most"


def _group(inputs: Inputs) -> Iterator[str]:
    kept = inputs.get("retentionInDays")
    if kept is None:
        yield "keeps records for ever; say for how many days"
    elif told := reproach(int(kept)):
        yield told
    if not re.fullmatch(r"[\w.\-/#]{1,512}", str(inputs.get("name", ""))):
        yield f"{inputs.get('name')!r} is no name of a log group"


def _filter(inputs: Inputs) -> Iterator[str]:
    counted = cast("Inputs", inputs.get("metricTransformation", {}))
    if counted.get("dimensions") and counted.get("defaultValue") is not None:
        yield "a default value and dimensions exclude each other"
    if re.search(r"[:*$]", str(counted.get("name", ""))) or len(str(counted.get("name", ""))) > _LONGEST_NAME:
        yield f"{counted.get('name')!r} is no name of a metric"
    if str(counted.get("namespace", "")).startswith("AWS/"):
        yield f"{counted.get('namespace')!r} belongs to AWS"
    if len(str(inputs.get("pattern", ""))) > LONGEST:
        yield f"pattern has {len(str(inputs['pattern']))} characters; {LONGEST} at the most"


def _tags(inputs: Inputs) -> Iterator[str]:
    tags = cast("Mapping[str, object]", inputs.get("tags", {}))
    if len(tags) > _MOST_TAGS:
        yield f"{len(tags)} tags; {_MOST_TAGS} at the most"
    if wrong := [name for name, value in tags.items() if not _TAG_VALUE.fullmatch(str(value))]:
        yield f"tags with characters that AWS refuses: {', '.join(wrong)}"


def _children(resources: list[Resource]) -> Iterator[str]:
    """Alarms that a composite names, which are of its region and do not page by themselves in its stead."""
    known = {str(each.inputs.get("name") or each.inputs.get("alarmName")): each for each in resources if each.kind in (METRIC, COMPOSITE)}
    for each in resources:
        for child in _CHILD.findall(str(each.inputs.get("alarmRule", ""))) if each.kind == COMPOSITE else ():
            if child not in known:
                yield f"{each.name}: no alarm is called {child!r}"
            elif known[child].inputs.get("region") != each.inputs.get("region"):
                yield f"{each.name}: {child!r} stands in another region, which no composite alarm can look at"
            elif "part" in known[child].inputs.get("tags", {}) and known[child].inputs.get("alarmActions"):
                yield f"{each.name}: its part {child!r} tells somebody by itself"


_CHECKS = {METRIC: _metric_alarm, COMPOSITE: _composite, GROUP: _group, FILTER: _filter}
