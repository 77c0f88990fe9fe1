"""What agents ask for metrics: services that expose them, and databases and caches that applications need. Pure.

Files of the cluster agent's `conf.d`, which it hands on: checks of a Service's endpoints to the agents on their nodes, others to runners
(docs.datadoghq.com/containers/cluster_agent/endpointschecks and .../clusterchecks). No file holds a secret: `%%env_NAME%%` is filled in
when it is read (comp/core/autodiscovery/providers/config_reader.go of DataDog/datadog-agent).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog.base import Backend
from catalog.catalog import Catalog, Subject
from catalog.model import Dependency, Service
from catalog.outside import Probe
from components import exporters
from components.datadog.settings import DatadogSettings
from components.exporters import ExportersSettings
from components.secrets import Need
from rendering.datadog import queries
from rendering.document import Document, to_yaml
from rendering.site import Site

_ASKED = re.compile(r"([A-Za-z][\w.]*)\{\$tags")
_LEAST_INTERVAL = 15
"""Seconds: agents run no check more often."""


@dataclass(frozen=True)
class Check:
    """One file of `conf.d`."""

    integration: str
    name: str
    text: str
    secrets: tuple[tuple[str, Need], ...] = ()
    """Environment variables that it names, with what they hold."""

    @property
    def key(self) -> str:
        """In the ConfigMap, whose keys have no folders."""
        return f"{self.integration}.{self.name}.yaml"

    @property
    def path(self) -> str:
        """Below `conf.d`: the folder says which integration reads it."""
        return f"{self.integration}.d/{self.name}.yaml"


def checks(catalog: Catalog, site: Site, settings: DatadogSettings, logins: ExportersSettings) -> list[Check]:
    """All of them, in the order of the catalog; none of subjects whose metrics Datadog does not collect."""
    return [check for subject in catalog.subjects() if site.runs(subject) for check in _of(subject, catalog, site, settings, logins)]


def watched(subject: Subject) -> bool:
    """Whether Datadog collects a subject's metrics; a dependency's where it does those of a service that needs it."""
    if isinstance(subject.watched, Service):
        return Backend.DATADOG in subject.watched.collect.metrics
    services = subject.application.services.values()
    users = [service for service in services if subject.name in service.depends_on] or list(services)
    return any(Backend.DATADOG in service.collect.metrics for service in users)


def _of(subject: Subject, catalog: Catalog, site: Site, settings: DatadogSettings, logins: ExportersSettings) -> Iterator[Check]:
    if not watched(subject):
        return
    match subject.watched:
        case Service() as service:
            if service.runs.platform == "eks" and (read := exposed(service, catalog)):
                yield _openmetrics(subject, service, read, site)
            yield from (_http(subject, name, probe) for name, probe in service.probes.items() if probe.url.startswith("http"))
        case Dependency(kind="postgres"):
            yield _postgres(subject, settings, logins)
        case Dependency(kind="redis"):
            yield _redis(subject, logins)
        case Dependency(kind="nginx"):
            url = f"http://{exporters.host(subject)}:{exporters.dependency_port(subject)}/stub_status"
            yield _runner_check("nginx", subject, {"nginx_status_url": url})
        case _:
            return


def exposed(service: Service, catalog: Catalog) -> list[str]:
    """What a service exposes and some signal reads, by the names before `_total`; nothing else is paid for.

    Of a counter `a_total` the integration makes `a.count`, of a histogram a distribution (OpenMetrics, version 2).
    """
    asked: set[str] = set()
    for signal in catalog.signals.values():
        query = queries.datadog(signal)
        if query is not None and query.ingest == "openmetrics":
            for text in filter(None, (query.value, query.bad, query.all)):
                asked |= set(_ASKED.findall(text))
            asked |= {query.distribution} if query.distribution else set()
    names = [metric.removesuffix("_total") for metric in service.exposes]
    return [name for name in names if not asked.isdisjoint({name, f"{name}.count", f"{name}.sum"})]


def _openmetrics(subject: Subject, service: Service, names: list[str], site: Site) -> Check:
    """By the Service of the catalog's name, each pod by the agent on its node, which adds the pod's tags."""
    port = service.runs.port
    address = "%%port%%" if port is None else f"%%port_{port}%%" if isinstance(port, str) else str(port)
    place = {"name": subject.name, "namespace": site.namespaces_of(subject)[0], "resolve": "auto"}
    instance: Document = {
        "openmetrics_endpoint": f"{service.runs.scheme}://%%host%%:{address}{service.runs.path}",
        "namespace": "",  # names stay those of the catalog
        "metrics": names,
        "collect_histogram_buckets": True,
        "histogram_buckets_as_distributions": True,
        "max_returned_metrics": service.series_budget,
        "min_collection_interval": max(_LEAST_INTERVAL, int(service.runs.interval)),
        "tag_by_endpoint": False,
        "tags": list(queries.check_tags(subject)),
    }
    document: Document = {"advanced_ad_identifiers": [{"kube_endpoints": place}], "init_config": {}, "instances": [instance]}
    return Check("openmetrics", _name(subject), to_yaml(document))


def _http(subject: Subject, name: str, probe: Probe) -> Check:
    """From inside the cluster, as the blackbox exporter asks: what names and edges spoil, synthetic tests see."""
    instance: Document = {
        "name": f"{_name(subject)}-{name}",
        "url": probe.url,
        "timeout": int(probe.timeout),
        "http_response_status_code": f"^({'|'.join(map(str, probe.expect_status))})$",
        **({"content_match": re.escape(probe.expect_body)} if probe.expect_body else {}),
        "check_certificate_expiration": probe.url.startswith("https"),
        "min_collection_interval": max(_LEAST_INTERVAL, int(probe.interval)),
    }
    return _runner_check("http_check", subject, instance, name=f"{_name(subject)}-{name}", tags=[f"probe:{name}"])


def _postgres(subject: Subject, settings: DatadogSettings, logins: ExportersSettings) -> Check:
    """By the role that the exporter has as well; statements and plans where they are bought."""
    user, password = exporters.needs(subject)
    secrets = ((_variable(subject, "username"), user), (_variable(subject, "password"), password))
    database = subject.watched.database if isinstance(subject.watched, Dependency) else None
    instance = {
        "username": _secret(secrets[0][0]),
        "password": _secret(secrets[1][0]),
        "dbname": database or "postgres",
        "ssl": logins.postgres_tls,
        "dbm": settings.agents.databases,
        "min_collection_interval": _interval(subject),
    }
    return _runner_check("postgres", subject, _address(subject) | instance, secrets)


def _redis(subject: Subject, logins: ExportersSettings) -> Check:
    (need,) = exporters.needs(subject)
    variable = _variable(subject, need.key)
    instance = {"password": _secret(variable), "ssl": logins.redis_tls, "min_collection_interval": _interval(subject)}
    return _runner_check("redisdb", subject, _address(subject) | instance, ((variable, need),))


def _runner_check(
    integration: str,
    subject: Subject,
    instance: Document,
    secrets: tuple[tuple[str, Need], ...] = (),
    *,
    name: str | None = None,
    tags: Iterable[str] = (),
) -> Check:
    """Of something that stands on no node: without a host of its own, it would get that of the runner."""
    whole = {**instance, "empty_default_hostname": True, "tags": [*queries.check_tags(subject), *tags]}
    text = to_yaml({"cluster_check": True, "init_config": {}, "instances": [whole]})
    return Check(integration, name or _name(subject), text, secrets)


def _address(subject: Subject) -> Document:
    return {"host": exporters.host(subject), "port": exporters.dependency_port(subject)}


def _interval(subject: Subject) -> int:
    every = subject.watched.interval if isinstance(subject.watched, Dependency) else _LEAST_INTERVAL
    return max(_LEAST_INTERVAL, int(every))


def _name(subject: Subject) -> str:
    return f"{subject.application.application}-{subject.name}"


def _variable(subject: Subject, what: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", f"{_name(subject)}-{what}".upper())


def _secret(variable: str) -> str:
    return f"%%env_{variable}%%"
