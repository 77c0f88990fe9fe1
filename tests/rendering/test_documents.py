"""Everything together: the same every time, quickly, in objects that the operator's own definitions accept."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from operator import itemgetter
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter, ValidationError

from catalog.base import Name
from catalog.catalog import Catalog
from local import manifests
from rendering.document import to_yaml
from rendering.documents import Rendered, render
from rendering.otel.mesh import telemetry
from rendering.site import Site
from tests.rendering.reading import endpoint, monitor, read

NAMES = TypeAdapter[str](Name)
MOST_BYTES = 512 * 1024
"""Of one object's rules: half of what a ConfigMap may hold, beyond which the operator refuses it (`pkg/operator/rules.go` of v0.92.1)."""
LONGEST_NAME = 253
SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def test_the_same_catalog_renders_to_the_same_bytes(small: Catalog, site: Site) -> None:
    assert render(small, site) == render(small, site)


def test_rule_files_and_rule_objects_say_the_same(rendered: Rendered) -> None:
    files = [read(text)["groups"] for name, text in rendered.files.items() if name.startswith("prometheus/rules/")]
    objects = [group for document in rendered.rules for group in document["spec"]["groups"]]
    assert sorted(chain.from_iterable(files), key=itemgetter("name")) == sorted(objects, key=itemgetter("name"))


def test_rule_objects_are_one_a_subject_and_named_after_it(rendered: Rendered) -> None:
    names = [document["metadata"]["name"] for document in rendered.rules]
    assert len(set(names)) == len(names)
    for document in rendered.rules:
        name = document["metadata"]["name"]
        assert SUBDOMAIN.fullmatch(name), name
        assert len(name) <= LONGEST_NAME
        assert {".".join(group["name"].split(".")[:2]) for group in document["spec"]["groups"]} == {name}


@pytest.mark.parametrize("name", ["a", "a1", "a-b", "a" * 40])
def test_every_name_of_the_catalog_makes_a_name_that_kubernetes_takes(name: str) -> None:
    assert NAMES.validate_python(name) == name
    assert SUBDOMAIN.fullmatch(f"{name}.{name}")


@pytest.mark.parametrize("name", ["a-", "-a", "a.b", "A", "a" * 41, ""])
def test_no_name_of_the_catalog_makes_one_that_it_refuses_or_that_is_anothers(name: str) -> None:
    with pytest.raises(ValidationError):
        NAMES.validate_python(name)


def test_a_service_of_a_hundred_alerts_makes_no_object_that_the_operator_refuses(small: Catalog, site: Site) -> None:
    store = small.applications["store"]
    web = store.services["web"]
    alerts = {f"{name}{number}": alert for number in range(20) for name, alert in web.alerts.items() if name != "FewerTargets"}
    assert len(alerts) >= 100
    services = {**store.services, "web": web.model_copy(update={"alerts": alerts})}
    many = replace(small, applications={**small.applications, "store": store.model_copy(update={"services": services})})
    sizes = {document["metadata"]["name"]: len(to_yaml(document["spec"]).encode()) for document in render(many, site).rules}
    assert sizes["store.web"] > 100_000, "the catalog under test is not large at all"
    assert max(sizes.values()) < MOST_BYTES, sizes


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
def test_the_mesh_s_own_definition_accepts_what_it_is_told_and_refuses_what_it_does_not_know() -> None:
    (definition,) = [d for d in manifests.mesh_definitions(print) if d["spec"]["names"]["kind"] == "Telemetry"]
    written = telemetry()
    assert written["apiVersion"] == f"{definition['spec']['group']}/v1"
    (version,) = [v for v in definition["spec"]["versions"] if v["name"] == "v1" and v["served"]]
    schema = strict(version["schema"]["openAPIV3Schema"]["properties"]["spec"])
    assert errors(schema, written["spec"]) == []
    (tracing,) = written["spec"]["tracing"]
    assert errors(schema, {"tracing": [tracing | {"samplingPercentage": 100}]}), "an unknown field"
    assert errors(schema, {"tracing": [tracing | {"randomSamplingPercentage": 101}]}), "more than all"


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
