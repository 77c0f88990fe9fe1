"""How Alertmanager tells of it: routes before all others and besides them, so that people hear what they would have heard anyway."""

from collections.abc import Iterable

from catalog.catalog import Catalog
from rendering import maintenance, secrets
from rendering.document import Document
from rendering.remediation.engine import PATH, PORT
from rendering.remediation.places import NAME, Act, act
from rendering.rules import evaluated
from rendering.site import Site

RECEIVER = NAME
_REPEAT = "24h"


def acts(catalog: Catalog, site: Site) -> tuple[Act, ...]:
    """Everything that may be done here; nothing where the settings have it off."""
    return tuple(found for placed in evaluated(catalog, site) if (found := act(placed, site)))


def routes(found: Iterable[Act]) -> list[Document]:
    """Each alert by itself, at once, and not while its owners have maintenance."""
    return [
        {
            "matchers": [f'{name}="{value}"' for name, value in each.labels.items()],
            "receiver": RECEIVER,
            "group_by": ["..."],
            "group_wait": "0s",
            "group_interval": "5m",
            "repeat_interval": _REPEAT,
            "continue": True,
            **({"mute_time_intervals": mutes} if (mutes := _mutes(each)) else {}),
        }
        for each in found
    ]


def _mutes(each: Act) -> list[str]:
    subject = each.placed.subject
    for services, mutes in maintenance.mutes_by_services(subject.application):
        if not services or subject.name in services:
            return mutes
    return []


def receivers(found: Iterable[Act], site: Site) -> list[Document]:
    """Who acts, or only writes down what it would do; none where there is nothing to do."""
    if not list(found):
        return []
    address = f"http://{NAME}-eventsource-svc.{site.namespaces.monitoring}.svc:{PORT}{PATH}"
    access = {"authorization": {"type": "Bearer", "credentials_file": secrets.REMEDIATION.path}}
    return [{"name": RECEIVER, "webhook_configs": [{"url": address, "send_resolved": False, "http_config": access}]}]
