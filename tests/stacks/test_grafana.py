"""What is wrong with Grafana's content is told before anything is registered, and a Grafana that cannot be filled keeps everything back."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import stacks.program
from catalog.faults import FaultsError, MissingError
from components.grafana_content import AUTH
from components.pagerduty import USER_TOKEN
from dashboards.model import Dashboard
from dashboards.reading import Reader
from local import monitor, program
from stacks.program import ROOT, prepare
from tests.stacks.grafana_server import REFUSED, STARTING, Told, answering
from tests.stacks.real import prepared
from tests.stacks.test_bad_input import GONE, edit, faults, project

__all__ = ["project"]


def dashboard(uid: str, title: str) -> Dashboard:
    return Dashboard(uid, title, "for a test", "platform", ())


def test_two_dashboards_with_one_uid_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def twins(_: Reader) -> list[Dashboard]:
        return [dashboard("same", "One"), dashboard("same", "Other")]

    monkeypatch.setattr("dashboards.grafana.everything._IDEAS", (twins,))
    (fault,) = faults(ROOT)
    assert (fault.file, fault.key) == ("dashboards/grafana/everything.py", "uid")
    assert "'One' and 'Other' share the uid 'same'" in fault.reason


def test_a_dashboard_of_an_undefined_signal_is_refused_with_the_likeliest_one_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(reader: Reader) -> list[Dashboard]:
        reader.signal("http_latencyy")
        return []

    monkeypatch.setattr("dashboards.grafana.everything._IDEAS", (broken,))
    (fault,) = faults(ROOT)
    assert (fault.file, fault.key, fault.value) == ("dashboards/grafana/everything.py", "signal", "http_latencyy")
    assert fault.remedy.startswith("did you mean 'http_latency")


def test_a_team_without_members_is_refused(project: Path) -> None:
    teams = project / "catalog" / "teams.yaml"
    head, people, _ = teams.read_text().rpartition("  people:\n")
    assert people
    teams.write_text(f"{head}  people: {{}}\n")
    found = [fault for fault in faults(project) if fault.file == "catalog/teams.yaml"]
    assert found[0].key == "security-team.people"
    assert "at least 1" in found[0].reason


@pytest.mark.parametrize(
    ("place", "value", "key", "reason"),
    [
        ("grafana.plugins", [], "grafana.plugins", "which is not in the image"),
        ("grafana.content.datadog", True, "grafana.plugins", "the plugin grafana-datadog-datasource"),
        ("grafana.content.contact", ["pigeon"], "grafana.content.contact.0", "Input should be"),
        ("notifications.smtp", GONE, "grafana.content.contact", "no mail server"),
        ("grafana.content.cloudwatch", {"role_arn": "me"}, "grafana.content.cloudwatch.role_arn", "String should match"),
    ],
)
def test_a_choice_that_another_setting_spoils_is_refused(project: Path, place: str, value: object, key: str, reason: str) -> None:
    edit(project, {place: value})
    found = [fault for fault in faults(project) if fault.key == f"observatory:settings.{key}"]
    assert found, faults(project)
    assert reason in found[0].reason


def settings_of(url: str | None, **content: object) -> Any:  # noqa: ANN401
    """Prod, its Grafana at `url`, its account at Datadog left as it is."""
    ours = prepared("prod")
    assert ours.settings.grafana
    chosen = ours.settings.grafana.content.model_copy(update=content)
    grafana = ours.settings.grafana.model_copy(update={"url": url, "content": chosen})
    return replace(ours, settings=ours.settings.model_copy(update={"grafana": grafana}), account=None)


@contextmanager
def everything_given(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """A machine on which every secret of prod is in the environment."""
    filling = prepared("prod").filling
    assert filling
    for need in filling.needs:
        monkeypatch.setenv(need.variable, "x")
    monkeypatch.setenv(AUTH, "glsa_x")
    for vendor in prepared("prod").vendors.values():
        for variable in (*(need.variable for need in vendor.needs), *(login.variable for login in (*vendor.component.logins, USER_TOKEN))):
            monkeypatch.setenv(variable, "x")
    yield


def run(monkeypatch: pytest.MonkeyPatch, ready: Any, *, preview: bool) -> monitor.Recorder:  # noqa: ANN401
    def give(*_: object) -> object:
        return ready

    monkeypatch.setattr(stacks.program, "prepare", give)
    recorder = monitor.Recorder("prod", "observatory")
    loaded = program.load("prod", ROOT)
    try:
        program.run(program.Program("prod", "observatory", stacks.program.run, loaded.config, ROOT), recorder, preview=preview, inline=True)
    except (FaultsError, MissingError):
        assert not [r for r in recorder.seen.values() if r.custom], "nothing was registered"
        raise
    return recorder


def test_missing_secrets_of_data_sources_and_contacts_are_all_named_at_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(AUTH, raising=False)
    with answering() as server, pytest.raises(FaultsError) as error:
        run(monkeypatch, settings_of(server.url), preview=False)
    keys = {fault.key for fault in error.value.faults}
    assert {"observatory:slackToken", "observatory:grafanaAuth"} <= keys
    assert "set GRAFANA_AUTH in the environment" in str(error.value)
    assert server.asked == [], "what is missing is told before anybody is asked"


def test_an_up_asks_grafana_first_and_then_fills_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering() as server, everything_given(monkeypatch):
        recorder = run(monkeypatch, settings_of(server.url), preview=False)
        assert server.asked[-1] == ("/api/org", "Bearer glsa_x")
    provider = next(r for r in recorder.seen.values() if r.type == "pulumi:providers:grafana")
    assert "auth" not in provider.inputs, "the provider reads the environment itself"
    assert sum(r.type.endswith(":Dashboard") for r in recorder.seen.values()) > 20


@pytest.mark.parametrize(("answers", "words"), [({"health": STARTING}, "still starting"), ({"organisation": REFUSED}, "refuses")])
def test_a_grafana_that_cannot_be_filled_keeps_everything_back(
    monkeypatch: pytest.MonkeyPatch, answers: dict[str, tuple[int, object]], words: str
) -> None:
    with answering(**answers) as server, everything_given(monkeypatch), pytest.raises(MissingError, match=words):
        run(monkeypatch, settings_of(server.url), preview=False)


def asked_in_preview(monkeypatch: pytest.MonkeyPatch, told: Told) -> monitor.Recorder:
    monkeypatch.delenv(AUTH, raising=False)
    return run(monkeypatch, settings_of(told.url), preview=True)


def test_a_preview_shows_the_content_and_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(health=STARTING) as server:
        recorder = asked_in_preview(monkeypatch, server)
        assert server.asked == []
    assert any(r.type.endswith(":Dashboard") for r in recorder.seen.values())


def test_a_first_up_brings_the_server_and_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with everything_given(monkeypatch):
        recorder = run(monkeypatch, settings_of(None), preview=False)
    assert "monitoring/grafana" in {r.name for r in recorder.seen.values() if r.type.endswith(":StatefulSet")}
    assert not [r for r in recorder.seen.values() if r.type.startswith("grafana:")]


def test_a_credential_of_the_configuration_reaches_the_provider_as_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering() as server, everything_given(monkeypatch):
        monkeypatch.delenv(AUTH)
        monkeypatch.setenv("PULUMI_CONFIG", '{"observatory:grafanaAuth": "glsa_y"}')
        ready = settings_of(server.url)
        recorder = run(monkeypatch, ready, preview=False)
        assert server.asked[-1] == ("/api/org", "Bearer glsa_y")
    provider = next(r for r in recorder.seen.values() if r.type == "pulumi:providers:grafana")
    assert provider.visible["auth"] == "[secret]"
    assert "glsa_y" not in str(monitor.resources_json(recorder.seen.values()))


def test_rendered_files_hold_every_dashboard_and_document() -> None:
    for stack in ("local", "dev", "prod"):
        ours = prepared(stack)
        assert ours.filling
        names = {path.rsplit("/", 1)[-1] for path in ours.files if path.startswith("grafana/dashboards/")}
        assert names == {f"{uid}.json" for uid in ours.filling.dashboards}
        assert "grafana/datasources/prometheus.json" in ours.files
        assert "grafana/folders/skillforge.json" in ours.files


def test_settings_without_grafana_have_no_content(project: Path) -> None:
    edit(project, {"grafana": GONE, "oidc": GONE, "edge": GONE}, "prod")
    assert prepare("prod", project).filling is None
