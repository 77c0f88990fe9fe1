"""The commands, said once: argparse, `--help` and `make help` all read this table."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from examples.application.switches import WAYS

ROOT = Path(__file__).resolve().parent.parent

STATUS = "exit status: 0 done · 1 failed · 2 the input is wrong · 3 something is missing on this machine"
ENGINES = ("in-process", "pulumi")
DEFAULT_STACK = "local"
FASTEST = 60
TIERS = ("all", "unit", "tools", "cluster")
PARTS = ("program", "render", "checks", "rules", "dashboards", "datadog", "traces", "cluster")


@dataclass(frozen=True)
class Command:
    """One command: its name is also the make target, `options` the names of the options it takes."""

    name: str
    summary: str
    options: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    details: str = ""
    positional: Callable[[argparse.ArgumentParser], object] | None = field(default=None, repr=False)

    @property
    def variables(self) -> str:
        """The make variables that stand for the options."""
        return " ".join(f"{name.upper()}=" for name in self.options)


def _pytest_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rest", nargs="*", metavar="ARG", help="arguments for pytest, after `--`")


def _uids(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("uids", nargs="*", metavar="UID", help="dashboards to draw, old or not (default: those that changed)")


def _parts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("parts", nargs="*", type=_part, metavar="PART", help=f"what to measure: {', '.join(PARTS)} (default: all)")


def _part(text: str) -> str:
    if text not in PARTS:
        raise argparse.ArgumentTypeError(f"{text!r} is no part of it: choose from {', '.join(PARTS)}")
    return text


COMMANDS = (
    Command(
        "up",
        "bring the stack up: on the embedded control plane, or on the cluster that KUBECONFIG names",
        ("stack", "engine", "yes"),
        ("make up", "make up ENGINE=pulumi", "./observatory up --stack dev"),
        "The local stack builds its tools once (about ten minutes on two cores), starts a real Kubernetes control plane on "
        "loopback and applies every Kubernetes resource to it; pods are simulated and cloud resources are recorded. Any other "
        "stack is brought up by the pulumi CLI.",
    ),
    Command(
        "preview",
        "show what `up` would create, change and delete",
        ("stack", "engine"),
        ("make preview STACK=prod",),
        "Works without a cluster and without the pulumi CLI.",
    ),
    Command(
        "render",
        "write every document of the stack to files; needs no cluster, cloud, CLI or secret",
        ("stack", "out"),
        ("make render STACK=prod OUT=build/prod",),
    ),
    Command(
        "costs",
        "estimate what the stack costs a month, by system, at the list prices of a dated file",
        ("stack",),
        ("make costs STACK=prod",),
        "Needs no account. Above the limit in the settings (`costs.limit`) nothing is previewed; this command shows why.",
    ),
    Command(
        "secret",
        "give a workload's secret its value, once and out of band, or list what has one",
        ("stack", "name", "generate"),
        ("make secret STACK=prod", "make secret STACK=prod NAME=slack/token", "make secret STACK=prod NAME=grafana/password GENERATE=1"),
        "The value is asked for without echo, or read from a pipe; it goes to Secrets Manager and into no state, file or log.",
    ),
    Command("down", "stop the embedded control plane and remove what it left", ("stack", "engine"), ("make down",)),
    Command("urls", "where things of a running stack are reached", ("stack",), ("make urls",)),
    Command("doctor", "check this machine: tools, disk, ports, cluster", ("stack",), ("make doctor STACK=dev",)),
    Command(
        "demo",
        "watch a page arrive: a sample application, two Prometheus and three Alertmanagers as real processes",
        ("speed", "do"),
        ("make demo", 'make demo DO="break errors"', 'make demo DO="kill prometheus"', "make demo DO=mend", "make demo SPEED=1"),
        "Runs until Ctrl-C in one terminal; the orders are given in another one. All of it is on loopback, and nothing stays behind.",
    ),
    Command(
        "bench",
        "measure the project's figures against their targets",
        (),
        ("make bench", "make bench ARGS=rules"),
        "The part `rules` alone takes some five minutes: a real Prometheus evaluates the rules of 1,000 services.",
        _parts,
    ),
    Command(
        "test",
        "run the tests: all, or one tier",
        ("tier",),
        ("make test", "make test TIER=unit", "make test ARGS='-k burn_rate'"),
        "unit: no tool is built, seconds. tools: promtool and friends are built. cluster: the real API server. all: everything.",
        _pytest_arguments,
    ),
    Command("check", "format, lint, types, freshness of generated files, contracts", (), ("make check",)),
    Command("format", "format the sources and mend what the linter can", (), ("make format",)),
    Command(
        "generate",
        "write the generated files that are committed: schema, heads of runbooks, docs/parity.md, docs/dashboards.md",
        (),
        ("make generate",),
    ),
    Command(
        "pictures",
        "draw the pictures of docs/dashboards.md that are old, from sample data in a real Prometheus",
        (),
        ("make pictures", "make pictures ARGS=slo-overview"),
        positional=_uids,
    ),
    Command("schema", "write the settings' JSON schema alone", (), ("make schema",)),
    Command("help", "this list"),
)


def _add(parser: argparse.ArgumentParser, option: str) -> None:
    match option:
        case "stack":
            parser.add_argument("--stack", default=DEFAULT_STACK, metavar="NAME", help="Pulumi.<NAME>.yaml (default: local)")
        case "engine":
            parser.add_argument(
                "--engine",
                choices=ENGINES,
                help="in-process: ours, for the embedded default and for previews; pulumi: the real CLI",
            )
        case "yes":
            parser.add_argument("--yes", action="store_true", help="also where KUBECONFIG names a cluster that is not on this machine")
        case "out":
            parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to write (default: build/<stack>)")
        case "name":
            parser.add_argument("--name", metavar="NAME/KEY", help="which secret, as the list shows it (default: list them)")
        case "generate":
            parser.add_argument("--generate", action="store_true", help="make a random value instead of asking for one")
        case "tier":
            parser.add_argument("--tier", choices=TIERS, default="all", help="which tests (default: all)")
        case "speed":
            parser.add_argument("--speed", type=_speed, default=10.0, metavar="N", help="how many times as fast time passes (default: 10)")
        case "do":
            _orders(parser)
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


def parser() -> argparse.ArgumentParser:
    """Everything that `./observatory` understands; a usage error ends with status 2, as argparse has it."""
    top = argparse.ArgumentParser(
        prog="observatory",
        description="One typed catalog of services, objectives and alerts becomes a whole observability stack.",
        epilog=f"{STATUS}\n`make help` shows the same commands as make targets; OBSERVATORY_DEBUG=1 shows tracebacks.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        examples = "\n".join(f"  {example}" for example in command.examples)
        sub = commands.add_parser(
            command.name,
            help=command.summary,
            description=f"{command.summary[0].upper()}{command.summary[1:]}. {command.details}".strip(),
            epilog=f"examples:\n{examples}\n\n{STATUS}" if examples else STATUS,
            formatter_class=argparse.RawDescriptionHelpFormatter if not command.details else _Wrapped,
        )
        for option in command.options:
            _add(sub, option)
        if command.positional:
            command.positional(sub)
    return top


class _Wrapped(argparse.RawDescriptionHelpFormatter):
    """Wraps the description, keeps the examples' lines."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith("examples:"):
            return super()._fill_text(text, width, indent)
        return argparse.HelpFormatter._fill_text(self, text, width, indent)  # noqa: SLF001 - argparse offers no public way to mix the two
