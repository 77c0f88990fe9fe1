"""Which of an environment's workloads ask Amazon for something, by which role, and what each may do."""

import re
from collections.abc import Iterator

from components.context import Context
from components.grafana import NAME as GRAFANA
from components.operators import EXTERNAL_SECRETS
from components.prometheus_access import NAME as PROMETHEUS
from rendering.aws import rights
from rendering.aws.place import Place
from rendering.aws.policies import Statement
from rendering.aws.roles import Workload
from rendering.elastic.places import ELASTICSEARCH, FILEBEAT
from rendering.jaeger.places import NAME as JAEGER
from rendering.jaeger.places import QUERY
from rendering.loki.places import NAME as LOKI
from stacks.settings import Settings

_WORKSPACE = re.compile(r"aps-workspaces\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/workspaces/(?P<id>ws-[0-9a-f-]{36})")


def reader(settings: Settings, place: Place) -> str | None:
    """The role by which External Secrets reads entries; None where it has none of ours."""
    known = settings.aws and settings.aws.identity and settings.secrets.source == "external"
    return place.role(place.name(EXTERNAL_SECRETS)) if known else None


def workloads(settings: Settings, context: Context, place: Place) -> list[Workload]:
    """All of them, whoever makes their roles."""
    return [*_metrics(settings, context, place), *_records(settings, context, place), *_readers(settings, context, place)]


def _metrics(settings: Settings, context: Context, place: Place) -> Iterator[Workload]:
    names, workspace = context.namespaces, _workspace(settings, place)
    target = settings.prometheus.remote_write
    if target and workspace:
        yield Workload(PROMETHEUS, target.role_arn, rights.write_metrics(workspace), names.monitoring, (PROMETHEUS,))
    managed = (rights.query_metrics(workspace),) if workspace and settings.prometheus.query == "amp" else ()
    if settings.grafana and settings.grafana.role_arn:
        shown = settings.grafana.content.cloudwatch
        watched: tuple[Statement, ...] = rights.show_cloudwatch(place, shown.role_arn) if shown else ()
        if statements := (*managed, *watched):
            yield Workload(GRAFANA, settings.grafana.role_arn, statements, names.monitoring, (GRAFANA,))
    if settings.jaeger and settings.jaeger.role_arn and managed:
        account = JAEGER if settings.jaeger.elasticsearch is None else QUERY
        yield Workload(JAEGER, settings.jaeger.role_arn, managed, names.tracing, (account,))


def _records(settings: Settings, context: Context, place: Place) -> Iterator[Workload]:
    names = context.namespaces
    if settings.elastic and (kept := settings.elastic.snapshots):
        statements = rights.keep_objects(place, kept.bucket, kept.path)
        # Its repository reads a token of its own folder, and the agent's it would not find.
        yield Workload(ELASTICSEARCH, kept.role_arn, statements, names.logging, (ELASTICSEARCH,), token=True)
    if settings.elastic and settings.elastic.aws_logs_queue and settings.elastic.aws_logs_role_arn:
        buckets = [bucket.name for purpose, bucket in sorted(settings.aws.buckets.items()) if purpose == "archives"] if settings.aws else []
        statements = rights.read_logs(settings.elastic.aws_logs_queue, buckets, place)
        yield Workload(FILEBEAT, settings.elastic.aws_logs_role_arn, statements, names.agents, (FILEBEAT,))
    if settings.loki and (store := settings.loki.s3):
        key = {"key": store.kms_key} if store.kms_key else {}
        yield Workload(LOKI, store.role_arn, rights.keep_objects(place, store.bucket, **key), names.logging, (LOKI,))


def _readers(settings: Settings, context: Context, place: Place) -> Iterator[Workload]:
    if role := reader(settings, place):
        yield Workload(EXTERNAL_SECRETS, role, rights.read_entries(place), context.namespaces.monitoring, (EXTERNAL_SECRETS,))
    chosen = settings.datadog
    if chosen and chosen.aws and chosen.aws.external_id and settings.account_wide:
        role = f"arn:{chosen.aws.partition}:iam::{chosen.aws.account_id}:role/{chosen.aws.role_name}"
        archive = chosen.logs.archive.bucket if chosen.logs and chosen.logs.archive else None
        statements = rights.watch(place, archive, posture=chosen.aws.posture)
        yield Workload("datadog", role, statements, outside=rights.datadog(place, chosen.aws.external_id))


def _workspace(settings: Settings, place: Place) -> str | None:
    """The workspace's ARN, once its address is known."""
    target = settings.prometheus.remote_write
    found = _WORKSPACE.search(target.workspace) if target else None
    return f"arn:{place.partition}:aps:{found['region']}:{place.account}:workspace/{found['id']}" if found else None
