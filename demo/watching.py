"""Which service a demonstration is about: the one that the sample application plays, or one that a person runs beside it."""

from pathlib import Path

from catalog.faults import Fault, FaultsError
from catalog.loading import load
from catalog.model import Service
from demo.configuration import SUBJECT, Subject

_PORTS = range(1, 2**16)


def watched(text: str | None, root: Path) -> tuple[Subject, int | None]:
    """Reads `application/service:port`; FaultsError where the catalog has no such service, or nothing is a port.

    Only services whose pods Prometheus finds: a PodMonitor's targets are what discovery is imitated for.
    """
    if text is None:
        return SUBJECT, None
    subjects = {
        f"{each.application.application}/{each.name}": (each, each.watched.runs)
        for each in load(root).subjects()
        if isinstance(each.watched, Service) and each.application.namespace and each.watched.runs.monitor == "pod"
    }
    name, _, port = text.rpartition(":")
    if name not in subjects:
        remedy = f"add it to the catalog with `monitor: pod`, or name one of: {', '.join(sorted(subjects))}"
        raise _fault(text, "the catalog has no such service whose pods Prometheus finds", remedy)
    if not port.isdecimal() or int(port) not in _PORTS:
        raise _fault(text, f"{port!r} is no port", f"name the port of 127.0.0.1 where it listens: {name}:8000")
    subject, runs = subjects[name]
    namespace = subject.application.namespace or ""
    return Subject(subject.application.application, subject.name, namespace, int(runs.port or 0), runs.selector), int(port)


def _fault(value: str, reason: str, remedy: str) -> FaultsError:
    return FaultsError([Fault("command line", "--watch", value, reason, remedy)])
