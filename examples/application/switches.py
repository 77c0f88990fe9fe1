"""The ways in which the service can be broken on request; without one it works."""

import threading
from dataclasses import asdict, dataclass, replace
from typing import Any

GIGABYTE = 2**30


@dataclass(frozen=True)
class Faults:
    """What is wrong at the moment; the defaults are health."""

    errors: float = 0.0
    """Share of requests that are answered 500."""
    slow: float = 0.0
    """Seconds that the database makes every request wait."""
    ai_errors: float = 0.0
    """Share of model calls that fail; users get the apology that stands in for an answer."""
    down: bool = False
    """Connections are closed without an answer."""
    memory: int = 0
    """Bytes that the service claims to use beyond what it does: nobody's machine is filled for a demonstration."""


WAYS: dict[str, Faults] = {
    "errors": Faults(errors=0.3),
    "slow": Faults(slow=1.5),
    "ai-errors": Faults(ai_errors=0.5),
    "down": Faults(down=True),
    "memory": Faults(memory=9 * GIGABYTE),
}
"""What each switch means."""


class Switches:
    """The faults that are switched on, changed by one thread and read by many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._on: tuple[str, ...] = ()
        self.faults = Faults()

    def turn_on(self, way: str) -> None:
        """Breaks the service in one more way; KeyError for a way that there is not."""
        with self._lock:
            changed = {key: value for key, value in asdict(WAYS[way]).items() if value != getattr(Faults(), key)}
            self.faults = replace(self.faults, **changed)
            self._on = tuple(dict.fromkeys((*self._on, way)))

    def mend(self) -> None:
        """Nothing is broken any more."""
        with self._lock:
            self.faults, self._on = Faults(), ()

    def state(self) -> dict[str, Any]:
        """What is on, and what could be."""
        with self._lock:
            return {"broken": list(self._on), "ways": list(WAYS)}
