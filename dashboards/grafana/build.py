"""Our dashboards in Grafana's JSON model, by Grafana's own typed builders."""

import json
from collections.abc import Callable
from typing import Any

from grafana_foundation_sdk.builders import bargauge, cloudwatch, common, gauge, heatmap, logs, prometheus, stat, table, text, timeseries
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import cloudwatch as cloudwatch_models
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models import prometheus as prometheus_models
from grafana_foundation_sdk.models import text as text_models

from catalog.units import Unit
from dashboards.layout import places
from dashboards.model import WIDTH, CloudwatchQuery, Dashboard, Flow, Link, Panel, Query, Row, Source, Variable
from dashboards.scope import scoped

UNITS: dict[Unit | Flow | None, str] = {
    Unit.RATIO: "percentunit",
    Unit.SECONDS: "s",
    Unit.BYTES: "bytes",
    Unit.PER_SECOND: "ops",
    Unit.COUNT: "short",
    Unit.STATE: "short",
    Unit.SCORE: "none",
    Unit.CURRENCY: "currencyUSD",
    Flow.BYTES_PER_SECOND: "Bps",
    None: "none",
}
_INSTANT = ("stat", "gauge", "bars", "table")
"""Panels that show the newest value alone."""
_FORMAT_TABLE = prometheus_models.PromQueryFormat.TABLE


def document(dashboard: Dashboard) -> dict[str, Any]:
    """The dashboard as Grafana imports it; panels get their places row by row, from left to right."""
    builder = (
        builders.Dashboard(dashboard.title)
        .uid(dashboard.uid)
        .description(dashboard.description)
        .tags(["observatory", *dashboard.tags])
        .refresh(dashboard.refresh)
        .time(f"now-{dashboard.since}", "now")
        .timezone("browser")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .editable()
        .variables([_variable(variable) for variable in (_ENVIRONMENT, *dashboard.variables)])
        .links([_link(link) for link in dashboard.links])
        .annotations([_annotation(tag) for tag in dashboard.annotations])
    )
    number, top = 0, 0
    for row in dashboard.rows:
        builder, number, top = _row(builder, row, number + 1, top)
    found: dict[str, Any] = json.loads(json.dumps(builder.build(), cls=JSONEncoder, sort_keys=True))
    return found


def _row(builder: builders.Dashboard, row: Row, number: int, top: int) -> tuple[builders.Dashboard, int, int]:
    """The builder with this row; the last panel's number; and where the next row begins."""
    heading = builders.Row(row.title).id(number).grid_pos(models.GridPos(h=1, w=WIDTH, x=0, y=top))
    stand, below = places(row.panels, top + 1)
    placed: list[Any] = []
    for panel, (left, line, width) in zip(row.panels, stand, strict=True):
        number += 1
        placed.append(_panel(panel).id(number).grid_pos(models.GridPos(h=panel.height, w=width, x=left, y=line)))
    if row.collapsed:
        for panel in placed:
            heading = heading.with_panel(panel)
        return builder.with_row(heading.collapsed(collapsed=True)), number, top + 1
    builder = builder.with_row(heading)
    for panel in placed:
        builder = builder.with_panel(panel)
    return builder, number, below


def _panel(panel: Panel) -> Any:  # noqa: ANN401  the builders of panels share their methods, but no type that has them
    builder = _MAKERS[panel.kind](panel)
    builder = builder.title(panel.title).description(panel.description).datasource(_source(panel.source))
    builder = builder.links([_link(link) for link in panel.links])
    if panel.kind == "text":
        return builder
    if panel.unit is not None:
        builder = builder.unit(UNITS[panel.unit])
    if panel.unit is Unit.RATIO and not panel.negative:
        builder = builder.min(0)
    if panel.decimals is not None:
        builder = builder.decimals(panel.decimals)
    if panel.kind != "logs":
        steps = [models.Threshold(color=panel.base), *(models.Threshold(value=each.value, color=each.colour) for each in panel.thresholds)]
        builder = builder.thresholds(builders.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps))
    for number, query in enumerate(panel.queries):
        builder = builder.with_target(_target(panel, query, chr(ord("A") + number)))
    for number, query in enumerate(panel.cloudwatch):
        builder = builder.with_target(_searched(panel, query, chr(ord("A") + number)))
    return builder


def _timeseries(panel: Panel) -> timeseries.Panel:
    builder = (
        timeseries.Panel()
        .line_width(1)
        .fill_opacity(30 if panel.stacked else 8)
        .show_points(common_models.VisibilityMode.NEVER)
        .legend(
            common.VizLegendOptions()
            .display_mode(common_models.LegendDisplayMode.LIST)
            .placement(common_models.LegendPlacement.BOTTOM)
            .show_legend(show_legend=True)
        )
        .tooltip(common.VizTooltipOptions().mode(common_models.TooltipDisplayMode.MULTI).sort(common_models.SortOrder.DESCENDING))
    )
    if panel.stacked:
        builder = builder.stacking(common.StackingConfig().mode(common_models.StackingMode.NORMAL).group("A"))
    if panel.thresholds:
        builder = builder.thresholds_style(common.GraphThresholdsStyleConfig().mode(common_models.GraphThresholdsStyleMode.DASHED))
    return builder


def _stat(panel: Panel) -> stat.Panel:
    colour = common_models.BigValueColorMode.BACKGROUND if panel.thresholds else common_models.BigValueColorMode.VALUE
    return stat.Panel().color_mode(colour).reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))


