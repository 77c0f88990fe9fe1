"""What recorded series amount to over a time: said once for the rules of 30 days, for dashboards and for monthly reports.

A selection is label matchers without their braces, a window a PromQL duration; counted minutes are those that
`rendering/reliability.py` records, ended alerts those of `rendering/alert_quality.py`, events of objectives those of `rendering/slo.py`.
"""

MINUTE = 60
"""Seconds between two samples of what is recorded minute by minute."""


def counted(available: str, undetected: str, window: str) -> dict[str, str]:
    """What one series of minutes up and one of minutes down that nobody knew of tell: seconds known, up and undetected, and incidents."""
    return {
        "known:seconds": f"count_over_time({available}[{window}]) * {MINUTE}",
        "up:seconds": f"sum_over_time({available}[{window}]) * {MINUTE}",
        "incidents:count": f"resets({available}[{window}])",  # from 1 to 0
        "undetected:seconds": f"sum_over_time({undetected}[{window}]) * {MINUTE}",
    }


def quantile(share: float, selection: str, window: str) -> str:
    """A percentile of all requests of the time, by service: of its mean buckets, so exact as far as buckets are."""
    buckets = f"sum by (application, service, le) (avg_over_time(service:latency_bucket:rate10m{{{selection}}}[{window}]))"
    return f"histogram_quantile({share:g}, {buckets})"


def throughput(selection: str, window: str) -> str:
    """Requests a second, the mean."""
    return f"avg_over_time(service:requests:rate10m{{{selection}}}[{window}])"


def failed(selection: str, window: str) -> str:
    """The share of requests that failed."""
    bad, every = (f"sum_over_time(service:{what}:rate10m{{{selection}}}[{window}])" for what in ("failures", "requests"))
    return f"{bad} / ({every} > 0)"


def used(what: str, over: str, selection: str, window: str) -> str:
    """CPU or memory of the fullest pod, `avg` or `max` over the time."""
    return f"{over}_over_time(service:{what}:ratio{{{selection}}}[{window}])"


def disk(selection: str, window: str) -> str:
    """The nodes' fullest filesystem, at its fullest."""
    return f"max_over_time(dependency:disk:ratio{{{selection}}}[{window}])"


def alerts(what: str, selection: str, window: str) -> str:
    """How many alerts ended in the time (`ended`, `ended_soon`, `unfounded`): each leaves one sample."""
    return f"count_over_time(alert:{what}:seconds{{{selection}}}[{window}])"


def bad_ratio(bad: str, every: str, on: str, window: str) -> str:
    """The share of an objective's events that were bad."""
    return f"sum_over_time({bad}[{window}]) / {on}(sum_over_time({every}[{window}]) > 0)"
