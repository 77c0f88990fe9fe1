"""Families of comparisons with the past: what was a week ago decides, not what was in between."""

from tests.alerts.scenario import Leveled, Make, at, both, case, unseen

_BETWEEN = "6d20h"
"""How long nothing is seen: three hours are before it and two after, so that the moment that counts is a week after the first ones."""


def compared(
    world: Leveled, *, past: float, between: float, quiet: float, fires: float, hold: str, window: str | None = None, ago: str = _BETWEEN
) -> Make:
    """It fires beyond a share of what was a week ago and stays quiet short of it."""
    history = [("4h", at(world, past)), (ago, unseen)]
    common = at(world, past)
    return both(
        case("fires", at(world, between), at(world, fires), neighbours=common, history=history, lead="2h", after=hold, window=window),
        case("quiet", at(world, between), at(world, quiet), neighbours=at(world, fires), history=history, lead="2h", watch="2h"),
    )


def compared_on_little(world: Leveled, *, past: float, fires: float, many: Leveled) -> Make:
    """With too few events for a judgement, nothing fires."""
    history = [("4h", at(world, past)), (_BETWEEN, unseen)]
    return case(
        "quiet on little traffic", at(world, past), at(world, fires), neighbours=at(many, past), history=history, lead="2h", watch="2h"
    )
