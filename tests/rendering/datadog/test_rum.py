"""Pages that report to Datadog have an application of its there, and know where to send."""

from dataclasses import replace

import pytest

from catalog.catalog import Catalog
from rendering.datadog import rum
from rendering.resource import Ref, Resource
from tests.rendering.datadog.outside_as_sent import faults
from tests.rendering.datadog.sites import SITE


def test_each_service_with_pages_has_an_application_of_the_environment(real: Catalog) -> None:
    made = {each.name: each.inputs for each in rum.resources(real, SITE)}
    assert set(made) == {"skillforge-frontend", "ai-platform-api"}
    assert made["skillforge-frontend"]["name"] == "skillforge-frontend (prod)"


def test_every_payload_is_one_that_datadogs_models_take(real: Catalog) -> None:
    assert not [fault for resource in rum.resources(real, SITE) for fault in faults(resource)]


@pytest.mark.parametrize(("key", "value"), [("rumEventProcessingState", "SOME"), ("kind", "browser"), ("name", 7)])
def test_a_broken_payload_is_refused(key: str, value: object) -> None:
    assert faults(Resource(rum.APPLICATION, "x", {"name": "x", "type": "browser", key: value}))


def test_pages_are_told_the_id_and_the_token_of_their_application(real: Catalog) -> None:
    subject = next(subject for subject, _ in rum.reporting(real, SITE) if subject.name == "frontend")
    made = {(each.kind, each.name) for each in rum.resources(real, SITE)}
    told = rum.variables(subject)
    assert told["DD_RUM_CLIENT_TOKEN"] == Ref(rum.APPLICATION, "skillforge-frontend", "clientToken")
    assert all((ref.kind, ref.name) in made for ref in told.values())


def test_without_datadog_nobody_reports(real: Catalog) -> None:
    assert not rum.resources(real, replace(SITE, datadog=None))
