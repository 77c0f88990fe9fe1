"""Which checks and journeys Datadog tries in an environment, how often, from where: what they cost is reckoned before they exist."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Literal
from urllib.parse import urlsplit

from catalog.base import Backend
from catalog.catalog import Catalog, Subject
from catalog.faults import Fault
from catalog.model import Service
from catalog.outside import MONTH, Journey, Probe, inside
from rendering.datadog import synthetic_steps
from rendering.datadog.synthetic_settings import MobileApplication, SyntheticsSettings
from rendering.site import Site

CERTIFICATE_EVERY = 12 * 3600
_HTTPS = 443
_NAMED = 3
"""Tests that a fault about the budget names: the most expensive ones."""

What = Literal["probe", "journey", "certificate"]


@dataclass(frozen=True)
class Test:
    """One synthetic test to be."""

    subject: Subject
    what: What
    name: str
    about: Probe | Journey | tuple[str, int]
    """The check, the journey, or the host and port whose certificate is looked at."""
    every: int
    """Seconds."""
    places: int
    """From how many places, on how many devices: each is a run."""
    inside: bool = False
    """Whether only a private location reaches it."""
    application: MobileApplication | None = None

    @property
    def key(self) -> str:
        """Its logical name."""
        return f"{self.subject.application.application}-{self.subject.name}-{self.what}-{self.name}"

    @property
    def runs(self) -> int:
        """Billed runs in 30 days, without those that repeat a failed one."""
        billed = synthetic_steps.count(self.about) if isinstance(self.about, Journey) else 1
        return ceil(MONTH / self.every) * self.places * billed


def tests(catalog: Catalog, site: Site) -> list[Test]:
    """All tests, in the order of the catalog; none where synthetics are off."""
    settings = site.datadog.synthetics if site.datadog is not None else None
    if settings is None:
        return []
    found: list[Test] = []
    for subject, service in tried(catalog, site):
        found += [_probe(subject, name, probe, settings) for name, probe in service.probes.items() if _reachable(probe.url, settings)]
        found += [made for name, journey in service.journeys.items() if (made := _journey(subject, name, journey, settings))]
    return [*found, *_certificates(found)]


def tried(catalog: Catalog, site: Site) -> Iterator[tuple[Subject, Service]]:
    """Services whose metrics Datadog collects: their checks and journeys are metrics as well."""
    for subject in catalog.subjects():
        if isinstance(subject.watched, Service) and Backend.DATADOG in subject.watched.collect.metrics and site.runs(subject):
            yield subject, subject.watched


def over_budget(catalog: Catalog, site: Site, file: str, key: str) -> list[Fault]:
    """The fault of more runs than the settings allow; `key` is where the budget stands in `file`."""
    found, settings = tests(catalog, site), site.datadog.synthetics if site.datadog is not None else None
    planned = sum(test.runs for test in found)
    if settings is None or planned <= settings.runs_per_month:
        return []
    dear = sorted(found, key=lambda test: -test.runs)[:_NAMED]
    named = ", ".join(f"{test.subject.application.application}/{test.subject.name} {test.name} {test.runs}" for test in dear)
    reason = f"the catalog's checks and journeys are {planned} runs in 30 days; the most: {named}"
    remedy = f"at least {planned}; or fewer locations and devices, or longer intervals (`synthetic` of probes, `every` of journeys)"
    return [Fault(file, key, str(settings.runs_per_month), reason, remedy)]


def _probe(subject: Subject, name: str, probe: Probe, settings: SyntheticsSettings) -> Test:
    within = inside(probe.url)
    return Test(subject, "probe", name, probe, int(probe.synthetic), _places(settings, inside=within), within)


def _journey(subject: Subject, name: str, journey: Journey, settings: SyntheticsSettings) -> Test | None:
    """None where nothing reaches it: an address inside without a private location, a mobile application that was not uploaded."""
    every, first = int(journey.every), journey.steps[0].target
    if journey.kind == "mobile":
        application = settings.mobile.get(first)
        return application and Test(subject, "journey", name, journey, every, len(application.devices), application=application)
    url = first.rpartition(" ")[2]
    if not _reachable(url, settings):
        return None
    devices = len(settings.browsers) if journey.kind == "browser" else 1
    return Test(subject, "journey", name, journey, every, _places(settings, inside=inside(url)) * devices, inside(url))


def _certificates(found: list[Test]) -> Iterator[Test]:
    """Each host that is asked by HTTPS once, for the service that asks it first."""
    seen: set[tuple[str, int]] = set()
    for test in found:
        for url in [] if isinstance(test.about, tuple) else test.about.addresses:
            address = urlsplit(url)
            host = (address.hostname or "", address.port or _HTTPS)
            if address.scheme == "https" and host not in seen:
                seen.add(host)
                yield Test(test.subject, "certificate", host[0], host, CERTIFICATE_EVERY, 1, inside(url))


def _places(settings: SyntheticsSettings, *, inside: bool) -> int:
    return 1 if inside else len(settings.locations)


def _reachable(url: str, settings: SyntheticsSettings) -> bool:
    return settings.private_location is not None or not inside(url)
