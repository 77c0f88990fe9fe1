"""How a signal is measured in Prometheus: recorded once per subject and window, so that alerts and dashboards read the same series."""

from dataclasses import dataclass

from catalog.catalog import Subject
from catalog.model import Statistic
from catalog.signal import PrometheusQuery, Signal
from catalog.units import duration_text
from rendering import promql
from rendering.document import Document
from rendering.site import Site


@dataclass(frozen=True)
class Measured:
    """PromQL of a signal of one subject, and the recording rules that it reads."""

    value: str
    events: str | None
    """Rate of all events, where the signal counts some: what low-traffic guards and absence look at."""
    rules: tuple[Document, ...]

    @property
    def presence(self) -> str:
        """What is there as long as the signal has data: all events where it counts some, since a ratio needs traffic."""
        return self.events or self.value


def measure(
    subject: Subject, name: str, signal: Signal, window: float, statistic: Statistic | None, site: Site, *, history: bool = False
) -> Measured:
    """A signal of a subject over a window in seconds; `history`: record a plain value too, since it is compared with its past.

    Series are called `service:<signal>:<what><window>` or `dependency:...`, and carry the subject's labels and those grouped by.
    """
    query = signal.prometheus
    if not isinstance(query, PrometheusQuery):
        raise TypeError(f"Prometheus cannot see {name}: {query.gap}")
    filling = promql.parameters(subject, signal, window, site)
    series = _Series(subject, name, duration_text(window))
    if query.value is not None:
        value = promql.fill(query.value, filling)
        return Measured(series.selected("value_"), None, (series.rule("value_", value),)) if history else Measured(value, None, ())
    if query.bad is not None and query.all is not None:
        bad, every, on = promql.fill(query.bad, filling), series.selected("all_rate"), promql.on(promql.grouping(subject, signal))
        rules = (
            series.rule("all_rate", promql.fill(query.all, filling)),
            # A service that never failed has no series of failures yet: that is a rate of 0.
            series.rule("bad_rate", f"{promql.grouped(bad)} or {on} 0 * {every}"),
            series.rule("bad_ratio", f"{series.selected('bad_rate')} / {on} ({every} > 0)"),
        )
        return Measured(series.selected("bad_ratio"), series.selected("all_rate"), rules)
    histogram = str(query.histogram)
    what = statistic or "p95"
    matchers = ",".join(part for part in (filling["sel"], promql.fill(query.matchers, filling)) if part)
    rules = (
        series.rule("all_rate", promql.rate(f"{histogram}_count", matchers, filling["w"], filling["by"])),
        series.rule(f"{what}_", promql.statistic(what, histogram, matchers, filling["w"], filling["by"])),
    )
    return Measured(series.selected(f"{what}_"), series.selected("all_rate"), rules)


@dataclass(frozen=True)
class _Series:
    """Names of the recorded series of one signal, subject and window."""

    subject: Subject
    signal: str
    window: str

    def _name(self, what: str) -> str:
        return f"{self.subject.kind}:{self.signal}:{what}{self.window}"

    def selected(self, what: str) -> str:
        return f"{self._name(what)}{{{promql.selector(self.subject.labels)}}}"

    def rule(self, what: str, expression: str) -> Document:
        return {"record": self._name(what), "expr": expression, "labels": self.subject.labels}
