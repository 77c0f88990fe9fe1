"""What is kept of the operators' manifests, and what the local cluster simulates."""

import pytest

from local import manifests, simulation


def quiet(_: str) -> None:
    """Takes progress and drops it."""


def test_prose_goes_and_fields_stay_also_one_called_description() -> None:
    crd = {
        "kind": "CustomResourceDefinition",
        "spec": {
            "versions": [
                {
                    "schema": {
                        "openAPIV3Schema": {
                            "description": "prose",
                            "type": "object",
                            "properties": {"description": {"type": "string", "description": "more prose"}},
                            "x-kubernetes-validations": [{"rule": "true", "message": "kept"}],
                        }
                    }
                }
            ]
        },
    }
    kept = manifests.terse(crd)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    assert kept == {
        "type": "object",
        "properties": {"description": {"type": "string"}},
        "x-kubernetes-validations": [{"rule": "true", "message": "kept"}],
    }


@pytest.mark.tools
def test_every_operator_brings_its_definitions() -> None:
    names = {document["metadata"]["name"] for document in manifests.definitions(quiet)}
    assert {
        "prometheuses.monitoring.coreos.com",
        "alertmanagers.monitoring.coreos.com",
        "scrapeconfigs.monitoring.coreos.com",
        "elasticsearches.elasticsearch.k8s.elastic.co",
        "kibanas.kibana.k8s.elastic.co",
        "logstashes.logstash.k8s.elastic.co",
        "beats.beat.k8s.elastic.co",
        "datadogagents.datadoghq.com",
        "externalsecrets.external-secrets.io",
        "clustersecretstores.external-secrets.io",
    } <= names


@pytest.mark.tools
def test_kwok_is_told_of_nodes_and_pods_and_we_tell_it_of_volumes() -> None:
    documents = [*manifests.stages(quiet), *simulation.volume_stages()]
    assert {document["spec"]["resourceRef"]["kind"] for document in documents} == {
        "Node",
        "Pod",
        "PersistentVolume",
        "PersistentVolumeClaim",
    }


def test_each_zone_has_a_node_that_says_it_is_simulated() -> None:
    nodes = simulation.nodes()
    assert [node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in nodes] == list(simulation.ZONES)
    assert all("simulated" in node["metadata"]["name"] for node in nodes)
