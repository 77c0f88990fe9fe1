"""Who may do what in Grafana: teams, folders with their permissions, accounts of machines, and what everybody sees first.

Keys are those of the Grafana provider's resources. Roles of people come with their login (viewer, editor, admin by group); folders narrow
them: each application's owners edit its dashboards, everybody else looks at them, administrators always may.
"""

from collections.abc import Iterable

from catalog.catalog import Catalog
from catalog.people import Team
from rendering.document import Document

ACCOUNTS = {"ci": "Editor", "viewer": "Viewer"}
"""Machines: `ci` writes markers of deployments, which takes an editor; `viewer` reads."""


def teams(catalog: Catalog, *, members: bool) -> list[Document]:
    """One for each team of the catalog, by the name that alerts carry as `team`."""
    return [_team(name, team, members=members) for name, team in catalog.teams.items()]


def _team(name: str, team: Team, *, members: bool) -> Document:
    people = sorted({person.email for person in team.people.values()})
    return {"name": name, "email": team.email, **({"members": people} if members else {})}


def folders(catalog: Catalog) -> list[Document]:
    """One for each application, the platform among them; `permissions` name teams by `team`.

    Administrators stand in none: their role reaches every folder.
    """
    return [
        {
            "uid": name,
            "title": name,
            "permissions": [
                {"role": "Viewer", "permission": "View"},
                {"role": "Editor", "permission": "View"},
                {"team": application.owner.team, "permission": "Edit"},
            ],
        }
        for name, application in catalog.applications.items()
    ]


def accounts() -> list[Document]:
    """Service accounts, each with one token."""
    return [{"name": f"observatory-{name}", "role": role} for name, role in ACCOUNTS.items()]


def preferences(uids: Iterable[str], home: str) -> Document:
    """Of the organisation; its first page is the dashboard `home`, where there is one."""
    return {"weekStart": "monday", "timezone": "browser", **({"homeDashboardUid": home} if home in set(uids) else {})}
