"""What Amazon is asked for each resource of CloudWatch's, as its provider asks it: service, operation, parameters by botocore's names."""

from collections.abc import Callable, Mapping
from typing import Any

from rendering.resource import Resource
from tests.rendering.aws import reading, sent
from tests.rendering.aws.sent import Call, Inputs, upper


def calls(resource: Resource, known: Mapping[tuple[str, str], Resource]) -> list[Call]:
    """KeyError for a kind that nobody translates, or where an input is forgotten: each is taken out once."""
    inputs = {key: value for key, value in resource.inputs.items() if key != "region"}
    return CALLS[resource.kind](reading.resolved(inputs, known))


def _tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _listed(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": key, "Value": value} for key, value in values.items()]


def _query(query: Inputs) -> dict[str, Any]:
    found = upper({key: value for key, value in query.items() if key != "metric"})
    if "metric" in query:
        metric = query["metric"]
        named: dict[str, Any] = {"Namespace": metric["namespace"], "MetricName": metric["metricName"]}
        named |= {"Dimensions": _listed(metric["dimensions"])} if "dimensions" in metric else {}
        found["MetricStat"] = {"Metric": named, "Period": metric["period"], "Stat": metric["stat"]}
    return found


def _alarm(each: Inputs) -> list[Call]:
    told = upper({key: value for key, value in each.items() if key not in ("name", "tags", "dimensions", "metricQueries")})
    if "EvaluateLowSampleCountPercentiles" in told:
        told["EvaluateLowSampleCountPercentile"] = told.pop("EvaluateLowSampleCountPercentiles")
    for way in ("AlarmActions", "OkActions"):
        if way in told:
            told[way.replace("Ok", "OK")] = told.pop(way)
    told |= {"AlarmName": each["name"], "Tags": _tags(each["tags"])}
    told |= {"Dimensions": _listed(each["dimensions"])} if "dimensions" in each else {}
    told |= {"Metrics": [_query(query) for query in each["metricQueries"]]} if "metricQueries" in each else {}
    told |= {"Threshold": told["Threshold"]} if "Threshold" in told else {}
    return [("cloudwatch", "PutMetricAlarm", told)]


def _composite(each: Inputs) -> list[Call]:
    told = upper({key: value for key, value in each.items() if key != "tags"})
    if "OkActions" in told:
        told["OKActions"] = told.pop("OkActions")
    return [("cloudwatch", "PutCompositeAlarm", told | {"Tags": _tags(each["tags"])})]


def _group(each: Inputs) -> list[Call]:
    made = {"logGroupName": each["name"], "kmsKeyId": each["kmsKeyId"], "logGroupClass": each["logGroupClass"], "tags": each["tags"]}
    kept = {"logGroupName": each["name"], "retentionInDays": each["retentionInDays"]}
    return [("logs", "CreateLogGroup", made), ("logs", "PutRetentionPolicy", kept)]


def _filter(each: Inputs) -> list[Call]:
    counted = each["metricTransformation"]
    transformation = {
        "metricName": counted["name"],
        "metricNamespace": counted["namespace"],
        "metricValue": counted["value"],
        "defaultValue": float(counted["defaultValue"]),
        "unit": counted["unit"],
    }
    told = {"logGroupName": each["logGroupName"], "filterName": each["name"], "filterPattern": each["pattern"]}
    return [("logs", "PutMetricFilter", {**told, "metricTransformations": [transformation]})]


def _subscription(each: Inputs) -> list[Call]:
    told = {"logGroupName": each["logGroup"], "filterName": each["name"], "filterPattern": each["filterPattern"]}
    return [("logs", "PutSubscriptionFilter", {**told, "destinationArn": each["destinationArn"], "roleArn": each["roleArn"]})]


def _detector(each: Inputs) -> list[Call]:
    told = {key: each[key] for key in ("detectorName", "evaluationFrequency", "anomalyVisibilityTime", "kmsKeyId")}
    return [("logs", "CreateLogAnomalyDetector", {**told, "logGroupArnList": each["logGroupArnLists"]})]


def _saved(each: Inputs) -> list[Call]:
    return [("logs", "PutQueryDefinition", dict(each))]


def _stream(each: Inputs) -> list[Call]:
    return [("cloudwatch", "PutMetricStream", upper(dict(each)))]


def _topic(each: Inputs) -> list[Call]:
    named = {key: str(value) for key, value in upper({k: v for k, v in each.items() if k not in ("name", "tags")}).items()}
    return [("sns", "CreateTopic", {"Name": each["name"], "Attributes": named, "Tags": _tags(each["tags"])})]


def _topic_policy(each: Inputs) -> list[Call]:
    return [("sns", "SetTopicAttributes", {"TopicArn": each["arn"], "AttributeName": "Policy", "AttributeValue": each["policy"]})]


def _subscribe(each: Inputs) -> list[Call]:
    endpoint = each["endpoint"] if isinstance(each["endpoint"], str) else "https://example.com/hook"
    return [("sns", "Subscribe", {"TopicArn": each["topic"], "Protocol": each["protocol"], "Endpoint": endpoint})]


def _chat(each: Inputs) -> list[Call]:
    told = upper({key: value for key, value in each.items() if key != "guardrailPolicyArns"})
    told["ConfigurationName"] = each["configurationName"]
    return [("chatbot", "CreateSlackChannelConfiguration", {**told, "GuardrailPolicyArns": each["guardrailPolicyArns"]})]


def _rule(each: Inputs) -> list[Call]:
    return [("events", "PutRule", upper({k: v for k, v in each.items() if k != "tags"}) | {"Tags": _tags(each["tags"])})]


def _target(each: Inputs) -> list[Call]:
    changed = each["inputTransformer"]
    target = {
        "Id": each["targetId"],
        "Arn": each["arn"],
        "RoleArn": each["roleArn"],
        "InputTransformer": {"InputPathsMap": changed["inputPaths"], "InputTemplate": changed["inputTemplate"]},
        "RetryPolicy": upper(each["retryPolicy"]),
    }
    return [("events", "PutTargets", {"Rule": each["rule"], "Targets": [target]})]


def _connection(each: Inputs) -> list[Call]:
    login = each["authParameters"]
    bodies = [{**upper(body), "Value": "key"} for body in login["invocationHttpParameters"]["bodies"]]
    for body in bodies:
        body["IsValueSecret"] = body.pop("IsValueSecret")
    told: dict[str, Any] = {"Name": each["name"], "AuthorizationType": each["authorizationType"]}
    told |= {"KmsKeyIdentifier": each["kmsKeyIdentifier"]} if "kmsKeyIdentifier" in each else {}
    api_key = {"ApiKeyName": login["apiKey"]["key"], "ApiKeyValue": "key"}
    told["AuthParameters"] = {"ApiKeyAuthParameters": api_key, "InvocationHttpParameters": {"BodyParameters": bodies}}
    return [("events", "CreateConnection", told)]


def _destination(each: Inputs) -> list[Call]:
    return [("events", "CreateApiDestination", upper(dict(each)))]


def _addon(each: Inputs) -> list[Call]:
    told = {key: each[key] for key in ("clusterName", "addonName", "configurationValues", "podIdentityAssociations")}
    return [("eks", "CreateAddon", {**told, "resolveConflicts": each["resolveConflictsOnCreate"]})]


CALLS: Mapping[str, Callable[[Inputs], list[Call]]] = {
    **sent.CALLS,
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": _chat,
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": _composite,
    "aws:cloudwatch/dashboard:Dashboard": lambda each: [("cloudwatch", "PutDashboard", upper(dict(each)))],
    "aws:cloudwatch/eventApiDestination:EventApiDestination": _destination,
    "aws:cloudwatch/eventConnection:EventConnection": _connection,
    "aws:cloudwatch/eventRule:EventRule": _rule,
    "aws:cloudwatch/eventTarget:EventTarget": _target,
    "aws:cloudwatch/logAnomalyDetector:LogAnomalyDetector": _detector,
    "aws:cloudwatch/logGroup:LogGroup": _group,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": _filter,
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": _subscription,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:cloudwatch/metricStream:MetricStream": _stream,
    "aws:cloudwatch/queryDefinition:QueryDefinition": _saved,
    "aws:eks/addon:Addon": _addon,
    "aws:sns/topic:Topic": _topic,
    "aws:sns/topicPolicy:TopicPolicy": _topic_policy,
    "aws:sns/topicSubscription:TopicSubscription": _subscribe,
}
