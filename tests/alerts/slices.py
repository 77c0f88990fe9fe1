"""One alert at a time: its rule and the recorded series that it reads, cut out of the rules as rendered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from tests.alerts.place import Place

Rule = dict[str, Any]
Group = dict[str, Any]

RECORDED = re.compile(r"\b[a-z]+(?::\w+)+")
"""Names of recorded series in an expression."""
_NAMES = re.compile(r'\b(application|service|dependency|namespace|pod|slo)(=~?)"[^"]+"')


@dataclass(frozen=True)
class Slice:
    """An alert with the recording rules it needs, in their order."""

    application: str
    subject: str
    recordings: tuple[Rule, ...]
    alert: Rule

    @property
    def labels(self) -> dict[str, str]:
        """The alert's labels."""
        return cast("dict[str, str]", self.alert["labels"])

    @property
    def name(self) -> str:
        """The alert's name; where two alerts of a subject share it, with its severity."""
        return str(self.alert["alert"])

    @property
    def title(self) -> str:
        """As messages of failing tests call it."""
        return f"{self.application}/{self.subject}/{self.name} ({self.labels['severity']})"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Everything, in the order of evaluation."""
        return (*self.recordings, self.alert)

    def shape(self) -> str:
        """The rules' text without the names of the subject: subjects that differ by nothing else are tested by one mutation."""
        text = "\n".join(f"{rule.get('record', '')} {nameless(rule['expr'])} {rule.get('for', '')}" for rule in self.rules)
        return f"{self.name} {self.labels['severity']}\n{text}"


def nameless(expression: str) -> str:
    """An expression without the names of its subject."""
    return _NAMES.sub(r'\1\2""', " ".join(expression.split()))


def slices(groups: dict[str, list[Group]]) -> Iterator[Slice]:
    """Every alert that has a subject, in the order of the files; the Watchdog has none."""
    for application, found in groups.items():
        recorded: dict[tuple[str, str, str], Rule] = {}
        for rule in (rule for group in found for rule in group["rules"] if "record" in rule):
            recorded[_key(rule)] = rule
        for rule in (rule for group in found for rule in group["rules"] if "alert" in rule):
            labels: dict[str, str] = rule["labels"]
            subject = labels.get("service") or labels.get("dependency")
            if subject is not None:
                yield Slice(application, subject, tuple(_needed(rule, recorded)), rule)


def _key(rule: Rule, record: str | None = None) -> tuple[str, str, str]:
    labels: dict[str, str] = rule["labels"]
    return (record or rule["record"], labels.get("service") or labels.get("dependency") or "", labels.get("slo", ""))


def _needed(rule: Rule, recorded: dict[tuple[str, str, str], Rule]) -> list[Rule]:
    found: dict[str, Rule] = {}
    for name in RECORDED.findall(rule["expr"]):
        needed = recorded[_key(rule, name)]
        found |= {deeper["record"]: deeper for deeper in _needed(needed, recorded)} | {name: needed}
    return list(found.values())


def mirrored(rules: tuple[Rule, ...], place: Place) -> list[Rule]:
    """The recording rules that the place's neighbours have, since the catalog renders theirs alike."""
    found: list[Rule] = []
    for neighbour in (place.elsewhere(), place.beside()):
        for rule in rules:
            if "record" in rule:
                text = rule["expr"].replace(f'application="{place.application}"', f'application="{neighbour.application}"')
                text = text.replace(f'{place.kind}="{place.name}"', f'{place.kind}="{neighbour.name}"')
                labels = rule["labels"] | {"application": neighbour.application, place.kind: neighbour.name}
                found.append({"record": rule["record"], "expr": text, "labels": labels})
                if "slo" in labels and neighbour.is_beside:
                    found.append(_another_objective(rule, labels))
    return found


def _another_objective(rule: Rule, neighbour: dict[str, str]) -> Rule:
    """The subject's own second objective, which fares as the neighbour's does."""
    matchers = ",".join(f'{name}="{value}"' for name, value in neighbour.items())
    return {"record": rule["record"], "expr": f"{rule['record']}{{{matchers}}}", "labels": rule["labels"] | {"slo": "another"}}
