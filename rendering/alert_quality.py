"""What the review of alerts reads: when each fired, how long it lasted, and whether it was worth it.

Prometheus' own `ALERTS` has no history that could be counted: it is 1 while an alert fires. Here its start is recorded each
minute, and once when it ends how long it lasted; windows of any length are then counted from few samples.
"""

from collections.abc import Iterable, Iterator

from catalog.units import duration_text
from rendering.document import Document

MINUTE = 60
SHORT = 300
"""Seconds: an alert that ends by itself so soon left nobody the time to do anything about it."""
_EVALUATED = "1m"
_KNOWN_INTERVAL = "4m"
_AROUND = "15m"
"""Where a short page is judged: whether what it was about had been down just before."""
_FIRING = 'max without (alertstate) (ALERTS{alertstate="firing",alertname!="Watchdog"})'
_LABELS = ("application", "team", "severity")


def groups(found: Iterable[tuple[str, list[Document]]]) -> dict[str, list[Document]]:
    """By object: one group of all alerts' histories, and for each application the alerts that it has, fired or not."""
    known: dict[str, list[Document]] = {}
    for name, made in found:
        known.setdefault(name.partition(".")[0], []).extend(rule for group in made for rule in group["rules"] if "alert" in rule)
    history = {"name": "alert-history", "interval": _EVALUATED, "rules": list(_history())}
    made = {name: _known(name, rules) for name, rules in known.items()}
    return {"alert-history": [history], **{name: [group] for name, group in made.items() if group["rules"]}}


def _history() -> Iterator[Document]:
    """Each rule reads what the one before has just recorded, or what it recorded itself a minute ago."""
    start, ended = "alert:fired:timestamp", "alert:ended:seconds"
    yield _record(start, f"({start} offset 1m and {_FIRING})\nor {_FIRING} * time()")
    yield _record(ended, f"(timestamp({start} offset 1m) - {start} offset 1m + {MINUTE}) unless {start}")
    yield _record("alert:ended_soon:seconds", f"{ended} <= {SHORT}")
    down = "\n".join(
        f"unless on(application, {kind}) min_over_time({kind}:available:bool[{_AROUND}]) == 0" for kind in ("service", "dependency")
    )
    yield _record("alert:unfounded:seconds", f'alert:ended_soon:seconds{{pages="true"}}\n{down}')


def _known(application: str, rules: list[Document]) -> Document:
    """One series for each name, team and severity: without it, an alert that never fired has left no trace."""
    told = {
        (rule["alert"], *(rule["labels"].get(label) for label in _LABELS)): {
            "alertname": rule["alert"],
            **{label: rule["labels"][label] for label in _LABELS},
        }
        for rule in rules
        if "application" in rule["labels"]
    }
    records = [{"record": "alert:known:info", "expr": "vector(1)", "labels": labels} for labels in told.values()]
    return {"name": application, "interval": _KNOWN_INTERVAL, "rules": records}


def _record(name: str, expression: str) -> Document:
    return {"record": name, "expr": expression, "labels": {}}


SHORT_TEXT = duration_text(SHORT)
"""For those who explain it."""
