"""Queries on a Redis that no signal asks: memory in bytes, look-ups, clients and commands."""

from catalog.catalog import Subject
from dashboards.model import Query
from rendering import promql

_WINDOW = "$__rate_interval"


def memory(cache: Subject) -> tuple[Query, ...]:
    """Bytes that data takes, that the process takes, and that it may take (0: no limit)."""
    parts = {"used": "used", "used_rss": "of the process", "max": "allowed"}
    return tuple(Query(f"max(redis_memory_{part}_bytes{{{_of(cache)}}})", legend) for part, legend in parts.items())


def hits(cache: Subject) -> Query:
    """Look-ups a second that find their key."""
    return _rate(cache, "keyspace_hits_total", "hits")


def misses(cache: Subject) -> Query:
    """Look-ups a second that do not."""
    return _rate(cache, "keyspace_misses_total", "misses")


def expired(cache: Subject) -> Query:
    """Keys a second that outlived their time."""
    return _rate(cache, "expired_keys_total", "expired")


def clients(cache: Subject) -> tuple[Query, ...]:
    """Clients that are connected, and those of them that wait."""
    return tuple(Query(f"sum(redis_{what}_clients{{{_of(cache)}}})", what) for what in ("connected", "blocked"))


def rejected(cache: Subject) -> Query:
    """Connections a second that are refused, since there are too many."""
    return _rate(cache, "rejected_connections_total", "refused")


def commands(cache: Subject) -> Query:
    """The ten commands that are called most, a second."""
    return Query(f"topk(10, {_by_command(cache, 'commands_total')})", "{{cmd}}")


def command_time(cache: Subject) -> Query:
    """The ten commands whose mean time is the longest."""
    mean = f"{_by_command(cache, 'commands_duration_seconds_total')} / ({_by_command(cache, 'commands_total')} > 0)"
    return Query(f"topk(10, {mean})", "{{cmd}}")


def keys(cache: Subject) -> Query:
    """Keys of each database that has some."""
    return Query(f"max by (db) (redis_db_keys{{{_of(cache)}}}) > 0", "{{db}}")


def fragmentation(cache: Subject) -> Query:
    """Memory of the process for each byte of data."""
    return Query(f"max(redis_mem_fragmentation_ratio{{{_of(cache)}}})", "fragmentation")


def _by_command(cache: Subject, what: str) -> str:
    return f"sum by (cmd) (rate(redis_{what}{{{_of(cache)}}}[{_WINDOW}]))"


def _rate(cache: Subject, what: str, legend: str) -> Query:
    return Query(f"sum(rate(redis_{what}{{{_of(cache)}}}[{_WINDOW}]))", legend)


def _of(cache: Subject) -> str:
    return promql.selector(cache.labels)
