"""Queries on a PostgreSQL that no signal asks: states, transactions, statements and tables."""

from catalog.catalog import Subject
from dashboards.model import Query
from rendering import promql

_USERS = 'datname!~"template.*|rdsadmin"'
_WINDOW = "$__rate_interval"


def connections_by_state(database: Subject) -> Query:
    """Connections that are active, idle, or idle in a transaction."""
    return Query(f"sum by (state) (pg_stat_activity_count{{{_of(database)}}})", "{{state}}")


def connections_by_database(database: Subject) -> Query:
    """Connections of each database on the server."""
    return Query(f"sum by (datname) (pg_stat_database_numbackends{{{_of(database)},{_USERS}}})", "{{datname}}")


def connections_allowed(database: Subject) -> Query:
    """Connections that the server takes."""
    return Query(f"max(pg_settings_max_connections{{{_of(database)}}})", "allowed")


def longest_transaction(database: Subject) -> Query:
    """Seconds since the oldest transaction began."""
    return Query(f"max by (datname) (pg_stat_activity_max_tx_duration{{{_of(database)},{_USERS}}})", "{{datname}}")


def commits(database: Subject) -> Query:
    """Transactions a second that end well."""
    return _rate(database, "xact_commit", "committed")


def rollbacks(database: Subject) -> Query:
    """Transactions a second that are taken back."""
    return _rate(database, "xact_rollback", "rolled back")


def deadlocks(database: Subject) -> Query:
    """Deadlocks a second."""
    return _rate(database, "deadlocks", "deadlocks")


def conflicts(database: Subject) -> Query:
    """Queries a second that a replica cancels."""
    return _rate(database, "conflicts", "conflicts")


def rows_touched(database: Subject) -> tuple[Query, ...]:
    """Rows a second that are fetched, inserted, updated and deleted."""
    return tuple(_rate(database, f"tup_{what}", what) for what in ("fetched", "inserted", "updated", "deleted"))


def spilled(database: Subject) -> Query:
    """Bytes a second that queries write to temporary files for want of memory."""
    return _rate(database, "temp_bytes", "temporary files")


def locks(database: Subject) -> Query:
    """Locks that are held, by mode."""
    return Query(f"sum by (mode) (pg_locks_count{{{_of(database)}}}) > 0", "{{mode}}")


def slowest_by_total(database: Subject) -> Query:
    """The ten statements that took most time altogether in the range shown, in seconds."""
    return Query(f"topk(10, {_statements(database, 'seconds_total')})", "{{datname}} {{queryid}}")


def slowest_by_mean(database: Subject) -> Query:
    """The ten statements whose mean time is the longest, in seconds."""
    mean = f"{_statements(database, 'seconds_total')} / ({_statements(database, 'calls_total')} > 0)"
    return Query(f"topk(10, {mean})", "{{datname}} {{queryid}}")


def most_called(database: Subject) -> Query:
    """The ten statements that are called most, in calls a second."""
    calls = f"sum by (datname, queryid) (rate(pg_stat_statements_calls_total{{{_of(database)}}}[{_WINDOW}]))"
    return Query(f"topk(10, {calls})", "{{datname}} {{queryid}}")


def largest_tables(database: Subject) -> Query:
    """The ten largest tables, without their indices."""
    return _tables(database, "table_size_bytes")


def largest_indices(database: Subject) -> Query:
    """The ten tables whose indices are the largest."""
    return _tables(database, "index_size_bytes")


def dead_rows(database: Subject) -> Query:
    """The ten tables with most rows that vacuum has not yet taken away."""
    return _tables(database, "n_dead_tup")


def _tables(database: Subject, what: str) -> Query:
    largest = f"max by (datname, schemaname, relname) (pg_stat_user_tables_{what}{{{_of(database)}}})"
    return Query(f"topk(10, {largest})", "{{schemaname}}.{{relname}}")


def _statements(database: Subject, what: str) -> str:
    return f"sum by (datname, queryid) (increase(pg_stat_statements_{what}{{{_of(database)}}}[$__range]))"


def _rate(database: Subject, what: str, legend: str) -> Query:
    return Query(f"sum(rate(pg_stat_database_{what}{{{_of(database)}}}[{_WINDOW}]))", legend)


def _of(database: Subject) -> str:
    return promql.selector(database.labels)
