"""Whether a condition of a pipeline holds, as Logstash's compiled conditions have it."""

from tests.rendering.kinds import Json, is_list
from tests.rendering.logstash.event import Event
from tests.rendering.logstash.language import Field, Operation, Pattern
from tests.rendering.logstash.regex import matches


class Uncertain(Exception):  # noqa: N818 - Logstash stops the event there
    """Values that cannot be compared."""


def holds(condition: Json, event: Event) -> bool:
    """Of any condition that the parser makes."""
    if isinstance(condition, Field):
        return _value(condition, event) not in (None, False)
    assert isinstance(condition, Operation), f"{condition} is no condition that this interpreter knows"
    operands = condition.operands
    match condition.name:
        case "and":
            found = all(holds(each, event) for each in operands)
        case "or":
            found = any(holds(each, event) for each in operands)
        case "not":
            found = not holds(operands[0], event)
        case "=~" | "!~" as sign:
            found = _fits(_value(operands[0], event), operands[1]) == (sign == "=~")
        case "in" | "not in" as sign:
            found = _within(_value(operands[0], event), _value(operands[1], event)) == (sign == "in")
        case "==" | "!=" as sign:
            found = (_value(operands[0], event) == _value(operands[1], event)) == (sign == "==")
        case sign:
            found = _ordered(sign, _value(operands[0], event), _value(operands[1], event))
    return found


def _fits(value: Json, pattern: Pattern) -> bool:
    """On a number or an object no pattern fits."""
    return isinstance(value, str) and matches(pattern.text, value)


def _within(one: Json, many: Json) -> bool:
    if is_list(many):
        return one in many
    return isinstance(one, str) and isinstance(many, str) and one in many


def _ordered(sign: str, left: Json, right: Json) -> bool:
    if left is None:
        return False
    if type(left) is not type(right) and not (isinstance(left, int | float) and isinstance(right, int | float)):
        raise Uncertain(f"{left!r} {sign} {right!r}")
    return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[sign]


def _value(operand: Json, event: Event) -> Json:
    if isinstance(operand, Field):
        return event.get("".join(f"[{part}]" for part in operand.path))
    return operand
