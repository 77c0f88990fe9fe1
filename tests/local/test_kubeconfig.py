"""A kubeconfig is read as kubectl reads it, except that certificates are always verified."""

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.faults import MissingError
from local import kubeconfig

PRINTS = (
    "import json, os; info = json.loads(os.environ['KUBERNETES_EXEC_INFO']); count = os.environ.get('COUNT', '');"
    "print(json.dumps({'apiVersion': info['apiVersion'], 'kind': 'ExecCredential', 'status': {'token': 'from-plugin' + count}}))"
)


def write(folder: Path, cluster: dict[str, Any] | None = None, user: dict[str, Any] | None = None) -> Path:
    path = folder / "config"
    content = {
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u", "namespace": "mine"}}],
        "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1/", **(cluster or {})}}],
        "users": [{"name": "u", "user": user or {}}],
    }
    path.write_text(yaml.safe_dump(content))
    return path


def test_a_token_is_sent(tmp_path: Path) -> None:
    access = kubeconfig.load(write(tmp_path, user={"token": "t"}))
    assert access.headers() == {"Authorization": "Bearer t"}
    assert (access.server, access.namespace) == ("http://127.0.0.1:1", "mine")


def test_a_plugin_gives_the_token_and_gives_it_anew_when_it_is_refused(tmp_path: Path) -> None:
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": sys.executable,
        "args": ["-c", PRINTS],
        "env": [{"name": "COUNT", "value": "1"}],
    }
    access = kubeconfig.load(write(tmp_path, user={"exec": plugin}))
    assert access.headers() == access.headers(renew=True) == {"Authorization": "Bearer from-plugin1"}


def test_a_plugin_that_is_not_installed_is_named(tmp_path: Path) -> None:
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-plugin"}
    with pytest.raises(MissingError, match="'no-such-plugin', which is not installed"):
        kubeconfig.load(write(tmp_path, user={"exec": plugin})).headers()


def test_skipping_verification_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="asks not to verify"):
        kubeconfig.load(write(tmp_path, {"server": "https://127.0.0.1:1", "insecure-skip-tls-verify": True}))


def test_a_file_that_is_not_there_and_one_without_a_context_say_so_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no kubeconfig at"):
        kubeconfig.load(tmp_path / "none")
    (tmp_path / "empty").write_text("apiVersion: v1\n")
    with pytest.raises(MissingError, match="set current-context"):
        kubeconfig.load(tmp_path / "empty")
