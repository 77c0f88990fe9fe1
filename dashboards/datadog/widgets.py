"""Panels as Datadog's widgets: what the API's own models take, key by key (docs.datadoghq.com/dashboards/graphing_json)."""

from typing import Any

from catalog.units import Unit
from dashboards.datadog.formulas import asked, most
from dashboards.datadog.model import Widget
from dashboards.datadog.units import number_format
from dashboards.model import Colour, Link, Panel

Json = dict[str, Any]
_MARKERS: dict[Colour, str] = {
    "red": "error dashed",
    "orange": "warning dashed",
    "yellow": "warning dashed",
    "green": "ok dashed",
    "blue": "info dashed",
    "text": "info dashed",
}
_PALETTES: dict[Colour, str] = {
    "red": "white_on_red",
    "orange": "white_on_yellow",
    "yellow": "black_on_light_yellow",
    "green": "white_on_green",
    "blue": "white_on_gray",
    "text": "white_on_gray",
}
_LEGEND = ["avg", "min", "max", "value"]
_PRECISION = 2


def definition(panel: Panel) -> Json:
    """The widget's definition; ValueError for a kind of panel that Datadog's dashboards have no use for."""
    if isinstance(panel, Widget) and panel.own is not None:
        return panel.own | _head(panel)
    match panel.kind:
        case "timeseries":
            return _timeseries(panel)
        case "stat":
            return _value(panel)
        case "bars":
            return _list(panel)
        case "text":
            return note(panel.text)
        case _:
            raise ValueError(f"{panel.title}: no widget of ours is a {panel.kind}")


def note(text: str, colour: str = "white") -> Json:
    """Words in Markdown."""
    return {
        "type": "note",
        "content": text,
        "background_color": colour,
        "font_size": "14",
        "text_align": "left",
        "vertical_align": "top",
        "show_tick": False,
        "has_padding": True,
    }


def _head(panel: Panel) -> Json:
    """What all but notes have."""
    links = [_link(link) for link in panel.links]
    return {
        "title": panel.title,
        "title_size": "16",
        "title_align": "left",
        "description": panel.description,
        **({"custom_links": links} if links else {}),
    }


def _link(link: Link) -> Json:
    return {"label": link.title, "link": link.url}


def _timeseries(panel: Panel) -> Json:
    queries, formulas = asked(panel.queries, "timeseries", number_format(panel.unit))
    counts = all(".as_count()" in query["query"] for query in queries) and panel.unit is Unit.COUNT
    display = "area" if panel.stacked else "bars" if counts else "line"
    request = {
        "queries": queries,
        "formulas": formulas,
        "response_format": "timeseries",
        "display_type": display,
        "style": {"palette": "dog_classic", "line_type": "solid", "line_width": "normal"},
    }
    markers = panel.markers if isinstance(panel, Widget) else ()
    return {
        "type": "timeseries",
        **_head(panel),
        "show_legend": True,
        "legend_layout": "auto",
        "legend_columns": _LEGEND,
        "requests": [request],
        "yaxis": {"include_zero": True},
        "markers": [
            {"value": f"y = {each.value:.12g}", "display_type": _MARKERS[each.colour], "label": f" {each.label} "} for each in markers
        ],
    }


def _value(panel: Panel) -> Json:
    queries, formulas = asked(panel.queries[:1], "scalar", number_format(panel.unit))
    request = {"queries": queries, "formulas": formulas, "response_format": "scalar", **_colours(panel)}
    return {
        "type": "query_value",
        **_head(panel),
        "autoscale": True,
        "precision": _PRECISION if panel.decimals is None else panel.decimals,
        "requests": [request],
    }


def _list(panel: Panel) -> Json:
    queries, formulas = asked(panel.queries[:1], "scalar", number_format(panel.unit))
    sort = {"count": most(panel.queries[0].expression), "order_by": [{"type": "formula", "index": 0, "order": "desc"}]}
    request = {
        "queries": queries,
        "formulas": formulas,
        "response_format": "scalar",
        "sort": sort,
        **_colours(panel),
    }
    return {"type": "toplist", **_head(panel), "requests": [request], "style": {"display": {"type": "flat"}, "scaling": "relative"}}


def _colours(panel: Panel) -> Json:
    """The first that is true counts: from the highest threshold down, then what is below all. An empty list is refused."""
    if not panel.thresholds:
        return {}
    falling = sorted(panel.thresholds, key=lambda each: each.value, reverse=True)
    found = [{"comparator": ">=", "value": float(each.value), "palette": _PALETTES[each.colour]} for each in falling]
    below = {"comparator": "<", "value": float(falling[-1].value), "palette": _PALETTES[panel.base]}
    return {"conditional_formats": [*found, below]}
