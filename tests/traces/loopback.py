"""The rendered configurations on one machine: discovery, addresses and folders are swapped, everything else is as deployed.

What is swapped: DNS for a list of gateways; the cluster's API and EC2, which a loopback has not, for nothing; listening addresses;
backends for the sink; intervals after which metrics are made for a second or two, so that tests do not wait for them.
"""

import copy
from dataclasses import dataclass
from pathlib import Path

from rendering.document import Document
from rendering.otel.parts import QUEUE

HOST = "127.0.0.1"
_CLUSTER = ("k8sattributes",)


@dataclass(frozen=True)
class Ports:
    """Where one collector listens."""

    grpc: int
    http: int
    health: int
    telemetry: int
    metrics: int
    zipkin: int


def on_loopback(configuration: Document, ports: Ports, folder: Path) -> Document:
    """Any collector's configuration, on this machine."""
    changed = copy.deepcopy(configuration)
    _receivers(changed["receivers"], ports, folder)
    if "prometheus" in changed["exporters"]:
        changed["exporters"]["prometheus"]["endpoint"] = f"{HOST}:{ports.metrics}"
    changed["extensions"]["health_check"]["endpoint"] = f"{HOST}:{ports.health}"
    queue = changed["extensions"][QUEUE]
    queue["directory"] = queue["compaction"]["directory"] = str(folder / "queue")
    reader = changed["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"]
    reader |= {"host": HOST, "port": ports.telemetry}
    for connector in {"spanmetrics", "servicegraph"} & changed["connectors"].keys():
        changed["connectors"][connector]["metrics_flush_interval"] = "1s"
    if "servicegraph" in changed["connectors"]:
        changed["connectors"]["servicegraph"]["store"]["ttl"] = "2s"
    for pipeline in changed["service"]["pipelines"].values():
        pipeline["processors"] = [name for name in pipeline.get("processors", []) if name not in _CLUSTER]
    changed["processors"] = {name: processor for name, processor in changed["processors"].items() if name not in _CLUSTER}
    if "resourcedetection" in changed["processors"]:
        changed["processors"]["resourcedetection"]["detectors"] = ["system"]
    return changed


def _receivers(receivers: Document, ports: Ports, folder: Path) -> None:
    otlp = receivers["otlp"]["protocols"]
    for protocol, port in (("grpc", ports.grpc), ("http", ports.http)):
        if protocol in otlp:
            otlp[protocol]["endpoint"] = f"{HOST}:{port}"
    if "zipkin" in receivers:
        receivers["zipkin"]["endpoint"] = f"{HOST}:{ports.zipkin}"
    if "filelog" in receivers:
        files = receivers["filelog"]
        for key in ("include", "exclude"):
            files[key] = [str(folder / pattern.lstrip("/")) for pattern in files[key]]
        files["poll_interval"] = "100ms"


def to_gateways(agent: Document, gateways: list[int]) -> Document:
    """The agent told its gateways by a list."""
    changed = copy.deepcopy(agent)
    changed["exporters"]["loadbalancing"]["resolver"] = {"static": {"hostnames": [f"{HOST}:{port}" for port in gateways]}}
    return changed


def to_sink(gateway: Document, port: int) -> Document:
    """A collector whose OTLP backends are all the sink."""
    changed = copy.deepcopy(gateway)
    for name, exporter in changed["exporters"].items():
        if name.startswith("otlp_"):
            exporter["endpoint"] = f"{HOST}:{port}" if name.startswith("otlp_grpc") else f"http://{HOST}:{port}"
            exporter["retry_on_failure"]["max_interval"] = "2s"
    return changed


def sink(ports: Ports, file: Path) -> Document:
    """A collector that writes down what reaches it: the trace store of a test."""
    return {
        "extensions": {"health_check": {"endpoint": f"{HOST}:{ports.health}"}},
        "receivers": {"otlp": {"protocols": {"grpc": {"endpoint": f"{HOST}:{ports.grpc}"}, "http": {"endpoint": f"{HOST}:{ports.http}"}}}},
        "exporters": {"file": {"path": str(file), "append": True, "flush_interval": "100ms"}},
        "service": {
            "extensions": ["health_check"],
            "telemetry": {"metrics": {"level": "none"}},
            "pipelines": {signal: {"receivers": ["otlp"], "exporters": ["file"]} for signal in ("traces", "logs")},
        },
    }
