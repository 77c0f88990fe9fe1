"""Datadog's synthetic tests of the catalog's checks and journeys, and what they need: variables for secrets, places, objectives.

What only the real account can tell (whether selectors find their elements, whether an uploaded application installs) is not proven here.
"""

from collections.abc import Iterator
from typing import Any

from catalog.base import Priority, Severity
from catalog.catalog import Catalog, Subject
from catalog.outside import Journey, Probe
from catalog.people import Notifications
from catalog.units import duration_text
from rendering import wording
from rendering.datadog import messages, queries, synthetic_steps
from rendering.datadog.synthetic_runs import Test, tests
from rendering.datadog.synthetic_settings import SyntheticsSettings
from rendering.document import Document
from rendering.resource import Ref, Resource
from rendering.secrets import SecretKey
from rendering.site import Site

TEST = "datadog:index/syntheticsTest:SyntheticsTest"
VARIABLE = "datadog:index/syntheticsGlobalVariable:SyntheticsGlobalVariable"
LOCATION = "datadog:index/syntheticsPrivateLocation:SyntheticsPrivateLocation"
OBJECTIVE = "datadog:index/serviceLevelObjective:ServiceLevelObjective"

CERTIFICATE_DAYS = 14
"""Renewal is tried at 30 days, so 14 mean that it failed for two weeks; the catalog's own alerts on certificates say the same."""
RUNBOOK = "JourneyFailing"
"""The page of every journey's alert."""
_CERTIFICATE = "CertificateExpiry"
_RENOTIFY = (0, 10, 20, 30, 40, 50, 60, 90, 120, 180, 240, 300, 360, 720, 1440)
"""Minutes that a test's monitor may wait until it tells again (the provider's documentation of `renotify_interval`)."""
_RETRIES, _PAUSE = {"browser": 1, "mobile": 1}, 5000
"""A failed run is tried again before it counts: twice for requests, once for what takes minutes; milliseconds between, Datadog's most."""


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Tests first, then what they refer to."""
    settings = site.datadog.synthetics if site.datadog is not None else None
    if settings is None:
        return []
    found = tests(catalog, site)
    made = [_test(test, settings, site) for test in found]
    made += [_objective(test, test.about, site) for test in found if isinstance(test.about, Journey)]
    made += _variables(found, site)
    if settings.private_location == "create" and any(test.inside for test in found):
        made.append(_location(site))
    return made


def _alert(test: Test) -> str:
    """The alert that a failing test is: of a journey the one that it joins, else one of its own."""
    if not isinstance(test.about, Journey):
        return _CERTIFICATE
    return test.about.joins or f"{wording.camel(test.name)}Failing"


def _location(site: Site) -> Resource:
    """Its configuration, an output, holds the keys by which a worker in the cluster logs in."""
    inputs = {
        "name": site.cluster,
        "description": f"Asks addresses inside the cluster {site.cluster}; its worker runs there",
        "tags": _place_tags(site),
    }
    return Resource(LOCATION, site.cluster, inputs, secrets=("apiKey", "config"))


def _place_tags(site: Site) -> list[str]:
    return [f"env:{site.environment}", f"environment:{site.environment}", f"region:{site.region}", f"cluster:{site.cluster}"]


def _variables(found: list[Test], site: Site) -> Iterator[Resource]:
    """One for each secret of an application's journeys; the account has one set of names, so they begin with the environment's."""
    seen: set[str] = set()
    for test in found:
        for secret, purpose in test.about.secrets.items() if isinstance(test.about, Journey) else ():
            name = _variable(test.subject, secret, site)
            if name in seen:
                continue
            seen.add(name)
            application = test.subject.application.application
            inputs = {
                "name": name,
                "description": purpose,
                "value": SecretKey(f"synthetics-{application}", secret, f"{purpose} ({application})"),
                "secure": True,
                "tags": [*_place_tags(site), f"application:{application}"],
            }
            yield Resource(VARIABLE, name.lower(), inputs, secrets=("value",))


def _variable(subject: Subject, secret: str, site: Site) -> str:
    return synthetic_steps.variable(f"{site.environment}-{subject.application.application}-{secret}")


def _test(test: Test, settings: SyntheticsSettings, site: Site) -> Resource:
    inputs = {
        "name": _title(test, site),
        "status": "paused" if settings.paused else "live",
        "message": _message(test, site),
        "locations": _locations(test, settings, site),
        "tags": _tags(test, site),
        **_steps(test, settings, site),
        "forceDeleteDependencies": True,  # its objective goes in the same run, and may go later
    }
    return Resource(TEST, test.key, inputs)


def _title(test: Test, site: Site) -> str:
    what = {"probe": "check", "journey": "journey", "certificate": "certificate of"}[test.what]
    return f"{site.environment} {wording.where(test.subject)}: {what} {test.name}"


def _locations(test: Test, settings: SyntheticsSettings, site: Site) -> list[Any]:
    if test.application is not None:
        return []  # devices stand in places of Datadog's own
    if not test.inside:
        return list(settings.locations)
    return [Ref(LOCATION, site.cluster) if settings.private_location == "create" else settings.private_location]


def _steps(test: Test, settings: SyntheticsSettings, site: Site) -> Document:
    """What is done, and how often, as each kind of test takes it."""
    about = test.about
    if isinstance(about, Probe):
        return {**synthetic_steps.check(about), "optionsList": _options(test, "api", len(settings.locations), site)}
    if not isinstance(about, Journey):
        options = _options(test, "api", 1, site) | {"checkCertificateRevocation": True}
        return {**synthetic_steps.certificate(*about, CERTIFICATE_DAYS), "optionsList": options}
    names = {secret: _variable(test.subject, secret, site) for secret in about.secrets}
    variables = [{"name": name, "type": "global", "id": Ref(VARIABLE, name.lower())} for name in names.values()]
    match about.kind:
        case "api":
            options = _options(test, "api", len(settings.locations), site)
            done = synthetic_steps.requests(about, names) | {"optionsList": options, "configVariables": variables}
        case "browser":
            options = _options(test, "browser", len(settings.locations), site)
            done = synthetic_steps.browser(about, names) | {"optionsList": options, "browserVariables": variables}
            done |= {"deviceIds": list(settings.browsers)}
        case "mobile":
            done = synthetic_steps.mobile(about, names) | {"mobileOptionsList": _mobile_options(test, site), "configVariables": variables}
    return done if variables else {key: value for key, value in done.items() if value != []}


def _options(test: Test, kind: str, locations: int, site: Site) -> Document:
    """A test's pace and its monitor; it fails where most of the places say so."""
    places = 1 if test.inside else locations
    found = _shared(test, kind, site) | {"minLocationFailed": places // 2 + 1}
    return found | ({"followRedirects": True} if kind == "api" and test.what != "certificate" else {})


def _mobile_options(test: Test, site: Site) -> Document:
    """Of the application's latest version; the id of a version is needed by the API and ignored for it."""
    application = test.application
    if application is None:
        return {}
    reference = {"applicationId": application.id, "referenceId": application.id, "referenceType": "latest"}
    return _shared(test, "mobile", site) | {
        "deviceIds": list(application.devices),
        "mobileApplication": reference,
        "defaultStepTimeout": 60,
    }


def _shared(test: Test, kind: str, site: Site) -> Document:
    return {
        "tickEvery": test.every,
        "retry": {"count": _RETRIES.get(kind, 2), "interval": _PAUSE},
        "minFailureDuration": 0,
        "monitorName": _title(test, site),
        "monitorPriority": int(messages.PRIORITIES[_priority(test)]),
        "monitorOptions": {"renotifyInterval": _renotify(test)},
    }


def _renotify(test: Test) -> int:
    """As often as Alertmanager would say it again; a check's monitor tells nobody."""
    notifications: Notifications = test.subject.application.notifications
    minutes = 0 if test.what == "probe" else int(notifications.repeat_interval // 60)
    return max(each for each in _RENOTIFY if each <= minutes)


def _priority(test: Test) -> Priority:
    return test.about.priority if isinstance(test.about, Journey) else Priority.P3


def _severity(test: Test) -> Severity:
    return test.about.severity if isinstance(test.about, Journey) else Severity.WARNING


def _notifies(test: Test) -> str:
    return "page" if isinstance(test.about, Journey) and test.about.pages else "message"


def _tags(test: Test, site: Site) -> list[str]:
    """A journey is an alert of its own. A check only measures: the alert on its signal is a monitor, so it carries no alert's tags."""
    owner = test.subject.application.owner.team
    if isinstance(test.about, Probe):
        quiet = [f"team:{owner}", "severity:info", "priority:info"]
        return [*_place_tags(site), *queries.check_tags(test.subject), *quiet, f"probe:{test.name}"]
    found = messages.alert_tags(test.subject, _alert(test), owner, _severity(test), _priority(test), site, _notifies(test))
    return [*found, f"{test.what}:{test.name}"]


def _message(test: Test, site: Site) -> str:
    """What a notification says; who gets it follows from the tags."""
    about = test.about
    if isinstance(about, Probe):
        return f"Asks {about.url} every {duration_text(test.every)}. It only measures: the service's alerts on its checks notify."
    if isinstance(about, Journey):
        first = f"The journey {test.name} of {wording.where(test.subject)} fails; it is tried every {duration_text(test.every)}."
        page, impact, action = RUNBOOK, about.impact, about.action
    else:
        first = f"The certificate of {about[0]}:{about[1]} is not trusted, or expires within {CERTIFICATE_DAYS} days."
        page, impact = _CERTIFICATE, "Browsers and applications refuse to connect once it has expired."
        action = "See what renews it and why that failed, then renew it by hand."
    told = [first, "", f"**Impact**: {impact}", f"**Action**: {action}", "", *messages.links(page, test.subject, site)]
    return "\n".join([*told, f"Key: {messages.key(test.subject, _alert(test))}"])


def _objective(test: Test, journey: Journey, site: Site) -> Resource:
    """The share of time in which a journey works. Of such objectives Datadog makes no burn-rate alerts: the test's own monitor notifies."""
    target = round(journey.target * 100, 6)
    inputs = {
        "name": f"{_title(test, site)} works",
        "type": "monitor",
        "description": f"{journey.impact} Promised: {target:g}% of 30 days.",
        "monitorIds": [Ref(TEST, test.key, "monitorId")],
        "thresholds": [{"timeframe": "30d", "target": target}],
        "timeframe": "30d",
        "targetThreshold": target,
        "tags": [*messages.tags(test.subject, site), f"team:{test.subject.application.owner.team}", f"journey:{test.name}"],
    }
    return Resource(OBJECTIVE, test.key, inputs)
