"""Asks a Prometheus, or what stands for one, over its HTTP API (prometheus.io/docs/prometheus/latest/querying/api)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

import httpx

from catalog.faults import MissingError

URL, TOKEN = "OBSERVATORY_PROMETHEUS_URL", "OBSERVATORY_PROMETHEUS_TOKEN"
_TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Sample:
    """One series' value at one time."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class Series:
    """One series' values over time."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]
    """Unix seconds and value, in order."""


class Prometheus:
    """One server. MissingError where it cannot be reached or does not understand: whoever asks must not take silence for an answer."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        token = os.environ.get(TOKEN)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(headers=headers, timeout=_TIMEOUT_SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Closes its connections."""
        self._client.close()

    def instant(self, query: str, at: float | None = None) -> list[Sample]:
        """An expression's value at a time in Unix seconds, now by default."""
        found = self.get("query", {"query": query} | ({"time": f"{at:.3f}"} if at is not None else {}))
        if found["resultType"] == "scalar":
            return [Sample({}, float(found["result"][1]))]
        return [Sample(each["metric"], float(each["value"][1])) for each in found["result"]]

    def range(self, query: str, start: float, end: float, step: float) -> list[Series]:
        """An expression's values from `start` to `end` (Unix seconds), every `step` seconds."""
        asked = {"query": query, "start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:.3f}"}
        found = self.get("query_range", asked)["result"]
        return [Series(each["metric"], tuple((float(at), float(value)) for at, value in each["values"])) for each in found]

    def get(self, path: str, asked: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401  JSON of any shape
        """`data` of an endpoint below /api/v1, as `targets`, `rules` or `alerts`."""
        try:
            answer = self._client.get(f"{self.url}/api/v1/{path}", params=dict(asked or {}))
        except httpx.HTTPError as error:
            raise MissingError(f"Prometheus does not answer at {self.url}: {error or type(error).__name__}") from error
        except httpx.InvalidURL as error:
            raise MissingError(f"{self.url} is no address of a Prometheus: {error}") from error
        told = _json(answer)
        if answer.is_success and told.get("status") == "success":
            return told["data"]
        reason = told.get("error") or f"status {answer.status_code}"
        raise MissingError(f"Prometheus at {self.url} did not answer {path}: {reason}")


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        told: object = answer.json()
    except ValueError:
        return {}
    return cast("dict[str, Any]", told) if isinstance(told, dict) else {}
