"""Verdicts of promtool on files that it has seen: the same program says the same of the same text, and tens of thousands take minutes.

They stand in the cache beside the tool that gave them, under its digest and theirs; without the cache all are tried.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path

_WAIT = 60.0
"""Seconds for which another run may write."""
_UNUSED = "-30 days"
_AT_ONCE = 500


def digest(*texts: str) -> str:
    """What a unit's verdict is known by."""
    return sha256("\0".join(texts).encode()).hexdigest()


class Remembered:
    """The verdicts of one tool; safe for several processes and threads, each with a connection of its own."""

    def __init__(self, tool: Path) -> None:
        """`tool` lies in a folder named by its digest."""
        self._file = tool.parent.with_name(f"{tool.parent.name}.verdicts")
        with self._open() as known:
            known.execute("CREATE TABLE IF NOT EXISTS verdicts (digest TEXT PRIMARY KEY, said TEXT NOT NULL, used TEXT NOT NULL)")
            known.execute("DELETE FROM verdicts WHERE used < date('now', ?)", (_UNUSED,))
            known.commit()

    def known(self, digests: Iterable[str]) -> dict[str, str]:
        """What was said of those that were tried before."""
        asked, found = list(digests), dict[str, str]()
        with self._open() as known:
            for start in range(0, len(asked), _AT_ONCE):
                batch = asked[start : start + _AT_ONCE]
                marks = ",".join("?" * len(batch))
                found |= dict(known.execute(f"SELECT digest, said FROM verdicts WHERE digest IN ({marks})", batch))  # noqa: S608  marks only
                known.execute(f"UPDATE verdicts SET used = date('now') WHERE used < date('now') AND digest IN ({marks})", batch)  # noqa: S608
            known.commit()
        return found

    def keep(self, said: Mapping[str, str]) -> None:
        """Remembers what was said, by digest."""
        with self._open() as known:
            known.executemany("INSERT OR REPLACE INTO verdicts VALUES (?, ?, date('now'))", said.items())
            known.commit()

    def _open(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self._file, timeout=_WAIT))
