"""All that Grafana is filled with in one environment, apart from how it gets there; and the same as files, for people to read."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from catalog.catalog import Catalog
from dashboards.grafana import organisation
from dashboards.grafana.contacts import Contacts, Way, contacts
from dashboards.grafana.shared import SLO_OVERVIEW
from dashboards.grafana.sources import Stores, sources
from dashboards.model import Dashboard
from rendering.document import Document
from rendering.secrets import SecretKey
from rendering.site import Site

MASK = "[secret]"


@dataclass(frozen=True)
class Choices:
    """What an environment decides about content."""

    members: bool
    ways: Collection[Way]
    organisation: bool
    """Whether what the organisation has once is ours: its preferences, and the root of its notification policies."""


@dataclass(frozen=True)
class Content:
    """Documents in the provider's words; secrets stand as the keys by which they are given."""

    teams: list[Document]
    folders: list[Document]
    accounts: list[Document]
    sources: list[Document]
    contacts: Contacts
    policy: Document | None
    preferences: Document | None
    places: dict[str, str]
    """The folder of each dashboard, by uid."""

    @property
    def secrets(self) -> list[SecretKey]:
        """Every secret that somebody must give, sorted."""
        return sorted(set(_secrets([self.sources, list(self.contacts.points)])))


def content(catalog: Catalog, site: Site, stores: Stores, dashboards: Sequence[Dashboard], choices: Choices) -> Content:
    """Everything but the dashboards' own documents, in time linear to the catalog."""
    told = contacts(catalog, site, choices.ways)
    places = {dashboard.uid: dashboard.folder for dashboard in dashboards}
    return Content(
        teams=organisation.teams(catalog, members=choices.members),
        folders=organisation.folders(catalog),
        accounts=organisation.accounts(),
        sources=sources(stores),
        contacts=told,
        policy=told.policy if choices.organisation else None,
        preferences=organisation.preferences(places, SLO_OVERVIEW) if choices.organisation else None,
        places=places,
    )


def files(found: Content) -> dict[str, str]:
    """One JSON file for each document, by path; secrets are masked."""
    return {f"grafana/{path}.json": _text(document) for path, document in _documents(found)}


def _documents(found: Content) -> Iterator[tuple[str, Document]]:
    for source in found.sources:
        yield f"datasources/{source['uid']}", source
    for folder in found.folders:
        yield f"folders/{folder['uid']}", folder
    for kind, named in (
        ("teams", found.teams),
        ("service-accounts", found.accounts),
        ("contact-points", found.contacts.points),
        ("message-templates", found.contacts.templates),
    ):
        for document in named:
            yield f"{kind}/{document['name']}", document
    if found.policy is not None:
        yield "notification-policy", found.policy
    if found.preferences is not None:
        yield "organisation-preferences", found.preferences


def _text(document: Document) -> str:
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, default=lambda _: MASK) + "\n"


def _secrets(value: object) -> Iterator[SecretKey]:
    if isinstance(value, SecretKey):
        yield value
    elif isinstance(value, dict):
        for part in cast("dict[str, object]", value).values():
            yield from _secrets(part)
    elif isinstance(value, list):
        for part in cast("list[object]", value):
            yield from _secrets(part)
