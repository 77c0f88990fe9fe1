"""Families of cases that many alerts share: what each kind of condition has to prove."""

from collections.abc import Callable

from catalog.units import duration_text
from catalog.units import seconds as duration
from tests.alerts.exposed.kubernetes import readiness, used, used_bytes
from tests.alerts.exposed.requests import Counted, averaged
from tests.alerts.exposed.watching import counting, up
from tests.alerts.place import Place, gauge
from tests.alerts.scenario import Case, Leveled, Make, Rhythm, World, at, both, case, crossing, nothing
from tests.alerts.series import Gauge, State, merged

PLENTY = 10.0
"""Events a second that nobody calls little traffic."""


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
) -> Make:
    """A share of events that are bad, among just enough of them: with fewer, everything may fail."""
    least = PLENTY if enough is None else enough * 1.01 / seconds
    lead = f"{seconds + 120}s"
    common = both(
        case("fires when a share rises", of.events(least, ordinary), of.events(least, fires), neighbours=of.events(PLENTY, ordinary),
             lead=lead, after=hold, window=window, instances=instances),
        case("quiet at the share", of.events(PLENTY, ordinary), of.events(PLENTY, quiet), neighbours=of.events(PLENTY, 1), lead=lead,
             watch=f"{seconds * 2}s"),
    )  # fmt: skip
    if enough is None:
        return common
    few = of.events(enough * 0.98 / seconds, 1)
    return both(
        common,
        case("fires when traffic begins", of.events(0, fires), of.events(least, fires * 1.5), neighbours=of.events(PLENTY, ordinary), lead=lead,
             after=hold, window=window, instances=instances),
        case("quiet on little traffic", few, few, neighbours=of.events(PLENTY, 0), lead=lead, watch=f"{seconds * 2}s"),
    )  # fmt: skip


def slow(
    taking: Callable[[float], Leveled], *, one_in: int = 20, hold: str, window: str = "5m", seconds: int = 300, enough: float = 20
) -> Make:
    """A quantile above a boundary: more than one event in so many takes longer. `taking`: events by rate, then by share of slow ones."""
    slow_ones = 1 / one_in
    least, few, lead = taking(enough * 1.01 / seconds), taking(enough * 0.98 / seconds), f"{seconds + 120}s"
    many = taking(PLENTY)
    ordinary = at(many, slow_ones / 10)
    return both(
        case("fires when slow ones are too many", at(least, slow_ones / 10), at(least, slow_ones * 1.02), neighbours=ordinary, lead=lead,
             after=hold, window=window),
        case("fires when traffic begins", at(taking(0), 0), at(least, slow_ones * 1.5), neighbours=ordinary, lead=lead, after=hold,
             window=window),
        case("quiet when one in so many is slow", ordinary, at(many, slow_ones), neighbours=at(many, 0.5), lead=lead,
             watch=f"{seconds * 2}s"),
        case("quiet on little traffic", at(few, 0.5), at(few, 0.5), neighbours=ordinary, lead=lead, watch=f"{seconds * 2}s"),
    )  # fmt: skip


def slow_on_average(metric: str, *, quiet: float, fires: float, hold: str, window: str, seconds: int, enough: float) -> Make:
    """An average above a level, among enough events."""
    least, few = enough * 1.01 / seconds, enough * 0.98 / seconds
    lead = f"{seconds + 120}s"
    ordinary = at(averaged(metric, PLENTY), quiet / 10)
    return both(
        case("fires above the average", at(averaged(metric, least), quiet / 10), at(averaged(metric, least), fires), neighbours=ordinary,
             lead=lead, after=hold, window=window),
        case("fires when traffic begins", at(averaged(metric, 0), 0), at(averaged(metric, least), fires * 1.5), neighbours=ordinary,
             lead=lead, after=hold, window=window),
        case("quiet at the average", ordinary, at(averaged(metric, PLENTY), quiet), neighbours=at(averaged(metric, PLENTY), fires * 9),
             lead=lead, watch=f"{seconds * 2}s"),
        case("quiet on little traffic", at(averaged(metric, few), fires * 9), at(averaged(metric, few), fires * 9), neighbours=ordinary,
             lead=lead, watch=f"{seconds * 2}s"),
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


def rare(
    events: Callable[[float], World], *, window: str, told: float = 1, quiet: float | None = None, again: float = 1, hold: str = "0s"
) -> Make:
    """Rare events by their number so far: told when their counter is born with them, and when more come; not as long as it only stands.

    `told` is the least number of newborn events that is told, `quiet` the most that is not; `again` as many more are told too.
    """
    scraped, old = up(True, probed=False), at_number(events, told)
    lead = longer(window)
    cases = [
        case("fires at the first", scraped, old, neighbours=nothing, lead=lead, after=hold, ends=window),
        case("fires at the next", old, at_number(events, told + again), neighbours=old, lead=lead, after=hold, ends_covered=window),
        case("quiet while it stands", old, old, neighbours=nothing, lead=lead, watch=lead),
        case("quiet while neighbours are told of", old, old, neighbours=growing(events), lead=lead, watch="10m"),
        case("quiet on a counter of none", at_number(events, 0), at_number(events, 0), neighbours=nothing, watch="10m"),
        case("quiet where nothing is known of the past", nothing, old, neighbours=nothing, watch=lead),
    ]
    if quiet is not None:
        cases.append(case("quiet on few", scraped, at_number(events, quiet), neighbours=nothing, lead=lead, watch="10m"))
    return both(*cases)


def at_number(events: Callable[[float], World], number: float) -> World:
    """A world with so many events, of a target that answers."""

    def seen(place: Place) -> State:
        return merged(up(True, probed=False)(place), events(number)(place))

    return seen


def growing(events: Callable[[float], World]) -> World:
    """The same events, more of them with each second."""

    def grow(place: Place) -> State:
        return {name: Gauge(level.value, slope=0.5) if isinstance(level, Gauge) else level for name, level in events(1)(place).items()}

    return grow


def longer(window: str) -> str:
    """A little more than a window."""
    return duration_text(duration(window) + 600)


def failures(metric: str, labels: dict[str, str], *, hold: str, window: str) -> Make:
    """A counter of what must never fail: told while it grows, and as long as the window remembers."""
    still, grows = at(counting(metric, **labels), 0), at(counting(metric, **labels), 0.01)

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
        crossing(world(PLENTY), ordinary=0.0001, quiet=quiet, fires=fires, hold=hold, window="5m"),
        case("quiet when nothing happens", at(world(0), 1), at(world(0), 1), neighbours=at(world(PLENTY), 1), watch="30m"),
    )
