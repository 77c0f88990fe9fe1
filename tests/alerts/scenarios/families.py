"""Families of cases that many alerts share: what each kind of condition has to prove."""

from collections.abc import Callable

from catalog.units import duration_text
from catalog.units import seconds as duration
from tests.alerts.exposed.kubernetes import readiness, used, used_bytes
from tests.alerts.exposed.requests import Counted, averaged
from tests.alerts.exposed.watching import counting, up
from tests.alerts.place import Place, gauge
from tests.alerts.scenario import Case, Leveled, Make, Rhythm, World, at, both, case, crossing, nothing
from tests.alerts.series import State, merged

PLENTY = 10.0
"""Events a second that nobody calls little traffic."""
_LITTLE = 0.5
"""And fewer than one."""


def down(hold: str) -> Make:
    """No instance answers, or none is left to ask; the blackbox exporter's own scrape says nothing. One of two that answers is enough."""
    return both(
        case("fires when none answers", up(True, True), up(False, False), neighbours=up(True), after=hold),
        case("fires when none is discovered", up(True), up(probed=False), neighbours=up(True), after=hold),
        case("quiet while one of two answers", up(True, True), up(False, True), neighbours=up(False, probed=False)),
    )


def exporter(metric: str, hold: str) -> dict[str, Make]:
    """What an exporter says of its dependency, and that it says nothing at all: blindness, which is another alert after ten minutes."""
    told = gauge(metric)
    return {
        "": crossing(told, ordinary=1, quiet=1, fires=0, hold=hold),
        "NoData": missing(at(told, 1)),
    }


def missing(there: World, after: str = "10m") -> Make:
    """It fires once data is missing for so long, whatever the neighbours have."""
    return both(
        case("fires without data", there, nothing, neighbours=there, after=after),
        case("quiet with data", there, there, neighbours=nothing, watch="20m"),
    )


def share(
    of: Counted,
    *,
    quiet: float,
    fires: float,
    ordinary: float = 0.002,
    hold: str,
    window: str = "5m",
    seconds: int = 300,
    enough: float | None = 20,
    instances: int = 1,
    groups: int = 1,
) -> Make:
    """A share of events that are bad, among just enough of them: with fewer, everything may fail.

    `groups`: of how many things a share is recorded, all of them but one without failures.
    """
    lead, watch = f"{seconds + 120}s", duration_text(seconds * 2 + duration(hold))
    calm, wild = of.events(PLENTY, ordinary), of.events(PLENTY, 1)
    common = both(
        as_traffic_falls(of.share, fires=fires, hold=hold, window=window, little=enough and enough * 1.01 / seconds, instances=instances),
        case("quiet at the share", calm, of.events(PLENTY, quiet), neighbours=wild, lead=lead, watch=watch),
        case("quiet where nothing ever failed", of.events(PLENTY, 0), of.events(PLENTY, 0), neighbours=wild, lead=lead, watch=watch, zero=groups),
    )  # fmt: skip
    least, few = (_LITTLE, _LITTLE) if enough is None else (enough * 1.01 / seconds, enough * 0.98 / seconds)
    rises = case("fires when a share rises", of.events(few, ordinary), of.events(least, fires), neighbours=calm, lead=lead, after=hold,
                 window=window, instances=instances)  # fmt: skip
    if enough is None:
        return both(rises, common)
    begins = case("fires when traffic begins", of.events(0, fires), of.events(least, fires * 1.5), neighbours=calm, lead=lead, after=hold,
                  window=window, instances=instances)  # fmt: skip
    little = of.events(few, 1)
    return both(
        rises, common, begins, case("quiet on little traffic", little, little, neighbours=of.events(PLENTY, 0), lead=lead, watch=watch)
    )


def as_traffic_falls(
    of: Callable[[float], Leveled], *, fires: float, hold: str, window: str = "5m", little: float | None = None, instances: int = 1
) -> Make:
    """What was worse than ordinary among much becomes too bad among little: what both sides of a ratio still see of before matters."""
    rate = little or _LITTLE
    calm = at(of(PLENTY), fires / 80)
    return case("fires as traffic falls", at(of(rate * 10), fires / 8), at(of(rate), fires), neighbours=calm, after=hold, window=window,
                lead=longer(window), instances=instances)  # fmt: skip


def slow(
    taking: Callable[[float], Leveled], *, one_in: int = 20, hold: str, window: str = "5m", seconds: int = 300, enough: float = 20
) -> Make:
    """A quantile above a boundary: more than one event in so many takes longer. `taking`: events by rate, then by share of slow ones."""
    slow_ones = 1 / one_in
    least, few, lead = taking(enough * 1.01 / seconds), taking(enough * 0.98 / seconds), f"{seconds + 120}s"
    many = taking(PLENTY)
    ordinary, watch = at(many, slow_ones / 10), duration_text(seconds * 2 + duration(hold))
    return both(
        case("fires when slow ones are too many", at(least, slow_ones / 10), at(least, slow_ones * 1.02), neighbours=ordinary, lead=lead,
             after=hold, window=window),
        case("fires when traffic begins", at(taking(0), 0), at(least, slow_ones * 1.5), neighbours=ordinary, lead=lead, after=hold,
             window=window),
        case("quiet when one in so many is slow", ordinary, at(many, slow_ones), neighbours=at(many, 0.5), lead=lead,
             watch=watch),
        case("quiet on little traffic", at(few, 0.5), at(few, 0.5), neighbours=ordinary, lead=lead, watch=watch),
    )  # fmt: skip


