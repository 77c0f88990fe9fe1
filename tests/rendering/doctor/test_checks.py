"""Each check passes on real processes that work and fails on some that do not; what does not answer is never a pass."""

import time

import pytest

from rendering.doctor import checks
from rendering.doctor.asking import Place
from rendering.doctor.checks import Systems, findings, names
from rendering.doctor.finding import Finding, State, status
from rendering.doctor.wanted import Wanted
from tests.rendering.doctor.stage import HOST, Stage

pytestmark = pytest.mark.tools

NOBODY = f"http://{HOST}:9"
WAIT = 15.0
TOKEN = "let-me-in"


def looked(wanted: Wanted, token: str = TOKEN, elasticsearch: Place | None = None) -> dict[str, Finding]:
    grafana = Place(wanted.grafana, {"Authorization": f"Bearer {token}"}) if wanted.grafana else None
    prometheus, alertmanager = ([Place(url) for url in urls] for urls in (wanted.prometheus, wanted.alertmanager))
    return {each.name: each for each in findings(Systems(wanted, prometheus, alertmanager, grafana, elasticsearch, wait=WAIT))}


def told(processes: Stage) -> dict[str, int]:
    """Messages by receiver, those of the Alertmanager left out whose receivers take none."""
    return {path: count for path, count in processes.world.posts.items() if path.startswith("/told")}


def test_all_is_well_where_all_is_well_and_the_test_alert_reaches_the_heartbeat_and_nobody_else(processes: Stage) -> None:
    processes.world.posts.clear()
    found = looked(processes.wanted(), elasticsearch=Place(f"{processes.server}/elastic"))
    assert [finding for finding in found.values() if finding.state is not State.OK] == []
    assert set(names(processes.wanted())) <= found.keys()
    assert status(found.values()) == 0
    assert found[checks.TARGETS].detail == "1 of 1"
    assert found[checks.CLUSTER].detail == "2 of 2 members, at each of 2"
    assert "webhook" in found["delivery path"].detail
    assert told(processes) == {"/told/heartbeat": 1}, "somebody else was told of a test"


def test_two_members_that_gossip_send_one_test_alert_once(processes: Stage) -> None:
    processes.world.posts.clear()
    found = looked(processes.wanted(expectations=[], grafana=None))
    time.sleep(3)
    assert found["delivery path"].state is State.OK
    assert told(processes) == {"/told/heartbeat": 1}


def test_an_ill_prometheus_fails_every_check_that_asks_it(processes: Stage) -> None:
    found = looked(processes.wanted(prometheus=[processes.ill], grafana=None))
    asked = {each.name for each in processes.wanted().expectations}
    wrong = {name for name, finding in found.items() if finding.state is State.WRONG}
    assert wrong == {checks.TARGETS, checks.RULES, *asked}
    assert all(found[name].remedy for name in wrong)
    assert ": 1 of 2 are down: all (1); first: " in found[checks.TARGETS].detail
    assert "connection refused" in found[checks.TARGETS].detail
    assert ": 1 rules fail: a:b; first: " in found[checks.RULES].detail
    assert found["certificates"].detail.startswith("not so: the first one expires in 2 days")
    assert found["backups"].detail.startswith("not so: Elasticsearch's newest snapshot is 90 hours old observatory")
    assert found["messages"].detail.endswith("slack")
    assert status(found.values()) == 1


def test_a_rule_group_that_the_operator_refused_is_named(processes: Stage) -> None:
    finding = looked(processes.wanted(rules={"good": 2, "refused": 3}, expectations=[]))[checks.RULES]
    assert (finding.state, finding.detail) == (State.WRONG, f"{processes.well}: 1 of 2 groups lack rules: refused")


def test_one_ill_replica_of_two_is_told_apart(processes: Stage) -> None:
    wanted = processes.wanted(prometheus=[processes.well, processes.ill], expectations=[], grafana=None)
    systems = Systems(wanted, [Place(url) for url in wanted.prometheus], [])
    replicas = [each for each in findings(systems) if each.name == checks.TARGETS]
    assert [(each.state, each.detail.partition(" ")[0]) for each in replicas] == [
        (State.OK, f"{processes.well}:"),
        (State.WRONG, f"{processes.ill}:"),
    ]


def test_a_member_that_nobody_gossips_with_is_wrong(processes: Stage) -> None:
    wanted = processes.wanted(alertmanager=[processes.failing, processes.failing], expectations=[], grafana=None)
    (finding,) = [each for each in findings(Systems(wanted, [], [Place(processes.failing)], wait=1)) if each.name == checks.CLUSTER]
    assert (finding.state, "disabled, 0 of 2 members" in finding.detail) == (State.WRONG, True)


def test_messages_that_nobody_takes_are_found_out(processes: Stage) -> None:
    wanted = processes.wanted(alertmanager=[processes.failing], prometheus=[], expectations=[], grafana=None)
    finding = looked(wanted)["delivery path"]
    assert (finding.state, finding.detail.startswith("messages fail: ")) == (State.WRONG, True), finding


def test_without_a_heartbeat_the_alert_is_only_seen_to_be_routed_to_nobody(processes: Stage) -> None:
    processes.world.posts.clear()
    finding = looked(processes.wanted(heartbeat=False, expectations=[], grafana=None))["delivery path"]
    assert (finding.state, finding.detail) == (State.NOTE, "a test alert is taken and routed; no harmless receiver takes it out")
    assert not told(processes), "somebody was told of a test"


@pytest.mark.parametrize("url", [NOBODY, "not an address", "{server}/page", "{server}/nowhere"])
def test_who_does_not_answer_is_missing_and_no_pass(processes: Stage, url: str) -> None:
    address = url.format(server=processes.server)
    found = looked(processes.wanted(prometheus=[address], alertmanager=[address], grafana=address))
    assert {finding.state for finding in found.values()} == {State.MISSING}
    assert status(found.values()) == 3


def test_a_data_source_that_fails_is_named_in_grafanas_own_words(processes: Stage) -> None:
    wanted = processes.wanted(prometheus=[], alertmanager=[], sources=["healthy", "broken", "silent"])
    finding = looked(wanted)[checks.SOURCES]
    assert (finding.state, finding.detail) == (State.WRONG, "broken: dial tcp: lookup prometheus: no such host")


def test_a_refused_credential_is_missing_and_is_never_shown(processes: Stage) -> None:
    wanted = processes.wanted(prometheus=[], alertmanager=[])
    finding = looked(wanted, token="swordfish")[checks.SOURCES]
    assert finding.state is State.MISSING
    assert "GRAFANA_AUTH" in finding.remedy
    assert "swordfish" not in str(finding)
    assert "swordfish" not in repr(Place("http://x", {"Authorization": "Bearer swordfish"}))
    assert "swordfish" not in Place("http://admin:swordfish@x/y").name


def test_a_grafana_without_its_database_is_not_asked_for_sources(processes: Stage) -> None:
    wanted = processes.wanted(prometheus=[], alertmanager=[], grafana=f"{processes.server}/away")
    assert looked(wanted)[checks.SOURCES].state is State.MISSING


def test_a_red_elasticsearch_is_wrong(processes: Stage) -> None:
    wanted = processes.wanted(prometheus=[], alertmanager=[], grafana=None)
    finding = looked(wanted, elasticsearch=Place(f"{processes.server}/red"))[checks.ELASTICSEARCH]
    assert (finding.state, finding.detail) == (State.WRONG, "red, 3 nodes, 7 shards unassigned")
