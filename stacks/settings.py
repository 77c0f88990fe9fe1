"""One object of settings a stack, put together from the components' own; each says only what environments may differ in."""

from pathlib import Path
from typing import cast

from pydantic import Field

from catalog.base import Model, Name
from catalog.faults import Fault, FaultsError
from catalog.reading import parse, read
from components.alertmanager import AlertmanagerSettings
from components.aws.settings import AwsSettings
from components.cluster import ClusterSettings
from components.context import Context
from components.datadog.settings import DatadogSettings
from components.doctor import DoctorSettings
from components.edge import EdgeSettings
from components.exporters import ExportersSettings
from components.grafana import NAME as GRAFANA
from components.grafana_settings import GrafanaSettings
from components.login import OidcSettings
from components.namespaces import NamespacesSettings, StorageSettings
from components.newrelic import NewRelicSettings
from components.operators import OperatorsSettings
from components.pagerduty import PagerDutySettings
from components.prometheus_settings import PrometheusSettings
from components.proxy import NAME as PROXY
from components.remediation import RemediationSettings
from components.secrets import PROJECT, SecretsSettings
from components.sentry import SentrySettings
from components.versions import ImagesSettings
from rendering.aws.place import Place
from rendering.costs.settings import CostsSettings
from rendering.elastic.places import ELASTICSEARCH, FILEBEAT, KIBANA, LOGSTASH
from rendering.elastic.settings import ElasticSettings
from rendering.jaeger.places import NAME as JAEGER
from rendering.jaeger.settings import JaegerSettings
from rendering.logs.settings import LogsSettings
from rendering.loki.places import NAME as LOKI
from rendering.loki.settings import LokiSettings
from rendering.otel.places import AGENT, GATEWAY, MADE_BY_COLLECTORS
from rendering.otel.settings import TracesSettings
from rendering.pagerduty.settings import EVENTS
from rendering.site import AwsSite, Namespaces, Site
from rendering.site import Jira as JiraServer
from rendering.site import Smtp as SmtpServer
from stacks.notifications import NotificationsSettings, Url

KEY = f"{PROJECT}:settings"


