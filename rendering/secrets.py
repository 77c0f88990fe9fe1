"""Which secrets Alertmanager reads, and where: only ever files, under one folder a secret."""

from dataclasses import dataclass

from catalog.catalog import Catalog

MOUNT = "/etc/alertmanager/secrets"
"""Where prometheus-operator mounts the secrets named in an Alertmanager's `secrets`."""


@dataclass(frozen=True, order=True)
class SecretKey:
    """One key of a Kubernetes Secret in the monitoring namespace."""

    name: str
    key: str
    purpose: str = ""

    @property
    def path(self) -> str:
        """The file that holds it in Alertmanager's pods."""
        return f"{MOUNT}/{self.name}/{self.key}"


SLACK = SecretKey("slack", "token", "bot token (xoxb-...) with chat:write, chat:write.customize and chat:write.public")
SMTP = SecretKey("smtp", "password", "password of the mail server's user")
JIRA = SecretKey("jira", "token", "API token of the Jira user who opens tickets")
REMEDIATION = SecretKey("remediation", "token", "what Alertmanager shows to what acts on alerts; any long random text")
HEARTBEAT = SecretKey("heartbeat", "url", "address of the dead man's switch that expects the Watchdog every minute")


def pagerduty(team: str) -> SecretKey:
    """A team's Events API v2 key."""
    return SecretKey(f"pagerduty-{team}", "routing-key", f"PagerDuty integration key (Events API v2) of team {team}")


def webhook(team: str) -> SecretKey:
    """The address of a team's webhook."""
    return SecretKey(f"webhook-{team}", "url", f"address of team {team}'s webhook")


def secret_names(catalog: Catalog, configuration: str) -> tuple[SecretKey, ...]:
    """Every secret that a rendered Alertmanager configuration refers to, sorted."""
    teams = [make(team) for team in catalog.teams for make in (pagerduty, webhook)]
    return tuple(sorted(secret for secret in (SLACK, SMTP, JIRA, HEARTBEAT, REMEDIATION, *teams) if secret.path in configuration))
