"""What a person decides about CloudWatch: which ways its alarms open, what is kept how long, and what costs extra."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from catalog.base import Model, Name
from catalog.people import Channel
from rendering.cloudwatch.retention import reproach

Arn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d{12}:\S+$")]
Logs = Literal["cluster", "containers", "databases", "functions", "tasks", "services"]
"""Of whom records are: the cluster's control plane, its containers, what AWS runs for applications, services that `collect` them here."""


class ChatSettings(Model):
    """Slack through Amazon Q Developer in chat applications; its workspace is authorised once, in the console."""

    workspace_id: str = Field(pattern=r"^[0-9A-Z]{1,255}$")
    """The workspace's id, as T0123ABCD."""
    channels: dict[Channel, Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+$")]] = Field(min_length=1)
    """Ids of the teams' channels, as C0123ABCD, by their names in catalog/teams.yaml; messages for others go by e-mail."""


class StreamSettings(Model):
    """Metrics sent on as they come, to a Firehose that somebody else has."""

    firehose_arn: Arn
    role_arn: Arn | None = None
    """A role that may write to it; else one is made."""
    namespaces: tuple[str, ...] = Field(min_length=1)
    """Whole namespaces, as AWS/RDS: every metric sent costs money."""
    format: Literal["json", "opentelemetry0.7", "opentelemetry1.0"] = "opentelemetry1.0"
    percentiles: bool = False
    """Whether latencies come with p95 and p99, which costs a further update each."""


class ForwardingSettings(Model):
    """A subscription to every log group of ours."""

    destination_arn: Arn
    """A Firehose, a stream, or a destination of another account."""
    role_arn: Arn | None = None
    """A role by which CloudWatch Logs may write to it; needed for all but destinations of other accounts."""
    pattern: str = ""
    """Which records, in the syntax of filter patterns; empty: all."""


class CloudwatchSettings(Model):
    """CloudWatch in one account and region. What is absent is off."""

    pagerduty: Literal["events", "topics"] = "events"
    """How pages reach PagerDuty: by EventBridge with our deduplication key, or by its own integration behind the topics, which has none."""
    chat: ChatSettings | None = None
    emails: bool = True
    """Whether topics write to the teams' addresses; each address confirms once."""
    container_insights: bool = False
    """Metrics of the cluster, its nodes and pods; charged by observation."""
    canary_alarms: bool = True
    """Whether alerts on checks from outside have alarms on canaries, where there are any."""
    log_groups: tuple[Logs, ...] = ()
    """Whose log groups we make. One that exists already is imported first, or left out here."""
    retention: dict[Logs, int] = Field(default_factory=dict)
    """Days, where they are not those of the stack's `logs`."""
    log_anomalies: bool = False
    """Whether CloudWatch looks for unusual records in log groups of ours."""
    forwarding: ForwardingSettings | None = None
    stream: StreamSettings | None = None
    resources: dict[Name, dict[Name, dict[str, str]]] = Field(default_factory=dict)
    """Dimensions of AWS resources here, by application and the catalog's name of the resource, where the catalog's are others'."""

    @model_validator(mode="after")
    def _kept(self) -> Self:
        if wrong := [f"{name}: {told}" for name, days in self.retention.items() if (told := reproach(days))]:
            raise ValueError("; ".join(wrong))
        if len(set(self.log_groups)) != len(self.log_groups):
            raise ValueError("log_groups names one twice; name each once")
        return self
