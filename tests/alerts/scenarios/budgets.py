"""Error budgets: one family of cases for the alerts of every objective with good and bad events.

The pace is the SRE Workbook's: a page at 14.4 times the budget over an hour that still burns (5 minutes), or 6 times over six hours
(30 minutes); a ticket at 3 times over a day (2 hours) or once over three days (6 hours); nobody is told of fewer than ten failures.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.alerts.place import Place
from tests.alerts.scenario import SYMPTOM, Leveled, Make, Rhythm, Table, World, at, both, case
from tests.alerts.scenarios.families import PLENTY
from tests.alerts.series import Gauge, State, merged, series

Events = Callable[[float], Leveled]
"""Events a second, then the share of bad ones."""

_QUICK, _SLOW = Rhythm(scrape=60, evaluation=300), Rhythm(scrape=120, evaluation=1800)
_MONTHLY = Rhythm(scrape=120, evaluation=6 * 3600)
_HOUR, _DAY = 3600, 86400
_MANY_TIMES = 20
"""A share that nobody would accept, in budgets."""


@dataclass(frozen=True)
class Objective:
    """What is promised: the share of bad events that is allowed, and how events look."""

    budget: float
    events: Events
    counted: bool = True
    """Whether events are counted one by one, so that ten of them can be told from nine; checks at a fixed pace are not."""

    def burning(self, times: float, rate: float = PLENTY) -> World:
        """Events that burn so many times the budget."""
        return at(self.events(rate), self.budget * times)

    def rate(self, times: float, number: float, seconds: float) -> float:
        """Traffic so little that only so many events fail in this time."""
        return number / (seconds * self.budget * times) if self.counted else PLENTY


def add(table: Table, place: Place, name: str, objective: Objective) -> None:
    """All alerts of an objective; `name` as it begins theirs."""
    table.add(place, {f"{name}BudgetBurn:critical": _page(objective), f"{name}BudgetSpent": _spent(objective)}, _QUICK)
    table.add(place, {f"{name}BudgetBurn:warning": _ticket(objective)}, _SLOW)


def beside_a_page(world: World, pages: str = "true", state: str = "firing") -> World:
    """The same while another alert of the place pages."""

    def seen(place: Place) -> State:
        identity = {"application": place.application, place.kind: place.name}
        told = {"alertname": SYMPTOM, "alertstate": state, **({"pages": pages} if pages else {}), **identity}
        return merged(world(place), {series("ALERTS", told): Gauge(1)})

    return seen


def _page(goal: Objective) -> Make:
    calm, wild, fine = goal.burning(0.01), goal.burning(15), goal.burning(0)
    hour, six = goal.rate(14.4 * 1.01, 10.15, _HOUR), goal.rate(6 * 1.005, 10.15, 6 * _HOUR)
    burning, told = goal.burning(14.4 * 1.01), beside_a_page(wild)
    comes_and_goes = [("2m", goal.burning(16)), ("3m", goal.burning(16, 0))] * 18
    cases = [
        case("fires on what comes and goes", fine, comes_and_goes if goal.counted else goal.burning(16), neighbours=told, lead="2h",
             after="70m" if goal.counted else "65m"),
        case("quiet while a symptom's own alert pages", fine, beside_a_page(burning), neighbours=calm, lead="2h", watch="2h"),
        case("fires half an hour after a symptom's own alert", fine, [("70m", beside_a_page(burning)), ("1h", burning)], neighbours=calm,
             lead="2h", after="110m"),
        case("fires when only a ticket's alert tells", fine, beside_a_page(burning, pages=""), neighbours=told, lead="2h", after="70m"),
        case("fires while a symptom's own alert is pending", fine, beside_a_page(burning, state="pending"), neighbours=told, lead="2h",
             after="70m"),
        case("fires at 14.4 times for an hour", goal.burning(0, hour),
             [("72m", goal.burning(14.4 * 1.01, hour)), ("1h", goal.burning(14.4 * 0.97, hour))], neighbours=told, lead="2h", after="70m",
             ends="75m"),
        case("fires at 6 times for six hours", goal.burning(0, six), [("372m", goal.burning(6 * 1.005, six)), ("1h", goal.burning(6 * 0.97, six))],
             neighbours=told, lead="2h", after="370m", ends="380m"),
        case("quiet at 14.3 times for an hour", fine, goal.burning(14.4 * 0.995), neighbours=wild, lead="2h", watch="90m"),
        case("quiet at 5.97 times for long", fine, goal.burning(6 * 0.995), neighbours=wild, lead="2h", watch="9h"),
        case("quiet while the hour has burnt less than the last minutes", fine, [("75m", goal.burning(12.5)), ("30m", goal.burning(16))],
             neighbours=wild, lead="2h"),
        case("quiet while six hours have burnt less than the last half", fine, [("7h", goal.burning(5.2)), ("70m", goal.burning(9))],
             neighbours=wild, lead="2h"),
        case("quiet on two short bursts", fine, [("40m", goal.burning(20)), ("1h", fine), ("20m", goal.burning(20)), ("20m", fine)],
             neighbours=calm, lead="3h"),
        case("quiet on a slow burn long ago", fine, [("330m", goal.burning(5.9)), ("6h", fine), ("40m", goal.burning(13)), ("20m", fine)],
             neighbours=calm, lead="2h"),
    ]  # fmt: skip
    if goal.counted:
        hour, burst, six = (goal.rate(_MANY_TIMES, 9.5, lasting) for lasting in (_HOUR, 55 * 60, 3 * _HOUR))
        cases += [
            case("ends when the last half hour is fine", fine, [("7h", goal.burning(11.9)), ("1h", fine)], neighbours=wild, lead="2h",
                 after="135m", ends="435m"),
            case("quiet on nine failures in an hour", goal.burning(0, hour),
                 [("75m", goal.burning(_MANY_TIMES, hour)), ("1h", goal.burning(0, hour))], neighbours=wild, lead="6h"),
            case("quiet on nine failures in less than an hour", goal.burning(0, burst),
                 [("55m", goal.burning(_MANY_TIMES, burst)), ("1h", goal.burning(0, burst))], neighbours=wild, lead="6h"),
            case("quiet on nine failures in six hours", goal.burning(0, six),
                 [("3h", goal.burning(_MANY_TIMES, six)), ("4h", goal.burning(0, six))], neighbours=wild, lead="4h"),
        ]  # fmt: skip
    return both(*cases)


def _ticket(goal: Objective) -> Make:
    """After busier days, lest what is bad of a day be as bad of three."""
    wild, fine, busy = goal.burning(15), goal.burning(0), goal.burning(0, PLENTY * 10)
    day, three = goal.rate(3 * 1.01, 10.15, _DAY), goal.rate(1.004, 10.15, 3 * _DAY)
    cases = [
        case("fires at 3 times for a day", goal.burning(0, day * 10), goal.burning(3 * 1.01, day), neighbours=wild, lead="2d", after="1d30m"),
        case("fires at the budget for three days", goal.burning(0, three), goal.burning(1.004, three), neighbours=wild, lead="2h", after="3d30m"),
        case("waits for a symptom's own alert", fine, goal.burning(20), neighbours=goal.burning(0.5), lead="2h", after="20m", rhythm=_QUICK),
        case("ends when the last six hours are fine", fine, [("3d", goal.burning(1.95)), ("8h", fine)], neighbours=wild, lead="2h",
             after="3h", ends="75h"),
        case("quiet at 2.98 times for a day", fine, goal.burning(2.98), neighbours=wild, lead="2d", watch="1d"),
        case("quiet within the budget", fine, goal.burning(0.995), neighbours=wild, lead="2h", watch="4d"),
        case("quiet while three days have burnt less than the last hours", fine, [("3d", goal.burning(0.9)), ("4h", goal.burning(2))],
             neighbours=wild, lead="2h"),
        case("quiet on a slow burn long ago", fine, [("70h", goal.burning(0.95)), ("3d", fine), ("4h", goal.burning(5))], neighbours=wild,
             lead="2h"),
    ]  # fmt: skip
    if goal.counted:
        day, three = goal.rate(_MANY_TIMES, 9.5, _DAY / 2), goal.rate(_MANY_TIMES, 9.5, 3 * _DAY)
        cases += [
            case("quiet while a day has burnt less than the last hours", busy, [("1d", goal.burning(2.8)), ("3h", goal.burning(3.5))],
                 neighbours=wild, lead="42h"),
            case("quiet on a burn of the day before", busy, [("22h", goal.burning(2.9)), ("1d", fine), ("4h", goal.burning(5))],
                 neighbours=wild, lead="42h"),
            case("ends when the last two hours are fine", goal.burning(0, PLENTY * 10), [("30h", goal.burning(5.9)), ("4h", fine)],
                 neighbours=wild, lead="42h", after=_crosses(5.9, 3, 48, 10), ends="31h"),
            case("quiet on nine failures in a day", goal.burning(0, day),
                 [("12h", goal.burning(_MANY_TIMES, day)), ("12h", goal.burning(0, day))], neighbours=wild, lead="3d"),
            case("quiet on nine failures in three days", goal.burning(0, three), goal.burning(_MANY_TIMES, three), neighbours=wild, lead="2h",
                 watch="3d"),
        ]  # fmt: skip
    return both(*cases)


def _crosses(times: float, factor: float, samples: int, busier: float) -> str:
    """When a day of which the rest was so much busier has so bad a share: the number of half hours, since there are as many samples."""
    half_hours = next(n for n in range(samples + 1) if times * n > factor * (n + busier * (samples - n)))
    return f"{half_hours * 30 + 30}m"


def _spent(goal: Objective) -> Make:
    nearly, little = goal.burning(0.999), 0.005 if goal.counted else PLENTY
    calm, wild, fine = goal.burning(0.5), goal.burning(20), goal.burning(0)
    overdrawn = "20m" if goal.counted else "15m"  # a gauge tells at once, a counter with its next sample
    cases = [
        case("fires when the budget is overdrawn", nearly, goal.burning(2), neighbours=calm, lead="2h", after=overdrawn),
        case("quiet within the budget", nearly, goal.burning(0.99), neighbours=wild, lead="2h", watch="2h"),
        case("quiet where nothing ever failed", fine, fine, neighbours=wild, lead="20m", watch="30m", zero=1),
        case("ends when the month has recovered", goal.burning(0, little), [("9d", goal.burning(4.05, little)), ("26d", goal.burning(0, little))],
             neighbours=calm, lead="6h", after="12h", ends="31d18h", rhythm=_MONTHLY),
    ]  # fmt: skip
    return both(*cases)
