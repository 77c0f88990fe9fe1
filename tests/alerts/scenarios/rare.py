"""Rare events, each of which is news: their counter may be born with the first."""

from collections.abc import Callable

from tests.alerts.exposed.watching import up
from tests.alerts.place import Place
from tests.alerts.scenario import Make, World, both, case, nothing
from tests.alerts.scenarios.families import longer
from tests.alerts.series import Gauge, State, merged


def rare(
    events: Callable[[float], World],
    *,
    window: str,
    others: Callable[[float], World] | None = None,
    told: float = 1,
    quiet: float | None = None,
    again: float = 1,
) -> Make:
    """Rare events by their number so far: told when their counter is born with them, and when more come; not as long as it only stands.

    `told` is the least number of newborn events that is told, `quiet` the most that is not; `again` as many more are told too.
    `others` are events of another kind, which are another alert's.
    """
    scraped, old = up(True, probed=False), at_number(events, told)
    lead = longer(window)
    cases = [
        case("fires at the first", scraped, old, neighbours=nothing, lead=lead, after="0s", ends=window),
        case("fires at the next", old, at_number(events, told + again), neighbours=old, lead=lead, after="0s", ends_covered=window),
        case("quiet while it stands", old, old, neighbours=nothing, lead=lead, watch=lead),
        case("quiet while neighbours are told of", old, old, neighbours=growing(events), lead=lead, watch="10m"),
        case("quiet on a counter of none", at_number(events, 0), at_number(events, 0), neighbours=nothing, watch="10m"),
        case("quiet where nothing is known of the past", only_probed, old, neighbours=scraped, lead="10m", watch=lead),
    ]
    if others is not None:
        cases += [
            case("quiet on the first of another kind", scraped, at_number(others, told), neighbours=nothing, lead=lead, watch="10m"),
            case(
                "quiet while another kind goes on",
                at_number(others, told),
                merging(scraped, growing(others)),
                neighbours=nothing,
                lead=lead,
            ),
        ]
    if quiet is not None:
        cases.append(case("quiet on few", scraped, at_number(events, quiet), neighbours=nothing, lead=lead, watch="10m"))
    return both(*cases)


def only_probed(place: Place) -> State:
    """No target of it is scraped yet; the blackbox exporter asks for it already."""
    return up()(place)


def at_number(events: Callable[[float], World], number: float) -> World:
    """A world with so many events, of a target that answers."""

    def seen(place: Place) -> State:
        return merged(up(True, probed=False)(place), events(number)(place))

    return seen


def merging(*worlds: World) -> World:
    """All of them at once."""

    def seen(place: Place) -> State:
        return merged(*(world(place) for world in worlds))

    return seen


def growing(events: Callable[[float], World]) -> World:
    """The same events, more of them with each second."""

    def grow(place: Place) -> State:
        return {name: Gauge(level.value, slope=0.5) if isinstance(level, Gauge) else level for name, level in events(1)(place).items()}

    return grow
