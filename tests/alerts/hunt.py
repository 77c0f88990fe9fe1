"""Which mutants a scenario notices: all mutants of one alert stand beside each other on the same series, under names of their own."""

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain, zip_longest
from pathlib import Path

from tests.alerts.judge import Moment, moments
from tests.alerts.mutants import Mutant, mutants
from tests.alerts.promtool import PROCESSES, Question, Unit, verdicts
from tests.alerts.scenario import SYMPTOM, Case, Scenario
from tests.alerts.slices import RECORDED, Rule, mirrored

_NEVER = -1
"""A count that nothing has: what promtool got instead is what we ask for."""
_GOT = re.compile(r"^        got: (.*)$", re.MULTILINE)
_COUNTED = re.compile(r'\{(?:alertname="(\w+)")?\} (\S+?)(?:,|$)')
_REFUSED = re.compile(r"^    rule: ([^,]+), time: ", re.MULTILINE)
ORIGINAL = "M0"
"""The alert itself among its mutants: a scenario that kills it judges nothing."""
_TOLD = ("application", "service", "dependency", "slo", "pages")
"""Labels of an alert that decide whether two of it are one, or that another alert asks for; the others only cost time."""
_QUICK = 6
"""An alert with so few cases is tried first."""


_BEARERS = 2
"""On so many alerts of one form a mutant is tried before it counts as a survivor."""
_TOGETHER = 6
"""So many alerts share one promtool."""


@dataclass(frozen=True)
class Prey:
    """An alert with what it reads, as rendered, and its scenario."""

    title: str
    rules: tuple[Rule, ...]
    scenario: Scenario

    @property
    def cases(self) -> list[Case]:
        """By turns one in which it fires and one in which it does not: they kill different mutants."""
        fires = [case for case in self.scenario.cases if case.fires_after is not None]
        quiet = [case for case in self.scenario.cases if case.fires_after is None]
        return [case for pair in zip_longest(fires, quiet) for case in pair if case is not None]


@dataclass(frozen=True)
class Fate:
    """A mutant, and the case that noticed it; None: none did."""

    prey: str
    mutant: Mutant
    killed_by: str | None

    @property
    def title(self) -> str:
        """As a list of survivors calls it."""
        return f"{self.prey}: {self.mutant.title}"


def hunt(promtool: Path, folder: Path, found: Sequence[Prey]) -> list[Fate]:
    """The fate of every mutant, each form once; AssertionError where a scenario fails without any.

    A form that survives the first alert which has it is tried on the next one: a recorded series is held by all that read it.
    """
    bearers = _bearers(found)
    fates: dict[str, Fate] = {}
    for wave in range(_BEARERS):
        tried: dict[int, list[Mutant]] = {}
        for form, bearer in bearers.items():
            if wave < len(bearer) and (form not in fates or fates[form].killed_by is None):
                number, mutant = bearer[wave]
                tried.setdefault(number, []).append(mutant)
        if not tried:
            break
        ones = [_One(number, found[number], {f"M{place}": each for place, each in enumerate(some, 1)}) for number, some in tried.items()]
        ones.sort(key=lambda one: len(one.mutants) * len(one.prey.cases), reverse=True)
        groups = [ones[start :: _share(len(ones))] for start in range(_share(len(ones)))]
        with ThreadPoolExecutor(PROCESSES) as pool:
            for fate in chain.from_iterable(pool.map(partial(_fates, promtool, folder / f"wave{wave}"), groups)):
                if fate.killed_by is not None or fate.mutant.form not in fates:
                    fates[fate.mutant.form] = fate
    return list(fates.values())


def _bearers(found: Sequence[Prey]) -> dict[str, list[tuple[int, Mutant]]]:
    """The alerts that have each form, by their numbers: one with few cases first if there is any, the others in their order."""
    bearers: dict[str, list[tuple[int, Mutant]]] = {}
    for number, prey in enumerate(found):
        for form, mutant in {mutant.form: mutant for mutant in mutants(prey.rules)}.items():
            bearers.setdefault(form, []).append((number, mutant))
    for bearer in bearers.values():
        quick = [one for one in bearer if len(found[one[0]].cases) <= _QUICK][:1]
        bearer[:] = [*quick, *(one for one in bearer if one not in quick)]
    return bearers


