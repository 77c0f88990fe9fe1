"""Signs of attack and of weakness: failed log-ins, behaviour, limits, vulnerabilities, and whether compliance can be shown."""

from catalog.catalog import Subject
from catalog.exposure import waiting
from catalog.model import Application
from catalog.signal import Gap
from catalog.units import Unit
from dashboards.grafana import security_queries as queries
from dashboards.grafana import topics
from dashboards.model import Dashboard, Panel, Row
from dashboards.naming import uid
from dashboards.parts import named_signals
from dashboards.reading import Reader

_LOGINS = ("failed_logins", "authentication_failures")
_BEHAVIOUR = ("suspicious_behaviour", "security_events_logged", "security_breaches", "security_breach_logged", "data_access_rate")
_LIMITS = ("rate_limit_violations",)
_WEAKNESS = ("vulnerabilities", "certificate_expiry")
_COMPLIANCE = ("gdpr_evidence_age", "soc2_evidence_age")
_EVERYTHING = (*_LOGINS, *_BEHAVIOUR, *_LIMITS, *_WEAKNESS, *_COMPLIANCE)
_TITLES = {
    "rate_limit_violations": "Rate limit violations",
    "gdpr_evidence_age": "GDPR: age of the newest evidence",
    "soc2_evidence_age": "SOC 2: age of the newest evidence",
    "vulnerabilities": "Known vulnerabilities",
}
_CONSTANT = frozenset({"certificate_expiry", "failed_logins", *_COMPLIANCE})
"""Signals that always have data; of the others an ordinary day has none."""


def dashboards(reader: Reader) -> list[Dashboard]:
    """One for each application whose entry in the catalog names a signal of security."""
    return [_dashboard(reader, each) for each in topics.applications(reader) if _named(reader, each) & set(_EVERYTHING)]


def _dashboard(reader: Reader, application: Application) -> Dashboard:
    return Dashboard(
        uid("security", application.application),
        f"{application.title}: security",
        f"Signs that somebody attacks {application.title}, what could be attacked, and whether compliance can be shown.",
        application.application,
        topics.page(
            Row(
                "Log-ins and alerts", (*_shown(reader, application, _LOGINS), *_refused(reader, application), *_alerts(reader, application))
            ),
            Row("Behaviour and access", (*_shown(reader, application, _BEHAVIOUR), *_elsewhere(reader, application))),
            Row("Rate limits", _shown(reader, application, _LIMITS)),
            Row("Vulnerabilities", _shown(reader, application, _WEAKNESS)),
            Row("Compliance", _shown(reader, application, _COMPLIANCE)),
        ),
        tags=("security", application.application),
        variables=topics.services(application, reader.parts(application)),
        links=topics.links(reader, application, "security"),
        since="24h",
    )


def _named(reader: Reader, application: Application) -> set[str]:
    return {name for subject in reader.parts(application) for name in named_signals(subject)}


def _shown(reader: Reader, application: Application, names: tuple[str, ...]) -> tuple[Panel, ...]:
    found: list[Panel] = []
    for name in names:
        for each in topics.panels(reader, application, (name,), used=True):
            empty = None if name in _CONSTANT else topics.RARE
            found.append(each.but(title=_TITLES.get(name, each.title), empty=empty, width=12))
    return tuple(found)


def _refused(reader: Reader, application: Application) -> tuple[Panel, ...]:
    """By status codes, where the application's HTTP metrics have such."""
    if not topics.holders(reader, application, "http_requests") or not application.http.bad[0].isdigit():
        return ()
    return (
        Panel(
            "Refused requests",
            "Requests a second that are not logged in (401) or not allowed (403); a sudden rise is somebody trying doors.",
            Unit.PER_SECOND,
            (queries.refused(application),),
            width=12,
            empty="no request was refused",
        ),
    )


def _alerts(reader: Reader, application: Application) -> tuple[Panel, ...]:
    """What the teams are told that its alerts on security name, besides its owners."""
    teams = {
        alert.team
        for subject in reader.parts(application)
        for alert in subject.watched.alerts.values()
        if alert.team is not None and alert.signal in _EVERYTHING
    }
    return tuple(
        Panel(
            f"Alerts for {team}",
            f"Alerts of this application for {team} that fire now.",
            None,
            (queries.alerts_firing(application, team),),
            kind="table",
            labels=("alertname", "service", "dependency", "severity"),
            width=12,
            empty="no alert of security fires",
        )
        for team in sorted(teams)
    )


def _elsewhere(reader: Reader, application: Application) -> tuple[Panel, ...]:
    """What Prometheus cannot see, and where it is seen."""
    found: list[str] = []
    for subject in reader.parts(application):
        hidden = [name for name in _EVERYTHING if name in named_signals(subject) and not reader.shows(subject, name)]
        found += [_told(reader, subject, name) for name in hidden]
    if not found:
        return ()
    return (
        topics.note(
            "Access anomalies and what else is seen elsewhere",
            "What the catalog names and Prometheus does not have: detectors that watch single users, whom metrics must not name, and logs.",
            "\n".join(found),
            width=12,
            height=8,
        ),
    )


def _told(reader: Reader, subject: Subject, name: str) -> str:
    """What a signal is, why it is not here, and which alerts look at it where it is."""
    signal = reader.signal(name)
    alerts = [alert for alert, placed in subject.watched.alerts.items() if placed.signal == name]
    reason = (
        signal.prometheus.gap if isinstance(signal.prometheus, Gap) else waiting(reader.catalog).get(name, "its exporter is switched off")
    )
    watched = f" Watched by {', '.join(f'`{alert}`' for alert in alerts)} where it is seen." if alerts else ""
    return f"- **{signal.title[0].upper()}{signal.title[1:]}** ({subject.name}): not in this store; {reason}.{watched}"
