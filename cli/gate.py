"""`make gate`: asks Prometheus whether a release may stay, and answers a pipeline by its exit status; not to see is never a pass."""

import argparse
import json
import math
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rich.table import Table

from catalog.catalog import Catalog, Subject
from catalog.faults import Fault, FaultsError, MissingError
from catalog.loading import load as load_catalog
from catalog.units import Unit, duration_text
from catalog.units import seconds as parse
from cli.arguments import ROOT
from cli.console import out, progress
from cli.marker_release import COMMAND_LINE, moment, service
from cli.prometheus_api import URL, Prometheus, Sample
from rendering import gate
from rendering.gate import Answer, Check, Judged
from rendering.site import Site
from stacks.settings import load

_OLDEST = timedelta(days=3)
"""A release that old is judged by alerts and reports; a gate stands at its begin."""
_POLL_SECONDS = 10.0
_STATUS = {"pass": 0, "fail": 1}
_COLOURS = {"ok": "green", "no worse": "yellow", "no data": "dim", "too few": "dim"}


@dataclass(frozen=True)
class Asked:
    """What somebody wants judged."""

    subject: Subject
    since: datetime
    wait: float
    """Seconds that the release must be old before it is judged."""


def run_gate(arguments: argparse.Namespace) -> int:
    """Judges a release; status 1 where it does harm, MissingError where nobody can say."""
    site, catalog = load(arguments.stack, ROOT).site, load_catalog(ROOT)
    asked = question(arguments, catalog, site, datetime.now(UTC))
    url = arguments.prometheus or os.environ.get(URL)
    if not url:
        raise MissingError(f"which Prometheus to ask? add PROMETHEUS=http://localhost:9090, or give {URL}")
    _wait(asked)
    until = datetime.now(UTC)
    old = (until - asked.since).total_seconds()
    if old < gate.LEAST_SECONDS:
        least = duration_text(gate.LEAST_SECONDS)
        raise MissingError(
            f"the release is {old / 60:.0f} minutes old and nothing can be said before it is {least}; wait, or add FOR={least}"
        )
    with progress("asking Prometheus") as report, Prometheus(url) as prometheus:
        judged = judge(prometheus, gate.checks(catalog, site, asked.subject, round(old)), asked.since, until)
        report(f"{len(judged)} checks since {asked.since:%Y-%m-%d %H:%M:%S} UTC")
    verdict, name = gate.verdict(judged), f"{asked.subject.application.application}/{asked.subject.name}"
    if arguments.json:
        out.print(_json(name, asked, until, judged, verdict), markup=False, soft_wrap=True)
    else:
        _show(name, asked, judged)
    if verdict == "blind":
        kinds = " and ".join(gate.unseen(judged)) or "anything"
        raise MissingError(f"the gate cannot see {kinds} of {name}: no data at {url}, or too few events since the release; that is no pass")
    if not arguments.json:
        out.print("[green]the release may stay[/]" if verdict == "pass" else "[red]the release does harm: roll it back[/]")
    return _STATUS[verdict]


def question(arguments: argparse.Namespace, catalog: Catalog, site: Site, now: datetime) -> Asked:
    """What the command line asks; FaultsError lists all that is wrong with it."""
    faults: list[Fault] = []
    subject = service(catalog, arguments.service, faults)
    if subject and not site.runs(subject):
        faults.append(Fault(COMMAND_LINE, "SERVICE", arguments.service, "this stack does not run it", "name another one"))
    since = _since(arguments.since, now, faults)
    wait = 0.0
    if arguments.long:
        try:
            wait = parse(arguments.long)
        except ValueError as error:
            faults.append(Fault(COMMAND_LINE, "FOR", arguments.long, str(error), "write FOR=10m"))
    if faults or subject is None or since is None:
        raise FaultsError(faults)
    return Asked(subject, since, wait)


def _since(text: str | None, now: datetime, faults: list[Fault]) -> datetime | None:
    if not text:
        faults.append(Fault(COMMAND_LINE, "SINCE", "", "when was the release?", "add SINCE=30m, or a moment as 2026-03-01T12:00:00Z"))
        return None
    try:
        found: datetime | None = now - timedelta(seconds=parse(text))
    except ValueError:
        found = moment("SINCE", text, now, faults)
    except OverflowError:
        found = datetime.min.replace(tzinfo=UTC)
    if found and found > now:
        faults.append(Fault(COMMAND_LINE, "SINCE", text, "that is in the future", "give the moment of the release"))
    elif found and now - found > _OLDEST:
        faults.append(Fault(COMMAND_LINE, "SINCE", text, f"that is more than {_OLDEST.days} days ago", "judge a release when it is young"))
    return found


