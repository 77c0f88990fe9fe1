"""Whose records a space shows: one application's, or everybody's."""

from dataclasses import dataclass
from typing import Literal

from catalog.catalog import Catalog
from catalog.model import Application
from rendering.elastic.places import dead_letters, stream
from rendering.elastic.spaces import SHARED
from rendering.logs.settings import DATASETS, Dataset
from rendering.site import Site

View = Literal["logs", "errors", "metrics", "events", "everything", "dead-letters"]
"""What is looked at together. `events`: business, security and performance."""
_DATASETS: dict[View, tuple[Dataset, ...]] = {
    "logs": ("logs",),
    "errors": ("errors",),
    "metrics": ("metrics",),
    "events": ("business", "security", "performance"),
    "everything": DATASETS,
}


@dataclass(frozen=True)
class Scope:
    """A space with its views."""

    space: str
    title: str
    patterns: dict[View, str]
    """Names of indices by view, as Kibana wants them: with commas between."""

    def id(self, what: str) -> str:
        """A saved object's id: the same at every import, and another in every space, since Kibana knows an id but once."""
        return f"observatory-{'all' if self.space == SHARED else self.space}-{what}"

    def name(self, what: str) -> str:
        """A title that says whose it is."""
        return f"{what} — {self.title}"


def scopes(catalog: Catalog, site: Site) -> list[Scope]:
    """The shared space first."""
    applications = list(catalog.applications.values())
    shared = Scope(SHARED, "all applications", {view: _patterns(applications, datasets, site) for view, datasets in _DATASETS.items()})
    shared.patterns["dead-letters"] = dead_letters(site)
    return [
        shared,
        *(
            Scope(each.application, each.title, {view: _patterns([each], datasets, site) for view, datasets in _DATASETS.items()})
            for each in applications
        ),
    ]


def _patterns(applications: list[Application], datasets: tuple[Dataset, ...], site: Site) -> str:
    names = [stream(application, dataset, site) for application in applications for dataset in datasets]
    return ",".join(names + [each.logs.direct for each in applications if each.logs.direct and "logs" in datasets])
