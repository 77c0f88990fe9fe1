"""Teams as Datadog knows them, with links to what they need."""

from collections.abc import Iterator

from catalog.catalog import Catalog
from catalog.people import Team
from rendering import wording
from rendering.resource import Resource
from rendering.site import Site

TEAM, LINK = "datadog:index/team:Team", "datadog:index/teamLink:TeamLink"


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Every team with its links, once for the account."""
    if site.datadog is None:
        return []
    return [made for name, team in catalog.teams.items() for made in _team(name, team, catalog, site)]


def _team(name: str, team: Team, catalog: Catalog, site: Site) -> Iterator[Resource]:
    """Membership is the identity provider's: the catalog knows roles and rotas, no accounts."""
    owned = ", ".join(application.title for application in catalog.applications.values() if application.owner.team == name)
    described = f"{f'Owns {owned}. ' if owned else ''}Mail: {team.email}. Roles that alerts call: {', '.join(team.people)}."
    made = Resource(TEAM, name, {"handle": name, "name": team.title, "description": described}, account_wide=True)
    yield made
    for position, (label, url) in enumerate(_links(team, catalog, name, site).items()):
        inputs = {"teamId": made.ref, "label": label, "url": url, "position": position}
        yield Resource(LINK, f"{name}.{wording.camel(label.lower().replace(' ', '-'))}", inputs, account_wide=True)


def _links(team: Team, catalog: Catalog, name: str, site: Site) -> dict[str, str]:
    found = {"Runbooks": site.runbooks_url}
    if site.jira is not None and team.jira is not None:
        found["Tickets"] = f"{site.jira.url.rstrip('/')}/browse/{team.jira}"
    if site.grafana_url is not None and any(each.owner.team == name for each in catalog.applications.values()):
        found["Grafana"] = site.grafana_url
    return found
