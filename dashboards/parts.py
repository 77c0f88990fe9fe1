"""What dashboards ask of an application's parts, whatever program draws them."""

from collections.abc import Iterable

from catalog.base import Backend
from catalog.catalog import Subject
from catalog.model import Dependency, Service


def named_signals(subject: Subject) -> set[str]:
    """Signals that a part's entry in the catalog names, whatever for."""
    watched = subject.watched
    placed = [*watched.alerts.values(), *watched.targets.values()]
    if isinstance(watched, Service):
        placed += [*watched.objectives.values(), *watched.business.values()]
    return {each.signal for each in placed}


def on_aws(parts: Iterable[Subject]) -> bool:
    """Whether AWS runs anything of an application itself, or CloudWatch collects its metrics."""
    for subject in parts:
        watched = subject.watched
        if isinstance(watched, Dependency) and watched.runs in {"rds", "elasticache"}:
            return True
        if isinstance(watched, Service) and (watched.runs.platform == "ecs" or Backend.CLOUDWATCH in watched.collect.metrics):
            return True
    return False
