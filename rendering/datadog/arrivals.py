"""What reaches Datadog in one environment: a monitor on what nobody sends watches nothing, and a widget of it stays empty."""

from catalog.catalog import Catalog, Subject
from catalog.signal import Signal
from rendering.datadog import queries, synthetic_runs
from rendering.site import Site

_STATE = "kubernetes_state."


class Arrivals:
    """Which signals of whom arrive: the cluster's state has one teller, who may be Prometheus, and tests from outside may be off."""

    def __init__(self, catalog: Catalog, site: Site) -> None:
        self._state_is_told = site.datadog is not None and site.datadog.cluster_state
        self._tried = {_place(test.subject) for test in synthetic_runs.tests(catalog, site) if test.what == "probe"}

    def has(self, subject: Subject, signal: Signal) -> bool:
        """Whether anybody here sends what the signal reads of the subject; not where Datadog cannot see it at all."""
        query = queries.datadog(signal)
        if query is None:
            return False
        if query.ingest == "synthetics":
            return _place(subject) in self._tried
        read = (query.value, query.bad, query.all, query.distribution)
        return self._state_is_told or not any(_STATE in text for text in read if text)


def _place(subject: Subject) -> tuple[str, str]:
    return subject.application.application, subject.name
