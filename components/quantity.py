"""Kubernetes quantities: checked where a person writes them, and counted where quotas and volumes are compared."""

import re
from typing import Annotated

from pydantic import AfterValidator

_CPU = re.compile(r"(\d+(?:\.\d+)?)(m?)")
_BYTES = re.compile(r"(\d+)(Ki|Mi|Gi|Ti)")
_SCALE = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def cores(text: str) -> float:
    """CPU cores of `500m` or `2`; ValueError where it does not parse."""
    match = _CPU.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no CPU quantity; write cores or thousandths, as 2 or 500m")
    return float(match[1]) / (1000 if match[2] else 1)


def size(text: str) -> int:
    """Bytes of `512Mi` or `200Gi`; ValueError where it does not parse."""
    match = _BYTES.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no size; write it in binary units, as 512Mi or 200Gi")
    return int(match[1]) * _SCALE[match[2]]


def _checked_cores(text: str) -> str:
    cores(text)
    return text


def _checked_size(text: str) -> str:
    size(text)
    return text


Cpu = Annotated[str, AfterValidator(_checked_cores)]
Size = Annotated[str, AfterValidator(_checked_size)]


def prometheus_size(text: str) -> str:
    """The same size as Prometheus writes it: its units are binary too, but it calls them GB (its `units.Base2Bytes`)."""
    size(text)
    return text.replace("i", "B")
