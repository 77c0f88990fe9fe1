"""Charts in Lens: what is counted, by what it is split, and how it is drawn.

The state of each kind is that of Kibana's own: `x-pack/platform/plugins/shared/lens/public/{datasources/form_based,visualizations}`
(`FormBasedLayer`, `XYState`, `DatatableVisualizationState`, `MetricVisualizationState`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dashboards.kibana.objects import TIME, Panel, layer_reference
from dashboards.kibana.scope import Scope, View

_LAYER = "layer"
Series = Literal["bar_stacked", "line", "area_stacked"]
_WHOLE, _HALF, _THIRD, _QUARTER = 48, 24, 16, 12


@dataclass(frozen=True)
class Column:
    """One column of a layer."""

    label: str
    spec: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """As a layer has it; the label is ours, so Lens makes none."""
        return {"label": self.label, "customLabel": True, **self.spec}


def _kql(query: str) -> dict[str, str]:
    return {"query": query, "language": "kuery"}


def _measure(label: str, operation: str, field: str, params: dict[str, Any], only: str = "") -> Column:
    spec = {"dataType": "number", "operationType": operation, "isBucketed": False, "scale": "ratio", "sourceField": field, "params": params}
    return Column(label, spec | ({"filter": _kql(only)} if only else {}))


def count(label: str = "Records", only: str = "") -> Column:
    """How many records; `only` those that fit, in KQL."""
    return _measure(label, "count", "___records___", {"emptyAsNull": False}, only)


def unique(label: str, field: str) -> Column:
    """How many different values."""
    return _measure(label, "unique_count", field, {"emptyAsNull": False})


def average(label: str, field: str, form: dict[str, Any] | None = None) -> Column:
    """Of a number."""
    return _measure(label, "average", field, {"emptyAsNull": True, **_format(form)})


def percentile(label: str, field: str, share: int, form: dict[str, Any] | None = None) -> Column:
    """The value below which a share of all (in per cent) lies."""
    return _measure(label, "percentile", field, {"percentile": share, **_format(form)})


def _format(form: dict[str, Any] | None) -> dict[str, Any]:
    return {"format": form} if form else {}


MILLISECONDS = {"id": "duration", "params": {"fromUnit": "milliseconds", "toUnit": "humanizePrecise", "decimals": 1}}
"""How `duration_ms` is shown."""


def over_time() -> Column:
    """Time, in steps that fit the range."""
    params = {"interval": "auto", "includeEmptyRows": True, "dropPartials": False}
    spec = {"dataType": "date", "operationType": "date_histogram", "sourceField": TIME, "isBucketed": True, "scale": "interval"}
    return Column("Time", spec | {"params": params})


def top(label: str, field: str, size: int = 10, kind: Literal["string", "number", "ip"] = "string") -> Column:
    """The most frequent values of a field; the rest is shown as one where it is no table."""
    params = {
        "size": size,
        "orderBy": {"type": "column", "columnId": "m0"},
        "orderDirection": "desc",
        "otherBucket": kind == "string",
        "missingBucket": False,
        "parentFormat": {"id": "terms"},
    }
    spec = {"dataType": kind, "operationType": "terms", "sourceField": field, "isBucketed": True, "scale": "ordinal", "params": params}
    return Column(label, spec)


def kinds(label: str, queries: dict[str, str]) -> Column:
    """Records apart by what they fit, in KQL by their label."""
    filters = [{"label": name, "input": _kql(query)} for name, query in queries.items()]
    spec = {"dataType": "string", "operationType": "filters", "isBucketed": True, "scale": "ordinal", "params": {"filters": filters}}
    return Column(label, spec)


def number(scope: Scope, view: View, title: str, measure: Column, query: str = "") -> Panel:
    """One number, large."""
    state = {"layerId": _LAYER, "layerType": "data", "metricAccessor": "m0"}
    return _panel(scope, view, title, ("lnsMetric", state), [], [measure], (_QUARTER, 6), query)


def chart(
    scope: Scope,
    view: View,
    title: str,
    measures: Sequence[Column],
    split: Column | None = None,
    series: Series = "bar_stacked",
    query: str = "",
    *,
    whole: bool = False,
) -> Panel:
    """Values over time."""
    buckets = [over_time(), *([split] if split else [])]
    layer: dict[str, Any] = {
        "layerId": _LAYER,
        "layerType": "data",
        "seriesType": series,
        "accessors": [f"m{place}" for place in range(len(measures))],
        "xAccessor": "b0",
    }
    if split:
        layer["splitAccessor"] = "b1"
    state = {
        "layers": [layer],
        "preferredSeriesType": series,
        "legend": {"isVisible": True, "showSingleSeries": True, "position": "right"},
        "valueLabels": "hide",
        "fittingFunction": "None",
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": False, "yRight": False},
    }
    return _panel(scope, view, title, ("lnsXY", state), buckets, measures, (_WHOLE if whole else _HALF, 12), query)


def table(
    scope: Scope, view: View, title: str, rows: Sequence[Column], measures: Sequence[Column], query: str = "", *, third: bool = False
) -> Panel:
    """Values by one or more fields, the largest first."""
    names = [*(f"b{place}" for place in range(len(rows))), *(f"m{place}" for place in range(len(measures)))]
    state = {
        "layerId": _LAYER,
        "layerType": "data",
        "columns": [{"columnId": name} for name in names],
        "sorting": {"columnId": "m0", "direction": "desc"},
        "paging": {"size": 10, "enabled": True},
    }
    return _panel(scope, view, title, ("lnsDatatable", state), rows, measures, (_THIRD if third else _HALF, 12), query)


def found(scope: Scope, key: str, title: str) -> Panel:
    """A saved search, as a list of records."""
    return Panel(title, _WHOLE, 18, "search", {"enhancements": {}}, scope.id(key))


def _panel(
    scope: Scope,
    view: View,
    title: str,
    drawn: tuple[str, dict[str, Any]],
    buckets: Sequence[Column],
    measures: Sequence[Column],
    size: tuple[int, int],
    query: str,
) -> Panel:
    columns = {f"b{place}": column.data for place, column in enumerate(buckets)}
    columns |= {f"m{place}": column.data for place, column in enumerate(measures)}
    layer = {"columnOrder": list(columns), "columns": columns, "incompleteColumns": {}, "sampling": 1, "ignoreGlobalFilters": False}
    attributes: dict[str, Any] = {
        "title": "",
        "description": "",
        "visualizationType": drawn[0],
        "type": "lens",
        "references": [{"type": "index-pattern", "id": scope.id(view), "name": layer_reference(_LAYER)}],
        "state": {
            "visualization": drawn[1],
            "query": _kql(query),
            "filters": [],
            "datasourceStates": {"formBased": {"layers": {_LAYER: layer}}},
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }
    return Panel(title, *size, "lens", {"attributes": attributes, "enhancements": {}}, scope.id(view), (_LAYER,))
