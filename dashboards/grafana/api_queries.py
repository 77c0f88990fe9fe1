"""Queries on an application's HTTP traffic that no signal asks: by status, and by endpoint, of the services that `$service` names."""

from dataclasses import dataclass

from catalog.model import Application, Statistic
from dashboards.model import Query
from rendering import promql

_WINDOW = "$__rate_interval"
_FINE = "[123]..|success"
_COUNTER = "http_requests_total"


@dataclass(frozen=True)
class Counted:
    """The metrics by which an application counts and times requests by endpoint."""

    counter: str
    histogram: str | None
    route: str
    """The label that names the endpoint."""


def by_endpoint(application: Application) -> Counted | None:
    """The metrics of requests that have the application's label for endpoints, its HTTP counter first; None where none has it."""
    route, status = application.http.route_label, application.http.status_label
    exposed = {metric: labels for service in application.services.values() for metric, labels in service.exposes.items()}
    counters = [name for name, labels in exposed.items() if name.endswith("requests_total") and {route, status} <= set(labels)]
    if not counters:
        return None
    counter = _COUNTER if _COUNTER in counters else counters[0]
    histogram = counter.replace("requests_total", "request_duration_seconds")
    return Counted(counter, histogram if route in exposed.get(histogram, ()) else None, route)


def requests_by_status(application: Application) -> Query:
    """Requests a second, by status."""
    status = application.http.status_label
    return Query(f"sum by ({status}) (rate({_COUNTER}{{{_chosen(application)}}}[{_WINDOW}]))", f"{{{{{status}}}}}")


def errors_by_status(application: Application) -> Query:
    """Requests a second that did not succeed, those that the client is to blame for among them."""
    status = application.http.status_label
    failed = f"sum by (service, {status}) (rate({_COUNTER}{{{_chosen(application)},{status}!~{promql.quoted(_FINE)}}}[{_WINDOW}]))"
    return Query(failed, f"{{{{service}}}} {{{{{status}}}}}")


def latency(application: Application, statistic: Statistic) -> Query:
    """A quantile over all services that are chosen."""
    return Query(promql.statistic(statistic, "http_request_duration_seconds", _chosen(application), _WINDOW, ""), statistic)


def endpoint_traffic(application: Application, counted: Counted) -> Query:
    """The ten endpoints that are asked most."""
    return Query(f"topk(10, {_rate(application, counted)})", _legend(counted))


def endpoint_errors(application: Application, counted: Counted) -> Query:
    """The ten endpoints at which most requests fail."""
    return Query(f"topk(10, {_rate(application, counted, _bad(application))} > 0)", _legend(counted))


def endpoint_error_ratio(application: Application, counted: Counted) -> Query:
    """The ten endpoints at which the greatest share of requests fails."""
    share = f"{_rate(application, counted, _bad(application))} / ({_rate(application, counted)} > 0)"
    return Query(f"topk(10, {share})", _legend(counted))


def endpoint_latency(application: Application, counted: Counted, statistic: Statistic) -> Query:
    """The ten slowest endpoints by a quantile."""
    by = f"service,{counted.route}"
    quantile = promql.statistic(statistic, str(counted.histogram), _chosen(application), _WINDOW, by)
    return Query(f"topk(10, {quantile} > 0)", _legend(counted))


def outcomes(application: Application, metric: str, kind: str) -> Query:
    """What a counter with the label `status` counts, a second: by what it counts and how it ended."""
    return Query(f"sum by ({kind}, status) (rate({metric}{{{_chosen(application)}}}[{_WINDOW}]))", f"{{{{{kind}}}}} {{{{status}}}}")


def _rate(application: Application, counted: Counted, more: str = "") -> str:
    return promql.rate(counted.counter, _chosen(application) + more, _WINDOW, f"service,{counted.route}")


def _bad(application: Application) -> str:
    return f",{application.http.status_label}=~{promql.quoted(application.http.bad)}"


def _legend(counted: Counted) -> str:
    return f"{{{{service}}}} {{{{{counted.route}}}}}"


def _chosen(application: Application) -> str:
    return f'{promql.selector({"application": application.application})},service=~"$service"'
