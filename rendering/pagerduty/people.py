"""Users, teams and schedules: found in the account, or made where the settings say so and this stack owns them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from catalog.catalog import Catalog
from catalog.people import Person, Rotation
from rendering.pagerduty.calls import Call
from rendering.pagerduty.settings import Account
from rendering.resource import Lookup, Ref, Resource

USER, TEAM, SCHEDULE = "pagerduty:index/user:User", "pagerduty:index/team:Team", "pagerduty:index/schedule:Schedule"
MEMBER = "pagerduty:index/teamMembership:TeamMembership"
FOUND_USER, FOUND_TEAM = "pagerduty:index/getUser:getUser", "pagerduty:index/getTeam:getTeam"
FOUND_SCHEDULE = "pagerduty:index/getSchedule:getSchedule"


def user(email: str, account: Account) -> Ref | Lookup:
    """A user's id."""
    return Ref(USER, email) if account.makes_people else Lookup(FOUND_USER, (("email", email),), "id")


def team(name: str, catalog: Catalog, account: Account) -> Ref | Lookup:
    """A team's id."""
    return Ref(TEAM, name) if account.makes_people else Lookup(FOUND_TEAM, (("name", catalog.teams[name].title),), "id")


def schedule(person: Person, account: Account) -> Ref | Lookup:
    """The id of a rotating role's schedule."""
    name = str(person.schedule)
    return Ref(SCHEDULE, name) if person.rotation and account.owns else Lookup(FOUND_SCHEDULE, (("name", name),), "id")


def called(calls: Iterable[Call], catalog: Catalog) -> Iterator[tuple[str, str, Person]]:
    """Team, role and person of everybody whom some level calls, once each."""
    known: dict[tuple[str, str], Person] = {}
    for call in calls:
        for name in call.policies:
            for level in call.escalation(name).levels:
                known |= {(call.team, role): catalog.teams[call.team].people[role] for role in level.notify}
    return ((of, role, person) for (of, role), person in known.items())


def resources(catalog: Catalog, calls: list[Call], account: Account) -> list[Resource]:
    """What is made for those whom some level calls; nothing where everything is found."""
    found: dict[str, Resource] = {}
    for of, role, person in called(calls, catalog):
        if person.schedule and person.rotation and account.owns:
            found.setdefault(f"schedule {person.schedule}", _schedule(of, person.schedule, person.rotation, catalog, account))
        for email, name in _users(of, role, person, catalog) if account.makes_people else ():
            found.setdefault(f"user {email}", Resource(USER, email, {"email": email, "name": name, "role": "limited_user"}))
            member = {"teamId": team(of, catalog, account), "userId": user(email, account), "role": "responder"}
            found.setdefault(f"member {of} {email}", Resource(MEMBER, f"{of}.{email}", member))
    teams = dict.fromkeys(call.team for call in calls) if account.makes_people else {}
    return [*(_team(name, catalog.teams[name].title) for name in teams), *found.values()]


def _users(of: str, role: str, person: Person, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Addresses and names of a role's users; of one that rotates, of those who take turns."""
    if person.schedule is None:
        yield person.email, f"{catalog.teams[of].title}: {role}"
    elif person.rotation:
        yield from ((email, email.partition("@")[0]) for email in person.rotation.members)


def _team(name: str, title: str) -> Resource:
    return Resource(TEAM, name, {"name": title, "description": f"Team {name} of the catalog"})


def _schedule(of: str, name: str, rotation: Rotation, catalog: Catalog, account: Account) -> Resource:
    start = begins(rotation)
    layer = {
        "name": "turns",
        "start": start,
        "rotationVirtualStart": start,
        "rotationTurnLengthSeconds": int(rotation.turn),
        "users": [user(email, account) for email in rotation.members],
    }
    inputs = {
        "name": name,
        "description": f"On call for team {of}. Turns are the catalog's (catalog/teams.yaml); exceptions are overrides, made here.",
        "timeZone": zone(rotation.timezone),
        "layers": [layer],
        "teams": [team(of, catalog, account)],
    }
    return Resource(SCHEDULE, name, inputs)


def zone(name: str) -> str:
    """A time zone as PagerDuty knows it: names of the tz database."""
    return "Etc/UTC" if name == "UTC" else name


def begins(rotation: Rotation) -> str:
    """When the first turn does, with the offset that its time zone has then (RFC 3339)."""
    moment = datetime.fromisoformat(f"{rotation.since.isoformat()}T{rotation.handoff}:00")
    return moment.replace(tzinfo=ZoneInfo(zone(rotation.timezone))).isoformat()
