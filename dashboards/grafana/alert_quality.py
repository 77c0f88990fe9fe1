"""Whether alerts are worth being woken for: what the weekly review of their noise and thresholds looks at."""

from collections.abc import Iterator

from catalog.units import Unit
from dashboards.grafana import alert_quality_queries as queries
from dashboards.grafana import shared
from dashboards.model import Dashboard, Link, Panel, Row, Threshold, Variable
from dashboards.reading import Reader
from rendering.alert_quality import SHORT_TEXT

_QUIET = "no alert fired and ended in this time"
_NO_PAGES = "nobody was paged in this time"
_MANY = 2
"""Pages a person can follow up in a shift of twelve hours (Site Reliability Engineering, "Being On-Call"): 28 a week."""
_MOST_PAGES = _MANY * 2 * 7
_WAYS = (
    "Alerts that Prometheus evaluates, from what it recorded of them minute by minute: an alert is counted when it ends. Those that only "
    "Datadog or CloudWatch evaluate are counted there. Silenced and inhibited alerts count too, since they fire all the same."
)


def dashboards(reader: Reader) -> list[Dashboard]:
    """One for all applications and teams."""
    rows = (
        Row("At a glance", tuple(_glance(reader))),
        Row("Count", tuple(_counts())),
        Row("Noise and time to resolve", tuple(_noise())),
        Row("Never fired", tuple(_never())),
    )
    return [
        Dashboard(
            shared.ALERT_QUALITY,
            "Alert quality",
            f"How often alerts fire, how many are noise, how long they last, which never fired. {_WAYS}",
            "platform",
            shared.fitting(rows, asked=3),
            tags=("alerts",),
            variables=(
                Variable("application", "Application", query="alert:known:info", label="application"),
                Variable("team", "Team", query="alert:known:info", label="team"),
            ),
            links=(Link("Reliability report", f"/d/{shared.RELIABILITY}"),),
            refresh="15m",
            since="30d",
        )
    ]


def _glance(reader: Reader) -> Iterator[Panel]:
    yield Panel(
        "Pages a person-week",
        "Pages of the last seven days by team. One person of a team is on call at a time, so a team's week is a person's; "
        f"more than {_MOST_PAGES} ({_MANY} a shift of twelve hours) leave no time to follow any of them up.",
        Unit.COUNT,
        (queries.pages_a_week(),),
        kind="bars",
        thresholds=(Threshold(_MOST_PAGES / 2, "yellow"), Threshold(_MOST_PAGES, "red")),
        empty=_NO_PAGES,
    )
    promised = {
        name: each.operations_ratio["false_positives"]
        for name, each in reader.catalog.applications.items()
        if "false_positives" in each.operations_ratio
    }
    said = ", ".join(f"{name} at most {share:.0%}" for name, share in promised.items())
    yield Panel(
        "False positives",
        f"Share of pages that ended by themselves within {SHORT_TEXT} while the service or dependency that they name was up all along. A "
        "stand-in: nobody is asked whether a page was right, so one that was wrong for longer is missed and a short fault that was real "
        f"counts.{f' Promised: {said}.' if said else ''}",
        Unit.RATIO,
        (queries.unfounded(),),
        kind="bars",
        thresholds=tuple(Threshold(share, "red") for share in sorted(set(promised.values()))[:1]),
        empty=_NO_PAGES,
    )
    yield Panel(
        "Short-lived",
        f"Share of all alerts that ended by themselves within {SHORT_TEXT}: too soon for anybody to have done anything.",
        Unit.RATIO,
        (queries.noise_of_all(),),
        kind="stat",
        thresholds=(Threshold(0.1, "yellow"), Threshold(0.3, "red")),
        width=4,
        empty=_QUIET,
    )
    yield Panel(
        "Never fired",
        "Share of the alerts there are. An alert that never fires may be a fault that never happens, or a condition that cannot be met.",
        Unit.RATIO,
        (queries.never_fired_share(),),
        kind="stat",
        width=4,
    )


def _counts() -> Iterator[Panel]:
    said = "How many fire at a time, by severity."
    yield Panel("Firing", said, Unit.COUNT, (queries.firing(),), stacked=True, width=12, empty="no alert fires")
    for by in ("team", "severity"):
        yield Panel(
            f"Alerts by {by}", f"Alerts that fired and ended, by {by}.", Unit.COUNT, (queries.ended(by),), "bars", width=6, empty=_QUIET
        )
    yield Panel("Most frequent", "The twenty that fired most.", None, (queries.most(),), kind="table", width=14, height=10, empty=_QUIET)
    yield Panel(
        "Firing longest",
        "What has been firing longest, in seconds: somebody lives with it.",
        None,
        (queries.longest(),),
        "table",
        width=10,
        height=10,
        empty="no alert fires",
    )


def _noise() -> Iterator[Panel]:
    said = f"Share of an alert's firings that ended within {SHORT_TEXT}, the ten worst: a longer `for`, another threshold or none."
    levels = (Threshold(0.3, "orange"), Threshold(0.6, "red"))
    yield Panel("Noisiest", said, Unit.RATIO, (queries.noise(),), "bars", levels, width=12, height=10, empty=_QUIET)
    for by, title in (("application, alertname", "Time to resolve by alert"), ("team", "Time to resolve by team")):
        told = "Mean time from the first firing to the end, the longest fifteen."
        yield Panel(title, told, Unit.SECONDS, (queries.resolved(by),), "bars", width=6, height=10, empty=_QUIET)


def _never() -> Iterator[Panel]:
    said = "Alerts of the catalog that have not fired in this time: try them (`make demo`), or ask whether they are needed."
    yield Panel("Never fired in this time", said, None, (queries.never_fired(),), kind="table", width=24, height=12)
