"""What the provider would send for tests, integrations and metrics: their inputs as Datadog's API takes them, with the API's model.

The way of each field is the provider's (github.com/DataDog/terraform-provider-datadog, datadog/resource_datadog_synthetics_test_.go and
its neighbours); the SDK's spelling of the inputs themselves is held against the SDK by a test of the components.
"""

import json
import re
from collections.abc import Callable
from typing import Any, cast

from datadog_api_client.v1.model.metric_metadata import MetricMetadata
from datadog_api_client.v1.model.pager_duty_service import PagerDutyService
from datadog_api_client.v1.model.service_level_objective_request import ServiceLevelObjectiveRequest
from datadog_api_client.v1.model.slack_integration_channel import SlackIntegrationChannel
from datadog_api_client.v1.model.synthetics_api_test import SyntheticsAPITest
from datadog_api_client.v1.model.synthetics_browser_test import SyntheticsBrowserTest
from datadog_api_client.v1.model.synthetics_global_variable_request import SyntheticsGlobalVariableRequest
from datadog_api_client.v1.model.synthetics_mobile_test import SyntheticsMobileTest
from datadog_api_client.v1.model.synthetics_private_location import SyntheticsPrivateLocation
from datadog_api_client.v1.model.webhooks_integration import WebhooksIntegration
from datadog_api_client.v1.model.webhooks_integration_custom_variable import WebhooksIntegrationCustomVariable
from datadog_api_client.v2.model.aws_account_create_request_attributes import AWSAccountCreateRequestAttributes
from datadog_api_client.v2.model.metric_tag_configuration_create_attributes import MetricTagConfigurationCreateAttributes
from datadog_api_client.v2.model.rum_application_create_attributes import RUMApplicationCreateAttributes

from rendering.datadog import integrations, metrics, rum, synthetics, webhooks
from rendering.resource import Ref, Resource
from rendering.secrets import SecretKey
from tests.rendering.datadog.walk import complaints

Json = dict[str, Any]
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CAMEL = {
    "bodyType",
    "checkCertificateRevocation",
    "extractedValues",
    "configVariables",
    "mobileApplication",
    "applicationId",
    "referenceId",
    "referenceType",
    "defaultStepTimeout",
    "contextType",
    "userLocator",
    "failTestOnCannotLocate",
}
"""Keys that the API of synthetic tests spells in camel case as well; the others are in snake case."""

_ANY_NAME = "SyntheticsTestHeaders has "
"""Headers are a map of any names, which the client writes as a model without fields."""


def faults(resource: Resource) -> list[str]:
    """What Datadog's own model says against a resource."""
    model, sent = _SENT[resource.kind]
    if resource.kind == synthetics.TEST:
        model = {"api": SyntheticsAPITest, "browser": SyntheticsBrowserTest, "mobile": SyntheticsMobileTest}[resource.inputs["type"]]
    told = complaints(model, sent(resource.inputs))
    return [f"{resource.name}: {fault}" for fault in told if not fault.endswith(_ANY_NAME)]


def spelled(value: object) -> Any:  # noqa: ANN401  JSON of any shape
    """Keys as the API spells them; references and secrets as some text."""
    if isinstance(value, Ref):
        return 7 if value.output == "monitorId" else f"id-of-{value.name}"
    if isinstance(value, SecretKey):
        return "a secret"
    if isinstance(value, dict):
        return {key if key in _CAMEL else _HUMP.sub("_", key).lower(): spelled(part) for key, part in cast("Json", value).items()}
    return [spelled(part) for part in cast("list[object]", value)] if isinstance(value, list) else value


def _test(inputs: Json) -> Json:
    sent = spelled({key: value for key, value in inputs.items() if key not in ("requestHeaders", "apiSteps")})
    sent.pop("force_delete_dependencies")
    options, kind = sent.pop("options_list", None) or sent.pop("mobile_options_list"), sent["type"]
    config: Json = {}
    if "request_definition" in sent:
        config["request"] = sent.pop("request_definition") | ({"headers": inputs["requestHeaders"]} if "requestHeaders" in inputs else {})
    config |= {key: sent.pop(key) for key in ("assertions", "configVariables") if key in sent}
    if kind == "browser":
        config |= {"assertions": [], "variables": sent.pop("browser_variables", [])}
        options |= {"device_ids": sent.pop("device_ids")}
        sent["steps"] = sent.pop("browser_steps")
    elif kind == "mobile":
        config = {"variables": config.pop("configVariables", [])}
        sent["steps"] = sent.pop("mobile_steps")
        sent.pop("locations")
    elif "apiSteps" in inputs:
        config["steps"] = [_step(step) for step in inputs["apiSteps"]]
    return sent | {"config": config, "options": options}


def _step(step: Json) -> Json:
    sent = spelled({key: value for key, value in step.items() if key != "requestHeaders"})
    headers = {"headers": step["requestHeaders"]} if "requestHeaders" in step else {}
    return sent | {"request": sent.pop("request_definition") | headers}


def _variable(inputs: Json) -> Json:
    sent = spelled(inputs)
    return sent | {"value": {"value": sent.pop("value"), "secure": sent.pop("secure")}}


def _objective(inputs: Json) -> Json:
    sent = spelled(inputs)
    for derived in ("timeframe", "target_threshold"):
        sent.pop(derived)
    return sent


def _aws(inputs: Json) -> Json:
    sent = spelled(inputs)
    sent["auth_config"] = sent["auth_config"]["aws_auth_config_role"]
    for place, part in (("aws_regions", sent), ("namespace_filters", sent["metrics_config"]), ("xray_services", sent["traces_config"])):
        part[place] = {"include_only": part[place]["include_onlies"]}
    return sent


def _without(*names: str) -> Callable[[Json], Json]:
    return lambda inputs: {key: value for key, value in spelled(inputs).items() if key not in names}


_SENT: dict[str, tuple[type[Any], Callable[[Json], Any]]] = {
    synthetics.TEST: (SyntheticsAPITest, _test),
    synthetics.VARIABLE: (SyntheticsGlobalVariableRequest, _variable),
    synthetics.LOCATION: (SyntheticsPrivateLocation, spelled),
    synthetics.OBJECTIVE: (ServiceLevelObjectiveRequest, _objective),
    rum.APPLICATION: (RUMApplicationCreateAttributes, spelled),
    integrations.CHANNEL: (SlackIntegrationChannel, lambda inputs: {"name": inputs["channelName"], "display": spelled(inputs["display"])}),
    integrations.SERVICE: (PagerDutyService, spelled),
    integrations.ACCOUNT: (AWSAccountCreateRequestAttributes, _aws),
    webhooks.WEBHOOK: (WebhooksIntegration, spelled),
    webhooks.VARIABLE: (WebhooksIntegrationCustomVariable, spelled),
    metrics.TAGS: (MetricTagConfigurationCreateAttributes, _without("metric_name")),
    metrics.METADATA: (MetricMetadata, _without("metric")),
}


def payload(webhook: Resource) -> Json:
    """What a webhook would send, before Datadog fills in its variables."""
    return cast("Json", json.loads(webhook.inputs["payload"]))
