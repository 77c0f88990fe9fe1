"""promtool on many small test files: what it says of each."""

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.units import duration_text
from tests.alerts.remembered import Remembered, digest
from tests.alerts.scenario import Rhythm
from tests.alerts.series import Phase, input_series
from tests.alerts.slices import Rule

SUCCESS = "SUCCESS"
_VERDICT = re.compile(r"^  (SUCCESS$|FAILED:.*\n(?:(?!  SUCCESS$|  FAILED:).*\n)*)", re.MULTILINE)
"""One for each file, in their order; promtool names no files."""
PROCESSES = 2
"""How many of them run beside each other; callers share their work out."""
_BATCH = 500


@dataclass(frozen=True)
class Question:
    """A query at a moment, in seconds, and its one sample without labels as it should be."""

    expression: str
    when: float
    value: int


@dataclass(frozen=True)
class Unit:
    """Rules on a course of events, and what is asked about it."""

    rules: Sequence[Rule]
    rhythm: Rhythm
    phases: tuple[Phase, ...]
    questions: Sequence[Question]


def verdicts(promtool: Path, folder: Path, units: Mapping[str, Unit]) -> dict[str, str]:
    """`SUCCESS` or what failed, by the key of each unit; promtool itself is asked only of what it has not seen before."""
    remembered = Remembered(promtool)
    texts = {key: _texts(unit) for key, unit in units.items()}
    digests = {key: digest(*found) for key, found in texts.items()}
    known = remembered.known(digests.values())
    found = {key: known[named] for key, named in digests.items() if named in known}
    folder.mkdir(parents=True, exist_ok=True)
    new = [key for key in units if key not in found]
    for key in new:
        _write(folder, key, *texts[key])
    said = _run(promtool, folder, new)
    remembered.keep({digests[key]: text for key, text in said.items()})
    return found | said


def _run(promtool: Path, folder: Path, keys: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    environment = {**os.environ, "GOGC": "800", "GOMAXPROCS": "1", "TMPDIR": str(folder)}
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        command = [promtool, "test", "rules", *(f"{key}.yaml" for key in batch)]
        result = subprocess.run(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        said = _VERDICT.findall(result.stdout)
        if len(said) != len(batch):
            raise RuntimeError(f"promtool gave {len(said)} verdicts on {len(batch)} files: {result.stdout[-2000:]}")
        found |= {key: text.strip() for key, text in zip(batch, said, strict=True)}
    return found


def _texts(unit: Unit) -> tuple[str, str]:
    """Rules and the test of them, as JSON, which is YAML and much faster to write."""
    test: dict[str, Any] = {
        "evaluation_interval": duration_text(unit.rhythm.evaluation),
        "tests": [
            {
                "interval": duration_text(unit.rhythm.scrape),
                "input_series": input_series(unit.phases, unit.rhythm.scrape),
                "promql_expr_test": [_asked(question) for question in unit.questions],
            }
        ],
    }
    return json.dumps({"groups": [{"name": "under-test", "rules": list(unit.rules)}]}), json.dumps(test)


def _write(folder: Path, key: str, rules: str, test: str) -> None:
    (folder / f"{key}.rules").write_text(rules)
    (folder / f"{key}.yaml").write_text(f'{{"rule_files": ["{key}.rules"], {test[1:]}')


def _asked(question: Question) -> dict[str, Any]:
    sample = {"labels": "{}", "value": question.value}
    return {"expr": question.expression, "eval_time": f"{question.when:.0f}s", "exp_samples": [sample]}
