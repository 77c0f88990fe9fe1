"""How a service looks from outside: single checks, and what a user does step by step."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from catalog.base import AlertName, Model, Name, Priority, Severity
from catalog.units import Duration, duration_text, seconds

_SEVERITY = {Priority.P1: Severity.CRITICAL, Priority.P2: Severity.WARNING, Priority.P3: Severity.WARNING, Priority.INFO: Severity.INFO}
_PLACEHOLDER = re.compile(r"\{\{ *([^{} ]+) *\}\}")
_REQUEST = re.compile(r"((GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) )?https?://\S+")
_STEPS = {
    "browser": {"open", "click", "type", "expect"},
    "mobile": {"open", "tap", "type", "expect"},
    "api": {"request", "expect", "save"},
}
_SELDOM, _OFTEN = 604800, {"browser": 60, "mobile": 300, "api": 30}
"""Seconds between two tries that Datadog takes (`tick_every`, as pulumi-datadog 5.17.0 documents it)."""
MONTH = 30 * 86400
"""Seconds that runs are counted in."""
_INSIDE = (".svc", ".svc.cluster.local", ".internal")


def inside(url: str) -> bool:
    """Whether an address means something only inside the cluster."""
    host = urlsplit(url).hostname or ""
    return "." not in host or host.endswith(_INSIDE)


class Probe(Model):
    """A check from outside: the blackbox exporter asks, Datadog and CloudWatch may as well."""

    url: str = Field(pattern=r"^(https?|tcp)://")
    interval: Duration
    synthetic: Duration = Field(default=300, ge=30, le=_SELDOM)
    """How often Datadog asks where it collects the service: each of its runs is paid for, the exporter's are not."""
    timeout: Duration = 5
    expect_status: tuple[int, ...] = (200,)
    expect_body: str | None = None

    @property
    def addresses(self) -> list[str]:
        """What it asks."""
        return [self.url]


class Step(Model):
    """One step of a journey.

    In a browser: `open` an address, `click` what a CSS selector finds, `type` a value into it, `expect` a selector or a text.
    In a mobile application: `open` it, `tap` what has this accessibility id, `type` a value into it, `expect` a text.
    Of an API: `request` a method and an address, `expect` its status, body (a part of it) or latency (at most), `save` what a
    JSON path finds in the answer under a name. `{{ name }}` stands for what was saved, or for one of the journey's secrets.
    """

    do: Literal["open", "click", "type", "expect", "request", "save", "tap"]
    target: str = Field(min_length=1)
    value: str | None = None
    body: str | None = None
    """Of a request: JSON."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Of a request."""

    @property
    def names(self) -> list[str]:
        """What its placeholders name."""
        texts = (self.target, self.value or "", self.body or "", *self.headers.values())
        return [name for text in texts for name in _PLACEHOLDER.findall(text)]


class Journey(Model):
    """What a user does, step by step, tried again and again by Datadog where it collects the service."""

    kind: Literal["browser", "api", "mobile"]
    every: Duration
    priority: Priority
    """Of the alert that a failing journey is; P1 and P2 page."""
    joins: AlertName | None = None
    """The service's alert that is the same symptom: both have one key, so that the second calls nobody again."""
    target: float = Field(gt=0, lt=1)
    """Share of the time in which it works: an objective over 30 days."""
    impact: str = Field(min_length=10)
    """What users suffer while it fails."""
    action: str = Field(min_length=10)
    """The first thing to do."""
    secrets: dict[Name, str] = Field(default_factory=dict)
    """What a step types or sends and no file may hold, with what it is: a secret of this name is asked for."""
    steps: tuple[Step, ...] = Field(min_length=1)

    @property
    def severity(self) -> Severity:
        """What goes with the priority; nobody's P2 journey is critical."""
        return _SEVERITY[self.priority]

    @property
    def pages(self) -> bool:
        """P1 and P2 notify a person at once."""
        return self.priority in (Priority.P1, Priority.P2)

    @property
    def addresses(self) -> list[str]:
        """What it asks, step by step; a mobile application asks what nobody knows."""
        if self.kind == "mobile":
            return []
        return [step.target.rpartition(" ")[2] for step in self.steps if step.do in ("open", "request")]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not _OFTEN[self.kind] <= self.every <= _SELDOM:
            limits = f"{duration_text(_OFTEN[self.kind])} to {duration_text(_SELDOM)}"
            raise ValueError(f"a journey of kind {self.kind} cannot be tried every {duration_text(self.every)}; write {limits}")
        reproach = next(chain(self._of_order(), self._of_steps(), self._of_names()), None)
        if reproach is not None:
            raise ValueError(reproach)
        return self

    def _of_order(self) -> Iterator[str]:
        first = "request" if self.kind == "api" else "open"
        if self.steps[0].do != first:
            yield f"a journey of kind {self.kind} begins with `{first}`, this one with `{self.steps[0].do}`; put `{first}` first"
        for number, step in enumerate(self.steps, 1):
            following = [other.do for other in self.steps[number:]]
            if step.do == first and "expect" not in (following[: following.index(first)] if first in following else following):
                yield f"step {number}: nothing is expected of it, so it cannot fail; add an `expect` after it"

    def _of_steps(self) -> Iterator[str]:
        allowed = _STEPS[self.kind]
        for number, step in enumerate(self.steps, 1):
            if step.do not in allowed:
                yield f"step {number}: nobody can {step.do} in a journey of kind {self.kind}; use one of {', '.join(sorted(allowed))}"
            elif reproach := _reproach(self.kind, step):
                yield f"step {number}: {reproach}"

    def _of_names(self) -> Iterator[str]:
        known, used = set(self.secrets), set[str]()
        for number, step in enumerate(self.steps, 1):
            for name in step.names:
                if name not in known:
                    yield f"step {number}: {{{{ {name} }}}} is neither a secret nor saved before; add it to `secrets`, or save it first"
            used |= set(step.names)
            known |= {step.target} if step.do == "save" else set()
        for name in sorted(known - used):
            yield f"{name!r} is used by no step; remove it, or write {{{{ {name} }}}} where it belongs"


def _reproach(kind: str, step: Step) -> str | None:
    """What is wrong with one step by itself."""
    if step.do in ("type", "save") and not step.value:
        return f"`{step.do}` has no value; write what is typed, or the JSON path of what is saved"
    if step.do == "open" and kind == "browser" and not re.fullmatch(r"https?://\S+", step.target):
        return f"{step.target!r} is no address; write one that begins with https://"
    if step.do == "request" and not _REQUEST.fullmatch(step.target):
        return f"{step.target!r} is no request; write a method and an address, as GET https://example.com/health"
    if step.do != "request" and (step.body is not None or step.headers):
        return f"`{step.do}` sends nothing; only a request has a body and headers"
    return _expected(step) if kind == "api" and step.do == "expect" else None


def _expected(step: Step) -> str | None:
    value = step.value or ""
    match step.target:
        case "status" if not re.fullmatch(r"[1-5]\d\d", value):
            return f"{value!r} is no status; write a number, as 200"
        case "latency":
            try:
                seconds(value)
            except ValueError as error:
                return str(error)
        case "status":
            return None
        case "body":
            return None if value else "no part of the body is expected; write a value"
        case _:
            return f"an API's answer has no {step.target!r}; expect its status, body or latency"
    return None
