"""Questions about one service or dependency that its signals do not answer: its alerts, budgets and time up."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from catalog.catalog import Subject
from dashboards.model import Query
from dashboards.reading import Reader
from rendering.promql import selector
from rendering.reliability import WINDOW

_SHOWN = "alertname, alertstate, priority, severity, team"


def alerts(subject: Subject) -> Query:
    """What fires or is pending."""
    return Query(f"max by ({_SHOWN}) (ALERTS{{{selector(subject.labels)}}})")


def budget(subject: Subject) -> Query:
    """What is left of each objective's error budget."""
    return Query(f"slo:error_budget:remaining_ratio{{{selector(subject.labels)}}}", "{{slo}}")


def burn(subject: Subject) -> Query:
    """How fast each objective's budget burns."""
    own = selector(subject.labels)
    return Query(f"slo:bad_events:ratio1h{{{own}}} / (1 - slo:objective:ratio{{{own}}})", "{{slo}}")


def uptime(subject: Subject) -> Query:
    """The share of the last 30 days in which it was up."""
    return Query(f"{subject.kind}:uptime:ratio{WINDOW}{{{selector(subject.labels)}}}", "up")


def available(subjects: Iterable[Subject]) -> Iterator[Query]:
    """Whether each is up now; one query for all services, one for all dependencies of an application."""
    ordered = sorted(subjects, key=lambda subject: (subject.kind, subject.application.application))
    for (kind, application), alike in groupby(ordered, key=lambda subject: (subject.kind, subject.application.application)):
        names = "|".join(sorted(subject.name for subject in alike))
        yield Query(f'{kind}:available:bool{{application="{application}",{kind}=~"{names}"}}', f"{{{{{kind}}}}}")


def is_judged(reader: Reader, subject: Subject) -> bool:
    """Whether it is recorded if it is up."""
    return reader.records(f"{subject.kind}:available:bool", subject)


def chosen(subject: Subject) -> str:
    """It, as the values of a dashboard's variables."""
    return f"var-application={subject.application.application}&var-service={subject.name}"
