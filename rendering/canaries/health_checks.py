"""Route 53's health checks of what the public reaches: asked from several parts of the world, every half minute, without code."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from catalog.catalog import Catalog
from catalog.outside import Journey, Probe
from rendering import wording
from rendering.canaries import alarms
from rendering.canaries.runs import Canary
from rendering.cloudwatch import names
from rendering.cloudwatch.alarm import Alarm
from rendering.cloudwatch.conditions import Condition
from rendering.document import Document
from rendering.resource import Ref, Resource
from rendering.site import Site

KIND = "aws:route53/healthCheck:HealthCheck"
REGION = "us-east-1"
"""Route 53 writes its metrics there alone (docs.aws.amazon.com/Route53, «Monitoring health checks using CloudWatch»)."""
_INTERVAL, _FAILURES = 30, 3
_PORTS = {"http": 80, "https": 443}


def resources(canaries: list[Canary], catalog: Catalog, site: Site) -> Iterator[Resource]:
    """One for each address that is asked plainly, with its alarm."""
    seen: set[str] = set()
    for canary in canaries:
        url = _address(canary)
        if url is None or url in seen or url not in _plain(canary):
            continue
        seen.add(url)
        check = Resource(KIND, canary.key, _check(url) | {"tags": canary.subject.labels | {"Name": canary.called(site)}})
        yield check
        yield _alarm(canary, check.ref, url, catalog, site)


def _address(canary: Canary) -> str | None:
    """What is asked with nothing but GET: a check, or the first step of a journey."""
    about = canary.about
    if isinstance(about, Probe):
        plain = about.expect_status == (200,)  # Route 53 takes every status below 400 for healthy, and nothing else
        return canary.urls[0] if plain else None
    first = about.steps[0]
    sends = first.body is not None or first.headers or not first.target.startswith(("GET ", "http"))
    return None if about.kind != "api" or sends else canary.urls[0]


def _plain(canary: Canary) -> list[str]:
    """Addresses that the catalog itself names: what is asked in a VPC instead is not reached from the world."""
    about = canary.about
    return [about.url] if isinstance(about, Probe) else [step.target.rpartition(" ")[2] for step in about.steps]


def _check(url: str) -> Document:
    address = urlsplit(url)
    shared = {"fqdn": address.hostname, "requestInterval": _INTERVAL, "failureThreshold": _FAILURES, "measureLatency": False}
    if address.scheme == "tcp":
        return {"type": "TCP", "port": address.port, **shared}
    path = f"{address.path or '/'}{f'?{address.query}' if address.query else ''}"
    sni = {"enableSni": True} if address.scheme == "https" else {}
    return {"type": address.scheme.upper(), "port": address.port or _PORTS[address.scheme], "resourcePath": path, **shared, **sni}


def _alarm(canary: Canary, check: Ref, url: str, catalog: Catalog, site: Site) -> Resource:
    """It shows, and tells nobody: the canary of the same address does."""
    alert = alarms.told_as(canary, catalog)
    owner, severity, priority = alarms.team(canary, catalog), alarms.severity(canary, catalog), alarms.priority(canary, catalog)
    condition = {
        "namespace": "AWS/Route53",
        "metricName": "HealthCheckStatus",
        "statistic": "Minimum",
        "period": 60,
        "comparisonOperator": "LessThanThreshold",
        "threshold": 1,
        "dimensions": {"HealthCheckId": check},
    }
    what = canary.about
    impact = what.impact if isinstance(what, Journey) else "Users anywhere may not reach the service."
    said = [f"Most of Route 53's checkers around the world do not reach {url} of {wording.where(canary.subject)}.", f"Impact: {impact}"]
    said.append("Action: ask the address from outside; look at names, the edge and the certificate before the service itself.")
    return Alarm(
        name=names.logical(canary.subject, alert, "route53", canary.name),
        title=names.alarm(canary.subject, alert, site, "route53", canary.name),
        description=alarms.description(canary.subject, alert, alarms.page(canary, catalog), said, site),
        tags=alarms.tags(canary.subject, alert, owner, severity, priority, site, None),
        condition=Condition(condition, 3, 2, 60),
        missing="breaching",
        region=REGION,
    ).resource()
