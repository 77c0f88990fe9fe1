"""What a run does or would do, step by step, with a difference of properties that anyone may see."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from local.values import Secret, Unknown, mask, mask_all

Action = Literal["create", "update", "replace", "delete", "same", "skip"]
Mode = Literal["real", "simulated", "recorded"]
"""real: on the cluster and awaited · simulated: on the cluster, but nobody acts on it · recorded: only written down."""

ABSENT = None


@dataclass(frozen=True)
class Change:
    """One property: a path such as `spec.containers[web].image`, what it was and what it becomes (None: not there), masked."""

    path: str
    old: Any
    new: Any

    def __str__(self) -> str:
        if self.old is ABSENT:
            return f"+ {self.path}: {self.new!r}"
        return f"- {self.path}: {self.old!r}" if self.new is ABSENT else f"~ {self.path}: {self.old!r} => {self.new!r}"


@dataclass(frozen=True)
class Step:
    """What becomes of one resource. `error` says why it failed, `note` what else a reader should know."""

    action: Action
    urn: str
    type: str
    name: str
    mode: Mode
    changes: tuple[Change, ...] = ()
    error: str = ""
    note: str = ""


@dataclass
class Plan:
    """What `up` would do."""

    steps: list[Step] = field(default_factory=list[Step])
    exports: Mapping[str, Any] = field(default_factory=dict[str, Any])
    warnings: list[str] = field(default_factory=list[str])
    fault: str = ""
    """Why the program itself failed, "" where it did not."""

    @property
    def counts(self) -> Counter[str]:
        """How many steps of each action, of those that did not fail."""
        return Counter(step.action for step in self.steps if not step.error)

    @property
    def modes(self) -> Counter[str]:
        """How many resources are real, simulated and recorded."""
        return Counter(step.mode for step in self.steps if step.action != "delete")

    @property
    def failures(self) -> list[Step]:
        """The steps that failed; skipped ones only wait for these."""
        return [step for step in self.steps if step.error]

    @property
    def ok(self) -> bool:
        """Nothing failed."""
        return not self.fault and not self.failures

    @property
    def changed(self) -> bool:
        """Anything but `same`."""
        return bool(self.counts.keys() - {"same"})

    @property
    def visible_exports(self) -> Mapping[str, Any]:
        """The stack's outputs, masked."""
        return mask(dict(self.exports))


@dataclass
class Result(Plan):
    """What `up` or `down` did."""

    seconds: float = 0.0


def difference(old: Any, new: Any) -> tuple[Change, ...]:  # noqa: ANN401 - any JSON value
    """Every leaf that differs, sorted by path; secrets are compared and then masked."""
    return tuple(sorted(_changes("", old, new, secret=False), key=lambda change: change.path))


def _changes(path: str, old: Any, new: Any, *, secret: bool) -> Iterator[Change]:  # noqa: ANN401 - any JSON value
    if isinstance(old, Secret) or isinstance(new, Secret):
        secret = True
        old, new = _open(old), _open(new)
    if isinstance(old, list) and isinstance(new, list):
        old, new = _keyed(cast("list[Any]", old), cast("list[Any]", new))
        pairs = ((f"{path}[{key}]", key) for key in {**old, **new})
    elif isinstance(old, dict) and isinstance(new, dict):
        old, new = cast("dict[str, Any]", old), cast("dict[str, Any]", new)
        pairs = ((f"{path}.{key}" if path else key, key) for key in {**old, **new})
    else:
        if _differ(old, new):
            show = mask_all if secret else mask
            yield Change(path, ABSENT if old is ABSENT else show(old), ABSENT if new is ABSENT else show(new))
        return
    for below, key in pairs:
        yield from _changes(below, old.get(key), new.get(key), secret=secret)


def _open(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return value.value if isinstance(value, Secret) else value


def _differ(old: Any, new: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(old, Unknown) or isinstance(new, Unknown) or old != new


def _keyed(*lists: list[Any]) -> tuple[dict[str, Any], ...]:
    """Lists as maps: by the items' names where all have one, as containers and ports do, else by position."""
    names = [[cast("dict[str, Any]", item).get("name") if isinstance(item, dict) else None for item in items] for items in lists]
    if all(None not in found and len(set(map(str, found))) == len(found) for found in names):
        return tuple({str(name): item for name, item in zip(found, items, strict=True)} for found, items in zip(names, lists, strict=True))
    return tuple({str(index): item for index, item in enumerate(items)} for items in lists)
