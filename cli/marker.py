"""`make marker`: tells Grafana, Datadog and Sentry of a deployment, so that curves and errors can be read against what changed."""

import argparse
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import cast

from rich.table import Table

from catalog.faults import MissingError
from catalog.loading import load as load_catalog
from catalog.model import Service
from cli.arguments import ROOT
from cli.console import out, progress
from cli.marker_destinations import Datadog, Destination, Grafana, Outcome, Sentry
from cli.marker_release import Release, release
from rendering.sentry.places import Reporting
from stacks.settings import Settings, load

GRAFANA_TOKEN, DATADOG_KEY, SENTRY_TOKEN = "GRAFANA_AUTH", "DD_API_KEY", "SENTRY_AUTH_TOKEN"
"""Names of the variables that credentials come in: those of the providers, so that one environment serves both."""
_SENTRY = "https://sentry.io"
_COLOURS = {"told": "green", "told before": "green", "nothing to tell": "yellow", "off": "dim", "failed": "red"}


def run_marker(arguments: argparse.Namespace) -> int:
    """Tells everybody whom the stack's settings name and a credential opens; status 1 where one of them was not told."""
    settings = load(arguments.stack, ROOT)
    place = (settings.environment, settings.region, settings.cluster.name)
    told = release(arguments, load_catalog(ROOT), place, datetime.now(UTC))
    found = list(destinations(settings, told, os.environ))
    if not any(isinstance(each, Destination) for each in found):
        reasons = "; ".join(f"{each.destination}: {each.detail}" for each in found if isinstance(each, Outcome))
        raise MissingError(f"nobody can be told of {told.name} {told.version}: {reasons}")
    with progress("telling of the deployment"):
        outcomes = [each.outcome(told) if isinstance(each, Destination) else each for each in found]
    _show(told, outcomes)
    return 1 if any(outcome.state == "failed" for outcome in outcomes) else 0


def destinations(settings: Settings, told: Release, given: Mapping[str, str]) -> Iterator[Destination | Outcome]:
    """Whom the settings name, each with the credential that the environment gives; an outcome says why somebody is not told."""
    for name, find in (("Grafana", _grafana), ("Datadog", _datadog), ("Sentry", _sentry)):
        found = find(settings, told, given)
        yield Outcome(name, "off", found) if isinstance(found, str) else found


def _grafana(settings: Settings, _told: Release, given: Mapping[str, str]) -> Destination | str:
    chosen = settings.grafana
    url = given.get("GRAFANA_URL") or (chosen.url if chosen else None)
    if chosen is None:
        return "the stack has none"
    if not url:
        return "simulated here" if chosen.content.simulated else "grafana.url is not in the settings yet"
    return _with(given, GRAFANA_TOKEN, "the token of the service account `observatory-ci`", lambda token: Grafana(url, token))


def _datadog(settings: Settings, _told: Release, given: Mapping[str, str]) -> Destination | str:
    chosen = settings.datadog
    url = given.get("DATADOG_HOST")
    if chosen is None:
        return "the stack sends nothing there"
    if chosen.simulated and not url:
        return "simulated here"
    return _with(given, DATADOG_KEY, "an API key", lambda key: Datadog(url or f"https://api.{chosen.site}", key))


def _sentry(settings: Settings, told: Release, given: Mapping[str, str]) -> Destination | str:
    chosen = settings.sentry
    url = given.get("SENTRY_URL") or ((chosen.base_url or "").removesuffix("/api/") if chosen else "") or _SENTRY
    if chosen is None:
        return "the stack sends nothing there"
    if chosen.simulated and "SENTRY_URL" not in given:
        return "simulated here"
    watched = cast("Service", told.subject.watched)
    if "sentry" not in watched.collect.errors:
        return "the service reports no errors there"
    slug = Reporting(told.subject, watched).slug
    return _with(given, SENTRY_TOKEN, "with the scope `org:ci`", lambda token: Sentry(url, chosen.organization, slug, token))


def _with(given: Mapping[str, str], variable: str, what: str, make: Callable[[str], Destination]) -> Destination | str:
    credential = given.get(variable, "").strip()
    return make(credential) if credential else f"{variable} is not given ({what})"


def _show(told: Release, outcomes: list[Outcome]) -> None:
    out.print(told.sentence, markup=False, soft_wrap=True)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("destination", "outcome", "detail"):
        table.add_column(title, overflow="fold")
    for outcome in outcomes:
        table.add_row(outcome.destination, f"[{_COLOURS[outcome.state]}]{outcome.state}[/]", outcome.detail)
    out.print(table)
