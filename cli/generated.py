"""The files that are made from others: one list of sources, so that `make generate` writes and `make check` compares all."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from catalog.catalog import Catalog
from cli.arguments import ROOT
from rendering.document import Document
from rendering.site import Site

Source = Callable[[], dict[Path, str]]
"""Makes some of the files: what each must contain."""

RUNBOOKS, PARITY, PEOPLE = ROOT / "docs" / "runbooks", ROOT / "docs" / "parity.md", ROOT / "docs" / "people.md"
_SITE = Site(environment="any", region="any", cluster="any", runbooks_url="docs/runbooks")
"""Documents of the repository tell of everything that an environment may run."""


def schema() -> dict[Path, str]:
    """The JSON schema of a stack's settings."""
    from stacks.schema import schema_text

    return {ROOT / "stacks" / "settings.schema.json": schema_text()}


def documents() -> dict[Path, str]:
    """The matrix of alerts and backends, and each runbook with its head made anew."""
    from rendering import parity, runbooks

    catalog, groups = _rules()
    pages = _pages()
    made = {PARITY: parity.text(parity.rows(catalog, groups, _SITE))}
    return made | {
        RUNBOOKS / f"{name}.md": runbooks.page(head, pages.get(name)) for name, head in runbooks.heads(catalog, groups, _SITE).items()
    }


def dashboards() -> dict[Path, str]:
    """The list of all dashboards."""
    from cli.pictures import page

    return page()


def people() -> dict[Path, str]:
    """The tables of who is called."""
    from catalog.loading import load
    from rendering.pagerduty import page

    return {PEOPLE: page.filled(PEOPLE.read_text(encoding="utf-8"), load(ROOT))}


def upgrades() -> dict[Path, str]:
    """The table of versions."""
    from cli.upgrades import page

    return page()


SOURCES: tuple[Source, ...] = (schema, documents, dashboards, people, upgrades)


def stale(sources: Iterable[Source] | None = None) -> dict[Path, str]:
    """The files that are missing or not what their sources say, with what they should contain."""
    made = [item for source in (SOURCES if sources is None else sources) for item in source().items()]
    return {path: text for path, text in made if not path.exists() or path.read_text(encoding="utf-8") != text}


def write(sources: Iterable[Source] | None = None) -> list[Path]:
    """Writes the stale ones and returns them."""
    outdated = stale(sources)
    for path, text in outdated.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(outdated)


def complaints() -> list[str]:
    """What `make generate` cannot write: steps of runbooks, reasons of gaps between backends, dashboards without faults, their pictures."""
    from cli import pictures
    from rendering import evaluated, parity, runbooks
    from rendering.canaries import everything as canaries
    from rendering.cloudwatch import alarms
    from rendering.datadog import monitors, slos

    catalog, groups = _rules()
    watching = replace(_SITE, region="eu-central-1", datadog=evaluated.WATCHING, aws=evaluated.in_aws(catalog))
    shown = evaluated.monitored([*monitors.resources(catalog, watching), *slos.resources(catalog, watching)])
    alarmed = evaluated.alarmed([*alarms.resources(catalog, watching), *canaries.resources(catalog, watching)])
    heads = runbooks.heads(catalog, groups, _SITE)
    return [
        *(f"docs/runbooks/{problem}" for problem in runbooks.problems(heads, _pages(), runbooks.paging(groups))),
        *(f"docs/parity.md: {problem}" for problem in parity.unexplained(parity.rows(catalog, groups, _SITE), groups, shown, alarmed)),
        *pictures.complaints(),
    ]


def _rules() -> tuple[Catalog, dict[str, list[Document]]]:
    from catalog.loading import load
    from rendering.rules import rule_groups

    catalog = load(ROOT)
    return catalog, rule_groups(catalog, _SITE)


def _pages() -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(RUNBOOKS.glob("*.md")) if path.stem != "README"}
