"""A real Loki accepts each rendered configuration (`-verify-config`), and refuses what was broken in it, by name."""

import copy
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.catalog import Catalog
from rendering.document import Document, to_yaml
from rendering.loki.configuration import configuration
from rendering.loki.settings import LokiSettings
from tests.loki.stage import LOGS, SITE

pytestmark = pytest.mark.tools

S3 = {"bucket": "company-loki", "role_arn": "arn:aws:iam::123456789012:role/loki"}
KEY = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000"
EVERY = {
    "one process": {"storage": "filesystem"},
    "one process with a bucket": {"storage": "s3", "s3": S3},
    "three processes": {"storage": "s3", "s3": S3 | {"region": "eu-west-1", "kms_key": KEY}, "all": {"replicas": 3}},
    "writers, readers and what is behind": {
        "mode": "scalable",
        "storage": "s3",
        "s3": S3,
        "write": {"replicas": 3},
        "read": {"replicas": 2},
        "backend": {"replicas": 2},
        "limits": {"oldest": "36h", "rate": 4, "burst": 8, "outstanding": 100},
    },
}


class Judge:
    """Loki, asked for nothing but its opinion."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program, self._folder = program, folder

    def complaint(self, rendered: Document, target: str = "all") -> str:
        """What it says against a configuration; nothing where it accepts it."""
        file = self._folder / "loki.yaml"
        file.write_text(to_yaml(rendered))
        command = [str(self._program), f"-config.file={file}", f"-target={target}", "-verify-config"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        return run.stderr if run.returncode else ""


@pytest.fixture
def judge(tools: dict[str, Path], tmp_path: Path) -> Judge:
    return Judge(tools["loki"], tmp_path)


@pytest.mark.parametrize("name", EVERY)
def test_a_real_loki_accepts_every_rendered_configuration(judge: Judge, catalog: Catalog, name: str) -> None:
    settings = LokiSettings.model_validate(EVERY[name])
    rendered = configuration(catalog, SITE, LOGS, settings)
    targets = ("all",) if settings.mode == "single" else ("write", "read", "backend")
    assert {target: judge.complaint(rendered, target) for target in targets} == dict.fromkeys(targets, "")


def put(value: object, *path: str | int) -> Callable[[Document], None]:
    """Writes a value where the path leads."""

    def broken(rendered: Document) -> None:
        *places, key = path
        inner: Any = rendered
        for place in places:
            inner = inner[place]
        inner[key] = value

    return broken


@pytest.mark.parametrize(
    ("told", "broken"),
    [
        ("ingestion_rate_mib", put(16, "limits_config", "ingestion_rate_mib")),
        ("reject_old_sample", put(True, "limits_config", "reject_old_sample")),
        ("delete_request_stores", put("s3", "compactor", "delete_request_stores")),
        ("bucketname", put({"bucketname": "x"}, "common", "storage", "s3")),
        ("retention period must be >= 24h", put("1h", "limits_config", "retention_stream", 0, "period")),
        ("parse error", put('{dataset=~"("}', "limits_config", "retention_stream", 0, "selector")),
        ("parse error", put("dataset", "limits_config", "retention_stream", 0, "selector")),
        ("delete-request-store should be configured", put("", "compactor", "delete_request_store")),
        ("unrecognized `store` (index) type", put("tsbd", "schema_config", "configs", 0, "store")),
        ("unsupported action", put("index", "limits_config", "otlp_config", "log_attributes", 0, "action")),
        ("not a valid duration", put("a week", "limits_config", "reject_old_samples_max_age")),
        ("alertmanager_urls", put("http://x", "ruler", "alertmanager_urls")),
    ],
)
def test_a_broken_configuration_is_refused_by_the_name_of_what_is_wrong(
    judge: Judge, catalog: Catalog, told: str, broken: Callable[[Document], None]
) -> None:
    rendered = copy.deepcopy(configuration(catalog, SITE, LOGS, LokiSettings.model_validate(EVERY["one process"])))
    broken(rendered)
    assert told in judge.complaint(rendered)
