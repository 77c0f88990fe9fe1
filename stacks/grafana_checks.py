"""Choices about Grafana's content that another setting spoils."""

from collections.abc import Iterator

from components.grafana_settings import GrafanaSettings
from dashboards.grafana.sources import MANAGED_PROMETHEUS
from dashboards.model import DATADOG
from stacks.settings import Settings

Conflict = tuple[str, str, str, str]


def conflicts(settings: Settings) -> Iterator[Conflict]:
    """Key, value, reason and remedy of each."""
    grafana = settings.grafana
    if grafana is None:
        return
    chosen = grafana.content
    yield from _plugins(settings, grafana)
    if chosen.datadog and settings.datadog is None:
        yield "grafana.content.datadog", "true", "nobody says which site of Datadog the account is on", "set datadog.site, or leave it out"
    if "email" in chosen.contact and settings.notifications.smtp is None:
        reason = "there is no mail server that Grafana could send by"
        yield "grafana.content.contact", "email", reason, "set notifications.smtp, or leave email out"
    if chosen.cloudwatch and chosen.cloudwatch.region is None and "-" not in settings.region:
        yield "grafana.content.cloudwatch.region", "", "this environment is in no AWS region", "name one, or leave cloudwatch out"


def _plugins(settings: Settings, grafana: GrafanaSettings) -> Iterator[Conflict]:
    """Data sources that are not in Grafana's image."""
    there = {plugin.partition("@")[0] for plugin in grafana.plugins}
    needed = {MANAGED_PROMETHEUS: settings.prometheus.query == "amp", DATADOG.kind: grafana.content.datadog}
    for plugin in sorted(name for name, asked in needed.items() if asked and name not in there):
        reason = f"a data source of this environment is the plugin {plugin}, which is not in the image"
        yield "grafana.plugins", ", ".join(grafana.plugins), reason, f"add {plugin}@ and its version"
