"""The operator's generated configuration made to run here: only discovery, files and addresses are swapped, and time may pass faster.

Pure: what goes in is what a cluster's Secrets and ConfigMaps hold, what comes out is what the processes read.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from demo import durations

Document = dict[str, Any]

SECRETS, CONFIGURATION = "/etc/alertmanager/secrets", "/etc/alertmanager/config"
"""Where the operator mounts what Alertmanager's configuration refers to."""
LEAST_GROUP_INTERVAL = 3.0
"""Seconds, however fast time passes."""
_DISCOVERY = "kubernetes_sd_configs"


@dataclass(frozen=True)
class Subject:
    """The service of the catalog that the sample application plays, or that a person runs."""

    application: str = "universal-ai-tools"
    service: str = "chat-service"
    namespace: str = "universal-ai-tools"
    port: int = 8016
    """Its pods' metrics port in the catalog, wherever it listens here."""
    labels: Mapping[str, str] = field(default_factory=lambda: {"app": "chat-service"})
    """Of its pods."""

    def owns(self, labels: Mapping[str, str]) -> bool:
        """Whether a rule is this service's, or nobody's (the watchdog)."""
        mine = labels.get("application") == self.application and labels.get("service") == self.service
        return mine or "application" not in labels


SUBJECT = Subject()


@dataclass(frozen=True)
class Files:
    """Where the swapped configuration finds things on this machine."""

    folder: Path

    @property
    def rules(self) -> Path:
        """Rule files. Both replicas read the very same paths: Prometheus derives from them when a group is evaluated."""
        return self.folder / "rules"

    @property
    def pods(self) -> Path:
        """The application's pod, as discovery by file."""
        return self.folder / "targets" / "pods.json"

    @property
    def alertmanagers(self) -> Path:
        """Alertmanager's members, as discovery by file."""
        return self.folder / "targets" / "alertmanagers.json"

    @property
    def secrets(self) -> Path:
        """What stands for the mounted Secrets."""
        return self.folder / "secrets"

    @property
    def templates(self) -> Path:
        """Alertmanager's templates."""
        return self.folder / "templates"


def prometheus(generated: Document, replica: str, subject: Subject, files: Files, factor: float = 1) -> Document:
    """One replica's configuration. Jobs that look into other namespaces find nothing here and are left out, and so is remote write."""
    expanded: Document = _texts(generated, lambda text: text.replace("$(POD_NAME)", replica).replace("$(SHARD)", "0"))
    expanded.pop("remote_write", None)
    jobs: list[Document] = [job for job in expanded.get("scrape_configs", []) if _looks_for_pods(job, subject.namespace)]
    managers: list[Document] = expanded["alerting"]["alertmanagers"]
    alerting = expanded["alerting"] | {"alertmanagers": [_by_file(each, files.alertmanagers) for each in managers]}
    swapped = expanded | {
        "rule_files": [f"{files.rules}/*.yaml"],
        "scrape_configs": [_by_file(job, files.pods) for job in jobs],
        "alerting": alerting,
    }
    return durations.document(swapped, factor)


def rules(files: Mapping[str, Document], subject: Subject, factor: float = 1) -> dict[str, Document]:
    """The rule files that concern what runs here: for everything else of the catalog they would rightly say that it is gone."""
    found: dict[str, Document] = {}
    for name, content in files.items():
        groups: list[Document] = []
        for group in content["groups"]:
            mine = [rule for rule in group["rules"] if subject.owns(rule.get("labels", {}))]
            groups += [group | {"rules": mine}] if mine else []
        if groups:
            found[name] = durations.document({"groups": groups}, factor)
    return found


def alertmanager(generated: Document, files: Files, receiver: str, mail: str, factor: float = 1) -> Document:
    """Alertmanager's configuration, its receivers pointed to the demo's own: a URL, and a mail server's host and port.

    Maintenance windows are left out: at their hour they would rightly mute the demonstration. Groups are not looked at more
    often than gossip, which no factor hastens, carries what was told from one member to the next.
    """

    def moved(text: str) -> str:
        return text.replace(SECRETS, str(files.secrets)).replace(CONFIGURATION, str(files.templates))

    swapped: Document = _texts(generated, moved)
    post = {"smtp_smarthost": mail, "smtp_require_tls": False} if "smtp_smarthost" in swapped["global"] else {}
    swapped["global"] |= {"pagerduty_url": f"{receiver}/pagerduty", **post}
    swapped["route"] = _route(swapped["route"], factor)
    swapped["receivers"] = [_receiver(each, receiver) for each in swapped["receivers"]]
    return durations.document(swapped, factor)


