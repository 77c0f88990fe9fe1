"""Who may be changed within which bounds, and the number that says how much it should have.

The numbers are Prometheus' own: an alert's annotation says how many replicas or bytes its target should have, from what it had at the least
in the last hours. However often an alert comes, its target grows by one step in that time; where it has grown already, or has its most,
there is no number and nothing is done.
"""

from dataclasses import dataclass
from typing import Literal

from catalog.catalog import PlacedAlert, Subject
from catalog.remediation import Expand, Remediation, Restart, Scale
from catalog.remedies import CLAIM
from catalog.units import Unit
from rendering import promql
from rendering.site import Site

NAME = "remediation"
"""Of everything that acts: objects, receiver, annotation."""
ANNOTATION = NAME
_STEP, _GROWTH = "1h", "6h"
"""Times in which a target takes one step; AWS changes a volume once in six hours (EBS' guide, "Request modifications to your volumes")."""
Kind = Literal["Deployment", "PersistentVolumeClaim"]


@dataclass(frozen=True)
class Act:
    """One alert's remediation in one environment."""

    placed: PlacedAlert
    remedy: Remediation
    namespace: str
    targets: tuple[str, ...]
    """The only objects that it may change."""

    @property
    def kind(self) -> Kind:
        """What these are."""
        return "PersistentVolumeClaim" if isinstance(self.remedy, Expand) else "Deployment"

    @property
    def name(self) -> str:
        """Of its dependency and its trigger."""
        subject = self.placed.subject
        return f"{subject.application.application}-{subject.name}-{self.placed.name.lower()}"

    @property
    def bounds(self) -> tuple[int, int] | None:
        """The least and the most that the target may get; None where nothing is counted."""
        if isinstance(self.remedy, Scale):
            return self.remedy.at_least, self.remedy.at_most
        return (1, int(Unit.BYTES.parse(self.remedy.at_most))) if isinstance(self.remedy, Expand) else None

    @property
    def labels(self) -> dict[str, str]:
        """By which Alertmanager and the sensor know its alert; the same alert's missing data has another name."""
        severity = self.placed.alert.effective_severity.value
        return {"alertname": self.placed.name, **self.placed.subject.labels, "severity": severity}


def act(placed: PlacedAlert, site: Site) -> Act | None:
    """What may be done about an alert here; None where nothing may."""
    remedy = placed.alert.remediation
    if remedy is None or not site.remediation:
        return None
    application = placed.subject.application
    service = remedy.service or placed.subject.name
    target = Subject(application, "service", service, application.services[service])
    if not site.runs(target):
        return None
    return Act(placed, remedy, site.namespaces_of(target)[0], remedy.claims if isinstance(remedy, Expand) else (service,))


def annotation(placed: PlacedAlert, site: Site) -> dict[str, str]:
    """What an alert says of how much its target should have; nothing where nothing is counted."""
    found = act(placed, site)
    if found is None or isinstance(found.remedy, Restart):
        return {}
    if isinstance(found.remedy, Scale):
        asked = f"query `{_replicas(found, found.remedy)}`"
    else:
        asked = f"query (printf `{_size(found, found.remedy)}` $labels.{CLAIM})"
    return {ANNOTATION: f'{{{{ with {asked} }}}}{{{{ . | first | value | printf "%.0f" }}}}{{{{ end }}}}'}


def _replicas(wanted: Act, remedy: Scale) -> str:
    has = f"kube_deployment_spec_replicas{{{promql.selector({'namespace': wanted.namespace, 'deployment': wanted.targets[0]})}}}"
    return f"max(clamp_max(min_over_time({has}[{_STEP}]) + {remedy.step}, {remedy.at_most}) > {has} and {has} >= {remedy.at_least})"


def _size(wanted: Act, remedy: Expand) -> str:
    selection = promql.selector({"namespace": wanted.namespace}) + f',{CLAIM}="%s"'
    has = f"kube_persistentvolumeclaim_resource_requests_storage_bytes{{{selection}}}"
    most = int(Unit.BYTES.parse(remedy.at_most))
    return f"max(clamp_max(min_over_time({has}[{_GROWTH}]) * {1 + remedy.by:g}, {most}) > {has})".replace("%s", "%[1]s")
