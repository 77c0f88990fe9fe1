"""Production with everything switched on that no committed stack has."""

from functools import cache
from typing import Any

import pulumi
import yaml

from local import monitor
from local.monitor import Recording
from stacks.environment import deploy
from stacks.program import ROOT, Prepared, survey

REMEDIATION: dict[str, Any] = {"dry_run": False}
NEWRELIC: dict[str, Any] = {"account_id": "1234567", "region": "eu", "synthetics": {"locations": ["EU_CENTRAL_1"]}}


def settings(stack: str = "prod") -> dict[str, Any]:
    """A committed stack's, to change."""
    return yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]["observatory:settings"]


@cache
def prepared() -> Prepared:
    given = settings()
    given["operators"]["argo_events"] = "release"
    return survey("prod", ROOT, given | {"newrelic": NEWRELIC, "remediation": REMEDIATION})


def main() -> None:
    for name, value in deploy(prepared()).items():
        pulumi.export(name, value)


@cache
def recording() -> Recording:
    return monitor.record(main, "prod")
