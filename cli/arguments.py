"""The commands, said once: argparse, `--help` and `make help` all read this table."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cli import options

ROOT = Path(__file__).resolve().parent.parent

STATUS = "exit status: 0 done · 1 failed · 2 the input is wrong · 3 something is missing on this machine"


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
        "report",
        "write a month's reliability report of an application, or of all, from the stack's own data",
        ("stack", "application", "month", "prometheus", "out"),
        (
            "make report STACK=prod PROMETHEUS=http://127.0.0.1:9090",
            "make report STACK=prod APPLICATION=skillforge MONTH=2026-10 PROMETHEUS=http://127.0.0.1:9090 OUT=reports",
        ),
        "Markdown with plots beside it, and one HTML page. docs/reports.md says which address to ask.",
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
    Command(
        "doctor",
        "check what a stack needs before it is brought up, or with AFTER=1 whether it works",
        ("stack",),
        ("make doctor STACK=dev", "make doctor STACK=dev AFTER=1", "make doctor STACK=dev AFTER=1 PROMETHEUS=http://127.0.0.1:9090 JSON=1"),
        "Before: tools, credentials, cluster, kinds, quotas, rights, secrets, names. After: targets, rules, a test alert, stores, backups. "
        "Status 1: something is wrong. 3: something is missing. docs/operating.md says how it asks.",
        options.doctor,
    ),
    Command(
        "drift",
        "tell what differs between the program and reality, and who changed it",
        ("stack",),
        ("make drift", "make drift STACK=prod JSON=1"),
        "Status 0: nothing. 1: something is changed, missing or extra. 3: there is nothing to compare with. Changes nothing.",
        options.drift,
    ),
    Command(
        "marker",
        "tell Grafana, Datadog and Sentry that a version of a service was deployed",
        ("stack", "service", "version"),
        (
            "make marker STACK=prod SERVICE=skillforge/backend VERSION=1.4.2",
            "make marker STACK=prod SERVICE=skillforge/backend VERSION=1.4.2 STATUS=rolled-back",
        ),
        "Tells whom the stack's settings name and a variable opens: GRAFANA_AUTH, DD_API_KEY, SENTRY_AUTH_TOKEN. "
        "Nobody told is status 3; one that fails is status 1 and keeps no other from being told.",
        options.marker,
    ),
    Command(
        "gate",
        "judge a release by what Prometheus saw since: error budget, latency, saturation",
        ("stack", "service", "since", "prometheus"),
        (
            "make gate STACK=prod SERVICE=skillforge/backend SINCE=30m PROMETHEUS=http://localhost:9090",
            "./observatory gate --stack prod --service skillforge/backend --since 2026-03-01T12:00:00Z --for 20m --json",
        ),
        "Status 0: the release may stay. 1: roll it back. 3: nothing can be said, as without data or with too few requests, "
        "which is no pass.",
        options.gate,
    ),
    Command(
        "demo",
        "watch a page arrive: a sample application, two Prometheus and three Alertmanagers as real processes",
        ("speed", "watch", "do"),
        (
            "make demo",
            'make demo DO="break errors"',
            'make demo DO="kill prometheus"',
            "make demo DO=mend",
            "make demo SPEED=1",
            "make demo WATCH=tutorial/greeter:8000",
        ),
        "Runs until Ctrl-C in one terminal; the orders are given in another one. All of it is on loopback, and nothing stays behind.",
    ),
    Command(
        "bench",
        "measure the project's figures against their targets",
        (),
        ("make bench", "make bench ARGS=rules"),
        "The part `rules` alone takes some five minutes: a real Prometheus evaluates the rules of 1,000 services.",
        options.parts,
    ),
    Command(
        "test",
        "run the tests: all, or one tier",
        ("tier",),
        ("make test", "make test TIER=unit", "make test ARGS='-k burn_rate'"),
        "unit: no tool is built, seconds. tools: promtool and friends are built. cluster: the real API server. all: everything.",
        options.pytest_arguments,
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
        positional=options.uids,
    ),
    Command(
        "site",
        "make pages for a browser of the guides; a link that leads nowhere fails",
        (),
        ("make site",),
        "Written to build/site; needs no network.",
    ),
    Command("schema", "write the settings' JSON schema alone", (), ("make schema",)),
    Command("help", "this list"),
)


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
            options.add(sub, option)
        if command.positional:
            command.positional(sub)
    return top


class _Wrapped(argparse.RawDescriptionHelpFormatter):
    """Wraps the description, keeps the examples' lines."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith("examples:"):
            return super()._fill_text(text, width, indent)
        return argparse.HelpFormatter._fill_text(self, text, width, indent)  # noqa: SLF001 - argparse offers no public way to mix the two
