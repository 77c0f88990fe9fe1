"""Only discovery, files, addresses and the speed of time are swapped; all else stays the operator's."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from demo import configuration
from demo.configuration import Files, Subject

FILES = Files(Path("/demo"))
RECEIVER, MAIL = "http://127.0.0.1:1", "127.0.0.1:2"
RELABELINGS = [
    {"action": "keep", "source_labels": ["__meta_kubernetes_pod_label_app", "__meta_kubernetes_pod_labelpresent_app"]},
    {"target_label": "__tmp_current_shard", "replacement": "$(SHARD)"},
]


def job(name: str, role: str = "pod", namespace: str = "universal-ai-tools") -> dict[str, Any]:
    discovery = {"role": role, "namespaces": {"names": [namespace]}}
    return {"job_name": name, "kubernetes_sd_configs": [discovery], "scrape_interval": "10s", "relabel_configs": RELABELINGS}


PROMETHEUS = {
    "global": {"scrape_interval": "30s", "external_labels": {"__replica__": "$(POD_NAME)", "cluster": "c"}},
    "rule_files": ["/etc/prometheus/rules/prometheus-observatory-rulefiles-0/*.yaml"],
    "scrape_configs": [job("chat"), job("skillforge", namespace="skillforge"), job("exporters", "endpointslice"), {"job_name": "probe"}],
    "remote_write": [{"url": "https://elsewhere.example.com"}],
    "alerting": {
        "alert_relabel_configs": [{"action": "labeldrop", "regex": "__replica__"}],
        "alertmanagers": [
            {"kubernetes_sd_configs": [{"role": "endpointslice"}], "api_version": "v2", "relabel_configs": [{"regex": "web"}]}
        ],
    },
}
ALERTMANAGER = {
    "global": {"smtp_smarthost": "mail.example.com:587", "smtp_auth_password_file": "/etc/alertmanager/secrets/smtp/password"},
    "templates": ["/etc/alertmanager/config/*.tmpl"],
    "route": {"group_interval": "10s", "routes": [{"repeat_interval": "1h", "mute_time_intervals": ["sundays"], "receiver": "team"}]},
    "receivers": [
        {
            "name": "team",
            "slack_configs": [{"api_url": "https://slack.com/api/chat.postMessage", "channel": "#alerts"}],
            "pagerduty_configs": [{"routing_key_file": "/etc/alertmanager/secrets/pagerduty-team/routing-key"}],
            "webhook_configs": [{"url_file": "/etc/alertmanager/secrets/heartbeat/url"}],
        }
    ],
}


def test_discovery_is_by_file_and_the_operator_s_relabelings_stay() -> None:
    found = configuration.prometheus(PROMETHEUS, "prometheus-0", Subject(), FILES)
    (chat,) = found["scrape_configs"]
    assert chat["file_sd_configs"][0]["files"] == ["/demo/targets/pods.json"]
    assert chat["relabel_configs"] == [RELABELINGS[0], RELABELINGS[1] | {"replacement": "0"}]
    (managers,) = found["alerting"]["alertmanagers"]
    assert managers["file_sd_configs"][0]["files"] == ["/demo/targets/alertmanagers.json"]
    assert managers["relabel_configs"] == [{"regex": "web"}]
    assert "kubernetes_sd_configs" not in str(found)


def test_each_replica_has_its_own_name_and_both_read_the_same_rules() -> None:
    one, two = (configuration.prometheus(PROMETHEUS, name, Subject(), FILES) for name in ("prometheus-0", "prometheus-1"))
    assert [each["global"]["external_labels"]["__replica__"] for each in (one, two)] == ["prometheus-0", "prometheus-1"]
    assert one["rule_files"] == two["rule_files"] == ["/demo/rules/*.yaml"]
    assert one["alerting"]["alert_relabel_configs"] == [{"action": "labeldrop", "regex": "__replica__"}]


def test_nothing_leaves_the_machine() -> None:
    prometheus = configuration.prometheus(PROMETHEUS, "prometheus-0", Subject(), FILES)
    alertmanager = configuration.alertmanager(ALERTMANAGER, FILES, RECEIVER, MAIL)
    assert "example.com" not in f"{prometheus}{alertmanager}"
    assert "slack.com" not in str(alertmanager)


def test_what_is_generated_is_not_changed() -> None:
    before = deepcopy((PROMETHEUS, ALERTMANAGER))
    configuration.prometheus(PROMETHEUS, "prometheus-0", Subject(), FILES, 10)
    configuration.alertmanager(ALERTMANAGER, FILES, RECEIVER, MAIL, 10)
    assert before == (PROMETHEUS, ALERTMANAGER)


def test_time_passes_faster_everywhere() -> None:
    found = configuration.prometheus(PROMETHEUS, "prometheus-0", Subject(), FILES, 10)
    assert found["global"]["scrape_interval"] == "3000ms"
    assert found["scrape_configs"][0]["scrape_interval"] == "1000ms"


def test_groups_are_not_looked_at_faster_than_gossip_goes_round() -> None:
    route = configuration.alertmanager(ALERTMANAGER, FILES, RECEIVER, MAIL, 10)["route"]
    assert route["group_interval"] == "3000ms"
    assert route["routes"] == [{"repeat_interval": "360000ms", "receiver": "team"}]
    assert configuration.alertmanager(ALERTMANAGER, FILES, RECEIVER, MAIL)["route"]["group_interval"] == "10000ms"


def test_every_secret_file_of_the_configuration_is_written() -> None:
    found = configuration.alertmanager(ALERTMANAGER, FILES, RECEIVER, MAIL)
    assert configuration.secret_files(found, FILES, RECEIVER) == {
        Path("/demo/secrets/smtp/password"): "demo",
        Path("/demo/secrets/pagerduty-team/routing-key"): "demo",
        Path("/demo/secrets/heartbeat/url"): "http://127.0.0.1:1/heartbeat",
    }
    assert found["templates"] == ["/demo/templates/*.tmpl"]
    assert found["global"]["smtp_smarthost"] == MAIL


def test_only_rules_of_what_runs_here_and_the_watchdog_are_kept() -> None:
    def rule(name: str, **labels: str) -> dict[str, Any]:
        return {"alert": name, "expr": "x[5m]", "labels": labels}

    mine = {"application": "universal-ai-tools", "service": "chat-service"}
    files = {
        "universal.yaml": {
            "groups": [
                {"name": "a", "rules": [rule("Mine", **mine), rule("Other", **mine | {"service": "llm-router"})]},
                {"name": "b", "rules": [rule("Postgres", application="universal-ai-tools", dependency="postgres")]},
            ]
        },
        "skillforge.yaml": {"groups": [{"name": "c", "rules": [rule("Theirs", application="skillforge", service="backend")]}]},
        "watchdog.yaml": {"groups": [{"name": "watchdog", "rules": [rule("Watchdog", severity="none")]}]},
    }
    found = configuration.rules(files, Subject())
    kept = {name: [[each["alert"] for each in group["rules"]] for group in content["groups"]] for name, content in found.items()}
    assert kept == {"universal.yaml": [["Mine"]], "watchdog.yaml": [["Watchdog"]]}


def test_a_person_s_own_service_is_found_by_its_own_labels_and_port_wherever_it_listens() -> None:
    subject = Subject("shop", "till", "shop-live", 9000, {"app.kubernetes.io/name": "till"})
    (found,) = configuration.pod(subject, 18000)
    assert found["targets"] == ["127.0.0.1:18000"]
    assert found["labels"]["__meta_kubernetes_pod_container_port_number"] == "9000"
    assert found["labels"]["__meta_kubernetes_pod_label_app_kubernetes_io_name"] == "till"
    assert found["labels"]["__meta_kubernetes_pod_labelpresent_app_kubernetes_io_name"] == "true"
    assert "__meta_kubernetes_pod_label_app" not in found["labels"]
