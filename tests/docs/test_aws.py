"""What docs/aws.md promises of copies is what production's settings say."""

from pathlib import Path

from stacks.program import ROOT
from tests.stacks.real import prepared


def rows() -> dict[str, list[str]]:
    lines = (Path(ROOT) / "docs/aws.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return {row[0]: row for row in cells}


def test_objectives_of_recovery_are_those_of_the_schedules() -> None:
    settings = prepared("prod").settings
    assert settings.aws
    assert settings.aws.backups
    assert settings.aws.backups.databases
    told = rows()
    assert settings.aws.backups.volumes.schedule == "cron(0 */4 * * ? *)"
    assert told["Prometheus' blocks"][1].startswith("4 h")
    assert told["Prometheus' blocks"][3] == f"{settings.aws.backups.volumes.keep_days} days"
    assert settings.aws.backups.databases.schedule == "cron(0 2 * * ? *)"
    assert told["Grafana's database"][1].startswith("24 h")
    assert told["Grafana's database"][3] == f"{settings.aws.backups.databases.keep_days} days"
    assert settings.elastic
    assert settings.elastic.snapshots
    assert told["Elasticsearch"][3] == f"{settings.elastic.snapshots.keep_days} days"


def test_every_block_of_the_settings_is_in_the_guide() -> None:
    from components.aws.settings import AwsSettings

    text = (Path(ROOT) / "docs/aws.md").read_text()
    unnamed = {"account_id", "region", "cluster", "profile", "role_arn", "tags"}
    assert [name for name in AwsSettings.model_fields if name not in unnamed and f"`{name}" not in text and f".{name}" not in text] == []
