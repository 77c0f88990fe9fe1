"""An event as Logstash has it: fields within fields, metadata beside them, and texts made of them."""

import json
import re

from tests.rendering.kinds import Json, is_list, is_object
from tests.rendering.logstash.language import field

_SPRINTF = re.compile(r"%\{((?:\[[^\[\]]+\])+|[^\[\]{}]+)\}")
METADATA = "@metadata"


class Event:
    def __init__(self, data: dict[str, Json], metadata: dict[str, Json] | None = None) -> None:
        self.data, self.metadata = data, metadata or {}

    def get(self, reference: str) -> Json:
        """None for what is not there, or lies in no object."""
        place: Json
        place, path = self._root(reference)
        for part in path:
            if is_object(place) and part in place:
                place = place[part]
            elif is_list(place) and re.fullmatch(r"-?\d+", part) and -len(place) <= int(part) < len(place):
                place = place[int(part)]
            else:
                return None
        return place

    def set(self, reference: str, value: Json) -> None:
        """Objects on the way are made; a way through a text is the fault that it is in Logstash."""
        place, path = self._root(reference)
        for part in path[:-1]:
            place = place.setdefault(part, {})
            if not is_object(place):
                raise TypeError(f"{reference}: {part} is {place!r}, no object")
        place[path[-1]] = value

    def remove(self, reference: str) -> Json:
        place, path = self._root(reference)
        for part in path[:-1]:
            place = place.get(part) if is_object(place) else None
        return place.pop(path[-1], None) if is_object(place) else None

    def text(self, template: str) -> str:
        """Sprintf: a field that is not there stays as it is written."""

        def found(match: re.Match[str]) -> str:
            value = self.get(match[1])
            return match[0] if value is None else as_text(value)

        return _SPRINTF.sub(found, template)

    def tag(self, *tags: str) -> None:
        known = self.data.setdefault("tags", [])
        known.extend(tag for tag in tags if tag not in known)

    def _root(self, reference: str) -> tuple[dict[str, Json], tuple[str, ...]]:
        path = field(reference).path
        return (self.metadata, path[1:]) if path[0] == METADATA else (self.data, path)


def as_text(value: Json) -> str:
    """As Java's event writes a value into a text."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, separators=(",", ":")) if isinstance(value, dict | list) else str(value)
