"""Every signal's PromQL is PromQL, its examples lie on the right sides, and what is easily got wrong is tried on real data."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import promql_parser
import pytest
import yaml

from catalog.catalog import Catalog
from catalog.loading import load
from catalog.signal import PrometheusQuery
from local.tools import ensure
from rendering.promql import fill

ROOT = Path(__file__).resolve().parents[2]
PODS = 'namespace="shop",pod=~"till-.*"'


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(ROOT)


def filled(catalog: Catalog, name: str, window: str = "5m") -> Iterator[str]:
    signal = catalog.signals[name]
    query = signal.prometheus
    if not isinstance(query, PrometheusQuery):
        return
    names = {"status_label": "status", "route_label": "route"}
    values = {"sel": 'application="shop",service="till"', "pods": PODS, "ns": 'namespace="shop"', "w": window, "bad": "5..", **names}
    values["by"] = ",".join(fill(label, names) for label in signal.by)
    if query.histogram:
        yield fill(f"sum(rate({query.histogram}_bucket{{$sel,{query.matchers}}}[$w])) by (le)", values)
    yield from (fill(text, values) for text in (query.value, query.bad, query.all) if text)


def test_every_query_is_promql(catalog: Catalog) -> None:
    for name in catalog.signals:
        for query in filled(catalog, name):
            promql_parser.parse(query)


def test_examples_lie_on_the_right_sides_of_every_threshold(catalog: Catalog) -> None:
    for placed in catalog.alerts():
        alert, examples = placed.alert, placed.signal.examples
        where = f"{placed.subject.name}/{placed.name}"
        if alert.above is not None:
            assert examples.quiet <= placed.signal.unit.parse(alert.above) < examples.fires, where
        if alert.below is not None:
            assert examples.fires < placed.signal.unit.parse(alert.below) <= examples.quiet, where


TILL = 'application="shop",service="till"'
POD = 'namespace="shop",pod="till-1"'
BORN = f'log_events_total{{{TILL},event="security_breach"}}'
# signal, series as exporters expose them (a minute apart), minute, the samples that the query yields
TRIED: list[tuple[str, str, dict[str, str], str, list[tuple[str, float]]]] = [
    ("a vanished target is down", "up", {'up{application="shop",service="other"}': "1x20"}, "10m", [("{}", 0)]),
    (
        "a probe does not stand in for its service",
        "up",
        {f'up{{{TILL},probe="health"}}': "1x20", f"up{{{TILL}}}": "0x20"},
        "10m",
        [("{}", 0)],
    ),
    (
        "memory of a pod with a limit is a share of the limit",
        "container_memory",
        {
            f'container_memory_working_set_bytes{{{POD},container="app"}}': "80x20",
            f'container_memory_working_set_bytes{{{POD},container=""}}': "95x20",
            f'kube_pod_container_resource_limits{{{POD},container="app",resource="memory"}}': "100x20",
        },
        "10m",
        [('{pod="till-1"}', 0.8)],
    ),
    (
        "memory of a pod without a limit is a share of its node",
        "container_memory",
        {
            f'container_memory_working_set_bytes{{{POD},container="app"}}': "80x20",
            f'kube_pod_info{{{POD},node="n1"}}': "1x20",
            'kube_node_status_allocatable{node="n1",resource="memory"}': "800x20",
        },
        "10m",
        [('{pod="till-1"}', 0.1)],
    ),
    (
        "a crash loop is seen between two waits, and its neighbour is well",
        "pod_crash_loop",
        {
            f'kube_pod_container_status_waiting_reason{{{POD},reason="CrashLoopBackOff"}}': "1 1 1 1 1 1 1 1 stale _x9",
            f"kube_pod_info{{{POD}}}": "1x20",
            'kube_pod_info{namespace="shop",pod="till-2"}': "1x20",
        },
        "10m",
        [('{pod="till-1"}', 0), ('{pod="till-2"}', 1)],
    ),
    (
        "a pod of a finished job is not unready",
        "pods_ready",
        {
            f'kube_pod_status_ready{{{POD},condition="true"}}': "0x20",
            'kube_pod_status_ready{namespace="shop",pod="till-job",condition="true"}': "0x20",
            'kube_pod_status_phase{namespace="shop",pod="till-job",phase="Succeeded"}': "1x20",
            f'kube_pod_status_phase{{{POD},phase="Succeeded"}}': "0x20",
        },
        "10m",
        [('{pod="till-1"}', 0)],
    ),
    ("the first breach ever counts", "security_breach_logged", {BORN: "_x28 1x20", f"up{{{TILL}}}": "1x60"}, "30m", [("{}", 1)]),
    ("what was there before Prometheus is no news", "security_breach_logged", {BORN: "1x60", f"up{{{TILL}}}": "1x60"}, "10m", []),
    ("an old breach is no news", "security_breach_logged", {BORN: "1x60"}, "50m", []),
    (
        "a volume that fills is full when it says",
        "volume_time_left",
        {
            'kubelet_volume_stats_available_bytes{namespace="shop",persistentvolumeclaim="data"}': "4000-1x500",
            'kubelet_volume_stats_capacity_bytes{namespace="shop",persistentvolumeclaim="data"}': "10000x500",
        },
        "400m",
        [('{namespace="shop", persistentvolumeclaim="data"}', 3600 * 60)],
    ),
    (
        "a volume that is mostly empty may fill",
        "volume_time_left",
        {
            'kubelet_volume_stats_available_bytes{namespace="shop",persistentvolumeclaim="data"}': "4000-1x500",
            'kubelet_volume_stats_capacity_bytes{namespace="shop",persistentvolumeclaim="data"}': "5000x500",
        },
        "400m",
        [],
    ),
    (
        "a restart for want of memory is a kill, another is none",
        "oom_kills",
        {
            f'kube_pod_container_status_restarts_total{{{POD},container="app",uid="1"}}': "0x10 1x10",
            f'kube_pod_container_status_last_terminated_reason{{{POD},container="app",uid="1",reason="OOMKilled"}}': "_x11 1x10",
            'kube_pod_container_status_restarts_total{namespace="shop",pod="till-2",container="app"}': "0x10 1x10",
            'kube_pod_container_status_last_terminated_reason{namespace="shop",pod="till-2",container="app",reason="Error"}': "1x20",
        },
        "15m",
        [('{namespace="shop", pod="till-1"}', 1)],
    ),
    (
        "an autoscaler of fixed size has no limit to reach",
        "autoscaler_room",
        {
            f'kube_horizontalpodautoscaler_{what}{{namespace="shop",horizontalpodautoscaler="{name}"}}': f"{value}x20"
            for name, values in {"full": (2, 6, 6), "fixed": (3, 3, 3)}.items()
            for what, value in zip(("spec_min_replicas", "spec_max_replicas", "status_current_replicas"), values, strict=True)
        },
        "10m",
        [('{namespace="shop", horizontalpodautoscaler="full"}', 0)],
    ),
    (
        "image file systems that are always full are left out",
        "node_disk_used",
        {
            'node_filesystem_avail_bytes{node="n1",mountpoint="/",fstype="xfs",device="a"}': "40x20",
            'node_filesystem_size_bytes{node="n1",mountpoint="/",fstype="xfs",device="a"}': "100x20",
            'node_filesystem_readonly{node="n1",mountpoint="/",fstype="xfs",device="a"}': "0x20",
            'node_filesystem_avail_bytes{node="n1",mountpoint="/os",fstype="ext4",device="b"}': "0x20",
            'node_filesystem_size_bytes{node="n1",mountpoint="/os",fstype="ext4",device="b"}': "100x20",
            'node_filesystem_readonly{node="n1",mountpoint="/os",fstype="ext4",device="b"}': "1x20",
        },
        "10m",
        [('{node="n1", mountpoint="/"}', 0.6)],
    ),
    (
        "gossip that lost a member shows",
        "alertmanager_members",
        {
            **{f'alertmanager_cluster_members{{{TILL},pod="a-{n}"}}': f"{seen}x20" for n, seen in enumerate((2, 2, 1))},
            **{f'up{{{TILL},pod="a-{n}"}}': "1x20" for n in range(3)},
        },
        "10m",
        [("{}", 1 / 3)],
    ),
]


@pytest.mark.tools
def test_what_is_easily_got_wrong_is_right_on_real_data(catalog: Catalog, tmp_path: Path) -> None:
    tests = [
        {
            "name": said,
            "interval": "1m",
            "input_series": [{"series": series, "values": values} for series, values in data.items()],
            "promql_expr_test": [
                {
                    "expr": next(filled(catalog, name, "6h" if name == "volume_time_left" else "15m")),
                    "eval_time": minute,
                    "exp_samples": [{"labels": labels, "value": value} for labels, value in expected],
                }
            ],
        }
        for said, name, data, minute, expected in TRIED
    ]
    path = tmp_path / "signals.yaml"
    path.write_text(yaml.safe_dump({"rule_files": [], "fuzzy_compare": True, "tests": tests}))
    promtool = ensure(["promtool"], print)["promtool"]
    result = subprocess.run([promtool, "test", "rules", path], capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr
