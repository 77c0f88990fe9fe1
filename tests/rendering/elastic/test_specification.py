"""Every document for Elasticsearch fits Elasticsearch's specification, and the judge sees what does not."""

from pathlib import Path
from typing import Any

import pytest

from catalog.catalog import Catalog
from tests.rendering.elastic.samples import Environment, lone, tiers
from tests.rendering.elastic.specification import judge, kind

pytestmark = pytest.mark.tools

BROKEN: dict[str, tuple[str, Any]] = {
    "an action of a lifecycle": ("/_ilm/policy/x", {"policy": {"phases": {"hot": {"actions": {"rollovr": {}}}}}}),
    "a phase": ("/_ilm/policy/x", {"policy": {"phases": {"hott": {}}}}),
    "a priority that is no number": (
        "/_ilm/policy/x",
        {"policy": {"phases": {"hot": {"actions": {"set_priority": {"priority": "high"}}}}}},
    ),
    "phases outside of the policy": ("/_ilm/policy/x", {"phases": {}}),
    "a setting of an index": ("/_component_template/x", {"template": {"settings": {"index": {"number_of_shard": 1}}}}),
    "a limit of fields": ("/_component_template/x", {"template": {"settings": {"index": {"mapping": {"total_fields": {"limt": 1}}}}}}),
    "a field's type": ("/_component_template/x", {"template": {"mappings": {"properties": {"a": {"type": "keywrd"}}}}}),
    "a field's option": (
        "/_component_template/x",
        {"template": {"mappings": {"properties": {"a": {"type": "keyword", "ignore_abov": 1}}}}},
    ),
    "a value of dynamic": ("/_component_template/x", {"template": {"mappings": {"dynamic": "yes"}}}),
    "a template's pattern": ("/_index_template/x", {"index_pattern": ["a"], "template": {}}),
    "a data stream's option": ("/_index_template/x", {"index_patterns": ["a"], "template": {}, "data_stream": {"hiden": True}}),
    "a role's cluster privilege": ("/_security/role/x", {"cluster": ["monitr"]}),
    "a role's index privilege": ("/_security/role/x", {"indices": [{"names": ["a"], "privileges": ["reed"]}]}),
    "an application's rights without resources": ("/_security/role/x", {"applications": [{"application": "a", "privileges": ["all"]}]}),
    "a kind of repository": ("/_snapshot/x", {"type": "s4", "settings": {"bucket": "a"}}),
    "a repository's setting": ("/_snapshot/x", {"type": "s3", "settings": {"buket": "a"}}),
    "a snapshot policy's number": ("/_slm/policy/x", {"retention": {"expire_after": "1d", "min_count": "five", "max_count": 1}}),
    "a processor": ("/_ingest/pipeline/x", {"processors": [{"gsubb": {}}]}),
    "a processor's option": ("/_ingest/pipeline/x", {"processors": [{"gsub": {"field": "a", "patern": "b", "replacement": ""}}]}),
    "an alias's option": ("/x", {"aliases": {"a": {"is_write_idx": True}}}),
}


@pytest.mark.parametrize("environment", [tiers(), lone()], ids=["tiers", "lone"])
def test_every_document_fits_the_specification(environment: Environment, real: Catalog, tmp_path: Path) -> None:
    given = [each for each in environment.requests(real) if each.system == "elasticsearch" and each.document is not None]
    wrong = {
        each.name: faults
        for each, faults in zip(given, judge([(each.path, each.document) for each in given], tmp_path), strict=True)
        if faults
    }
    assert not wrong
    # Data streams have no document; every other path is one that the judge knows.
    assert {kind(each.path) for each in given} >= {"Lifecycle", "Component", "IndexTemplate", "Index", "Role", "Pipeline"}


def test_a_document_with_one_fault_is_refused(tmp_path: Path) -> None:
    missed = [name for name, faults in zip(BROKEN, judge(BROKEN.values(), tmp_path), strict=True) if not faults]
    assert not missed


def test_a_path_that_the_api_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing is known of /_ilm/policies"):
        kind("/_ilm/policies/x/y")
