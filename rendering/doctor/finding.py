"""What a check has found, and what all findings together mean for whoever started it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    NOTE = "note"
    """Worth knowing, and nothing to wait for."""
    WRONG = "wrong"
    MISSING = "missing"
    """Something is not there, so that nobody can say whether it works."""
    SIMULATED = "simulated"
    """Nothing of it runs here, so there is nothing to ask."""


@dataclass(frozen=True)
class Finding:
    """One line of the report; `remedy` says what to do where something is not as it should be."""

    name: str
    state: State
    detail: str
    remedy: str = ""

    def document(self) -> dict[str, str]:
        """As JSON has it."""
        return asdict(self) | {"state": self.state.value}


def status(findings: Iterable[Finding]) -> int:
    """The exit status: 1 where something is wrong, else 3 where something is missing, else 0."""
    states = {finding.state for finding in findings}
    return 1 if State.WRONG in states else 3 if State.MISSING in states else 0