def secret_files(configuration: Document, files: Files, receiver: str) -> dict[Path, str]:
    """The content of every secret file that a swapped Alertmanager configuration names: addresses lead to the receiver."""
    return {
        path: f"{receiver}/{path.parent.name}" if key == "url_file" else "demo"
        for key, text in _leaves(configuration)
        if key.endswith("_file") and (path := Path(text)).is_relative_to(files.secrets)
    }


def pod(subject: Subject, port: int) -> list[Document]:
    """Discovery's view of the application's pod, with the address that it has here."""
    name = f"{subject.service}-0"
    return [
        {
            "targets": [f"127.0.0.1:{port}"],
            "labels": {
                "__meta_kubernetes_namespace": subject.namespace,
                "__meta_kubernetes_pod_name": name,
                "__meta_kubernetes_pod_ip": "127.0.0.1",
                "__meta_kubernetes_pod_phase": "Running",
                "__meta_kubernetes_pod_ready": "true",
                **{f"__meta_kubernetes_pod_label_{_sanitised(key)}": value for key, value in subject.labels.items()},
                **{f"__meta_kubernetes_pod_labelpresent_{_sanitised(key)}": "true" for key in subject.labels},
                "__meta_kubernetes_pod_container_name": subject.service,
                "__meta_kubernetes_pod_container_port_name": "http",
                "__meta_kubernetes_pod_container_port_number": str(subject.port),
                "__meta_kubernetes_pod_container_port_protocol": "TCP",
                "__meta_kubernetes_pod_node_name": "local-0",
            },
        }
    ]


def alertmanagers(ports: Iterable[int]) -> list[Document]:
    """Discovery's view of Alertmanager's members behind their Service."""
    labels = {
        "__meta_kubernetes_namespace": "monitoring",
        "__meta_kubernetes_service_name": "alertmanager",
        "__meta_kubernetes_endpointslice_port_name": "web",
        "__meta_kubernetes_endpointslice_endpoint_conditions_ready": "true",
    }
    return [{"targets": [f"127.0.0.1:{port}"], "labels": labels} for port in ports]


def _sanitised(label: str) -> str:
    """A label's name as discovery gives it: every other character than letters and digits is an underscore."""
    return re.sub(r"[^a-zA-Z0-9_]", "_", label)


def _looks_for_pods(job: Document, namespace: str) -> bool:
    return any(each["role"] == "pod" and namespace in each.get("namespaces", {}).get("names", []) for each in job.get(_DISCOVERY, []))


def _by_file(section: Document, file: Path) -> Document:
    """A scrape job or Alertmanager section that is told its targets by a file; its relabelings choose among them as ever."""
    rest = {key: value for key, value in section.items() if key != _DISCOVERY}
    return {"file_sd_configs": [{"files": [str(file)], "refresh_interval": "1m"}], **rest}


def _route(route: Document, factor: float) -> Document:
    changed = {key: value for key, value in route.items() if key not in {"mute_time_intervals", "active_time_intervals"}}
    if "group_interval" in route:
        least = round(LEAST_GROUP_INTERVAL * 1000 * factor)
        changed["group_interval"] = f"{max(least, durations.milliseconds(route['group_interval']))}ms"
    if "routes" in route:
        changed["routes"] = [_route(each, factor) for each in route["routes"]]
    return changed


def _receiver(receiver: Document, url: str) -> Document:
    changed = dict(receiver)
    addresses = {
        "slack_configs": {"api_url": f"{url}/slack"},
        "pagerduty_configs": {"url": f"{url}/pagerduty"},
        "jira_configs": {"api_url": f"{url}/jira"},
    }
    for way, address in addresses.items():
        if way in changed:
            changed[way] = [each | address for each in changed[way]]
    return changed


def _texts(content: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - any part of a YAML document
    if isinstance(content, str):
        return change(content)
    if isinstance(content, list):
        return [_texts(each, change) for each in cast("list[Any]", content)]
    if isinstance(content, dict):
        return {key: _texts(value, change) for key, value in cast("dict[str, Any]", content).items()}
    return content


def _leaves(content: Any, key: str = "") -> Iterable[tuple[str, str]]:  # noqa: ANN401
    if isinstance(content, str):
        yield key, content
    elif isinstance(content, list):
        for each in cast("list[Any]", content):
            yield from _leaves(each, key)
    elif isinstance(content, dict):
        for name, value in cast("dict[str, Any]", content).items():
            yield from _leaves(value, name)
