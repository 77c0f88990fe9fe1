"""Alerts on what applications' records say, and on records that stopped, at the levels of each application."""

from tests.alerts.exposed.watching import counting, logged
from tests.alerts.scenario import Make, Rhythm, Table, at, both, case, crossing, nothing
from tests.alerts.scenarios import ai_platform, jac_learning, skillforge, universal_ai_tools


def errors(per_second: float) -> Make:
    """Records of each level that is an error."""
    quiet, fires = per_second * 0.999, per_second * 1.01
    return both(
        *(
            crossing(logged(None, level), ordinary=0.01, quiet=quiet, fires=fires, hold="5m", window="5m", named=f" on {level} records")
            for level in ("error", "critical", "fatal")
        )
    )


def stopped() -> Make:
    """Fewer than one record in a quarter of an hour, seen for another one; who was never counted has not stopped."""
    all_of = counting("log_events_total", level="info", event="none")
    steady = at(all_of, 3)
    return both(
        crossing(all_of, ordinary=3, quiet=0.00101, fires=0.00099, hold="15m", window="15m"),
        case("fires when nothing comes", steady, at(all_of, 0), neighbours=steady, lead="20m", after="15m", window="15m"),
        case("quiet where nobody counts", nothing, nothing, neighbours=at(all_of, 0), watch="40m"),
    )


def authentication() -> Make:
    """More than a hundred in five minutes."""
    return crossing(logged("authentication_failure", "warning"), ordinary=0.01, quiet=99.9 / 300, fires=101 / 300, window="5m")


TABLE = Table(Rhythm(scrape=30, evaluation=30))
for _service in (skillforge.FRONTEND, skillforge.BACKEND, skillforge.AI):
    TABLE.add(_service, {"ErrorLogs": errors(10), "LogsStopped": stopped()})
TABLE.add(skillforge.BACKEND, {"AuthenticationFailures": authentication()})
TABLE.add(ai_platform.API, {"ErrorLogs": errors(1), "LogsStopped": stopped(), "AuthenticationFailures": authentication()})
_OFTEN = Rhythm(scrape=15, evaluation=15)
for _service in (jac_learning.BACKEND, jac_learning.FRONTEND, jac_learning.CELERY):
    TABLE.add(_service, {"ErrorLogs": errors(1), "LogsStopped": stopped()}, _OFTEN)
TABLE.add(jac_learning.BACKEND, {"AuthenticationFailures": authentication()}, _OFTEN)
for _service in universal_ai_tools.SERVICES:
    TABLE.add(_service, {"LogsStopped": stopped()}, _OFTEN)
    if _service.name == "auth-service":
        TABLE.add(_service, {"AuthenticationFailures": authentication()}, _OFTEN)