class Settings(Model):
    """Everything that differs between environments. Choices with consequences have no default."""

    environment: Name
    """As series, monitors and logs call it."""
    region: str = Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$|^local$")
    """The AWS region, or `local` where there is none."""
    account_wide: bool = False
    """Whether this stack owns what an account, or Grafana's organisation, has but once; of the stacks that share one, exactly one does."""
    runbooks_url: Url
    """Folder of the published runbooks; an alert links its own page there."""
    cluster: ClusterSettings
    namespaces: NamespacesSettings
    storage: StorageSettings
    images: ImagesSettings = ImagesSettings()
    operators: OperatorsSettings
    secrets: SecretsSettings
    notifications: NotificationsSettings
    prometheus: PrometheusSettings
    alertmanager: AlertmanagerSettings
    exporters: ExportersSettings = ExportersSettings()
    datadog: DatadogSettings | None = None
    """Absent where nothing is sent to Datadog."""
    aws: AwsSettings | None = None
    """Absent where nothing is made in an account of Amazon's."""
    pagerduty: PagerDutySettings | None = None
    """Absent where nothing is made in PagerDuty; teams' keys are then given by hand."""
    sentry: SentrySettings | None = None
    """Absent where nobody's errors go to Sentry."""
    newrelic: NewRelicSettings | None = None
    """Absent where nothing is sent to New Relic."""
    costs: CostsSettings | None = None
    """Absent where nobody limits what the environment may cost."""
    logs: LogsSettings | None = None
    """Absent where logs are kept nowhere."""
    elastic: ElasticSettings | None = None
    """Absent where there is no Elasticsearch of ours."""
    loki: LokiSettings | None = None
    """Absent where there is no Loki of ours."""
    traces: TracesSettings | None = None
    """Absent where nobody collects spans."""
    jaeger: JaegerSettings | None = None
    """Absent where there is no Jaeger of ours."""
    grafana: GrafanaSettings | None = None
    """Absent where there is no Grafana of ours."""
    doctor: DoctorSettings | None = None
    """Absent where nobody looks from inside the cluster whether the stack works."""
    remediation: RemediationSettings | None = None
    """Absent where nothing is done about alerts without somebody."""
    oidc: OidcSettings | None = None
    """How people log in; absent, Grafana knows only its first administrator, and nothing may stand at an edge."""
    edge: EdgeSettings | None = None
    """Absent where no user interface is reached from outside the cluster."""

    @property
    def site(self) -> Site:
        """What rendering must know."""
        smtp, jira = self.notifications.smtp, self.notifications.jira
        kept = self.logs.retention.keep["logs"] if self.logs else None
        return Site(
            environment=self.environment,
            region=self.region,
            cluster=self.cluster.name,
            runbooks_url=self.runbooks_url,
            namespaces=self._namespaces,
            pagerduty=self.notifications.pagerduty,
            pagerduty_events=self.pagerduty.events if self.pagerduty else EVENTS["us"],
            slack=self.notifications.slack,
            webhooks=self.notifications.webhooks,
            heartbeat=self.notifications.heartbeat,
            smtp=SmtpServer(smtp.smarthost, smtp.sender, smtp.username) if smtp else None,
            jira=JiraServer(jira.url, jira.username) if jira else None,
            switched_off=self._switched_off,
            datadog=self.datadog.for_rendering(self.environment, kept, account_wide=self.account_wide) if self.datadog else None,
            aws=self._aws if self.aws else None,
            remediation=self.remediation is not None,
            loki_alerts=self.loki is not None and self.loki.alerts,
            grafana_url=self.grafana_url,
        )

    @property
    def place(self) -> Place | None:
        """Where in Amazon's world the environment is; None without `aws`, or in a region that is none, which is refused elsewhere."""
        try:
            return self.aws.place(self.region, self.environment, self.cluster.name) if self.aws else None
        except ValueError:
            return None

    @property
    def _aws(self) -> AwsSite | None:
        place = self.place
        if self.aws is None or place is None:
            return None
        return AwsSite(
            place=place,
            cloudwatch=self.aws.cloudwatch,
            canaries=self.aws.canaries,
            logs=self.logs,
            budgets=self.aws.budgets,
            backups=self.aws.backups,
            account_wide=self.account_wide,
        )

    @property
    def operated(self) -> OperatorsSettings:
        """The operators that this environment needs: without Datadog or Elasticsearch, theirs have nothing to do here."""
        idle = {name: "simulated" for name, needed in (("datadog", self.datadog), ("elastic", self.elastic)) if needed is None}
        return self.operators.model_copy(update=idle)

    def context(self, applications: tuple[str, ...]) -> Context:
        """What components must know; `applications` are the namespaces of the catalog's."""
        return Context(
            environment=self.environment,
            region=self.region,
            cluster=self.cluster.name,
            zones=self.cluster.zones,
            storage_class=self.storage.class_name,
            namespaces=self._namespaces,
            applications=applications,
            network=self.cluster.network,
            images=self.images,
        )

    @property
    def grafana_url(self) -> str | None:
        """Where people's browsers find Grafana: at the edge, else where the settings say; None where nobody has said."""
        if self.grafana is None:
            return None
        return self.edge.url("grafana") if self.edge else self.grafana.url

    @property
    def _switched_off(self) -> frozenset[str]:
        """Services of the platform's catalog file that do not run here, and series that nobody makes here."""
        traced, kept = self.traces is not None, self.traces is not None and self.jaeger is not None
        ours = {GRAFANA: self.grafana is not None, PROXY: self.edge is not None, AGENT: traced, GATEWAY: traced, JAEGER: kept}
        ours |= dict.fromkeys((ELASTICSEARCH, KIBANA, LOGSTASH, FILEBEAT), self.elastic is not None)
        ours |= {LOKI: self.loki is not None, **dict.fromkeys(MADE_BY_COLLECTORS, traced)}
        return self.operators.switched_off | {name for name, here in ours.items() if not here}

    @property
    def _namespaces(self) -> Namespaces:
        names = self.namespaces
        return Namespaces(names.monitoring, names.logging, names.tracing, names.agents)


def file_of(stack: str) -> str:
    """A stack's file, relative to the project's root."""
    return f"Pulumi.{stack}.yaml"


def load(stack: str, root: Path) -> Settings:
    """The settings in Pulumi.<stack>.yaml; FaultsError lists all that is wrong with them."""
    settings, faults = examine(stack, root)
    if settings is None or faults:
        raise FaultsError(faults)
    return settings


def examine(stack: str, root: Path, given: object = None) -> tuple[Settings | None, list[Fault]]:
    """The settings and their faults; `given` is what an engine hands the program, which then counts instead of the file."""
    file = file_of(stack)
    faults: list[Fault] = []
    if given is None:
        path = root / file
        if not path.exists():
            known = ", ".join(sorted(found.name[7:-5] for found in root.glob("Pulumi.*.yaml"))) or "none yet"
            return None, [Fault(file, "stack", stack, "there is no such stack", f"use one of: {known}")]
        data, faults = read(path, root)
        if data is None:
            return None, faults
        given = _value(data)
        if given is None:
            return None, [*faults, Fault(file, KEY, "", "the stack has no settings", f"write them below config: {KEY}:")]
    settings, wrong = parse(Settings, given, file, KEY)
    return settings, faults + wrong


def _value(data: object) -> object:
    """The settings in a stack file's data."""
    config = cast("dict[object, object]", data).get("config") if isinstance(data, dict) else None
    return cast("dict[object, object]", config).get(KEY) if isinstance(config, dict) else None
