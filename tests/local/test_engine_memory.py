"""What the engine remembers, how it is kept safe, and what a preview makes of it."""

import fcntl
import json
import os
from pathlib import Path

import pytest

from catalog.faults import MissingError
from local import engine, paths
from local.plan import Change, difference
from local.state import State
from local.values import Secret
from tests.local.fake_api import FakeApi
from tests.local.toy import Toy, actions, config_map, deployment, up


def test_a_password_is_drawn_once_and_kept_in_a_private_file(api: FakeApi, own_state: Path) -> None:
    up(Toy(), api)
    first = api.objects["/api/v1/namespaces/toy/secrets/login"]["data"]["password"]
    up(Toy(), api)
    assert api.objects["/api/v1/namespaces/toy/secrets/login"]["data"]["password"] == first
    path = own_state / "toy" / "engine.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_state_of_another_cluster_deletes_nothing_on_this_one(api: FakeApi, tmp_path: Path) -> None:
    up(Toy(), api)
    (tmp_path / "other").mkdir()
    other = FakeApi(tmp_path / "other")
    other.put("/api/v1/namespaces/toy/configmaps/two", config_map("two"))
    result = up(Toy((deployment(), config_map("one"))), other)
    other.close()
    assert "delete" not in result.counts
    assert "two" in other.names("configmaps")


def test_what_was_made_anew_by_somebody_else_is_not_deleted(api: FakeApi) -> None:
    up(Toy(), api)
    path = "/api/v1/namespaces/toy/configmaps/two"
    del api.objects[path]
    api.put(path, config_map("two"))
    up(Toy((deployment(), config_map("one"))), api)
    assert path in api.objects


def test_one_run_at_a_time_and_the_second_one_says_who_holds_it(api: FakeApi) -> None:
    path = paths.private(paths.state("toy")) / "engine.lock"
    with path.open("w") as held:
        held.write(json.dumps({"pid": 4711, "since": "12:00"}))
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(MissingError, match=r"stack toy is held by another run \(process 4711, since 12:00\)"):
            up(Toy(), api)
    assert up(Toy(), api).ok


def test_an_unreachable_cluster_is_one_sentence(api: FakeApi) -> None:
    api.close()
    with pytest.raises(MissingError, match=rf"no cluster answers at {api.url} \(.*refused\): start it, or see KUBECONFIG") as error:
        up(Toy(), api)
    assert "\n" not in str(error.value)


def test_a_preview_without_a_cluster_compares_with_the_state(api: FakeApi) -> None:
    assert set(engine.foresee(Toy().program, None).counts) == {"create"}
    up(Toy(), api)
    plan = engine.foresee(Toy((deployment(replicas=5), config_map("new"))).program, None)
    assert actions(plan) == {"toy/web": "update", "toy/new": "create", "toy/one": "delete", "toy/two": "delete"}
    assert [str(change) for step in plan.steps if step.action == "update" for change in step.changes] == ["~ spec.replicas: 2 => 5"]


def test_a_preview_on_a_cluster_asks_the_server_and_changes_nothing(api: FakeApi) -> None:
    up(Toy(), api)
    before, memory = dict(api.objects), (paths.state("toy") / "engine.json").read_bytes()
    api.refuse = lambda new, _: (400, ".spec.replicaz: field not declared in schema") if "replicaz" in new.get("spec", {}) else None
    plan = engine.foresee(Toy((deployment(replicaz=1), config_map("one"), config_map("two"))).program, api)
    assert [step.error for step in plan.failures] == ["Deployment/toy/web: .spec.replicaz: field not declared in schema"]
    assert api.objects == before
    assert (paths.state("toy") / "engine.json").read_bytes() == memory


def test_secrets_are_compared_and_then_masked() -> None:
    old = {"data": Secret({"a": "1", "b": "2"}), "plain": "x"}
    assert difference(old, {"data": Secret({"a": "1", "b": "3"}), "plain": "x"}) == (Change("data.b", "[secret]", "[secret]"),)
    assert difference({"a": "open"}, {"a": Secret("hidden")}) == (Change("a", "[secret]", "[secret]"),)


def test_items_of_a_list_are_told_by_their_names() -> None:
    old = [{"name": "web", "image": "a"}, {"name": "side", "image": "b"}]
    assert difference({"containers": old}, {"containers": [old[1], {"name": "web", "image": "c"}]}) == (
        Change("containers[web].image", "a", "c"),
    )


def test_a_state_that_cannot_be_read_says_what_to_do() -> None:
    folder = paths.private(paths.state("toy"))
    (folder / "engine.json").write_text("{half")
    with pytest.raises(MissingError, match=r"cannot be read .* move it away"):
        State("toy")


def test_an_interrupted_write_leaves_the_old_state(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    up(Toy(), api)
    memory = (paths.state("toy") / "engine.json").read_bytes()

    def torn(_descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", torn)
    with pytest.raises(OSError, match="disk full"):
        State("toy").drop("anything")
    assert (paths.state("toy") / "engine.json").read_bytes() == memory
