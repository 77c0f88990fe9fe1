"""What a person writes about an application: its services, what they promise, and what is worth an alert."""

from typing import Literal, Self

from pydantic import Field, model_validator

from catalog.aws import AwsResource
from catalog.base import AlertName, Backend, Model, Name, Priority, Severity, SignalName
from catalog.exporters import Metrics
from catalog.logs import Logs
from catalog.outside import Journey, Probe
from catalog.people import Escalation, MaintenanceWindow, Notifications
from catalog.remediation import Remediation
from catalog.telemetry import Collect, Identity, Sdk, reproach
from catalog.units import Duration

Threshold = float | str  # read in the signal's unit, see catalog.units.Unit.parse
Statistic = Literal["p50", "p95", "p99", "average"]
_SEVERITY = {Priority.P1: Severity.CRITICAL, Priority.P3: Severity.WARNING, Priority.INFO: Severity.INFO}


class Owner(Model):
    """Who answers for an application."""

    team: Name
    escalation: Name
    """The escalation that pages take unless an alert names another."""


class Http(Model):
    """How an application labels its HTTP metrics."""

    bad: str
    """Regular expression of the status label's values that are the server's fault."""
    status_label: str
    route_label: str


class Runs(Model):
    """Where a service runs and how its metrics are reached."""

    platform: Literal["eks", "ecs"]
    selector: dict[str, str] = Field(default_factory=dict)
    """Labels of its Kubernetes Service (`monitor: service`) or of its pods (`monitor: pod`)."""
    monitor: Literal["service", "pod", "none"] = "service"
    """What Prometheus discovers it by; `none`: another backend collects its metrics."""
    port: str | int | None = None
    """The metrics port: a port's name, or the pod's port number (`monitor: pod`)."""
    path: str = "/metrics"
    query: dict[str, str] = Field(default_factory=dict)
    """What an exporter that stands beside the service is asked with, as `target` and `module`."""
    scheme: Literal["http", "https"] = "http"
    interval: Duration = 30
    system: Literal["monitoring", "logging", "tracing", "agents", "kubernetes", "kubelet"] | None = None
    """For the platform's own services: which of our namespaces, or which part of the cluster, it is."""
    pods: str | None = None
    """Regular expression of its pods' names in shared exporters; default: its name, a dash, anything."""


class Baseline(Model):
    """A comparison with the past: `offset` ago, and how much worse (0.3: 30 % worse) is an alert."""

    offset: Duration
    worse_by: float = Field(gt=0, le=10)


class Anomaly(Model):
    """A deviation that the backend's own detector finds (Datadog's `anomalies`, CloudWatch's band)."""

    algorithm: Literal["basic", "agile", "robust"]
    deviations: float = Field(gt=0, le=6)
    over: Duration


