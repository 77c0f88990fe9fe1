"""Logs, whole: what an environment renders, promises and hands over of them; and what is not there where they are switched off."""

from copy import deepcopy
from typing import Any

import pytest
import yaml

from components.quantity import size
from dashboards.model import ELASTICSEARCH
from rendering.datadog.log_settings import sold
from stacks.demand import by_namespace
from stacks.logs import source
from stacks.plan import plan
from stacks.settings import Settings
from tests.stacks.real import documents, of, prepared, recording
from tests.stacks.test_interface_faults import PROD

DAY = 86_400
PARTS = {"elasticsearch", "kibana", "logstash", "filebeat"}


def without() -> Settings:
    """Prod without Elasticsearch; spans are kept elsewhere."""
    given: dict[str, Any] = deepcopy(PROD)
    del given["elastic"]
    given["jaeger"]["elasticsearch"] = {"url": "https://es.example.com:9200"}
    return Settings.model_validate(given)


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_render_writes_one_file_a_document(stack: str) -> None:
    files = {path: text for path, text in prepared(stack).files.items() if path.startswith("elastic/")}
    for name in ("logstash.yml", "pipelines.yml", "filebeat.yml"):
        assert yaml.safe_load(files[f"elastic/{name}"])
    folders = {path.split("/")[1] for path in files if path.count("/") > 1}
    assert folders == {"elasticsearch", "kibana", "logstash"}
    assert {path.removeprefix("elastic/logstash/") for path in files if path.startswith("elastic/logstash/")} == set(
        of(stack, "ConfigMap", "logstash-pipelines")["data"]
    )


def test_applications_are_told_where_records_are_taken() -> None:
    told = recording("prod").exports["logs"]
    assert told["tcp"] == "observatory-ls-inputs.logging.svc:5045"
    assert told["http"] == "http://observatory-ls-inputs.logging.svc:8080"
    assert told["syslog"] == "observatory-ls-inputs.logging.svc:5514"
    applications = prepared("prod").plan.outputs.applications
    backend = applications["jac-learning"].services["backend"].environment
    assert backend["LOGS_TCP_ENDPOINT"] == told["tcp"]
    assert "ELASTICSEARCH_ENDPOINT" not in backend
    straight = applications["universal-ai-tools"].services["api-gateway"].environment
    assert straight["ELASTICSEARCH_ENDPOINT"] == told["elasticsearch"]


def test_grafana_reads_by_a_user_of_its_own_and_knows_the_authority() -> None:
    filling = prepared("prod").filling
    assert filling
    (found,) = [each for each in filling.content.sources if each["uid"] == ELASTICSEARCH.uid]
    assert found["url"] == "https://observatory-es-http.logging.svc:9200"
    assert found["basicAuthUser"] == "grafana"
    assert found["jsonData"]["tlsAuthWithCACert"] is True
    assert {secret.name for secret in found["secureJsonData"].values()} == {"elasticsearch-grafana", "elasticsearch-ca"}
    patterns = found["jsonData"]["index"].split(",")
    assert "jac-learning-*-prod" in patterns
    assert all(pattern.endswith("-prod") for pattern in patterns), "another environment's records are another's"


def test_a_catalog_without_elasticsearch_has_nothing_of_it() -> None:
    chosen = without()
    found = plan(chosen, prepared("prod").catalog, prepared("prod").documents)
    assert chosen.site.switched_off >= PARTS
    assert found.logs.parts is None
    assert found.outputs.logs is None
    assert chosen.operated.elastic == "simulated", "its operator would have nothing to do"
    assert not found.logs.files
    kinds = {document["kind"] for document in found.documents()}
    assert kinds.isdisjoint({"Elasticsearch", "Kibana", "Logstash", "Beat"})
    assert "kibana" not in found.outputs.endpoints.people
    assert source(chosen, prepared("prod").catalog) is None


def test_none_of_it_is_switched_off_where_it_runs() -> None:
    assert prepared("prod").settings.site.switched_off.isdisjoint(PARTS)


def test_locally_every_resource_is_accepted_and_said_to_be_simulated() -> None:
    kinds = ("Elasticsearch", "Kibana", "Logstash", "Beat")
    marked = [of("local", kind, "observatory")["metadata"]["annotations"] for kind in kinds]
    assert all(each["observatory.dev/simulated"] == "elastic" and each["pulumi.com/skipAwait"] == "true" for each in marked)


def test_every_password_is_one_value_however_many_read_it() -> None:
    """Elasticsearch's own Secret and its reader's, in another namespace, name the same entry."""
    found = {
        (d["metadata"]["namespace"], d["metadata"]["name"]): {each["secretKey"]: each["remoteRef"] for each in d["spec"]["data"]}
        for d in documents("prod")
        if d["kind"] == "ExternalSecret"
    }
    assert found["logging", "elasticsearch-jaeger"]["password"] == found["tracing", "elasticsearch-jaeger"]["password"]
    authority = found["logging", "elasticsearch-ca"]["ca.crt"]
    assert found["tracing", "elasticsearch-jaeger"]["ca.crt"] == found["monitoring", "elasticsearch-ca"]["ca.crt"] == authority
    assert "ca.key" not in found["monitoring", "elasticsearch-ca"]


def test_the_quota_counts_what_the_operator_makes() -> None:
    found = prepared("prod")
    demand = by_namespace(found.plan.logs.documents, found.plan.context, prepared("local").settings.operators)["logging"]
    nodes = 3 * (size("20Gi") + size("500Gi") + size("1Ti") + size("1536Gi"))
    assert demand.storage == nodes + 3 * size("52Gi")
    assert demand.memory > 3 * size("36Gi")


def test_datadog_keeps_the_stacks_own_records_as_long_as_it_sells_and_at_least_as_long() -> None:
    assert [sold(days * DAY) for days in (1, 3, 4, 15, 31, 360, 361)] == [3, 3, 7, 15, 45, 360, None]
    site = prepared("prod").settings.site.datadog
    assert site is not None
    assert site.logs is not None
    assert {name: index.retention for name, index in site.logs.environments.items()} == {"prod": 30, "dev": 3}
