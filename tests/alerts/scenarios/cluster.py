"""The platform's alerts about nodes, volumes and workloads of every namespace, at the levels of its own curation."""

from tests.alerts.exposed import machines, workloads
from tests.alerts.exposed.kubernetes import autoscaler, waiting
from tests.alerts.place import Place
from tests.alerts.scenario import Leveled, Make, Rhythm, Table, at, both, case, crossing, nothing
from tests.alerts.scenarios.nodes import conditions, disk_used, not_ready
from tests.alerts.series import Gauge

CLUSTER = Place("platform", "dependency", "cluster", "shop", "web")
DAY, FOUR_DAYS = 86400, 4 * 86400


def _level(world: Leveled, *, ordinary: float, quiet: float, fires: float, hold: str, window: str | None = None, named: str = "") -> Make:
    return crossing(world, ordinary=ordinary, quiet=quiet, fires=fires, hold=hold, window=window, alone=True, named=named)


def _replicas(size: int) -> Leveled:
    return workloads.sized("statefulset", "kube_statefulset_status_replicas_ready", "kube_statefulset_replicas", size)


def _daemons(size: int) -> Leveled:
    return workloads.sized("daemonset", "kube_daemonset_status_number_ready", "kube_daemonset_status_desired_number_scheduled", size)


def _pressure() -> Make:
    pressures = [{"MemoryPressure": True}, {"DiskPressure": True}, {"PIDPressure": True}]
    fires = [case(f"fires on {next(iter(held))}", conditions(), conditions(**held), neighbours=nothing, after="10m") for held in pressures]
    return both(
        *fires,
        case("quiet on another condition", conditions(), conditions(NetworkUnavailable=True, Ready=False), neighbours=nothing, watch="20m"),
    )


def _clock() -> Make:
    ahead, behind = machines.clock(0.001), machines.clock(-0.001)
    return both(
        _level(ahead, ordinary=0.2, quiet=50, fires=50.5, hold="10m"), _level(behind, ordinary=0.2, quiet=50, fires=50.5, hold="10m")
    )


def _unsynchronised() -> Make:
    fine = machines.source(1, 0.01)
    return both(
        case("fires", fine, machines.source(0, 16), neighbours=nothing, after="10m"),
        case("quiet while its own bound is small", fine, machines.source(0, 15.5), neighbours=nothing, watch="20m"),
        case("quiet with a source", fine, machines.source(1, 17), neighbours=nothing, watch="20m"),
    )


def _volume_fills() -> Make:
    """10 kB a second for six hours and a moment, until four days are left; less than half of the volume is free then."""
    speed = 1e4
    begins = 6 * 3600 + 600
    left = FOUR_DAYS * speed + (begins - 150) * speed
    flat, falling = Gauge(left), Gauge(left, slope=-speed)
    steep = Gauge(0.9 * FOUR_DAYS * speed, slope=-speed)
    return both(
        case("fires", machines.volume(falling, capacity=7.1e9), [("2h", machines.volume(Gauge(left - begins * speed, slope=-speed), capacity=7.1e9))], neighbours=nothing,
             history=[("12h", machines.volume(flat))], lead=f"{begins}s", after="1h"),
        case("quiet while half is free", machines.volume(falling, capacity=7e9),
             [("2h", machines.volume(Gauge(left - begins * speed, slope=-speed), capacity=6.8e9))], neighbours=nothing,
             history=[("12h", machines.volume(flat, capacity=7e9))], lead=f"{begins}s"),
        case("quiet on a short burst", machines.volume(Gauge(steep.value)), [("4h", machines.volume(steep)), ("6h", machines.volume(
             Gauge(steep.value - 4 * 3600 * speed)))], neighbours=nothing, lead="12h"),
    )  # fmt: skip