def slow_on_average(metric: str, *, quiet: float, fires: float, hold: str, window: str, seconds: int, enough: float) -> Make:
    """An average above a level, among enough events."""
    least, few = enough * 1.01 / seconds, enough * 0.98 / seconds
    lead, watch = f"{seconds + 120}s", duration_text(seconds * 2 + duration(hold))
    ordinary = at(averaged(metric, PLENTY), quiet / 10)
    return both(
        case("fires above the average when traffic falls", at(averaged(metric, least * 10), quiet / 8), at(averaged(metric, least), fires), neighbours=ordinary,
             lead=lead, after=hold, window=window),
        case("fires above the average", at(averaged(metric, few), quiet / 10), at(averaged(metric, least), fires), neighbours=ordinary,
             lead=lead, after=hold, window=window),
        case("fires when traffic begins", at(averaged(metric, 0), 0), at(averaged(metric, least), fires * 1.5), neighbours=ordinary,
             lead=lead, after=hold, window=window),
        case("quiet at the average", ordinary, at(averaged(metric, PLENTY), quiet), neighbours=at(averaged(metric, PLENTY), fires * 9),
             lead=lead, watch=watch),
        case("quiet on little traffic", at(averaged(metric, few), fires * 9), at(averaged(metric, few), fires * 9), neighbours=ordinary,
             lead=lead, watch=watch),
    )  # fmt: skip


def memory(quiet: float, fires: float, hold: str) -> Make:
    """A pod's memory, of its limit, or of its node where it has none."""
    return both(
        crossing(used("memory"), ordinary=0.3, quiet=quiet, fires=fires, hold=hold),
        crossing(used("memory", limited=False), ordinary=0.3, quiet=quiet, fires=fires, hold=hold, named=" without a limit"),
    )


def cpu(quiet: float, fires: float, hold: str) -> Make:
    """A pod's CPU, alike."""
    return both(
        crossing(used("cpu"), ordinary=0.3, quiet=quiet, fires=fires, hold=hold, window="5m"),
        crossing(used("cpu", limited=False), ordinary=0.3, quiet=quiet, fires=fires, hold=hold, window="5m", named=" without a limit"),
    )


def memory_bytes(quiet: float, fires: float, hold: str) -> Make:
    """A pod's memory in bytes."""
    return crossing(used_bytes, ordinary=1e9, quiet=quiet, fires=fires, hold=hold)


def failed_deployment(hold: str) -> Make:
    """A new pod that does not become ready; one whose work is done never does."""
    return both(
        case("fires", readiness("Running", ready=True), readiness("Running", ready=False), neighbours=readiness("Succeeded", ready=False),
             after=hold),
        case("quiet when ready", readiness("Running", ready=True), readiness("Running", ready=True),
             neighbours=readiness("Running", ready=False), watch="20m"),
        case("quiet when done", readiness("Running", ready=True), readiness("Succeeded", ready=False),
             neighbours=readiness("Running", ready=False), watch="20m"),
        case("quiet when it failed for good", readiness("Running", ready=True), readiness("Failed", ready=False),
             neighbours=readiness("Running", ready=False), watch="20m"),
    )  # fmt: skip


def longer(window: str) -> str:
    """Half as much again, so that something twice as long sees the beginning."""
    return duration_text(duration(window) * 1.5)


def failures(metric: str, labels: dict[str, str], *, hold: str, window: str, others: tuple[str, ...] = ()) -> Make:
    """A counter of what must never fail, beside `others` that stand: told while it grows, and as long as the window remembers."""

    def world(place: Place, per_second: float) -> State:
        return merged(*(counting(name, **labels)(place, 0) for name in others), counting(metric, **labels)(place, per_second))

    still, grows = at(world, 0), at(world, 0.001)

    def make(place: Place, rhythm: Rhythm) -> tuple[Case, ...]:
        after = duration(hold) + rhythm.scrape  # its growth is seen one scrape after it began
        long = duration_text(after + 4 * rhythm.evaluation)
        ends = duration(long) + rhythm.covered(window)
        course = ((long, grows), (duration_text(rhythm.covered(window) + 4 * rhythm.evaluation), still))
        fires = Case("fires", still, course, still, longer(window), after, 1, ends)
        quiet = Case("quiet", still, ((longer(window), still),), grows, "10m", None)
        _ = place
        return (fires, quiet)

    return make


def share_of_both(
    of_both: Callable[[str, str, float, dict[str, str], dict[str, str] | None], Leveled],
    every: str,
    failed: str,
    kind: dict[str, str],
    *,
    quiet: float,
    fires: float,
    hold: str,
    failure: dict[str, str] | None = None,
) -> Make:
    """A share whose parts are two counters."""

    def world(rate: float) -> Leveled:
        return of_both(every, failed, rate, kind, failure)

    return both(
        crossing(world(_LITTLE), ordinary=0.0001, quiet=quiet, fires=fires, hold=hold, window="5m"),
        as_traffic_falls(world, fires=fires, hold=hold),
        case("quiet where nothing ever failed", at(world(PLENTY), 0), at(world(PLENTY), 0), neighbours=at(world(PLENTY), 1),
             watch=duration_text(duration(hold) + 600), zero=2),
        case("quiet when nothing happens", at(world(0), 1), at(world(0), 1), neighbours=at(world(PLENTY), 1), watch="30m"),
    )  # fmt: skip
