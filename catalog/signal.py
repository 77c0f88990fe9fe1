"""What a signal is: one measurable thing, with its query in every backend or the reason why one has none."""

from typing import Annotated, Literal, Self, TypeVar

from pydantic import Discriminator, Field, Tag, model_validator

from catalog.aws import KINDS, KindName, kind_of
from catalog.base import Backend, Model
from catalog.units import Duration, Unit

_DAY = 86_400
STATISTIC = r"^(Average|Sum|Maximum|Minimum|SampleCount|p(100|\d{1,2}(\.\d{1,10})?)|IQM)$"
"""Statistics that an alarm may have (PutMetricAlarm: `Statistic`, and percentiles and the interquartile mean as `ExtendedStatistic`)."""


def not_a_period(seconds: float) -> str | None:
    """Why an alarm's data points cannot be so many seconds long (PutMetricAlarm, `Period`); None where they can."""
    allowed = seconds in (10, 30) or (0 < seconds <= _DAY and seconds % 60 == 0)
    return None if allowed else f"a period of {seconds:g} s is not allowed: CloudWatch takes 10 s, 30 s, and whole minutes up to a day"


class Gap(Model):
    """A backend that cannot see this signal."""

    gap: str = Field(min_length=8)
    """Why, in words that a reader of the parity matrix understands."""


class PrometheusQuery(Model):
    """PromQL in exactly one of three forms, with `$sel`, `$pods`, `$ns`, `$w`, `$by`, `$bad`, `$status_label`, `$route_label` filled in.

    `$sel` are label matchers of the target (`application="x",service="y"` or `dependency="z"`), `$pods` those of its pods in
    shared exporters (`namespace="x",pod=~"y-.*"`), `$ns` its namespace matcher, `$w` the window, `$by` the labels to group by.
    """

    value: str | None = None
    """An instant vector in the signal's unit."""
    bad: str | None = None
    """Rate of bad events over `$w`; with `all` the signal is their ratio."""
    all: str | None = None
    """Rate of all events over `$w`."""
    histogram: str | None = None
    """A classic histogram's base name; statistics (p95, average) and `under` objectives derive from it."""
    matchers: str = ""
    """Further label matchers of the histogram, as `method="GET"`; may use `$route_label` and the like."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = [self.value is not None, self.bad is not None and self.all is not None, self.histogram is not None]
        if sum(forms) != 1 or (self.bad is None) != (self.all is None):
            raise ValueError("a PromQL query is either `value`, or `bad` with `all`, or `histogram`")
        return self


class DatadogQuery(Model):
    """A Datadog metric, log or trace query in the same forms; `$tags` is the scope, `$w` the window, `$by` the group."""

    ingest: Literal["openmetrics", "integration", "apm", "dogstatsd", "logs", "synthetics", "kubernetes"]
    """How the signal reaches Datadog."""
    value: str | None = None
    bad: str | None = None
    all: str | None = None
    distribution: str | None = None
    """A distribution metric's name; statistics derive from it."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = [self.value is not None, self.bad is not None and self.all is not None, self.distribution is not None]
        if sum(forms) != 1 or (self.bad is None) != (self.all is None):
            raise ValueError("a Datadog query is either `value`, or `bad` with `all`, or `distribution`")
        return self


