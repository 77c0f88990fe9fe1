"""The example's Pulumi project reads what the outputs promise, is found by the stack's monitors, and breaks where a promise does."""

import gc
import json
from typing import Any, cast

import pytest

from local import references
from local.values import plain
from tests.components import judges
from tests.examples.consumer import FOLDER, consumed
from tests.stacks.real import documents, prepared

Document = dict[str, Any]

CHAT = "universal-ai-tools/chat-service"
BY_SERVICE = "skillforge/backend"
"""A service that a ServiceMonitor finds; the other one's pods are found by a PodMonitor."""


def outputs(stack: str = "local") -> Document:
    """As an engine hands them to another stack: JSON."""
    return json.loads(prepared(stack).plan.outputs.model_dump_json())


def made(service: str | None = None, stack: str = "local") -> dict[str, Document]:
    """The registered objects by kind."""
    recording, _ = consumed(outputs(stack), service)
    return {document["kind"]: document for each in recording if "kind" in (document := plain(dict(each.inputs)))}


def test_it_asks_the_stack_that_its_settings_name() -> None:
    _, asked = consumed(outputs())
    assert asked == ["organization/observatory/local"]


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_its_pods_are_handed_the_service_s_environment(stack: str) -> None:
    found = made(stack=stack)["Deployment"]
    (container,) = found["spec"]["template"]["spec"]["containers"]
    promised = prepared(stack).plan.outputs.applications["universal-ai-tools"]
    handed = [d for d in documents(stack) if d["kind"] == "ConfigMap" and d["metadata"]["namespace"] == "universal-ai-tools"]
    assert found["metadata"]["namespace"] == promised.namespace
    assert container["envFrom"][0]["configMapRef"]["name"] in {d["metadata"]["name"] for d in handed}
    expected = [promised.secret or "none", promised.services["chat-service"].secret or "none"]
    assert [each["secretRef"] for each in container["envFrom"][1:]] == [{"name": each, "optional": True} for each in expected]


@pytest.mark.parametrize("service", [CHAT, BY_SERVICE])
def test_the_stack_s_own_monitor_finds_it_by_labels_and_port(service: str) -> None:
    objects, monitor = made(service), monitor_of(service)
    kind = "Service" if monitor["kind"] == "ServiceMonitor" else "Pod"
    found = objects["Service"] if kind == "Service" else objects["Deployment"]["spec"]["template"]
    wanted = monitor["spec"]["selector"]["matchLabels"]
    assert wanted.items() <= found["metadata"]["labels"].items()
    assert monitor["spec"]["namespaceSelector"] == {"matchNames": [objects["Service"]["metadata"]["namespace"]]}
    (endpoint,) = monitor["spec"]["endpoints" if kind == "Service" else "podMetricsEndpoints"]
    ports = cast("list[Document]", objects["Service"]["spec"]["ports"])
    (container,) = objects["Deployment"]["spec"]["template"]["spec"]["containers"]
    numbers = [port["containerPort"] for port in container["ports"]]
    assert endpoint["port"] in [port["name"] for port in ports] if kind == "Service" else endpoint["portNumber"] in numbers


def monitor_of(service: str) -> Document:
    """The rendered one; Prometheus takes it, because it is in Prometheus' namespace and carries the labels that it selects by."""
    name = service.replace("/", "-")
    (found,) = (d for d in documents("local") if d["kind"] in ("ServiceMonitor", "PodMonitor") and d["metadata"]["name"] == name)
    (prometheus,) = (d for d in documents("local") if d["kind"] == "Prometheus")
    selector = "serviceMonitorSelector" if found["kind"] == "ServiceMonitor" else "podMonitorSelector"
    assert prometheus["spec"][selector]["matchLabels"].items() <= found["metadata"]["labels"].items()
    assert prometheus["metadata"]["namespace"] == found["metadata"]["namespace"]
    return found


def test_the_two_services_stand_for_both_kinds_of_monitors() -> None:
    assert [monitor_of(each)["kind"] for each in (CHAT, BY_SERVICE)] == ["PodMonitor", "ServiceMonitor"]


def test_its_objective_is_an_slo_that_rules_evaluate_and_its_dashboard_one_that_is_drawn() -> None:
    recording, _ = consumed(outputs("prod"))
    exports = plain(recording.exports)
    objective = exports["objectives"]["availability"]
    assert (objective["target"], objective["window"]) == (0.999, "30d")
    rules = [
        rule["labels"]
        for document in documents("prod")
        if document["kind"] == "PrometheusRule"
        for group in document["spec"]["groups"]
        for rule in group["rules"]
        if "alert" in rule and rule["labels"].get("service") == "chat-service"
    ]
    assert "availability" in {labels.get("slo") for labels in rules}
    assert exports["dashboard"] == "https://grafana.observatory.example.com/d/svc-universal-ai-tools-chat-service"
    filling = prepared("prod").filling
    assert filling
    assert any(exports["dashboard"].rpartition("/")[2] in path for path in filling.files)
    assert exports["scraped_by"] == "PodMonitor monitoring/universal-ai-tools-chat-service"


def test_its_pod_is_restricted_and_bounded_and_holds_no_secret() -> None:
    for pod in judges.pods(made()["Deployment"]):
        assert [*judges.restricted(pod), *judges.unbounded(pod), *judges.plain_secrets(pod)] == []


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")  # the SDK leaves some behind where a program fails
@pytest.mark.parametrize("field", ["config_map", "monitor", "dashboard", "objectives"])
def test_an_output_of_another_name_breaks_it(field: str) -> None:
    promised = outputs()
    mine = promised["applications"]["universal-ai-tools"]["services"]["chat-service"]
    mine[f"{field}_of_another_name"] = mine.pop(field)
    with pytest.raises(Exception, match=field):
        consumed(promised)
    gc.collect()  # while those warnings are ignored


def test_a_stack_that_was_never_brought_up_is_told_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="'organization/observatory/never' has no outputs here; bring it up first: make up"):
        references.answer("organization/observatory/never")


def test_it_stays_a_few_dozen_lines() -> None:
    code = [line for line in (FOLDER / "__main__.py").read_text().splitlines() if line.strip()]
    assert len(code) < 60
