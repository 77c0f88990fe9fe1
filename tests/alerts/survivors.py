"""Mutants that nothing can notice or that no test pays for, by the reason; whatever else survives fails the tests."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.alerts.hunt import Fate


@dataclass(frozen=True)
class Excuse:
    """Why mutants whose titles match survive."""

    pattern: str
    reason: str


EXCUSES: tuple[Excuse, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """Survivors by reason, those without one, and reasons that excuse nobody."""

    excused: Counter[str]
    unexplained: list[str]
    stale: list[str]


def judged(survivors: Iterable[Fate], excuses: tuple[Excuse, ...] = EXCUSES) -> Judgement:
    """The first excuse that matches counts."""
    excused, unexplained, used = Counter[str](), list[str](), set[str]()
    for fate in survivors:
        found = next((excuse for excuse in excuses if re.search(excuse.pattern, fate.title)), None)
        if found is None:
            unexplained.append(fate.title)
        else:
            excused[found.reason] += 1
            used.add(found.pattern)
    return Judgement(excused, unexplained, [excuse.pattern for excuse in excuses if excuse.pattern not in used])
