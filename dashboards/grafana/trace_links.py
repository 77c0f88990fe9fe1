"""From a trace in Jaeger's own interface to the records of it, which Grafana's Explore shows.

Jaeger fills `#{...}` in for each trace, times in microseconds (its page «Frontend/UI Configuration»); Explore takes ISO times
(`parseRawTime`, public/app/core/utils/explore.ts of grafana/grafana).
"""

from typing import Any

from dashboards.grafana.shared import explore
from dashboards.model import ELASTICSEARCH, LOKI, Link, Source

_MARGIN = 300_000_000
"""Microseconds before and after a trace, as from a span in Grafana (`sources.py`)."""
_FILLED = {
    "TRACE-ID": "#{traceID}",
    "BEGIN": f"#{{startTime | add -{_MARGIN} | epoch_micros_to_date_iso}}",
    "END": f"#{{endTime | add {_MARGIN} | epoch_micros_to_date_iso}}",
}
"""What stands for each while the address is quoted."""
_QUERIES: dict[Source, tuple[str, dict[str, Any]]] = {
    ELASTICSEARCH: ("Elasticsearch", {"query": 'trace_id:"TRACE-ID"', "metrics": [{"id": "1", "type": "logs"}]}),
    LOKI: ("Loki", {"expr": '{service_name=~".+"} | trace_id="TRACE-ID"'}),
}


def records(grafana_url: str | None, stores: tuple[Source, ...]) -> tuple[Link, ...]:
    """One link for each store of records; none where nobody knows where Grafana is."""
    return tuple(Link(f"Logs ({_QUERIES[store][0]})", f"{grafana_url}{_address(store)}") for store in stores if grafana_url)


def _address(store: Source) -> str:
    found = explore(store, _QUERIES[store][1], "BEGIN", "END")
    for name, filled in _FILLED.items():
        found = found.replace(name, filled)
    return found
