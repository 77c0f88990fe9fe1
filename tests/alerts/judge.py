"""promtool's verdict on many small test files in a few processes."""

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from catalog.units import duration_text, seconds
from rendering.document import to_yaml
from tests.alerts.place import Place
from tests.alerts.scenario import SYMPTOM, Case, Rhythm, Scenario
from tests.alerts.series import input_series
from tests.alerts.slices import Rule, mirrored

_FIRING = f'ALERTS{{alertstate="firing",alertname!="{SYMPTOM}"}}'
_VERDICT = re.compile(r"^  (SUCCESS$|FAILED:.*\n(?:(?!  SUCCESS$|  FAILED:).*\n)*)", re.MULTILINE)
"""One for each file, in their order; promtool names no files."""
_PROCESSES = 2


@dataclass(frozen=True)
class Trial:
    """Rules on a scenario's case: promtool accepts it where they behave as the scenario says."""

    key: str
    rules: tuple[Rule, ...]
    place: Place
    rhythm: Rhythm
    case: Case


def trials(scenario: Scenario, rules: tuple[Rule, ...], key: str) -> list[Trial]:
    """One trial for each case of a scenario."""
    return [Trial(f"{key}.{number}", rules, scenario.place, scenario.rhythm, case) for number, case in enumerate(scenario.cases)]


def judge(promtool: Path, folder: Path, found: Sequence[Trial]) -> dict[str, str]:
    """What promtool says against each trial that fails, by its key; the others passed."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [_write(folder, trial) for trial in found]
    batches = [written[start::_PROCESSES] for start in range(_PROCESSES)]
    with ThreadPoolExecutor(_PROCESSES) as pool:
        verdicts = list(pool.map(partial(_run, promtool, folder), batches))
    return {key: said for verdict in verdicts for key, said in verdict.items()}


def _run(promtool: Path, folder: Path, files: list[str]) -> dict[str, str]:
    failed: dict[str, str] = {}
    environment = {**os.environ, "GOGC": "800", "GOMAXPROCS": "1", "TMPDIR": str(folder)}
    for start in range(0, len(files), 500):
        batch = files[start : start + 500]
        command = [promtool, "test", "rules", *batch]
        result = subprocess.run(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        verdicts = _VERDICT.findall(result.stdout)
        if len(verdicts) != len(batch):
            raise RuntimeError(f"promtool gave {len(verdicts)} verdicts on {len(batch)} files: {result.stdout[-2000:]}")
        failed |= {Path(file).stem: said.strip() for file, said in zip(batch, verdicts, strict=True) if said.strip() != "SUCCESS"}
    return failed


def _write(folder: Path, trial: Trial) -> str:
    rules = f"{trial.key}.rules"
    group: dict[str, Any] = {"name": "under-test", "rules": [*mirrored(trial.rules, trial.place), *trial.rules]}
    (folder / rules).write_text(to_yaml({"groups": [group]}))
    unit: dict[str, Any] = {
        "rule_files": [rules],
        "evaluation_interval": duration_text(trial.rhythm.evaluation),
        "tests": [
            {
                "interval": duration_text(trial.rhythm.scrape),
                "input_series": input_series(trial.case.phases(trial.place), trial.rhythm.scrape),
                "promql_expr_test": list(_expectations(trial)),
            }
        ],
    }
    name = f"{trial.key}.yaml"
    (folder / name).write_text(to_yaml(unit))
    return name


def _expectations(trial: Trial) -> Iterable[dict[str, Any]]:
    case, every = trial.case, trial.rhythm.evaluation
    begins = case.begins
    if case.fires_after is None:
        end = begins + sum(seconds(long) for long, _ in case.then) - every
        yield _expect(_ever(end - begins), end, 0)
        return
    fires = begins + case.fires_after
    yield _expect(_ever(case.fires_after), fires - every, 0)
    yield _expect(f"count({_FIRING}) or vector(0)", fires, case.instances)
    if case.ends_after is not None:
        ends = begins + case.ends_after
        yield _expect(f"count({_FIRING}) or vector(0)", ends - every, case.instances)
        yield _expect(f"count({_FIRING}) or vector(0)", ends, 0)


def _ever(since: float) -> str:
    """How many alerts fired since so many seconds and now."""
    return f"count(count_over_time({_FIRING}[{since + 1:.0f}s])) or vector(0)"


def _expect(expression: str, when: float, value: int) -> dict[str, Any]:
    return {"expr": expression, "eval_time": f"{when:.0f}s", "exp_samples": [{"labels": "{}", "value": value}]}