def _wait(asked: Asked) -> None:
    """Until the release is as old as somebody wants it to be."""
    until = asked.since + timedelta(seconds=asked.wait)
    if until <= datetime.now(UTC):
        return
    with progress("waiting") as report:
        report(f"waiting until {until:%H:%M:%S} UTC, when the release is {duration_text(asked.wait)} old")
        while (left := (until - datetime.now(UTC)).total_seconds()) > 0:
            time.sleep(min(left, _POLL_SECONDS))


def judge(prometheus: Prometheus, checks: list[Check], since: datetime, until: datetime) -> list[Judged]:
    """Every check with its answer now, and with the same over as long a time before the release."""
    judged: list[Judged] = []
    for check in checks:
        answer = _answer(prometheus, check, since.timestamp(), until.timestamp())
        judged.append(Judged(check, answer, gate.judge(check, answer)))
    return judged


def _answer(prometheus: Prometheus, check: Check, since: float, until: float) -> Answer:
    worst = _worst(prometheus.instant(check.value, until))
    events = None
    if check.events is not None:
        counted = {_key(each): each.value for each in prometheus.instant(check.events, until)}
        events = counted.get(_key(worst)) if worst else max(counted.values(), default=None)
    before = _worst(prometheus.instant(check.value, since)) if worst and worst.value > check.limit else None
    return Answer(worst.value if worst else None, _whose(worst), before.value if before else None, events)


def _worst(samples: list[Sample]) -> Sample | None:
    """The highest value; what is no number (0 of 0) is no answer."""
    return max((each for each in samples if not math.isnan(each.value)), key=lambda each: each.value, default=None)


def _key(sample: Sample) -> frozenset[tuple[str, str]]:
    return frozenset((name, value) for name, value in sample.labels.items() if name not in {"__name__", "slo"})


def _whose(sample: Sample | None) -> str:
    labels: Mapping[str, str] = sample.labels if sample else {}
    return ", ".join(f"{name}={value}" for name, value in labels.items() if name not in {"__name__", "slo", "application", "service"})


def _show(name: str, asked: Asked, judged: list[Judged]) -> None:
    out.print(f"{name} since {asked.since:%Y-%m-%d %H:%M:%S} UTC", markup=False, soft_wrap=True)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("check", "of", "value", "limit", "before", "events", "verdict", "worst of all"):
        table.add_column(title, overflow="fold", no_wrap=title in ("check", "of", "events", "verdict"))
    for each in judged:
        check, answer = each.check, each.answer
        events = f"{answer.events:.0f}" if answer.events is not None else ""
        values = (_text(check, answer.value), _text(check, check.limit), _text(check, answer.before))
        table.add_row(check.name, check.kind, *values, events, f"[{_COLOURS.get(each.finding, 'red')}]{each.finding}[/]", answer.whose)
    out.print(table)


def _text(check: Check, value: float | None) -> str:
    if value is None:
        return ""
    match check.unit:
        case None:
            return f"{value:.3g} x budget"
        case Unit.RATIO:
            return f"{value:.2%}"
        case Unit.SECONDS:
            return f"{value:.3g} s"
        case Unit.BYTES:
            return f"{value / 2**20:.0f} MiB"
        case _:
            return f"{value:.4g}"


def _json(name: str, asked: Asked, until: datetime, judged: list[Judged], verdict: str) -> str:
    rows = [
        {
            "check": each.check.name,
            "kind": each.check.kind,
            "value": each.answer.value,
            "limit": each.check.limit,
            "unit": each.check.unit.value if each.check.unit else "budgets",
            "before": each.answer.before,
            "events": each.answer.events,
            "of": each.answer.whose,
            "verdict": each.finding,
        }
        for each in judged
    ]
    told = {"service": name, "since": asked.since.isoformat(), "until": until.isoformat(), "verdict": verdict, "checks": rows}
    return json.dumps(told, indent=2)
