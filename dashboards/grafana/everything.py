"""All of Grafana's dashboards for one environment, in one go: what the stack hands over, `make render` writes and tests read."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from catalog.catalog import Catalog
from dashboards.grafana import (
    alert_quality,
    api,
    application,
    business,
    cache,
    database,
    elasticsearch,
    infrastructure,
    kubernetes,
    log_pipeline,
    loki,
    models,
    platform_health,
    records,
    reliability,
    security,
    service,
    slo,
    telemetry_cost,
)
from dashboards.grafana.build import document
from dashboards.model import Dashboard
from dashboards.reading import Reader
from rendering.document import Document
from rendering.site import Site

_IDEAS: tuple[Callable[[Reader], list[Dashboard]], ...] = (
    application.dashboards,
    slo.dashboards,
    reliability.dashboards,
    alert_quality.dashboards,
    api.dashboards,
    models.dashboards,
    business.dashboards,
    database.dashboards,
    cache.dashboards,
    infrastructure.dashboards,
    kubernetes.dashboards,
    security.dashboards,
    records.dashboards,
    platform_health.dashboards,
    log_pipeline.dashboards,
    elasticsearch.dashboards,
    loki.dashboards,
    telemetry_cost.dashboards,
    service.dashboards,
)
"""One module, one idea; the order in which a list of all shows them."""


def everything(reader: Reader) -> list[Dashboard]:
    """Every dashboard; ValueError names uids that two of them share."""
    found = [dashboard for idea in _IDEAS for dashboard in idea(reader)]
    shared = [uid for uid, count in Counter(dashboard.uid for dashboard in found).items() if count > 1]
    if shared:
        titles = {uid: [dashboard.title for dashboard in found if dashboard.uid == uid] for uid in shared}
        raise ValueError("; ".join(f"{' and '.join(map(repr, named))} share the uid {uid!r}" for uid, named in titles.items()))
    return found


def documents(catalog: Catalog, site: Site, groups: dict[str, list[Document]]) -> dict[str, dict[str, Any]]:
    """Grafana's JSON by uid; `groups` are the rule groups of this environment, whose recorded series dashboards read."""
    return {dashboard.uid: document(dashboard) for dashboard in everything(Reader(catalog, site, groups))}
