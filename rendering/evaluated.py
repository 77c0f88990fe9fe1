"""What backends other than Prometheus do about each alert, by the resources rendered for them: the matrix is held against it."""

from collections.abc import Iterable
from typing import Literal, cast
from urllib.parse import urlsplit

from catalog.catalog import Catalog
from catalog.model import Service
from rendering.aws.place import Place
from rendering.canaries.settings import CanariesSettings, VpcSettings
from rendering.cloudwatch.alarm import COMPOSITE, METRIC
from rendering.cloudwatch.settings import CloudwatchSettings
from rendering.datadog.monitor import MONITOR
from rendering.datadog.synthetic_settings import SyntheticsSettings
from rendering.resource import Resource
from rendering.site import AwsSite, DatadogSite

State = Literal["pages", "tells", "standby", "shows", "gap", "not collected"]
_LOUDNESS: dict[str, State] = {"page": "pages", "message": "tells", "standby": "standby", "": "shows"}
"""What a monitor's tag `notifies` says."""
Identity = tuple[str, str, str, str]
"""Application, service or dependency, alert, severity."""
_OUTSIDE = "example.com"
WATCHING = DatadogSite(
    "datadoghq.com", synthetics=SyntheticsSettings(runs_per_month=1, locations=("aws:eu-central-1",), private_location="create")
)
"""An account that is sent everything that the catalog means for Datadog."""


def in_aws(catalog: Catalog) -> AwsSite:
    """An account in which CloudWatch evaluates everything that the catalog means for it, whatever its canaries can reach elsewhere."""
    services = [subject.watched for subject in catalog.subjects() if isinstance(subject.watched, Service)]
    hosts = {urlsplit(probe.url).netloc for service in services for probe in service.probes.values()}
    vpc = VpcSettings(subnets=("subnet-01234567",), security_groups=("sg-01234567",), addresses=dict.fromkeys(hosts, f"https://{_OUTSIDE}"))
    canaries = CanariesSettings(runs_per_month=1, vpc=vpc)
    return AwsSite(Place("123456789012", "eu-central-1", "any", "any"), CloudwatchSettings(container_insights=True), canaries)


def monitored(resources: Iterable[Resource]) -> dict[Identity, State]:
    """What Datadog does about each alert, by the monitors rendered for it; parts and companions of others are no alerts of their own."""
    found: dict[Identity, State] = {}
    for resource in resources:
        tags = dict(_tag(str(tag)) for tag in resource.inputs.get("tags", ()))
        if resource.kind == MONITOR and not tags.keys() & {"part", "companion"}:
            identity = (tags["application"], tags.get("service") or tags.get("dependency") or "", tags["alert"], tags["severity"])
            found[identity] = _LOUDNESS[tags.get("notifies", "")]
    return found


def alarmed(resources: Iterable[Resource]) -> dict[Identity, State]:
    """What CloudWatch does about each alert, by the alarms rendered for it; parts of composites are no alerts of their own."""
    found: dict[Identity, State] = {}
    for resource in resources:
        tags = cast("dict[str, str]", resource.inputs.get("tags", {}))
        if resource.kind in (METRIC, COMPOSITE) and "alert" in tags and "part" not in tags:
            identity = (tags["application"], tags.get("service") or tags.get("dependency") or "", tags["alert"], tags["severity"])
            found[identity] = _LOUDNESS[tags.get("notifies", "")]
    return found


def _tag(text: str) -> tuple[str, str]:
    key, _, value = text.partition(":")
    return key, value
