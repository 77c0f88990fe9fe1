"""What a dashboard is, apart from how a program draws it: rows of panels, each a question with the queries that answer it."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal, Self

from catalog.units import Unit

Kind = Literal["timeseries", "stat", "gauge", "bars", "table", "heatmap", "logs", "text"]
Colour = Literal["green", "yellow", "orange", "red", "blue", "text"]
WIDTH = 24
"""Columns of a dashboard's grid."""


@dataclass(frozen=True)
class Source:
    """A data source, by the kind of program and the uid under which every environment has it."""

    kind: str
    uid: str


PROMETHEUS = Source("prometheus", "prometheus")
ALERTMANAGER = Source("alertmanager", "alertmanager")
ELASTICSEARCH = Source("elasticsearch", "elasticsearch")
LOKI = Source("loki", "loki")
JAEGER = Source("jaeger", "jaeger")
CLOUDWATCH = Source("cloudwatch", "cloudwatch")
DATADOG = Source("grafana-datadog-datasource", "datadog")


@dataclass(frozen=True)
class Query:
    """PromQL with dashboard variables, and how each of its series is called (`{{label}}` is replaced)."""

    expression: str
    legend: str = ""
    instant: bool = False
    """Only the newest value is asked for."""


@dataclass(frozen=True)
class CloudwatchQuery:
    """A metric of all resources of a kind that report it in the data source's account, a series each."""

    namespace: str
    metric: str
    dimensions: tuple[str, ...]
    """The dimensions by which the metric is found; a metric with others beside these is another one."""
    statistic: str = "Average"
    """`Average`, `Sum`, `Maximum`, `Minimum`, `SampleCount`, or `p95`."""
    scale: float = 1
    """Multiplies the metric into the panel's unit (per cent into a ratio: 0.01)."""
    period: int | None = None
    """Seconds; None lets the range decide. Metrics that come once a day need 86400."""
    region: str = "default"
    """`default`: the data source's own."""


class Flow(StrEnum):
    """Units that only dashboards have, since no signal is measured in them."""

    BYTES_PER_SECOND = "bytes_per_second"


@dataclass(frozen=True)
class Threshold:
    """From this value on, in the panel's base unit, this colour counts."""

    value: float
    colour: Colour


@dataclass(frozen=True)
class Link:
    """Where to go on from here; addresses of Grafana's own begin with a slash."""

    title: str
    url: str


@dataclass(frozen=True)
class Panel:
    """One question and its answer."""

    title: str
    description: str
    """What it shows and how to read it."""
    unit: Unit | Flow | None
    """None where there are no numbers of one unit: text, logs, tables of labels."""
    queries: tuple[Query, ...] = ()
    kind: Kind = "timeseries"
    thresholds: tuple[Threshold, ...] = ()
    """In rising order; below the first all is `base`."""
    base: Colour = "green"
    links: tuple[Link, ...] = ()
    width: int = 8
    height: int = 8
    stacked: bool = False
    decimals: int | None = None
    """Digits behind the point, where those that a program chooses would hide what matters: 99.95 % is not 100 %."""
    negative: bool = False
    """A ratio that may be below 0, as what is left of a budget."""
    source: Source = PROMETHEUS
    text: str = ""
    """Markdown of a text panel, or the query of a panel of logs."""
    labels: tuple[str, ...] = ()
    """Columns of a table, besides the value."""
    empty: str | None = None
    """Why it may rightly be empty: no alert fires, nothing failed. None: an ordinary environment shows data."""
    cloudwatch: tuple[CloudwatchQuery, ...] = ()
    """Instead of `queries` where `source` is CloudWatch."""

    def but(self, **changes: Any) -> Self:  # noqa: ANN401  fields of several types, checked by the constructor
        """The same panel with other words or another size."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Row:
    """Panels under one heading; a collapsed row asks nothing until it is opened."""

    title: str
    panels: tuple[Panel, ...]
    collapsed: bool = False


@dataclass(frozen=True)
class Variable:
    """A choice above the dashboard: values of a label, or a fixed list; always with `All` where it may be several."""

    name: str
    title: str
    query: str = ""
    """PromQL metric whose values of `label` are offered."""
    label: str = ""
    values: tuple[str, ...] = ()
    """Fixed values, instead of a query."""
    several: bool = True


@dataclass(frozen=True)
class Dashboard:
    """One page."""

    uid: str
    title: str
    description: str
    folder: str
    """The application whose owners may edit it, or `platform`."""
    rows: tuple[Row, ...]
    tags: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()
    links: tuple[Link, ...] = ()
    refresh: str = "1m"
    since: str = "6h"
    """How far back it looks at first: `30m` for what happens now, `6h` for troubleshooting, `30d` for trends."""
    annotations: tuple[str, ...] = field(default=("deployment",))
    """Tags of the annotations that are drawn in every graph."""

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, in order."""
        return tuple(panel for row in self.rows for panel in row.panels)