def _share(count: int) -> int:
    """How many groups: so small that no process is left with much more than another, so large that starting promtool costs little."""
    return max(1, count // _TOGETHER)


@dataclass(frozen=True)
class _One:
    """An alert, its number among all, and mutants of it by name."""

    number: int
    prey: Prey
    mutants: Mapping[str, Mutant]


def _fates(promtool: Path, folder: Path, ones: Sequence[_One]) -> list[Fate]:
    """Whether mutants die, and the case that each dies of. One that a case killed is not tried on the next."""
    killed: dict[int, dict[str, str]] = {one.number: {} for one in ones}
    for turn in range(max(len(one.prey.cases) for one in ones)):
        pending = [one for one in ones if turn < len(one.prey.cases)]
        while pending:
            packs: dict[str, _Pack] = {}
            for one in pending:
                living = {name: mutant for name, mutant in one.mutants.items() if name not in killed[one.number]}
                if living:
                    packs[f"m{one.number}.{turn}"] = _Pack(one, one.prey.cases[turn], {ORIGINAL: None, **living})
            pending = list[_One]()
            for key, said in verdicts(promtool, folder, {key: pack.unit() for key, pack in packs.items()}).items():
                pack = packs[key]
                dead, again = pack.noticed(said)
                if ORIGINAL in dead:
                    raise AssertionError(f"{pack.prey.title}: {pack.case.name} fails without any mutation")
                killed[pack.one.number] |= dict.fromkeys(dead, pack.case.name)
                pending += [pack.one] if again else []
    return [Fate(one.prey.title, mutant, killed[one.number].get(name)) for one in ones for name, mutant in one.mutants.items()]


@dataclass(frozen=True)
class _Pack:
    """Living mutants of one alert, and the original, on one case."""

    one: _One
    case: Case
    living: Mapping[str, Mutant | None]

    @property
    def prey(self) -> Prey:
        """The alert."""
        return self.one.prey

    def unit(self) -> Unit:
        scenario, rules = self.prey.scenario, self.prey.rules
        packed = [*mirrored(rules, scenario.place), *(rule for rule in rules if "record" in rule)]
        for name, mutant in self.living.items():
            packed += _chain(rules, name, mutant)
        questions = [Question(f"count by(alertname)({_named(moment)})", moment.when, _NEVER) for moment in self._moments()]
        return Unit(packed, self.case.rhythm or scenario.rhythm, self.case.phases(scenario.place), questions)

    def noticed(self, said: str) -> tuple[set[str], bool]:
        """Names of mutants that behave unlike the alert, and whether the others have to be tried again."""
        refused = {self._owner(name) for name in _REFUSED.findall(said)}
        if refused:
            return refused, True
        got = _GOT.findall(said)
        asked = list(self._moments())
        if len(got) != len(asked):
            raise RuntimeError(f"{self.prey.title}: promtool gave {len(got)} answers to {len(asked)} questions: {said[:2000]}")
        dead: set[str] = set()
        for moment, answer in zip(asked, got, strict=True):
            counts = {name or ORIGINAL: float(count) for name, count in _COUNTED.findall(answer)}
            dead |= {name for name in self._judged(moment) if counts.get(name, 0) != moment.count}
        return dead, False

    def _judged(self, moment: Moment) -> list[str]:
        """Those that a moment says something of: recorded series are the original's unless a mutant has its own."""
        return [name for name, mutant in self.living.items() if mutant is None or not moment.recorded or "record" in mutant.rule]

    def _moments(self) -> Iterator[Moment]:
        scenario = self.prey.scenario
        return moments(self.case, scenario.place, (self.case.rhythm or scenario.rhythm).evaluation)

    def _owner(self, rule: str) -> str:
        """The mutant that a rule belongs to: an alert by its name, a recording by its name's end."""
        owner = rule.rpartition(":")[2]
        if owner not in self.living:
            raise RuntimeError(f"{self.prey.title}: promtool refuses {rule}")
        return owner


def _named(moment: Moment) -> str:
    """With the mutant's name as label, which alerts have and recorded series have at the end of their names."""
    return f'label_replace({moment.counted}, "alertname", "$1", "__name__", "(?:.+:(M[0-9]+)|.+)")' if moment.recorded else moment.counted


def _chain(rules: tuple[Rule, ...], name: str, mutant: Mutant | None) -> Iterator[Rule]:
    """The mutated rule and what reads it, under names of their own; the rest is the original's."""
    renamed: dict[str, str] = {}
    for number, rule in enumerate(rules):
        touched = mutant is not None and number == mutant.changed
        changed = mutant.rule if mutant is not None and touched else rule
        text = RECORDED.sub(lambda found: renamed.get(found.group(), found.group()), changed["expr"])
        if "alert" in rule:
            text = text.replace("ALERTS{", f'ALERTS{{alertname=~"{SYMPTOM}|{name}",')
            labels = {label: value for label, value in rule["labels"].items() if label in _TOLD}
            yield {"alert": name, "expr": text, "for": changed["for"], "labels": labels}
        elif touched or text != changed["expr"]:
            renamed[rule["record"]] = f"{rule['record']}:{name}"
            yield {"record": renamed[rule["record"]], "expr": text, "labels": rule["labels"]}
