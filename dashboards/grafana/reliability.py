"""The reliability report of 30 days: time up, incidents, how soon they were noticed and mended, and what users got meanwhile."""

from collections.abc import Iterator
from itertools import chain

from catalog.units import Unit, duration_text
from dashboards.grafana import reliability_queries as queries
from dashboards.grafana import shared
from dashboards.model import Dashboard, Link, Panel, Query, Row, Threshold, Variable
from dashboards.reading import Reader

_NOTHING = "nothing was down in the last 30 days"
_DOWN = "Down is what paging alerts call down; it is judged once a minute."


def dashboards(reader: Reader) -> list[Dashboard]:
    """One report; its variable chooses applications."""
    rows = (
        Row("Availability of services", tuple(_availability(reader, "service"))),
        Row("What users got", tuple(_service())),
        Row("What it took", tuple(_resources())),
        Row("Availability of dependencies", tuple(_availability(reader, "dependency"))),
        Row("Day by day", tuple(_course()), collapsed=True),
    )
    return [
        Dashboard(
            shared.RELIABILITY,
            "Reliability report",
            "The last 30 days of each service and dependency: time up and down, incidents, MTTR, MTBF, MTTD, compliance; latency and load.",
            "platform",
            shared.fitting(rows, asked=2),
            tags=("reliability",),
            variables=(Variable("application", "Application", query="service:available:bool", label="application"),),
            links=(Link("Objectives", f"/d/{shared.SLO_OVERVIEW}"), Link("Alert quality", f"/d/{shared.ALERT_QUALITY}")),
            refresh="15m",
            since="30d",
        )
    ]


def _availability(reader: Reader, kind: str) -> Iterator[Panel]:
    up = (Threshold(0.99, "orange"), Threshold(0.999, "green"))
    uptime = _bars("Uptime", f"Share of minutes in which it was up. {_DOWN}", Unit.RATIO, queries.month("uptime:ratio", kind), up)
    yield uptime.but(base="red", decimals=3)
    if kind == "service":
        said = "100 % where the time up meets the service's availability objective, else the time up as a share of it."
        complied = _bars("SLA compliance", said, Unit.RATIO, queries.month("sla:ratio", kind), (Threshold(1, "green"),))
        yield complied.but(base="red", decimals=3)
    yield _bars("Downtime", f"Time down. {_DOWN}", Unit.SECONDS, queries.month("downtime:seconds", kind), (Threshold(60, "orange"),))
    width = 6 if kind == "service" else 8
    incidents = _bars("Incidents", "How often it went down.", Unit.COUNT, queries.month("incidents:count", kind), (Threshold(1, "orange"),))
    yield incidents.but(width=width)
    for what, title, said in (
        ("mttr", "MTTR", "Mean time to recovery: time down divided by incidents."),
        ("mttd", "MTTD", "Mean time to detection: time down before an alert of P1 or P2 about it fired, divided by incidents."),
    ):
        promised, levels = _promised(reader, what)
        told = f"{said} {promised}".strip()
        yield _bars(title, told, Unit.SECONDS, queries.month(f"{what}:seconds", kind), levels).but(empty=_NOTHING, width=width)
    said = "Mean time between failures: time up divided by incidents."
    yield _bars("MTBF", said, Unit.SECONDS, queries.month("mtbf:seconds", kind), ()).but(empty=_NOTHING, width=width)


def _promised(reader: Reader, what: str) -> tuple[str, tuple[Threshold, ...]]:
    """What owners promise of operations: in words, and the strictest as a threshold."""
    found = {name: seconds for name, each in reader.catalog.applications.items() for key, seconds in each.operations.items() if key == what}
    if not found:
        return "", ()
    said = ", ".join(f"{name} at most {duration_text(seconds)}" for name, seconds in found.items())
    return f"Promised: {said}.", (Threshold(min(found.values()), "red"),)


def _service() -> Iterator[Panel]:
    for name, query in queries.quantiles():
        said = f"{name} of all requests of 30 days, as exact as the buckets of the service's histogram."
        yield _bars(f"Latency {name}", said, Unit.SECONDS, query, ())
    yield _bars("Throughput", "Requests a second, the mean.", Unit.PER_SECOND, queries.throughput(), ()).but(width=12)
    levels = (Threshold(0.001, "yellow"), Threshold(0.01, "orange"), Threshold(0.05, "red"))
    yield _bars("Error ratio", "Share of requests that failed by the server's fault.", Unit.RATIO, queries.failures(), levels).but(
        width=12, decimals=3
    )


def _resources() -> Iterator[Panel]:
    levels = (Threshold(0.8, "orange"), Threshold(0.95, "red"))
    for what, title in (("cpu", "CPU"), ("memory", "Memory")):
        said = f"{title} of the service's fullest pod, of what it may use: the mean of 30 days."
        yield _bars(title, said, Unit.RATIO, queries.used(what), levels).but(width=6)
    yield _bars("Memory, highest", "The most that any pod of it ever used.", Unit.RATIO, queries.used("memory", "max"), levels).but(width=6)
    yield _bars(
        "Disk, highest", "The nodes' fullest filesystem at its fullest; services share them.", Unit.RATIO, queries.disk(), levels
    ).but(width=6)


def _course() -> Iterator[Panel]:
    pairs = (
        (
            Panel(f"Up, day by day: {kind}", "Share of the 24 hours before.", Unit.RATIO, (queries.daily(kind),), width=12, height=10),
            shared.state(
                Panel(f"Up or down: {kind}", "Minute by minute: 1 up, 0 down.", None, (queries.minutes(kind),), width=12, height=10)
            ),
        )
        for kind in queries.KINDS
    )
    yield from chain.from_iterable(pairs)


def _bars(title: str, said: str, unit: Unit, query: Query, levels: tuple[Threshold, ...]) -> Panel:
    return Panel(title, said, unit, (query,), kind="bars", thresholds=levels, height=10)
