"""Whether rules behave as a scenario's cases say."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from catalog.units import seconds
from tests.alerts.place import Place
from tests.alerts.promtool import PROCESSES, SUCCESS, Question, Unit, verdicts
from tests.alerts.scenario import SYMPTOM, Case, Rhythm, Scenario
from tests.alerts.slices import Rule, mirrored

_SHARES = ".+:bad_ratio.+|slo:bad_events:rate5m.*"
"""Recorded series that are 0 where nothing ever failed."""
_BATCHES = 16
"""Enough that no process is left with much more than another."""
_FIRING = f'ALERTS{{alertstate="firing",alertname!="{SYMPTOM}"}}'


@dataclass(frozen=True)
class Trial:
    """Rules on a scenario's case: promtool accepts it where they behave as the scenario says."""

    key: str
    rules: tuple[Rule, ...]
    place: Place
    rhythm: Rhythm
    case: Case

    @property
    def used(self) -> Rhythm:
        """The case's own rhythm, or the scenario's."""
        return self.case.rhythm or self.rhythm


@dataclass(frozen=True)
class Moment:
    """What is counted at a time, in seconds, and how much there is of it."""

    when: float
    count: int
    counted: str = _FIRING
    """One series for each thing that an alert fires for, or each recorded share."""
    recorded: bool = False
    """Whether it is about recorded series, and not about the alert."""


def trials(scenario: Scenario, rules: tuple[Rule, ...], key: str) -> list[Trial]:
    """One trial for each case of a scenario."""
    return [Trial(f"{key}.{number}", rules, scenario.place, scenario.rhythm, case) for number, case in enumerate(scenario.cases)]


def judge(promtool: Path, folder: Path, found: Sequence[Trial]) -> dict[str, str]:
    """What promtool says against each trial that fails, by its key; the others passed."""
    batches = [{trial.key: _unit(trial) for trial in found[start::_BATCHES]} for start in range(min(_BATCHES, len(found)))]
    with ThreadPoolExecutor(PROCESSES) as pool:
        said = pool.map(partial(verdicts, promtool, folder), batches)
    return {key: text for part in said for key, text in part.items() if text != SUCCESS}


def _unit(trial: Trial) -> Unit:
    questions = [
        Question(f"count({moment.counted}) or vector(0)", moment.when, moment.count)
        for moment in moments(trial.case, trial.place, trial.used.evaluation)
    ]
    rules = (*mirrored(trial.rules, trial.place), *trial.rules)
    return Unit(rules, trial.used, trial.case.phases(trial.place), questions)


def moments(case: Case, place: Place, every: float) -> Iterator[Moment]:
    """All that a case says of an alert: silence before, so many at the moment itself, and their end."""
    begins = case.begins
    end = begins + sum(seconds(long) for long, _ in case.then) - every
    if case.zero:
        subject = f'application="{place.application}",{place.kind}="{place.name}"'
        yield Moment(end, case.zero, f'{{__name__=~"{_SHARES}",{subject}}} == 0', recorded=True)
    if case.fires_after is None:
        yield Moment(end, 0, _ever(end - begins))
        return
    fires = begins + case.fires_after
    yield Moment(fires - every, 0, _ever(case.fires_after))
    yield Moment(fires, case.instances)
    if case.ends_after is not None:
        ends = begins + case.ends_after
        yield Moment(ends - every, case.instances)
        yield Moment(ends, 0)


def _ever(seconds_ago: float) -> str:
    """What fired at any time since."""
    return f"count_over_time({_FIRING}[{seconds_ago + 1:.0f}s])"
