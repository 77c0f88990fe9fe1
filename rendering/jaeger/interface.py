"""What people see in Jaeger beside spans: the way to a service's dashboard, and the page on services' performance.

Keys are those of the page «Frontend/UI Configuration» in Jaeger's documentation.
"""

import json
from collections.abc import Iterable

from rendering.dashboard_links import service_uid

_APPLICATION, _SERVICE = "#{application}", "#{service}"
"""Jaeger fills these in with the span's process tags, which the samplers set to the catalog's names."""


def interface(grafana_url: str | None, records: Iterable[tuple[str, str]] = ()) -> str:
    """The user interface's configuration; links to Grafana only where somebody knows its address.

    `records`: names and addresses of what shows a trace's log records, with `#{traceID}` and the like for Jaeger to fill in.
    """
    found: dict[str, object] = {"monitor": {"menuEnabled": True}, "dependencies": {"menuEnabled": True}, "archiveEnabled": False}
    if grafana_url:
        found["menu"] = [{"label": "Dashboards", "url": grafana_url}]
        found["linkPatterns"] = [
            {
                "type": "process",
                "key": "service",
                "url": f"{grafana_url}/d/{service_uid(_APPLICATION, _SERVICE)}",
                "text": f"Dashboard of {_APPLICATION}/{_SERVICE}",
            },
            *({"type": "traces", "url": url, "text": text} for text, url in records),
        ]
    return json.dumps(found, indent=2) + "\n"
