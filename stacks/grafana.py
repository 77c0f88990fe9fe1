"""Grafana's content for one environment, judged before anything is registered: what it shows, to whom, and from which stores."""

import json
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.catalog import Catalog
from catalog.faults import Fault, nearest
from components import alertmanager, query
from components.context import Context
from components.grafana_content import needs
from components.secrets import Need
from dashboards.grafana import content as contents
from dashboards.grafana.build import document_text
from dashboards.grafana.content import Choices, Content
from dashboards.grafana.everything import everything
from dashboards.grafana.sources import Aws, Stores
from dashboards.model import Dashboard
from dashboards.reading import Reader
from rendering.document import Document
from rendering.site import Site
from stacks import logs, loki, traces
from stacks.settings import Settings

EMPTY = "Grafana is brought up empty: set grafana.url to where Pulumi reaches it, and the next `up` fills it"
_DEEPEST = 1000
"""Frames that are looked at, whatever this process shows of others."""
_DASHBOARDS = Path(everything.__code__.co_filename).parent


@dataclass(frozen=True)
class Filling:
    """What Grafana is filled with."""

    content: Content
    dashboards: dict[str, str]
    """Their JSON, by uid."""

    @property
    def needs(self) -> list[Need]:
        """Secrets that go to Grafana with it."""
        return needs(self.content)

    @property
    def files(self) -> dict[str, str]:
        """One file for each document, by path."""
        drawn = {f"grafana/dashboards/{uid}.json": _pretty(text) for uid, text in self.dashboards.items()}
        return contents.files(self.content) | drawn


def drawn(catalog: Catalog, site: Site, groups: dict[str, list[Document]]) -> tuple[list[Dashboard], list[Fault]]:
    """All dashboards, or what is wrong with one: it names a signal that nobody defines, or its uid is another's too."""
    try:
        return everything(Reader(catalog, site, groups)), []
    except KeyError as error:
        told = str(error.args[0])
        name = told.partition("'")[2].partition("'")[0]
        return [], [Fault(_place(error), "signal", name, told, nearest(name, catalog.signals))]
    except ValueError as error:
        return [], [Fault(_place(error), "uid", "", str(error), "give each dashboard a uid of its own (dashboards/naming.py)")]


def filling(settings: Settings, catalog: Catalog, context: Context, dashboards: Sequence[Dashboard]) -> Filling | None:
    """The content, whether Grafana is reached yet or not; None where there is no Grafana of ours."""
    grafana = settings.grafana
    if grafana is None:
        return None
    chosen = Choices(grafana.content.members, grafana.content.contact, settings.account_wide)
    made = contents.content(catalog, settings.site, stores(settings, context, catalog), dashboards, chosen)
    return Filling(made, {dashboard.uid: document_text(dashboard) for dashboard in dashboards})


def stores(settings: Settings, context: Context, catalog: Catalog) -> Stores:
    """Where Grafana asks; systems that are not here have no data source."""
    write, grafana = settings.prometheus.remote_write, settings.grafana
    signed = Aws((write.region or settings.region) if write else settings.region) if settings.prometheus.query == "amp" else None
    watch = grafana.content.cloudwatch if grafana else None
    return Stores(
        prometheus=query.endpoint(context, settings.prometheus),
        alertmanager=f"http://{alertmanager.NAME}.{context.namespaces.monitoring}.svc:{alertmanager.PORT}",
        interval=settings.prometheus.scrape_interval,
        signed=signed,
        cloudwatch=Aws(watch.region or settings.region, watch.role_arn) if watch else None,
        elasticsearch=logs.source(settings, catalog),
        loki=loki.endpoint(settings),
        jaeger=traces.endpoint(settings),
        datadog=settings.datadog.site if settings.datadog and grafana and grafana.content.datadog else None,
    )


def _pretty(text: str) -> str:
    """For people to read and to compare."""
    return json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _place(error: BaseException) -> str:
    """The module that asked for what is wrong: the deepest one among the dashboards."""
    frames = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__, _DEEPEST)]
    inside = [path for path in frames if path.parent == _DASHBOARDS]
    return f"dashboards/grafana/{inside[-1].name}" if inside else "dashboards/grafana"
