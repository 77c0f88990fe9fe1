"""Journeys that nobody could try, or that could never fail, are refused with their step and a remedy."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from catalog.base import Severity
from catalog.loading import load
from tests.catalog.shop import SERVICE, Change, api, faults, write

BUY: dict[str, Any] = {
    "kind": "api",
    "every": "15m",
    "priority": "P2",
    "target": 0.99,
    "impact": "nobody can buy anything",
    "action": "see which of the steps failed",
    "secrets": {"password": "of the account that journeys use"},
    "steps": [
        {"do": "request", "target": "POST https://shop.example.com/login", "body": '{"password": "{{ password }}"}'},
        {"do": "expect", "target": "status", "value": "200"},
        {"do": "save", "target": "token", "value": "$.token"},
        {"do": "request", "target": "https://shop.example.com/basket", "headers": {"Authorization": "Bearer {{ token }}"}},
        {"do": "expect", "target": "latency", "value": "2s"},
    ],
}
LOOK: dict[str, Any] = BUY | {
    "kind": "browser",
    "secrets": {},
    "steps": [{"do": "open", "target": "https://shop.example.com"}, {"do": "expect", "target": "Welcome"}],
}


def journey(data: dict[str, Any], **values: object) -> Change:
    return lambda files: api(files).update(journeys={"buy": deepcopy(data) | values})


def steps(data: dict[str, Any], number: int, **values: object) -> Change:
    """The journey with one step changed, or one more at its end."""
    changed = deepcopy(data)
    if number == len(changed["steps"]):
        changed["steps"].append({})
    changed["steps"][number] |= values
    return lambda files: api(files).update(journeys={"buy": changed})


def told(root: Path, change: Change) -> str:
    (fault,) = [each for each in faults(root, change) if each.file.endswith("shop.yaml")]
    assert fault.key.startswith(f"{SERVICE}")
    assert fault.remedy
    return f"{fault.reason} -> {fault.remedy}"


def test_a_journey_of_each_kind_loads(tmp_path: Path) -> None:
    taps = [{"do": "open", "target": "shop"}, {"do": "tap", "target": "in"}, {"do": "expect", "target": "Welcome"}]
    phone = LOOK | {"kind": "mobile", "steps": taps}
    for number, data in enumerate((BUY, LOOK, phone)):
        found = load(write(tmp_path / str(number), journey(data))).applications["shop"].services["api"].journeys["buy"]
        assert (found.severity, found.pages) == (Severity.WARNING, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (journey(BUY, every="10s"), "cannot be tried every 10s"),
        (journey(LOOK, every="30s"), "write 1m to 7d"),
        (journey(LOOK, kind="mobile", every="1m"), "write 5m to 7d"),
        (journey(BUY, steps=BUY["steps"][1:]), "begins with `request`"),
        (journey(LOOK, steps=LOOK["steps"][:1]), "step 1: nothing is expected of it"),
        (journey(BUY, steps=BUY["steps"][:4]), "step 4: nothing is expected of it"),
        (steps(LOOK, 2, do="tap", target="in"), "nobody can tap in a journey of kind browser"),
        (steps(LOOK, 0, target="shop.example.com"), "is no address"),
        (steps(LOOK, 2, do="type", target="#name"), "`type` has no value"),
        (steps(LOOK, 1, body="x"), "only a request has a body"),
        (steps(BUY, 0, target="FETCH https://shop.example.com"), "is no request"),
        (steps(BUY, 1, value="ok"), "is no status"),
        (steps(BUY, 4, value="2"), "is no duration"),
        (steps(BUY, 1, target="colour"), "has no 'colour' -> expect its status"),
        (steps(BUY, 1, target="body", value=""), "no part of the body is expected"),
        (journey(BUY, secrets={}), "{{ password }} is neither a secret nor saved before"),
        (steps(BUY, 0, headers={"X": "{{ token }}"}), "step 1: {{ token }} is neither a secret nor saved before"),
        (journey(BUY, secrets={**BUY["secrets"], "pin": "of a card"}), "'pin' is used by no step"),
        (journey(BUY, joins="ManyError"), "did you mean 'ManyErrors'?"),
    ],
)
def test_a_journey_that_cannot_work_is_refused(tmp_path: Path, change: Change, said: str) -> None:
    assert said in told(tmp_path, change)


@pytest.mark.parametrize("missing", ["priority", "target", "impact", "action"])
def test_what_a_failing_journey_means_is_said_by_its_author(tmp_path: Path, missing: str) -> None:
    data = {key: value for key, value in BUY.items() if key != missing}
    (fault,) = [each for each in faults(tmp_path, journey(data)) if each.file.endswith("shop.yaml")]
    assert fault.key.endswith(f"journeys.buy.{missing}")
