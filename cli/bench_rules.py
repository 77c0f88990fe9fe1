"""What rules cost: a real Prometheus evaluates those of 100 and of 1,000 services, and says itself how long it took."""

import http.server
import json
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

from catalog.loading import load
from catalog.units import seconds as seconds_of
from cli.arguments import ROOT
from cli.console import log
from cli.figure import Figure
from cli.synthetic import Exposition, configuration, groups, multiplied
from demo.processes import HOST, get
from local.certificates import write
from local.processes import Daemon, free_ports, stop
from local.tools import ensure
from rendering.documents import render
from rendering.site import Site

SIZES = (100, 1000)
EVALUATIONS = 3
"""Of every group, on warm data, before anything is read."""
INTERVAL = "15s"
SLOW_INTERVAL = "60s"
"""Of groups that run each minute or less often: sooner than in truth, so that nobody waits for them."""
PATIENCE = 300.0  # seconds
_SITE = Site(environment="bench", region="any", cluster="any", runbooks_url="https://runbooks.example.com")
_WARM = "count(slo:bad_events:ratio6h)"
"""The last series to appear: made from recorded ones, which are made from rates. Two of each service."""
_OBJECTIVES = 2
_LINE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
_GROUP = re.compile(r'rule_group="[^;"]*;([^"]+)"')
_SAMPLES, _CPU = "prometheus_engine_query_samples_total", "process_cpu_seconds_total"
_SERIES, _MISSED = "prometheus_tsdb_head_series", "prometheus_rule_group_iterations_missed_total"
_STAT, _MACHINE = Path("/proc/stat"), "machine_cpu_seconds_total"
_HOW = "real Prometheus, synthetic services"
SLACK = 1.2
"""By how much growth may exceed what is linear."""
Metrics = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Reading:
    """What Prometheus says of its rules."""

    rules: int
    groups: int
    slowest: str
    slowest_share: float
    """Evaluation time of one group as a share of its interval."""
    busy: float
    """Evaluation time of all groups for each second of their intervals: how many cores it takes where nothing waits."""
    unhealthy: tuple[str, ...]


def rules() -> Iterator[Figure]:
    """Both sizes, and how the cost grows between them: time by the clock, which contains waiting for a core, and CPU alone.

    Prometheus takes about one core for 1,000 services. Where others leave it less, its groups wait for one another, miss evaluations,
    and the clock says hundreds of times more, of every kind of rule alike: each figure tells how much others took meanwhile.
    """
    busy: list[float] = []
    used: list[float] = []
    for count in SIZES:
        with _prometheus(count) as (port, own):
            passed, before, after, reading = _measure(port, count, own)
        samples, cores, machine = ((_total(after, name) - _total(before, name)) / passed for name in (_SAMPLES, _CPU, _MACHINE))
        others = f"others took {max(0.0, machine - cores):.1f} of {os.cpu_count()} cores" if machine else "others' CPU is unknown here"
        busy.append(reading.busy)
        used.append(cores)
        shape = f"{reading.rules} rules in {reading.groups} groups, {reading.slowest} is the slowest"
        yield Figure(f"slowest rule group, {count} services", reading.slowest_share * 100, 10, "% of interval", _HOW, f"{shape}; {others}")
        series, missed = _total(after, _SERIES), _total(after, _MISSED)
        note = (
            f"{series:.0f} head series, {samples:.0f} samples/s read, {missed:.0f} evaluations missed; "
            "minutes of history: windows of days read few samples"
        )
        yield Figure(f"all rule groups, {count} services", reading.busy * 100, None, "% by the clock", _HOW, note)
        yield Figure(
            f"Prometheus, {count} services",
            cores * 100,
            None,
            "% of a core",
            _HOW,
            f"scrapes included; groups each {INTERVAL}, slow ones each {SLOW_INTERVAL}",
        )
    linear = SIZES[-1] / SIZES[0]
    beside = f"{SIZES[-1]} services beside {SIZES[0]}"
    yield Figure("growth of rule time", busy[-1] / busy[0], linear * SLACK, "times", beside, "by the clock: waiting for a core counts")
    yield Figure("growth of CPU", used[-1] / used[0], linear * SLACK, "times", beside, "Prometheus as a whole")


def _measure(port: int, count: int, own: dict[str, str]) -> tuple[float, Metrics, Metrics, Reading]:
    """Seconds between two readings of the metrics, both of them, and what the rules' own page says after the second."""
    _until(lambda: _value(port, _WARM) >= count * _OBJECTIVES, f"{count} services have no objectives recorded")
    before, start = _metrics(port), time.monotonic()
    goal = {name: done + EVALUATIONS for name, done in iterations(before).items()}
    if goal.keys() != own.keys():
        raise RuntimeError(f"Prometheus has {len(goal)} rule groups, {len(own)} were given")
    after = before

    def through() -> bool:
        nonlocal after
        after = _metrics(port)
        done = iterations(after)
        return all(done[name] >= wanted for name, wanted in goal.items())

    _until(through, f"rule groups of {count} services were not evaluated {EVALUATIONS} times")
    passed = time.monotonic() - start
    answer = read(json.loads(_asked(port, "/api/v1/rules")), own)
    if answer.unhealthy:
        raise RuntimeError(f"{len(answer.unhealthy)} rules fail, {answer.unhealthy[0]} among them")
    return passed, before, after, answer


