"""A small catalog that is right, and ways to break it."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.faults import Fault, FaultsError
from catalog.loading import load

Change = Callable[[dict[str, Any]], None]

ERRORS = {
    "title": "share of requests that fail",
    "unit": "ratio",
    "wrong": "high",
    "by": ["endpoint"],
    "prometheus": {"bad": 'sum by($by)(rate(r_total{$sel,status=~"$bad"}[$w]))', "all": "sum by($by)(rate(r_total{$sel}[$w]))"},
    "datadog": {"gap": "not collected there"},
    "cloudwatch": {"gap": "not collected there"},
    "examples": {"quiet": 0.001, "fires": 0.2},
}
LATENCY = ERRORS | {"title": "time to answer", "unit": "seconds", "by": [], "prometheus": {"histogram": "r_seconds"}}
READY = ERRORS | {
    "title": "whether it is ready",
    "unit": "state",
    "wrong": "low",
    "by": [],
    "prometheus": {"value": "up{$sel}"},
    "examples": {"quiet": 1, "fires": 0},
}
EXPORTERS: dict[str, Any] = {
    "postgres": {"about": "dependency", "version": "1.0", "metrics": {"pg_up": []}},
    "scrapes": {"about": "scraped", "version": "1.0", "metrics": {"up": []}},
    "kube-state-metrics": {"about": "cluster", "version": "1.0", "metrics": {"kube_pod_info": ["namespace", "pod", "node"]}},
}
TEAMS = {
    "shop": {
        "title": "Shop",
        "slack": {"critical": "#shop"},
        "email": "shop@example.com",
        "pagerduty": True,
        "people": {"on-call": {"email": "on-call@example.com", "schedule": "shop"}},
    }
}
ALERT = {
    "signal": "errors",
    "above": 0.05,
    "for": "5m",
    "priority": "P1",
    "impact": "orders are refused",
    "action": "read the error log",
}
APPLICATION = {
    "application": "shop",
    "title": "Shop",
    "namespace": "shop",
    "owner": {"team": "shop", "escalation": "critical"},
    "http": {"bad": "5..", "status_label": "status", "route_label": "endpoint"},
    "evaluation_interval": "15s",
    "notifications": {"group_wait": "10s", "group_interval": "1m", "repeat_interval": "1h"},
    "escalations": {"critical": {"levels": [{"after": "0s", "notify": ["on-call"]}]}},
    "dependencies": {"postgres": {"kind": "postgres", "runs": "rds", "host": "db.shop", "port": 5432}},
    "services": {
        "api": {
            "title": "API",
            "runs": {"platform": "eks", "selector": {"app": "api"}, "port": "metrics"},
            "identity": {"otel": "api", "datadog": "api"},
            "collect": {"metrics": ["prometheus"]},
            "series_budget": 1000,
            "exposes": {"r_total": ["endpoint", "status"], "r_seconds": ["le"]},
            "depends_on": ["postgres"],
            "buckets": {"latency": [0.1, 0.5, 1]},
            "objectives": {
                "availability": {"signal": "errors", "target": 0.999, "window": "30d"},
                "fast": {"signal": "latency", "under": "500ms", "target": 0.99, "window": "30d"},
            },
            "alerts": {"ManyErrors": ALERT},
        }
    },
}


SERVICE = "services.api"


def write(root: Path, change: Change | None = None) -> Path:
    """A small catalog that is right, changed by the test."""
    files = deepcopy(
        {
            "signals/shop.yaml": {"errors": ERRORS, "latency": LATENCY, "ready": READY},
            "teams.yaml": TEAMS,
            "exporters.yaml": EXPORTERS,
            "applications/shop.yaml": APPLICATION,
        }
    )
    if change:
        change(files)
    for name, data in files.items():
        path = root / "catalog" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(data if isinstance(data, str) else yaml.safe_dump(data))
    return root


def faults(root: Path, change: Change) -> list[Fault]:
    with pytest.raises(FaultsError) as told:
        load(write(root, change))
    return list(told.value.faults)


def api(files: dict[str, Any]) -> dict[str, Any]:
    return files["applications/shop.yaml"]["services"]["api"]


def alert(files: dict[str, Any]) -> dict[str, Any]:
    return api(files)["alerts"]["ManyErrors"]


def setting(place: Callable[[dict[str, Any]], dict[str, Any]], /, **values: object) -> Change:
    def change(files: dict[str, Any]) -> None:
        place(files).update(values)

    return change


def removing(place: Callable[[dict[str, Any]], dict[str, Any]], key: str) -> Change:
    def change(files: dict[str, Any]) -> None:
        del place(files)[key]

    return change


def owner(files: dict[str, Any]) -> dict[str, Any]:
    return files["applications/shop.yaml"]["owner"]


def objective(files: dict[str, Any]) -> dict[str, Any]:
    return api(files)["objectives"]["availability"]


def fast(files: dict[str, Any]) -> dict[str, Any]:
    return api(files)["objectives"]["fast"]
