"""Whether the stack itself is well: each of its systems, as far as it exposes metrics, symptoms first."""

from collections.abc import Callable

from catalog.catalog import Subject
from catalog.model import Service
from catalog.units import Unit
from dashboards.grafana import platform_queries as queries
from dashboards.grafana import topics, trace_panels
from dashboards.grafana.kinds import RARE
from dashboards.grafana.shared import here
from dashboards.model import Dashboard, Link, Panel, Row, Threshold
from dashboards.naming import service_uid, uid
from dashboards.panels import panel
from dashboards.parts import named_signals
from dashboards.reading import Reader

UID = uid("platform", "health")
_QUIET = frozenset(
    {
        "rule_failures",
        "rule_iterations_missed",
        "scrapes_over_budget",
        "storage_failures",
        "alerts_undelivered",
        "remote_write_lag",
        "notifications_failed",
        "resources_rejected",
        "secrets_unsynced",
        "kubelet_renewal_errors",
        "probed_certificates",
        "spans_refused",
        "spans_over_memory",
        "spans_dropped",
        "spans_unsent",
    }
)
"""Signals that may have no series in an ordinary environment: nothing failed, or the system is not asked to do it."""
_EVERYBODY = frozenset({"up", "targets_down"})
"""Signals that the first row shows for all systems at once."""
_SHARED = frozenset({"spans_over_memory", "spans_dropped", "spans_unsent", "collector_queue", "container_memory"})
"""Signals of several systems: their panels say whose they are."""
_QUEUE_FULL = (Threshold(0.5, "yellow"), Threshold(0.9, "red"))


def dashboards(reader: Reader) -> list[Dashboard]:
    """One, for the platform's services that run here."""
    found = [subject for subject in reader.subjects if subject.application.namespace is None and subject.kind == "service"]
    return [_dashboard(reader, found)] if found else []


def _dashboard(reader: Reader, systems: list[Subject]) -> Dashboard:
    application = systems[0].application
    return Dashboard(
        UID,
        f"{application.title}: health",
        "The systems that watch all others: whether they are up, keep up, and reach people.",
        application.application,
        topics.page(
            Row("All systems", _all(application.application)),
            *(_row(reader, subject, collapsed=subject.name != "prometheus") for subject in systems),
        ),
        tags=("platform",),
        links=(Link("Telemetry cost", here(uid("telemetry", "cost"))), Link("Kubernetes cluster", here(uid("kubernetes", "cluster")))),
    )


def _all(application: str) -> tuple[Panel, ...]:
    return (
        Panel(
            "Systems that answer",
            "Share of each system's targets that answer their scrapes; 0 is a system that is down, or unseen.",
            Unit.RATIO,
            (queries.systems_up(application),),
            kind="bars",
            thresholds=(Threshold(0.5, "yellow"), Threshold(1, "green")),
            base="red",
        ),
        Panel(
            "Targets down",
            "The ten jobs most of whose targets do not answer.",
            Unit.RATIO,
            (queries.jobs_down(),),
            empty="every target answers",
        ),
        Panel(
            "Alerts that fire",
            "Alerts that fire now, by severity.",
            Unit.COUNT,
            (queries.alerts_firing(),),
            empty="no alert fires",
            stacked=True,
        ),
        Panel("CPU", "Cores that each system uses, where it tells.", Unit.COUNT, (queries.cpu(application),), width=12, stacked=True),
        Panel(
            "Memory", "Memory that each system holds, where it tells.", Unit.BYTES, (queries.memory(application),), width=12, stacked=True
        ),
    )


def _row(reader: Reader, system: Subject, *, collapsed: bool) -> Row:
    """What is particular to a system, then what its alerts look at."""
    name = system.name
    own = _PARTICULAR[name]() if name in _PARTICULAR else ()
    signals = (signal for signal in named_signals(system) - _EVERYBODY if reader.shows(system, signal))
    watched = tuple(
        _named(system, signal, panel(reader, system, signal).but(empty=_why_empty(signal), width=6, height=6)) for signal in sorted(signals)
    )
    known = {each.title for each in own}
    panels = (*own, *(each for each in watched if each.title not in known))
    title = system.watched.title if isinstance(system.watched, Service) else name
    there = Link(title, here(service_uid(system.application.application, name)))
    linked = tuple(each.but(links=(*each.links, there)) for each in panels)
    return Row(title, linked, collapsed=collapsed)


