"""What a person decides about Datadog: the account, what agents look at, and which parts of it are bought."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from catalog.base import Model
from rendering.datadog.aws_settings import AwsSettings
from rendering.datadog.log_settings import LogsSettings
from rendering.datadog.synthetic_settings import SyntheticsSettings
from rendering.site import DatadogSite

SiteName = Literal[
    "datadoghq.com", "datadoghq.eu", "us3.datadoghq.com", "us5.datadoghq.com", "ap1.datadoghq.com", "ap2.datadoghq.com", "ddog-gov.com"
]
# Tags begin with a letter, are lower case, and a key with its value has 200 characters (docs.datadoghq.com/getting_started/tagging).
TagKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_./-]{0,99}$")]
TagValue = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_./:-]{0,98}[a-z0-9_./-]$")]


class AgentSettings(Model):
    """Agents in this cluster; what is sold apart is off until somebody wants it."""

    cluster_agents: int = Field(default=2, ge=1, le=3)
    """Replicas that talk to the API server; one leads, the others take over."""
    runners: int = Field(default=2, ge=1, le=6)
    """Replicas that ask what is outside of nodes, as databases."""
    processes: bool = False
    """Live processes."""
    network: bool = False
    """Which pods talk to which, and how well (Cloud Network Monitoring)."""
    services: bool = False
    """Requests without instrumentation (Universal Service Monitoring)."""
    databases: bool = False
    """Statements and plans of the databases that applications need (Database Monitoring)."""
    profiling: bool = False
    """Continuous profiles of the services whose traces come here."""
    cws: bool = False
    """Processes and files watched beside the kernel (Workload Protection)."""
    cspm: bool = False
    """Nodes and containers examined (Cloud Security); cloud resources are where `aws.posture` says so."""
    sbom: bool = False
    """What images are made of, with its known flaws."""
    otlp: bool = False
    """Whether agents take OTLP; without it, it goes to the gateway alone."""


class DatadogSettings(Model):
    """Datadog. Its keys are secrets: `datadog-api-key`, and for what goes through its API `datadog-admin-app-key`."""

    site: SiteName
    """The account's site."""
    simulated: bool = False
    """Registered with keys that open nothing: for the in-process engine, which only records it."""
    validate_: bool = Field(default=True, alias="validate")
    """Whether the provider tries the keys, and each monitor, before it changes anything; a preview without keys never does."""
    tags: dict[TagKey, TagValue] = Field(default_factory=dict)
    """Of agents and of all that takes tags by default, beside environment, region and cluster; as `cost_center: "42"`."""
    cluster_state: Literal["prometheus", "datadog"]
    """Who tells what the API server knows of nodes and workloads. Both would be paid for twice and disagree."""
    agents: AgentSettings = AgentSettings()
    slack_workspace: str | None = None
    """The workspace that Datadog's Slack integration calls by this name; none: it posts nowhere."""
    logs: LogsSettings | None = None
    """The shape of the account's logs, for the stack that is `account_wide`."""
    synthetics: SyntheticsSettings | None = None
    """Absent where nothing is tried from outside."""
    aws: AwsSettings | None = None
    """Absent where Datadog collects no account's own metrics."""
    metrics_arrived: bool = False
    """Whether custom metrics have been seen once: Datadog takes units and tag lists only of metrics that it knows."""

    def for_rendering(self, environment: str, kept: float | None, *, account_wide: bool) -> DatadogSite:
        """As far as monitors and dashboards must know it; `kept` is for how many seconds the environment keeps ordinary records."""
        return DatadogSite(
            site=self.site,
            account_wide=account_wide,
            slack_workspace=self.slack_workspace,
            logs=self.logs.kept(environment, kept) if self.logs else None,
            cws=self.agents.cws,
            synthetics=self.synthetics,
            aws=self.aws,
            metrics_arrived=self.metrics_arrived,
            cluster_state=self.cluster_state == "datadog",
        )
