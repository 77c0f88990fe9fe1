"""What a provider would have answered: one table of computed outputs and look-ups, fixed, syntactically valid, and of nobody's account."""

import hashlib
import random
import string
import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast

ACCOUNT = "123456789012"
REGION = "eu-west-1"

# In the templates: {name} is the resource's own name as its provider knows it, {logical} its name in the program, {hex} 32
# digits and {number} 8 digits made from its URN, {uuid} likewise; {arn} is the service's prefix with region and account.
_GENERATED = "random:"

OUTPUTS: Mapping[str, Mapping[str, Any]] = {
    "aws:amp/workspace:Workspace": {
        "id": "ws-{uuid}",
        "arn": "{arn}aps:{region}:{account}:workspace/ws-{uuid}",
        "prometheusEndpoint": "https://aps-workspaces.{region}.amazonaws.com/workspaces/ws-{uuid}/",
    },
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": {"arn": "{arn}cloudwatch:{region}:{account}:alarm:{name}"},
    "aws:cloudwatch/dashboard:Dashboard": {"dashboardArn": "{arn}cloudwatch::{account}:dashboard/{name}"},
    "aws:cloudwatch/eventRule:EventRule": {"arn": "{arn}events:{region}:{account}:rule/{name}"},
    "aws:cloudwatch/logGroup:LogGroup": {"arn": "{arn}logs:{region}:{account}:log-group:{name}"},
    "aws:cloudwatch/metricAlarm:MetricAlarm": {"arn": "{arn}cloudwatch:{region}:{account}:alarm:{name}"},
    "aws:cloudwatch/metricStream:MetricStream": {"arn": "{arn}cloudwatch:{region}:{account}:metric-stream/{name}"},
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
        "associationId": "a-{short}",
        "associationArn": "{arn}eks:{region}:{account}:podidentityassociation/{name}/a-{short}",
    },
    "aws:iam/policy:Policy": {
        "id": "{arn}iam::{account}:policy/{name}",
        "arn": "{arn}iam::{account}:policy/{name}",
        "policyId": "ANPA{UPPER}",
    },
    "aws:iam/role:Role": {"arn": "{arn}iam::{account}:role/{name}", "uniqueId": "AROA{UPPER}", "name": "{name}"},
    "aws:iam/user:User": {"arn": "{arn}iam::{account}:user/{name}", "uniqueId": "AIDA{UPPER}", "name": "{name}"},
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {"arn": "{arn}firehose:{region}:{account}:deliverystream/{name}"},
    "aws:kms/alias:Alias": {"arn": "{arn}kms:{region}:{account}:{name}", "targetKeyArn": "{arn}kms:{region}:{account}:key/{uuid}"},
    "aws:kms/key:Key": {"id": "{uuid}", "keyId": "{uuid}", "arn": "{arn}kms:{region}:{account}:key/{uuid}"},
    "aws:lambda/function:Function": {
        "arn": "{arn}lambda:{region}:{account}:function:{name}",
        "invokeArn": "{arn}apigateway:{region}:lambda:path/2015-03-31/functions/{arn}lambda:{region}:{account}:function:{name}/invocations",
        "name": "{name}",
    },
    "aws:s3/bucket:Bucket": {
        "arn": "arn:aws:s3:::{name}",
        "bucket": "{name}",
        "bucketDomainName": "{name}.s3.amazonaws.com",
        "bucketRegionalDomainName": "{name}.s3.{region}.amazonaws.com",
    },
    "aws:secretsmanager/secret:Secret": {
        "id": "{arn}secretsmanager:{region}:{account}:secret:{name}-{short}",
        "arn": "{arn}secretsmanager:{region}:{account}:secret:{name}-{short}",
        "name": "{name}",
    },
    "aws:secretsmanager/secretVersion:SecretVersion": {
        "versionId": "{uuid}",
        "arn": "{arn}secretsmanager:{region}:{account}:secret:{logical}-{short}",
    },
    "aws:sns/topic:Topic": {"id": "{arn}sns:{region}:{account}:{name}", "arn": "{arn}sns:{region}:{account}:{name}", "name": "{name}"},
    "aws:sns/topicSubscription:TopicSubscription": {
        "id": "{arn}sns:{region}:{account}:{logical}:{uuid}",
        "arn": "{arn}sns:{region}:{account}:{logical}:{uuid}",
    },
    "aws:sqs/queue:Queue": {
        "id": "https://sqs.{region}.amazonaws.com/{account}/{name}",
        "url": "https://sqs.{region}.amazonaws.com/{account}/{name}",
        "arn": "{arn}sqs:{region}:{account}:{name}",
    },
    "aws:synthetics/canary:Canary": {"arn": "{arn}synthetics:{region}:{account}:canary:{name}", "status": "READY"},
    "datadog:index/dashboardJson:DashboardJson": {"id": "{hex3}", "url": "/dashboard/{hex3}/{logical}"},
    "datadog:index/monitor:Monitor": {"id": "{number}"},
    "datadog:index/monitorJson:MonitorJson": {"id": "{number}"},
    "datadog:index/rumApplication:RumApplication": {"id": "{uuid}", "clientToken": "pub{hex}"},
    "datadog:index/serviceLevelObjective:ServiceLevelObjective": {"id": "{hex}"},
    "datadog:index/syntheticsPrivateLocation:SyntheticsPrivateLocation": {"id": "pl:{logical}-{hex}", "config": "{{}}"},
    "datadog:index/syntheticsTest:SyntheticsTest": {"id": "{hex3}", "monitorId": "#{number}"},
    "grafana:index/dashboard:Dashboard": {
        "uid": "{hex10}",
        "dashboardId": "#{number}",
        "url": "https://grafana.invalid/d/{hex10}",
        "version": "#1",
    },
    "grafana:index/dataSource:DataSource": {"uid": "{hex10}"},
    "grafana:index/folder:Folder": {"uid": "{hex10}", "url": "https://grafana.invalid/dashboards/f/{hex10}"},
    "grafana:oss/dashboard:Dashboard": {
        "uid": "{hex10}",
        "dashboardId": "#{number}",
        "url": "https://grafana.invalid/d/{hex10}",
        "version": "#1",
    },
    "grafana:oss/dataSource:DataSource": {"uid": "{hex10}"},
    "grafana:oss/serviceAccount:ServiceAccount": {"id": "1:{number}"},
    "grafana:oss/serviceAccountToken:ServiceAccountToken": {"id": "{number}", "key": "glsa_{hex}_{hex10}", "expiration": ""},
    "grafana:oss/team:Team": {"id": "1:{number}", "teamId": "#{number}", "teamUid": "{hex10}"},
    "grafana:oss/folder:Folder": {"uid": "{hex10}", "url": "https://grafana.invalid/dashboards/f/{hex10}"},
    "kubernetes:helm.sh/v3:Release": {
        "status": {"name": "{name}", "namespace": "{namespace}", "status": "deployed", "version": "", "revision": "#1"}
    },
    "newrelic:index/alertPolicy:AlertPolicy": {"id": "{number}"},
    "newrelic:index/notificationChannel:NotificationChannel": {"id": "{uuid}"},
    "newrelic:index/notificationDestination:NotificationDestination": {"id": "{uuid}"},
    "newrelic:index/nrqlAlertCondition:NrqlAlertCondition": {"id": "{number}:{number}"},
    "newrelic:index/oneDashboardJson:OneDashboardJson": {"id": "{hex}"},
    "newrelic:index/workflow:Workflow": {"id": "{uuid}"},
    "newrelic:synthetics/monitor:Monitor": {"id": "{hex}"},
    "pagerduty:index/escalationPolicy:EscalationPolicy": {"id": "P{UPPER}"},
    "pagerduty:index/eventOrchestration:EventOrchestration": {"id": "{uuid}"},
    "pagerduty:index/eventOrchestrationIntegration:EventOrchestrationIntegration": {
        "id": "{uuid}",
        "parameters": [{"routingKey": "{hex}", "type": "global"}],
    },
    "pagerduty:index/schedule:Schedule": {"id": "P{UPPER}"},
    "pagerduty:index/service:Service": {"id": "P{UPPER}", "htmlUrl": "https://example.invalid/services/P{UPPER}"},
    "pagerduty:index/serviceIntegration:ServiceIntegration": {"id": "P{UPPER}", "integrationKey": "{hex}"},
    "pagerduty:index/team:Team": {"id": "P{UPPER}"},
    "pagerduty:index/user:User": {"id": "P{UPPER}"},
    "sentry:index/sentryIssueAlert:SentryIssueAlert": {"id": "{number}", "internalId": "{number}"},
    "sentry:index/sentryKey:SentryKey": {"id": "{hex}", "dsnPublic": "https://{hex}@o0.ingest.sentry.invalid/{number}"},
    "sentry:index/sentryMetricAlert:SentryMetricAlert": {"id": "{number}", "internalId": "{number}"},
    "sentry:index/sentryProject:SentryProject": {"id": "{logical}", "internalId": "{number}"},
    "sentry:index/sentryTeam:SentryTeam": {"id": "{logical}", "internalId": "{number}"},
}
"""Computed outputs by type token, `id` among them where it is not the name; `#` before a template makes a number of it."""

