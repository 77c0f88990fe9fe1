"""Whether promises are kept: all objectives on one page, and one in detail, from which decisions about releases are made."""

from catalog.units import Unit
from dashboards.grafana import shared
from dashboards.grafana import slo_queries as queries
from dashboards.model import Dashboard, Link, Panel, Row, Threshold, Variable
from dashboards.reading import Reader
from rendering import slo

_FOLDER = "platform"
_APPLICATION = Variable("application", "Application", query="slo:objective:ratio", label="application")
_LEFT = "1: nothing of it is spent; 0: the promise is just kept; below: it is broken."


def dashboards(reader: Reader) -> list[Dashboard]:
    """Overview and detail."""
    return [_overview(reader), _detail(reader)]


def _overview(reader: Reader) -> Dashboard:
    detail = Link("One objective in detail", f"/d/{shared.SLO_DETAIL}")
    now = (
        Panel(
            "Promises kept",
            "Share of objectives whose error budget is not overdrawn.",
            Unit.RATIO,
            (queries.kept(),),
            kind="stat",
            thresholds=(Threshold(0.9, "yellow"), Threshold(1, "green")),
            base="red",
            width=4,
        ),
        Panel(
            "Promises broken",
            "How many objectives have less than nothing left.",
            Unit.COUNT,
            (queries.broken(),),
            kind="stat",
            thresholds=(Threshold(1, "red"),),
            width=4,
        ),
        Panel(
            "Burning now",
            "The ten objectives whose budget goes fastest, by the mean of the last hour: above 1 it goes faster than promised.",
            Unit.SCORE,
            (queries.burning(),),
            kind="bars",
            thresholds=shared.BURN,
            links=(detail,),
            width=16,
        ),
    )
    table = Panel(
        "Objectives",
        f"Promised and attained: shares of good events. Budget left: {_LEFT} With less history than the window, of what there is.",
        Unit.RATIO,
        queries.overview(),
        kind="table",
        decimals=3,
        negative=True,
        links=(detail,),
        width=24,
        height=12,
    )
    left = Panel(
        "Error budgets over time",
        f"{_LEFT}",
        Unit.RATIO,
        (queries.budgets(),),
        thresholds=shared.BUDGET,
        base="red",
        negative=True,
        width=24,
        height=10,
    )
    alerts = Panel(
        "Alerts of objectives",
        "Budgets that burn too fast or are spent, as alerts say.",
        None,
        (queries.all_alerts(),),
        kind="table",
        width=24,
        empty="no budget burns too fast and none is spent",
    )
    return Dashboard(
        shared.SLO_OVERVIEW,
        "Objectives: overview",
        f"All {len(slo.objectives(reader.catalog, reader.site))} objectives that Prometheus measures: what is promised, attained, left.",
        _FOLDER,
        (Row("Now", now), Row("All objectives", (table, alerts)), Row("Course", (left,))),
        tags=("slo",),
        variables=(_APPLICATION,),
        links=(detail, Link("Reliability report", f"/d/{shared.RELIABILITY}")),
        since="7d",
    )


def _detail(reader: Reader) -> Dashboard:
    first = next(iter(slo.objectives(reader.catalog, reader.site)), None)
    example = f", as {first.name} of {first.subject.name}" if first else ""
    numbers = (
        Panel(
            "Promised",
            "Share of good events that is promised.",
            Unit.RATIO,
            (queries.objective(),),
            kind="stat",
            decimals=3,
            width=4,
            height=5,
        ),
        Panel(
            "Attained",
            "Share of good events in the objective's window.",
            Unit.RATIO,
            (queries.attained(),),
            kind="stat",
            decimals=3,
            width=4,
            height=5,
        ),
        Panel("Budget left", _LEFT, Unit.RATIO, (queries.budget(),), "stat", shared.BUDGET, "red", negative=True, width=4, height=5),
        Panel(
            "Lasts",
            "At the pace of the last hour, until nothing of the budget is left.",
            Unit.SECONDS,
            (queries.lasts(),),
            kind="stat",
            thresholds=(Threshold(86400, "orange"), Threshold(7 * 86400, "green")),
            base="red",
            width=4,
            height=5,
            empty="nothing has failed in the last hour: it lasts",
        ),
        Panel(
            "Its alerts",
            "Burn-rate alerts page or open tickets; a spent budget opens one.",
            None,
            (queries.alerts(),),
            kind="table",
            width=8,
            height=5,
            empty="its budget burns no faster than promised",
        ),
    )
    course = (
        Panel(
            "Burn rates",
            "Over each window, how many times faster than promised the budget goes. 14.4 over 1h and 5m, or 6 over 6h and 30m, page; "
            "3 over 1d and 2h, or 1 over 3d and 6h, open a ticket.",
            Unit.SCORE,
            tuple(queries.burn(window) for window in queries.WINDOWS),
            thresholds=shared.BURN,
            width=24,
            height=10,
        ),
        Panel("Budget over time", _LEFT, Unit.RATIO, (queries.budget(),), thresholds=shared.BUDGET, base="red", negative=True, width=12),
        Panel(
            "Attained over time",
            "Share of good events, beside what is promised.",
            Unit.RATIO,
            (queries.attained(), queries.objective()),
            decimals=3,
            width=12,
        ),
        Panel("Events", "All and bad ones a second.", Unit.PER_SECOND, (queries.events("all"), queries.events("bad")), width=24),
    )
    return Dashboard(
        shared.SLO_DETAIL,
        "Objectives: detail",
        f"One objective{example}: how its budget goes, by all windows that alerts look at.",
        _FOLDER,
        (Row("Now", numbers), Row("Course", course)),
        tags=("slo",),
        variables=(
            Variable("application", "Application", query="slo:objective:ratio", label="application", several=False),
            Variable("service", "Service", query='slo:objective:ratio{application="$application"}', label="service", several=False),
            Variable(
                "slo",
                "Objective",
                query='slo:objective:ratio{application="$application",service="$service"}',
                label="slo",
                several=False,
            ),
        ),
        links=(Link("All objectives", f"/d/{shared.SLO_OVERVIEW}"),),
        since="7d",
    )
