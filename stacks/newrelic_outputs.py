"""What an environment tells services of New Relic's agent; the licence key stands in the application's Secret."""

from catalog.catalog import Subject
from catalog.model import Application, Service
from components.context import Context
from rendering.newrelic.places import Instrumented
from stacks.settings import Settings


def environment(settings: Settings, context: Context, application: Application, name: str, service: Service) -> dict[str, str]:
    """The agent's configuration, by variables that all its languages read (docs.newrelic.com, «Environment variables»).

    Where the chart sends records, the agent sends none of its own: it marks them, so that they are found by trace.
    """
    if settings.newrelic is None or "newrelic" not in service.collect.apm:
        return {}
    each = Instrumented(Subject(application, "service", name, service), service)
    labels = {"application": application.application, "service": name, "environment": context.environment, "team": application.owner.team}
    by_chart = settings.newrelic.logs
    return {
        "NEW_RELIC_APP_NAME": each.called(context.environment),
        "NEW_RELIC_LABELS": ";".join(f"{key}:{value}" for key, value in labels.items()),
        "NEW_RELIC_DISTRIBUTED_TRACING_ENABLED": "true",
        "NEW_RELIC_APPLICATION_LOGGING_FORWARDING_ENABLED": str(not by_chart).lower(),
        "NEW_RELIC_APPLICATION_LOGGING_LOCAL_DECORATING_ENABLED": str(by_chart).lower(),
        "NEW_RELIC_LOG": "stdout",
    }
