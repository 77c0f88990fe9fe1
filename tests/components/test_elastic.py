"""The Elastic stack's resources: spread, bounded, let in by users of ours, and in the order in which one needs the other."""

from itertools import pairwise
from typing import Any

import pytest

from components.context import Context
from components.elastic import content, elasticsearch, kibana, logstash, pods, sidecar, users
from components.quantity import size
from rendering.elastic.places import HTTP, USERS
from rendering.elastic.settings import ElasticSettings
from tests.components import judges
from tests.components.test_edges import peers
from tests.stacks.real import documents, of, prepared, recording

PROD: Context = prepared("prod").plan.context
ONE: dict[str, Any] = {
    "nodes": {"all": {"count": 1, "cpu": "1", "memory": "2Gi", "volume": "10Gi"}},
    "index": {"replicas": 0},
    "logstash": {"replicas": 1},
}


def elastic(**more: object) -> ElasticSettings:
    return ElasticSettings.model_validate({**ONE, **more})


def cluster(stack: str) -> dict[str, Any]:
    return of(stack, "Elasticsearch", "observatory")["spec"]


def tiers(stack: str) -> dict[str, dict[str, Any]]:
    return {nodes["name"]: nodes for nodes in cluster(stack)["nodeSets"]}


def main_of(template: dict[str, Any]) -> dict[str, Any]:
    return template["spec"]["containers"][0]


def variables(container: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each.get("value", each.get("valueFrom")) for each in container["env"]}


# Elasticsearch


def test_prod_has_masters_of_their_own_and_three_tiers_each_over_three_zones() -> None:
    found = tiers("prod")
    assert list(found) == ["master", "hot", "warm", "cold"]
    assert found["master"]["count"] == 3
    assert found["master"]["config"]["node.roles"] == ["master"]
    for tier in ("hot", "warm", "cold"):
        assert f"data_{tier}" in found[tier]["config"]["node.roles"]
        assert "master" not in found[tier]["config"]["node.roles"]
    assert all(nodes["zoneAwareness"] == {"topologyKey": "topology.kubernetes.io/zone"} for nodes in found.values())


@pytest.mark.parametrize("stack", ["local", "dev"])
def test_one_node_does_everything_and_is_nailed_to_nothing(stack: str) -> None:
    (nodes,) = tiers(stack).values()
    assert nodes["count"] == 1
    assert {"master", "data_hot", "data_warm", "data_cold", "ingest"} <= set(nodes["config"]["node.roles"])
    assert "zoneAwareness" not in nodes
    assert not [d for d in documents(stack) if d["kind"] == "PodDisruptionBudget" and d["metadata"]["namespace"] == "logging"]


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_no_node_needs_a_sysctl_and_half_of_its_memory_is_heap(stack: str) -> None:
    for nodes in cluster(stack)["nodeSets"]:
        assert nodes["config"]["node.store.allow_mmap"] is False
        main = main_of(nodes["podTemplate"])
        half = size(main["resources"]["limits"]["memory"]) // 2**21
        assert variables(main)["ES_JAVA_OPTS"] == f"-Xms{half}m -Xmx{half}m"
        assert main["resources"]["requests"]["memory"] == main["resources"]["limits"]["memory"]


def test_a_heap_never_outgrows_short_references() -> None:
    assert pods.heap("128Gi") == "-Xms31744m -Xmx31744m"
    assert pods.heap("1Gi") == "-Xms512m -Xmx512m"


def test_each_tier_has_a_budget_of_its_own_and_the_operators_is_off() -> None:
    """The eviction API refuses a pod that two budgets speak of."""
    assert cluster("prod")["podDisruptionBudget"] == {}
    for tier in tiers("prod"):
        spec = of("prod", "PodDisruptionBudget", f"elasticsearch-{tier}")["spec"]
        assert spec["maxUnavailable"] == 1
        assert spec["selector"]["matchLabels"] == {"elasticsearch.k8s.elastic.co/statefulset-name": f"observatory-es-{tier}"}


def test_volumes_are_of_the_encrypted_class_and_outlive_the_cluster() -> None:
    assert cluster("prod")["volumeClaimDeletePolicy"] == "DeleteOnScaledownOnly"
    for nodes in cluster("prod")["nodeSets"]:
        (claim,) = nodes["volumeClaimTemplates"]
        assert claim["metadata"]["name"] == "elasticsearch-data", "another name is another volume than the operator's"
        assert claim["spec"]["storageClassName"] == "gp3"
        assert nodes["podTemplate"]["metadata"]["annotations"]["karpenter.sh/do-not-disrupt"] == "true"


