"""Sentry's part of one environment, judged before anything is registered, and what services are told of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pulumi

from catalog.catalog import Catalog
from catalog.faults import Fault, nearest
from components import handover
from components.sentry import Sentry
from components.vendor import Vendor
from rendering.document import Document
from rendering.sentry import everything
from rendering.sentry.places import SLUG_LIMIT, Organization, Reporting, reporting, shared, teams
from stacks.filled import VendorAccount
from stacks.settings import KEY, Settings

Conflict = tuple[str, str, str, str]


@dataclass(frozen=True)
class SentryAccount(VendorAccount):
    """What the organisation is filled with."""

    services: tuple[Reporting, ...] = ()

    def told(self, exports: dict[str, Any], made: Vendor) -> dict[str, Any]:
        """The exports with each project's DSN, as a secret."""
        for each in self.services:
            exports["sentry"]["projects"][each.place]["dsn"] = _dsn(each, made)
        return exports

    def handed_over(self, made: Vendor) -> Iterator[Document]:
        """A Secret for each service, beside its ConfigMap."""
        for each in self.services:
            application = each.subject.application
            if application.namespace is not None:
                variables = {"SENTRY_DSN": _dsn(each, made)}
                yield handover.secret(application.namespace, application.application, variables, each.subject.name)


def _dsn(each: Reporting, made: Vendor) -> pulumi.Output[str]:
    return pulumi.Output.secret(made.output(each.key))


def account(settings: Settings, catalog: Catalog) -> SentryAccount | None:
    """Everything that the catalog means there; None where Sentry is off."""
    chosen = settings.sentry
    if chosen is None:
        return None
    told = settings.notifications
    organization = Organization(
        content=chosen,
        environment=settings.environment,
        ours=settings.account_wide,
        slack=told.slack,
        pagerduty=told.pagerduty,
        jira=told.jira is not None,
    )
    services = tuple(reporting(catalog))
    made = everything.resources(catalog, organization)
    return SentryAccount(made, "sentry", Sentry, chosen, tuple(each.key for each in services), services)


def conflicts(settings: Settings) -> Iterator[Conflict]:
    """Key, value, reason and remedy of each choice that another setting spoils."""
    chosen, told = settings.sentry, settings.notifications
    if chosen is None:
        return
    ways = {"slack": (chosen.slack, told.slack), "pagerduty": (chosen.pagerduty, told.pagerduty), "jira": (chosen.jira, told.jira)}
    for way, (wanted, opened) in ways.items():
        if wanted is not None and not opened:
            reason = f"this environment tells nobody by this way (notifications.{way}), and Sentry would"
            yield f"sentry.{way}", "", reason, f"leave it out, or open notifications.{way}"


def faults(settings: Settings, catalog: Catalog, file: str) -> list[Fault]:
    """What only catalog and settings together are wrong in."""
    if settings.sentry is None:
        return []
    found = [Fault(file, f"{KEY}.sentry{key}", value, reason, remedy) for key, value, reason, remedy in _unknown(settings, catalog)]
    return [*found, *_slugs(catalog)]


def _unknown(settings: Settings, catalog: Catalog) -> Iterator[Conflict]:
    chosen = settings.sentry
    if chosen is None:
        return
    if not any(True for _ in reporting(catalog)):
        yield (
            "",
            "",
            "no service of the catalog reports its errors there",
            "write errors: [sentry] in a service's collect, or leave sentry out",
        )
    if chosen.security_team not in catalog.teams:
        yield (
            ".security_team",
            chosen.security_team,
            "no team of this name is in catalog/teams.yaml",
            nearest(chosen.security_team, catalog.teams),
        )
    known = [name for name in teams(catalog, chosen) if name in catalog.teams]
    called = {"pagerduty.services": chosen.pagerduty.services} if chosen.pagerduty else {}
    asked = {"jira.projects": chosen.jira.projects} if chosen.jira else {}
    for key, named in (called | asked).items():
        for team in named.keys() - set(known):
            yield f".{key}.{team}", named[team], "no rule of Sentry's tells a team of this name", nearest(team, known)


def _slugs(catalog: Catalog) -> Iterator[Fault]:
    """Projects that Sentry could not tell apart, or would not take."""

    def fault(each: Reporting, reason: str) -> Fault:
        application, service = each.subject.application.application, each.subject.name
        key = f"services.{service}.identity.sentry"
        return Fault(
            f"catalog/applications/{application}.yaml", key, each.slug, reason, "give the service a project's name of its own there"
        )

    for slug, services in shared(catalog).items():
        names = " and ".join(each.place for each in services)
        yield from (fault(each, f"{names} would report to one project, {slug!r}") for each in services[1:])
    for each in reporting(catalog):
        if len(each.slug) > SLUG_LIMIT:
            yield fault(each, f"a project's name has at most {SLUG_LIMIT} characters, this one {len(each.slug)}")
