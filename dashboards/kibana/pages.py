"""The four dashboards of every space, and the searches beside them: errors, API access, performance, alerts."""

from collections.abc import Iterator

from dashboards.kibana.lens import MILLISECONDS, average, chart, count, found, kinds, number, percentile, table, top, unique
from dashboards.kibana.objects import Dashboard, SavedObject, search
from dashboards.kibana.scope import Scope

HIGH = "severity:high"
"""What the pipelines mark errors and worse with; ai-platform's owners filter by it."""
REQUESTS = "http.response.status_code:*"
DENIED = "event.action:authentication_failure or (event.category:authentication and event.outcome:failure) or http.response.status_code:401"
_CLASSES = {f"{digit}xx": f"http.response.status_code >= {digit}00 and http.response.status_code < {digit + 1}00" for digit in (2, 3, 4, 5)}
_FAILED = "http.response.status_code >= 500"
_WHO = ("service.name", "message")
_TIES = ("trace_id", "correlation_id")


def searches(scope: Scope) -> Iterator[SavedObject]:
    """Lists of records that people start from."""
    yield search(scope, "latest", "Latest records", "logs", ("log.level", *_WHO, *_TIES))
    yield search(scope, "latest-errors", "Latest errors", "errors", ("error.type", *_WHO, *_TIES), HIGH)
    yield search(scope, "failed-requests", "Failed requests", "logs", ("http.request.method", "url.path", *_WHO, "trace_id"), _FAILED)
    yield search(scope, "slow-events", "Slow operations", "events", ("event.action", "duration_ms", *_WHO), "type:performance_event")
    yield search(scope, "security-events", "Security events", "events", ("event.action", "user.id", *_WHO), "type:security_event")
    yield search(scope, "business-events", "Business events", "events", ("event.action", "user.id", *_WHO), "type:business_event")
    if "dead-letters" in scope.patterns:
        columns = ("application", "event.dataset", "error.message", "event.original")
        yield search(scope, "latest-dead-letters", "Dead letters", "dead-letters", columns)


def pages(scope: Scope) -> Iterator[Dashboard]:
    """Every dashboard of a space."""
    yield _errors(scope)
    yield _access(scope)
    yield _performance(scope)
    yield _alerts(scope)


def _errors(scope: Scope) -> Dashboard:
    services, kinds_of = top("Service", "service.name"), top("Error", "error.type", 20)
    return Dashboard(
        "errors",
        "Errors",
        "What went wrong, where, and since when.",
        [
            number(scope, "errors", "Errors", count("Errors")),
            number(scope, "errors", "Services with errors", unique("Services", "service.name")),
            number(scope, "errors", "Kinds of errors", unique("Kinds", "error.type")),
            number(scope, "errors", "Users who met one", unique("Users", "user.id")),
            chart(scope, "errors", "Errors by service", [count("Errors")], services, whole=True),
            table(scope, "errors", "Most frequent errors", [kinds_of, top("Service", "service.name", 5)], [count("Errors")]),
            chart(scope, "errors", "Errors by level", [count("Errors")], top("Level", "log.level", 6)),
            table(scope, "errors", "By version", [top("Service", "service.name"), top("Version", "version", 5)], [count("Errors")]),
            table(scope, "errors", "By pod", [top("Pod", "kubernetes.pod.name", 20)], [count("Errors")]),
            found(scope, "latest-errors", "Latest errors"),
        ],
        HIGH,
    )


def _access(scope: Scope) -> Dashboard:
    failed, slow = count("5xx", _FAILED), percentile("p95", "duration_ms", 95, MILLISECONDS)
    return Dashboard(
        "api-access",
        "API access",
        "Who asks for what, and how it is answered.",
        [
            number(scope, "logs", "Requests", count("Requests")),
            number(scope, "logs", "Server errors", failed),
            number(scope, "logs", "Refused", count("4xx", _CLASSES["4xx"])),
            number(scope, "logs", "Clients", unique("Clients", "client.ip")),
            chart(scope, "logs", "Requests by answer", [count("Requests")], kinds("Answer", _CLASSES), "area_stacked", whole=True),
            table(scope, "logs", "Routes", [top("Route", "url.path", 50)], [count("Requests"), failed, slow]),
            chart(scope, "logs", "Requests by service", [count("Requests")], top("Service", "service.name"), "line"),
            table(scope, "logs", "Methods", [top("Method", "http.request.method")], [count("Requests"), failed], third=True),
            table(scope, "logs", "Countries", [top("Country", "client.geo.country_iso_code", 20)], [count("Requests")], third=True),
            table(scope, "logs", "Clients", [top("Client", "client.ip", 20, "ip")], [count("Requests"), failed], third=True),
            found(scope, "failed-requests", "Failed requests"),
        ],
        REQUESTS,
        since="now-6h",
    )


def _performance(scope: Scope) -> Dashboard:
    shares = [percentile(f"p{share}", "duration_ms", share, MILLISECONDS) for share in (50, 95, 99)]
    slowest = [percentile("p95", "duration_ms", 95, MILLISECONDS), average("Average", "duration_ms", MILLISECONDS), count("Records")]
    return Dashboard(
        "performance",
        "Performance",
        "How long requests and operations take.",
        [
            number(scope, "everything", "Median", shares[0]),
            number(scope, "everything", "p95", shares[1]),
            number(scope, "everything", "p99", shares[2]),
            number(scope, "everything", "Measured", count("Records")),
            chart(scope, "logs", "Requests", shares, series="line", whole=True),
            table(scope, "logs", "Slowest routes", [top("Route", "url.path", 20)], slowest),
            chart(scope, "everything", "p95 by service", [shares[1]], top("Service", "service.name"), "line"),
            table(scope, "events", "Slowest operations", [top("Operation", "event.action", 20)], slowest),
            chart(scope, "metrics", "Measurements", [average("Average", "metric.value")], top("Metric", "metric.name", 8), "line"),
            found(scope, "slow-events", "Performance events"),
        ],
        "duration_ms:* or metric.value:*",
        since="now-7d",
        refresh=300,
    )


def _alerts(scope: Scope) -> Dashboard:
    """What Prometheus alerts on, made of the same records: it shows the records behind an alert."""
    records = count("Records")
    panels = [
        number(scope, "everything", "High severity", count("Records", HIGH)),
        number(scope, "everything", "Failed logins", count("Failed", DENIED)),
        number(scope, "events", "Security events", count("Events", "type:security_event")),
        number(scope, "everything", "Records", records),
        chart(scope, "everything", "Error records by service", [count("Errors", HIGH)], top("Service", "service.name")),
        chart(scope, "everything", "Failed logins by service", [count("Failed", DENIED)], top("Service", "service.name")),
        chart(scope, "everything", "Records by kind (a gap is a stop)", [records], top("Kind", "event.dataset", 12), "line"),
        chart(scope, "events", "Security events", [count("Events")], top("Event", "event.action"), query="type:security_event"),
        table(scope, "everything", "Who failed to log in", [top("User", "user.id", 20)], [count("Failed", DENIED)]),
        table(scope, "everything", "From where", [top("Client", "client.ip", 20, "ip")], [count("Failed", DENIED)]),
    ]
    if "dead-letters" in scope.patterns:
        panels.append(chart(scope, "dead-letters", "Dead letters", [count("Refused")], top("Application", "application"), whole=True))
        panels.append(found(scope, "latest-dead-letters", "What no stream would take"))
    panels.append(found(scope, "security-events", "Security events"))
    return Dashboard("alerts", "Alerts", "The records behind alerts on logs.", panels)
