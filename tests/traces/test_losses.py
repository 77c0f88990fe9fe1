"""What is lost when collectors stop, die or cannot send: nothing that a queue has, and of a killed gateway only what was undecided.

The decision on agents and samplers in docs/decisions documents the loss that is tested here.
"""

import threading
import time
from dataclasses import dataclass, field
from signal import SIGKILL, SIGTERM, Signals
from typing import Self

import pytest

from catalog.catalog import Catalog
from rendering.otel.agent import agent
from rendering.otel.gateway import gateway
from tests.traces.conftest import SITE, settings
from tests.traces.spans import SPANS, Maker, Sent, send
from tests.traces.stage import AGENT, GATEWAYS, SINK, Stage, wait_for

pytestmark = pytest.mark.tools

WAIT = 1.0
"""Seconds between a trace's first span and the decision; the sampler looks once a second."""
UNDECIDED = WAIT + 2.0
"""The most that a killed gateway had in memory: the wait, the sampler's second, and one for the agent's batches."""
MANY = 600
"""Traces before anything happens."""
EACH, PAUSE = 20, 0.02
"""Traces at a time, and seconds between: a thousand traces a second."""


@dataclass
class Load:
    """Traces sent without an end, each with the time when the agent had accepted it."""

    stage: Stage
    accepted: list[tuple[float, Sent]] = field(default_factory=list[tuple[float, Sent]])
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        maker = Maker()
        while not self._ended.wait(PAUSE):
            traces = [maker.trace() for _ in range(EACH)]
            send(self.stage.entry, traces)
            now = time.monotonic()
            self.accepted += [(now, trace) for trace in traces]

    def lost(self, since: float = 0) -> list[tuple[float, Sent]]:
        """Accepted traces of which a span is missing, once everything has settled."""
        stored = self.stage.settled()
        return [(when, trace) for when, trace in self.accepted if when >= since and len(stored.get(trace.trace_id, ())) < SPANS]


@pytest.fixture
def load(stage: Stage, catalog: Catalog) -> Load:
    """All collectors, which keep every trace, so that each one that is missing was lost."""
    stage.start(agent(catalog, SITE, settings()), gateway(catalog, SITE, settings()))
    return Load(stage)


def interrupt(load: Load, name: str, number: Signals, seconds: float, before: float = 0) -> float:
    """Ends a process under load and starts it again after a while; returns when it ended.

    `before`: how long the load goes on until then at the least; however busy the machine is, many traces come before and some after.
    """
    begun = time.monotonic()
    with load:
        wait_for(lambda: len(load.accepted) >= MANY and time.monotonic() - begun >= before, "traces to be accepted")
        process = load.stage.processes[name]
        ended = time.monotonic()
        process.end(number)
        time.sleep(seconds)
        process.start()
        process.wait()
        so_far = len(load.accepted)
        wait_for(lambda: len(load.accepted) >= so_far + EACH, "traces to be accepted again")
    return ended


def test_a_gateway_that_is_stopped_in_order_loses_nothing(load: Load) -> None:
    interrupt(load, GATEWAYS[0], SIGTERM, 0.5)
    assert load.lost() == []


def test_a_gateway_that_is_killed_loses_only_what_it_had_not_decided(load: Load) -> None:
    killed = interrupt(load, GATEWAYS[0], SIGKILL, 1, before=UNDECIDED + 1)
    lost = load.lost()
    assert any(when < killed - UNDECIDED for when, _ in load.accepted), "no trace was old enough to be safe"
    in_doubt = [trace for when, trace in load.accepted if killed - UNDECIDED <= when <= killed + 1]
    oldest = max((killed - when for when, _ in lost), default=0.0)
    print(f"killed: {len(lost)} of {len(load.accepted)} traces lost, {len(in_doubt)} were in doubt, the oldest {oldest:.1f} s before")
    assert [when - killed for when, _ in lost if not killed - UNDECIDED <= when <= killed + 1] == []
    assert len(lost) < len(in_doubt)


def test_an_agent_that_is_killed_sends_what_it_had_accepted_when_it_is_back(load: Load) -> None:
    interrupt(load, AGENT, SIGKILL, 0.5)
    assert load.lost() == []


def test_a_store_that_is_down_is_waited_for_even_by_a_gateway_that_is_killed_meanwhile(load: Load) -> None:
    store = load.stage.processes[SINK]
    store.end()
    with load:
        time.sleep(1.5)
    wait_for(lambda: _queued(load.stage) >= len(load.accepted) * SPANS, "all spans to be on disk", lambda: str(_queued(load.stage)))
    for name in GATEWAYS:
        assert load.stage.processes[name].alive()
    gateway = load.stage.processes[GATEWAYS[0]]
    gateway.end(SIGKILL)
    gateway.start()
    store.start()
    store.wait()
    wait_for(lambda: len(load.stage.stored()) == len(load.accepted), "the queue to be sent")
    assert load.lost() == []


def _queued(stage: Stage) -> float:
    return sum(stage.own_metric(name, "otelcol_exporter_queue_size") for name in GATEWAYS)
