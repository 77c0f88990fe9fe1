"""Widgets for signals: unit, lines, colours, description and links come from what the catalog says of them."""

from catalog.catalog import Subject
from catalog.model import Application, Statistic
from catalog.units import Unit
from dashboards import facts
from dashboards.datadog.model import Marker, Widget
from dashboards.datadog.reading import Reader
from dashboards.model import Kind, Query
from rendering.datadog import queries

_QUANTILES: tuple[Statistic, ...] = ("p50", "p95", "p99")


def panel(reader: Reader, subject: Subject, name: str, *statistics: Statistic, kind: Kind = "timeseries") -> Widget:
    """One signal of one subject; a latency shows the statistics named (or p50, p95 and p99)."""
    signal = reader.signal(name)
    if distributed(reader, name):
        asked = tuple(reader.of(subject, name, statistic, statistic) for statistic in statistics or _QUANTILES)
    else:
        asked = (reader.of(subject, name),)
    thresholds = tuple(facts.thresholds(signal, subject, name))
    return Widget(
        title=facts.title(name),
        description=facts.described(signal, subject, name),
        unit=signal.unit,
        queries=asked,
        kind=kind,
        thresholds=thresholds,
        base="green" if signal.wrong == "high" or not thresholds else "red",
        links=tuple(facts.runbooks(subject, name, reader.site)),
        markers=markers(reader, [subject], name),
    )


def across(reader: Reader, subjects: list[Subject], name: str, statistic: Statistic | None = None) -> Widget:
    """One signal of several services, a series each."""
    signal = reader.signal(name)
    told = f" ({statistic})" if statistic else ""
    return Widget(
        title=facts.title(name),
        description=f"{facts.capital(signal.title)}{told}, by service.",
        unit=signal.unit,
        queries=reader.across(subjects, name, statistic),
        links=tuple(dict.fromkeys(link for each in subjects for link in facts.runbooks(each, name, reader.site))),
        markers=markers(reader, subjects, name),
    )


def whole(reader: Reader, subjects: list[Subject], name: str) -> Widget:
    """The same of signals that are told pod by pod: each service over all of its pods."""
    found = across(reader, subjects, name)
    return found.but(queries=reader.whole(subjects, name))


def split(reader: Reader, subjects: list[Subject], name: str, tags: tuple[str, ...], statistic: Statistic | None = None) -> Widget:
    """The same by further tags, as endpoints: the ten highest of each service."""
    signal = reader.signal(name)
    told = f" ({statistic})" if statistic else ""
    return Widget(
        title=f"{facts.title(name)} by {tags[0]}",
        description=f"{facts.capital(signal.title)}{told}: the ten highest values of {tags[0]} of each service.",
        unit=signal.unit,
        queries=tuple(reader.split(each, name, tags, statistic) for each in subjects),
    )


def shown(reader: Reader, application: Application, names: tuple[str, ...] | dict[str, str], *, used: bool = False) -> tuple[Widget, ...]:
    """A widget for each signal that any part of the application has; several services share one, several dependencies do not.

    A mapping gives the widgets' titles, where the signals' own names would not do. `used`: signals only that the catalog's entry names.
    """
    titles = names if isinstance(names, dict) else {name: facts.title(name) for name in names}
    found: list[Widget] = []
    for name, title in titles.items():
        having = reader.holders(application, name, used=used)
        if len(having) == 1:
            found.append(panel(reader, having[0], name).but(title=title))
        elif having and all(subject.kind == "service" for subject in having):
            found.append(across(reader, having, name, "p95" if distributed(reader, name) else None).but(title=title))
        else:
            found += [panel(reader, subject, name).but(title=f"{title}: {subject.name}") for subject in having]
    return tuple(found)


def named(title: str, description: str, unit: Unit | None, *expressions: str, kind: Kind = "timeseries", stacked: bool = False) -> Widget:
    """A widget of queries that no signal asks; an expression may be led by its name: `reads|sum:...`."""
    asked = tuple(Query(text, legend) for legend, _, text in (each.rpartition("|") for each in expressions))
    return Widget(title, description, unit, asked, kind=kind, stacked=stacked)


def distributed(reader: Reader, name: str) -> bool:
    """Whether Datadog has the signal as a distribution, of which statistics are asked."""
    query = queries.datadog(reader.signal(name))
    return query is not None and query.distribution is not None


def markers(reader: Reader, subjects: list[Subject], name: str) -> tuple[Marker, ...]:
    """Lines of alerts and promises; one that not all of several subjects have names whose it is."""
    signal = reader.signal(name)
    found: dict[facts.Level, list[str]] = {}
    for subject in subjects:
        for level in facts.levels(signal, subject, name):
            found.setdefault(level, []).append(subject.name)
    return tuple(
        Marker(value, colour, label if len(having) == len(subjects) else f"{label}: {', '.join(having)}")
        for (value, colour, label), having in sorted(found.items())
    )