def _why_empty(signal: str) -> str | None:
    return topics.RARE if signal in _QUIET else RARE.get(signal)


def _named(system: Subject, signal: str, found: Panel) -> Panel:
    return found.but(title=f"{found.title} of {system.name}") if signal in _SHARED else found


def _prometheus() -> tuple[Panel, ...]:
    return (
        Panel("Series", "Series that each Prometheus holds in memory.", Unit.COUNT, (queries.series(),), width=6, height=6),
        Panel("Samples", "Samples a second that each Prometheus takes in.", Unit.PER_SECOND, (queries.samples(),), width=6, height=6),
        Panel(
            "Slowest rule groups",
            "Share of their interval that rule groups take; at 100 % evaluations are skipped.",
            Unit.RATIO,
            (queries.slowest_groups(),),
            thresholds=_QUEUE_FULL,
            width=6,
            height=6,
        ),
        Panel("Slowest scrapes", "The ten jobs whose scrapes take longest.", Unit.SECONDS, (queries.slowest_scrapes(),), width=6, height=6),
        Panel(
            "Queue for alerts",
            "Share of the queue to Alertmanager that is full; a full one drops alerts.",
            Unit.RATIO,
            (queries.queue(),),
            thresholds=_QUEUE_FULL,
            width=6,
            height=6,
        ),
    )


def _alertmanager() -> tuple[Panel, ...]:
    return (
        Panel("Alerts held", "Alerts that Alertmanager holds, by state.", Unit.COUNT, (queries.alerts_held(),), width=6, height=6),
        Panel("Silences", "Silences, by state.", Unit.COUNT, (queries.silences(),), width=6, height=6),
        Panel("Notifications", "Notifications a second, by way.", Unit.PER_SECOND, (queries.notifications(),), width=6, height=6),
        Panel(
            "Time to notify (p95)", "Time that sending takes, by way.", Unit.SECONDS, (queries.notification_latency(),), width=6, height=6
        ),
        Panel("Members", "Members that each Alertmanager sees, itself among them.", Unit.COUNT, (queries.members(),), width=6, height=6),
    )


def _operator() -> tuple[Panel, ...]:
    return (
        Panel("Reconciliations", "What the operator does, by controller.", Unit.PER_SECOND, (queries.reconciliations(),)),
        Panel("Managed resources", "Resources of each kind that it accepts and refuses.", Unit.COUNT, (queries.managed(),)),
    )


def _secrets() -> tuple[Panel, ...]:
    both = (queries.secret_syncs(), queries.secret_failures())
    return (Panel("Secrets copied", "Copies of secrets a second, and those that failed.", Unit.PER_SECOND, both),)


def _probes() -> tuple[Panel, ...]:
    return (Panel("Checks that succeed", "Share of checks from outside that succeed, by who is checked.", Unit.RATIO, (queries.probes(),)),)


def _grafana() -> tuple[Panel, ...]:
    return (
        Panel(
            "Grafana requests", "Requests that Grafana answers, by status.", Unit.PER_SECOND, (queries.grafana_requests(),), stacked=True
        ),
        Panel("Grafana latency (p95)", "Time that Grafana takes to answer.", Unit.SECONDS, (queries.grafana_latency(),)),
        Panel("Questions to data sources", "By data source and answer.", Unit.PER_SECOND, (queries.grafana_sources(),), stacked=True),
    )


_PARTICULAR: dict[str, Callable[[], tuple[Panel, ...]]] = {
    "prometheus": _prometheus,
    "alertmanager": _alertmanager,
    "prometheus-operator": _operator,
    "external-secrets": _secrets,
    "blackbox-exporter": _probes,
    "grafana": _grafana,
    "otel-agent": trace_panels.agents,
    "otel-sampler": trace_panels.samplers,
    "jaeger": trace_panels.jaeger,
}