def test_clients_never_ask_masters_of_their_own() -> None:
    selector = cluster("prod")["http"]["service"]["spec"]["selector"]
    assert selector["elasticsearch.k8s.elastic.co/node-ingest"] == "true"
    assert "ingest" not in tiers("prod")["master"]["config"]["node.roles"]
    assert "ingest" in tiers("prod")["hot"]["config"]["node.roles"]


def test_one_node_is_awaited_until_it_answers_and_a_cluster_until_it_is_green() -> None:
    def awaited(stack: str) -> str:
        return of(stack, "Elasticsearch", "observatory")["metadata"]["annotations"]["pulumi.com/waitFor"]

    assert awaited("prod") == "jsonpath={.status.health}=green"
    assert awaited("dev") == "jsonpath={.status.phase}=Ready"


def test_snapshots_are_signed_by_the_accounts_own_token() -> None:
    role = "arn:aws:iam::123456789012:role/observatory-prod-elasticsearch"
    assert of("prod", "ServiceAccount", "elasticsearch")["metadata"]["annotations"] == {"eks.amazonaws.com/role-arn": role}
    for nodes in cluster("prod")["nodeSets"]:
        main, pod = main_of(nodes["podTemplate"]), nodes["podTemplate"]["spec"]
        known = variables(main)
        (mount,) = main["volumeMounts"]
        (token,) = pod["volumes"][0]["projected"]["sources"]
        assert known["AWS_ROLE_ARN"] == role
        assert known["AWS_WEB_IDENTITY_TOKEN_FILE"] == f"{mount['mountPath']}/{token['serviceAccountToken']['path']}"
    assert "annotations" not in of("dev", "ServiceAccount", "elasticsearch")["metadata"]


def test_a_secure_setting_comes_from_a_secret_by_a_restricted_container() -> None:
    settings = elastic(secure_settings=["xpack.notification.email.account.main.smtp.secure_password"])
    *_, made = elasticsearch.documents(PROD, settings, ["setup"], healthy="yellow")
    (hand,) = elasticsearch.handed(PROD, settings)
    assert made["spec"]["secureSettings"] == [{"secretName": hand.name}]
    assert list(hand.variables) == list(settings.secure_settings)
    (pod,) = judges.pods(made)
    assert [each["name"] for each in pod["initContainers"]] == ["elastic-internal-init-keystore"]
    assert judges.restricted(pod) == []
    assert elasticsearch.handed(PROD, elastic()) == []


# Users


@pytest.mark.parametrize("stack", ["local", "prod"])
def test_every_user_of_the_file_realm_has_a_secret_with_name_password_and_roles(stack: str) -> None:
    names = [each["secretName"] for each in cluster(stack)["auth"]["fileRealm"]]
    handed = {(hand.namespace, hand.name): hand for hand in prepared(stack).plan.handed}
    for name in names:
        user, hand = name.removeprefix("elasticsearch-"), handed["logging", name]
        assert hand.beside == {"username": user, "roles": ",".join(USERS[user])}
        assert list(hand.variables) == ["password"]
    assert cluster(stack)["auth"]["disableElasticUser"] is True


def test_only_who_is_needed_is_a_user() -> None:
    def known(stack: str) -> set[str]:
        return {each["secretName"].removeprefix("elasticsearch-") for each in cluster(stack)["auth"]["fileRealm"]}

    assert known("prod") == set(USERS)
    assert known("local") == set(USERS) - {"jaeger", "kibana"}, "spans are in files, and nobody comes in by an edge"


def test_what_is_no_secret_stands_beside_the_password_in_an_external_secret() -> None:
    found = [d for d in documents("prod") if d["kind"] == "ExternalSecret" and d["metadata"]["name"] == "elasticsearch-setup"]
    (spec,) = [document["spec"] for document in found]
    assert spec["target"]["template"]["data"] == {"username": "setup", "roles": "superuser"}
    assert spec["target"]["template"]["mergePolicy"] == "Merge"
    assert [each["secretKey"] for each in spec["data"]] == ["password"]


def test_nobody_but_the_operator_gets_the_authoritys_key() -> None:
    for user in ("setup", "exporter", "logstash"):
        for source in users.volume(user)["projected"]["sources"]:
            assert [item["key"] for item in source["secret"]["items"]] in (["password"], ["ca.crt"])
    proxy = of("prod", "Deployment", "kibana-login")["spec"]["template"]["spec"]
    (authority,) = [volume["secret"] for volume in proxy["volumes"] if volume["name"] == "authority"]
    assert authority["items"] == [{"key": "ca.crt", "path": "ca.crt"}]


# Kibana


