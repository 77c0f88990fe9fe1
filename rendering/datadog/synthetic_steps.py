"""Steps of journeys as Datadog's synthetic tests take them: in a browser, in a mobile application, as requests."""

import re
from typing import Any
from urllib.parse import urlsplit

from catalog.outside import Journey, Probe, Step
from catalog.units import seconds
from rendering.document import Document

_PLACEHOLDER = re.compile(r"\{\{ *([^{} ]+) *\}\}")
_SELECTOR = ("#", ".", "[")
"""How a CSS selector begins that `expect` takes for one; anything else is a text on the page."""
_MILLISECONDS = 1000
_LONGEST = 60
"""Seconds after which Datadog gives up a request by itself; none of ours waits longer."""


def variable(name: str) -> str:
    """A name as Datadog writes variables: upper case and underscores."""
    return re.sub(r"[^A-Z0-9]+", "_", name.upper())


def check(probe: Probe) -> Document:
    """A single request or connection, with all that is expected of the answer."""
    limit = {"type": "responseTime", "operator": "lessThan", "target": _ms(probe.timeout)}
    address = urlsplit(probe.url)
    if address.scheme == "tcp":
        connection = {"type": "connection", "operator": "is", "target": "established"}
        definition: Document = {"host": address.hostname or "", "port": str(address.port or "")}
        return {"type": "api", "subtype": "tcp", "requestDefinition": definition, "assertions": [connection, limit]}
    statuses = [str(status) for status in probe.expect_status]
    status = ("is", statuses[0]) if len(statuses) == 1 else ("matches", f"^({'|'.join(statuses)})$")
    assertions = [_assertion("statusCode", *status), limit]
    assertions += [_assertion("body", "matches", probe.expect_body)] if probe.expect_body is not None else []
    definition = {"method": "GET", "url": probe.url, "timeout": min(_LONGEST, max(1, int(probe.timeout)))}
    return {"type": "api", "subtype": "http", "requestDefinition": definition, "assertions": assertions}


def certificate(host: str, port: int, days: int) -> Document:
    """Whether a host's certificate is trusted, not revoked, and lasts for so many days more."""
    return {
        "type": "api",
        "subtype": "ssl",
        "requestDefinition": {"host": host, "port": str(port), "servername": host},
        "assertions": [_assertion("certificate", "isInMoreThan", str(days))],
    }


def requests(journey: Journey, secrets: dict[str, str]) -> Document:
    """One request as a plain test, several as a multi-step one, which hands on what it saved."""
    groups: list[list[Step]] = []
    for step in journey.steps:
        if step.do == "request":
            groups.append([])
        groups[-1].append(step)
    if len(groups) == 1 and not any(step.do == "save" for step in groups[0]):
        first = groups[0][0]
        headers = {"requestHeaders": _headers(first, secrets)} if first.headers else {}
        return {
            "type": "api",
            "subtype": "http",
            "requestDefinition": _definition(first, secrets),
            **headers,
            **_expected(groups[0], secrets),
        }
    return {"type": "api", "subtype": "multi", "apiSteps": [_api_step(group, secrets) for group in groups]}


def count(journey: Journey) -> int:
    """Requests of a journey that Datadog bills one by one; the others' steps are one run together."""
    return sum(1 for step in journey.steps if step.do == "request") if journey.kind == "api" else 1


def browser(journey: Journey, secrets: dict[str, str]) -> Document:
    """What a browser does: it opens the first step's address by itself."""
    first, *others = journey.steps
    definition = {"method": "GET", "url": _filled(first.target, secrets)}
    return {"type": "browser", "requestDefinition": definition, "browserSteps": [_browser_step(step, secrets) for step in others]}


def mobile(journey: Journey, secrets: dict[str, str]) -> Document:
    """What hands do in a mobile application, which is open when they begin."""
    return {"type": "mobile", "mobileSteps": [_mobile_step(step, secrets) for step in journey.steps if step.do != "open"]}


def _api_step(group: list[Step], secrets: dict[str, str]) -> Document:
    first = group[0]
    saved = [
        {"name": variable(step.target), "type": "http_body", "secure": True, "parser": {"type": "json_path", "value": step.value}}
        for step in group
        if step.do == "save"
    ]
    made: Document = {
        "name": first.target,
        "subtype": "http",
        "requestDefinition": _definition(first, secrets),
        **_expected(group, secrets),
        "retry": {"count": 1, "interval": _MILLISECONDS},
    }
    made |= {"requestHeaders": _headers(first, secrets)} if first.headers else {}
    return made | ({"extractedValues": saved} if saved else {})


def _definition(step: Step, secrets: dict[str, str]) -> Document:
    method, _, url = step.target.rpartition(" ")
    found: Document = {"method": method or "GET", "url": _filled(url, secrets), "timeout": _LONGEST}
    if step.body is not None:
        found |= {"body": _filled(step.body, secrets), "bodyType": "application/json"}
    return found


def _headers(step: Step, secrets: dict[str, str]) -> dict[str, str]:
    return {name: _filled(value, secrets) for name, value in step.headers.items()}


def _expected(group: list[Step], secrets: dict[str, str]) -> dict[str, Any]:
    found: list[Document] = []
    for step in group:
        value = _filled(step.value or "", secrets)
        match step.do, step.target:
            case "expect", "status":
                found.append(_assertion("statusCode", "is", value))
            case "expect", "body":
                found.append(_assertion("body", "contains", value))
            case "expect", "latency":
                found.append(_assertion("responseTime", "lessThan", _ms(seconds(value))))
            case _:
                continue
    return {"assertions": found}


def _assertion(kind: str, operator: str, target: str) -> Document:
    return {"type": kind, "operator": operator, "target": target}


def _browser_step(step: Step, secrets: dict[str, str]) -> Document:
    target = _filled(step.target, secrets)
    element = {"elementUserLocator": {"failTestOnCannotLocate": True, "value": {"type": "css", "value": target}}}
    match step.do:
        case "open":
            return {"name": f"Open {step.target}", "type": "goToUrl", "params": {"value": target}}
        case "click":
            return {"name": f"Click {step.target}", "type": "click", "params": element}
        case "type":
            return {
                "name": f"Type into {step.target}",
                "type": "typeText",
                "params": {**element, "value": _filled(step.value or "", secrets)},
            }
        case _ if step.target.startswith(_SELECTOR):
            return {"name": f"Expect {step.target}", "type": "assertElementPresent", "params": element}
        case _:
            return {"name": f"Expect «{step.target}»", "type": "assertPageContains", "params": {"value": target}}


def _mobile_step(step: Step, secrets: dict[str, str]) -> Document:
    target = _filled(step.target, secrets)
    locator = {"failTestOnCannotLocate": True, "values": [{"type": "accessibility-id", "value": target}]}
    element: Document = {"element": {"contextType": "native", "userLocator": locator}}
    match step.do:
        case "tap":
            return {"name": f"Tap {step.target}", "type": "tap", "params": element}
        case "type":
            return {
                "name": f"Type into {step.target}",
                "type": "typeText",
                "params": {**element, "value": _filled(step.value or "", secrets)},
            }
        case _:
            return {"name": f"Expect «{step.target}»", "type": "assertScreenContains", "params": {"value": target}}


def _filled(text: str, secrets: dict[str, str]) -> str:
    """Placeholders by the names of Datadog's variables: the global one of a secret, the test's own of what was saved."""
    return _PLACEHOLDER.sub(lambda match: f"{{{{ {secrets.get(match[1]) or variable(match[1])} }}}}", text)


def _ms(value: float) -> str:
    return str(int(value * _MILLISECONDS))
