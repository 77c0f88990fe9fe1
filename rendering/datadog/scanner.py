"""The sensitive data scanner: what looks like a secret is masked in logs, spans, browser sessions and events before anybody reads it.

The patterns are those of the collectors, so that both stores hide the same. The scanner's syntax is a subset of PCRE2 with flags
and lazy repetition and without look-around or back references (github.com/DataDog/dd-sensitive-data-scanner, sds/src/parser).
"""

from collections.abc import Iterator

from catalog.catalog import Catalog
from rendering.datadog.log_scope import MANAGED, any_of, synthetic_users
from rendering.datadog.log_settings import LogsSettings
from rendering.document import Document
from rendering.otel.redaction import EMAIL, MASK, VALUES
from rendering.resource import Resource
from rendering.site import Site

GROUP = "datadog:index/sensitiveDataScannerGroup:SensitiveDataScannerGroup"
RULE = "datadog:index/sensitiveDataScannerRule:SensitiveDataScannerRule"
_NAME = "observatory"
_MOST_IMPORTANT, _PERSONAL = 1, 3
"""Places in the list of findings, 1 to 5."""


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """One group for all environments of the account, and a rule for each kind of secret."""
    logs = site.datadog.logs if site.datadog else None
    if logs is None:
        return []
    group = Resource(
        GROUP,
        _NAME,
        {
            "name": _NAME,
            "description": "Values that look like secrets or name a person.",
            "isEnabled": True,
            "filter": {"query": f"env:{any_of(logs.environments)}"},
            "productLists": ["logs", "apm", "rum", "events"],
        },
        account_wide=True,
    )
    return [group, *(Resource(RULE, name, {"groupId": group.ref, **rule}, account_wide=True) for name, rule in _rules(catalog, logs))]


def _rules(catalog: Catalog, logs: LogsSettings) -> Iterator[tuple[str, Document]]:
    for kind, pattern in VALUES.items():
        masked = {"type": "replacement_string", "replacementString": MASK}
        yield kind.replace(" ", "-"), _rule(kind, pattern, _MOST_IMPORTANT, masked)
    if logs.redact_emails:
        users = sorted(synthetic_users(catalog))  # no person: suppressions must still know them
        yield (
            "an-email",
            _rule("an e-mail address", EMAIL, _PERSONAL, {"type": "hash"}) | ({"suppressions": {"exactMatches": users}} if users else {}),
        )


def _rule(kind: str, pattern: str, priority: int, replacement: Document) -> Document:
    return {
        "name": f"{_NAME}: {kind}",
        "description": f"What looks like {kind}.",
        "isEnabled": True,
        "pattern": pattern,
        "priority": priority,
        "tags": [MANAGED, f"sensitive_data:{kind.replace(' ', '_')}"],
        "textReplacement": replacement,
    }
