"""`make report`: a month of an application's reliability, asked of the stack's own Prometheus, as Markdown and as one HTML page."""

import argparse
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from rich.table import Table

from catalog.catalog import Catalog
from catalog.faults import Fault, FaultsError, MissingError, nearest
from cli.arguments import ROOT
from cli.console import out, progress
from cli.prometheus_api import URL, Prometheus
from rendering.reports import month as months
from rendering.reports.figures import Figures
from rendering.reports.month import DAY, Month
from rendering.reports.questions import Question, questions
from rendering.reports.reading import Answers, Labels, Points, figures
from rendering.reports.wording import share

_REPLICA = "__replica__"


def run_report(arguments: argparse.Namespace) -> None:
    """Writes the reports of one application or of all; MissingError where one of them has no data, after the others are written."""
    from stacks.program import survey

    now = datetime.now(UTC)
    with progress("preparing") as say:
        say(f"reading the settings of {arguments.stack} and the catalog")
        prepared = survey(arguments.stack, ROOT)
        names, month = _meant(arguments.application, arguments.month, prepared.catalog, now)
        folder: Path = arguments.out or ROOT / "build" / "reports" / arguments.stack / month.key
        site, written, silent = prepared.settings.site, list[Figures](), list[str]()
        limit = prepared.settings.costs.limit if prepared.settings.costs else None
        with _prometheus(arguments.prometheus) as prometheus:
            for name in names:
                say(f"{name}: asking about {month.title}")
                answers = ask(prometheus, questions(prepared.catalog, site, name, month), month)
                found = figures(prepared.catalog, site, name, month, answers, (prepared.costs, limit))
                if found is None:
                    silent.append(name)
                    continue
                say(f"{name}: writing")
                _write(folder, found, arguments.stack, site.environment, site.cluster, prometheus)
                written.append(found)
    if written:
        _summary(written)
        many = "1 report" if len(written) == 1 else f"{len(written)} reports, each"
        out.print(f"\n{many} as .md and .html in {folder}", markup=False, soft_wrap=True)
    if silent:
        seen = f"cluster {site.cluster!r} in {month.title}"
        remedy = "is it the stack's own, did it run then, and does it keep data for so long (docs/reports.md)?"
        raise MissingError(f"no data of {', '.join(silent)} for {seen} in the Prometheus at {_shown(prometheus.url)}; {remedy}")


def ask(prometheus: Prometheus, asked: Mapping[str, Question], month: Month) -> Answers:
    """Every question's answer; MissingError where it comes of several replicas side by side, which would be counted twice."""
    first, end = month.start.timestamp() + DAY, month.end.timestamp()
    days = first + max(-(-(end - first) // DAY), 0) * DAY
    found: dict[str, list[tuple[Labels, Points]]] = {}
    for name, question in asked.items():
        if question.daily:
            found[name] = [(each.labels, each.points) for each in prometheus.range(question.expression, first, days, DAY)]
        else:
            found[name] = [(each.labels, ((end, each.value),)) for each in prometheus.instant(question.expression, end)]
        if any(_REPLICA in labels for labels, _ in found[name]):
            remedy = "ask the front that deduplicates: Thanos Query or Managed Prometheus"
            raise MissingError(f"{_shown(prometheus.url)} holds each replica's series side by side; {remedy}")
    return found


def _meant(application: str | None, month: str | None, catalog: Catalog, now: datetime) -> tuple[list[str], Month]:
    """What the options mean; FaultsError names all that is wrong with them."""
    faults: list[Fault] = []
    known = sorted(catalog.applications)
    if application is not None and application not in known:
        faults.append(Fault("command line", "--application", application, "no application has this name", nearest(application, known)))
    try:
        chosen = months.read(month, now)
    except ValueError as error:
        faults.append(Fault("command line", "--month", month or "", str(error), f"the last complete one is {months.read(None, now).key}"))
        raise FaultsError(faults) from error
    if faults:
        raise FaultsError(faults)
    return [application] if application else known, chosen


def _prometheus(given: str | None) -> Prometheus:
    address = given or os.environ.get(URL)
    if not address:
        raise MissingError(f"which Prometheus holds the stack's data? Say PROMETHEUS=<address> (--prometheus) or set {URL}")
    return Prometheus(address)


def _write(folder: Path, found: Figures, stack: str, environment: str, cluster: str, prometheus: Prometheus) -> None:
    try:
        from rendering.reports import document, page, plots
    except ModuleNotFoundError as error:
        raise MissingError(f"{error.name} is missing, which draws reports; `make venv` installs it") from error
    made = document.report(found, document.Origin(stack, environment, cluster, _shown(prometheus.url), datetime.now(UTC).date()))
    name = found.application.application
    folder.mkdir(parents=True, exist_ok=True)
    text = made.markdown
    for plot, svg in made.plots.items():
        text = text.replace(f"]({plot}.svg)", f"]({name}-{plot}.svg)")
        (folder / f"{name}-{plot}.svg").write_text(plots.alone(svg))
    (folder / f"{name}.md").write_text(text)
    (folder / f"{name}.html").write_text(page.page(made))


def _summary(found: Sequence[Figures]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("application", "lowest uptime", "incidents", "objectives broken", "pages"):
        table.add_column(title, justify="left" if title == "application" else "right")
    for each in found:
        lowest = min((service.uptime for service in each.services), default=None)
        broken = sum(1 for objective in each.objectives if objective.spent is not None and objective.spent > 1)
        incidents = sum(service.incidents for service in each.services)
        pages = "no data" if each.known is None else str(sum(alert.pages for alert in each.alerts))
        table.add_row(each.application.application, share(lowest), str(incidents), str(broken), pages)
    out.print(table)


def _shown(address: str) -> str:
    """An address without a password or a key that may stand in it."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
