"""Mutants that nothing can notice or that no test pays for, by the reason; whatever else survives fails the tests."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.alerts.hunt import Fate


@dataclass(frozen=True)
class Excuse:
    """Why mutants whose titles match survive."""

    pattern: str
    reason: str


EXCUSES: tuple[Excuse, ...] = (
    Excuse(
        r"selector of alert: \S+#3\{\w+\} dropped$",
        "the right side of an `unless`: its left side has these labels already, so what is added there takes nothing away",
    ),
    Excuse(
        r"threshold of alert: .*(\{\}\[(5m|15m|1h)\]\)|_last_terminated_reason\{\}\)\)\)) >: 0 -> 1$",
        "increase() extrapolates one more event to more than one, and the first one is seen by the series' birth",
    ),
    Excuse(
        r"threshold of alert: .*(_limit|_bytes|\[6h\]\)|_users\{\}\)|offset 30d\)) >: 0 -> 1$",
        "a guard against division by zero: what it divides by counts bytes, entries or people, never less than one of them",
    ),
    Excuse(
        r"threshold of alert: (\(: 1 -> (0\.9|1\.1)|r_status_waiting_reason.* <: 1 -> 2|fig_hash.* >: 1 -> 1\.1)$",
        "states of 0 or 1, and counts of whole things: any level between two of them says the same",
    ),
    Excuse(
        r"(Cpu|CPU|Memory|Deployment|OffTarget|KibanaNotReady).* selector of alert: (kube_pod_\w+|container_\w+)#\d"
        r"\{(namespace|pod)\} dropped$",
        "joined by pod with a side that selects the same pods; it stands there for speed, lest every service read its whole namespace",
    ),
    Excuse(
        r"PodCrashLoop .*selector of alert: kube_pod_info#1\{",
        "a pod that has no reason to wait is shown as healthy to dashboards; no alert fires on it either way",
    ),
    Excuse(
        r"selector of alert: (skillforge_database_pool|ai_model_gpu_memory|prometheus_notifications|prometheus_remote_storage"
        r"|otelcol_exporter_queue|logstash_pipeline_queue)\S+ dropped$",
        "two sides matched by all labels, by pod or by instance: the other side's selector still holds",
    ),
    Excuse(r"operator of alert: .*kube_pod_info\{\}: \* -> \+$", "kube_pod_info is 1: one byte more of a whole node is nothing"),
    Excuse(
        r"^jac-learning/backend/AvailabilityBudget.* of slo:bad_events:rate5m: .*(slo:all_events|or on\(\))",
        "a probe tells of success and failure in one series, so the half for services that never failed is not needed here",
    ),
    Excuse(
        r"^jac-learning/backend/AvailabilityBudget.* window of slo:all_events:rate5m: probe_success",
        "probes are counted by their series: as many in whatever window",
    ),
    Excuse(
        r"RemoteWriteBehind .* window of alert: ", "of times of day the largest is the latest, in whatever window; it bridges lost scrapes"
    ),
    Excuse(
        r"CpuReservedUnused .* window of alert: .*1d -> 12h$", "what was reserved half a day ago matters only where it was less than now"
    ),
    Excuse(
        r"InferenceSlow .* window of service:inference_latency:",
        "a week of history is tried in steps of five minutes; windows of the same form are tried in finer steps on other latencies",
    ),
    Excuse(
        r"(LearningSessions|PathCompletion|Deployments)OffTarget .* duration of alert",
        "windows of days are tried in steps longer than the wait: a finer rhythm would take minutes",
    ),
    Excuse(r"NoData .* of alert: .*(/|100)", "absence is asked of what is there, whatever its value"),
)


@dataclass(frozen=True)
class Judgement:
    """Survivors by reason, those without one, and reasons that excuse nobody."""

    excused: Counter[str]
    unexplained: list[str]
    stale: list[str]


def judged(survivors: Iterable[Fate], excuses: tuple[Excuse, ...] = EXCUSES) -> Judgement:
    """The first excuse that matches counts."""
    excused, unexplained, used = Counter[str](), list[str](), set[str]()
    for fate in survivors:
        found = next((excuse for excuse in excuses if re.search(excuse.pattern, fate.title)), None)
        if found is None:
            unexplained.append(fate.title)
        else:
            excused[found.reason] += 1
            used.add(found.pattern)
    return Judgement(excused, unexplained, [excuse.pattern for excuse in excuses if excuse.pattern not in used])
