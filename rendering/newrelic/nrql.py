"""New Relic's query language for the few signals that its agents bring by themselves, and a checker of what is written in it.

Event types and attributes: docs.newrelic.com, «Data dictionary» (Transaction, K8sContainerSample, Log, SyntheticCheck).
"""

import re
from dataclasses import dataclass
from typing import Literal

from catalog.base import SignalName
from rendering.newrelic.places import Instrumented
from rendering.site import Site

Direction = Literal["upper_only", "lower_only"]
KNOWN = {
    "Transaction": frozenset({"appName", "duration", "error", "name", "httpResponseCode", "databaseDuration", "externalDuration"}),
    "TransactionError": frozenset({"appName", "error.class", "error.message", "transactionName"}),
    "K8sContainerSample": frozenset(
        {"clusterName", "namespaceName", "podName", "containerName", "cpuCoresUtilization", "memoryWorkingSetUtilization", "restartCount"}
    ),
    "Log": frozenset({"cluster_name", "namespace_name", "pod_name", "container_name", "level", "message"}),
    "SyntheticCheck": frozenset({"monitorName", "result", "duration", "location"}),
}
"""Event types that we ask for, with their attributes that we use."""
FUNCTIONS = frozenset({"apdex", "average", "count", "latest", "max", "percentage", "percentile", "rate", "sum", "uniqueCount"})
_CLAUSES = ("FROM", "WHERE", "FACET", "SINCE", "TIMESERIES", "LIMIT")
_SHAPE = re.compile(
    r"SELECT (?P<select>.+?) FROM (?P<event>\w+)(?: WHERE (?P<where>.+?))?(?: FACET (?P<facet>[\w., ]+?))?"
    r"(?: LIMIT (?P<limit>\d+|MAX))?(?: SINCE \d+ (?:minute|hour|day)s? ago)?(?: (?P<series>TIMESERIES))?"
)
_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'")
_WORD = re.compile(r"[A-Za-z_][\w.]*")
_WORDS = frozenset({"WHERE", "AND", "OR", "NOT", "LIKE", "IN", "IS", "TRUE", "FALSE", "NULL", "AS", "MINUTE", "SECOND", "HOUR"})


@dataclass(frozen=True)
class Asked:
    """A signal as New Relic measures it."""

    select: str
    event: str
    where: str
    direction: Direction = "upper_only"

    @property
    def query(self) -> str:
        """The query without a window: conditions and widgets bring their own."""
        return select(self.select, self.event, self.where)


def select(what: str, event: str, where: str, *clauses: str) -> str:
    """A query; `clauses` are FACET, LIMIT, SINCE and TIMESERIES, in this order."""
    return " ".join(("SELECT", what, "FROM", event, "WHERE", where, *clauses))


def text(value: str) -> str:
    """A value in quotes."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def signals(each: Instrumented, site: Site) -> dict[SignalName, Asked]:
    """What can be asked of a service, by the catalog's name of the signal."""
    requests = f"appName = {text(each.called(site.environment))}"
    pods = f"clusterName = {text(site.cluster)} AND namespaceName = {text(str(each.application.namespace))}"
    pods += f" AND podName LIKE {text(f'{each.subject.name}-%')}"
    records = f"cluster_name = {text(site.cluster)} AND namespace_name = {text(str(each.application.namespace))}"
    records += f" AND pod_name LIKE {text(f'{each.subject.name}-%')} AND level IN ('ERROR', 'error', 'CRITICAL', 'FATAL', 'fatal')"
    return {
        "http_errors": Asked("percentage(count(*), WHERE error IS TRUE)", "Transaction", requests),
        "http_latency": Asked("percentile(duration, 95)", "Transaction", requests),
        "http_requests": Asked("count(*)", "Transaction", requests, "lower_only"),
        "container_cpu": Asked("average(cpuCoresUtilization)", "K8sContainerSample", pods),
        "container_memory": Asked("average(memoryWorkingSetUtilization)", "K8sContainerSample", pods),
        "error_logs": Asked("count(*)", "Log", records),
    }


def _outside(part: str) -> str:
    """Without what stands in brackets, where a function has conditions of its own."""
    while (shorter := re.sub(r"\([^()]*\)", "", part)) != part:
        part = shorter
    return part


def problems(query: str) -> list[str]:
    """What New Relic would not understand, or would answer with nothing: clauses out of order, unknown events, attributes, functions."""
    bare = _TEXT.sub("''", query)
    if "'" in bare.replace("''", ""):
        return ["a quote is not closed"]
    match = _SHAPE.fullmatch(bare)
    if match is None or "WHERE" in _outside(match["select"]):
        return [f"no query of the form SELECT ... {' ... '.join(_CLAUSES)}"]
    if bare.count("(") != bare.count(")"):
        return ["brackets do not match"]
    known = KNOWN.get(match["event"])
    if known is None:
        return [f"no event type {match['event']!r}; known are {', '.join(sorted(KNOWN))}"]
    found: list[str] = []
    for part in filter(None, (match["select"], match["where"], match["facet"])):
        for word in _WORD.finditer(_TEXT.sub("", part)):
            name, called = word[0], part[word.end() : word.end() + 1] == "("
            if called and name not in FUNCTIONS:
                found += [] if name.upper() in _WORDS else [f"no function {name!r}"]
            elif not called and name.upper() not in _WORDS and name not in known:
                found.append(f"{match['event']} has no attribute {name!r}")
    return found
