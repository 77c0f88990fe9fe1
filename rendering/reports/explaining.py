"""The last words of a report: what each of its figures means, so that nobody reads more into it."""

from rendering.alert_quality import SHORT_TEXT
from rendering.reports.figures import Figures
from rendering.reports.wording import share

_TEXT = """## How to read this

- **Down** is what the owners page for: a state that one of the service's own paging alerts calls wrong, minute by minute. Where there is no
  such alert: its scrapes fail, or else its check from outside.
- **MTTD** is the mean time down before an alert that pages fired, **MTTR** the mean time down, **MTBF** the mean time up between incidents.
- **SLA compliance** is 100 % when uptime met the promise ({promised}), else uptime as a share of it.
- **Error budget spent** counts this month's events against the objective; 100 % is all that may fail.
- **Noise** is an alert that ended by itself within {short}: nobody can have acted on it. A **false positive** is such a page while what it
  named was up all along. Both are stand-ins: nobody is asked whether an alert was right. Only alerts that Prometheus evaluates are here.
- **No data** means that nothing was recorded. It never means 0."""


def explained(found: Figures) -> str:
    """The definitions, with what was promised."""
    promises = sorted({each.promise for each in found.services if each.promise})
    return _TEXT.format(promised=" and ".join(map(share, promises)) or "none was made", short=SHORT_TEXT)
