"""How each process of the demonstration is run: an application, two Prometheus, three Alertmanagers; loopback only."""

import http.client
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from demo import configuration, durations
from demo.configuration import SUBJECT, Document, Files, Subject
from demo.generated import Generated
from local.certificates import write
from local.paths import private
from local.processes import Daemon

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent
APPLICATION, PROMETHEUS, ALERTMANAGER = (
    "application",
    ("prometheus-0", "prometheus-1"),
    ("alertmanager-0", "alertmanager-1", "alertmanager-2"),
)
PORTS = (APPLICATION, "control", *PROMETHEUS, *ALERTMANAGER, *(f"{name}-gossip" for name in ALERTMANAGER))
TOOLS = ("prometheus", "alertmanager")
_PATHS = {APPLICATION: "/health/live"}
_LEAST_PEER_TIMEOUT = 0.5  # seconds: gossip, which no factor hastens, must be faster than the next member's patience


@dataclass(frozen=True)
class Addresses:
    """Where notifications go."""

    receiver: str
    """URL."""
    mail: str
    """Host and port."""


@dataclass(frozen=True)
class Processes:
    """Everything of one demonstration that runs apart from the command that started it."""

    folder: Path
    ports: dict[str, int]
    tools: dict[str, Path]
    factor: float = 1
    gossip: bool = True
    peer_timeout: str = "15s"
    subject: Subject = SUBJECT
    handed: dict[str, str] = field(default_factory=dict[str, str])
    """Environment variables of the application."""
    watched: int | None = None
    """Where the subject listens, if a person runs it; the sample application does not run then."""

    @property
    def run(self) -> Path:
        """Pid files and logs."""
        return self.folder / "run"

    @property
    def files(self) -> Files:
        """What the processes read."""
        return Files(self.folder)

    def url(self, name: str) -> str:
        """Where a process answers."""
        return f"http://{HOST}:{self.watched if name == APPLICATION and self.watched else self.ports[name]}"

    def daemons(self) -> dict[str, Daemon]:
        """All processes, in the order of their start: Alertmanager is there before the Watchdog's first message."""
        commands = {
            **({} if self.watched else {APPLICATION: self._application()}),
            **{name: self._alertmanager(name) for name in ALERTMANAGER},
            **{name: self._prometheus(name) for name in PROMETHEUS},
        }
        return {name: Daemon(name, tuple(command), self.run, self._healthy(name)) for name, command in commands.items()}

    def environment(self) -> dict[str, str]:
        """Nothing of the caller's, in particular no proxy; what the application is handed beside it."""
        return {"PATH": os.defpath, "HOME": str(self.folder), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **self.handed}

    def write(self, generated: Generated, addresses: Addresses) -> None:
        """Every file that the processes read."""
        files, subject, factor = self.files, self.subject, self.factor
        for folder in (self.run, files.rules, files.pods.parent, files.secrets, files.templates):
            private(folder)
        for name, content in configuration.rules(generated.rules, subject, factor).items():
            _write(files.rules / name, content)
        _write(files.pods, configuration.pod(subject, self.watched or self.ports[APPLICATION]))
        _write(files.alertmanagers, configuration.alertmanagers(self.ports[name] for name in ALERTMANAGER))
        for name in PROMETHEUS:
            _write(self._file(name), configuration.prometheus(generated.prometheus, name, subject, files, factor))
        manager = configuration.alertmanager(generated.alertmanager, files, addresses.receiver, addresses.mail, factor)
        for path, content in configuration.secret_files(manager, files, addresses.receiver).items():
            private(path.parent)
            write(path, content.encode())
        for name, text in generated.templates.items():
            write(files.templates / name, text.encode())
        _write(self._file("alertmanager"), manager)

    def _application(self) -> list[str]:
        ports = ["--port", str(self.ports[APPLICATION]), "--control", str(self.ports["control"])]
        return [sys.executable, "-P", "-m", "examples.application", *ports, "--service", self.subject.service]

    def _prometheus(self, name: str) -> list[str]:
        def time(flag: str, duration: str) -> str:
            return f"--{flag}={durations.scaled(duration, self.factor)}"

        return [
            str(self.tools["prometheus"]),
            f"--config.file={self._file(name)}",
            f"--storage.tsdb.path={self.folder / name}",
            f"--web.listen-address={HOST}:{self.ports[name]}",
            "--storage.tsdb.retention.time=1d",
            # Prometheus' own defaults, as fast as all the rest.
            time("rules.alert.resend-delay", "1m"),
            time("rules.alert.for-outage-tolerance", "1h"),
            time("rules.alert.for-grace-period", "10m"),
            time("query.lookback-delta", "5m"),
            time("scrape.discovery-reload-interval", "5s"),
            "--log.level=warn",
        ]

    def _alertmanager(self, name: str) -> list[str]:
        peer_timeout = max(_LEAST_PEER_TIMEOUT * 1000, durations.milliseconds(self.peer_timeout) / self.factor)
        others = [f"--cluster.peer={HOST}:{self.ports[f'{each}-gossip']}" for each in ALERTMANAGER if each != name]
        cluster = [
            f"--cluster.listen-address={HOST}:{self.ports[f'{name}-gossip']}",
            *others,
            f"--cluster.peer-timeout={round(peer_timeout)}ms",
            "--cluster.gossip-interval=50ms",  # three members on one machine also settle the sooner for it
            "--cluster.pushpull-interval=5s",
        ]
        return [
            str(self.tools["alertmanager"]),
            f"--config.file={self._file('alertmanager')}",
            f"--storage.path={self.folder / name}",
            f"--web.listen-address={HOST}:{self.ports[name]}",
            f"--web.external-url={self.url(name)}",
            *(cluster if self.gossip else ["--cluster.listen-address="]),
            "--log.level=warn",
        ]

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.yaml"

    def _healthy(self, name: str) -> Callable[[], bool]:
        if name in ALERTMANAGER:
            return lambda: self._settled(name)
        return lambda: get(self.ports[name], _PATHS.get(name, "/-/ready")) is not None

    def _settled(self, name: str) -> bool:
        """Whether an Alertmanager has found the others, before which it notifies nobody."""
        found = get(self.ports[name], "/api/v2/status")
        return found is not None and json.loads(found)["cluster"]["status"] in {"ready", "disabled"}


def _write(path: Path, content: Document | list[Document]) -> None:
    """JSON, which is YAML as well and written a hundred times as fast."""
    write(path, json.dumps(content, indent=1).encode())


def get(port: int, path: str) -> bytes | None:
    """What a process answers, None where it does not, or not with 200."""
    return request("GET", port, path)


def request(method: str, port: int, path: str) -> bytes | None:
    """The same for any method."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return body if response.status == http.client.OK else None
