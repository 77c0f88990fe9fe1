"""Questions about objectives: of all at once, and of one that `$application`, `$service` and `$slo` name."""

from dashboards.model import Query

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
"""Windows that burn rates are recorded over (`rendering/slo.py`)."""
CHOSEN = 'application="$application",service="$service",slo="$slo"'
_SOME = 'application=~"$application"'
_WHO = "{{application}} {{service}} {{slo}}"


def objective(chosen: str = CHOSEN) -> Query:
    """The share of good events that is promised."""
    return Query(f"slo:objective:ratio{{{chosen}}}", "promised")


def attained(chosen: str = CHOSEN) -> Query:
    """The share of good events in the objective's window."""
    return Query(f"slo:attained:ratio{{{chosen}}}", "attained")


def budget(chosen: str = CHOSEN) -> Query:
    """What is left of the error budget."""
    return Query(f"slo:error_budget:remaining_ratio{{{chosen}}}", "budget left")


def burn(window: str, chosen: str = CHOSEN) -> Query:
    """How many times faster than promised the budget goes, by the mean of a window."""
    return Query(f"slo:bad_events:ratio{window}{{{chosen}}} / (1 - slo:objective:ratio{{{chosen}}})", window)


def events(what: str) -> Query:
    """All or bad events a second."""
    return Query(f"slo:{what}_events:rate5m{{{CHOSEN}}}", what)


def lasts() -> Query:
    """Seconds until the budget is gone at the pace of the last hour: of 30 days, the share that is left, divided by the pace."""
    return Query(
        f"clamp_min(slo:error_budget:remaining_ratio{{{CHOSEN}}}, 0) * 30 * 86400\n"
        f"/ (slo:bad_events:ratio1h{{{CHOSEN}}} / (1 - slo:objective:ratio{{{CHOSEN}}}) > 0)",
        "lasts",
    )


def alerts() -> Query:
    """Burn-rate and budget alerts of the objective."""
    return Query(f"max by (alertname, alertstate, severity, priority) (ALERTS{{{CHOSEN}}})")


def all_alerts() -> Query:
    """Those of every objective."""
    return Query(f'max by (application, service, slo, alertname, severity) (ALERTS{{{_SOME},alertstate="firing",slo!=""}})')


def overview() -> tuple[Query, ...]:
    """What is promised, what was attained, what is left: columns of one table."""
    return objective(_SOME), attained(_SOME), budget(_SOME)


def budgets() -> Query:
    """Every budget, the emptiest first."""
    return Query(f"sort(slo:error_budget:remaining_ratio{{{_SOME}}})", _WHO)


def burning() -> Query:
    """Every objective's pace over the last hour, the fastest ten."""
    return Query(f"topk(10, {burn('1h', _SOME).expression})", _WHO)


def broken() -> Query:
    """How many objectives have nothing left."""
    return Query(f"count(slo:error_budget:remaining_ratio{{{_SOME}}} < 0) or vector(0)", "broken")


def kept() -> Query:
    """The share of objectives whose budget is not overdrawn."""
    return Query(f"avg(slo:error_budget:remaining_ratio{{{_SOME}}} >= bool 0)", "kept")
