"""What only rendering can know: that every alert reaches somebody here, and that messages say nothing that grouping has dropped."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from catalog.catalog import Catalog
from catalog.faults import Fault
from rendering.alertmanager import CONFIGURATION, GROUP_BY, TEMPLATE, addressed
from rendering.datadog import judging as datadog
from rendering.document import Document
from rendering.documents import Rendered
from rendering.loki import rules as loki
from rendering.receivers import Destination, ways
from rendering.site import Site

EXTERNAL = ("environment", "region", "cluster")
"""Labels that Prometheus adds to every alert."""
_USED = re.compile(r"\.(GroupLabels|CommonLabels|CommonAnnotations)\.([a-z_]\w*)")  # a capital begins a method, as SortedPairs
_LOUD = {"pagerduty_configs", "email_configs"}
_TEAMS = "catalog/teams.yaml"
_SOURCES = {CONFIGURATION: "rendering/receivers.py", TEMPLATE: f"rendering/{TEMPLATE}"}
Told = list[tuple[Document, Destination]]


def judge(catalog: Catalog, rendered: Rendered, site: Site) -> list[Fault]:
    """Faults of an environment's documents, in time linear to its rules."""
    evaluated = chain.from_iterable(document["spec"]["groups"] for document in rendered.rules)
    told = list(addressed(chain(evaluated, *loki.groups(catalog, site).values())))
    return [*_unreached(catalog, told, site), *_dropped(told, rendered.alertmanager), *datadog.judge(catalog, site)]


def _unreached(catalog: Catalog, told: Told, site: Site) -> Iterator[Fault]:
    """Teams that an alert is for, and that no way open here leads to; where none is open at all, the settings' check says so."""
    if not (site.pagerduty or site.slack or site.smtp):
        return
    examples: dict[Destination, Document] = {}
    for rule, place in told:
        examples.setdefault(place, rule)
    for place, rule in sorted(examples.items(), key=lambda item: item[0]):
        team, example = catalog.teams[place.team], f"{rule['labels']['application']}'s {rule['alert']}"
        found = ways(place, team, site).keys()
        what = f"{place.urgency}s of severity {place.severity.value}, as {example},"
        if not found:
            reason = f"{what} reach nobody: no way to this team is open in {site.environment}"
            remedy = (
                f"add slack.{place.severity.value} to the team, or open another way in the stack's notifications (slack, pagerduty, smtp)"
            )
            yield Fault(_TEAMS, f"{place.team}.slack", ", ".join(sorted(team.slack)), reason, remedy)
        elif place.urgency == "page" and site.pagerduty and not found & _LOUD:
            reason = f"{what} stand in a channel only and wake nobody, while {site.environment} pages by PagerDuty"
            yield Fault(
                _TEAMS, f"{place.team}.pagerduty", str(team.pagerduty), reason, "set it to true, or name a mail server in the settings"
            )


def _dropped(told: Told, texts: dict[str, str]) -> Iterator[Fault]:
    """What messages ask of a whole group that its alerts do not have in common, so that the place stays empty."""
    groups: dict[tuple[str | None, ...], list[Document]] = defaultdict(list)
    for rule, place in told:
        names: dict[str, str] = {**rule["labels"], "alertname": rule["alert"]}
        groups[*(names.get(label) for label in GROUP_BY), *place].append(rule)
    for key, text in texts.items():
        for source, name in dict.fromkeys(_USED.findall(text)):
            if name in GROUP_BY and source != "CommonAnnotations":
                continue
            reason = _lost(groups, source, name)
            if reason is not None:
                remedy = "range over .Alerts and take each one's own, or leave it out"
                yield Fault(_SOURCES.get(key, key), f".{source}.{name}", "", reason, remedy)


def _lost(groups: dict[tuple[str | None, ...], list[Document]], source: str, name: str) -> str | None:
    """Why a group has no common value of this name; None where every group has one."""
    if source == "GroupLabels":
        return f"alerts are not grouped by {name!r} but by {', '.join(GROUP_BY)}"
    if source == "CommonLabels" and name in EXTERNAL:
        return None
    part = "annotations" if source == "CommonAnnotations" else "labels"
    for rules in groups.values():
        values: list[str | None] = [rule[part].get(name) for rule in rules]
        if None in values or len(set(values)) > 1 or "{{" in str(values[0]):
            return f"alerts of one group, as {rules[0]['alert']}, need not share {name!r}: the place stays empty"
    return None
