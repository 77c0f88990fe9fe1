"""How a provider's account is opened: each key from the environment, where the provider reads it itself, else from secret configuration."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

import pulumi

from catalog.faults import Fault
from components.secrets import PROJECT, Need, configured


@dataclass(frozen=True)
class Login:
    """One key."""

    need: Need
    variable: str
    """The provider reads this variable itself, so a key given by it is in no state."""
    input: str
    """The provider's input of it."""

    @property
    def given(self) -> bool:
        """Whether anybody gave it."""
        return bool(os.environ.get(self.variable)) or configured(self.need) is not None


def inputs(logins: Iterable[Login]) -> dict[str, pulumi.Output[str]]:
    """The provider's inputs: keys of the configuration, none of those that it reads from the environment itself."""
    found = {login.input: configured(login.need) for login in logins if not os.environ.get(login.variable)}
    return {name: value for name, value in found.items() if value is not None}


def unauthorised(logins: Iterable[Login], system: str, stack: str) -> list[Fault]:
    """A fault for each key that nobody gave; `system` is the settings' name of what it opens."""
    return [
        Fault(
            f"Pulumi.{stack}.yaml",
            f"{PROJECT}:{login.need.config}",
            "",
            f"a secret is missing: {login.need.purpose}",
            f"set {login.variable} in the environment, which then stands in no state; or pulumi config set --secret --stack {stack} "
            f"{PROJECT}:{login.need.config}; or leave {system} out of the settings",
        )
        for login in logins
        if not login.given
    ]