class Alert(Model):
    """One condition on one signal, said once for every backend that collects it."""

    signal: SignalName
    statistic: Statistic | None = None
    """Of a latency signal: which statistic is compared."""
    above: Threshold | None = None
    below: Threshold | None = None
    baseline: Baseline | None = None
    """Fires when the signal is worse than its own past."""
    anomaly: Anomaly | None = None
    window: Duration | None = None
    """Window of rates; default: the signal's."""
    hold: Duration = Field(alias="for")
    chosen: dict[Literal["for", "threshold", "window", "priority", "condition"], str] = Field(default_factory=dict)
    """Which of these we chose, because the application's owners said nothing, and why."""
    priority: Priority
    severity: Severity | None = None
    """Given for P2 alone: critical or warning as the application says."""
    team: Name | None = None
    """Another team than the owner's, as security-team."""
    escalation: Name | None = None
    pager: Backend | None = None
    """The backend that notifies; default: the owner of the signal's telemetry. The others show."""
    standby: dict[Backend, Duration] = Field(default_factory=dict)
    """Backends that notify later, when the pager is dead."""
    inhibited_by: tuple[AlertName, ...] = ()
    no_data: Literal["ok", "ticket", "page"] = "ok"
    """What the signal's absence is."""
    impact: str = Field(min_length=10)
    """What users suffer."""
    action: str = Field(min_length=10)
    """The first thing to do."""
    gaps: dict[Backend, str] = Field(default_factory=dict)
    """Backends that collect the signal but get no such alert, and why."""
    remediation: Remediation | None = None
    """What may be done about it without anybody, where an environment's settings switch that on (docs/remediation.md)."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        conditions = [name for name in ("above", "below", "baseline", "anomaly") if getattr(self, name) is not None]
        if len(conditions) != 1:
            raise ValueError(f"an alert has exactly one of above, below, baseline, anomaly; this one has {conditions or 'none'}")
        if (self.priority is Priority.P2) != (self.severity is not None):
            raise ValueError("`severity` is given for P2 and only for P2: critical or warning, as the application says")
        return self

    @property
    def effective_severity(self) -> Severity:
        """The severity given, else the one that goes with the priority."""
        return self.severity or _SEVERITY[self.priority]

    @property
    def pages(self) -> bool:
        """P1 and P2 notify a person at once (in the pager's backend)."""
        return self.priority in (Priority.P1, Priority.P2)


class Objective(Model):
    """A promise over a window: a share of good events, an SLO with burn rates."""

    signal: SignalName
    target: float = Field(gt=0, lt=1)
    window: Duration
    under: Duration | None = None
    """Of a latency signal: an event is good when it took no longer; must be a bucket boundary of the service."""


class Target(Model):
    """A promise on a value, business metrics among them: a threshold, since no burn rate can page on it."""

    signal: SignalName
    statistic: Statistic | None = None
    at_least: Threshold | None = None
    at_most: Threshold | None = None
    """Neither: the metric is only shown."""

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if self.at_least is not None and self.at_most is not None:
            raise ValueError("a target is at_least or at_most, not both")
        return self


class AiModel(Model):
    """A model that a service serves."""

    version: str


class Watched(Model):
    """What services and dependencies have in common."""

    alerts: dict[AlertName, Alert] = Field(default_factory=dict)
    targets: dict[Name, Target] = Field(default_factory=dict)
    """Operational promises on a value, as average latency or CPU."""
    aws: dict[Name, AwsResource] = Field(default_factory=dict)
    """What AWS runs for it; CloudWatch watches these whatever `collect` says, since nobody else has their metrics first."""


class Dependency(Watched):
    """Something that services need and somebody else runs; postgres, redis and nginx get an exporter of ours."""

    kind: Literal["postgres", "redis", "nginx", "external", "cluster"]
    runs: Literal["rds", "elasticache", "eks", "internet", "cluster"]
    host: str | None = None
    port: int | None = Field(default=None, ge=1, le=65535)
    database: str | None = None
    interval: Duration = 30
    """How often its exporter is scraped."""
    timeout: Duration | None = None
    """Of calls to an external one: what its callers wait for at the most."""
    series_budget: int = Field(default=5000, ge=100)


class Service(Watched):
    """A deployable part of an application."""

    title: str
    runs: Runs
    identity: Identity
    collect: Collect
    sdk: Sdk | None = None
    """What it is written in, as Sentry calls it; who reports errors, or carries an agent, says so."""
    series_budget: int = Field(ge=100)
    """Most series that one target may expose: a scrape limit."""
    exposes: Metrics = Field(default_factory=dict)
    """Metrics that the service itself exposes, with their labels: an alert on any other one is refused."""
    http: Http | None = None
    """Where it differs from the application's."""
    buckets: dict[SignalName, tuple[float, ...]] = Field(default_factory=dict)
    """Bucket boundaries, in seconds, that the service's histograms have (or must have: the loader compares objectives with them)."""
    keep_routes: str | None = None
    """Regular expression of known routes; series of others are dropped at the scrape, so that raw paths cannot grow without bound."""
    depends_on: tuple[Name, ...] = ()
    objectives: dict[Name, Objective] = Field(default_factory=dict)
    models: dict[Name, AiModel] = Field(default_factory=dict)
    business: dict[SignalName, Target] = Field(default_factory=dict)
    probes: dict[Name, Probe] = Field(default_factory=dict)
    journeys: dict[Name, Journey] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _reported(self) -> Self:
        if wrong := reproach(self.collect, self.sdk):
            raise ValueError(wrong)
        return self


class Application(Model):
    """One file of `catalog/applications/`."""

    application: Name
    title: str
    namespace: Name | None = None
    """Where its pods run; none for the platform, whose systems have our namespaces."""
    owner: Owner
    http: Http
    evaluation_interval: Duration
    notifications: Notifications
    escalations: dict[Name, Escalation] = Field(min_length=1)
    maintenance: dict[Name, MaintenanceWindow] = Field(default_factory=dict)
    annotated_pods: bool = False
    """Scrape also pods of the namespace that carry `prometheus.io/scrape: "true"` and belong to no service here."""
    operations: dict[Literal["mttd", "mttr", "security_response"], Duration] = Field(default_factory=dict)
    """Operational promises, for reports: at most so long."""
    operations_ratio: dict[Literal["false_positives", "successful_deployments"], float] = Field(default_factory=dict)
    """Operational promises as shares: false positives at most, successful deployments at least."""
    dependencies: dict[Name, Dependency] = Field(default_factory=dict)
    services: dict[Name, Service] = Field(min_length=1)
    logs: Logs = Logs()
    """How its records look, and where Elasticsearch keeps them."""
