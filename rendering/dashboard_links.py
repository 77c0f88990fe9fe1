"""Where a service's dashboard is: messages link it before any dashboard is made, so its uid is a matter of names alone."""

import hashlib

from catalog.catalog import Subject
from catalog.model import Service
from rendering.site import Site

_LIMIT = 40
"""Characters of a uid in Grafana (`UIDMaxLength`, pkg/util/shortid_generator.go)."""
_HASH = 8


def uid(*parts: str) -> str:
    """A stable uid: the parts joined by dashes; one too long is cut and ends in a hash of the whole."""
    name = "-".join(parts)
    if len(name) <= _LIMIT:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_HASH]
    return f"{name[: _LIMIT - _HASH - 1].rstrip('-')}-{digest}"


def service_uid(application: str, subject: str) -> str:
    """The dashboard of one service or dependency."""
    return uid("svc", application, subject)


def dashboard_url(subject: Subject, site: Site) -> str | None:
    """A service's dashboard; None for a dependency, which has none of its own, and where nobody knows where Grafana is."""
    if site.grafana_url is None or not isinstance(subject.watched, Service):
        return None
    return f"{site.grafana_url}/d/{service_uid(subject.application.application, subject.name)}"
