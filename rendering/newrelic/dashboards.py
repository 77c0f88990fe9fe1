"""A dashboard for each instrumented service: what its agent, its pods and its records say, page by page."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from catalog.catalog import Catalog
from rendering.newrelic.nrql import Asked, select, signals
from rendering.newrelic.places import DASHBOARD, Account, Instrumented, instrumented
from rendering.resource import Json, Resource

_COLUMNS, _WIDTH, _HEIGHT = 12, 4, 3
Widget = tuple[str, str, str]
"""Title, kind of graph, query."""


def resources(catalog: Catalog, account: Account) -> list[Resource]:
    """One each; an unknown key in the document is refused by the provider, so it stays as small as its schema asks."""
    return [_dashboard(each, account) for each in instrumented(catalog)]


def queries(document: dict[str, Any]) -> Iterator[str]:
    """Every query of a dashboard's document."""
    for page in document["pages"]:
        for widget in page["widgets"]:
            yield from (each["query"] for each in widget["rawConfiguration"]["nrqlQueries"])


def _dashboard(each: Instrumented, account: Account) -> Resource:
    title = each.called(account.site.environment)
    asked = signals(each, account.site)
    pages = [("Requests", list(_requests(asked)))]
    if account.content.infrastructure:
        pages.append(("Pods", list(_pods(asked))))
    if account.content.logs:
        pages.append(("Logs", list(_logs(asked))))
    document = {
        "name": title,
        "description": f"{each.service.title} of {each.application.title}",
        "permissions": "PUBLIC_READ_ONLY",
        "pages": [
            {"name": name, "description": "", "widgets": [_widget(place, each, account) for place, each in zip(count(), widgets)]}
            for name, widgets in pages
        ],
    }
    return Resource(DASHBOARD, each.name, {"accountId": account.content.account_id, "json": Json(document)})


def _requests(asked: dict[str, Asked]) -> Iterator[Widget]:
    event, where = asked["http_requests"].event, asked["http_requests"].where

    def over(what: str, *clauses: str) -> str:
        return select(what, event, where, *clauses)

    yield "Requests a minute", "viz.line", over("rate(count(*), 1 minute)", "TIMESERIES")
    yield "Share of requests that fail (%)", "viz.line", over(asked["http_errors"].select, "TIMESERIES")
    yield "Time of a request (s): median, 95th and 99th percentile", "viz.line", over("percentile(duration, 50, 95, 99)", "TIMESERIES")
    yield "Slowest transactions", "viz.bar", over("average(duration)", "FACET name", "LIMIT 10")
    yield "Answers by status", "viz.bar", over("count(*)", "FACET httpResponseCode", "LIMIT 10")
    yield "Errors by kind", "viz.table", select("count(*)", "TransactionError", where, "FACET error.class", "LIMIT 20")
    yield "Time in databases (s)", "viz.line", over("average(databaseDuration)", "TIMESERIES")
    yield "Time in calls to others (s)", "viz.line", over("average(externalDuration)", "TIMESERIES")


def _pods(asked: dict[str, Asked]) -> Iterator[Widget]:
    cpu, memory = asked["container_cpu"], asked["container_memory"]
    yield "CPU by pod (% of its limit)", "viz.line", f"{cpu.query} FACET podName TIMESERIES"
    yield "Memory by pod (% of its limit)", "viz.line", f"{memory.query} FACET podName TIMESERIES"
    yield "Restarts by pod", "viz.table", select("max(restartCount)", cpu.event, cpu.where, "FACET podName", "LIMIT 20")


def _logs(asked: dict[str, Asked]) -> Iterator[Widget]:
    yield "Records of errors", "viz.line", f"{asked['error_logs'].query} TIMESERIES"
    yield "Most frequent of them", "viz.table", f"{asked['error_logs'].query} FACET message LIMIT 20"


def _widget(place: int, widget: Widget, account: Account) -> dict[str, Any]:
    title, kind, query = widget
    row, column = divmod(place, _COLUMNS // _WIDTH)
    return {
        "title": title,
        "layout": {"column": column * _WIDTH + 1, "row": row * _HEIGHT + 1, "width": _WIDTH, "height": _HEIGHT},
        "visualization": {"id": kind},
        "rawConfiguration": {"nrqlQueries": [{"accountIds": [account.number], "query": query}]},
    }
