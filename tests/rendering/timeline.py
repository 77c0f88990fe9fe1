"""Runs the rules of a rendered environment over made-up series, by promtool, and says what comes out at a time."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from rendering.document import Document
from tests.rendering.test_tools import run


def complaint(
    promtool: Path, folder: Path, groups: Iterable[Document], series: dict[str, str], wanted: dict[str, dict[str, float]], at: str
) -> str:
    """Empty where each expression has just the samples wanted (labels as text to value) at that time; one point of a series is a minute."""
    rules = list(groups)
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": rules}))
    asked = [
        {
            "expr": expression,
            "eval_time": at,
            "exp_samples": [{"labels": labels, "value": value} for labels, value in samples.items()],
        }
        for expression, samples in wanted.items()
    ]
    unit: dict[str, Any] = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": "1m",
        "group_eval_order": [group["name"] for group in rules],
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": values} for name, values in series.items()],
                "promql_expr_test": asked,
            }
        ],
    }
    path = folder / "test.yaml"
    path.write_text(yaml.safe_dump(unit))
    done = run(promtool, "test", "rules", path)
    return "" if done.returncode == 0 else done.stdout + done.stderr
