"""Makes numbers of the answers to a report's questions."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.catalog import Catalog, Subject
from rendering import reliability, slo
from rendering.costs.estimate import Estimate
from rendering.document import Document
from rendering.reports.figures import FAILED, Alerted, Availability, Deployed, Figures, Kept, Requests, Used
from rendering.reports.month import DAY, Month
from rendering.reports.questions import DEPLOYED, KINDS, QUANTILES
from rendering.site import Site

Labels = Mapping[str, str]
Points = tuple[tuple[float, float], ...]
Answers = Mapping[str, list[tuple[Labels, Points]]]
"""By a question's name: each series with its points in Unix seconds; one point where only one moment was asked about."""


def figures(
    catalog: Catalog, site: Site, application: str, month: Month, answers: Answers, costs: tuple[Estimate | None, float | None]
) -> Figures | None:
    """The numbers of one application; None where nothing was recorded of it. `costs` are the stack's estimate and its limit."""
    read = _Reader(answers, month)
    subjects = [each for each in catalog.subjects() if each.application.application == application and site.runs(each)]
    availability = tuple(found for each in subjects if (found := read.availability(each)))
    services = [each.name for each in subjects if each.kind == "service"]
    objectives = [each for each in slo.objectives(catalog, site) if each.subject.application.application == application]
    kept = tuple(read.kept(each) for each in objectives)
    requests = tuple(found for name in services if (found := read.requests(name)))
    alerts = tuple(read.alerts())
    if not availability and not requests and not alerts and all(each.bad is None for each in kept):
        return None
    return Figures(
        application=catalog.applications[application],
        month=month,
        expected=tuple(
            name for (owner, name), groups in reliability.groups(catalog, site).items() if owner == application and _judged(groups)
        ),
        availability=availability,
        objectives=kept,
        requests=requests,
        used=tuple(found for name in services if (found := read.used(name))),
        disk=read.value("disk:max"),
        deployments=tuple(read.deployments()),
        failed=sum(each.count for each in alerts if each.name == FAILED) if FAILED in catalog.alert_names(application) else None,
        alerts=alerts,
        known=read.count("alerts:known"),
        fired=read.count("alerts:fired") or 0,
        firing=read.count("alerts:firing") or 0,
        costs=costs[0],
        limit=costs[1],
    )


def _judged(groups: list[Document]) -> bool:
    """Whether anything says of a service or dependency that it is up."""
    return any(rule["record"].endswith(":available:bool") for group in groups for rule in group["rules"])


@dataclass(frozen=True)
class _Reader:
    answers: Answers
    month: Month

    def _points(self, question: str, **wanted: str) -> Iterator[tuple[float, float]]:
        for labels, points in self.answers[question]:
            if all(labels.get(name, "") == value for name, value in wanted.items()):
                yield from ((at, value) for at, value in points if math.isfinite(value))

    def value(self, question: str, **wanted: str) -> float | None:
        return max((value for _, value in self._points(question, **wanted)), default=None)

    def count(self, question: str, **wanted: str) -> int | None:
        found = self.value(question, **wanted)
        return None if found is None else round(found)

    def availability(self, subject: Subject) -> Availability | None:
        kind, wanted = subject.kind, {subject.kind: subject.name}
        known, up = (self.value(f"{kind}:{what}:seconds", **wanted) for what in ("known", "up"))
        if not known or up is None:
            return None
        promised = reliability.promise(subject)
        return Availability(
            kind=kind,
            name=subject.name,
            known=min(known, self.month.seconds),
            up=min(up, known, self.month.seconds),
            incidents=self.count(f"{kind}:incidents:count", **wanted) or 0,
            undetected=self.value(f"{kind}:undetected:seconds", **wanted) or 0,
            since=self.value(f"{kind}:since", **wanted),
            promise=promised.target if promised else None,
            days=self._days(f"{kind}:daily", wanted),
        )

    def kept(self, found: slo.Slo) -> Kept:
        service = found.subject.name
        bad = self.value("slo:bad", service=service, slo=found.name)
        return Kept(service, found.name, found.promise, found.objective.target, bad)

    def requests(self, service: str) -> Requests | None:
        rate, failed = (self.value(f"requests:{what}", service=service) for what in ("rate", "failed"))
        asked = {name: self.value(f"requests:{name}", service=service) for name in QUANTILES}
        latency = {name: value for name, value in asked.items() if value is not None}
        if rate is None and failed is None and not latency:
            return None
        return Requests(service, rate, failed, latency, self._days("requests:daily", {"service": service}))

    def used(self, service: str) -> Used | None:
        cpu, memory = (
            (self.value(f"{what}:avg", service=service), self.value(f"{what}:max", service=service)) for what in ("cpu", "memory")
        )
        return None if cpu == memory == (None, None) else Used(service, cpu, memory)

    def deployments(self) -> Iterator[Deployed]:
        for question in self.answers:
            kind, _, place = question.partition(":")
            service, _, signal = place.partition(":")
            if kind == "deployments":
                versions = self.count(f"versions:{place}") if f"versions:{place}" in self.answers else None
                yield Deployed(service, DEPLOYED[signal], self.value(question), versions)

    def alerts(self) -> list[Alerted]:
        found: list[Alerted] = []
        for labels, _ in self.answers["alerts:ended"]:
            about = next((labels[kind] for kind in KINDS if labels.get(kind)), "")
            wanted = {name: labels.get(name, "") for name in ("alertname", "severity", *KINDS)}
            short, pages, unfounded = (self.count(f"alerts:{what}", **wanted) or 0 for what in ("ended_soon", "pages", "unfounded"))
            count, seconds = self.count("alerts:ended", **wanted) or 0, self.value("alerts:seconds", **wanted) or 0
            found.append(Alerted(labels["alertname"], about, labels.get("severity", ""), count, short, pages, unfounded, seconds))
        return sorted(found, key=lambda each: (-each.count, -each.seconds, each.name, each.about))

    def _days(self, question: str, wanted: Mapping[str, str]) -> dict[int, float]:
        start = self.month.start.timestamp()
        return {round((at - start) / DAY): value for at, value in self._points(question, **wanted)}
