"""An application's overview: what its owners named, by the services that are chosen."""

import pytest

from dashboards.model import Dashboard
from dashboards.naming import application_uid
from tests.dashboards.drawn import all_of_them, panel, reader


def of(application: str) -> Dashboard:
    return all_of_them()[application_uid(application)]


@pytest.mark.parametrize("application", ["skillforge", "ai-platform", "jac-learning", "universal-ai-tools", "platform"])
def test_every_application_shows_its_critical_alerts_and_the_state_of_its_services(application: str) -> None:
    critical = panel(of(application), "Critical alerts").queries[0].expression
    assert f'application="{application}",alertstate="firing",severity="critical"' in critical
    assert panel(of(application), "Service status").unit == "state"
    assert len(panel(of(application), "Services and dependencies").text.splitlines()) == 2 + sum(
        subject.application.application == application for subject in reader().subjects
    )


def test_requests_latency_and_errors_are_told_by_service() -> None:
    for title in ("HTTP requests", "HTTP errors", "HTTP latency"):
        (query,) = panel(of("universal-ai-tools"), title).queries
        assert 'service=~"$service"' in query.expression
        assert "{{service}}" in query.legend


def test_ai_requests_are_told_by_model_and_provider() -> None:
    (query,) = panel(of("universal-ai-tools"), "AI requests").queries
    assert query.legend == "{{service}} {{model}} {{provider}}"


def test_an_application_shows_only_what_it_has() -> None:
    headings = {row.title for row in of("ai-platform").rows}
    assert "AI requests" not in headings
    assert "Models" in headings, "its predictions"
    assert "Error budgets left" not in {panel.title for panel in of("ai-platform").panels}, "it promises no share"


def test_the_services_that_may_be_chosen_are_its_own() -> None:
    (variable,) = of("jac-learning").variables
    assert set(variable.values) == {"frontend", "backend", "celery"}