def _table(panel: Panel) -> table.Panel:
    """Labels and values as columns, without times and what every series shares; a value without a name only says that a series is there.

    Several queries become columns of one table.
    """
    hidden = {"Time": True, "__name__": True, "environment": True, "region": True, "cluster": True, "__replica__": True}
    several = len(panel.queries) > 1
    columns = {f"Value #{chr(ord('A') + number)}" if several else "Value": query.legend for number, query in enumerate(panel.queries)}
    renamed = {column: legend for column, legend in columns.items() if legend and "{{" not in legend}
    if not several and not panel.queries[0].legend:
        hidden["Value"] = True
    builder = table.Panel()
    if several:
        builder = builder.with_transformation(models.DataTransformerConfig(id_val="merge", options={}))
    organised = {"excludeByName": hidden, **({"renameByName": renamed} if renamed else {})}
    return builder.with_transformation(models.DataTransformerConfig(id_val="organize", options=organised))


_MAKERS: dict[str, Callable[[Panel], Any]] = {
    "timeseries": _timeseries,
    "stat": _stat,
    "gauge": lambda _: gauge.Panel().reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"])),
    "bars": lambda _: (
        bargauge.Panel()
        .orientation(common_models.VizOrientation.HORIZONTAL)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    ),
    "table": _table,
    "heatmap": lambda _: heatmap.Panel(),
    "logs": lambda _: logs.Panel().show_time(show_time=True).wrap_log_message(wrap_log_message=True),
    "text": lambda panel: text.Panel().mode(text_models.TextMode.MARKDOWN).content(panel.text),
}


def _target(panel: Panel, query: Query, letter: str) -> prometheus.Dataquery:
    target = prometheus.Dataquery().expr(scoped(query.expression)).ref_id(letter).datasource(_source(panel.source))
    if query.legend:
        target = target.legend_format(query.legend)
    if query.instant or panel.kind in _INSTANT:
        target = target.instant()
        if panel.kind == "table":
            target = target.format(_FORMAT_TABLE)
    else:
        target = target.range().exemplar(exemplar=panel.unit is Unit.SECONDS)
    return target


def _searched(panel: Panel, query: CloudwatchQuery, letter: str) -> cloudwatch.MetricsQuery:
    """A search that finds every resource by itself; series are called by their dimensions' values.

    The syntax is CloudWatch's (AmazonCloudWatch/latest/monitoring/search-expression-syntax.html), the macro and the mode are those of
    Grafana's data source (aws-cloudwatch/query-editor, "Period macro"), which puts a period of its own choice there.
    """
    schema = ",".join((query.namespace, *query.dimensions))
    period = query.period or "$__period_auto"
    search = f"SEARCH('{{{schema}}} MetricName=\"{query.metric}\"', '{query.statistic}', {period})"
    return (
        cloudwatch.MetricsQuery()
        .ref_id(letter)
        .datasource(_source(panel.source))
        .region(query.region)
        .namespace(query.namespace)
        .metric_name(query.metric)
        .statistic(query.statistic)
        .metric_query_type(cloudwatch_models.MetricQueryType.SEARCH)
        .metric_editor_mode(cloudwatch_models.MetricEditorMode.CODE)
        .query_mode(cloudwatch_models.QueryMode.METRICS)
        .expression(search if query.scale == 1 else f"{search} * {query.scale:g}")
        .label(" ".join(f"${{PROP('Dim.{dimension}')}}" for dimension in query.dimensions))
    )


def _source(source: Source) -> common_models.DataSourceRef:
    return common_models.DataSourceRef(type_val=source.kind, uid=source.uid)


def _link(link: Link) -> builders.DashboardLink:
    """Other dashboards open in the environment and the time that are chosen here."""
    outside, url = link.url.startswith("http"), link.url
    if url.startswith("/d/"):
        url += f"{'&' if '?' in url else '?'}${{environment:queryparam}}&${{__url_time_range}}"
    return builders.DashboardLink(link.title).type(models.DashboardLinkType.LINK).url(url).target_blank(target_blank=outside)


def _variable(variable: Variable) -> Any:  # noqa: ANN401  two builders without a type in common
    if variable.values:
        chosen = builders.CustomVariable(variable.name).values(",".join(variable.values))
    else:
        chosen = (
            builders.QueryVariable(variable.name)
            .query(f"label_values({variable.query or 'up'},{variable.label})")
            .datasource(_source(Source("prometheus", "prometheus")))
            .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
            .sort(models.VariableSort.ALPHABETICAL_ASC)
        )
    chosen = chosen.label(variable.title)
    return chosen.multi(multi=True).include_all(include_all=True).all_value(".*") if variable.several else chosen


_ENVIRONMENT = Variable("environment", "Environment", query="up", label="environment")


def _annotation(tag: str) -> builders.AnnotationQuery:
    target: Any = builders.AnnotationTarget().limit(100).match_any(match_any=True).tags([tag]).type("tags")  # typed as no query, yet is one
    return (
        builders.AnnotationQuery()
        .name(tag.capitalize())
        .datasource(_source(Source("grafana", "-- Grafana --")))
        .enable(enable=True)
        .icon_color("blue")
        .type("tags")
        .target(target)
    )


def source_text(found: dict[str, Any]) -> str:
    """The JSON that is handed to Grafana: one text for one dashboard, byte by byte."""
    return json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
