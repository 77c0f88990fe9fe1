"""An expression that cannot work is refused by its name, before anything is rendered of it."""

import pytest
from pydantic import ValidationError

from catalog.grok import PATTERNS, fault
from catalog.logs import Logs


@pytest.mark.parametrize(
    "expression",
    [
        r"%{TIMESTAMP_ISO8601:[@metadata][at]} %{LOGLEVEL:[log][level]} %{REST:[@metadata][text]}",
        r"took %{NUMBER:duration_ms:float} ms",
        r"(?<who>\w+) said (?:yes|no)",
        *(f"%{{{name}}}" for name in PATTERNS),
    ],
)
def test_an_expression_that_works_is_taken(expression: str) -> None:
    assert Logs.model_validate({"grok": [expression]}).grok == (expression,)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("%{NOSUCH:x}", "%{NOSUCH} is no pattern; known are"),
        ("%{WORD", "is no reference"),
        ("%{WORD:a b}", "is no reference"),
        ("%{WORD:[a}", "is no field"),
        ("%{WORD:a:long}", "long is no type of a field; write int or float"),
        ("(unclosed", "does not compile"),
        ("[a-", "does not compile"),
        ("*a", "does not compile"),
        ("(a+)+b", "repeats without end what already repeats without end"),
        (r"(?:\w*)*x", "repeats without end"),
        (r"(\d{2,}){3,}x", "repeats without end"),
        ("x" * 2001, "2000 are the most"),
    ],
)
def test_an_expression_that_cannot_work_is_refused_with_its_reason(expression: str, reason: str) -> None:
    assert reason in (fault(expression) or "")
    with pytest.raises(ValidationError) as caught:
        Logs.model_validate({"grok": [expression]})
    assert reason in str(caught.value)
    assert repr(expression)[:40] in str(caught.value)


def test_an_unknown_format_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValidationError) as caught:
        Logs.model_validate({"formats": ["json", "xml"]})
    assert "'json', 'bracketed', 'python', 'nginx', 'klog', 'syslog' or 'text'" in str(caught.value)
    assert "xml" in str(caught.value)
