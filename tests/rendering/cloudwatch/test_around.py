"""Topics and who hears, incidents by the shared key, logs with retention and what is counted in them, streams and saved queries."""

import json
from typing import Any

import pytest

from catalog.base import Priority, Severity
from rendering.aws.place import KEY_ARN
from rendering.cloudwatch import incidents
from rendering.cloudwatch.everything import resources
from rendering.cloudwatch.topics import TOPIC, topic
from rendering.resource import Ref, Resource, refs
from rendering.secrets import SecretKey
from tests.rendering.cloudwatch import sites


def with_settings(kind: str, **changes: object) -> dict[str, Resource]:
    return {each.name: each for each in resources(sites.catalog(), sites.site(sites.LOGS, **changes)) if each.kind.endswith(f":{kind}")}


def test_every_topic_that_somebody_tells_is_made_encrypted_and_closed_to_others() -> None:
    told = {ref.name for each in sites.rendered() for ref in refs(each.inputs) if ref.kind == TOPIC}
    topics = sites.of("Topic")
    assert set(topics) == told == set(sites.of("TopicPolicy"))
    assert {"alarms.talent.p2-critical", "alarms.talent.p3", "alarms.security-team.p1", "alarms.platform.p2-warning"} <= set(topics)
    assert all(each.inputs["kmsMasterKeyId"] for each in topics.values())
    assert topics["alarms.talent.p3"].inputs["kmsMasterKeyId"] == KEY_ARN
    for each in sites.of("TopicPolicy").values():
        allowed, denied = each.inputs["policy"].document["Statement"]
        assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
        assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_a_topic_is_there_for_whoever_else_refers_to_it() -> None:
    ref = topic("ml-platform", Priority.P3, Severity.WARNING, "us-east-1")
    other = Resource("aws:budgets/budget:Budget", "b", {"subscribers": [ref]})
    found = resources(sites.catalog(), sites.site(), [other])
    assert "alarms.ml-platform.p3.us-east-1" in {each.name for each in found}
    assert other not in found


def test_people_hear_by_mail_chat_webhook_and_pagerduty_as_settings_say() -> None:
    mail = sites.of("TopicSubscription")["alarms.talent.p3.email"].inputs
    assert (mail["protocol"], mail["endpoint"]) == ("email", "talent@example.com")
    chat = sites.of("SlackChannelConfiguration")["skillforge-critical"].inputs
    assert (chat["slackTeamId"], chat["slackChannelId"]) == ("T0123ABCD", "C0123ABCD")
    assert {ref.name for ref in chat["snsTopicArns"]} == {
        "alarms.talent.p1",
        "alarms.talent.p2-critical",
        "alarms.talent.p2-critical.us-east-1",
    }
    assert not with_settings("TopicSubscription", emails=False).keys() & {"alarms.talent.p3.email"}
    by_topics = with_settings("TopicSubscription", pagerduty="topics")["alarms.talent.p1.pagerduty"].inputs
    assert isinstance(by_topics["endpoint"], SecretKey)
    assert not any(name.endswith(".pagerduty") for name in sites.of("TopicSubscription")), "one page for one symptom"
    assert with_settings("EventRule", pagerduty="topics") == {}


def test_a_teams_webhook_hears_of_it_and_its_address_is_a_secret() -> None:
    other = Resource("aws:x/y:Z", "z", {"topic": topic("ai-tools", Priority.P3, Severity.WARNING)})
    found = {each.name: each for each in resources(sites.catalog(), sites.site(), [other])}
    hook = found["alarms.ai-tools.p3.webhook"].inputs
    assert hook["protocol"] == "https"
    assert isinstance(hook["endpoint"], SecretKey)