def read(answer: dict[str, Any], own: dict[str, str]) -> Reading:
    """The rules' page of Prometheus, each group held against its own interval rather than the one it was given here."""
    found = cast("list[dict[str, Any]]", answer["data"]["groups"])
    shares = {str(group["name"]): float(group["evaluationTime"]) / seconds_of(own[str(group["name"])]) for group in found}
    slowest = max(shares, key=lambda name: shares[name])
    every = [(str(group["name"]), rule) for group in found for rule in group["rules"]]
    unhealthy = tuple(f"{name}: {rule['name']} ({rule.get('lastError', '')})" for name, rule in every if rule["health"] != "ok")
    return Reading(len(every), len(found), slowest, shares[slowest], sum(shares.values()), unhealthy)


def parsed(text: str) -> Metrics:
    """Values of the text format, by metric and labels."""
    found: Metrics = {}
    for name, labels, value in _LINE.findall(text):
        found.setdefault(name, {})[labels] = float(value)
    return found


def iterations(metrics: Metrics) -> dict[str, float]:
    """How often each rule group has been evaluated."""
    counted = metrics.get("prometheus_rule_group_iterations_total", {})
    return {match[1]: value for labels, value in counted.items() if (match := _GROUP.search(labels))}


def _total(metrics: Metrics, name: str) -> float:
    return sum(metrics.get(name, {}).values())


def _metrics(port: int) -> Metrics:
    return parsed(_asked(port, "/metrics").decode()) | {_MACHINE: {"": machine_seconds(_STAT)}}


def machine_seconds(path: Path) -> float:
    """Core seconds that the machine has worked since it started (proc(5), `/proc/stat`); 0 where there is no such file."""
    try:
        first = path.read_text(encoding="ascii").split("\n", 1)[0]
    except FileNotFoundError:
        return 0
    user, nice, system, _idle, _waiting, interrupts, soft, stolen, *_ = (int(value) for value in first.split()[1:])
    return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")


def _value(port: int, query: str) -> float:
    result = json.loads(_asked(port, f"/api/v1/query?query={query}"))["data"]["result"]
    return float(result[0]["value"][1]) if result else 0


def _asked(port: int, path: str) -> bytes:
    answer = get(port, path)
    if answer is None:
        raise RuntimeError(f"Prometheus does not answer {path}")
    return answer


def _until(reached: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{otherwise} in {PATIENCE:.0f} s")
        time.sleep(2)  # between questions, which cost Prometheus something as well


@contextmanager
def _prometheus(count: int) -> Generator[tuple[int, dict[str, str]]]:
    """A Prometheus with the rules and targets of so many services: its port, and its groups' own intervals; gone afterwards."""
    binary = ensure(["prometheus"], log.info)["prometheus"]
    catalog = multiplied(load(ROOT), count)
    made, own = groups(render(catalog, _SITE).rules, INTERVAL, SLOW_INTERVAL)
    exposition = Exposition(catalog, count)
    port = free_ports(1)[0]
    folder = Path(tempfile.mkdtemp(prefix="observatory-bench-"))
    server = http.server.ThreadingHTTPServer((HOST, 0), partial(_Handler, exposition))
    server.daemon_threads = True
    flags = (f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={HOST}:{port}", "--log.level=warn")
    command = (str(binary), f"--config.file={folder / 'prometheus.yaml'}", *flags)
    daemon = Daemon("prometheus", command, folder, lambda: get(port, "/-/ready") is not None)
    try:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        write(folder / "rules.json", json.dumps({"groups": made}).encode())
        write(folder / "prometheus.yaml", json.dumps(configuration(count, server.server_port, str(folder / "rules.json"))).encode())
        daemon.start({"PATH": "", "HOME": str(folder)})
        daemon.wait(PATIENCE)
        yield port, own
    finally:
        stop([daemon.pid_file])
        server.shutdown()
        server.server_close()
        shutil.rmtree(folder, ignore_errors=True)


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers scrapes over connections that stay open."""

    protocol_version = "HTTP/1.1"

    def __init__(self, exposition: Exposition, *arguments: Any) -> None:  # noqa: ANN401 - what socketserver hands over
        self._exposition = exposition
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """One scrape."""
        body = self._exposition.text(self.path, int(time.time())).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Nobody reads it."""
