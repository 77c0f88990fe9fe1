"""The render folder holds what the contract names, the same bytes each time, and a failed render changes nothing."""

import json
from pathlib import Path

import pulumi
import pytest
import yaml

from catalog.faults import FaultsError
from local import render
from local.monitor import record
from tests.local.toy import Toy, deployment

RULES = {"prometheus/rules/shop.yaml": "groups: []\n"}


def files() -> dict[str, str]:
    return render.documents(record(Toy((deployment(),)).program), RULES)


def test_every_document_is_a_file_and_no_secret_is_among_them() -> None:
    made = files()
    assert set(made) == {
        "resources.json",
        "outputs.json",
        "kubernetes/cluster.namespace.toy.yaml",
        "kubernetes/toy.deployment.web.yaml",
        "kubernetes/toy.secret.login.yaml",
        *RULES,
    }
    assert yaml.safe_load(made["kubernetes/toy.deployment.web.yaml"]) == deployment()
    assert yaml.safe_load(made["kubernetes/toy.secret.login.yaml"])["stringData"] == {"password": "[secret]"}
    assert json.loads(made["outputs.json"]) == {"namespace": "toy", "password": "[secret]"}
    assert {"urn", "type", "name", "provider", "parent", "inputs"} == json.loads(made["resources.json"])[0].keys()


def test_the_same_program_gives_the_same_bytes() -> None:
    assert files() == files()


def test_a_render_takes_the_place_of_the_last_one_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "build" / "toy"
    render.write(folder, {**files(), "kubernetes/old.yaml": ""})
    render.check(folder)
    render.write(folder, files())
    assert not (folder / "kubernetes" / "old.yaml").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["toy"], "nothing temporary is left"


def test_a_failed_render_leaves_the_last_one(tmp_path: Path) -> None:
    folder = tmp_path / "toy"
    render.write(folder, files())
    with pytest.raises(TypeError):
        render.write(folder, {"broken": None})  # pyright: ignore[reportArgumentType]
    assert (folder / "resources.json").exists()
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("state")] == ["toy"]


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(FaultsError, match="other things"):
        render.check(tmp_path)


def test_a_secret_export_is_masked_leaf_by_leaf() -> None:
    made = render.documents(record(lambda: pulumi.export("x", {"a": pulumi.Output.secret({"b": "geheim"}), "c": 1})), {})
    assert json.loads(made["outputs.json"]) == {"x": {"a": {"b": "[secret]"}, "c": 1}}
