"""The reliability report shows the recorded month, with what owners promise of operations as levels."""

from dashboards.grafana.shared import RELIABILITY
from tests.dashboards.drawn import all_of_them, reader, row

REPORT = all_of_them()[RELIABILITY]


def test_every_figure_that_was_asked_for_is_there() -> None:
    services = {panel.title for panel in row(REPORT, "Availability of services")}
    assert services == {"Uptime", "SLA compliance", "Downtime", "Incidents", "MTTR", "MTTD", "MTBF"}
    assert {panel.title for panel in row(REPORT, "Availability of dependencies")} == services - {"SLA compliance"}
    assert {panel.title for panel in row(REPORT, "What users got")} == {
        "Latency p50",
        "Latency p95",
        "Latency p99",
        "Throughput",
        "Error ratio",
    }
    assert {panel.title for panel in row(REPORT, "What it took")} == {"CPU", "Memory", "Memory, highest", "Disk, highest"}


def test_availability_is_read_from_what_is_recorded() -> None:
    for panel in row(REPORT, "Availability of services"):
        for query in panel.queries:
            name = query.expression.partition("{")[0]
            assert any(reader().records(name, subject) for subject in reader().subjects), name


def test_promised_times_are_levels() -> None:
    by_title = {panel.title: panel for panel in row(REPORT, "Availability of services")}
    assert [level.value for level in by_title["MTTR"].thresholds] == [1800]
    assert "skillforge at most 30m" in by_title["MTTR"].description
    assert [level.value for level in by_title["MTTD"].thresholds] == [300]


def test_where_nothing_failed_there_is_no_mean_of_failures() -> None:
    empty = {panel.title for panel in row(REPORT, "Availability of services") if panel.empty}
    assert empty == {"MTTR", "MTTD", "MTBF"}
