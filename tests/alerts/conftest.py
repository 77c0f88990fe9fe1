"""Figures of the alerts' tests, at the end of what pytest prints."""

import pytest

_FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def figures(pytestconfig: pytest.Config) -> list[str]:
    """Lines for the end."""
    return pytestconfig.stash.setdefault(_FIGURES, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Coverage of the alert rules and what mutations of them were noticed."""
    lines = config.stash.setdefault(_FIGURES, [])
    if lines:
        terminalreporter.section("alert rules")
        for line in lines:
            terminalreporter.write_line(line)
