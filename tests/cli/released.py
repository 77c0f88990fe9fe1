"""Services since their release, in a real Prometheus: what targets expose is written as blocks, and promtool records the rules over it."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import yaml

from catalog.catalog import Catalog
from rendering.document import Document
from rendering.rules import rule_groups
from rendering.site import Site
from tests.dashboards.sample.series import Series
from tests.dashboards.sample.store import Store

APPLICATION = "universal-ai-tools"
SINCE = 1800
"""Seconds ago, when every service was released."""
_BEFORE, _AFTER, _STEP = 7200, 600, 30
_BUCKETS = (0.1, 0.3, 0.5, 0.7, 1.0, 3.0, 5.0, 7.0, 10.0)
_MIB = 2**20


@dataclass(frozen=True)
class Course:
    """How a service does at some time: requests a second, which share fails, how long each takes, and the memory of its pod."""

    requests: float = 20
    failing: float = 0.0001
    seconds: float = 0.05
    memory: float = 300 * _MIB


WELL = Course()
COURSES = {
    "api-gateway": (WELL, WELL),
    "auth-service": (WELL, Course(failing=0.05)),
    "memory-service": (WELL, Course(seconds=2)),
    "chat-service": (WELL, Course(memory=9_000 * _MIB)),
    "assistantd": (Course(failing=0.05), Course(failing=0.05)),
    "llm-router": (WELL, Course(requests=0.005)),
}
"""Before and since the release; `ml-inference` exposes nothing at all."""


def series(now: float) -> Iterator[Series]:
    """What their targets and their nodes expose, from two hours ago to ten minutes ahead, while the tests run."""
    at = np.arange(now - _BEFORE, now + _AFTER, _STEP)
    since = at > now - SINCE
    for name, (before, after) in COURSES.items():

        def counted(share: float, later: float, steady: Course = before, changed: Course = after) -> Any:  # noqa: ANN401  an array
            return np.cumsum(np.where(since, changed.requests * later, steady.requests * share)) * _STEP

        own = {"application": APPLICATION, "service": name, "pod": f"{name}-7d9f-1", "instance": "10.0.0.1:8081"}
        route = {"method": "GET", "route": "/v1/ask"}
        for status, shares in (("200", (1 - before.failing, 1 - after.failing)), ("503", (before.failing, after.failing))):
            yield Series("http_requests_total", {**own, **route, "status_code": status}, at, counted(*shares))
        timed = {**own, **route, "status_code": "200"}
        for edge in (*_BUCKETS, float("inf")):
            label = "+Inf" if edge == float("inf") else str(float(edge))
            shares = (float(before.seconds <= edge), float(after.seconds <= edge))
            yield Series("http_request_duration_seconds_bucket", {**timed, "le": label}, at, counted(*shares))
        yield Series("http_request_duration_seconds_count", timed, at, counted(1, 1))
        yield Series("http_request_duration_seconds_sum", timed, at, counted(before.seconds, after.seconds))
        place = {"namespace": APPLICATION, "pod": f"{name}-7d9f-1", "container": "app"}
        yield Series("container_memory_working_set_bytes", place, at, np.where(since, after.memory, before.memory))


def fill(store: Store, catalog: Catalog, site: Site, now: float) -> None:
    """Blocks of the raw series, then of what the rules of the catalog record over them."""
    store.write(series(now), "raw")
    # promtool records over what Prometheus has, so what reads a recorded series comes after it.
    for what in ("slo:all_events:rate5m", "slo:bad_events:rate5m"):
        _record(
            store, [each for group in rule_groups(catalog, site)[APPLICATION] for each in group["rules"] if each.get("record") == what], now
        )


def _record(store: Store, rules: list[Document], now: float) -> None:
    file = store.folder / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "recorded", "rules": rules}]}))
    window = [f"--start={int(now - _BEFORE)}", f"--end={int(now)}", f"--eval-interval={_STEP}s"]
    with store:
        command = [store.tools["promtool"], "tsdb", "create-blocks-from", "rules", f"--url={address(store)}", *window]
        run = subprocess.run([*command, f"--output-dir={store.folder / 'data'}", file], capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[-2000:])


def address(store: Store) -> str:
    """Where the Prometheus of an entered store answers."""
    return f"http://127.0.0.1:{store._port}"


def made(folder: Path, tools: dict[str, Path], catalog: Catalog, site: Site) -> Store:
    """A store with everything, not yet started."""
    store = Store(folder, tools)
    fill(store, catalog, site, float(int(time.time())))
    return store


class Clock(datetime):
    """A clock that stands at seconds after noon, one after the other."""

    offsets: ClassVar[Iterator[float]]

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """The next one."""
        del tz
        return cls(2026, 3, 1, 12, tzinfo=UTC) + timedelta(seconds=next(cls.offsets))
