"""Questions about an application as a whole; `$service` is the choice of services."""

from catalog.model import Application
from dashboards.model import Query
from dashboards.reading import Reader


def critical(application: Application) -> Query:
    """Critical alerts that fire, whatever part they are about."""
    own = f'application="{application.application}",alertstate="firing",severity="critical"'
    return Query(f"max by (alertname, service, dependency, priority, team) (ALERTS{{{own}}})")


def firing(application: Application) -> Query:
    """How many alerts fire, by severity."""
    return Query(
        f'count by (severity) (max without (instance, pod) (ALERTS{{application="{application.application}",alertstate="firing"}}))',
        "{{severity}}",
    )


def available(application: Application, kind: str) -> Query:
    """Which services or dependencies are up."""
    chosen = ',service=~"$service"' if kind == "service" else ""
    return Query(f'{kind}:available:bool{{application="{application.application}"{chosen}}}', f"{{{{{kind}}}}}")


def budgets(application: Application) -> Query:
    """What is left of every error budget."""
    own = f'application="{application.application}",service=~"$service"'
    return Query(f"slo:error_budget:remaining_ratio{{{own}}}", "{{service}} {{slo}}")


def used(application: Application, what: str) -> Query:
    """CPU or memory of each service's fullest pod, of what it may use."""
    return Query(f'service:{what}:ratio{{application="{application.application}",service=~"$service"}}', "{{service}}")


def disk() -> Query:
    """The fullest filesystem of the cluster's nodes, which all applications share."""
    return Query('dependency:disk:ratio{application="platform"}', "fullest filesystem")


def records(reader: Reader, application: Application, what: str) -> bool:
    """Whether any part of the application has such a recorded series."""
    return any(subject.application is application and reader.records(what, subject) for subject in reader.subjects)
