"""Everything together: the same every time, quickly, in objects that the operator's own definitions accept."""

import time
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from catalog.catalog import Catalog
from local import manifests
from rendering.documents import Rendered, render
from rendering.site import Site
from tests.rendering.reading import endpoint, monitor, read


def test_the_same_catalog_renders_to_the_same_bytes(small: Catalog, site: Site) -> None:
    assert render(small, site) == render(small, site)


def test_rule_files_and_rule_objects_say_the_same(rendered: Rendered) -> None:
    files = {name: text for name, text in rendered.files.items() if name.startswith("prometheus/rules/")}
    assert len(files) == len(rendered.rules)
    for document in rendered.rules:
        assert read(files[f"prometheus/rules/{document['metadata']['name']}.yaml"]) == document["spec"]


def test_the_whole_catalog_renders_in_a_fraction_of_a_second(real: Catalog, site: Site) -> None:
    start = time.process_time()
    render(real, site)
    assert time.process_time() - start < 0.3


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    """A CRD's schema as the API server applies it: unknown fields refused, numbers or text where it says so."""
    found = {key: value for key, value in schema.items() if not key.startswith("x-") and key not in ("description", "format")}
    if schema.get("x-kubernetes-int-or-string"):
        found["type"] = ["integer", "string"]
        found.pop("anyOf", None)
    if "(?i)" in found.get("pattern", ""):  # Go takes the flag anywhere, Python only in front
        del found["pattern"]
    if "properties" in schema:
        found["properties"] = {name: strict(part) for name, part in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            found["additionalProperties"] = False
    elif isinstance(schema.get("additionalProperties"), dict):
        found["additionalProperties"] = strict(schema["additionalProperties"])
    if "items" in schema:
        found["items"] = strict(schema["items"])
    return found


@pytest.fixture(scope="session")
def schemas() -> dict[str, dict[str, Any]]:
    return {
        definition["spec"]["names"]["kind"]: strict(version["schema"]["openAPIV3Schema"]["properties"]["spec"])
        for definition in manifests.definitions(print)
        if definition["spec"]["group"] == "monitoring.coreos.com"
        for version in definition["spec"]["versions"]
    }


def errors(schema: dict[str, Any], spec: dict[str, Any]) -> list[jsonschema.ValidationError]:
    return list(jsonschema.Draft202012Validator(schema).iter_errors(spec))  # pyright: ignore[reportUnknownMemberType]  half typed


def refusals(documents: Iterator[dict[str, Any]] | tuple[dict[str, Any], ...], schemas: dict[str, dict[str, Any]]) -> list[str]:
    return [
        f"{document['kind']} {document['metadata']['name']}: {error.message[:200]}"
        for document in documents
        for error in errors(schemas[document["kind"]], document["spec"])
    ]


@pytest.mark.tools
def test_the_operators_definitions_accept_every_object(rendered: Rendered, schemas: dict[str, dict[str, Any]]) -> None:
    assert refusals((*rendered.rules, *rendered.monitors), schemas) == []


@pytest.mark.tools
def test_the_operators_definitions_refuse_an_unknown_field_and_a_bad_duration(
    rendered_small: Rendered, schemas: dict[str, dict[str, Any]]
) -> None:
    spec = monitor(rendered_small, "store-web")
    spec = spec | {"sampleLimits": 5, "endpoints": [endpoint(spec) | {"interval": "5 minutes"}]}
    found = refusals(({"kind": "ServiceMonitor", "metadata": {"name": "broken"}, "spec": spec},), schemas)
    assert any("sampleLimits" in line for line in found)
    assert any("5 minutes" in line for line in found)
