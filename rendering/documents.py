"""All that the catalog means for Prometheus, Alertmanager and the blackbox exporter, in one go."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.catalog import Catalog, Subject
from rendering.alertmanager import CONFIGURATION, TEMPLATE, alertmanager_text, template_text
from rendering.blackbox import blackbox_text, probe_documents
from rendering.document import Document, to_yaml
from rendering.loki import rules as loki_rules
from rendering.otel import monitors as span_monitors
from rendering.rules import by_file, object_groups, rule_documents
from rendering.secrets import SecretKey, secret_names
from rendering.site import Site
from rendering.targets import exporters, monitor_documents


@dataclass(frozen=True)
class Rendered:
    """Documents of one environment; the same catalog and site give the same, byte by byte."""

    rules: tuple[Document, ...]
    """PrometheusRule objects, one for each service or dependency that has rules."""
    groups: dict[str, list[Document]]
    """The same rules as groups, by file."""
    loki: dict[str, str]
    """Files of the rules that Loki's ruler evaluates instead of Prometheus."""
    monitors: tuple[Document, ...]
    """ServiceMonitor, PodMonitor and Probe objects."""
    alertmanager: dict[str, str]
    """The configuration Secret's keys: alertmanager.yaml and the templates beside it."""
    blackbox: str
    exporters: tuple[Subject, ...]
    """Dependencies that need an exporter of ours."""
    secrets: tuple[SecretKey, ...]
    """What Alertmanager's configuration refers to."""
    files: dict[str, str]
    """What `make render` writes besides Kubernetes objects, by path."""


def render(catalog: Catalog, site: Site) -> Rendered:
    """Every document of this room; pure, in time linear to the catalog."""
    objects = object_groups(catalog, site)
    groups = by_file(objects)
    logged = loki_rules.groups(catalog, site)
    told = {name: [*groups.get(name, []), *logged.get(name, [])] for name in dict.fromkeys((*groups, *logged))}
    alertmanager = {CONFIGURATION: alertmanager_text(catalog, told, site), TEMPLATE: template_text()}
    loki = loki_rules.files(logged)
    blackbox = blackbox_text(catalog, site)
    return Rendered(
        rules=rule_documents(objects, site),
        groups=groups,
        loki=loki,
        monitors=(*monitor_documents(catalog, site), *span_monitors.monitors(catalog, site), *probe_documents(catalog, site)),
        alertmanager=alertmanager,
        blackbox=blackbox,
        exporters=exporters(catalog, site),
        secrets=secret_names(catalog, alertmanager[CONFIGURATION]),
        files={**dict(_files(groups, alertmanager, blackbox)), **{f"loki/rules/{name}": text for name, text in loki.items()}},
    )


def _files(groups: dict[str, list[Document]], alertmanager: dict[str, str], blackbox: str) -> Iterator[tuple[str, str]]:
    for name, group in groups.items():
        yield f"prometheus/rules/{name}.yaml", to_yaml({"groups": group})
    for name, text in alertmanager.items():
        yield f"alertmanager/{name}", text
    yield "blackbox/blackbox.yaml", blackbox
