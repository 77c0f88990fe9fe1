"""What is scraped carries the identity of the catalog, stays within its budget, and is scraped once."""

import re

from catalog.catalog import Catalog
from catalog.signal import PrometheusQuery
from catalog.units import seconds
from rendering.documents import Rendered
from rendering.relabeling import without_noise
from tests.rendering.reading import endpoint, monitor


def relabeled(entries: list[dict[str, str]]) -> dict[str, str]:
    return {entry["targetLabel"]: entry["replacement"] for entry in entries if "replacement" in entry and "sourceLabels" not in entry}


def dropped(entries: list[dict[str, str]]) -> str:
    (found,) = [entry["regex"] for entry in entries if entry["action"] == "labeldrop"]
    return found


def test_a_service_is_scraped_in_its_own_namespace_under_its_catalog_name(rendered_small: Rendered) -> None:
    spec = monitor(rendered_small, "store-web")
    assert spec["namespaceSelector"] == {"matchNames": ["store"]}
    assert spec["selector"] == {"matchLabels": {"app": "web"}}
    assert spec["sampleLimit"] == 4000
    found = endpoint(spec)
    assert relabeled(found["relabelings"]) == {"application": "store", "service": "web"}
    assert dropped(found["relabelings"]) == "endpoint", "the operator's label would hide the application's route label"


def test_a_service_found_by_its_pods_is_scraped_at_its_port_number(rendered_small: Rendered) -> None:
    spec = monitor(rendered_small, "store-worker")
    assert endpoint(spec)["portNumber"] == 9000


def test_a_service_that_another_backend_collects_is_not_scraped(rendered_small: Rendered) -> None:
    assert "store-legacy" not in {document["metadata"]["name"] for document in rendered_small.monitors}


def test_no_scrape_takes_longer_than_its_interval_and_none_is_so_rare_that_samples_go_stale(rendered: Rendered) -> None:
    for document in rendered.monitors:
        spec = document["spec"]
        found = spec if document["kind"] == "Probe" else endpoint(spec)
        assert seconds(found["scrapeTimeout"]) <= seconds(found["interval"]) <= 120, document["metadata"]["name"]


def test_every_monitor_has_limits(rendered: Rendered) -> None:
    for document in rendered.monitors:
        assert {"sampleLimit", "labelLimit", "labelValueLengthLimit"} <= document["spec"].keys(), document["metadata"]["name"]


def test_no_two_monitors_have_one_name(rendered: Rendered) -> None:
    names = [(document["kind"], document["metadata"]["name"]) for document in rendered.monitors]
    assert len(names) == len(set(names))


def test_only_known_routes_are_kept_and_series_without_a_route_too(rendered_small: Rendered) -> None:
    (keep,) = endpoint(monitor(rendered_small, "store-web"))["metricRelabelings"]
    assert (keep["action"], keep["sourceLabels"]) == ("keep", ["endpoint"])
    for route, kept in [("/cart", True), ("", True), ("/", True), ("/cart/../../etc", False), ("/orders/17", False)]:
        assert bool(re.fullmatch(keep["regex"], route)) is kept, route


def test_an_exporters_series_carry_the_dependency_and_no_service(rendered_small: Rendered) -> None:
    spec = monitor(rendered_small, "store-postgres")
    assert spec["selector"]["matchLabels"] == {"observatory.dev/application": "store", "observatory.dev/dependency": "postgres"}
    assert spec["namespaceSelector"] == {"matchNames": ["monitoring"]}
    found = endpoint(spec)
    assert (spec["sampleLimit"], found["interval"]) == (900, "20s")
    assert relabeled(found["relabelings"]) == {"application": "store", "dependency": "postgres"}
    assert "service" in dropped(found["relabelings"]).split("|")
    assert [subject.name for subject in rendered_small.exporters] == ["postgres"]


def test_annotated_pods_are_scraped_once(rendered_small: Rendered) -> None:
    relabelings = endpoint(monitor(rendered_small, "store-annotated-pods"))["relabelings"]
    keep, drop = relabelings[:2]
    assert (keep["action"], keep["regex"]) == ("keep", "true")
    assert drop["action"] == "drop"
    assert re.fullmatch(drop["regex"], "web-7c9-x2")
    assert not re.fullmatch(drop["regex"], "sidekick-1")
    assert relabeled(relabelings) == {"application": "store"}


def test_shared_exporters_keep_the_place_that_their_series_tell_of(rendered_small: Rendered) -> None:
    for name in ("platform-kube-state-metrics", "platform-kubelet"):
        assert {"namespace", "pod", "container"} <= set(dropped(endpoint(monitor(rendered_small, name))["relabelings"]).split("|"))
    nodes = endpoint(monitor(rendered_small, "platform-node-exporter"))["relabelings"]
    assert {"sourceLabels": ["__meta_kubernetes_pod_node_name"], "targetLabel": "node", "action": "replace"} in nodes


def test_the_clusters_own_targets_are_asked_with_prometheus_account_and_verified(rendered_small: Rendered) -> None:
    kubelet, apiserver = (endpoint(monitor(rendered_small, f"platform-{name}")) for name in ("kubelet", "apiserver"))
    for found in (kubelet, apiserver):
        assert found["scheme"] == "https"
        assert found["bearerTokenFile"].endswith("/token")
        assert found["tlsConfig"]["caFile"].endswith("/ca.crt")
        assert "insecureSkipVerify" not in found["tlsConfig"]
    assert apiserver["tlsConfig"]["serverName"] == "kubernetes"
    assert monitor(rendered_small, "platform-kubelet")["selector"]["matchLabels"], "an empty selector would scrape every Service"


def test_what_is_dropped_as_noise_is_no_metric_that_a_signal_needs(real: Catalog, small: Catalog) -> None:
    patterns: list[str] = [
        entry["regex"]
        for service in small.applications["platform"].services.values()
        for entry in without_noise(service)
        if entry["sourceLabels"] == ["__name__"]
    ]
    assert len(patterns) == 2
    for name, signal in real.signals.items():
        query = signal.prometheus
        if isinstance(query, PrometheusQuery):
            for metric in re.findall(r"[a-z_:][a-z0-9_:]+", " ".join(filter(None, [query.value, query.bad, query.all]))):
                assert not any(re.fullmatch(pattern, metric) for pattern in patterns), f"{name} needs {metric}"
    assert any(re.fullmatch(pattern, "container_tasks_state") for pattern in patterns)
