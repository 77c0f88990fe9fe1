"""What json_exporter makes of Logstash's and Filebeat's JSON is what the catalog's alerts and dashboards read."""

import http.server
import json
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalog.loading import load
from local.processes import free_ports
from local.tools import ensure
from rendering.document import Document, to_yaml
from rendering.elastic.exporter import FILEBEAT_MODULE, LOGSTASH_MODULE, configuration

ROOT = Path(__file__).resolve().parents[3]
PIPELINES = ("main", "dead-letters")
_PIPELINE = {
    "events": {"in": 3751, "filtered": 1250, "out": 1250, "duration_in_millis": 495018, "queue_push_duration_in_millis": 49455},
    "flow": {"queue_backpressure": {"current": 0.25, "lifetime": 0.1}, "worker_utilization": {"current": 42.5, "lifetime": 20.0}},
    "queue": {"type": "persisted", "events_count": 7, "queue_size_in_bytes": 4096, "max_queue_size_in_bytes": 8589934592},
    "dead_letter_queue": {"queue_size_in_bytes": 1, "max_queue_size_in_bytes": 1073741824, "dropped_events": 0, "expired_events": 2},
}
LOGSTASH: Document = {
    "status": "yellow",
    "jvm": {"mem": {"heap_used_in_bytes": 395837440, "heap_max_in_bytes": 1073741822}},
    "pipelines": dict.fromkeys(PIPELINES, _PIPELINE),
}
"""In the form of Logstash's node stats API, 9.x."""
_OUTPUT = {"acked": 48, "active": 2, "batches": 6, "dropped": 1, "failed": 3, "total": 52}
FILEBEAT: Document = {
    "beat": {"memstats": {"rss": 183574528}},
    "filebeat": {"events": {"active": 5, "added": 52, "done": 49}, "harvester": {"open_files": 6, "running": 6, "started": 9}},
    "libbeat": {
        "output": {"events": _OUTPUT, "read": {"bytes": 210, "errors": 0}, "write": {"bytes": 26923, "errors": 4}},
        "pipeline": {"queue": {"max_events": 3500, "filled": {"events": 5, "bytes": 6425, "pct": 0.0014}}},
    },
}
"""In the form of Filebeat's /stats, 9.x."""
_SAMPLE = re.compile(r"^(\w+)(?:\{([^}]*)\})? (\S+)$", re.MULTILINE)


def promised(service: str) -> dict[str, set[str]]:
    """Names and labels that the catalog counts on."""
    return {name: set(labels) for name, labels in load(ROOT).exporters[service].metrics.items()}


@pytest.mark.parametrize("module", [LOGSTASH_MODULE, FILEBEAT_MODULE])
def test_the_exporter_is_told_to_make_exactly_what_the_catalog_promises(module: str) -> None:
    found: dict[str, set[str]] = {}
    for metric in configuration(PIPELINES)["modules"][module]["metrics"]:
        for name in [metric["name"]] if "values" not in metric else [f"{metric['name']}_{value}" for value in metric["values"]]:
            found.setdefault(name, set()).update(metric.get("labels", {}))
    assert found == promised(module)


def test_the_catalogs_monitors_ask_for_the_modules_that_there_are() -> None:
    services = load(ROOT).applications["platform"].services
    for module in (LOGSTASH_MODULE, FILEBEAT_MODULE):
        assert services[module].runs.query["module"] == module
        assert services[module].runs.path == "/probe"


@pytest.mark.tools
def test_the_real_exporter_tells_each_figure_of_each_pipeline(tmp_path: Path) -> None:
    with speaking({"/logstash": LOGSTASH, "/filebeat": FILEBEAT}) as address, exporting(tmp_path) as exporter:
        told = samples(exporter, LOGSTASH_MODULE, f"{address}/logstash")
        beat = samples(exporter, FILEBEAT_MODULE, f"{address}/filebeat")
    assert {name for name, _ in told} == promised(LOGSTASH_MODULE).keys()
    assert {name for name, _ in beat} == promised(FILEBEAT_MODULE).keys()
    assert told["logstash_status", 'status="yellow"'] == 1
    for pipeline in PIPELINES:
        assert told["logstash_pipeline_queue_size_bytes", f'pipeline="{pipeline}"'] == 4096
        assert told["logstash_pipeline_queue_backpressure", f'pipeline="{pipeline}"'] == 0.25
    assert (beat["filebeat_output_events_failed_total", ""], beat["filebeat_queue_filled_ratio", ""]) == (3, 0.0014)


@pytest.mark.tools
def test_a_pipeline_without_a_queue_on_disk_costs_its_own_figures_only(tmp_path: Path) -> None:
    pipelines = {"main": _PIPELINE, "dead-letters": {"events": _PIPELINE["events"], "flow": {}, "queue": {"type": "memory"}}}
    with speaking({"/logstash": LOGSTASH | {"pipelines": pipelines}}) as address, exporting(tmp_path) as exporter:
        told = samples(exporter, LOGSTASH_MODULE, f"{address}/logstash")
    assert told["logstash_pipeline_events_out_total", 'pipeline="dead-letters"'] == 1250
    assert ("logstash_pipeline_queue_size_bytes", 'pipeline="dead-letters"') not in told
    assert told["logstash_pipeline_queue_size_bytes", 'pipeline="main"'] == 4096


@pytest.mark.tools
def test_logstash_that_does_not_answer_fails_the_scrape(tmp_path: Path) -> None:
    (nobody,) = free_ports(1)
    with exporting(tmp_path) as exporter, pytest.raises(urllib.error.HTTPError, match="503"):
        samples(exporter, LOGSTASH_MODULE, f"http://127.0.0.1:{nobody}/logstash")


def samples(exporter: str, module: str, target: str) -> dict[tuple[str, str], float]:
    """What a scrape finds: values by name and labels."""
    with urllib.request.urlopen(f"{exporter}/probe?module={module}&target={target}", timeout=10) as answer:  # noqa: S310  loopback
        text = answer.read().decode()
    return {(name, labels): float(value) for name, labels, value in _SAMPLE.findall(text)}


@contextmanager
def speaking(documents: dict[str, Document]) -> Generator[str]:
    """A server of JSON documents by their path."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(documents[self.path]).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the server's own signature
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextmanager
def exporting(folder: Path) -> Generator[str]:
    """The real exporter with the rendered file."""
    (port,) = free_ports(1)
    file = folder / "config.yml"
    file.write_text(to_yaml(configuration(PIPELINES)))
    command = [ensure(["json-exporter"], print)["json-exporter"], f"--config.file={file}", f"--web.listen-address=127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _await(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _await(address: str) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            with urllib.request.urlopen(address, timeout=1):  # noqa: S310  loopback
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
