"""Signs of attack and of weakness: failed log-ins, behaviour, limits, access, vulnerabilities, and whether compliance can be shown."""

from collections.abc import Iterator
from typing import Any

from catalog.model import Application
from catalog.units import Unit
from dashboards.datadog import application_queries as queries
from dashboards.datadog import shared
from dashboards.datadog.model import Widget
from dashboards.datadog.panels import named, panel, shown
from dashboards.datadog.reading import ENVIRONMENT, Reader
from dashboards.model import Dashboard, Query, Row
from dashboards.parts import named_signals
from rendering.datadog import queries as language

_LOGINS = ("failed_logins", "authentication_failures")
_BEHAVIOUR = ("suspicious_behaviour", "security_events_logged", "security_breaches", "security_breach_logged")
_ACCESS = "data_access_rate"
_LIMITS = ("rate_limit_violations",)
_WEAKNESS = {"vulnerabilities": "Known vulnerabilities"}
_COMPLIANCE = {"gdpr_evidence_age": "GDPR: age of the newest evidence", "soc2_evidence_age": "SOC 2: age of the newest evidence"}
_EVERYTHING = frozenset((*_LOGINS, *_BEHAVIOUR, _ACCESS, *_LIMITS, *_WEAKNESS, *_COMPLIANCE))
_REFUSED = {"401": "not logged in (401)", "403": "not allowed (403)"}
_TEAM = "security-team"


def dashboards(reader: Reader) -> list[tuple[Application, Dashboard]]:
    """One for each application whose entry in the catalog names a signal of security."""
    return [(each, _dashboard(reader, each)) for each in reader.applications if _named(reader, each) & _EVERYTHING]


def _named(reader: Reader, application: Application) -> set[str]:
    return {name for subject in reader.parts(application) for name in named_signals(subject)}


def _dashboard(reader: Reader, application: Application) -> Dashboard:
    return shared.dashboard(
        reader,
        application,
        "security",
        "security",
        f"Signs that somebody attacks {application.title}, what could be attacked, and whether compliance can be shown.",
        Row("Alerts", (shared.monitors(reader, application, "Monitors of the security team", f"team:{_TEAM}"), *_signals(reader))),
        Row("Log-ins", (*shown(reader, application, _LOGINS, used=True), *_refused(reader, application))),
        Row("Behaviour", shown(reader, application, _BEHAVIOUR, used=True)),
        Row("Access anomalies", tuple(_access(reader, application))),
        Row("Rate limits", shown(reader, application, _LIMITS, used=True)),
        Row("Vulnerabilities", shown(reader, application, _WEAKNESS, used=True)),
        Row("Compliance", tuple(_compliance(reader, application))),
        since="1d",
    )


def _signals(reader: Reader) -> tuple[Widget, ...]:
    """What detection rules found, where this account has some of ours."""
    datadog = reader.site.datadog
    if datadog is None or not (datadog.logs is not None or datadog.cws or datadog.examined):
        return ()
    query: dict[str, Any] = {
        "data_source": "security_signals",
        "name": "query1",
        "search": {"query": f"${ENVIRONMENT}"},
        "indexes": ["*"],
        "compute": {"aggregation": "count"},
        "group_by": [{"facet": "status", "limit": 10, "sort": {"aggregation": "count", "order": "desc"}}],
    }
    request = {"queries": [query], "formulas": [{"formula": "query1"}], "response_format": "timeseries", "display_type": "bars"}
    own = {"type": "timeseries", "show_legend": True, "requests": [request]}
    return (Widget("Security signals", "What detection rules found, by severity.", None, own=own, width=12, height=10),)


def _refused(reader: Reader, application: Application) -> Iterator[Widget]:
    """By status codes, where the application's HTTP metrics have such."""
    if not application.http.bad[0].isdigit():
        return
    counting = shared.services(reader.holders(application, "http_requests"))
    asked = [f"{each.name}: {told}|{queries.refused(reader, each, status)}" for each in counting for status, told in _REFUSED.items()]
    if asked:
        said = "Requests a second that are not logged in or not allowed; a sudden rise is somebody trying doors."
        yield named("Refused requests", said, Unit.PER_SECOND, *asked)


def _access(reader: Reader, application: Application) -> Iterator[Widget]:
    """The band around what is ordinary for all users, with the alert's own detector, and who reads most."""
    for service in reader.holders(application, _ACCESS, used=True):
        each = panel(reader, service, _ACCESS)
        expression = each.queries[0].expression
        for alert in service.watched.alerts.values():
            if alert.signal == _ACCESS and alert.anomaly is not None:
                band = f"anomalies({language.ungrouped(expression)}, '{alert.anomaly.algorithm}', {alert.anomaly.deviations:g})"
                said = f"{each.description} Over all users: beyond the band it is out of the ordinary; the alert looks at each user."
                yield each.but(title="Data access and its ordinary band", description=said, queries=(Query(band),), width=12)
        top = Query(f"top({expression}, 20, 'mean', 'desc')")
        said = f"{each.description} The twenty who read most."
        yield each.but(title="Data access by user", description=said, queries=(top,), kind="bars", width=12)


def _compliance(reader: Reader, application: Application) -> Iterator[Widget]:
    for name, title in _COMPLIANCE.items():
        for service in reader.holders(application, name, used=True):
            yield panel(reader, service, name, kind="stat").but(title=title, width=12, height=5)
