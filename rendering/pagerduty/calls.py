"""Who is paged by what: a service of PagerDuty's for each application and team, and the escalation that each alert takes."""

from dataclasses import dataclass

from catalog.base import Backend
from catalog.catalog import Catalog, PlacedAlert
from catalog.model import Application
from catalog.people import Escalation
from rendering import wording


@dataclass(frozen=True)
class Call:
    """What a team is paged for of an application: one service of PagerDuty's."""

    application: Application
    team: str
    policies: dict[str, tuple[str, ...]]
    """Escalations that its alerts take, the usual one first, which has no keys: it takes whatever has no other."""

    @property
    def name(self) -> str:
        """The team's part of an application; the owner's is the application itself."""
        application = self.application.application
        return application if self.team == self.application.owner.team else f"{application}.{self.team}"

    @property
    def owned(self) -> bool:
        """Whether it is the owner who is paged."""
        return self.team == self.application.owner.team

    def escalation(self, policy: str) -> Escalation:
        """Levels and times of one of its policies."""
        return self.application.escalations[policy]


def calls(catalog: Catalog) -> list[Call]:
    """Every team's part of every application that it is paged for; an owner is always, by objectives if by nothing else."""
    found: list[Call] = []
    for application in catalog.applications.values():
        paging = [placed for placed in catalog.alerts() if placed.subject.application is application and placed.alert.pages]
        teams = dict.fromkeys([application.owner.team, *(placed.team for placed in paging)])
        found += [
            _call(application, team, [each for each in paging if each.team == team]) for team in teams if catalog.teams[team].pagerduty
        ]
    return found


def _call(application: Application, team: str, paging: list[PlacedAlert]) -> Call:
    taken: dict[str, list[str]] = {}
    for placed in paging:
        taken.setdefault(policy(placed), []).extend(keys(placed))
    usual = application.owner.escalation
    # A team of another's people may have nobody of the owner's usual levels.
    first = usual if team == application.owner.team or usual in taken else next(iter(taken))
    return Call(application, team, {first: (), **{name: tuple(sorted(set(found))) for name, found in taken.items() if name != first}})


def policy(placed: PlacedAlert) -> str:
    """The escalation that an alert takes."""
    return placed.alert.escalation or placed.subject.application.owner.escalation


def keys(placed: PlacedAlert) -> list[str]:
    """Deduplication keys of an alert's events: its own, and that of its absence where that pages too."""
    own = f"{wording.where(placed.subject)}/{placed.name.lower()}"
    return [own, f"{own}nodata"] if placed.alert.no_data == "page" else [own]


def senders(catalog: Catalog, team: str) -> list[Backend]:
    """Backends whose pages reach a team, at once or as a standby."""
    found = {Backend.PROMETHEUS}
    for placed in catalog.alerts():
        if placed.alert.pages and placed.team == team:
            found |= {catalog.pager(placed), *placed.alert.standby}
    return sorted(found)
