"""`make render` writes what the contract says, the same bytes each time, and empties nobody's folder."""

import argparse
import json
from pathlib import Path

import pulumi
import pytest
import yaml

from catalog.faults import FaultsError
from cli import render
from local import monitor

SPEC = {"groups": [{"name": "shop", "rules": [{"alert": "Slow", "expr": "up == 0"}]}]}
RULE = {
    "apiVersion": "monitoring.coreos.com/v1",
    "kind": "PrometheusRule",
    "metadata": {"name": "shop", "namespace": "monitoring"},
    "spec": SPEC,
}
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "key", "namespace": "shop"},
    "stringData": {"token": "geheim"},
}
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}


def _program() -> None:
    pulumi.CustomResource("kubernetes:monitoring.coreos.com/v1:PrometheusRule", "shop", RULE)
    secret = {**SECRET, "stringData": pulumi.Output.secret(SECRET["stringData"])}
    pulumi.CustomResource("kubernetes:core/v1:Secret", "key", secret)
    pulumi.CustomResource("kubernetes:core/v1:Namespace", "shop", NAMESPACE)
    pulumi.export("endpoint", "http://prometheus")


def test_every_document_is_a_file_and_no_secret_is_among_them() -> None:
    files = render.documents(monitor.record(_program))
    assert set(files) == {
        "resources.json",
        "outputs.json",
        "kubernetes/monitoring.PrometheusRule.shop.yaml",
        "kubernetes/shop.Secret.key.yaml",
        "kubernetes/_cluster.Namespace.shop.yaml",
    }
    assert yaml.safe_load(files["kubernetes/monitoring.PrometheusRule.shop.yaml"]) == RULE
    assert yaml.safe_load(files["kubernetes/shop.Secret.key.yaml"])["stringData"] == {"token": "[secret]"}
    assert json.loads(files["outputs.json"]) == {"endpoint": "http://prometheus"}
    assert "geheim" not in str(files)


def test_the_same_program_gives_the_same_bytes() -> None:
    assert render.documents(monitor.record(_program)) == render.documents(monitor.record(_program))


def test_a_folder_with_other_things_is_refused_before_anything_is_run(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(FaultsError, match="other things"):
        render.run_render(argparse.Namespace(stack="local", out=tmp_path))
    assert (tmp_path / "thesis.txt").exists()


def test_a_file_of_a_resource_that_is_gone_does_not_stay(tmp_path: Path) -> None:
    (tmp_path / "kubernetes").mkdir()
    (tmp_path / "kubernetes" / "old.yaml").touch()
    (tmp_path / render.MARK).touch()
    render.check(tmp_path)
    render.clear(tmp_path)
    assert list(tmp_path.iterdir()) == []
