"""What tests look up in rendered documents."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml

from rendering.documents import Rendered


def rules(rendered: Rendered) -> Iterator[dict[str, Any]]:
    """Every rule of every group."""
    for document in rendered.rules:
        for group in document["spec"]["groups"]:
            yield from group["rules"]


def alert(rendered: Rendered, name: str, **labels: str) -> dict[str, Any]:
    """The one alert of this name and these labels."""
    found = [rule for rule in rules(rendered) if rule.get("alert") == name and labels.items() <= rule["labels"].items()]
    assert len(found) == 1, f"{len(found)} alerts are called {name} with {labels}"
    return found[0]


def monitor(rendered: Rendered, name: str) -> dict[str, Any]:
    """The specification of the one monitor of this name."""
    (found,) = [document for document in rendered.monitors if document["metadata"]["name"] == name]
    return found["spec"]


def endpoint(spec: dict[str, Any]) -> dict[str, Any]:
    """A monitor's only endpoint."""
    (found,) = spec.get("endpoints") or spec["podMetricsEndpoints"]
    return found


def alertmanager(rendered: Rendered) -> dict[str, Any]:
    """Alertmanager's configuration, read back."""
    return read(rendered.alertmanager["alertmanager.yaml"])


@cache
def read(text: str) -> dict[str, Any]:
    """YAML by libyaml where it is there, each text once."""
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  the safe loader, in C


def routes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A route and all below it."""
    yield node
    for child in node.get("routes", ()):
        yield from routes(child)
