"""What a person says of an alert: at which level it must fire and when, and at which it must stay quiet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from catalog.units import seconds
from tests.alerts.place import Place
from tests.alerts.series import Phase, State, merged

World = Callable[[Place], State]
"""What there is to see of a place."""
Leveled = Callable[[Place, float], State]
"""The same at some level."""


SYMPTOM = "Symptom"
"""An alert that a world shows as firing; what is judged is another one."""


def nothing(_place: Place) -> State:
    """Nobody exposes anything."""
    return {}


def unseen(_place: Place) -> State:
    """Nothing at all is exposed, by neighbours neither: days of which only the beginning and the end matter."""
    return {}


@dataclass(frozen=True)
class Rhythm:
    """How often targets are scraped and rules evaluated, in seconds."""

    scrape: int
    evaluation: int

    def covered(self, window: str) -> float:
        """Seconds until a window sees nothing but the new behaviour: n samples have n - 1 steps between them."""
        return ceil((seconds(window) - self.scrape) / self.evaluation) * self.evaluation


@dataclass(frozen=True)
class Case:
    """One course of events. The neighbours are another application's twin and another service of the same application."""

    name: str
    before: World
    then: tuple[tuple[str, World], ...]
    """How long each further behaviour lasts, from the moment on that counts."""
    neighbours: World
    lead: str
    """How long `before` lasts: long enough that windows are full."""
    fires_after: float | None
    """Seconds from that moment to the evaluation at which it fires first; None: never."""
    instances: int = 1
    """How many things it fires for."""
    ends_after: float | None = None
    """Seconds to the first evaluation at which it fires no more; None: not looked at."""
    history: tuple[tuple[str, World], ...] = ()
    """What was long before, for comparisons with the past."""
    zero: int = 0
    """How many recorded shares are there at the end, all of them 0; 0: not looked at."""
    rhythm: Rhythm | None = None
    """Its own, where it takes much longer than the others."""

    @property
    def begins(self) -> float:
        """The moment that counts, in seconds since the test's begin."""
        return seconds(self.lead) + sum(seconds(long) for long, _ in self.history)

    def phases(self, place: Place) -> tuple[Phase, ...]:
        """Everything to be seen: the place's own course among its neighbours."""
        around = merged(self.neighbours(place.elsewhere()), self.neighbours(place.beside()))
        course = (*self.history, (self.lead, self.before), *self.then)
        return tuple(Phase(seconds(long), {} if world is unseen else merged(world(place), around)) for long, world in course)


@dataclass(frozen=True)
class Scenario:
    """All cases of one alert of one subject."""

    place: Place
    alert: str
    rhythm: Rhythm
    cases: tuple[Case, ...]
    severity: str | None = None
    """Where two alerts of one subject have one name."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """Whose alert it is, and its name."""
        return (self.place.application, self.place.name, self.alert + (f":{self.severity}" if self.severity else ""))


Make = Callable[[Place, Rhythm], tuple[Case, ...]]
"""A family of cases, still without its subject."""


def lasting(rhythm: Rhythm, after: float) -> str:
    """Long enough to see that nothing comes later either."""
    return f"{after + 4 * rhythm.evaluation:.0f}s"


def crossing(
    world: Leveled,
    *,
    ordinary: float,
    quiet: float,
    fires: float,
    hold: str = "0s",
    window: str | None = None,
    alone: bool = False,
    beside: bool = True,
    named: str = "",
    before: World | None = None,
) -> Make:
    """It fires just beyond a level, exactly when it has lasted, and stays quiet at the level itself; the neighbours do the opposite.

    `before`: what was there before it fires, where that says more than the ordinary level. `alone`: what is seen belongs to no
    application, so that there are no neighbours; `beside`: whether another service of the same application is one.
    """

    def make(_place: Place, rhythm: Rhythm) -> tuple[Case, ...]:
        after = (rhythm.covered(window) if window else 0) + seconds(hold)
        long, lead = lasting(rhythm, after), f"{seconds(window) + 2 * rhythm.evaluation:.0f}s" if window else f"{4 * rhythm.evaluation}s"
        calm, wild = (around(at(world, level), alone=alone, beside=beside) for level in (ordinary, fires))
        return (
            Case(f"fires{named}", before or at(world, ordinary), ((long, at(world, fires)),), calm, lead, after),
            Case(f"quiet{named}", at(world, ordinary), ((long, at(world, quiet)),), wild, lead, None),
        )

    return make


def around(world: World, *, alone: bool, beside: bool) -> World:
    """What neighbours show."""

    def seen(place: Place) -> State:
        return {} if alone or (place.is_beside and not beside) else world(place)

    return seen


def at(world: Leveled, level: float) -> World:
    """A world at one level."""

    def seen(place: Place) -> State:
        return world(place, level)

    return seen


def case(
    name: str,
    before: World,
    then: World | Sequence[tuple[str, World]],
    *,
    neighbours: World,
    lead: str = "2m",
    after: str | None = None,
    watch: str = "10m",
    window: str | None = None,
    instances: int = 1,
    ends: str | None = None,
    ends_covered: str | None = None,
    history: Sequence[tuple[str, World]] = (),
    zero: int = 0,
    rhythm: Rhythm | None = None,
) -> Make:
    """One case written out: it fires so long `after` (once `window` is covered), or within `watch` never.

    `ends`: it fires no more so long after; `ends_covered`: once a window of this length sees only what is new.
    """

    def make(_place: Place, usual: Rhythm) -> tuple[Case, ...]:
        used = rhythm or usual
        fires = None if after is None else seconds(after) + (used.covered(window) if window else 0)
        over = used.covered(ends_covered) if ends_covered else seconds(ends) if ends else None
        long = watch if fires is None else lasting(used, over or fires)
        course = ((long, then),) if callable(then) else tuple(then)
        return (Case(name, before, course, neighbours, lead, fires, instances, over, tuple(history), zero, rhythm),)

    return make


def both(*makes: Make) -> Make:
    """Several families for one alert."""

    def make(place: Place, rhythm: Rhythm) -> tuple[Case, ...]:
        return tuple(found for each in makes for found in each(place, rhythm))

    return make


@dataclass(frozen=True)
class Table:
    """Scenarios of one application, written as alert names and families."""

    rhythm: Rhythm
    scenarios: list[Scenario] = field(default_factory=list[Scenario])

    def add(self, place: Place, alerts: Mapping[str, Make], rhythm: Rhythm | None = None) -> None:
        """Alerts of one subject; their own rhythm where windows of days would make the tests long."""
        used = rhythm or self.rhythm
        for alert, make in alerts.items():
            name, _, severity = alert.partition(":")
            self.scenarios.append(Scenario(place, name, used, make(place, used), severity or None))
