"""Templates of queries: PromQL text with `$names` that a signal's use fills in."""

import re

_PARAMETER = re.compile(r"\$(\$|[a-z_]*)")
_EMPTY_ITEM = re.compile(r"(\b(?:by|on|without|ignoring|group_left|group_right)\s*\()\s*,\s*")


def fill(template: str, parameters: dict[str, str]) -> str:
    """The template with every `$name` replaced (`$$` is a dollar); ValueError where a name is unknown."""

    def value(match: re.Match[str]) -> str:
        if match[1] == "$":
            return "$"
        if match[1] not in parameters:
            raise ValueError(f"{template!r} uses ${match[1]}; there are {', '.join('$' + name for name in sorted(parameters))}")
        return parameters[match[1]]

    return _EMPTY_ITEM.sub(r"\1", _PARAMETER.sub(value, template)).strip()
