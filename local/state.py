"""What the in-process engine remembers between runs: one private file, replaced atomically after every finished step."""

import fcntl
import json
import os
import threading
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from catalog.faults import MissingError
from local import paths
from local.plan import Mode
from local.values import dump, load

VERSION = 1


@dataclass(frozen=True)
class Entry:
    """One resource as the last run left it. `ready` is false between its being applied and its being seen to work."""

    urn: str
    type: str
    name: str
    mode: Mode
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    needs: tuple[str, ...] = ()
    """URNs of all that must outlive it: dependencies, parent, provider."""
    uid: str = ""
    ready: bool = True
    retain: bool = False
    protect: bool = False
    deleted_with: str = ""


class State:
    """All entries of a stack; `put`, `drop` and `replace` are on disk when they return."""

    def __init__(self, stack: str) -> None:
        self.path = paths.private(paths.state(stack)) / "engine.json"
        self.entries: dict[str, Entry] = {}
        self.leaving: dict[str, Entry] = {}
        """Objects that were replaced by others and are not deleted yet, by a key of their own."""
        self.exports: Mapping[str, Any] = {}
        self.cluster = ""
        self._texts: dict[str, str] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._wanted = self._written = 0
        if self.path.exists():
            self._read()

    def _read(self) -> None:
        try:
            content = load(self.path.read_text())
            known = content["version"] == VERSION
        except (ValueError, KeyError, TypeError) as error:
            raise MissingError(f"the engine's state {self.path} cannot be read ({error}): move it away and run `make up` again") from error
        if not known:
            raise MissingError(f"the engine's state {self.path} is of another version: run `make down` with the version that wrote it")
        self.exports, self.cluster = content["exports"], content["cluster"]
        for item in content["resources"]:
            self._set(_entry(item))
        self.leaving = {key: _entry(item) for key, item in content["leaving"].items()}

    def _set(self, entry: Entry) -> None:
        self.entries[entry.urn] = entry
        self._texts[entry.urn] = dump(vars(entry))

    def put(self, entry: Entry) -> None:
        """Remembers a resource."""
        with self._lock:
            self._set(entry)
            self._wanted += 1
        self.save()

    def drop(self, key: str) -> None:
        """Forgets a resource, or one that was leaving."""
        with self._lock:
            self.entries.pop(key, None)
            self._texts.pop(key, None)
            self.leaving.pop(key, None)
            self._wanted += 1
        self.save()

    def replace(self, old: Entry, new: Entry) -> None:
        """Remembers a resource under its new identity, and that the old object has yet to go."""
        with self._lock:
            self.leaving[f"{old.urn}#{old.uid}"] = old
            self._set(new)
            self._wanted += 1
        self.save()

    def finish(self, exports: Mapping[str, Any], cluster: str) -> None:
        """Remembers what the stack exports, where that changed."""
        if dump(self.exports) != dump(exports) or self.cluster != cluster:
            with self._lock:
                self.exports, self.cluster = exports, cluster
                self._wanted += 1
            self.save()

    def forget(self, urns: Iterable[str]) -> None:
        """Forgets resources that went with the cluster that they were on."""
        with self._lock:
            for urn in urns:
                self.entries.pop(urn, None)
                self._texts.pop(urn, None)
            self.leaving.clear()
            self._wanted += 1
        self.save()

    def save(self) -> None:
        """Writes the file, unless another thread has just written this change with its own."""
        with self._writing:
            with self._lock:
                wanted = self._wanted
                if self._written >= wanted:
                    return
                leaving = dump({key: vars(entry) for key, entry in self.leaving.items()})
                resources = ",\n".join(self._texts.values())
                text = (
                    f'{{"version":{VERSION},"cluster":{json.dumps(self.cluster)},"exports":{dump(self.exports)},'
                    f'"leaving":{leaving},\n"resources":[\n{resources}\n]}}\n'
                )
            temporary = self.path.with_suffix(".new")
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(text)
                file.flush()
                os.fsync(descriptor)
            temporary.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
            self._written = wanted


def _entry(item: dict[str, Any]) -> Entry:
    item["needs"] = tuple(item["needs"])
    return Entry(**item)


@contextmanager
def locked(stack: str) -> Generator[None]:
    """Holds the stack for one run; MissingError says who holds it where another run does."""
    path = paths.private(paths.state(stack)) / "engine.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(descriptor)
            raise MissingError(f"stack {stack} is held by {holder}: wait for it to end, or stop it, and run again") from None
        os.ftruncate(descriptor, 0)
        note = {"pid": os.getpid(), "since": datetime.now(UTC).astimezone().isoformat(timespec="seconds")}
        os.pwrite(descriptor, json.dumps(note).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    try:
        note = cast("dict[str, Any]", json.loads(os.pread(descriptor, 1000, 0)))
        return f"another run (process {note['pid']}, since {note['since']})"
    except (ValueError, KeyError):
        return "another run that has just begun"
