"""The two keys that an account opens by, and who has them: agents and applications the one to send with, this program both."""

import os

import pulumi

from catalog.faults import Fault
from components.secrets import PROJECT, Need, configured

API = Need("datadog", "api-key", "Datadog API key, with which agents and applications send")
ADMIN = Need("datadog", "admin-app-key", "Datadog application key that may write what the catalog means there: monitors, dashboards, logs")
VARIABLES = {API: "DD_API_KEY", ADMIN: "DD_APP_KEY"}
"""The provider reads these variables itself, so a key given by them is in no state."""
_INPUTS = {API: "apiKey", ADMIN: "appKey"}


def inputs() -> dict[str, pulumi.Output[str]]:
    """The provider's inputs: keys of the configuration, none of those that it reads from the environment itself."""
    found = {_INPUTS[need]: configured(need) for need, variable in VARIABLES.items() if not os.environ.get(variable)}
    return {name: value for name, value in found.items() if value is not None}


def authorised() -> bool:
    """Whether both keys are given."""
    return all(_given(need) for need in VARIABLES)


def unauthorised(stack: str) -> list[Fault]:
    """A fault for each key that nobody gave."""
    return [
        Fault(
            f"Pulumi.{stack}.yaml",
            f"{PROJECT}:{need.config}",
            "",
            f"a secret is missing: {need.purpose}",
            f"set {variable} in the environment, which then stands in no state; or pulumi config set --secret --stack {stack} "
            f"{PROJECT}:{need.config}; or leave datadog out of the settings",
        )
        for need, variable in VARIABLES.items()
        if not _given(need)
    ]


def _given(need: Need) -> bool:
    return bool(os.environ.get(VARIABLES[need])) or configured(need) is not None
