"""Real Prometheus and Alertmanager processes to look at, well ones and ill ones, and a server for all that they scrape and tell."""

import json
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from demo import configuration
from demo.configuration import Files
from local.processes import Daemon, free_ports, stop
from local.tools import ensure
from rendering.doctor.asking import Place, UnansweredError
from rendering.doctor.wanted import Wanted
from stacks.doctor import wanted
from tests.stacks.real import prepared

HOST = "127.0.0.1"
RULES = {"groups": [{"name": "good", "rules": [{"record": "a:b", "expr": "up"}, {"alert": "Watchdog", "expr": "vector(1)"}]}]}
FAILING = {
    "groups": [{"name": "good", "rules": [{"record": "a:b", "expr": "up * on() group_left() twin"}, {"alert": "W", "expr": "vector(1)"}]}]
}
SOURCES = {
    "healthy": (200, {"message": "Successfully queried the Prometheus API.", "status": "OK"}),
    "silent": (404, {"message": "Plugin not found", "messageId": "plugin.notRegistered", "statusCode": 404, "traceID": ""}),
    "broken": (400, {"message": "dial tcp: lookup prometheus: no such host", "status": "ERROR"}),
}
GREEN = {
    "cluster_name": "observatory",
    "status": "green",
    "timed_out": False,
    "number_of_nodes": 3,
    "number_of_data_nodes": 3,
    "active_primary_shards": 10,
    "active_shards": 20,
    "relocating_shards": 0,
    "initializing_shards": 0,
    "unassigned_shards": 0,
}

FIXED: dict[str, tuple[int, Any]] = {
    "/elastic/_cluster/health": (200, GREEN),
    "/red/_cluster/health": (200, GREEN | {"status": "red", "unassigned_shards": 7}),
    "/grafana/api/health": (200, {"commit": "abc", "database": "ok", "version": "13.2.0"}),
    "/away/api/health": (503, {"commit": "abc", "database": "failing", "version": "13.2.0"}),
}
"""Elasticsearch's and Grafana's answers, in the shapes of their documentation."""


@dataclass
class World:
    """What the one server answers by path, and what was told to it."""

    posts: Counter[str] = field(default_factory=Counter[str])
    scrapes: int = 0
    token: str = "let-me-in"

    def metrics(self, *, well: bool) -> str:
        self.scrapes += 1
        now, count = time.time(), self.scrapes * 10 if well else 5
        snapshot = now - (2 if well else 90) * 3600
        counters = ("logstash_pipeline_events_out_total", "otelcol_exporter_sent_spans_total", "loki_distributor_lines_received_total")
        lines = [f"{name} {count}" for name in counters]
        lines += [
            f'elasticsearch_cluster_health_status{{color="green"}} {int(well)}',
            f'elasticsearch_cluster_health_status{{color="yellow"}} {int(not well)}',
            f"probe_ssl_earliest_cert_expiry {now + (60 if well else 2) * 86400:.0f}",
            f'elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds{{repository="observatory"}} {snapshot:.0f}',
            f'alertmanager_notifications_failed_total{{integration="slack"}} {0 if well else self.scrapes * 10}',
            'twin{n="1"} 1',
            'twin{n="2"} 1',
        ]
        return "\n".join(lines) + "\n"

    def answer(self, path: str, authorization: str) -> tuple[int, Any]:
        if path in {"/well", "/ill"}:
            return 200, self.metrics(well=path == "/well")
        if path in FIXED:
            return FIXED[path]
        if path.startswith("/grafana/api/datasources/uid/"):
            if authorization != f"Bearer {self.token}":
                return 401, {"message": "Unauthorized", "messageId": "auth.unauthorized", "statusCode": 401, "traceID": ""}
            return SOURCES[path.split("/")[5]]
        return (200, "<html>a login page</html>") if path.startswith("/page") else (404, {"message": "Not found"})

    def post(self, path: str) -> int:
        self.posts[path] += 1
        return 500 if path.startswith("/ill") else 200


