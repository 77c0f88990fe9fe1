"""What a program gets that asks for another stack's outputs: those that the in-process engine keeps on this machine."""

from local.monitor import Outcome
from local.state import State
from local.values import Secret

TYPE = "pulumi:pulumi:StackReference"


def answer(reference: str) -> Outcome:
    """The outputs of `<organization>/<project>/<stack>`, as the real engine tells them; ValueError where it was never brought up."""
    exports = State(reference.rpartition("/")[2]).exports
    if not exports:
        raise ValueError(f"stack {reference!r} has no outputs here; bring it up first: make up")
    secret = sorted(name for name, value in exports.items() if isinstance(value, Secret))
    return Outcome(reference, {"name": reference, "outputs": dict(exports), "secretOutputNames": secret})