LOOK_UPS: Mapping[str, Mapping[str, Any]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": {
        "accountId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/placeholder",
        "id": ACCOUNT,
        "userId": "AIDAPLACEHOLDER",
    },
    "aws:index/getPartition:getPartition": {
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "id": "aws",
        "reverseDnsPrefix": "com.amazonaws",
    },
    "aws:index/getRegion:getRegion": {
        "name": REGION,
        "region": REGION,
        "id": REGION,
        "description": "Europe (Ireland)",
        "endpoint": f"ec2.{REGION}.amazonaws.com",
    },
    **{f"pagerduty:index/get{what}:get{what}": {"id": "0"} for what in ("Schedule", "Team", "User")},
    "aws:eks/getCluster:getCluster": {
        "arn": f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/placeholder",
        "endpoint": f"https://PLACEHOLDER.gr7.{REGION}.eks.amazonaws.com",
        "identities": [{"oidcs": [{"issuer": f"https://oidc.eks.{REGION}.amazonaws.com/id/PLACEHOLDER"}]}],
        "version": "1.36",
    },
    "sentry:index/getSentryOrganizationIntegration:getSentryOrganizationIntegration": {"id": "100001", "internalId": "100001"},
    "sentry:index/getSentryTeam:getSentryTeam": {"id": "100002", "internalId": "100002"},
}
"""What a look-up answers, beside the arguments that it was given."""


