"""Kibana's saved objects as models: a key that Kibana does not know, or a kind that it does not have, fails here.

Written after elastic/kibana (9.x): `x-pack/platform/plugins/shared/lens/public/datasources/form_based/{types.ts,operations/definitions}`
for layers and columns, `.../lens/public/visualizations/{xy/types.ts,metric/types.ts,datatable/components/types.ts}` for what is drawn,
`src/platform/plugins/shared/dashboard/server/dashboard_saved_object/schema/v1/v1.ts` for dashboards,
`src/platform/plugins/shared/saved_search/server/saved_objects/schema.ts` for searches and
`src/platform/plugins/shared/data_views/server/saved_objects/data_views.ts` for data views.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


def _parsed(text: object) -> object:
    if not isinstance(text, str):
        raise ValueError("Kibana keeps this as text")  # noqa: TRY004  pydantic reports ValueError
    return json.loads(text)


Text = Annotated[str, Field(min_length=1)]
Parsed = BeforeValidator(_parsed)


class Query(Strict):
    query: str
    language: Literal["kuery"]


class Reference(Strict):
    type: Literal["index-pattern", "search"]
    id: Text
    name: Text


# Columns of a layer.


class Format(Strict):
    id: Literal["duration", "number", "bytes", "percent"]
    params: dict[str, Any]


class Column(Strict):
    label: Text
    custom_label: bool


class MeasureParams(Strict):
    empty_as_null: bool = False
    percentile: int | None = Field(default=None, gt=0, lt=100)
    format: Format | None = None


class Measure(Column):
    operation_type: Literal["count", "unique_count", "average", "percentile", "sum", "max", "min", "median"]
    source_field: Text
    is_bucketed: Literal[False]
    data_type: Literal["number"]
    scale: Literal["ratio"]
    params: MeasureParams
    filter: Query | None = None


class TimeParams(Strict):
    interval: Text
    include_empty_rows: bool
    drop_partials: bool


class Time(Column):
    operation_type: Literal["date_histogram"]
    source_field: Text
    is_bucketed: Literal[True]
    data_type: Literal["date"]
    scale: Literal["interval"]
    params: TimeParams


class OrderBy(Strict):
    type: Literal["column", "alphabetical", "rare", "custom"]
    column_id: Text


class Parent(Strict):
    id: Literal["terms"]


class TermsParams(Strict):
    size: int = Field(ge=1, le=1000)
    order_by: OrderBy
    order_direction: Literal["asc", "desc"]
    other_bucket: bool
    missing_bucket: bool
    parent_format: Parent


class Terms(Column):
    data_type: Literal["number", "string", "ip", "boolean"]
    operation_type: Literal["terms"]
    source_field: Text
    is_bucketed: Literal[True]
    scale: Literal["ordinal"]
    params: TermsParams


class Filter(Strict):
    label: Text
    input: Query


class FiltersParams(Strict):
    filters: list[Filter] = Field(min_length=1)


class Filters(Column):
    operation_type: Literal["filters"]
    is_bucketed: Literal[True]
    data_type: Literal["string"]
    scale: Literal["ordinal"]
    params: FiltersParams


AnyColumn = Annotated[Measure | Time | Terms | Filters, Field(discriminator="operation_type")]


class Layer(Strict):
    column_order: list[Text]
    columns: dict[str, AnyColumn]
    incomplete_columns: dict[str, Any]
    sampling: float = Field(gt=0, le=1)
    ignore_global_filters: bool


class FormBased(Strict):
    layers: dict[str, Layer]


class Sources(Strict):
    form_based: FormBased


# What is drawn.


class Metric(Strict):
    layer_id: Text
    layer_type: Literal["data"]
    metric_accessor: Text


class XYLayer(Strict):
    layer_id: Text
    layer_type: Literal["data"]
    series_type: Literal["bar", "bar_stacked", "line", "area", "area_stacked", "bar_horizontal", "area_percentage_stacked"]
    accessors: list[Text] = Field(min_length=1)
    x_accessor: Text
    split_accessor: Text | None = None


class Legend(Strict):
    is_visible: bool
    show_single_series: bool
    position: Literal["right", "left", "top", "bottom"]


class Axes(Strict):
    x: bool
    y_left: bool
    y_right: bool


class XY(Strict):
    layers: list[XYLayer] = Field(min_length=1)
    preferred_series_type: Text
    legend: Legend
    value_labels: Literal["hide", "show"]
    fitting_function: Literal["None", "Zero", "Linear", "Carry", "Lookahead", "Average", "Nearest"]
    axis_titles_visibility_settings: Axes


class TableColumn(Strict):
    column_id: Text


class Sorting(Strict):
    column_id: Text
    direction: Literal["asc", "desc", "none"]


class Paging(Strict):
    size: int
    enabled: bool


class Table(Strict):
    layer_id: Text
    layer_type: Literal["data"]
    columns: list[TableColumn] = Field(min_length=1)
    sorting: Sorting
    paging: Paging


KINDS = {"lnsMetric": Metric, "lnsXY": XY, "lnsDatatable": Table}


class State(Strict):
    visualization: dict[str, Any]
    query: Query
    filters: list[Any]
    datasource_states: Sources
    internal_references: list[Any]
    ad_hoc_data_views: dict[str, Any]


def _drawn(chart: "Chart") -> "Chart":
    """What is drawn is of its kind, and draws columns that are there."""
    drawn = KINDS[chart.visualization_type].model_validate(chart.state.visualization)
    for name, layer in chart.state.datasource_states.form_based.layers.items():
        if sorted(layer.column_order) != sorted(layer.columns):
            raise ValueError(f"columnOrder {layer.column_order} is not the columns {list(layer.columns)}")
        for column in layer.columns.values():
            if isinstance(column, Terms) and column.params.order_by.column_id not in layer.columns:
                raise ValueError(f"{column.label} is ordered by {column.params.order_by.column_id}, which is no column")
        wanted = _accessors(drawn)
        if unknown := wanted - layer.columns.keys():
            raise ValueError(f"{sorted(unknown)} is drawn, and is no column")
        if not [each for each in chart.references if each.name == f"indexpattern-datasource-layer-{name}"]:
            raise ValueError(f"layer {name} has no data view")
    return chart


def _accessors(drawn: BaseModel) -> set[str]:
    match drawn:
        case Metric():
            return {drawn.metric_accessor}
        case Table():
            return {each.column_id for each in drawn.columns} | {drawn.sorting.column_id}
        case XY():
            return {name for each in drawn.layers for name in (*each.accessors, each.x_accessor, each.split_accessor) if name}
        case _:
            raise TypeError(drawn)


class Chart(Strict):
    title: str
    description: str
    visualization_type: Literal["lnsMetric", "lnsXY", "lnsDatatable"]
    type: Literal["lens"]
    references: list[Reference]
    state: State


class LensConfig(Strict):
    attributes: Annotated[Chart, AfterValidator(_drawn)]
    enhancements: dict[str, Any]


class SearchConfig(Strict):
    enhancements: dict[str, Any]


# Saved objects.


class Grid(Strict):
    x: int = Field(ge=0)
    y: int = Field(ge=0)
    w: int = Field(ge=1, le=48)
    h: int = Field(ge=1)
    i: Text


class LensPanel(Strict):
    type: Literal["lens"]
    version: Literal["8.8.0"]
    panel_index: Text
    grid_data: Grid
    title: Text
    embeddable_config: LensConfig


class SearchPanel(Strict):
    type: Literal["search"]
    version: Literal["8.8.0"]
    panel_index: Text
    grid_data: Grid
    title: Text
    embeddable_config: SearchConfig
    panel_ref_name: Text


class Options(Strict):
    use_margins: bool
    sync_colors: bool
    sync_cursor: bool
    sync_tooltips: bool
    hide_panel_titles: bool


class Source(Strict):
    query: Query
    filter: list[Any]
    highlight_all: bool = False
    index_ref_name: str | None = None


class Meta(Strict):
    search_source_json: Annotated[Source, Parsed] = Field(alias="searchSourceJSON")


class Interval(Strict):
    pause: bool
    value: int = Field(ge=1000)


class DashboardAttributes(Strict):
    title: Text
    description: str
    panels_json: Annotated[list[Annotated[LensPanel | SearchPanel, Field(discriminator="type")]], Parsed] = Field(alias="panelsJSON")
    options_json: Annotated[Options, Parsed] = Field(alias="optionsJSON")
    time_restore: bool
    time_from: Text
    time_to: Text
    refresh_interval: Interval
    kibana_saved_object_meta: Meta


class SearchAttributes(Strict):
    title: Text
    description: str
    columns: list[Text]
    sort: list[list[Text]]
    grid: dict[str, Any]
    hide_chart: bool
    is_text_based_query: bool
    kibana_saved_object_meta: Meta


class DataViewAttributes(Strict):
    title: Text
    name: Text
    time_field_name: Text
    allow_no_index: bool


class _Object(Strict):
    id: str = Field(pattern=r"^[a-z0-9-]+$")
    references: list[Reference]
    core_migration_version: Literal["8.8.0"]
    type_migration_version: Literal["7.11.0", "8.0.0", "8.7.0", "8.9.0"]


class Dashboard(_Object):
    type: Literal["dashboard"]
    attributes: DashboardAttributes


class Search(_Object):
    type: Literal["search"]
    attributes: SearchAttributes


class DataView(_Object):
    type: Literal["index-pattern"]
    attributes: DataViewAttributes


class Import(Strict):
    objects: list[Annotated[Dashboard | Search | DataView, Field(discriminator="type")]]
