"""Queries on security that no signal asks: what the security team is told at the moment."""

from catalog.model import Application
from dashboards.model import Query
from rendering import promql


def alerts_firing(application: Application, team: str) -> Query:
    """Alerts for a team that fire now."""
    labels = promql.selector({"application": application.application, "team": team, "alertstate": "firing"})
    return Query(f"count by (alertname, service, dependency, severity) (ALERTS{{{labels}}})", instant=True)


def refused(application: Application) -> Query:
    """Requests a second that are refused: not logged in (401) or not allowed (403)."""
    status = application.http.status_label
    matchers = f'{promql.selector({"application": application.application})},service=~"$service",{status}=~"401|403"'
    return Query(
        f"sum by (service, {status}) (rate(http_requests_total{{{matchers}}}[$__rate_interval]))", f"{{{{service}}}} {{{{{status}}}}}"
    )
