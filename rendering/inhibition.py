"""Which alerts silence which: the cause is told, its consequences are not."""

from collections.abc import Iterable, Iterator

from catalog.base import Severity
from catalog.catalog import PlacedAlert, Subject
from catalog.silencing import by_name, causes, is_cluster
from rendering import promql
from rendering.document import Document

# What both sides share. Another team's alerts are not silenced: whom they are for has heard nothing yet. A label that neither side
# has counts as equal to Alertmanager, hence `application` is demanded besides: the Watchdog has none of these.
_EQUAL = ["application", "service", "dependency", "team"]
_SOMEBODY = 'application=~".+"'


def inhibitions(alerts: tuple[PlacedAlert, ...]) -> list[Document]:
    """Critical silences warning and info of the same service or dependency; then what the catalog says by `inhibited_by`."""
    by_severity = {
        "source_matchers": [f'severity="{Severity.CRITICAL.value}"', _SOMEBODY, *_one_thing(alerts)],
        "target_matchers": [f'severity=~"{Severity.WARNING.value}|{Severity.INFO.value}"', _SOMEBODY],
        "equal": list(_EQUAL),
    }
    return [by_severity, *_declared(alerts)]


def _one_thing(alerts: Iterable[PlacedAlert]) -> list[str]:
    """Leaves clusters out: one full volume says nothing of another node."""
    many = sorted({placed.subject.name for placed in alerts if is_cluster(placed.subject)})
    return [f'dependency!~"{"|".join(many)}"'] if many else []


def _declared(alerts: tuple[PlacedAlert, ...]) -> Iterator[Document]:
    """One rule for each cause and the subject whose alerts it silences; only between alerts that Prometheus evaluates."""
    known = by_name(alerts)
    silenced: dict[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for placed in alerts:
        for name in placed.alert.inhibited_by:
            for cause in causes(placed.subject, name, known):
                of_cause, own = promql.grouping(cause.subject, cause.signal), promql.grouping(placed.subject, placed.signal)
                shared = tuple(label for label in of_cause if label in own)  # a node's trouble silences that node's alerts
                key = ((f'alertname="{name}"', *_matchers(cause.subject)), _matchers(placed.subject), shared)
                silenced.setdefault(key, []).append(placed.name)
    for (cause, subject, shared), names in silenced.items():
        yield {
            "source_matchers": list(cause),
            "target_matchers": [f'alertname=~"{"|".join(dict.fromkeys(names))}"', *subject],
            **({"equal": list(shared)} if shared else {}),
        }


def _matchers(subject: Subject) -> tuple[str, ...]:
    return tuple(f'{name}="{value}"' for name, value in subject.labels.items())
