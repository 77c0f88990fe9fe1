"""Which records are kept, for how long and how many; where all of them are archived; and the metric that alerts on logs count with."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from catalog.catalog import Catalog
from catalog.model import Service
from rendering.datadog.log_scope import KIND, MANAGED, SECURITY, TRACE, any_of, of_all, senders
from rendering.datadog.log_settings import EnvironmentIndexSettings, LogArchiveSettings, LogsSettings
from rendering.document import Document
from rendering.resource import Resource
from rendering.site import Site

INDEX = "datadog:index/logsIndex:LogsIndex"
ORDER = "datadog:index/logsIndexOrder:LogsIndexOrder"
ARCHIVE = "datadog:index/logsArchive:LogsArchive"
METRIC = "datadog:index/logsMetric:LogsMetric"

EVENTS = "logs.events"
"""The metric that the catalog's log signals ask for: records by level and event."""
TAGS = {"level": "status", "event": "@event", "service": "service", "env": "env"}
"""Tags of that metric, and the attribute or tag of a record that each is taken from. No one tells users apart: each value is billed."""

_RECORDS = "security-records"
_WARN_AT = 80
"""Per cent of a day's quota at which Datadog tells; it takes 50 to 99.99 (terraform-provider-datadog, logs index)."""
_RESET: Document = {"resetTime": "00:00", "resetUtcOffset": "+00:00"}
_ORDINARY = "status:(info OR ok OR notice)"


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Indexes, their order, the archive and the metric: all of them the account's."""
    logs = site.datadog.logs if site.datadog else None
    if logs is None:
        return []
    return [Resource(kind, name, inputs, account_wide=True) for kind, name, inputs in _all(catalog, logs)]


def index_name(part: str) -> str:
    """An index of ours. A name is for good: Datadog neither renames an index nor lets a deleted one's name be used again."""
    return f"observatory-{part}"


def _all(catalog: Catalog, logs: LogsSettings) -> Iterator[tuple[str, str, Document]]:
    indexes = {
        _RECORDS: _index(
            _RECORDS,
            f"@{KIND}:{SECURITY} OR source:(cloudtrail OR kubernetes.audit)",
            logs.security.retention,
            logs.security.daily_limit,
            [],
        )
    }
    for environment, settings in logs.environments.items():
        indexes[environment] = _index(
            environment, f"env:{environment}", settings.retention, settings.daily_limit, list(_exclusions(catalog, settings))
        )
    for name, inputs in indexes.items():
        yield INDEX, name, inputs
    ours = [index_name(name) for name in indexes]
    yield ORDER, "observatory", {"name": "observatory", "indexes": [*ours, *logs.other_indexes]}
    if logs.archive is not None:
        yield ARCHIVE, "observatory", _archive(logs.archive, logs)
    groups = [{"path": path, "tagName": tag} for tag, path in TAGS.items()]
    compute = {"aggregationType": "count"}
    yield METRIC, EVENTS, {"name": EVENTS, "compute": compute, "filter": {"query": of_all(catalog)}, "groupBies": groups}


def _index(name: str, query: str, retention: int | None, daily_limit: int, exclusions: list[Document]) -> Document:
    """The first index whose filter a record matches takes it, so the order decides between security and the environment."""
    return {
        "name": index_name(name),
        "filters": [{"query": query}],
        "retentionDays": retention,
        "dailyLimit": daily_limit,
        "disableDailyLimit": False,
        "dailyLimitReset": _RESET,
        "dailyLimitWarningThresholdPercentage": _WARN_AT,
        "exclusionFilters": exclusions,
        "tags": [MANAGED, f"scope:{name}"],
    }


def _exclusions(catalog: Catalog, settings: EnvironmentIndexSettings) -> Iterator[Document]:
    """What is not indexed; it is counted and archived all the same. The first that matches a record counts."""
    paths = sorted({path for _, service in senders(catalog) for path in _asked_by_machines(service)})
    if paths:
        yield _exclusion("health checks that went well", f"@http.url_details.path:{any_of(paths)} {_ORDINARY}", 1)
    yield _exclusion("debugging", "status:debug", 1)
    if settings.keep < 1:
        share = round(1 - settings.keep, 6)
        # By trace, so that the records of one request stay or go together.
        yield _exclusion("ordinary requests, a share", f"{_ORDINARY} @{TRACE}:*", share, f"@{TRACE}")
        yield _exclusion("ordinary records without a trace, a share", f"{_ORDINARY} -@{TRACE}:*", share)


def _asked_by_machines(service: Service) -> Iterator[str]:
    """Paths of a service that probes and scrapes ask for, day and night."""
    yield service.runs.path
    yield from (path for probe in service.probes.values() if (path := urlsplit(probe.url).path) not in ("", "/"))


def _exclusion(name: str, query: str, share: float, attribute: str | None = None) -> Document:
    sampled = {"query": query, "sampleRate": share, **({"sampleAttribute": attribute} if attribute else {})}
    return {"name": name, "isEnabled": True, "filters": [sampled]}


def _archive(settings: LogArchiveSettings, logs: LogsSettings) -> Document:
    encryption = {"encryptionType": "SSE_KMS", "encryptionKey": settings.kms_key} if settings.kms_key else {"encryptionType": "NO_OVERRIDE"}
    return {
        "name": "observatory",
        "query": f"env:{any_of(logs.environments)}",
        "includeTags": True,
        "rehydrationTags": ["rehydrated:true"],
        "rehydrationMaxScanSizeInGb": settings.rehydrate,
        "compressionMethod": "GZIP",
        "s3Archive": {
            "bucket": settings.bucket,
            "path": settings.path,
            "accountId": settings.account_id,
            "roleName": settings.role_name,
            "storageClass": settings.storage_class,
            **encryption,
        },
    }
