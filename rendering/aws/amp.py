"""The workspace of Amazon Managed Prometheus: long-term storage. Rules stay with the pair in the cluster, in one place."""

from rendering.aws.place import KEY_ARN, Place
from rendering.aws.settings import AmpSettings
from rendering.resource import Ref, Resource, Text

WORKSPACE = Ref("aws:amp/workspace:Workspace", "observatory")
ENDPOINT = Ref(WORKSPACE.kind, WORKSPACE.name, "prometheusEndpoint")
_LOGS = "aws:cloudwatch/logGroup:LogGroup"


def resources(place: Place, settings: AmpSettings) -> list[Resource]:
    """Workspace, how long it keeps, what it takes at most, and its own log.

    Samples of the pair are deduplicated by the labels `cluster` and `__replica__` that both send (docs.aws.amazon.com/prometheus,
    «Deduplicating high availability metrics»); nothing is to be set for it. The service writes its log only into groups of this prefix.
    """
    log = Resource(
        _LOGS, "amp", {"name": f"/aws/vendedlogs/amp/{settings.alias}", "retentionInDays": settings.log_days, "kmsKeyId": KEY_ARN}
    )
    workspace = Resource(
        WORKSPACE.kind,
        WORKSPACE.name,
        {"alias": settings.alias, "kmsKeyArn": KEY_ARN, "loggingConfiguration": {"logGroupArn": Text((log.arn, ":*"))}},
    )
    limits = [{"labelSet": {"environment": place.environment}, "limits": {"maxSeries": settings.series}}]
    configuration = Resource(
        "aws:amp/workspaceConfiguration:WorkspaceConfiguration",
        "observatory",
        {"workspaceId": workspace.ref, "retentionPeriodInDays": settings.retention_days, "limitsPerLabelSets": limits},
    )
    return [log, workspace, configuration]
