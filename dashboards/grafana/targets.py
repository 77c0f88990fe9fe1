"""What a panel asks of each kind of data source, by Grafana's own typed builders."""

from grafana_foundation_sdk.builders import cloudwatch, elasticsearch, loki, prometheus
from grafana_foundation_sdk.models import cloudwatch as cloudwatch_models
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import prometheus as prometheus_models

from catalog.units import Unit
from dashboards.model import ELASTICSEARCH, CloudwatchQuery, Panel, Query, Source
from dashboards.scope import scoped

_INSTANT = ("stat", "gauge", "bars", "table")
"""Panels that show the newest value alone."""
_MOST_RECORDS = 200
_FORMAT_TABLE = prometheus_models.PromQueryFormat.TABLE


def source(of: Source) -> common_models.DataSourceRef:
    """A data source by its uid."""
    return common_models.DataSourceRef(type_val=of.kind, uid=of.uid)


def records(panel: Panel) -> elasticsearch.Dataquery | loki.Dataquery:
    """The newest records that a panel's text finds: Lucene for Elasticsearch, else LogQL."""
    if panel.source == ELASTICSEARCH:
        newest = elasticsearch.Logs().id("1").settings(elasticsearch.ElasticsearchLogsSettings().limit(str(_MOST_RECORDS)))
        found = elasticsearch.Dataquery().query(panel.text).metrics([newest]).time_field("@timestamp")
    else:
        found = loki.Dataquery().expr(panel.text).max_lines(_MOST_RECORDS).query_type("range")
    return found.ref_id("A").datasource(source(panel.source))


def asked(panel: Panel, query: Query, letter: str) -> prometheus.Dataquery:
    """PromQL, of the environment that is chosen."""
    target = prometheus.Dataquery().expr(scoped(query.expression)).ref_id(letter).datasource(source(panel.source))
    if query.legend:
        target = target.legend_format(query.legend)
    if query.instant or panel.kind in _INSTANT:
        target = target.instant()
        if panel.kind == "table":
            target = target.format(_FORMAT_TABLE)
    else:
        target = target.range().exemplar(exemplar=panel.unit is Unit.SECONDS)
    return target


def searched(panel: Panel, query: CloudwatchQuery, letter: str) -> cloudwatch.MetricsQuery:
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
        .datasource(source(panel.source))
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
