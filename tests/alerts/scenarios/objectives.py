"""Every objective of the applications' documents that counts good and bad events, with the buckets that its histogram has."""

from tests.alerts.exposed.requests import JAC_HTTP, SKILLFORGE_HTTP, UNIVERSAL_HTTP, Counted, histogram
from tests.alerts.exposed.skillforge import DIALOGPT, INFERENCE_BUCKETS
from tests.alerts.exposed.watching import one_probe
from tests.alerts.place import Place
from tests.alerts.scenario import Leveled, Rhythm, Table
from tests.alerts.scenarios import jac_learning, platform, skillforge, universal_ai_tools
from tests.alerts.scenarios.budgets import Events, Objective, add
from tests.alerts.series import State


def _faster_than(metric: str, buckets: tuple[float, ...], under: float, labels: dict[str, str] | None = None) -> Events:
    """Events by the share that takes longer than what was promised."""

    def events(rate: float) -> Leveled:
        return histogram(metric, buckets, under, rate, labels=labels, near=0)

    return events


def _checks(_rate: float) -> Leveled:
    """Health checks, by the share that fails: the mean over several instances of the prober stands for single ones."""

    def failing(place: Place, share: float) -> State:
        return one_probe(place, 1 - share)

    return failing


APISERVER_CALLS = Counted(
    "apiserver_request_total",
    ({"verb": "GET", "resource": "pods", "code": "200"}, {"verb": "GET", "resource": "pods", "code": "404"}),
    ({"verb": "GET", "resource": "pods", "code": "500"}, {"verb": "GET", "resource": "pods", "code": "504"}),
)
NINES = 0.001
"""What 99.9 % leaves."""
_LATENCY = "http_request_duration_seconds"

TABLE = Table(Rhythm(60, 300))
for _place in (skillforge.FRONTEND, skillforge.BACKEND, skillforge.AI):
    add(TABLE, _place, "Availability", Objective(NINES, SKILLFORGE_HTTP.share))
add(
    TABLE,
    skillforge.AI,
    "Inference",
    Objective(0.01, _faster_than("ai_model_inference_duration_seconds", INFERENCE_BUCKETS, 2.0, DIALOGPT)),
)
add(TABLE, jac_learning.BACKEND, "Availability", Objective(NINES, _checks, counted=False))
add(TABLE, jac_learning.BACKEND, "Errors", Objective(0.01, JAC_HTTP.share))
add(TABLE, jac_learning.BACKEND, "Latency", Objective(0.05, _faster_than(_LATENCY, jac_learning.HTTP_BUCKETS, 0.2)))
add(TABLE, jac_learning.BACKEND, "CodeExecution", Objective(0.05, jac_learning.CODE.share))
for _place in universal_ai_tools.SERVICES:
    add(TABLE, _place, "Availability", Objective(NINES, UNIVERSAL_HTTP.share))
    if _place.name in ("api-gateway", "auth-service", "memory-service"):
        add(TABLE, _place, "Latency", Objective(0.05, _faster_than(_LATENCY, universal_ai_tools.HTTP_BUCKETS, 0.1)))
add(TABLE, platform.APISERVER, "Availability", Objective(NINES, APISERVER_CALLS.share))
