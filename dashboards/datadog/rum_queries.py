"""What users' browsers tell: widgets of real user monitoring, whose events no metric query reads.

Attributes are those of docs.datadoghq.com/real_user_monitoring/browser/data_collected; durations are in nanoseconds.
"""

from typing import Any

from catalog.catalog import Subject
from catalog.model import Service
from catalog.units import Unit
from dashboards.datadog.model import Widget
from dashboards.datadog.reading import ENVIRONMENT
from dashboards.datadog.units import number_format

Json = dict[str, Any]
_TO_SECONDS = " / 1000000000"
_PAGE = "@view.url_path_group"


def widgets(subject: Subject) -> tuple[Widget, ...]:
    """Of one service's pages: how long they load, what fails in them, and what is used."""
    return (_loading(subject), _largest(subject), _errors(subject), _actions(subject))


def _loading(subject: Subject) -> Widget:
    queries = [_query(subject, name, "view", how, "@view.loading_time") for name, how in (("query1", "median"), ("query2", "pc95"))]
    formulas = [_formula("query1", "p50"), _formula("query2", "p95")]
    return _curves(
        "Page load in the browser", "Time until a page's network activity ends, as users' browsers measure it.", queries, formulas
    )


def _largest(subject: Subject) -> Widget:
    queries = [_query(subject, "query1", "view", "pc75", "@view.largest_contentful_paint", by=_PAGE)]
    said = "Time until the largest element shows, p75 of each page: users call more than 2.5 s slow."
    return _curves("Largest contentful paint by page (p75)", said, queries, [_formula("query1")])


def _errors(subject: Subject) -> Widget:
    query = _query(subject, "query1", "error", "count", by="@error.source")
    request = _request([query], [{"formula": "query1"}], "timeseries") | {"display_type": "bars"}
    return _widget(
        "User-facing errors", "Errors in users' browsers, by where they come from.", {"type": "timeseries", "requests": [request]}
    )


def _actions(subject: Subject) -> Widget:
    query = _query(subject, "query1", "action", "count", by="@action.name")
    request = _request([query], [{"formula": "query1"}], "scalar")
    request["sort"] = {"count": 10, "order_by": [{"type": "formula", "index": 0, "order": "desc"}]}
    return _widget("What users do", "The ten most frequent actions on the pages.", {"type": "toplist", "requests": [request]})


def _curves(title: str, said: str, queries: list[Json], formulas: list[Json]) -> Widget:
    request = _request(queries, formulas, "timeseries") | {"display_type": "line"}
    return _widget(title, said, {"type": "timeseries", "show_legend": True, "requests": [request]})


def _widget(title: str, said: str, own: Json) -> Widget:
    return Widget(title, said, None, own=own)


def _request(queries: list[Json], formulas: list[Json], form: str) -> Json:
    return {"queries": queries, "formulas": formulas, "response_format": form}


def _formula(name: str, alias: str | None = None) -> Json:
    seconds = {"formula": f"{name}{_TO_SECONDS}", "number_format": number_format(Unit.SECONDS)}
    return seconds | ({"alias": alias} if alias else {})


def _query(subject: Subject, name: str, kind: str, aggregation: str, metric: str | None = None, by: str | None = None) -> Json:
    service = subject.watched.identity.datadog if isinstance(subject.watched, Service) else subject.name
    how = {"aggregation": aggregation, **({"metric": metric} if metric else {})}
    groups = [{"facet": by, "limit": 10, "sort": {**how, "order": "desc"}}] if by else []
    return {
        "data_source": "rum",
        "name": name,
        "search": {"query": f"@type:{kind} service:{service} ${ENVIRONMENT}"},
        "indexes": ["*"],
        "compute": how,
        "group_by": groups,
    }
