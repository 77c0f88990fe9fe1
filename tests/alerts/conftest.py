"""Figures of the alerts' tests, at the end of what pytest prints."""

from collections.abc import Iterator

import pytest

_FIGURE = "figure"


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Lines for the end; they travel with the test's report, which may come from another process."""
    lines: list[str] = []
    yield lines
    request.node.user_properties.extend((_FIGURE, line) for line in lines)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Coverage of the alert rules and what mutations of them were noticed."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports if isinstance(report, pytest.TestReport)]
    lines = [str(line) for report in reports for key, line in report.user_properties if key == _FIGURE]
    if lines:
        terminalreporter.section("alert rules")
        for line in dict.fromkeys(lines):
            terminalreporter.write_line(line)