@contextmanager
def served(world: World) -> Generator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = world.answer(self.path.partition("?")[0], self.headers.get("Authorization") or "")
            self._say(status, body if isinstance(body, str) else json.dumps(body))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._say(world.post(self.path), "{}")

        def _say(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; version=0.0.4" if text[:1] not in "{[" else "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002  the base's name

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}"
        server.shutdown()


@dataclass(frozen=True)
class Stage:
    """Addresses of what runs."""

    world: World
    server: str
    well: str
    ill: str
    members: list[str]
    failing: str
    """An Alertmanager whose messages nobody takes."""

    def wanted(self, **changed: Any) -> Wanted:  # noqa: ANN401  fields of Wanted
        """What production's doctor would want, at these addresses and with these rules."""
        found = prepared("prod")
        made = wanted(found.settings, found.catalog, found.plan.context, found.documents.rules)
        known = {"prometheus": [self.well], "alertmanager": self.members, "rules": {"good": 2}, "sources": ["healthy", "silent"]}
        return replace(made, **known | {"grafana": f"{self.server}/grafana"} | changed)


@contextmanager
def stage(folder: Path) -> Generator[Stage]:
    """Starts two Prometheus and three Alertmanagers, two of which gossip, on the configuration that production is rendered."""
    tools = ensure(["prometheus", "alertmanager"], print)
    ports = free_ports(9)
    world = World()
    with served(world) as server:
        daemons = [
            _prometheus(tools["prometheus"], folder / "well", ports[0], RULES, [server.removeprefix("http://")], "/well"),
            _prometheus(
                tools["prometheus"], folder / "ill", ports[1], FAILING, [server.removeprefix("http://"), f"{HOST}:{ports[8]}"], "/ill"
            ),
            _alertmanager(tools["alertmanager"], folder / "am-0", ports[2], ports[3], [ports[5]], f"{server}/told"),
            _alertmanager(tools["alertmanager"], folder / "am-1", ports[4], ports[5], [ports[3]], f"{server}/told"),
            _alertmanager(tools["alertmanager"], folder / "am-ill", ports[6], None, [], f"{server}/ill"),
        ]
        try:
            for daemon in daemons:
                daemon.start({"PATH": "/usr/bin:/bin", "HOME": str(folder)})
            for daemon in daemons:
                daemon.wait(60)
            url = [f"http://{HOST}:{port}" for port in ports]
            made = Stage(world, server, url[0], url[1], [url[2], url[4]], url[6])
            _scraped(made)
            yield made
        finally:
            stop([daemon.pid_file for daemon in daemons])


def _scraped(made: Stage) -> None:
    """Waits until both Prometheus have evaluated rules and can tell a rate."""
    until = time.monotonic() + 60
    for url in (made.well, made.ill):
        while time.monotonic() < until:
            with suppress(UnansweredError, KeyError):
                place = Place(url)
                rated = place.told("/api/v1/query", {"query": "rate(otelcol_exporter_sent_spans_total[1m])"})["data"]["result"]
                judged = all(rule["health"] != "unknown" for g in place.told("/api/v1/rules")["data"]["groups"] for rule in g["rules"])
                targets = place.told("/api/v1/targets")["data"]["activeTargets"]
                if rated and judged and all(each["health"] != "unknown" for each in targets):
                    break
            time.sleep(0.3)


def _prometheus(tool: Path, folder: Path, port: int, rules: dict[str, Any], targets: list[str], path: str) -> Daemon:
    folder.mkdir()
    (folder / "rules.yaml").write_text(yaml.safe_dump(rules))
    jobs = [{"job_name": "all", "metrics_path": path, "static_configs": [{"targets": targets}]}]
    times = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    content = {"global": times, "rule_files": [str(folder / "rules.yaml")], "scrape_configs": jobs}
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(content))
    command = (
        str(tool),
        f"--config.file={folder / 'prometheus.yaml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={HOST}:{port}",
        "--log.level=warn",
    )
    return Daemon(folder.name, command, folder, lambda: _ok(port, "/-/ready"))


def _alertmanager(tool: Path, folder: Path, port: int, gossip: int | None, others: list[int], receiver: str) -> Daemon:
    folder.mkdir()
    files = Files(folder)
    rendered = yaml.safe_load(prepared("prod").documents.alertmanager["alertmanager.yaml"])
    content = configuration.alertmanager(rendered, files, receiver, f"{HOST}:1")
    for path, text in configuration.secret_files(content, files, receiver).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    files.templates.mkdir(parents=True, exist_ok=True)
    (files.templates / "observatory.tmpl").write_text(prepared("prod").documents.alertmanager["observatory.tmpl"])
    (folder / "alertmanager.yaml").write_text(yaml.safe_dump(content))
    cluster = [f"--cluster.listen-address={HOST}:{gossip}", "--cluster.gossip-interval=50ms"] if gossip else ["--cluster.listen-address="]
    command = (
        str(tool),
        f"--config.file={folder / 'alertmanager.yaml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={HOST}:{port}",
        *cluster,
        *(f"--cluster.peer={HOST}:{other}" for other in others),
        "--log.level=warn",
    )
    return Daemon(folder.name, command, folder, lambda: _settled(port))


def _ok(port: int, path: str) -> bool:
    with suppress(UnansweredError):
        return Place(f"http://{HOST}:{port}").ask(path).ok
    return False


def _settled(port: int) -> bool:
    with suppress(UnansweredError):
        told = Place(f"http://{HOST}:{port}").told("/api/v2/status")["cluster"]
        return told["status"] in {"ready", "disabled"}
    return False
