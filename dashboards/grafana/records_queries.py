"""Queries on what an application's records say, by the counters that agents make of them."""

from dashboards.model import Query
from rendering import promql

_WINDOW = "$__rate_interval"
_ERRORS = 'level=~"error|critical|fatal"'


def _of(application: str, more: str = "") -> str:
    own = promql.selector({"application": application})
    return f'log_events_total{{{own},service=~"$service"{"," if more else ""}{more}}}'


def by_level(application: str) -> Query:
    """Records a second, by level."""
    return Query(f"sum by (level) (rate({_of(application)}[{_WINDOW}]))", "{{level}}")


def by_service(application: str) -> Query:
    """Records a second, by service."""
    return Query(f"sum by (service) (rate({_of(application)}[{_WINDOW}]))", "{{service}}")


def errors(application: str) -> Query:
    """Records of errors a second, by service."""
    return Query(f"sum by (service) (rate({_of(application, _ERRORS)}[{_WINDOW}]))", "{{service}}")


def error_share(application: str) -> Query:
    """Share of records that tell of an error."""
    failed = f"sum by (service) (rate({_of(application, _ERRORS)}[{_WINDOW}]))"
    return Query(f"{failed} / (sum by (service) (rate({_of(application)}[{_WINDOW}])) > 0)", "{{service}}")


def events(application: str) -> Query:
    """Records within an hour that say what happened, by kind."""
    kinds = _of(application, 'event!="",event!="none"')
    return Query(f"sum by (event) (increase({kinds}[1h]))", "{{event}}")


def of_kind(application: str, *kinds: str) -> Query:
    """Such records of some kinds, by service."""
    matching = f"event=~{promql.quoted('|'.join(kinds))}"
    return Query(f"sum by (service, event) (increase({_of(application, matching)}[1h]))", "{{service}} {{event}}")


def today(application: str) -> Query:
    """Records within a day."""
    return Query(f"sum(increase({_of(application)}[1d]))", "records")


def errors_today(application: str) -> Query:
    """Records of errors within a day."""
    return Query(f"sum(increase({_of(application, _ERRORS)}[1d]))", "errors")
