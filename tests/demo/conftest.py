"""The operator's real configuration, and demonstrations that end with their test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from demo.generated import Generated, generated
from demo.heartbeat import Heartbeat, longest_silence
from demo.notification import Notification
from demo.processes import TOOLS
from demo.receiver import Receiver
from demo.scenario import Stage, new
from local.tools import ensure

ROOT = Path(__file__).resolve().parent.parent.parent
FACTOR = 25
"""Time passes so many times as fast: `for: 2m` is 5 s."""

Silences = list[float]


@pytest.fixture(scope="session")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """What the operator generates from the catalog of this checkout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OBSERVATORY_STATE", str(tmp_path_factory.mktemp("state")))
        return generated("local", ROOT, print)


@pytest.fixture
def stage(configuration: Generated, tmp_path: Path, silences: Silences) -> Iterator[Callable[[bool], Stage]]:
    """Starts a demonstration, with gossip or without."""
    tools = ensure(TOOLS, print)
    with ExitStack() as stack:

        def start(gossip: bool) -> Stage:
            def show(notification: Notification) -> None:
                print(notification.way, notification.to, notification.title)

            receiver = Receiver(Heartbeat(longest_silence(FACTOR), silences.append, lambda: None), show)
            begun = stack.enter_context(Stage(new(tmp_path / "demo", tools, configuration, FACTOR, gossip=gossip), receiver))
            begun.start(configuration, print)
            return begun

        yield start


@pytest.fixture
def silences() -> Silences:
    """Seconds of each silence for which the dead man's switch raised the alarm."""
    return []
