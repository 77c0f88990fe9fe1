"""What alerts on span metrics have to prove: each operation, and each dependency, for itself."""

from tests.alerts.exposed.spans import CALLS, GROUPS, OPERATIONS, calls, operations
from tests.alerts.scenario import Make
from tests.alerts.scenarios.families import share, slow


def failing_operations() -> dict[str, Make]:
    """One operation in which more than one request in twenty fails."""
    return {"TraceErrors": share(OPERATIONS, quiet=0.05, fires=0.051, hold="5m", groups=GROUPS)}


def slow_operations(seconds: float) -> dict[str, Make]:
    """One operation of which more than one in twenty takes longer."""
    return {"OperationSlow": slow(operations(seconds), hold="5m")}


def bad_calls(seconds: float) -> dict[str, Make]:
    """One dependency that fails, or takes longer to answer."""
    return {
        "CallsFailing": share(CALLS, quiet=0.05, fires=0.051, hold="5m", groups=GROUPS),
        "CallsSlow": slow(calls(seconds), hold="5m"),
    }