def test_replicas_of_kibana_share_keys_that_no_resource_holds() -> None:
    spec = of("prod", "Kibana", "observatory")["spec"]
    assert spec["count"] == 2
    assert spec["secureSettings"] == [{"secretName": "kibana-keys"}]
    assert "encryptionKey" not in str(spec["config"])
    (hand,) = kibana.handed(PROD, behind_login=False)
    assert sum(name.endswith("ncryptionKey") for name in hand.variables) == 3
    assert of("prod", "PodDisruptionBudget", "kibana")["spec"]["maxUnavailable"] == 1


def test_people_read_without_a_second_login_only_where_the_edge_has_let_them_in() -> None:
    providers = of("prod", "Kibana", "observatory")["spec"]["config"]["xpack.security.authc.providers"]
    assert providers["anonymous"]["reader"]["credentials"] == {"username": "kibana"}
    assert "basic" in providers, "administrators log in by themselves"
    assert USERS["kibana"] == ("viewer",)
    assert "xpack.security.authc.providers" not in of("dev", "Kibana", "observatory")["spec"]["config"]
    (shut,), (opened,) = kibana.handed(PROD, behind_login=False), kibana.handed(PROD, behind_login=True)
    assert set(opened.variables) - set(shut.variables) == {"xpack.security.authc.providers.anonymous.reader.credentials.password"}


def test_only_its_login_the_setup_and_the_prober_reach_kibana() -> None:
    asking = [
        peer["podSelector"]["matchLabels"]
        for policy in documents("prod")
        if policy["kind"] == "NetworkPolicy" and policy["spec"]["podSelector"].get("matchLabels") == {"app.kubernetes.io/name": "kibana"}
        for peer in peers(policy, "ingress")
    ]
    names = {next(iter(labels.values())) for labels in asking}
    assert names == {"elastic-setup", "blackbox-exporter", "kibana-login"}


def test_the_proxy_before_kibana_trusts_its_authority_and_still_the_issuers() -> None:
    pod = of("prod", "Deployment", "kibana-login")["spec"]["template"]["spec"]
    main = pod["containers"][0]
    assert "--upstream=https://observatory-kb-http.logging.svc:5601/" in main["args"]
    assert not [argument for argument in main["args"] if "skip-verify" in argument]
    assert variables(main) == {"SSL_CERT_DIR": "/etc/authority"}
    assert {"name": "authority", "mountPath": "/etc/authority", "readOnly": True} in main["volumeMounts"]


# Logstash and Filebeat


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_a_full_queue_is_not_a_full_disk(stack: str) -> None:
    spec = of(stack, "Logstash", "observatory")["spec"]
    (claim,) = spec["volumeClaimTemplates"]
    kept = [
        int(each[key].removesuffix("mb"))
        for each in spec["pipelines"]
        for key in ("queue.max_bytes", "dead_letter_queue.max_bytes")
        if key in each
    ]
    assert kept
    assert claim["metadata"]["name"] == "logstash-data", "another name is another volume than the operator's"
    assert sum(kept) * 2**20 < size(claim["spec"]["resources"]["requests"]["storage"])


def test_every_pipeline_has_its_file() -> None:
    files = of("prod", "ConfigMap", "logstash-pipelines")["data"]
    spec = of("prod", "Logstash", "observatory")["spec"]
    (mount,) = [each for each in main_of(spec["podTemplate"])["volumeMounts"] if each["name"] == "pipelines"]
    assert {each["path.config"] for each in spec["pipelines"]} == {f"{mount['mountPath']}/{name}" for name in files}


def test_what_the_service_offers_the_pods_take_and_the_policy_lets_in() -> None:
    spec = of("prod", "Logstash", "observatory")["spec"]
    offered = {(port["protocol"], port["port"]) for port in spec["services"][0]["service"]["spec"]["ports"]}
    taken = {(port["protocol"], port["containerPort"]) for port in main_of(spec["podTemplate"])["ports"]}
    rules = of("prod", "NetworkPolicy", "logstash")["spec"]["ingress"]
    let_in = {(port["protocol"], port["port"]) for rule in rules for port in rule["ports"]}
    assert offered == taken == {("TCP", 5044), ("TCP", 5045), ("TCP", 8080), ("UDP", 5514)}
    assert let_in == taken | {("TCP", sidecar.PORT)}, "its own measurements are for its own pod"


def test_syslog_that_is_switched_off_is_not_let_in() -> None:
    assert "syslog" not in logstash.listening(elastic(logstash={"replicas": 1, "syslog": False}))


def test_filebeat_sends_where_logstash_listens() -> None:
    config = of("prod", "Beat", "observatory")["spec"]["config"]
    services = [each["name"] for each in of("prod", "Logstash", "observatory")["spec"]["services"]]
    assert config["output.logstash"]["hosts"] == ["observatory-ls-inputs.logging.svc:5044"]
    assert "inputs" in services
    (policy,) = [d for d in documents("prod") if d["kind"] == "NetworkPolicy" and d["metadata"]["name"] == "filebeat"]
    assert 5044 in {port["port"] for rule in policy["spec"]["egress"] for port in rule.get("ports", [])}


