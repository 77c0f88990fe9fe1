"""Queries on the business that no signal asks: paths and sessions over a week, jobs against last month, users by environment."""

from catalog.catalog import Subject
from dashboards.model import Query
from rendering import promql

_WEEK = "7d"


def paths_begun(service: Subject) -> Query:
    """Learning paths begun within a week."""
    return Query(f"sum(increase(learning_path_starts_total{{{_of(service)}}}[{_WEEK}]))", "begun")


def paths_completed(service: Subject) -> Query:
    """Learning paths completed within a week."""
    return Query(f"sum(increase(learning_path_completions_total{{{_of(service)}}}[{_WEEK}]))", "completed")


def sessions(service: Subject) -> Query:
    """Learners' sessions within a week."""
    return Query(f"sum(increase(learning_sessions_total{{{_of(service)}}}[{_WEEK}]))", "sessions")


def learners(service: Subject) -> Query:
    """Learners that are active."""
    return Query(f"max(learning_active_users{{{_of(service)}}})", "active learners")


def succeeded(failing: Query) -> Query:
    """The share that succeeds, of a query for the share that fails."""
    return Query(f"1 - ({failing.expression})", failing.legend)


def by_environment(service: Subject, metric: str, matchers: str) -> Query:
    """The highest value in each environment that shares this store."""
    return Query(f"max by (environment) ({metric}{{{_of(service)},{matchers}}})", "{{environment}}")


def rate_by_environment(service: Subject, metric: str) -> Query:
    """Events of a day in each environment that shares this store."""
    return Query(f"sum by (environment) (increase({metric}{{{_of(service)}}}[1d]))", "{{environment}}")


def _of(service: Subject) -> str:
    return promql.selector(service.labels)
