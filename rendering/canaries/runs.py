"""Which of the catalog's checks and journeys are canaries in an environment, how often, and what is left to others."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Literal
from urllib.parse import urlsplit

from catalog.catalog import Catalog, Subject
from catalog.faults import Fault
from catalog.model import Service
from catalog.outside import MONTH, Journey, Probe, inside
from rendering.canaries.code import moved
from rendering.canaries.settings import CanariesSettings
from rendering.secrets import SecretKey
from rendering.site import Site

_NAMED = 3
_HOUR, _MINUTE, _DAY = 3600, 60, 86400
_HOURS = (12, 8, 6, 4, 3, 2)
"""Paces of more than an hour that repeat every day alike."""
_LONGEST = 840
"""Seconds that a run may last (CreateCanary's `TimeoutInSeconds`)."""

What = Literal["heartbeat", "api", "browser"]


@dataclass(frozen=True)
class Canary:
    """One canary to be."""

    subject: Subject
    what: What
    name: str
    about: Probe | Journey
    addresses: dict[str, str]
    """What is asked instead of hosts inside the cluster."""

    @property
    def key(self) -> str:
        """Its logical name."""
        return f"{self.subject.application.application}-{self.subject.name}-{self.what}-{self.name}"

    def called(self, site: Site) -> str:
        """Its name in the account, which several environments may share; no name of the catalog's has an underscore."""
        subject = self.subject
        return f"{site.environment}_{subject.application.application}_{subject.name}_{self.what}_{self.name}"

    @property
    def asked(self) -> float:
        """Seconds between two runs, as the catalog wants it."""
        return self.about.every if isinstance(self.about, Journey) else self.about.synthetic

    @property
    def pace(self) -> int:
        """As CloudWatch can keep it, and not more than asked: whole minutes, one at least, up to an hour; then parts of a day."""
        if self.asked < 2 * _MINUTE:
            return _MINUTE
        if self.asked <= _HOUR:
            return int(self.asked // _MINUTE) * _MINUTE
        if self.asked >= _DAY:
            return _DAY
        return next((hours for hours in _HOURS if hours * _HOUR <= self.asked), 1) * _HOUR

    @property
    def schedule(self) -> str:
        """`rate()` goes up to an hour; CloudWatch's cron beyond it."""
        if self.pace > _HOUR:
            return "cron(0 3 * * ? *)" if self.pace == _DAY else f"cron(0 */{self.pace // _HOUR} * * ? *)"
        if self.pace == _HOUR:
            return "rate(1 hour)"
        minutes = self.pace // _MINUTE
        return f"rate({minutes} minute{'s' if minutes > 1 else ''})"

    @property
    def timeout(self) -> int:
        """Seconds after which a run ends as failed: early enough to try it once more before the next one is due."""
        return min(self.pace // 2, _LONGEST)

    @property
    def runs(self) -> int:
        """In 30 days, without those that repeat a failed one."""
        return ceil(MONTH / self.pace)

    @property
    def secrets(self) -> list[str]:
        """Names of what it must know."""
        return sorted(self.about.secrets) if isinstance(self.about, Journey) else []

    @property
    def urls(self) -> list[str]:
        """Every address that it asks."""
        return [moved(url, self.addresses) for url in self.about.addresses]


def canaries(catalog: Catalog, site: Site) -> list[Canary]:
    """All of them, in the order of the catalog; none where canaries are off."""
    settings = site.aws.canaries if site.aws is not None else None
    return list(_planned(catalog, site, settings)) if settings is not None else []


def _planned(catalog: Catalog, site: Site, settings: CanariesSettings) -> Iterator[Canary]:
    addresses = dict(settings.vpc.addresses) if settings.vpc else {}
    for subject in catalog.subjects():
        service = subject.watched
        if not isinstance(service, Service) or not site.runs(subject):
            continue
        found = [Canary(subject, "heartbeat", name, probe, addresses) for name, probe in service.probes.items()]
        for name, journey in service.journeys.items():
            if journey.kind == "api" or (journey.kind == "browser" and settings.browser):
                found.append(Canary(subject, journey.kind, name, journey, addresses))
        yield from (canary for canary in found if not any(map(inside, canary.urls)))


def secrets(catalog: Catalog, site: Site) -> list[SecretKey]:
    """What journeys type or send: one entry for each application, with a key for each secret."""
    found: dict[tuple[str, str], SecretKey] = {}
    for canary in canaries(catalog, site):
        application = canary.subject.application.application
        for name, purpose in canary.about.secrets.items() if isinstance(canary.about, Journey) else ():
            found[application, name] = SecretKey(f"synthetics-{application}", name, f"{purpose} ({application})")
    return list(found.values())


def left_out(catalog: Catalog, site: Site) -> dict[str, str]:
    """What of the catalog is no canary here, and why."""
    made = {canary.key for canary in canaries(catalog, site)}
    found: dict[str, str] = {}
    for subject in catalog.subjects():
        service = subject.watched
        if not isinstance(service, Service) or not site.runs(subject):
            continue
        place = f"{subject.application.application}-{subject.name}"
        for name in service.probes:
            if f"{place}-heartbeat-{name}" not in made:
                found[f"{place}-heartbeat-{name}"] = "an address inside the cluster; aws.canaries.vpc.addresses may name another way to it"
        for name, journey in service.journeys.items():
            if f"{place}-{journey.kind}-{name}" not in made:
                found[f"{place}-{journey.kind}-{name}"] = _reason(journey)
    return found


def _reason(journey: Journey) -> str:
    match journey.kind:
        case "mobile":
            return "CloudWatch runs no mobile applications"
        case "browser":
            return "aws.canaries.browser is off"
        case "api":
            return "an address inside the cluster; aws.canaries.vpc.addresses may name another way to it"


def faults(catalog: Catalog, site: Site, file: str, key: str) -> list[Fault]:
    """More runs than the settings allow, and addresses that nobody asks; `key` is where AWS' settings stand in `file`."""
    settings = site.aws.canaries if site.aws is not None else None
    if settings is None:
        return []
    found, key = canaries(catalog, site), f"{key}.canaries"
    planned = sum(canary.runs for canary in found)
    told: list[Fault] = []
    if planned > settings.runs_per_month:
        dear = ", ".join(f"{canary.key} {canary.runs}" for canary in sorted(found, key=lambda canary: -canary.runs)[:_NAMED])
        reason = f"the catalog's checks and journeys are {planned} runs in 30 days; the most: {dear}"
        remedy = f"at least {planned}; or longer intervals in the catalog (`synthetic` of probes, `every` of journeys)"
        told.append(Fault(file, f"{key}.runs_per_month", str(settings.runs_per_month), reason, remedy))
    asked = {urlsplit(url).netloc for subject in catalog.subjects() for url in _of(subject)}
    for host in sorted(set(settings.vpc.addresses) - asked if settings.vpc else ()):
        known = ", ".join(sorted(name for name in asked if inside(f"http://{name}"))) or "none"
        reason = "no check and no journey of the catalog asks this host"
        told.append(Fault(file, f"{key}.vpc.addresses", host, reason, f"remove it, or write one of: {known}"))
    return told


def _of(subject: Subject) -> Iterator[str]:
    if isinstance(subject.watched, Service):
        for about in (*subject.watched.probes.values(), *subject.watched.journeys.values()):
            yield from about.addresses
