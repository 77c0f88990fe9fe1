"""Kubernetes itself tells which share of a service's versions came up, and a real Prometheus counts it so."""

import time
from pathlib import Path

import numpy as np
import pytest

from catalog.loading import load
from catalog.signal import PrometheusQuery
from local import tools
from rendering import promql
from rendering.site import Site
from tests.dashboards.sample.series import Series
from tests.dashboards.sample.store import Store

pytestmark = pytest.mark.tools
ROOT = Path(__file__).resolve().parents[2]
SITE = Site(environment="prod", region="eu-central-1", cluster="main", runbooks_url="https://example.com")


def test_a_version_came_up_if_any_pod_of_it_ever_became_ready(tmp_path: Path) -> None:
    now = float(int(time.time()))
    at = np.arange(now - 3600, now, 30)
    pods = {
        "backend-59fc7-a1": 1.0,
        "backend-59fc7-b2": 1.0,
        "backend-7d9f8-c3": 0.0,  # a version of which no pod became ready
        "backend-7d9f8-d4": 0.0,
        "backend-88aa1-e5": np.where(at > now - 600, 1.0, 0.0),  # it took long
        "backend-99bb2-f6": np.where(at < now - 600, 1.0, 0.0),  # it came up and fails now, which is another alert's matter
        "frontend-1c2d3-g7": 0.0,
    }
    place = {"namespace": "skillforge", "condition": "true"}
    store = Store(tmp_path, tools.ensure(["prometheus", "promtool"], print))
    store.write(
        [Series("kube_pod_status_ready", {**place, "pod": pod}, at, np.zeros(len(at)) + ready) for pod, ready in pods.items()], "pods"
    )
    catalog = load(ROOT)
    backend = next(each for each in catalog.subjects() if (each.application.application, each.name) == ("skillforge", "backend"))
    signal = catalog.signals["rollout_success"]
    assert isinstance(signal.prometheus, PrometheusQuery)
    query = promql.fill(signal.prometheus.value or "", promql.parameters(backend, signal, 3600, SITE))
    with store:
        (found,) = store.at(query, now)
    assert float(found["value"][1]) == pytest.approx(3 / 4)