def _crash_loop() -> Make:
    runs, loops, pulls = waiting(None), waiting("CrashLoopBackOff"), waiting("ImagePullBackOff")
    flapping = [("1m", loops), ("4m", runs)] * 4
    return both(
        case("fires", runs, [*flapping, ("10m", runs)], neighbours=nothing, after="15m", ends="1230s"),
        case("quiet after one crash", runs, [("2m", loops), ("30m", runs)], neighbours=nothing),
        case("quiet while an image is pulled", runs, pulls, neighbours=nothing, watch="30m"),
    )


def _killed() -> Make:
    runs, killed = machines.restarted(None, 3), machines.restarted("OOMKilled", 4)
    return both(
        case("fires", runs, killed, neighbours=nothing, lead="20m", after="0s", ends_covered="15m"),
        case("quiet on an error", runs, machines.restarted("Error", 4), neighbours=nothing, lead="20m", watch="30m"),
        case("quiet long after", killed, killed, neighbours=nothing, lead="20m", watch="30m"),
    )


def _job() -> Make:
    made, ago = workloads.job(failed=False, created=0), workloads.job(failed=True, created=-DAY)
    return both(
        case("fires", made, [("25h", workloads.job(failed=True, created=0))], neighbours=nothing, lead="10m", after="0s", ends="85800s"),
        case("quiet on an old failure", ago, ago, neighbours=nothing, watch="2h"),
        case("quiet when done", made, made, neighbours=nothing, watch="2h"),
    )


def _autoscaler() -> Make:
    fixed = at(autoscaler(3, 3), 3)
    return both(
        _level(autoscaler(2, 10), ordinary=4, quiet=9, fires=10, hold="15m"),
        case("quiet when it may not scale", fixed, fixed, neighbours=nothing, watch="30m"),
    )


TABLE = Table(Rhythm(scrape=30, evaluation=30))
TABLE.add(
    CLUSTER,
    {
        "NodeNotReady": not_ready("15m"),
        "NodePressure": _pressure(),
        "NodeDiskFull": disk_used(0.95, 0.951, "10m"),
        "NodeCpuSaturated": _level(machines.cpu, ordinary=0.4, quiet=0.9499, fires=0.952, hold="30m", window="5m"),
        "NodeMemoryHigh": _level(machines.memory, ordinary=0.4, quiet=0.8999, fires=0.905, hold="15m"),
        "NodePodsFull": _level(machines.pods, ordinary=30, quiet=55, fires=56, hold="15m"),
        "ClockSkew": _clock(),
        "ClockUnsynchronised": _unsynchronised(),
        "ConntrackFilling": _level(machines.conntrack, ordinary=0.1, quiet=0.75, fires=0.76, hold="5m"),
        "VolumeFull": _level(machines.volume_used, ordinary=0.5, quiet=0.9499, fires=0.951, hold="5m"),
        "CrashLoop": _crash_loop(),
        "OomKilled": _killed(),
        "PodsUnschedulable": _level(workloads.unschedulable, ordinary=0, quiet=0, fires=1, hold="15m"),
        "DeploymentStuck": _level(workloads.deployment, ordinary=0, quiet=0, fires=1, hold="15m"),
        "StatefulSetNotReady": both(_level(_replicas(3), ordinary=3, quiet=3, fires=2, hold="15m"),
                                    _level(_replicas(1), ordinary=1, quiet=1, fires=0, hold="15m", named=" of a single one")),
        "DaemonSetNotReady": both(_level(_daemons(50), ordinary=50, quiet=50, fires=49, hold="15m"),
                                  _level(_daemons(1), ordinary=1, quiet=1, fires=0, hold="15m", named=" of a single one")),
        "AutoscalerAtLimit": _autoscaler(),
        "DisruptionBudgetBroken": _level(workloads.budget, ordinary=4, quiet=3, fires=2, hold="15m"),
        "QuotaNearlyFull": both(_level(workloads.quota(1000), ordinary=0.5, quiet=0.9, fires=0.91, hold="15m"),
                                _level(workloads.quota(1), ordinary=0, quiet=0, fires=1, hold="15m", named=" of one")),
    },
)  # fmt: skip
TABLE.add(CLUSTER, {"VolumeFilling": _volume_fills(), "JobFailed": _job()}, Rhythm(300, 300))
