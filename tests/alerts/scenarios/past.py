"""Families of comparisons with the past: what was a week ago decides, not what was in between."""

from tests.alerts.scenario import Leveled, Make, at, both, case, unseen

_BETWEEN = "6d20h"
"""How long nothing is seen: three hours are before it and two after, so that the moment that counts is a week after the first ones."""


def compared(
    world: Leveled,
    *,
    past: float,
    between: float,
    quiet: float,
    fires: float,
    hold: str,
    window: str | None = None,
    ago: str = _BETWEEN,
    neighbours: float | None = None,
    later: float | None = None,
    ends: str = "110m",
) -> Make:
    """It fires beyond a share of what was a week ago and stays quiet short of it.

    `neighbours`: their level, now and then. `later`: what the past changed to an hour and a half after the moment that counts, as far
    beyond the limit as it was short of it: the mean of an hour crosses it in the midst of that hour, and the alert ends after `ends`.
    """
    history = [("4h", at(world, past)), (ago, unseen)]
    common = at(world, past if neighbours is None else neighbours)
    cases = [
        case("fires", at(world, between), at(world, fires), neighbours=common, history=history, lead="2h", after=hold, window=window),
        case("quiet", at(world, between), at(world, quiet), neighbours=at(world, fires) if neighbours is None else common, history=history,
             lead="2h", watch="2h"),
    ]  # fmt: skip
    if later is not None:
        changed = [("210m", at(world, past)), ("3h", at(world, later)), ("6d17h30m", unseen)]
        cases.append(
            case("ends when the past was as bad", at(world, between), at(world, fires), neighbours=common, history=changed, lead="2h",
                 after=hold, window=window, ends=ends)
        )  # fmt: skip
    return both(*cases)


def compared_on_little(world: Leveled, *, past: float, fires: float, many: Leveled) -> Make:
    """With too few events for a judgement, nothing fires."""
    history = [("4h", at(world, past)), (_BETWEEN, unseen)]
    return case(
        "quiet on little traffic", at(world, past), at(world, fires), neighbours=at(many, past), history=history, lead="2h", watch="2h"
    )
