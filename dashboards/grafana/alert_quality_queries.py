"""Questions about alerts themselves, over the time chosen: `rendering/alert_quality.py` records what they count."""

from dashboards.model import Query
from rendering import measures

_SOME = 'application=~"$application",team=~"$team"'
_PAGES = f'{_SOME},pages="true"'
_WEEK = "7d"
_ALERT = "application, alertname, team, severity"


def _count(what: str, matchers: str = _SOME, window: str = "$__range") -> str:
    """How many alerts ended in a time: each leaves one sample."""
    return measures.alerts(what, matchers, window)


def ended(by: str) -> Query:
    """Alerts that fired and ended."""
    return Query(f"sum by ({by}) ({_count('ended')})", f"{{{{{by}}}}}")


def most() -> Query:
    """The twenty alerts that fire most."""
    return Query(f"topk(20, sum by ({_ALERT}) ({_count('ended')}))", "times")


def noise() -> Query:
    """The share of an alert's firings that ended by themselves at once, the ten worst."""
    return Query(
        f"topk(10, sum by (application, alertname) ({_count('ended_soon')}) / sum by (application, alertname) ({_count('ended')}))",
        "{{application}} {{alertname}}",
    )


def noise_of_all() -> Query:
    """The same share of all alerts together."""
    return Query(f"(sum({_count('ended_soon')}) or vector(0)) / sum({_count('ended')})", "short-lived")


def resolved(by: str) -> Query:
    """Mean seconds from an alert's firing to its end."""
    total = f"sum by ({by}) (sum_over_time(alert:ended:seconds{{{_SOME}}}[$__range]))"
    return Query(f"topk(15, {total} / sum by ({by}) ({_count('ended')}))", " ".join(f"{{{{{label}}}}}" for label in by.split(", ")))


def never_fired() -> Query:
    """Alerts of the catalog that have not fired once."""
    fired = f"count_over_time(alert:fired:timestamp{{{_SOME}}}[$__range])"
    return Query(f"alert:known:info{{{_SOME}}}\nunless on (application, alertname, severity) {fired}")


def never_fired_share() -> Query:
    """As a share of all that there are."""
    return Query(f"count({never_fired().expression}) / count(alert:known:info{{{_SOME}}})", "never fired")


def pages_a_week() -> Query:
    """Pages of the last seven days by team: one person of each is on call, so they are a person's week."""
    return Query(f"sum by (team) ({_count('ended', _PAGES, _WEEK)})", "{{team}}")


def unfounded() -> Query:
    """Short pages while nothing was down, as a share of an application's pages."""
    pages = f"sum by (application) ({_count('ended', _PAGES)})"
    return Query(f"(sum by (application) ({_count('unfounded')}) or 0 * {pages}) / {pages}", "{{application}}")


def firing() -> Query:
    """How many fire, by severity."""
    return Query(f'count by (severity) (ALERTS{{{_SOME},alertstate="firing",alertname!="Watchdog"}})', "{{severity}}")


def longest() -> Query:
    """Alerts that have been firing longest, in seconds."""
    return Query(f"topk(10, time() - max by ({_ALERT}) (alert:fired:timestamp{{{_SOME}}}))", "for")
