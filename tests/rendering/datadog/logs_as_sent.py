"""What the provider would send for a resource about logs or security: its inputs as Datadog's API takes them, with the API's model.

The way of each field is the provider's (github.com/DataDog/terraform-provider-datadog, datadog/ and datadog/fwprovider/).
"""

import json
import re
from collections.abc import Callable
from typing import Any, cast

import yaml
from datadog_api_client.v1.model.logs_index import LogsIndex
from datadog_api_client.v1.model.logs_indexes_order import LogsIndexesOrder
from datadog_api_client.v1.model.logs_pipeline import LogsPipeline
from datadog_api_client.v1.model.logs_pipelines_order import LogsPipelinesOrder
from datadog_api_client.v2.model.cloud_configuration_rule_create_payload import CloudConfigurationRuleCreatePayload
from datadog_api_client.v2.model.cloud_workload_security_agent_policy_create_attributes import (
    CloudWorkloadSecurityAgentPolicyCreateAttributes,
)
from datadog_api_client.v2.model.cloud_workload_security_agent_rule_create_attributes import CloudWorkloadSecurityAgentRuleCreateAttributes
from datadog_api_client.v2.model.create_notification_rule_parameters_data_attributes import CreateNotificationRuleParametersDataAttributes
from datadog_api_client.v2.model.entity_v3 import EntityV3
from datadog_api_client.v2.model.logs_archive_create_request_attributes import LogsArchiveCreateRequestAttributes
from datadog_api_client.v2.model.logs_metric_create_attributes import LogsMetricCreateAttributes
from datadog_api_client.v2.model.security_monitoring_standard_rule_create_payload import SecurityMonitoringStandardRuleCreatePayload
from datadog_api_client.v2.model.security_monitoring_suppression_create_attributes import SecurityMonitoringSuppressionCreateAttributes
from datadog_api_client.v2.model.sensitive_data_scanner_group_attributes import SensitiveDataScannerGroupAttributes
from datadog_api_client.v2.model.sensitive_data_scanner_rule_attributes import SensitiveDataScannerRuleAttributes

from rendering.datadog import catalog_entries, logs, pipelines, scanner, security, security_routes, workloads
from rendering.resource import Ref, Resource
from tests.rendering.datadog.walk import complaints

Json = dict[str, Any]
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_STEPS = {"exclude_attribute_processor": "exclude-attribute"}
_PLURALS = {"product_lists": "product_list", "exact_matches": "exact_match", "lookup_tables": "lookup_table", "group_bies": "group_by"}


def faults(resource: Resource) -> list[str]:
    """What Datadog's own model says against a resource."""
    model, sent = _SENT[resource.kind]
    return [f"{resource.name}: {fault}" for fault in complaints(model, sent(resource.inputs))]


def snake(value: object) -> Any:  # noqa: ANN401  JSON of any shape
    """Keys as the API spells them; references as some id."""
    if isinstance(value, Ref):
        return f"id-of-{value.name}"
    if isinstance(value, dict):
        names = {key: _HUMP.sub("_", key).lower() for key in cast("Json", value)}
        return {_PLURALS.get(names[key], names[key]): snake(part) for key, part in cast("Json", value).items()}
    return [snake(part) for part in cast("list[object]", value)] if isinstance(value, list) else value


def _pipeline(inputs: Json) -> Json:
    sent = snake(inputs)
    sent["filter"] = sent.pop("filters")[0]
    steps = [(_STEPS.get(kind, kind.replace("_", "-")), body) for each in sent["processors"] for kind, body in each.items()]
    sent["processors"] = [{"type": kind, **body} for kind, body in steps]
    return sent


def _index(inputs: Json) -> Json:
    sent = snake(inputs)
    sent["filter"], sent["num_retention_days"] = sent.pop("filters")[0], sent.pop("retention_days")
    sent.pop("disable_daily_limit")
    for exclusion in sent["exclusion_filters"]:
        exclusion["filter"] = exclusion.pop("filters")[0]
    return sent


def _archive(inputs: Json) -> Json:
    sent = snake(inputs)
    bucket = sent.pop("s3_archive")
    integration = {key: bucket.pop(key) for key in ("account_id", "role_name")}
    encryption = {short: bucket.pop(long) for long, short in (("encryption_type", "type"), ("encryption_key", "key")) if long in bucket}
    return sent | {"destination": {"type": "s3", "integration": integration, "encryption": encryption, **bucket}}


def _scanner_rule(inputs: Json) -> Json:
    sent = snake(inputs)
    sent.pop("group_id")
    return sent


def _cloud_rule(inputs: Json) -> Json:
    rego = {"policy": inputs["policy"], "resourceTypes": [inputs["resourceType"]]}
    return {
        "type": "cloud_configuration",
        "name": inputs["name"],
        "message": inputs["message"],
        "isEnabled": inputs["enabled"],
        "tags": inputs["tags"],
        "cases": [{"status": inputs["severity"], "notifications": []}],
        "complianceSignalOptions": {"userActivationStatus": False, "userGroupByFields": []},
        "options": {"complianceRuleOptions": {"resourceType": inputs["resourceType"], "complexRule": False, "regoRule": rego}},
    }


_SENT: dict[str, tuple[type[Any], Callable[[Json], Any]]] = {
    pipelines.PIPELINE: (LogsPipeline, _pipeline),
    pipelines.ORDER: (LogsPipelinesOrder, lambda inputs: {"pipeline_ids": snake(inputs["pipelines"])}),
    logs.INDEX: (LogsIndex, _index),
    logs.ORDER: (LogsIndexesOrder, lambda inputs: {"index_names": inputs["indexes"]}),
    logs.ARCHIVE: (LogsArchiveCreateRequestAttributes, _archive),
    logs.METRIC: (LogsMetricCreateAttributes, lambda inputs: {k: v for k, v in snake(inputs).items() if k != "name"}),
    scanner.GROUP: (SensitiveDataScannerGroupAttributes, snake),
    scanner.RULE: (SensitiveDataScannerRuleAttributes, _scanner_rule),
    security.RULE: (SecurityMonitoringStandardRuleCreatePayload, lambda inputs: json.loads(inputs["json"])),
    security_routes.SUPPRESSION: (SecurityMonitoringSuppressionCreateAttributes, snake),
    security_routes.NOTIFICATION: (CreateNotificationRuleParametersDataAttributes, snake),
    workloads.POLICY: (
        CloudWorkloadSecurityAgentPolicyCreateAttributes,
        lambda inputs: {"hostTagsLists": inputs["hostTagsLists"], **{k: v for k, v in inputs.items() if k != "hostTagsLists"}},
    ),
    workloads.AGENT_RULE: (CloudWorkloadSecurityAgentRuleCreateAttributes, snake),
    workloads.CLOUD_RULE: (CloudConfigurationRuleCreatePayload, _cloud_rule),
    catalog_entries.ENTITY: (EntityV3, lambda inputs: yaml.safe_load(inputs["entity"])),
}
