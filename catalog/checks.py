"""What must hold between the catalog's files: names that resolve, numbers that make sense, alerts that can be told apart."""

from collections import defaultdict
from collections.abc import Iterator

from catalog.aws_checks import check_aws, check_resources
from catalog.base import Backend, Severity
from catalog.calling import check_calling
from catalog.catalog import Catalog, Subject
from catalog.exposure import Exposure
from catalog.faults import Fault, nearest
from catalog.findings import Findings
from catalog.model import Dependency, Runs, Service, Target
from catalog.outside import Journey
from catalog.pagers import check_escalations, check_schedules
from catalog.promises import check_alert, check_buckets, check_objective, check_target
from catalog.remedies import check_remediation
from catalog.sight import check_sight, check_signals
from catalog.silencing import check_silencing
from catalog.telemetry import Collect
from catalog.windows import check_windows


def check(catalog: Catalog, broken_signals: set[str], signal_files: dict[str, str], *, all_seen: bool) -> list[Fault]:
    """All faults between files.

    `broken_signals` are defined but wrong, and told already; unless `all_seen`, what is exposed is known in part only.
    """
    state = Findings(catalog, broken_signals, signal_files)
    for application in catalog.applications.values():
        check_calling(state, application)
        check_escalations(state, application)
        check_windows(state, application)
        check_resources(state, application)
    check_signals(state)
    exposure = Exposure(catalog)
    for subject in catalog.subjects():
        _names(state, subject)
        for name, alert in subject.watched.alerts.items():
            check_alert(state, subject, f"alerts.{name}", alert)
            check_remediation(state, subject, f"alerts.{name}", name, alert)
        for name, target in _targets(subject):
            check_target(state, subject, name, target)
        if isinstance(subject.watched, Service):
            _handed_over(state, subject, subject.watched.collect)
            for name, objective in subject.watched.objectives.items():
                check_objective(state, subject, f"objectives.{name}", objective)
            for name, boundaries in subject.watched.buckets.items():
                check_buckets(state, subject, name, boundaries)
            for name, journey in subject.watched.journeys.items():
                _joined(state, subject, name, journey)
        check_aws(state, subject)
        if all_seen:
            check_sight(state, exposure, subject)
    check_silencing(state)
    state.faults += check_schedules(catalog)
    _identities(state)
    _examples(state)
    return state.faults


def _names(state: Findings, subject: Subject) -> None:
    watched, application = subject.watched, subject.application
    if subject.kind == "dependency" and subject.name in application.services:
        state.fault(subject, "(name)", subject.name, "a service has this name", "rename one: alerts and keys tell them apart by name")
    if isinstance(watched, Dependency):
        if watched.kind in ("postgres", "redis", "nginx") and (watched.host is None or watched.port is None):
            state.fault(subject, "host", "", f"a {watched.kind} dependency needs `host` and `port`", "say where its exporter reaches it")
        return
    known = {*application.dependencies, *application.services} - {subject.name}
    for name in set(watched.depends_on) - known:
        state.fault(subject, "depends_on", name, "no dependency or other service of this name is in this file", nearest(name, known))
    if application.namespace is None and watched.runs.system is None:
        reason = "the application has no namespace and the service no system"
        state.fault(subject, "runs.system", "", reason, "add `namespace` to the application or `system` to runs")
    if Backend.PROMETHEUS in watched.collect.metrics:
        _scrape(state, subject, watched.runs)


def _handed_over(state: Findings, subject: Subject, collect: Collect) -> None:
    """Keys and addresses reach applications in their namespace; our own systems have none that we fill."""
    for key, vendors in (("errors", collect.errors), ("apm", collect.apm)):
        if vendors and subject.application.namespace is None:
            reason = "the application has no namespace in which it could be told where to send"
            state.fault(subject, f"collect.{key}", ", ".join(vendors), reason, "remove it, or give the application its namespace")


def _joined(state: Findings, subject: Subject, name: str, journey: Journey) -> None:
    """A journey shares the key of an alert that there is."""
    alerts = subject.watched.alerts
    if journey.joins is not None and journey.joins not in alerts:
        remedy = nearest(journey.joins, alerts)
        state.fault(subject, f"journeys.{name}.joins", journey.joins, "no alert of this service has this name", remedy)


def _scrape(state: Findings, subject: Subject, runs: Runs) -> None:
    """Whether Prometheus can find and scrape a service that it is to collect."""
    if runs.monitor == "none" or runs.system in ("kubernetes", "kubelet"):
        return
    if runs.port is None:
        state.fault(subject, "runs.port", "", "Prometheus cannot scrape without a port", "add the port of /metrics, or monitor: none")
    if not runs.selector:
        remedy = "add the labels of its Service or pods, or monitor: none"
        state.fault(subject, "runs.selector", "", "Prometheus cannot find the service", remedy)
    if runs.monitor == "service" and isinstance(runs.port, int):
        remedy = "write the port's name, or monitor: pod for a number"
        state.fault(subject, "runs.port", runs.port, "a ServiceMonitor names a Service's port", remedy)


def _identities(state: Findings) -> None:
    """Two alerts of one application that differ in nothing that people and deduplication keys see."""
    seen: dict[tuple[str, str, str, Severity], list[Subject]] = defaultdict(list)
    for subject in state.catalog.subjects():
        for name, alert in subject.watched.alerts.items():
            seen[(subject.application.application, subject.name, name, alert.effective_severity)].append(subject)
    for (_, _, name, _), subjects in seen.items():
        for subject in subjects[1:]:
            state.fault(
                subject,
                f"alerts.{name}",
                "",
                "another alert has this identity (application, service or dependency, name, severity)",
                "rename one",
            )


def _examples(state: Findings) -> None:
    """A signal's examples must lie on the right sides of each other."""
    for name, signal in state.catalog.signals.items():
        worse = signal.examples.fires > signal.examples.quiet
        if worse != (signal.wrong == "high"):
            reason = f"the signal is wrong when {signal.wrong}, but its firing example lies on the other side of the quiet one"
            state.signal_fault(name, "examples", signal.examples, reason, "swap the examples, or mend `wrong`")


def _targets(subject: Subject) -> Iterator[tuple[str, Target]]:
    for name, target in subject.watched.targets.items():
        yield f"targets.{name}", target
    if isinstance(subject.watched, Service):
        for name, target in subject.watched.business.items():
            yield f"business.{name}", target
