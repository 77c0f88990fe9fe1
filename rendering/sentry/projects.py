"""Teams, a project for each service, and in each environment a key of its own to report with."""

from typing import Any

from catalog.catalog import Catalog
from rendering.resource import Ref, Resource
from rendering.sentry.places import KEY, PROJECT, TEAM, Organization, Reporting, reporting, teams


def resources(catalog: Catalog, organization: Organization) -> list[Resource]:
    """Teams and projects once for all environments; keys for each, so that one can be closed or limited alone."""
    made = [_team(name, catalog, organization) for name in teams(catalog, organization.content)]
    for each in reporting(catalog):
        made += [_project(each, organization), _key(each, organization)]
    return made


def needed(each: Reporting, organization: Organization) -> tuple[Ref, ...]:
    """The project, where it is this stack's to make: whatever belongs to it comes after it."""
    return (Ref(PROJECT, each.name),) if organization.ours else ()


def _team(name: str, catalog: Catalog, organization: Organization) -> Resource:
    inputs = {"organization": organization.slug, "name": catalog.teams[name].title, "slug": name}
    return Resource(TEAM, name, inputs, account_wide=True)


def _project(each: Reporting, organization: Organization) -> Resource:
    """The security team is one of the project's: Sentry sends mail about it to no other (rules' form, `MemberTeamForm`)."""
    names = dict.fromkeys([each.team, organization.content.security_team])
    inputs: dict[str, Any] = {
        "organization": organization.slug,
        "teams": [Ref(TEAM, name, "slug") for name in names],
        "name": each.slug,
        "slug": each.slug,
        "platform": each.service.sdk or "other",
        "resolveAge": organization.content.resolve_hours,
    }
    return Resource(PROJECT, each.name, inputs, account_wide=True)


def _key(each: Reporting, organization: Organization) -> Resource:
    limit = organization.content.rate_limit
    inputs: dict[str, Any] = {"organization": organization.slug, "project": each.slug, "name": organization.environment}
    if limit is not None:
        inputs |= {"rateLimitCount": limit.count, "rateLimitWindow": limit.window}
    secrets = ("dsnCsp", "dsnPublic", "dsnSecret", "public", "secret")
    return Resource(KEY, each.name, inputs, secrets=secrets, after=needed(each, organization))
