"""Saved queries of Logs Insights: what somebody who was paged would otherwise write at three in the morning."""

from dataclasses import dataclass

from catalog.catalog import Catalog
from rendering.cloudwatch.logs import GROUP, LogGroup, groups
from rendering.cloudwatch.settings import Logs
from rendering.resource import Ref, Resource
from rendering.site import Site

QUERY = "aws:cloudwatch/queryDefinition:QueryDefinition"
_MOST_GROUPS = 50
"""Log groups that one query reads (StartQuery, `logGroupNames`)."""


@dataclass(frozen=True)
class Question:
    """One saved query; its language is that of «CloudWatch Logs Insights query syntax»."""

    name: str
    logs: tuple[Logs, ...]
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """As CloudWatch keeps it."""
        return "\n| ".join(self.lines)


QUESTIONS = (
    Question(
        "errors-by-text",
        ("containers", "functions", "tasks", "services"),
        (
            "fields @timestamp, @message, @logStream",
            "filter @message like /(?i)(error|exception|fatal|panic)/",
            "pattern @message",
            "sort @sampleCount desc",
            "limit 50",
        ),
    ),
    Question(
        "errors-over-time",
        ("containers", "functions", "tasks", "services"),
        ("filter @message like /(?i)(error|exception|fatal|panic)/", "stats count(*) as errors by bin(5m), @log"),
    ),
    Question(
        "one-trace",
        ("containers", "functions", "tasks", "services"),
        ("fields @timestamp, @log, @message", 'filter @message like "put-a-trace-id-here"', "sort @timestamp asc", "limit 500"),
    ),
    Question(
        "function-memory-and-duration",
        ("functions",),
        (
            'filter @type = "REPORT"',
            "stats max(@duration) as longest, pct(@duration, 95) as p95, max(@maxMemoryUsed) / max(@memorySize) as memory by bin(5m), @log",
        ),
    ),
    Question(
        "slow-statements",
        ("databases",),
        (
            "fields @timestamp, @message",
            'parse @message "duration: * ms" as milliseconds',
            "filter milliseconds > 1000",
            "sort milliseconds desc",
            "limit 20",
        ),
    ),
    Question(
        "refused-database-logins",
        ("databases",),
        (
            'filter @message like "password authentication failed"',
            'parse @message "for user \\"*\\"" as user',
            "stats count(*) as refused by user, bin(5m)",
        ),
    ),
    Question(
        "forbidden-calls-to-the-cluster",
        ("cluster",),
        (
            'filter @logStream like "kube-apiserver-audit"',
            "filter responseStatus.code = 403",
            "stats count(*) as refused by user.username, verb, objectRef.resource",
            "sort refused desc",
            "limit 50",
        ),
    ),
    Question(
        "who-changed-roles",
        ("cluster",),
        (
            'filter @logStream like "kube-apiserver-audit"',
            'filter objectRef.apiGroup = "rbac.authorization.k8s.io" and verb in ["create", "update", "patch", "delete"]',
            "fields @timestamp, user.username, verb, objectRef.resource, objectRef.name",
            "sort @timestamp desc",
        ),
    ),
    Question(
        "secrets-read-by-people",
        ("cluster",),
        (
            'filter @logStream like "kube-apiserver-audit"',
            'filter objectRef.resource = "secrets" and verb in ["get", "list"] and user.username not like /^system:/',
            "stats count(*) as reads by user.username, objectRef.namespace, objectRef.name",
        ),
    ),
)
"""The questions, each asked of the logs that can answer it."""


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Every question of which there are logs of ours."""
    made = groups(catalog, site)
    found = [(question, [group for group in made if group.logs in question.logs and _text(group)]) for question in QUESTIONS]
    return [_saved(question, asked[:_MOST_GROUPS], site) for question, asked in found if asked]


def _text(group: LogGroup) -> bool:
    """Whether its records are what somebody wrote, and no measurements."""
    return not group.name.endswith("/performance")


def _saved(question: Question, asked: list[LogGroup], site: Site) -> Resource:
    here = [Ref(GROUP, group.logical, "name") for group in asked]
    name = f"observatory/{site.environment}/{question.name}"  # a slash makes a folder in the console
    return Resource(QUERY, question.name, {"name": name, "queryString": question.text, "logGroupNames": here})
