"""Families about shares of successes, databases' connections and what people do over days."""

from functools import partial

from catalog.units import duration_text
from catalog.units import seconds as duration
from tests.alerts.exposed.requests import Counted
from tests.alerts.place import Place, counted, own
from tests.alerts.scenario import Make, World, at, both, case, crossing
from tests.alerts.scenarios.families import PLENTY
from tests.alerts.series import Gauge, State, merged

_WEEK = 7 * 86400


def successes(
    of: Counted, *, quiet: float, fires: float, window: str, seconds: int, hold: str, enough: float, ordinary: float = 0.99
) -> Make:
    """A share of successes below a level, among just enough events; with fewer, nothing may succeed."""
    least, few, lead = enough * 1.002 / seconds, enough * 0.98 / seconds, f"{seconds * 2}s"
    good, watch = of.successes(PLENTY), duration_text(seconds * 2 + duration(hold))
    return both(
        case("fires when a share falls", at(of.successes(least), ordinary), at(of.successes(least), fires), neighbours=at(good, ordinary),
             lead=lead, after=hold, window=window),
        case("fires when traffic begins", of.events(0, 0.5), at(of.successes(least), fires * 0.9), neighbours=at(good, ordinary), lead=lead,
             after=hold, window=window),
        case("fires when nothing ever succeeded", of.failures(0), of.failures(least), neighbours=at(good, ordinary), lead=lead, after=hold,
             window=window),
        case("quiet at the share", at(good, ordinary), at(good, quiet), neighbours=at(good, 0.01), lead=lead, watch=watch),
        case("quiet on little traffic", of.events(few, 1), of.events(few, 1), neighbours=at(good, 0.01), lead=lead, watch=watch),
    )  # fmt: skip


def connections(place: Place, share: float) -> State:
    """Backends of two databases, by their share of the server's most connections."""
    most = 600 if place.is_a_neighbour else 200
    return merged(
        own(place, "pg_stat_database_numbackends", Gauge(most * share - 2), datid="16384", datname="application"),
        own(place, "pg_stat_database_numbackends", Gauge(2), datid="5", datname="postgres"),
        own(place, "pg_settings_max_connections", Gauge(most), server="localhost:5432"),
    )


def _paths(starts: float, place: Place, completed: float) -> State:
    """Learning paths begun in a week, and the share of them that is completed."""
    return merged(
        counted(place, "learning_path_starts_total", starts / _WEEK, path="python"),
        counted(place, "learning_path_completions_total", starts * completed / _WEEK, path="python"),
    )


def path_completion(quiet: float, fires: float, hold: str) -> Make:
    """Completed paths of those begun in a week, at least twenty of them."""
    least, few, many = (partial(_paths, starts) for starts in (20.1, 19.8, 10080))
    fine = at(many, 0.95)

    def begun(starts: float) -> World:
        return lambda place: counted(place, "learning_path_starts_total", starts / _WEEK, path="python")

    return both(
        case("fires", at(least, 0.95), at(least, fires), neighbours=fine, lead="8d", after=hold, window="7d"),
        case("fires when none was ever completed", begun(0), begun(20.1), neighbours=fine, lead="8d", after=hold, window="7d"),
        case("quiet", fine, at(many, quiet), neighbours=at(many, 0.1), lead="8d", watch="8d"),
        case("quiet on few", at(few, 0), at(few, 0), neighbours=at(many, 0.1), lead="8d", watch="8d"),
    )


def sessions(quiet: float, fires: float, hold: str) -> Make:
    """Sessions of a week for each active learner."""
    learners = 100

    def world(place: Place, each: float) -> State:
        count = counted(place, "learning_sessions_total", learners * each / _WEEK)
        return merged(count, own(place, "learning_active_users", Gauge(learners * (1 + 9 * place.is_a_neighbour))))

    return crossing(world, ordinary=8, quiet=quiet, fires=fires, hold=hold, window="7d")
