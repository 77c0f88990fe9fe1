"""The example's own Pulumi project, run under Pulumi's runtime with the outputs that a real stack of this checkout promises."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from local import program
from local.monitor import Outcome, Recorder, Recording, Registered
from local.program import Program, run, undisturbed
from local.references import TYPE
from stacks.program import ROOT

FOLDER = ROOT / "examples" / "application" / "infrastructure"
PROJECT = "observatory-example"


def example(service: str | None = None) -> Program:
    """The program with its committed settings, or for another service of the catalog."""
    loaded = program.load("example", FOLDER)
    return replace(loaded, config={**loaded.config, **({f"{PROJECT}:service": service} if service else {})})


class Consumer(Recorder):
    """Answers the StackReference with given outputs, and keeps which stack was asked for."""

    def __init__(self, program_: Program, outputs: Mapping[str, Any]) -> None:
        super().__init__(program_.stack, program_.project)
        self.outputs = outputs
        self.asked: list[str] = []

    def read(self, resource: Registered, identity: str) -> Outcome:
        assert resource.type == TYPE
        self.asked.append(identity)
        return Outcome(identity, {"name": identity, "outputs": dict(self.outputs), "secretOutputNames": []})


def consumed(outputs: Mapping[str, Any], service: str | None = None) -> tuple[Recording, list[str]]:
    """What the program registers and exports, and the stacks that it asked."""
    chosen = example(service)
    monitor = Consumer(chosen, outputs)
    with undisturbed():
        run(chosen, monitor, preview=False, inline=True)
    return Recording(monitor.seen.values(), monitor.exports, monitor.messages), monitor.asked
