"""Real processes on loopback: an agent that reads log files, Loki that keeps and judges records, Alertmanager that hears of them.

What is swapped: listening addresses and folders; discovery of Alertmanager's members for its address; the cluster's API, which a
loopback has not, for nothing; the ruler's minute for a second, and the time that an ingester waits before it is ready.
"""

import copy
import http.client
import json
import signal
import time
import urllib.parse
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import yaml

from catalog.catalog import Catalog
from local.processes import free_ports
from rendering.document import Document, to_yaml
from rendering.logs.settings import DATASETS, LogsSettings
from rendering.loki import rules
from rendering.loki.configuration import configuration
from rendering.loki.places import TENANT
from rendering.loki.settings import LokiSettings
from rendering.otel.agent import agent
from rendering.otel.logs import LogsRoute
from rendering.site import Site
from tests.traces.conftest import settings as traces
from tests.traces.loopback import HOST, Ports, on_loopback, to_gateways
from tests.traces.stage import Process, get

SITE = Site("test", "eu-central-1", "here", "https://runbooks.example", loki_alerts=True)
LOGS = LogsSettings.model_validate(
    {"retention": {"keep": dict.fromkeys(DATASETS, "30d")}, "applications": {"jac-learning": {"errors": "90d"}}}
)
SETTINGS = LokiSettings.model_validate({"storage": "filesystem"})
NAMESPACES = ("jac-learning", "skillforge")


@dataclass
class Stage:
    """All processes; ends them on exit."""

    folder: Path
    tools: dict[str, Path]
    http: int = 0
    alerting: int = 0
    agent: Process | None = None
    loki: Process | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, catalog: Catalog) -> None:
        """Starts everything and waits until all of it works."""
        ports = free_ports(11)
        self.http, grpc, self.alerting = ports[:3]
        folder = self.folder / "rules" / TENANT
        folder.mkdir(parents=True)
        for name, text in rules.files(rules.groups(catalog, SITE)).items():
            (folder / name).write_text(to_yaml(often(yaml.safe_load(text))))
        rendered = on_this_machine(configuration(catalog, SITE, LOGS, SETTINGS), self.folder, self.http, grpc, self.alerting)
        self._alertmanager()
        self.loki = self._loki(rendered)
        self.agent = self._agent(catalog, Ports(*ports[3:9]), dead=ports[9])

    def _loki(self, rendered: Document) -> Process:
        file = self.folder / "loki.yaml"
        file.write_text(to_yaml(rendered))
        return self._begin("loki", [f"-config.file={file}", "-target=all"], self.http, "/ready")

    def _agent(self, catalog: Catalog, ports: Ports, *, dead: int) -> Process:
        route = LogsRoute(NAMESPACES, f"http://{HOST}:{self.http}")
        made = to_gateways(on_loopback(agent(catalog, SITE, traces(), route), ports, self.folder), [dead])
        file = self.folder / "agent.yaml"
        file.write_text(to_yaml(made))
        return self._begin("otelcol", [f"--config={file}"], ports.health, "/")

    def _alertmanager(self) -> None:
        file = self.folder / "alertmanager.yaml"
        file.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
        options = [
            f"--config.file={file}",
            f"--storage.path={self.folder / 'alertmanager'}",
            f"--web.listen-address={HOST}:{self.alerting}",
            "--cluster.listen-address=",
        ]
        self._begin("alertmanager", options, self.alerting, "/-/ready")

    def _begin(self, name: str, options: list[str], port: int, path: str) -> Process:
        process = Process(name, [str(self.tools[name]), *options], self.folder / f"{name}.log", port, path)
        self._stack.callback(process.end, signal.SIGKILL)
        process.start()
        process.wait()
        return process

    def own_words(self) -> str:
        """The last that Loki and the agent said."""
        return "\n".join((self.folder / f"{name}.log").read_text(errors="replace")[-1500:] for name in ("loki", "otelcol"))

    def write(self, namespace: str, pod: str, *records: dict[str, str] | str) -> None:
        """A container's log file on the node, as the runtime writes it."""
        place = self.folder / f"var/log/pods/{namespace}_{pod}_0b1c2d3e-0000-4000-8000-000000000001/app"
        place.mkdir(parents=True, exist_ok=True)
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        with (place / "0.log").open("a") as file:
            for i, record in enumerate(records):
                text = record if isinstance(record, str) else json.dumps(record)
                file.write(f"{stamp}.{i:09d}Z stdout F {text}\n")

    def push(self, labels: dict[str, str], line: str, seconds_ago: float) -> tuple[int, str]:
        """Offers one record directly; the status and what Loki says."""
        at = str(int((time.time() - seconds_ago) * 1e9))
        body = json.dumps({"streams": [{"stream": labels, "values": [[at, line]]}]})
        with closing(http.client.HTTPConnection(HOST, self.http, timeout=10)) as connection:
            connection.request("POST", "/loki/api/v1/push", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read().decode()

    def streams(self, query: str, hours: float = 1) -> list[Document]:
        """What a query over the last hours finds: streams with their labels and lines."""
        start = str(int((time.time() - hours * 3600) * 1e9))
        return self.ask("query_range", query=query, start=start, limit="1000")["result"]

    def lines(self, query: str, hours: float = 1) -> list[str]:
        """The lines alone."""
        return [line for stream in self.streams(query, hours) for _, line in stream["values"]]

    def value(self, query: str) -> float | None:
        """The one value of a question about records as they are now; None where there is none."""
        found = self.ask("query", query=query)["result"]
        assert len(found) <= 1, found
        return float(found[0]["value"][1]) if found else None

    def ask(self, path: str, **parameters: str) -> Any:  # noqa: ANN401 - Loki's answer
        """Loki's answer, its `data`."""
        found = get(self.http, f"/loki/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
        assert found is not None, f"Loki refuses {path} {parameters}"
        return json.loads(found)["data"]

    def rules(self) -> list[Document]:
        """All alerts that the ruler knows, and how they are."""
        found = json.loads(get(self.http, "/prometheus/api/v1/rules") or b"{}").get("data", {"groups": []})
        return [rule for group in found["groups"] for rule in group["rules"]]

    def alerts(self) -> list[Document]:
        """What Alertmanager has heard of."""
        return json.loads(get(self.alerting, "/api/v2/alerts") or b"[]")


def often(content: Document) -> Document:
    """Rules that are looked at every second."""
    return {"groups": [group | {"interval": "1s"} for group in content["groups"]]}


def on_this_machine(rendered: Document, folder: Path, port: int, grpc: int, alertmanager: int) -> Document:
    """The rendered configuration of one process, with this machine's places."""
    changed = copy.deepcopy(rendered)
    changed["server"] |= {
        "http_listen_address": HOST,
        "http_listen_port": port,
        "grpc_listen_address": HOST,
        "grpc_listen_port": grpc,
        "log_format": "logfmt",
    }
    data = folder / "data"
    changed["common"] |= {"path_prefix": str(data), "instance_addr": HOST, "compactor_address": f"http://{HOST}:{port}"}
    changed["common"]["storage"] = {"filesystem": {"chunks_directory": str(data / "chunks"), "rules_directory": str(data / "rules")}}
    changed["ingester"]["lifecycler"] = {"min_ready_duration": "0s", "final_sleep": "0s"}
    changed["ruler"] |= {
        "storage": {"type": "local", "local": {"directory": str(folder / "rules")}},
        "rule_path": str(data / "rules-read"),
        "alertmanager_url": f"http://{HOST}:{alertmanager}",
        "enable_alertmanager_discovery": False,
    }
    return changed
