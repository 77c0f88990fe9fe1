"""Snapshots on S3: where they go, how often they are taken, and how many are kept."""

from collections.abc import Iterator

from rendering.elastic.request import Request, put
from rendering.elastic.settings import ElasticSettings
from rendering.site import Site

REPOSITORY, POLICY = "observatory", "observatory-daily"
_FEWEST = 5
"""Kept however old they are: when snapshots fail for a month, the last good ones must not expire."""


def requests(site: Site, elastic: ElasticSettings) -> Iterator[Request]:
    """Nothing where the settings name no bucket.

    Elasticsearch tries the repository from every node before it takes it, so a wrong bucket or role fails here, not at night.
    """
    if (snapshots := elastic.snapshots) is None:
        return
    place = {"bucket": snapshots.bucket, "base_path": f"{snapshots.path}/{site.cluster}", "server_side_encryption": True}
    yield put(f"snapshot repository {REPOSITORY}", f"/_snapshot/{REPOSITORY}", {"type": "s3", "settings": place})
    document = {
        "name": "<observatory-{now/d}>",
        "schedule": snapshots.schedule,
        "repository": REPOSITORY,
        "config": {"indices": ["*"], "include_global_state": True, "ignore_unavailable": True, "partial": False},
        "retention": {
            "expire_after": f"{snapshots.keep_days}d",
            "min_count": _FEWEST,
            "max_count": max(_FEWEST, 4 * snapshots.keep_days),
        },
    }
    yield put(f"snapshot policy {POLICY}", f"/_slm/policy/{POLICY}", document)
