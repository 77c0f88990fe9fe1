"""How Argo Events acts: a webhook that takes alerts, a bus that keeps them, a sensor that knows which alert does what.

A restart is named after the hour in which its alert began: the same name twice changes nothing, so a target is restarted once a firing and
once an hour at the most. The sensor's own `rateLimit` is not used: it lets actions wait instead of dropping them, and ten go at once after
a quiet time (pkg/sensors/listener.go of v1.9.10; go.uber.org/ratelimit, "slack").
"""

from collections.abc import Iterable

from catalog.remediation import Expand, Restart, Scale
from catalog.remedies import CLAIM
from rendering import secrets
from rendering.document import Document
from rendering.remediation.places import ANNOTATION, NAME, Act

PORT = 12000
PATH = "/alerts"
RESTARTED = "observatory.dev/restarted"
CAUSE = "observatory.dev/remediation"
_API = "argoproj.io/v1alpha1"
_EVENT = "alerts"


def source(namespace: str, template: Document) -> Document:
    """The webhook that Alertmanager calls, for whoever has the token."""
    secret = {"name": secrets.REMEDIATION.name, "key": secrets.REMEDIATION.key}
    hook = {"port": str(PORT), "endpoint": PATH, "method": "POST", "authSecret": secret}
    spec = {"eventBusName": NAME, "replicas": 1, "template": template, "service": _service(), "webhook": {_EVENT: hook}}
    return _object("EventSource", namespace, spec)


def sensor(namespace: str, found: Iterable[Act], template: Document, *, dry_run: bool) -> Document:
    """Which alert does what. Every alert that passes is written down whole; in a dry run nothing else happens."""
    known = list(found)
    triggers = [_recorded(act) for act in known]
    if not dry_run:
        triggers += [_trigger(act, target) for act in known for target in act.targets]
    spec: Document = {
        "eventBusName": NAME,
        "replicas": 1,
        "template": template,
        "dependencies": [_dependency(act, target) for act in known for target in _filtered(act)],
        "triggers": triggers,
    }
    return _object("Sensor", namespace, spec)


def bus(namespace: str, settings: Document) -> Document:
    """What lies between them: three NATS servers that keep an alert until it was taken."""
    return _object("EventBus", namespace, {"jetstream": settings})


def _filtered(act: Act) -> tuple[str | None, ...]:
    """One dependency for an alert, or for each claim that it may be about."""
    return act.targets if isinstance(act.remedy, Expand) else (None,)


def _called(act: Act, target: str | None) -> str:
    return f"{act.name}-{target}" if target is not None else act.name


def _dependency(act: Act, target: str | None) -> Document:
    wanted = {"body.status": "firing", **{f"body.commonLabels.{name}": value for name, value in act.labels.items()}}
    if target is not None:
        wanted[f"body.commonLabels.{CLAIM}"] = target
    data: list[Document] = [{"path": path, "type": "string", "value": [f"^{value}$"]} for path, value in wanted.items()]
    if act.bounds:
        number = {"path": f"body.commonAnnotations.{ANNOTATION}", "type": "number"}
        data += [{**number, "comparator": sign, "value": [str(bound)]} for sign, bound in zip((">=", "<="), act.bounds, strict=True)]
    filters = {"dataLogicalOperator": "and", "data": data}
    return {"name": _called(act, target), "eventSourceName": NAME, "eventName": _EVENT, "filters": filters}


def _recorded(act: Act) -> Document:
    """Writes the whole alert into the sensor's log, which goes the way of all logs."""
    conditions = " || ".join(_called(act, target) for target in _filtered(act))
    return {"template": {"name": f"record-{act.name}", "conditions": conditions, "log": {}}}


def _trigger(act: Act, target: str) -> Document:
    called = _called(act, target if isinstance(act.remedy, Expand) else None)
    metadata = {"name": target, "namespace": act.namespace, "annotations": {CAUSE: "by an alert"}}
    cause = f"{act.remedy.action} by {act.placed.name} since {{{{ (index .Input.body.alerts 0).startsAt }}}}"
    told = {"dependencyName": called, "dataTemplate": cause}
    parameters: list[Document] = [{"src": told, "dest": f"metadata.annotations.{_escaped(CAUSE)}"}]
    number = {"dependencyName": called, "dataKey": f"body.commonAnnotations.{ANNOTATION}"}
    match act.remedy:
        case Restart():
            hour = "{{ substr 0 13 (index .Input.body.alerts 0).startsAt }}"
            spec: Document = {"template": {"metadata": {"annotations": {RESTARTED: "never"}}}}
            place = f"spec.template.metadata.annotations.{_escaped(RESTARTED)}"
            parameters.append({"src": {"dependencyName": called, "dataTemplate": hour}, "dest": place})
        case Scale():
            spec = {"replicas": act.remedy.at_least}
            # Annotations are text: the modifier unwraps the number in it, which the API server wants as one.
            typed = {**number, "dataKey": f"{number['dataKey']}|@fromstr", "useRawData": True}
            parameters.append({"src": typed, "dest": "spec.replicas"})
        case Expand():
            spec = {"resources": {"requests": {"storage": "0"}}}
            parameters.append({"src": number, "dest": "spec.resources.requests.storage"})
    api = "v1" if act.kind == "PersistentVolumeClaim" else "apps/v1"
    resource = {"apiVersion": api, "kind": act.kind, "metadata": metadata, "spec": spec}
    patch = {
        "operation": "patch",
        "patchStrategy": "application/merge-patch+json",
        "source": {"resource": resource},
        "parameters": parameters,
    }
    return {"template": {"name": f"{act.remedy.action}-{called}", "conditions": called, "k8s": patch}, "retryStrategy": {"steps": 1}}


def _escaped(key: str) -> str:
    """A key that is one part of a path though it has dots."""
    return key.replace(".", "\\.")


def _service() -> Document:
    return {"ports": [{"name": "alerts", "port": PORT, "targetPort": PORT}]}


def _object(kind: str, namespace: str, spec: Document) -> Document:
    return {"apiVersion": _API, "kind": kind, "metadata": {"name": NAME, "namespace": namespace}, "spec": spec}