def look_up(token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answers an invoke; KeyError for one that the table does not know, so that nobody builds on an empty answer."""
    if token not in LOOK_UPS:
        raise KeyError(f"no placeholder for the look-up {token}: add one to local/placeholders.py")
    return {**arguments, **LOOK_UPS[token]}


def computed(urn: str, type_: str, inputs: Mapping[str, Any], chance: random.Random | None = None) -> dict[str, Any]:
    """The outputs that the provider of a resource would add to its inputs, `id` among them.

    Everything follows from the URN, except what a `random:` resource draws, when it is given a `chance` of its own.
    """
    name = str(
        inputs.get("name") or inputs.get("bucket") or inputs.get("alarmName") or inputs.get("dashboardName") or urn.rsplit("::", 1)[1]
    )
    digest = hashlib.sha256(urn.encode()).hexdigest()
    if type_.startswith(_GENERATED):
        return _drawn(type_, inputs, chance or random.Random(digest))  # noqa: S311 - a placeholder, the engine brings a real one
    facts = {
        "name": name,
        "logical": urn.rsplit("::", 1)[1],
        "namespace": str(inputs.get("namespace") or "default"),
        "account": ACCOUNT,
        "region": REGION,
        "arn": "arn:aws:",
        "hex": digest[:32],
        "hex3": f"{digest[:3]}-{digest[3:6]}-{digest[6:9]}",
        "hex10": digest[:10],
        "short": digest[:6],
        "number": str(10_000_000 + int(digest[:8], 16) % 90_000_000),
        "uuid": str(uuid.UUID(digest[:32])),
        "UPPER": digest[:13].upper(),
    }
    package, module, kind = (*type_.split(":"), "", "")[:3]
    if package == "pulumi":
        return {"id": facts["uuid"]}
    found = {key: _fill(template, facts) for key, template in OUTPUTS.get(type_, {}).items() if inputs.get(key) is None}
    if package == "aws":
        found.setdefault("arn", f"arn:aws:{module.partition('/')[0]}:{REGION}:{ACCOUNT}:{kind.lower()}/{name}")
    return {"id": facts["number"] if package == "datadog" else name, **found}


def _fill(template: Any, facts: Mapping[str, str]) -> Any:  # noqa: ANN401 - text, or maps and lists of texts
    if isinstance(template, list):
        return [_fill(value, facts) for value in cast("list[Any]", template)]
    if isinstance(template, Mapping):
        return {str(key): _fill(value, facts) for key, value in template.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    text = str(template).format_map(facts)
    return int(text[1:]) if text.startswith("#") else text


def _password(inputs: Mapping[str, Any], chance: random.Random) -> str:
    """A password by the provider's rules: at least the asked number of each class of characters."""
    classes = {
        "lower": string.ascii_lowercase,
        "upper": string.ascii_uppercase,
        "numeric": string.digits,
        "special": "!@#$%&*()-_=+[]{}<>:?",
    }
    if inputs.get("overrideSpecial"):
        classes["special"] = str(inputs["overrideSpecial"])
    used = {kind: characters for kind, characters in classes.items() if inputs.get(kind, True)}
    least = [chance.choice(used[kind]) for kind in used for _ in range(int(inputs.get(f"min{kind.title()}") or 0))]
    rest = chance.choices("".join(used.values()), k=max(0, int(inputs["length"]) - len(least)))
    text = least + rest
    chance.shuffle(text)
    return "".join(text)


def _hex(inputs: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    raw = chance.randbytes(int(inputs["byteLength"]))
    return {"id": raw.hex(), "hex": raw.hex(), "dec": str(int.from_bytes(raw))}


def _secret_text(inputs: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    bcrypt = "$2a$10$" + "".join(chance.choices("./" + string.ascii_letters + string.digits, k=53))
    return {"id": "none", "result": _password(inputs, chance), "bcryptHash": bcrypt}


def _uuid(_inputs: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    text = str(uuid.UUID(bytes=chance.randbytes(16), version=4))
    return {"id": text, "result": text}


def _text(inputs: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    text = _password(inputs, chance)
    return {"id": text, "result": text}


def _integer(inputs: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    number = chance.randint(int(inputs["min"]), int(inputs["max"]))
    return {"id": str(number), "result": number}


_DRAWS: Mapping[str, Callable[[Mapping[str, Any], random.Random], dict[str, Any]]] = {
    "random:index/randomBytes:RandomBytes": lambda inputs, chance: _hex({"byteLength": inputs["length"]}, chance),
    "random:index/randomId:RandomId": _hex,
    "random:index/randomInteger:RandomInteger": _integer,
    "random:index/randomPassword:RandomPassword": _secret_text,
    "random:index/randomString:RandomString": _text,
    "random:index/randomUuid:RandomUuid": _uuid,
}


def _drawn(type_: str, inputs: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    if type_ not in _DRAWS:
        raise KeyError(f"no placeholder for {type_}: add one to local/placeholders.py")
    return _DRAWS[type_](inputs, chance)
