"""Times as the date filter reads them: the formats that the pipelines name, as Joda-Time has them."""

import re
from datetime import UTC, datetime, timedelta

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:?\d\d)?")
_FORMATS = {
    "MMdd HH:mm:ss.SSSSSS": "%m%d %H:%M:%S.%f",
    "yyyy/MM/dd HH:mm:ss": "%Y/%m/%d %H:%M:%S",
    "dd/MMM/yyyy:HH:mm:ss Z": "%d/%b/%Y:%H:%M:%S %z",
    "MMM dd HH:mm:ss": "%b %d %H:%M:%S",
    "MMM  d HH:mm:ss": "%b %d %H:%M:%S",
}


def parse(text: str, form: str, now: datetime) -> str | None:
    """The moment as Logstash writes it, in milliseconds; None where the text is not of the form."""
    try:
        moment = _moment(text, form, now)
    except (ValueError, OverflowError):
        return None
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(text: str, form: str, now: datetime) -> datetime | None:
    if form in ("UNIX", "UNIX_MS"):
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=float(text) / (1 if form == "UNIX" else 1000))
    if form == "ISO8601":
        return _iso(text)
    known = _FORMATS[form]
    return _of_some_year(text, known, now) if "%Y" not in known else _whole(text, known)


def _iso(text: str) -> datetime | None:
    if (found := _ISO.fullmatch(text)) is None:
        return None
    day, clock, fraction, zone = found.groups()
    return datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:0<6}{(zone or 'Z').replace('Z', '+00:00')}")


def _whole(text: str, known: str) -> datetime:
    moment = datetime.strptime(text, known)  # noqa: DTZ007 - the zone is in the text, or UTC by the filter's option
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _of_some_year(text: str, known: str, now: datetime) -> datetime:
    """This year's, or the last's where the month is December and it is January now, and the other way round."""
    moment = datetime.strptime(f"{now.year} {text}", f"%Y {known}").replace(tzinfo=UTC)
    if {moment.month, now.month} == {1, 12}:
        return moment.replace(year=now.year + (1 if now.month == 12 else -1))
    return moment
