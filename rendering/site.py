"""What rendering must know of an environment; the settings have more, and rendering may not import them."""

from dataclasses import dataclass

from catalog.catalog import Subject
from catalog.model import Service
from rendering.aws.place import Place
from rendering.aws.settings import BackupsSettings
from rendering.canaries.settings import CanariesSettings
from rendering.cloudwatch.settings import CloudwatchSettings
from rendering.costs.settings import BudgetsSettings
from rendering.datadog.aws_settings import AwsSettings
from rendering.datadog.log_settings import LogsSettings
from rendering.datadog.synthetic_settings import SyntheticsSettings
from rendering.logs.settings import LogsSettings as StoredLogs
from rendering.pagerduty.settings import EVENTS


@dataclass(frozen=True)
class Namespaces:
    """Our own namespaces, by the system that each holds."""

    monitoring: str = "monitoring"
    logging: str = "logging"
    tracing: str = "tracing"
    agents: str = "monitoring-agents"


@dataclass(frozen=True)
class Smtp:
    """The mail server that Alertmanager sends by; its password is the secret `smtp`."""

    smarthost: str
    """Host and port, as `email-smtp.eu-central-1.amazonaws.com:587`."""
    sender: str
    username: str


@dataclass(frozen=True)
class Jira:
    """Where tickets are opened; the user's API token is the secret `jira`."""

    url: str
    """Base address, as `https://company.atlassian.net`."""
    username: str


@dataclass(frozen=True)
class DatadogSite:
    """The account that telemetry goes to, as far as monitors and dashboards must know it."""

    site: str
    """`datadoghq.com`, `datadoghq.eu`, `us5.datadoghq.com` and so on."""
    account_wide: bool = False
    """Whether this stack owns what the account has but once: teams, the order of pipelines, detection rules."""
    slack_workspace: str | None = None
    """The workspace that Datadog's Slack integration calls by this name; None where it posts nowhere."""
    logs: LogsSettings | None = None
    """Where given, and `account_wide`, this stack shapes the account's logs: pipelines, indexes, archive, scanner, detection rules."""
    cws: bool = False
    """Whether agents watch processes and files (Workload Protection): our rules for them are rendered."""
    synthetics: SyntheticsSettings | None = None
    """Where given, the catalog's checks and journeys are tried from outside."""
    aws: AwsSettings | None = None
    """Where given, and `account_wide`, Datadog collects this account's own metrics."""
    metrics_arrived: bool = False
    """Whether custom metrics have been seen once: Datadog takes units and tag lists only of metrics that it knows."""
    cluster_state: bool = True
    """Whether agents tell what the API server knows (`kubernetes_state.*`); else Prometheus does, and nothing here asks for it."""

    @property
    def examined(self) -> bool:
        """Whether cloud resources are (Cloud Security): our rules on those that the catalog names are rendered."""
        return self.aws is not None and self.aws.posture

    @property
    def app_url(self) -> str:
        """Where people open it (docs.datadoghq.com/getting_started/site): sites with a region's name have no `app` before it."""
        regional = self.site.count(".") > 1
        return f"https://{'' if regional else 'app.'}{self.site}"


@dataclass(frozen=True)
class AwsSite:
    """The account that alarms, canaries and budgets are made in."""

    place: Place
    cloudwatch: CloudwatchSettings | None = None
    """Where given, there are alarms, dashboards and log groups in CloudWatch."""
    canaries: CanariesSettings | None = None
    """Where given, the catalog's checks and journeys are tried by CloudWatch Synthetics."""
    logs: StoredLogs | None = None
    """How long each kind of record is kept; None where logs are kept nowhere."""
    budgets: BudgetsSettings | None = None
    """Where given, and `account_wide`, the account has budgets and somebody is told of unusual costs."""
    backups: BackupsSettings | None = None
    """Where given, volumes and databases are copied, and somebody is told of a copy that is late."""
    account_wide: bool = False
    """Whether this stack owns what the account has but once."""


@dataclass(frozen=True)
class Site:
    """One environment: where things run, and which ways to reach people are switched on."""

    environment: str
    region: str
    cluster: str
    runbooks_url: str
    """Folder of the runbooks, one page `<Alert>.md` each."""
    namespaces: Namespaces = Namespaces()
    pagerduty: bool = False
    pagerduty_events: str = EVENTS["us"]
    """Where PagerDuty takes events."""
    slack: bool = False
    webhooks: bool = False
    """Whether teams' webhooks are called."""
    heartbeat: bool = False
    """Whether the Watchdog is sent to an external dead man's switch."""
    smtp: Smtp | None = None
    jira: Jira | None = None
    switched_off: frozenset[str] = frozenset()
    """Services of the platform application that this environment does not run: no targets, no alerts."""
    datadog: DatadogSite | None = None
    """None where nothing of Datadog's is rendered."""
    aws: AwsSite | None = None
    """None where nothing of Amazon's is rendered."""
    remediation: bool = False
    """Whether what alerts carry is done, or at least written down."""
    loki_alerts: bool = False
    """Whether Loki's ruler evaluates the alerts on records that Loki keeps."""
    grafana_url: str | None = None
    """Where people find Grafana: messages link the service's dashboard there."""

    def runs(self, subject: Subject) -> bool:
        """Whether a service or dependency exists here."""
        return subject.application.namespace is not None or subject.name not in self.switched_off

    def namespaces_of(self, subject: Subject) -> tuple[str, ...]:
        """The namespaces that hold the subject's pods or Services, the main one first."""
        if subject.application.namespace is not None:
            return (subject.application.namespace,)
        system = subject.watched.runs.system if isinstance(subject.watched, Service) else None
        ours = self.namespaces
        places = {
            "logging": (ours.logging,),
            "tracing": (ours.tracing,),
            "agents": (ours.agents,),
            "kubelet": ("kube-system",),
            "kubernetes": ("kube-system", "default"),  # the API server's Service stands in `default`, DNS and its like in `kube-system`
        }
        return places.get(system or "", (ours.monitoring,))
