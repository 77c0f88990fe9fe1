"""What rendering must know of an environment; the settings have more, and rendering may not import them."""

from dataclasses import dataclass

from catalog.catalog import Subject
from catalog.model import Service


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
class Site:
    """One environment: where things run, and which ways to reach people are switched on."""

    environment: str
    region: str
    cluster: str
    runbooks_url: str
    """Folder of the runbooks, one page `<Alert>.md` each."""
    namespaces: Namespaces = Namespaces()
    pagerduty: bool = False
    slack: bool = False
    webhooks: bool = False
    """Whether teams' webhooks are called."""
    heartbeat: bool = False
    """Whether the Watchdog is sent to an external dead man's switch."""
    smtp: Smtp | None = None
    jira: Jira | None = None
    switched_off: frozenset[str] = frozenset()
    """Services of the platform application that this environment does not run: no targets, no alerts."""

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
