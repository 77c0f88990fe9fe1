"""Checks from outside: Probes of services' health endpoints and of external dependencies, and the blackbox exporter's modules."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from catalog.catalog import Catalog, Subject
from catalog.model import Dependency, Service
from catalog.outside import Probe
from rendering.document import Document, monitoring_object, to_yaml
from rendering.site import Site
from rendering.targets import collected, limits, rhythm

BLACKBOX, BLACKBOX_PORT = "blackbox-exporter", 9115
"""Name and port of the blackbox exporter's Service in the monitoring namespace."""

_HTTPS = 443
_PROBE_SERIES = 100
_RESERVE = 0.5
"""Seconds by which the exporter ends before its scrape does, so that a slow answer is a failed probe and not a lost scrape."""


@dataclass(frozen=True)
class _Check:
    """One probed address, and the module that judges its answer."""

    subject: Subject
    name: str
    url: str
    interval: float
    timeout: float
    module: str
    settings: Document


def probe_documents(catalog: Catalog, site: Site) -> tuple[Document, ...]:
    """One Probe for each check, in the order of the catalog."""
    return tuple(_document(check, site) for check in _checks(catalog, site))


def blackbox_text(catalog: Catalog, site: Site) -> str:
    """The blackbox exporter's configuration: one module for each distinct expectation."""
    modules = {check.module: check.settings for check in _checks(catalog, site)}
    return to_yaml({"modules": dict(sorted(modules.items()))})


def _checks(catalog: Catalog, site: Site) -> Iterator[_Check]:
    for subject in catalog.subjects():
        watched = subject.watched
        if not site.runs(subject) or not collected(subject):
            continue
        if isinstance(watched, Service):
            for name, probe in watched.probes.items():
                module, settings = _expectation(probe)
                url = probe.url.removeprefix("tcp://")
                yield _Check(subject, name, url, probe.interval, probe.timeout, module, settings)
        elif watched.kind == "external" and watched.host is not None:
            yield _external(subject, watched, watched.host)


def _external(subject: Subject, dependency: Dependency, host: str) -> _Check:
    """Whether somebody else's service takes connections; what it answers to strangers is its own affair."""
    port = dependency.port or _HTTPS
    module = "tcp_tls" if port == _HTTPS else "tcp"
    settings = _tcp(tls=port == _HTTPS)
    return _Check(subject, "connection", f"{host}:{port}", dependency.interval, dependency.timeout or 5, module, settings)


def _expectation(probe: Probe) -> tuple[str, Document]:
    if probe.url.startswith("tcp://"):
        return "tcp", _tcp(tls=False)
    name = "_".join(["http", *map(str, probe.expect_status)])
    http: Document = {"method": "GET", "valid_status_codes": list(probe.expect_status), "preferred_ip_protocol": "ip4"}
    if probe.expect_body is not None:
        name += f"_body_{sha256(probe.expect_body.encode()).hexdigest()[:8]}"
        http["fail_if_body_not_matches_regexp"] = [probe.expect_body]
    return name, {"prober": "http", "http": http}


def _tcp(*, tls: bool) -> Document:
    return {"prober": "tcp", "tcp": {"preferred_ip_protocol": "ip4", **({"tls": True} if tls else {})}}


def _document(check: _Check, site: Site) -> Document:
    namespace = site.namespaces.monitoring
    spec = {
        "jobName": "blackbox",
        "prober": {"url": f"{BLACKBOX}.{namespace}.svc:{BLACKBOX_PORT}", "path": "/probe"},
        "module": check.module,
        **rhythm(check.interval, check.timeout + _RESERVE),
        **limits(_PROBE_SERIES),
        "targets": {
            "staticConfig": {
                "static": [check.url],
                "labels": {**check.subject.labels, "probe": check.name},
                # The operator adds our own namespace, which is not where the answer comes from.
                "relabelingConfigs": [{"regex": "namespace", "action": "labeldrop"}],
            }
        },
    }
    return monitoring_object("v1", "Probe", f"{check.subject.application.application}-{check.subject.name}-{check.name}", namespace, spec)
