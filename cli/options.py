"""What each command may be told on its command line.

argparse requires nothing, so that every fault is told at once, by the command itself.
"""

import argparse
from pathlib import Path
from typing import Literal, get_args

from examples.application.switches import WAYS

ENGINES = ("in-process", "pulumi")
DEFAULT_STACK = "local"
FASTEST = 60
TIERS = ("all", "unit", "tools", "cluster")
PARTS = ("program", "render", "checks", "rules", "dashboards", "datadog", "aws", "traces", "cluster")
Status = Literal["succeeded", "failed", "rolled-back"]
"""How a deployment went."""
STATUSES: tuple[Status, ...] = get_args(Status)

_TEXTS = {
    "name": ("NAME/KEY", "which secret, as the list shows it (default: list them)"),
    "application": ("NAME", "one application of the catalog (default: all)"),
    "month": ("YYYY-MM", "a calendar month in UTC (default: the last complete one)"),
    "watch": (
        "APPLICATION/SERVICE:PORT",
        "a service of the catalog that you run yourself at this port of 127.0.0.1 (default: the sample application)",
    ),
    "service": ("APPLICATION/SERVICE", "which service of the catalog, as skillforge/backend"),
    "version": ("VERSION", "which version was deployed, as 1.4.2"),
    "since": ("30m|TIME", "when the release was: so long ago, or a moment as 2026-03-01T12:00:00Z"),
    "prometheus": ("URL", "which Prometheus to ask (default: $OBSERVATORY_PROMETHEUS_URL; its token: $OBSERVATORY_PROMETHEUS_TOKEN)"),
}
"""Options that take a text as it is: what stands for it in the help, and what it means."""
_FLAGS = {
    "yes": "also where KUBECONFIG names a cluster that is not on this machine",
    "generate": "make a random value instead of asking for one",
}
_DETAILS = {
    "commit": ("HASH", "what was deployed; with --repository"),
    "repository": ("URL", "where the commit is"),
    "started": ("TIME", "when the deployment began (default: when it ended)"),
    "when": ("TIME", "when it ended, as 2026-03-01T12:00:00Z or in Unix seconds (default: now)"),
    "run": ("ID", "what the pipeline calls this run: told of again, the same run is the same deployment"),
    "link": ("URL", "where people see the run"),
}
"""Of a marker, besides."""


def add(parser: argparse.ArgumentParser, option: str) -> None:
    """An option that `make` has a variable for."""
    match option:
        case "stack":
            parser.add_argument("--stack", default=DEFAULT_STACK, metavar="NAME", help="Pulumi.<NAME>.yaml (default: local)")
        case "engine":
            parser.add_argument(
                "--engine",
                choices=ENGINES,
                help="in-process: ours, for the embedded default and for previews; pulumi: the real CLI",
            )
        case "out":
            parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to write (default: below build/)")
        case "tier":
            parser.add_argument("--tier", choices=TIERS, default="all", help="which tests (default: all)")
        case "speed":
            parser.add_argument("--speed", type=_speed, default=10.0, metavar="N", help="how many times as fast time passes (default: 10)")
        case "do":
            _orders(parser)
        case _ if option in _TEXTS:
            metavar, text = _TEXTS[option]
            parser.add_argument(f"--{option}", metavar=metavar, help=text)
        case _ if option in _FLAGS:
            parser.add_argument(f"--{option}", action="store_true", help=_FLAGS[option])
        case _:
            raise AssertionError(option)


def _speed(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 1 <= value <= FASTEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no speed: a number from 1 (as in life) to {FASTEST}")
    return value


def _orders(parser: argparse.ArgumentParser) -> None:
    orders = parser.add_subparsers(dest="order", metavar="ORDER", title="orders to the demonstration that runs")
    breaking = orders.add_parser("break", help="break the application in one more way")
    breaking.add_argument("way", choices=tuple(WAYS))
    orders.add_parser("mend", help="mend the application")
    killing = orders.add_parser("kill", help="kill one Prometheus or Alertmanager")
    killing.add_argument("kind", choices=("prometheus", "alertmanager"))
    orders.add_parser("revive", help="start again what was killed")
    orders.add_parser("status", help="what runs, what is broken, which alerts there are")
    orders.add_parser("stop", help="end the demonstration")


def pytest_arguments(parser: argparse.ArgumentParser) -> None:
    """What goes on to pytest."""
    parser.add_argument("rest", nargs="*", metavar="ARG", help="arguments for pytest, after `--`")


def uids(parser: argparse.ArgumentParser) -> None:
    """Which dashboards."""
    parser.add_argument("uids", nargs="*", metavar="UID", help="dashboards to draw, old or not (default: those that changed)")


def parts(parser: argparse.ArgumentParser) -> None:
    """Which figures."""
    parser.add_argument("parts", nargs="*", type=_part, metavar="PART", help=f"what to measure: {', '.join(PARTS)} (default: all)")


def _part(text: str) -> str:
    if text not in PARTS:
        raise argparse.ArgumentTypeError(f"{text!r} is no part of it: choose from {', '.join(PARTS)}")
    return text


def marker(parser: argparse.ArgumentParser) -> None:
    """What else a marker may say."""
    parser.add_argument("--status", choices=STATUSES, default=STATUSES[0], help=f"how it went (default: {STATUSES[0]})")
    for option, (metavar, what) in _DETAILS.items():
        parser.add_argument(f"--{option}", metavar=metavar, help=what)


def gate(parser: argparse.ArgumentParser) -> None:
    """How a gate answers."""
    parser.add_argument("--for", dest="long", metavar="10m", help="wait until the release is so old, then judge (default: at once)")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON instead of a table")


def doctor(parser: argparse.ArgumentParser) -> None:
    """When the doctor looks, at what, and how it answers."""
    parser.add_argument("--after", action="store_true", help="after a deployment: ask the systems themselves whether they work")
    _json(parser)
    for system in ("prometheus", "alertmanager"):
        text = f"ask this {system} and not those in the cluster, as after `kubectl port-forward`; may be said once for each replica"
        parser.add_argument(f"--{system}", action="append", default=[], metavar="URL", help=text)
    parser.add_argument("--grafana", metavar="URL", help="ask this Grafana, with GRAFANA_AUTH (default: grafana.url of the settings)")
    text = "ask this Elasticsearch itself, with OBSERVATORY_ELASTICSEARCH_AUTH (user:password); its authority is SSL_CERT_FILE's"
    parser.add_argument("--elasticsearch", metavar="URL", help=text)
    parser.add_argument("--wait", type=float, default=None, metavar="SECONDS", help="how long the test alert's message may take")


def drift(parser: argparse.ArgumentParser) -> None:
    """How drift is told."""
    _json(parser)


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
