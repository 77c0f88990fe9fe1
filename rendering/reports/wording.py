"""Numbers and tables as a reader of a report meets them; what is not known is `no data`."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

NO_DATA = "no data"
NONE = "no incident"
_HOUR, _DAY = 3600, 86400
_RIGHT = "-:"
_NINES = 0.995
"""Above it a share of time is written with three decimals of a per cent: there the difference lies."""


def share(value: float | None) -> str:
    """A ratio in per cent; no share short of the whole is rounded up to 100 %."""
    if value is None:
        return NO_DATA
    if _NINES <= value < 1:
        return f"{min(value * 100, 99.999):.3f}".rstrip("0") + " %"
    return f"{value * 100:.4g} %" if value < _NINES else f"{value * 100:.0f} %"


def duration(seconds: float | None, otherwise: str = NO_DATA) -> str:
    """The two greatest units: `29 d 23 h`, `30 min`, `45 s`."""
    if seconds is None:
        return otherwise
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms" if seconds > 0 else "0 s"
    whole = round(seconds)
    parts = [(whole // _DAY, "d"), (whole % _DAY // _HOUR, "h"), (whole % _HOUR // 60, "min"), (whole % 60, "s")]
    first = next(number for number, (count, _) in enumerate(parts) if count)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count)


def latency(seconds: float | None) -> str:
    """Three digits, in milliseconds or seconds."""
    if seconds is None:
        return NO_DATA
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def rate(value: float | None) -> str:
    """Events a second."""
    return NO_DATA if value is None else f"{value:,.3g}/s" if value < 1000 else f"{value:,.0f}/s"  # noqa: PLR2004  where digits turn into noise


def usd(amount: float) -> str:
    """Whole dollars."""
    return f"{amount:,.0f} USD"


def moment(seconds: float) -> str:
    """A time in UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def cell(text: str) -> str:
    """Text as a cell of a Markdown table, where some characters mean something."""
    return "".join(f"\\{each}" if each in r"\|*_`[]<>" else each for each in text)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1, marked: Sequence[int] = ()) -> str:
    """Numbers to the right; cells are plain text but for the columns that are marked up already."""
    rules = ["-" if number < left else _RIGHT for number in range(len(head))]
    lines = [head, rules, *([value if column in marked else cell(value) for column, value in enumerate(row)] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
