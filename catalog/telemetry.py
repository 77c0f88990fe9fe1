"""Who gets a service's telemetry, and what each of them calls the service."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from catalog.base import Backend, Model

Sdk = Literal[
    "go",
    "javascript",
    "javascript-nextjs",
    "javascript-react",
    "javascript-vue",
    "java-spring-boot",
    "node",
    "node-express",
    "other",
    "python",
    "python-celery",
    "python-django",
    "python-fastapi",
    "python-flask",
    "rust",
]
"""What a service is written in, by Sentry's names; it has more (`platform_categories.go` of jianyuan/terraform-provider-sentry)."""
AGENTS = ("go", "java-", "node", "python")
"""What New Relic has an APM agent for (docs.newrelic.com, «Introduction to APM»: languages): beginnings of `Sdk`s."""
Slug = Annotated[str, StringConstraints(pattern=r"^[0-9]*[a-z_-][a-z0-9_-]*$", max_length=50)]
"""How Sentry spells a project: not all digits, 50 characters at most (src/sentry/api/serializers/rest_framework/project.py)."""


class Identity(Model):
    """What other backends call the service."""

    otel: str
    datadog: str
    sentry: Slug | None = None
    """The project in Sentry; default: application and service, with a dash between."""
    newrelic: str | None = None
    """The application in New Relic, which adds the environment; default: as in Sentry."""


class Collect(Model):
    """Which backend gets the service's telemetry; the first of each list is its owner, others are opted into."""

    metrics: tuple[Literal[Backend.PROMETHEUS, Backend.DATADOG, Backend.CLOUDWATCH], ...] = ()
    traces: tuple[Literal[Backend.JAEGER, Backend.DATADOG], ...] = ()
    logs: tuple[Literal[Backend.ELASTIC, Backend.LOKI, Backend.DATADOG, Backend.CLOUDWATCH], ...] = ()
    browsers: tuple[Literal[Backend.DATADOG], ...] = ()
    """What its users' browsers tell (real user monitoring)."""
    errors: tuple[Literal["sentry"], ...] = ()
    """Exceptions, with where in the code they come from. No signal reads them, so it is no backend of alerts."""
    apm: tuple[Literal["newrelic"], ...] = ()
    """New Relic's agent inside the service, beside what the backends above get: paid for a second time."""


def reproach(collect: Collect, sdk: Sdk | None) -> str | None:
    """Why a service that is written in `sdk` cannot tell all that `collect` wants of it; None where it can."""
    if collect.errors and sdk is None:
        return "a service that reports errors says what it is written in; add `sdk`, as python-django"
    if collect.apm and not (sdk or "").startswith(AGENTS):
        known = ", ".join(name.rstrip("-") for name in AGENTS)
        return f"New Relic has no agent for sdk {sdk or '(none)'}; write one of {known}, or remove collect.apm"
    return None
