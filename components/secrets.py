"""Secrets that workloads need, by name; where their values come from is a setting, and none is in a setting."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi

from catalog.base import Model
from catalog.faults import Fault
from components.context import Context

PROJECT = "observatory"
_CONFIG_FILE = "Pulumi.{stack}.yaml"
Made = Mapping[tuple[str, str], pulumi.Output[str]]
"""Values that an account elsewhere has made, which nobody gives: by the Secret's name and key."""


@dataclass(frozen=True, order=True)
class Need:
    """One key of a Secret in the monitoring namespace that some workload reads."""

    name: str
    key: str
    purpose: str

    @property
    def config(self) -> str:
        """Its flat key in the stack's configuration: an object's nested secrets would land in state as plain text."""
        first, *rest = re.split(r"[^a-zA-Z0-9]+", f"{self.name}-{self.key}")
        return first + "".join(word.capitalize() for word in rest)

    @property
    def variable(self) -> str:
        """Its environment variable, for machines that have no configuration to write to."""
        return "OBSERVATORY_" + re.sub(r"[^a-zA-Z0-9]+", "_", f"{self.name}-{self.key}").upper()


@dataclass(frozen=True)
class Handed:
    """A Secret elsewhere than in the monitoring namespace, an application's or our agents': its keys, each holding the value of a need."""

    namespace: str
    application: str | None
    variables: dict[str, Need]
    name: str = PROJECT
    beside: dict[str, str] = field(default_factory=dict[str, str])
    """Keys that are no secret, and which whoever reads the Secret wants in it."""


class SecretsSettings(Model):
    """Where values come from.

    `external`: the External Secrets operator copies them from Secrets Manager, where they are given once, out of band.
    `config`: secret configuration or the environment. `simulated`: random values that open nothing.
    """

    source: Literal["external", "config", "simulated"]
    store: str = "aws-secrets-manager"
    """The ClusterSecretStore that `external` reads by."""
    create_store: bool = False
    """Whether the store is ours to make: Secrets Manager of the region, with the operator's own identity."""

    def remote(self, context: Context, name: str) -> str:
        """A secret's name in Secrets Manager."""
        return f"{PROJECT}/{context.environment}/{name}"


def by_name(needs: Iterable[Need]) -> dict[str, list[Need]]:
    """The keys of each Secret, sorted."""
    found: dict[str, list[Need]] = {}
    for need in sorted(set(needs)):
        found.setdefault(need.name, []).append(need)
    return found


def configured(need: Need) -> pulumi.Output[str] | None:
    """A value of the configuration, else of the environment."""
    value = pulumi.Config(PROJECT).get_secret(need.config)
    if value is not None:
        return value
    text = os.environ.get(need.variable)
    return pulumi.Output.secret(text) if text else None


def given(need: Need) -> pulumi.Output[str]:
    """The value; a preview without secrets shows that there will be one."""
    return configured(need) or pulumi.Output.secret("(not given)")


def missing(settings: SecretsSettings, needs: Iterable[Need], stack: str) -> list[Fault]:
    """Every value of a workload's that nobody gave, each with the command that sets it."""
    return ungiven(needs, stack) if settings.source == "config" else []


def ungiven(needs: Iterable[Need], stack: str) -> list[Fault]:
    """Values that this program hands to an API itself, so that no store in the cluster can give them."""
    return [
        Fault(
            _CONFIG_FILE.format(stack=stack),
            f"{PROJECT}:{need.config}",
            "",
            f"a secret is missing: {need.purpose}",
            f"pulumi config set --secret --stack {stack} {PROJECT}:{need.config}, or set {need.variable} in the environment",
        )
        for need in sorted(set(needs))
        if configured(need) is None
    ]