def test_each_page_opens_and_closes_an_incident_by_the_key_of_all_backends() -> None:
    rules, targets = sites.of("EventRule"), sites.of("EventTarget")
    every = {**sites.of("MetricAlarm"), **sites.of("CompositeAlarm")}
    paging = {name for name, each in every.items() if each.inputs["tags"].get("pages")}
    abroad = {name: f".{each.inputs['region']}" if "region" in each.inputs else "" for name, each in every.items()}
    assert set(rules) == set(targets) == {f"{name}{abroad[name]}.{action}" for name in paging for action in ("trigger", "resolve")}
    for name in paging:
        alarm = every[name].inputs
        for action, state in (("trigger", "ALARM"), ("resolve", "OK")):
            place = f"{name}{abroad[name]}.{action}"
            pattern = rules[place].inputs["eventPattern"].document
            assert pattern["detail"] == {"alarmName": [alarm.get("name") or alarm["alarmName"]], "state": {"value": [state]}}
            body = _filled(targets[place].inputs["inputTransformer"])
            assert (body["event_action"], body["dedup_key"]) == (action, alarm["tags"]["key"])
            if action == "trigger":
                assert body["payload"]["severity"] == alarm["tags"]["severity"]
                assert body["payload"]["custom_details"]["reason"] == 'crossed "50"'
                assert body["links"][0]["href"].endswith(f"/{alarm['tags']['alert']}.md")
            assert len(rules[place].inputs["name"]) <= 64


def test_a_canary_that_pages_opens_an_incident_as_well_and_those_of_one_key_open_one() -> None:
    first, other = sites.of("MetricAlarm")["skillforge.postgres.DatabaseLoginsRefused"], "prod/shop/canary"
    tags = first.inputs["tags"] | {"service": "backend", "alert": "ApplyFailing", "key": "skillforge/backend/applyfailing"}
    canaries = [Resource(first.kind, f"canary-{n}", first.inputs | {"name": f"{other}-{n}", "tags": tags}) for n in (1, 2)]
    quiet = Resource(first.kind, "quiet", first.inputs | {"name": "quiet", "tags": {k: v for k, v in tags.items() if k != "notifies"}})
    found = {each.name: each for each in incidents.resources(sites.catalog(), sites.site(), [*canaries, quiet])}
    rule = found["skillforge.backend.ApplyFailing.trigger"]
    assert rule.kind.endswith(":EventTarget")
    assert [incident.alarms for incident in incidents.incidents([*canaries, quiet])] == [(f"{other}-1", f"{other}-2")]


def _filled(transformer: dict[str, Any]) -> dict[str, Any]:
    """What EventBridge makes of a template: a variable outside of quotes is quoted."""
    text = transformer["inputTemplate"].replace("<reason>", json.dumps('crossed "50"'))
    for name in transformer["inputPaths"]:
        text = text.replace(f"<{name}>", name)
    assert "<" not in text
    return json.loads(text)


def test_the_routing_key_is_a_secret_that_eventbridge_keeps() -> None:
    login = sites.of("EventConnection")["pagerduty.talent"].inputs["authParameters"]
    body = login["invocationHttpParameters"]["bodies"][0]
    assert (body["key"], body["isValueSecret"]) == ("routing_key", True)
    assert isinstance(body["value"], SecretKey)


def test_log_groups_keep_what_the_stack_promises_and_settings_may_say_otherwise() -> None:
    kept = {each.inputs["name"]: each.inputs["retentionInDays"] for each in sites.of("LogGroup").values()}
    assert kept["/aws/eks/observatory-prod/cluster"] == 365
    assert kept["/aws/rds/instance/skillforge-prod/postgresql"] == 30
    assert kept["/aws/containerinsights/observatory-prod/performance"] == 30
    assert "/ecs/skillforge-training" in kept
    assert all(each.inputs["kmsKeyId"] == KEY_ARN for each in sites.of("LogGroup").values())
    other = with_settings("LogGroup", retention={"functions": 400})
    assert other["aws.lambda.skillforge-prod-extraction"].inputs["retentionInDays"] == 400
    assert set(with_settings("LogGroup", log_groups=["functions"])) == {"aws.lambda.skillforge-prod-extraction"}


def test_an_applications_own_promise_on_records_is_rounded_up() -> None:
    logs = sites.LOGS.model_copy(update={"applications": {"skillforge": {"logs": 45 * 86_400.0}}})
    found = {each.name: each for each in resources(sites.catalog(), sites.site(logs)) if each.kind.endswith(":LogGroup")}
    assert found["aws.lambda.skillforge-prod-extraction"].inputs["retentionInDays"] == 60


