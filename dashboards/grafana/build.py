"""Our dashboards in Grafana's JSON model, by Grafana's own typed builders."""

import json
from collections.abc import Callable
from typing import Any

from grafana_foundation_sdk.builders import bargauge, common, gauge, heatmap, logs, stat, table, text, timeseries
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models import text as text_models

from catalog.units import Unit
from dashboards.grafana import targets
from dashboards.layout import places
from dashboards.model import PROMETHEUS, WIDTH, Dashboard, Flow, Link, Panel, Row, Source, Variable

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
_WRITTEN: dict[str, Any] = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
"""How JSON is written, so that one dashboard is one text."""


def document(dashboard: Dashboard) -> dict[str, Any]:
    """The dashboard as Grafana imports it; panels get their places row by row, from left to right."""
    found: dict[str, Any] = json.loads(document_text(dashboard))
    return found


def document_text(dashboard: Dashboard) -> str:
    """The same as the text that is handed to Grafana."""
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
    return json.dumps(builder.build(), cls=JSONEncoder, **_WRITTEN)


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
    builder = builder.title(panel.title).description(panel.description).datasource(targets.source(panel.source))
    builder = builder.links([_link(link) for link in panel.links])
    if panel.kind == "text":
        return builder
    if panel.kind == "logs":
        return builder.with_target(targets.records(panel))
    if panel.unit is not None:
        builder = builder.unit(UNITS[panel.unit])
    if panel.unit is Unit.RATIO and not panel.negative:
        builder = builder.min(0)
    if panel.decimals is not None:
        builder = builder.decimals(panel.decimals)
    steps = [models.Threshold(color=panel.base), *(models.Threshold(value=each.value, color=each.colour) for each in panel.thresholds)]
    builder = builder.thresholds(builders.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps))
    for number, query in enumerate(panel.queries):
        builder = builder.with_target(targets.asked(panel, query, chr(ord("A") + number)))
    for number, query in enumerate(panel.cloudwatch):
        builder = builder.with_target(targets.searched(panel, query, chr(ord("A") + number)))
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
            .datasource(targets.source(PROMETHEUS))
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
        .datasource(targets.source(Source("grafana", "-- Grafana --")))
        .enable(enable=True)
        .icon_color("blue")
        .type("tags")
        .target(target)
    )


def source_text(found: dict[str, Any]) -> str:
    """The JSON that is handed to Grafana: one text for one dashboard, byte by byte."""
    return json.dumps(found, **_WRITTEN)
