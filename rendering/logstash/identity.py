"""Whose record it is: what a pod's place or a record's own word says becomes the catalog's `application` and `service`.

The same as rendering/otel/identity.py has for the collector. A pod's place weighs more than what it claims: no pod can write into
another application's stream. What nobody in the catalog is known by goes to the platform's, with the tag `unidentified`.
"""

from collections.abc import Iterator

from catalog.base import Backend
from catalog.catalog import Catalog, Subject
from catalog.model import Application, Service
from rendering.logstash.syntax import Plugin, Step, Value, choose, mutate, when
from rendering.site import Site

CLAIM, CLAIMED_APPLICATION = "[@metadata][claim]", "[@metadata][claimed_application]"
"""What a record calls its service and application."""
UNIDENTIFIED = "unidentified"


def by_place(catalog: Catalog, site: Site) -> list[Step]:
    """By the namespace and the labels of the pod."""
    branches = [
        (" or ".join(f'[kubernetes][namespace] == "{place}"' for place in places), _within(application, catalog))
        for application, places in _places(catalog, site)
    ]
    node = mutate(add_field={"application": "platform", "[service][name]": "node", "[@metadata][labelled]": "yes"})
    return [choose(*branches, ('"system" in [tags]', [node]))]


def by_claim(catalog: Catalog) -> list[Step]:
    """By what the record says, where its place did not say it; within an application's namespace only its own services can be meant."""
    inside = [
        (f'[application] == "{name}"', [_translate(f"claims_of_{name}", own, CLAIM, "[service][name]")])
        for name, own in _own_claims(catalog).items()
    ]
    named = {claim: who for claim, who in _claims(catalog).items() if "/" not in claim}
    paired = {claim: who for claim, who in _claims(catalog).items() if "/" in claim}
    return [
        when(f"{CLAIMED_APPLICATION} =~ /\\S/ and ![application]", mutate(replace={CLAIM: f"%{{{CLAIMED_APPLICATION}}}/%{{{CLAIM}}}"})),
        choose(
            ("[application] and ![@metadata][labelled]", [choose(*inside)]),
            (
                "![application]",
                [
                    _translate("application_claimed", {k: v[0] for k, v in (named | paired).items()}, CLAIM, "[application]"),
                    _translate("service_claimed", {k: v[1] for k, v in (named | paired).items()}, CLAIM, "[service][name]"),
                ],
            ),
        ),
        when(
            "![application]",
            mutate(add_field={"application": "platform", "[service][name]": "unknown"}, add_tag=[UNIDENTIFIED]),
        ),
        when("![service][name]", mutate(add_field={"[service][name]": "unknown"})),
    ]


def kept_elsewhere(catalog: Catalog) -> list[Step]:
    """Records of services whose logs another store keeps go no further."""
    branches: list[tuple[str | None, list[Step]]] = []
    for name, application in catalog.applications.items():
        others = [service for service, watched in application.services.items() if Backend.ELASTIC not in watched.collect.logs]
        if others and application.namespace is not None:
            branches.append(
                (f'[application] == "{name}" and {among("[service][name]", others)}', [Plugin("drop", {"id": f"elsewhere_{name}"})])
            )
    return [choose(*branches)] if branches else []


def among(field: str, values: list[str]) -> str:
    """The condition that a field has one of some values; a list of one is a comparison, since Logstash reads `in ["x"]` as text."""
    if len(values) == 1:
        return f'{field} == "{values[0]}"'
    listed = ", ".join(f'"{value}"' for value in values)
    return f"{field} in [{listed}]"


def _places(catalog: Catalog, site: Site) -> Iterator[tuple[Application, tuple[str, ...]]]:
    ours = site.namespaces
    for application in catalog.applications.values():
        if application.namespace is not None:
            yield application, (application.namespace,)
        else:
            yield application, tuple(dict.fromkeys((ours.monitoring, ours.logging, ours.tracing, ours.agents, "kube-system")))


def _within(application: Application, catalog: Catalog) -> list[Step]:
    """The service by its pod's labels; of any other pod the label that names it, or its container, is taken."""
    branches: list[tuple[str | None, list[Step]]] = []
    for subject in catalog.subjects():
        if subject.application is application and isinstance(subject.watched, Service):
            branches.extend((condition, _labelled(subject)) for condition in _conditions(subject, subject.watched))
    names = ("[kubernetes][labels][app_kubernetes_io/name]", "[kubernetes][labels][app]", "[kubernetes][container][name]")
    branches.extend((rf"{name} =~ /\S/", [mutate(add_field={"[service][name]": f"%{{{name}}}"})]) for name in names)
    return [mutate(add_field={"application": application.application}), choose(*branches)]


def _conditions(subject: Subject, service: Service) -> list[str]:
    """Its selector, and the customary label with its name; Filebeat writes a label's dots as underscores."""
    found: dict[str, None] = {}
    for selector in (service.runs.selector, {"app.kubernetes.io/name": subject.name}, {"app": subject.name}):
        if selector:
            labels = {key.replace(".", "_"): value for key, value in selector.items()}
            found[" and ".join(f'[kubernetes][labels][{key}] == "{value}"' for key, value in labels.items())] = None
    return [" or ".join(f"({condition})" for condition in found)]


def _labelled(subject: Subject) -> list[Step]:
    return [mutate(add_field={"[service][name]": subject.name, "[@metadata][labelled]": "yes"})]


def _own_claims(catalog: Catalog) -> dict[str, dict[str, str]]:
    return {
        name: {claim: key for key, service in application.services.items() for claim in (key, service.identity.otel)}
        for name, application in catalog.applications.items()
    }


def _claims(catalog: Catalog) -> dict[str, tuple[str, str]]:
    """Names by which services without a pod call themselves; a name that two applications use says nothing by itself."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, own in _own_claims(catalog).items():
        for claim, service in own.items():
            found.setdefault(f"{name}/{claim}", []).append((name, service))
            if catalog.applications[name].namespace is not None:
                found.setdefault(claim, []).append((name, service))
    return {claim: who[0] for claim, who in found.items() if len(set(who)) == 1}


def _translate(name: str, dictionary: dict[str, str], source: str, target: str) -> Step:
    entries: dict[str, Value] = dict(dictionary)
    return Plugin("translate", {"id": name, "source": source, "target": target, "dictionary": entries, "override": True})
