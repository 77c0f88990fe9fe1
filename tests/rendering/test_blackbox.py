"""Probes ask what the catalog says, and the exporter judges the answer as it says."""

import yaml

from rendering.documents import Rendered
from tests.rendering.reading import monitor


def test_a_health_check_is_asked_of_the_exporter_under_the_services_name(rendered_small: Rendered) -> None:
    spec = monitor(rendered_small, "store-web-health")
    target = spec["targets"]["staticConfig"]
    assert target["static"] == ["https://store.example.com/health"]
    assert target["labels"] == {"application": "store", "service": "web", "probe": "health"}
    assert spec["prober"]["url"] == "blackbox-exporter.monitoring.svc:9115"
    assert (spec["interval"], spec["scrapeTimeout"]) == ("2m", "2500ms")


def test_a_probes_module_expects_its_statuses_and_body(rendered_small: Rendered) -> None:
    modules = yaml.safe_load(rendered_small.blackbox)["modules"]
    module = modules[monitor(rendered_small, "store-web-health")["module"]]
    assert module["http"]["valid_status_codes"] == [200, 204]
    assert module["http"]["fail_if_body_not_matches_regexp"] == ['"ok"']


def test_a_tcp_probe_names_host_and_port_alone(rendered_small: Rendered) -> None:
    spec = monitor(rendered_small, "store-web-port")
    assert spec["targets"]["staticConfig"]["static"] == ["store.example.com:443"]
    assert spec["module"] == "tcp"


def test_an_external_dependency_is_asked_for_a_verified_connection(rendered_small: Rendered) -> None:
    spec = monitor(rendered_small, "store-payments-connection")
    assert spec["targets"]["staticConfig"]["static"] == ["pay.example.com:443"]
    assert spec["targets"]["staticConfig"]["labels"]["dependency"] == "payments"
    assert (spec["module"], spec["scrapeTimeout"]) == ("tcp_tls", "3500ms")


def test_every_module_that_a_probe_names_is_configured(rendered: Rendered) -> None:
    modules = yaml.safe_load(rendered.blackbox)["modules"]
    used = {document["spec"]["module"] for document in rendered.monitors if document["kind"] == "Probe"}
    assert used == modules.keys()
