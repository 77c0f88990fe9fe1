"""A secret's value goes where workloads read it, and is seen nowhere else."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from catalog.faults import FaultsError, MissingError
from cli import secret
from cli.arguments import parser
from components.aws.settings import AwsSettings
from rendering.aws.entries import Entry
from rendering.aws.place import Place
from tests.rendering.aws.imitation import imitated
from tests.stacks.real import prepared

CANARY = "canary-0c81d2"
ENTRY = Entry("slack", "observatory/prod/slack", {"token": "a bot's token", "other": "for a test"})
PLACE = Place("123456789012", "eu-central-1", "prod", "observatory-prod")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def imitation() -> Iterator[str]:
    with imitated() as address:
        yield address


@pytest.fixture
def settings(imitation: str, monkeypatch: pytest.MonkeyPatch) -> AwsSettings:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "imitated")
    return AwsSettings(account_id="123456789012", endpoint=imitation)


def test_a_value_is_given_beside_the_others_and_shown_nowhere(
    settings: AwsSettings, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    keeper = secret.store(settings, PLACE)
    with pytest.raises(MissingError, match="no entry observatory/prod/slack yet"):
        secret.give(keeper, ENTRY, "token", CANARY)
    keeper.create_secret(Name=ENTRY.remote)
    secret.give(keeper, ENTRY, "token", f"{CANARY}-first")
    secret.give(keeper, ENTRY, "other", f"{CANARY}-other")
    secret.give(keeper, ENTRY, "token", f"{CANARY}-second")
    held = json.loads(keeper.get_secret_value(SecretId=ENTRY.remote)["SecretString"])
    assert held == {"token": f"{CANARY}-second", "other": f"{CANARY}-other"}
    secret._list(keeper, {"slack": ENTRY})
    told = capsys.readouterr()
    assert "slack/token" in told.out
    assert "given, changed" in told.out
    assert CANARY not in told.out + told.err + "\n".join(record.getMessage() for record in caplog.records if record.name != "werkzeug")


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(FaultsError, match="slack/token"):
        secret._wanted("slack/tokn", {"slack": ENTRY}, "prod")


def test_where_values_are_not_in_secrets_manager_the_way_is_told() -> None:
    with pytest.raises(FaultsError, match="values are made up here"):
        secret._entries(prepared("local"), "local")
    assert {"slack", "grafana-admin"} & secret._entries(prepared("prod"), "prod").keys()


def test_a_value_is_read_from_a_pipe_and_an_empty_one_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CANARY}\n"))
    assert secret._asked("slack/token", "a bot's token", "prod") == CANARY
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    with pytest.raises(FaultsError, match="the value is empty"):
        secret._asked("slack/token", "a bot's token", "prod")


def test_a_value_is_no_argument_of_the_command() -> None:
    known = parser().parse_args(["secret", "--stack", "prod", "--name", "slack/token", "--generate"])
    assert set(vars(known)) == {"command", "stack", "name", "generate"}


def test_credentials_of_another_account_are_refused(settings: AwsSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", settings.endpoint or "")
    with pytest.raises(MissingError, match="lead to account 123456789012, and the stack's is 210987654321"):
        secret.store(AwsSettings(account_id="210987654321"), Place("210987654321", "eu-central-1", "prod", "c"))


def test_those_who_read_a_secret_only_at_their_start_are_named() -> None:
    plan = prepared("prod").plan
    named = {need.name: set(secret.readers(plan, need.name)) for need in plan.values}
    assert ("monitoring", "statefulset/grafana") in {reader for found in named.values() for reader in found}
    assert named["slack"] == set(), "Alertmanager reads its files for each message"
    assert named["skillforge-postgres"] == {
        ("monitoring", "deployment/skillforge-postgres-exporter"),
        ("monitoring-agents", "deployment/datadog-cluster-agent"),
    }
