"""Runbooks: one page for each alert's name, its head made from the catalog and the rendered rules, its steps written by hand."""

import re
from collections.abc import Iterable, Mapping

from catalog.catalog import Catalog
from rendering import runbook_checks, wording
from rendering.document import Document, to_yaml
from rendering.promql import pods, selector
from rendering.runbook_places import Place, page_of, places
from rendering.site import Site

OPEN, CLOSE = "<!-- generated: head -->", "<!-- /generated -->"
SECTIONS = ("Symptoms", "Investigate", "Resolve", "Prevent")
"""Headings of the part that people write, in this order."""

_NO_DATA = "NoData"
_LEAST_WORDS = 8
"""A section of fewer words tells nobody anything."""
_LEAST_STEPS = 3
"""Steps to investigate and to resolve what wakes somebody."""
_PLACEHOLDER = re.compile(r"\b(TODO|TBD|FIXME|XXX)\b")
_OF_WATCHDOG = "while it is missing, nobody hears of anything else that fires"
_COLUMNS = ("Application", "Service or dependency", "Backends", "Fires when", "For", "Priority", "Who is called")


def heads(catalog: Catalog, groups: dict[str, list[Document]], site: Site) -> dict[str, str]:
    """The generated head of every page, by the page's name."""
    return {name: _head(name, found, site) for name, found in places(catalog, groups, site).items()}


def page(head: str, present: str | None) -> str:
    """A page with this head: what stands below it is kept; a new page has empty sections, which `problems` refuses."""
    if present is None:
        return f"{head}\n" + "".join(f"\n## {section}\n" for section in SECTIONS)
    _, _, rest = present.partition(CLOSE)
    return f"{head}{rest}" if CLOSE in present else f"{head}\n\n{present}"


def problems(expected: Iterable[str], present: Mapping[str, str], paging: Iterable[str]) -> list[str]:
    """What people have to mend in the pages there are: orphans, and steps not written; `paging` are pages of alerts that wake somebody."""
    known, urgent = set(expected), set(paging)
    told: list[str] = []
    for name, text in sorted(present.items()):
        if name not in known:
            told.append(f"{name}.md is the page of no alert; move its steps to the alert's new name, or remove it")
        else:
            told += [f"{name}.md: {reason}" for reason in _unwritten(text.partition(CLOSE)[2], urgent=name in urgent)]
    return told


def paging(groups: dict[str, list[Document]]) -> set[str]:
    """Pages of the alerts that wake somebody."""
    return {
        page_of(rule)
        for file in groups.values()
        for group in file
        for rule in group["rules"]
        if "alert" in rule and rule["labels"].get("pages") == "true"
    }


def _unwritten(text: str, *, urgent: bool) -> list[str]:
    parts = re.split(r"^## +(.+?)\s*$", text, flags=re.MULTILINE)
    written = dict(zip(parts[1::2], parts[2::2], strict=True))
    told = [f"section {name!r} is missing" for name in SECTIONS if name not in written]
    for name in SECTIONS:
        body = written.get(name)
        if body is None:
            continue
        if len(re.findall(r"\w+", body)) < _LEAST_WORDS:
            told.append(f"section {name!r} is not written yet")
        elif urgent and name in ("Investigate", "Resolve") and len(re.findall(r"^\d+\. ", body, re.MULTILINE)) < _LEAST_STEPS:
            told.append(f"section {name!r} of an alert that wakes somebody needs at least {_LEAST_STEPS} numbered steps")
    if found := _PLACEHOLDER.search(text):
        told.append(f"{found[0]} is a placeholder; write what is meant")
    return told


def _head(name: str, found: list[Place], site: Site) -> str:
    own = [place for place in found if not place.alert.endswith(_NO_DATA) or place.alert == name]
    absent = [place for place in found if place not in own]
    about = list(dict.fromkeys(place.about for place in own if place.about))
    parts = [
        f"{OPEN}\n<!-- `make generate` writes this part; write below it. -->\n# {name}",
        f"{wording.words(name)}. Watches: {'; '.join(about)}." if about else f"{wording.words(name)}.",
        _table(own),
        "## Impact and first action",
        "\n".join(_consequences(own)),
        "## Query",
        "\n\n".join(_queries(own)),
    ]
    if absent:
        parts += ["## No data", *_absence(absent)]
    parts += ["## First checks", *_checks(name, own, site), CLOSE]
    return "\n\n".join(parts)


def _table(found: list[Place]) -> str:
    lines = [f"| {' | '.join(_COLUMNS)} |", f"|{'---|' * len(_COLUMNS)}"]
    for place in found:
        subject = place.subject
        where = (subject.application.application, f"{subject.kind} {subject.name}") if subject else ("all", "")
        lines.append(f"| {' | '.join((*where, place.backends, place.condition, place.hold, place.urgency, place.called))} |")
    return "\n".join(lines)


def _consequences(found: list[Place]) -> list[str]:
    """Impact and first action, said once for all the places that share them."""
    shared: dict[tuple[str, str], list[str]] = {}
    for place in found:
        shared.setdefault((place.impact, place.action), []).append(place.where)
    return [
        f"- {', '.join(dict.fromkeys(where))}: {_sentence(impact or _OF_WATCHDOG)}" + (f" {action}" if action else "")
        for (impact, action), where in shared.items()
    ]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def _queries(found: list[Place]) -> list[str]:
    """Each query once, as rendered for the first of the places that share it."""
    shared: dict[tuple[str, str], list[Place]] = {}
    for place in found:
        shared.setdefault((_shape(place), place.language), []).append(place)
    told: list[str] = []
    for (_, language), same in shared.items():
        first = same[0]
        others = ", ".join(place.where for place in same[1:])
        title = f"{first.where} ({first.urgency})" + (f"; the same, with their own labels, for {others}" if others else "")
        told.append(f"{title}:\n\n```{language}\n{first.query}\n```")
        if first.recorded:
            rules = to_yaml([{"record": rule["record"], "expr": rule["expr"]} for rule in first.recorded])
            told.append(f"where these are recorded:\n\n```yaml\n{rules}```")
    return told


def _shape(place: Place) -> str:
    """A query without what tells its subject from others."""
    subject, text = place.subject, place.query
    if subject is None:
        return text
    text = text.replace(selector(subject.labels), "$sel").replace(pods(subject), "$pods")
    return text.replace(f'namespace="{subject.application.namespace}"', "$ns")


def _absence(absent: list[Place]) -> list[str]:
    """What the alerts on missing data mean, for the anchor that their `runbook_url` has."""
    name = absent[0].alert
    missing = f"`{name}` fires when the data of the alert above are missing, so that it could not fire: see whether the target is up, still"
    return [
        f"{missing} exposes the metric under this name, and whether a scrape limit or a relabeling drops it.",
        "\n".join(f"- {place.where}: for {place.hold}, {place.urgency}, {place.called}" for place in absent),
        f"```promql\n{absent[0].query}\n```",
    ]


def _checks(name: str, found: list[Place], site: Site) -> list[str]:
    subjects = list({place.where: place.subject for place in found if place.subject is not None}.values())
    in_prometheus = any(place.language == "promql" for place in found)
    blocks = runbook_checks.blocks(name, subjects, site, in_prometheus=in_prometheus)
    return [f"{title}:\n\n```sh\n" + "\n".join(lines) + "\n```" for title, lines in blocks]