@pytest.mark.parametrize(("kind", "place"), [("Logstash", "podTemplate"), ("Beat", "daemonSet")])
def test_what_measures_them_stands_in_their_own_pod(kind: str, place: str) -> None:
    part = of("prod", kind, "observatory")["spec"][place]
    template = part.get("podTemplate", part)
    beside = template["spec"]["containers"][1]
    assert beside["ports"] == [{"name": "metrics", "containerPort": 7979, "protocol": "TCP"}]
    assert template["metadata"]["labels"]["app.kubernetes.io/part-of"] == "observatory"


# What they are filled with


def test_a_configuration_map_never_outgrows_the_api_and_loses_no_file() -> None:
    files = {"setup.py": "x" * 10, "a.json": "y" * 600_000, "b.json": "z" * 600_000}
    made = content.documents(PROD, files)
    maps = [document["data"] for document in made if document["kind"] == "ConfigMap"]
    assert len(maps) == 2
    assert {name: text for part in maps for name, text in part.items()} == files
    assert all(sum(map(len, part.values())) < 2**20 for part in maps)
    mounted = made[-1]["spec"]["template"]["spec"]["volumes"][1]["projected"]["sources"]
    assert len(mounted) == len(maps)


def test_other_files_make_another_job_and_the_same_files_the_same() -> None:
    first, second, other = (content.documents(PROD, {"setup.py": text})[-1]["metadata"]["name"] for text in ("a", "a", "b"))
    assert first == second
    assert first != other


def test_the_job_and_who_repeats_it_run_the_same_pod() -> None:
    *_, repeated, first = content.documents(PROD, {"setup.py": ""})
    assert repeated["spec"]["jobTemplate"]["spec"]["template"] == first["spec"]["template"]
    assert repeated["spec"]["concurrencyPolicy"] == "Forbid"
    known = variables(main_of(first["spec"]["template"]))
    assert known["ELASTICSEARCH_PASSWORD_FILE"] == "/etc/elasticsearch/password"
    assert not [name for name in known if name.endswith("PASSWORD")], "a variable is in every crash dump"


def test_each_part_waits_for_what_it_stands_on() -> None:
    found = {
        resource.inputs["kind"]: resource
        for resource in recording("prod")
        if resource.inputs.get("kind") in {"Elasticsearch", "Kibana", "Job", "Logstash", "Beat"}
    }
    order = ["Elasticsearch", "Kibana", "Job", "Logstash", "Beat"]
    for earlier, later in pairwise(order):
        assert found[earlier].urn in found[later].dependencies, f"{later} after {earlier}"
    secrets = {urn.rsplit("::", 1)[1] for urn in found["Elasticsearch"].dependencies}
    assert {"logging/elasticsearch-ca", "logging/elasticsearch-setup"} <= secrets
    release = next(resource.urn for resource in recording("prod") if resource.name == "eck-operator")
    assert release in found["Beat"].dependencies
    collector = next(r for r in recording("prod") if r.inputs.get("kind") == "Deployment" and r.name.endswith("jaeger-collector"))
    assert found["Job"].urn in collector.dependencies, "its lifecycle policy is there first"


# Edges


def test_elasticsearch_is_asked_by_its_own_and_by_readers_and_by_nobody_else() -> None:
    asking = peers(of("prod", "NetworkPolicy", "elasticsearch"), "ingress")
    spaces = {peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] for peer in asking if "namespaceSelector" in peer}
    straight = {a.namespace for a in prepared("prod").catalog.applications.values() if a.logs.direct}
    assert spaces == {"monitoring", "tracing", *straight}
    assert straight, "somebody writes straight to it"
    assert spaces.isdisjoint(set(PROD.applications) - straight)


def test_elasticsearch_reaches_the_outside_only_for_snapshots() -> None:
    def reaches(stack: str) -> bool:
        return any("ipBlock" in peer for peer in peers(of(stack, "NetworkPolicy", "elasticsearch"), "egress"))

    assert reaches("prod")
    assert not reaches("dev")


def test_prometheus_reaches_what_measures_them() -> None:
    assert {"protocol": "TCP", "port": 9114} in of("prod", "NetworkPolicy", "elasticsearch-exporter")["spec"]["ingress"][0]["ports"]
    store = of("prod", "NetworkPolicy", "elasticsearch-exporter")["spec"]["egress"]
    assert [port["port"] for rule in store for port in rule["ports"]] == [HTTP]
