"""Alertmanager's configuration: who gets which alert, in what groups, how often, and what silences what."""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from itertools import chain

from catalog.base import Severity
from catalog.catalog import Catalog
from catalog.model import Application
from catalog.units import duration_text
from rendering import maintenance, secrets
from rendering.document import Document, to_yaml
from rendering.inhibition import inhibitions
from rendering.pagerduty.settings import EVENTS
from rendering.receivers import HEARTBEAT, SHOWN, UNROUTED, Destination, Urgency, fallback_name, receivers
from rendering.remediation import telling
from rendering.remediation.places import Act
from rendering.remediation.telling import acts
from rendering.rules import heard
from rendering.site import Site

CONFIGURATION, TEMPLATE = "alertmanager.yaml", "observatory.tmpl"
"""Keys of the Secret that holds the configuration; the operator mounts further keys beside it."""
CONFIGURATION_FOLDER = "/etc/alertmanager/config"

# Two services never share a group, and so never a message, even where their alerts have one name.
GROUP_BY = ("alertname", "application", "service", "dependency")
_REPEAT_HEARTBEAT = "1m"


def alertmanager_text(catalog: Catalog, groups: dict[str, list[Document]], site: Site) -> str:
    """alertmanager.yaml for the rules rendered: no route without an alert, no alert without a route; secrets appear by file only."""
    places = destinations(groups)
    intervals = maintenance.time_intervals(catalog)
    doing = acts(catalog, site)
    configuration: Document = {
        "global": {"resolve_timeout": "5m", **_pagerduty(site), **_mail(site)},
        "templates": [f"{CONFIGURATION_FOLDER}/*.tmpl"],
        "route": _route(catalog, places, doing),
        "inhibit_rules": inhibitions(heard(catalog, site)),
        **({"time_intervals": intervals} if intervals else {}),
        "receivers": [*receivers(catalog, set(chain.from_iterable(places.values())), site), *telling.receivers(doing, site)],
    }
    return to_yaml(configuration)


def template_text() -> str:
    """The messages' templates."""
    return (files("rendering") / TEMPLATE).read_text(encoding="utf-8")


def _pagerduty(site: Site) -> Document:
    """Its address where it is not the one that Alertmanager knows."""
    return {"pagerduty_url": site.pagerduty_events} if site.pagerduty and site.pagerduty_events != EVENTS["us"] else {}


def _mail(site: Site) -> Document:
    if site.smtp is None:
        return {}
    return {
        "smtp_smarthost": site.smtp.smarthost,
        "smtp_from": site.smtp.sender,
        "smtp_auth_username": site.smtp.username,
        "smtp_auth_password_file": secrets.SMTP.path,
        "smtp_require_tls": True,
    }


def _route(catalog: Catalog, places: dict[str, list[Destination]], doing: Iterable[Act]) -> Document:
    return {
        "receiver": UNROUTED,
        "group_by": list(GROUP_BY),
        "group_wait": "30s",
        "group_interval": "5m",
        "repeat_interval": "4h",
        "routes": [
            *telling.routes(doing),
            # Half the repeat's length between looks, or every other heartbeat would come a minute late.
            {
                "matchers": ['alertname="Watchdog"'],
                "receiver": HEARTBEAT,
                "group_wait": "0s",
                "group_interval": "30s",
                "repeat_interval": _REPEAT_HEARTBEAT,
            },
            {"matchers": ['pager!=""'], "receiver": SHOWN},
            *(_application(application, places.get(name, [])) for name, application in catalog.applications.items()),
        ],
    }


def destinations(groups: dict[str, list[Document]]) -> dict[str, list[Destination]]:
    """Where each application's rendered alerts go, sorted; those that another backend notifies about go nowhere."""
    found: dict[str, set[Destination]] = {}
    for rule, place in addressed(chain.from_iterable(groups.values())):
        found.setdefault(rule["labels"]["application"], set()).add(place)
    return {application: sorted(places) for application, places in found.items()}


def addressed(groups: Iterable[Document]) -> Iterator[tuple[Document, Destination]]:
    """The alerts of rule groups that Alertmanager tells somebody of, and whom."""
    for rule in chain.from_iterable(group["rules"] for group in groups):
        told: dict[str, str] = rule["labels"]
        if "alert" in rule and "application" in told and "pager" not in told:
            urgency: Urgency = "page" if told.get("pages") == "true" else "message"
            yield rule, Destination(told["team"], Severity(told["severity"]), urgency)


def _application(application: Application, places: list[Destination]) -> Document:
    """An application's route: its own times, below it one route for each set of services that maintenance mutes alike."""
    times = application.notifications
    leaves: list[Document] = []
    for services, mutes in maintenance.mutes_by_services(application):
        # A window is the owner's: security's alerts are not part of anybody's maintenance.
        routes = [_leaf(place, mutes if place.team == application.owner.team else []) for place in places]
        leaves += [{"matchers": [f'service=~"{"|".join(services)}"'], "routes": routes}] if services else routes
    return {
        "matchers": [f'application="{application.application}"'],
        "receiver": fallback_name(application.owner.team),
        "group_wait": duration_text(times.group_wait),
        "group_interval": duration_text(times.group_interval),
        "repeat_interval": duration_text(times.repeat_interval),
        "routes": leaves,
    }


def _leaf(place: Destination, mutes: list[str]) -> Document:
    """One destination; mutes stand here, since Alertmanager does not inherit them."""
    pages = 'pages="true"' if place.urgency == "page" else 'pages!="true"'
    return {
        "matchers": [f'team="{place.team}"', f'severity="{place.severity.value}"', pages],
        "receiver": place.receiver,
        **({"mute_time_intervals": mutes} if mutes else {}),
    }
