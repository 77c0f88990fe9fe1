"""Collects the faults that checks between the catalog's files find."""

from collections.abc import Callable
from dataclasses import dataclass, field

from catalog.catalog import Catalog, Subject
from catalog.faults import Fault, nearest
from catalog.model import Statistic
from catalog.signal import Signal


@dataclass
class Findings:
    """What a run of the checks has found so far; `broken_signals` are defined but wrong, and told already."""

    catalog: Catalog
    broken_signals: set[str]
    signal_files: dict[str, str] = field(default_factory=dict[str, str])
    """Where each signal is defined."""
    faults: list[Fault] = field(default_factory=list[Fault])

    def fault(self, subject: Subject, key: str, value: object, reason: str, remedy: str) -> None:
        """A fault at a key of a service or dependency."""
        self.file_fault(subject.application.application, f"{subject.place}.{key}", value, reason, remedy)

    def file_fault(self, application: str, key: str, value: object, reason: str, remedy: str) -> None:
        """A fault at a key of an application's file."""
        self.faults.append(Fault(f"catalog/applications/{application}.yaml", key, str(value), reason, remedy))

    def signal_fault(self, signal: str, key: str, value: object, reason: str, remedy: str) -> None:
        """A fault at a key of a signal."""
        self.faults.append(Fault(self.signal_files.get(signal, "catalog/signals"), f"{signal}.{key}", str(value), reason, remedy))

    def signal(self, subject: Subject, key: str, name: str) -> Signal | None:
        """The signal of that name; a fault where nobody defines it (none where its definition is itself at fault)."""
        found = self.catalog.signals.get(name)
        if found is None and name not in self.broken_signals:
            self.fault(subject, key, name, "no signal of this name is defined", nearest(name, self.catalog.signals))
        return found

    def value(self, subject: Subject, key: str, text: object, parse: Callable[[object], float]) -> float | None:
        """A threshold in its base unit; a fault where it does not parse."""
        try:
            return parse(text)
        except ValueError as error:
            reason, _, remedy = str(error).partition("; ")
            self.fault(subject, key, text, reason, remedy or "write it in the signal's unit")
            return None

    def statistic(self, subject: Subject, key: str, statistic: Statistic | None, signal: Signal) -> None:
        """Latency signals need a statistic, others have none."""
        if (statistic is not None) != (signal.form == "histogram"):
            reason = "a latency signal needs a statistic" if statistic is None else "only a histogram has statistics"
            self.fault(
                subject,
                key,
                statistic or "",
                reason,
                "write statistic: p95 (p50, p99, average)" if statistic is None else "remove `statistic`",
            )
