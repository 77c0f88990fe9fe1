"""The table of versions in docs/upgrades.md: every pin that is deployed, what was tried of it here, and with which version."""

from pathlib import Path

from cli.arguments import ROOT
from components.versions import CHARTS, DATADOG_AGENT, ELASTIC, IMAGES
from local.tools import TOOLS

PAGE = ROOT / "docs" / "upgrades.md"
OPEN, CLOSE = "<!-- generated: versions -->", "<!-- /generated -->"
UNTRIED = "rendered and judged as documents; the program itself was not run"

_SCHEMA = "its resources by its own definitions, on a real API server"
TRIED: dict[str, tuple[str, str]] = {
    "image prometheus": ("prometheus", "configuration, rules, alerts, queries of dashboards"),
    "image alertmanager": ("alertmanager", "routing, grouping, gossip, templates (and by amtool {amtool})"),
    "image loki": ("loki", "configuration, ingestion, rules, limits, restart"),
    "image otel-collector": ("otelcol", "pipelines end to end, losses, masking, sampling"),
    "image json-exporter": ("json-exporter", "its configuration, asked by a real Prometheus"),
    "chart prometheus": ("prometheus-operator", f"the operator itself; {_SCHEMA}"),
    "chart elastic": ("3.5.0", _SCHEMA),
    "chart datadog": ("1.31.0", _SCHEMA),
    "chart external_secrets": ("1.3.2", _SCHEMA),
    "elastic": ("9.2.0", "templates, streams and records in a real Elasticsearch; requests by the types of its client 9.5.1"),
}
"""What runs in the tests: a tool of `local.tools`, or the version itself; a pin that is not here is untried."""


def deployed() -> dict[str, str]:
    """Every version that is deployed, by what it is."""
    found = {f"image {name}": image.tag.removeprefix("v") for name, image in IMAGES.items()}
    found |= {f"chart {name}": chart.version for name, chart in CHARTS.items()}
    return found | {"elastic": ELASTIC, "datadog agent": DATADOG_AGENT}


def table() -> str:
    """One row for each pin."""
    rows = ["| pin | deployed | tried here with | what was tried |", "|---|---|---|---|"]
    for name, version in sorted(deployed().items()):
        tool, what = TRIED.get(name, ("", UNTRIED))
        tried = TOOLS[tool].version if tool in TOOLS else tool
        said = what.format(amtool=TOOLS["amtool"].version)
        rows.append(f"| {name} | {version} | {tried or 'no'} | {said} |")
    return "\n".join(rows)


def page() -> dict[Path, str]:
    """The guide with its table made anew; what people wrote around it stays."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(OPEN)
    after = rest.partition(CLOSE)[2]
    return {PAGE: f"{before}{OPEN}\n{table()}\n{CLOSE}{after}"}
