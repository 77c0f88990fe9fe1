"""A panel for a signal: its unit, thresholds, description and links come from what the catalog says of it."""

from catalog.catalog import Subject
from catalog.model import Application, Statistic
from catalog.queries import grouping
from dashboards import facts
from dashboards.model import Kind, Panel
from dashboards.reading import Reader


def panel(reader: Reader, subject: Subject, name: str, *statistics: Statistic, kind: Kind = "timeseries") -> Panel:
    """One signal of one subject; a latency shows the statistics named (or p50, p95 and p99)."""
    signal = reader.signal(name)
    if signal.form == "histogram":
        by = "".join(f" {{{{{label}}}}}" for label in grouping(subject, signal))
        queries = tuple(reader.of(subject, name, statistic, f"{statistic}{by}") for statistic in statistics or ("p50", "p95", "p99"))
    else:
        queries = (reader.of(subject, name),)
    thresholds = tuple(facts.thresholds(signal, subject, name))
    return Panel(
        title=facts.title(name),
        description=facts.described(signal, subject, name),
        unit=signal.unit,
        queries=queries,
        kind=kind,
        thresholds=thresholds,
        base="green" if signal.wrong == "high" or not thresholds else "red",
        links=tuple(facts.runbooks(subject, name, reader.site)),
    )


def across(reader: Reader, application: Application, name: str, *statistics: Statistic, kind: Kind = "timeseries") -> Panel:
    """One signal of all services of an application that have it, a series each: those that the variable `service` names."""
    signal = reader.signal(name)
    chosen: tuple[Statistic | None, ...] = statistics or (("p95",) if signal.form == "histogram" else (None,))
    return Panel(
        title=facts.title(name),
        description=f"{facts.capital(signal.title)}{f' ({chr(44).join(statistics)})' if statistics else ''}, by service.",
        unit=signal.unit,
        queries=tuple(reader.across(application, name, statistic) for statistic in chosen),
        kind=kind,
    )
