"""Names, ports and folders of Loki: what workloads, policies, agents and Grafana must agree on with its configuration."""

from typing import Literal

from rendering.loki.settings import LokiSettings
from rendering.site import Namespaces

NAME = "loki"
"""The platform's service in the catalog, and what every pod of it is called."""
MEMBERS = "loki-members"
"""The headless Service by which processes find each other, and Prometheus finds them all."""
HTTP, GRPC, GOSSIP = 3100, 9095, 7946
FOLDER = "/etc/loki"
RULES = "/etc/loki-rules"
DATA = "/var/loki"
CONFIGURATION = "config.yaml"
TENANT = "fake"
"""What Loki calls its only tenant where nobody logs in (`auth_enabled: false`); rules stand in a folder of that name."""

Target = Literal["all", "write", "read", "backend"]
"""What a process is for, as Loki's `-target` has it."""


def targets(settings: LokiSettings) -> tuple[Target, ...]:
    """The kinds of processes that there are."""
    return ("all",) if settings.mode == "single" else ("write", "read", "backend")


def workload(target: Target) -> str:
    """Name of the processes of one kind, and of the Service before them."""
    return NAME if target == "all" else f"{NAME}-{target}"


def _address(settings: LokiSettings, target: Target, namespaces: Namespaces) -> str:
    name = workload("all" if settings.mode == "single" else target)
    return f"http://{name}.{namespaces.logging}.svc:{HTTP}"


def push(settings: LokiSettings, namespaces: Namespaces) -> str:
    """Where agents send records to."""
    return _address(settings, "write", namespaces)


def query(settings: LokiSettings, namespaces: Namespaces) -> str:
    """Where Grafana asks."""
    return _address(settings, "read", namespaces)


def compactor(settings: LokiSettings, namespaces: Namespaces) -> str:
    """Where the others ask for what has been deleted."""
    return _address(settings, "backend", namespaces)
