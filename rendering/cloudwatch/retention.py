"""How long CloudWatch keeps records: it knows a short list of days, and promises are kept by the next longer one."""

import math

DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Days that PutRetentionPolicy takes (`retentionInDays`)."""
_DAY = 86_400


def days(seconds: float) -> int:
    """The shortest retention that keeps records so long; ValueError beyond the longest."""
    wanted = math.ceil(seconds / _DAY)
    found = next((each for each in DAYS if each >= wanted), None)
    if found is None:
        raise ValueError(f"CloudWatch keeps records for {DAYS[-1]} days at the most, not for {wanted}; archive them to a bucket instead")
    return found


def reproach(value: int) -> str | None:
    """Why a number of days is none that CloudWatch has, with the neighbours that it has; None where it is one."""
    if value in DAYS:
        return None
    below, above = [each for each in DAYS if each < value][-1:], [each for each in DAYS if each > value][:1]
    near = " or ".join(str(each) for each in (*below, *above))
    return f"CloudWatch has no retention of {value} days; take {near}"
