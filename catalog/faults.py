"""How a user's mistakes are told: all of them at once, each with its place and its remedy."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake of a user.

    `file` is relative to the project's root, `key` a dotted path in it, `value` what stands there as the user wrote it.
    """

    file: str
    key: str
    value: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        value = f" = {self.value}" if self.value else ""
        return f"{self.file}: {self.key}{value}\n    {self.reason}\n    remedy: {self.remedy}"


class FaultsError(Exception):
    """The user's input is wrong; nothing has been registered. Ends a command with exit status 2."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        count = len(self.faults)
        report = "\n".join(map(str, self.faults))
        super().__init__(f"{count} {'fault' if count == 1 else 'faults'}; nothing was registered\n{report}")


class MissingError(Exception):
    """Something outside the user's files is missing: one sentence that says what to do. Ends a command with exit status 3."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A remedy for a name that nobody defines: the likeliest one meant, else all there are."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"use one of: {', '.join(names)}" if names else "none is defined yet; define it first"
