"""A copy that is late is told of: for every schedule that settings may name, no sooner than the schedule allows."""

from dataclasses import replace
from typing import Any

import pytest

from catalog.catalog import Catalog
from rendering.aws import late
from rendering.aws.place import Place
from rendering.aws.settings import BackupsSettings, Kept
from rendering.cloudwatch.settings import CloudwatchSettings
from rendering.site import AwsSite, Site
from tests.rendering.aws import reading

PLACE = Place("123456789012", "eu-central-1", "prod", "observatory-prod")
DATABASE = "arn:aws:rds:eu-central-1:123456789012:db:grafana"


def placed(site: Site, **chosen: object) -> Site:
    settings = BackupsSettings.model_validate({"volumes": {"schedule": "cron(0 */4 * * ? *)", "keep_days": 7}, **chosen})
    return replace(site, aws=AwsSite(PLACE, cloudwatch=CloudwatchSettings(), backups=settings))


def alarms(catalog: Catalog, site: Site) -> dict[str, dict[str, Any]]:
    return {each.name: reading.resolved(each.inputs, {}) for each in late.resources(catalog, site)}


@pytest.mark.parametrize(
    ("schedule", "hours"),
    [
        ("rate(1 hour)", 1),
        ("rate(12 hours)", 12),
        ("rate(2 days)", 48),
        ("cron(0 * * * ? *)", 1),
        ("cron(0 */4 * * ? *)", 4),
        ("cron(30 3 * * ? *)", 24),
        ("cron(0 3,15 * * ? *)", 12),
        ("cron(0 3 */2 * ? *)", 48),
        ("cron(0 3 1 * ? *)", 744),
        ("cron(0 3 ? * SUN *)", 168),
    ],
)
def test_what_may_be_lost_follows_from_the_schedule(schedule: str, hours: int) -> None:
    assert late.interval(schedule) == hours * 3600


def test_an_alarm_waits_for_the_schedule_and_both_windows_and_then_fires_on_silence(real: Catalog, site: Site) -> None:
    each = alarms(real, placed(site))["platform.prometheus.BackupLate.volumes"]
    assert each["dimensions"] == {"BackupVaultName": "observatory-prod-backups-volumes"}
    assert each["period"] * each["evaluationPeriods"] == (4 + 1 + 6) * 3600
    assert each["datapointsToAlarm"] == each["evaluationPeriods"], "one finished copy ends it"
    assert each["treatMissingData"] == "breaching", "a job that nobody starts tells no metric"
    assert each["alarmActions"]


def test_a_failed_copy_is_told_of_at_once(real: Catalog, site: Site) -> None:
    each = alarms(real, placed(site))["platform.prometheus.BackupFailed.volumes"]
    assert (each["metricName"], each["threshold"], each["evaluationPeriods"]) == ("NumberOfBackupJobsFailed", 0, 1)
    assert each["treatMissingData"] == "notBreaching"


def test_databases_are_looked_at_apart_from_volumes(real: Catalog, site: Site) -> None:
    here = placed(site, databases={"schedule": "cron(0 2 * * ? *)", "keep_days": 35}, database_arns=[DATABASE])
    found = alarms(real, here)
    assert found["platform.grafana.BackupLate.databases"]["dimensions"] == {"BackupVaultName": "observatory-prod-backups-databases"}
    assert len(found) == 4


def test_a_schedule_whose_lateness_no_alarm_can_tell_is_refused(site: Site) -> None:
    (fault,) = late.faults(placed(site, volumes={"schedule": "cron(0 3 ? * SUN *)", "keep_days": 30}), "f", "k.aws")
    assert fault.key == "k.aws.backups.volumes.schedule"
    assert "seven days at most" in fault.reason
    assert late.faults(placed(site), "f", "k.aws") == []


def test_every_schedule_that_is_allowed_fits_an_alarm() -> None:
    for schedule in ("cron(0 * * * ? *)", "cron(0 2 * * ? *)", "cron(0 3 */6 * ? *)"):
        kept = Kept.model_validate({"schedule": schedule, "keep_days": 7})
        assert late.allowed(kept) <= 604800, schedule


def test_nothing_is_late_where_nothing_is_copied(real: Catalog, site: Site) -> None:
    assert late.resources(real, site) == []