def test_every_log_group_is_sent_on_and_looked_through_where_settings_say_so() -> None:
    groups = set(sites.of("LogGroup"))
    assert set(sites.of("LogSubscriptionFilter")) == groups
    assert set(sites.of("LogAnomalyDetector")) == {name for name in groups if not name.endswith(".performance")}
    assert with_settings("LogSubscriptionFilter", forwarding=None) == {}
    assert with_settings("LogAnomalyDetector", log_anomalies=False) == {}


def test_security_and_error_lines_are_counted_where_alarms_read_them() -> None:
    filters = sites.of("LogMetricFilter")
    denied = filters["platform.cluster.cluster_denied_calls"].inputs
    assert denied["pattern"] == "{ $.responseStatus.code = 403 }"
    assert denied["logGroupName"] == Ref("aws:cloudwatch/logGroup:LogGroup", "aws.eks.observatory-prod.cluster", "name")
    for alarm, name in (
        ("platform.cluster.ClusterAccessDenied", "platform.cluster.cluster_denied_calls"),
        ("skillforge.postgres.DatabaseLoginsRefused", "skillforge.database.database_failed_logins"),
        ("skillforge.ai-services.ExtractionErrorLines.condition", "skillforge.extraction.function_error_lines"),
    ):
        counted, asked = filters[name].inputs["metricTransformation"], sites.of("MetricAlarm")[alarm].inputs
        assert (counted["namespace"], counted["name"]) == (asked["namespace"], asked["metricName"])
    assert {name for name in filters if name.startswith("errors.")} == {
        f"errors.{name}" for name in sites.of("LogGroup") if not name.endswith(".performance")
    }
    elsewhere = with_settings("LogMetricFilter", log_groups=[])["skillforge.database.database_failed_logins"].inputs
    assert elsewhere["logGroupName"] == "/aws/rds/instance/skillforge-prod/postgresql", "a group that somebody else made"


def test_saved_queries_read_the_logs_that_can_answer() -> None:
    queries = sites.of("QueryDefinition")
    assert len(queries) == 9
    forbidden = queries["forbidden-calls-to-the-cluster"].inputs
    assert [ref.name for ref in forbidden["logGroupNames"]] == ["aws.eks.observatory-prod.cluster"]
    assert all(each.inputs["name"].startswith("observatory/prod/") for each in queries.values())
    assert with_settings("QueryDefinition", log_groups=["databases"]).keys() == {"slow-statements", "refused-database-logins"}


def test_metrics_are_streamed_by_setting() -> None:
    stream = sites.of("MetricStream")["observatory"].inputs
    assert [each["namespace"] for each in stream["includeFilters"]] == ["AWS/Lambda", "AWS/RDS"]
    assert stream["statisticsConfigurations"][0]["additionalStatistics"] == ["p95", "p99"]
    assert with_settings("MetricStream", stream=None) == {}


def test_container_insights_come_by_setting_with_a_role_of_their_agents_own() -> None:
    addon = sites.of("Addon")["amazon-cloudwatch-observability"].inputs
    assert addon["podIdentityAssociations"][0]["serviceAccount"] == "cloudwatch-agent"
    assert json.loads(addon["configurationValues"])["containerLogs"] == {"enabled": False}
    assert with_settings("Addon", container_insights=False) == {}


@pytest.mark.parametrize("priority", ["p1", "p2-critical", "p2-warning", "p3", "info"])
def test_priorities_have_topics_of_their_own(priority: str) -> None:
    severity = {"p1": Severity.CRITICAL, "p2-critical": Severity.CRITICAL, "p3": Severity.WARNING, "info": Severity.INFO}
    ref = topic("talent", Priority(priority.partition("-")[0].replace("p", "P")), severity.get(priority, Severity.WARNING))
    assert ref == Ref(TOPIC, f"alarms.talent.{priority}", "arn")