class CloudwatchQuery(Model):
    """A metric of the AWS resource behind the service or dependency, in exactly one of three forms.

    `metric` names it; `metrics` with `expression` is metric math over several of one namespace; `pattern` counts the lines of the
    resource's log group that it matches.
    """

    namespace: str
    """One that a kind of resource has (catalog/aws.py), or that CloudWatch fills itself."""
    metric: str | None = None
    metrics: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], str] = Field(default_factory=dict)
    """By the names that `expression` has for them."""
    expression: str | None = None
    """In the signal's unit, as `100 * errors / calls`."""
    samples: str | None = None
    """Which of `metrics` counts events: with fewer than the signal's `min_samples` in a period nothing is wrong."""
    pattern: str | None = None
    """Of lines, in the syntax of CloudWatch's filter patterns; `kind` says whose."""
    kind: KindName | None = None
    """The kind of resource, where the namespace does not say it."""
    statistic: str = Field(pattern=STATISTIC)
    """`Average`, `Sum`, `Maximum`, `Minimum`, `SampleCount`, or an extended one such as `p95`."""
    dimensions: dict[str, str] = Field(default_factory=dict)
    """Those that every such metric has besides its resource's, as `Region: Global`."""
    only: tuple[str, ...] = ()
    """The resource's dimensions that the metric has; default: all of them."""
    period: Duration = 60
    """Seconds a data point; some metrics come once in five minutes or a day."""
    scale: float = Field(default=1, gt=0)
    """Multiplies a metric into the signal's unit (CPU in per cent: 0.01); a sum becomes events a second by itself."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if sum((self.metric is not None, self.expression is not None, self.pattern is not None)) != 1:
            raise ValueError("a CloudWatch query is either `metric`, or `metrics` with `expression`, or `pattern`")
        if bool(self.metrics) != (self.expression is not None):
            raise ValueError("`metrics` are what an `expression` is made of; write both or neither")
        if self.samples is not None and self.samples not in self.metrics:
            raise ValueError(f"samples is {self.samples!r}, which is none of metrics ({', '.join(self.metrics) or 'none'})")
        if self.pattern is not None and (self.kind is None or KINDS[self.kind].log is None):
            raise ValueError(f"`pattern` needs a `kind` that has logs: {', '.join(name for name, kind in KINDS.items() if kind.log)}")
        if reproach := not_a_period(self.period):
            raise ValueError(f"{reproach}; write 10s, 30s or whole minutes")
        return self

    @property
    def of(self) -> KindName | None:
        """The kind of resource that has the metric; None where CloudWatch fills the namespace itself."""
        return self.kind or kind_of(self.namespace)


def _branch(entry: object) -> str:
    """Which a person meant, so that a mistake in a query is not told as a missing gap too."""
    return "(gap)" if isinstance(entry, Gap) or (isinstance(entry, dict) and "gap" in entry) else "(query)"


_Query = TypeVar("_Query", bound=Model)
OrGap = Annotated[Annotated[_Query, Tag("(query)")] | Annotated[Gap, Tag("(gap)")], Discriminator(_branch)]


class Examples(Model):
    """Values in the signal's unit: an ordinary one, and one that every sane threshold calls wrong."""

    quiet: float
    fires: float


class Signal(Model):
    """One measurable thing, named in alerts and objectives; what a backend measures it with is written only here."""

    title: str
    """What it is in words, as it reads in a notification: `share of inferences that fail`."""
    unit: Unit
    wrong: Literal["high", "low"]
    """The direction in which it gets bad."""
    source: Literal["metrics", "logs", "traces"] = "metrics"
    by: tuple[str, ...] = ()
    """Labels to group by: each group alerts on its own."""
    min_samples: int | None = Field(default=None, ge=1)
    """Least traffic: fewer events than this in the window say nothing."""
    window: Duration = 300
    """Window of rates where an alert names none."""
    prometheus: OrGap[PrometheusQuery]
    datadog: OrGap[DatadogQuery]
    cloudwatch: OrGap[CloudwatchQuery]
    examples: Examples

    @property
    def form(self) -> Literal["value", "events", "histogram"]:
        """How PromQL measures it; a signal that Prometheus cannot see counts as a value."""
        match self.prometheus:
            case PrometheusQuery(histogram=str()):
                return "histogram"
            case PrometheusQuery(bad=str()):
                return "events"
            case _:
                return "value"

    def query(self, backend: Backend) -> PrometheusQuery | DatadogQuery | CloudwatchQuery | Gap | None:
        """This signal's query in a backend of alerts; None for backends that evaluate none of ours."""
        match backend:
            case Backend.PROMETHEUS:
                return self.prometheus
            case Backend.DATADOG:
                return self.datadog
            case Backend.CLOUDWATCH:
                return self.cloudwatch
            case _:
                return None
