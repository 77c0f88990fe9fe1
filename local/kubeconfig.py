"""How to reach a cluster and as whom: the parts of a kubeconfig that matter, certificates always verified."""

import base64
import json
import os
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from catalog.faults import MissingError

EXEC_SECONDS = 60


@dataclass
class Access:
    """A server, the TLS context to reach it with, and what each request must carry."""

    server: str
    context: ssl.SSLContext | None
    namespace: str
    user: Mapping[str, Any]
    folder: Path

    def __post_init__(self) -> None:
        self._token = ""
        self._lock = threading.Lock()

    def headers(self, *, renew: bool = False) -> dict[str, str]:
        """The authorisation of a request; `renew` after the server has refused the last one."""
        user = self.user
        if "username" in user:
            pair = f"{user['username']}:{user.get('password', '')}"
            return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        with self._lock:
            if renew or not self._token:
                self._token = self._fresh_token()
            return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def _fresh_token(self) -> str:
        if "token" in self.user:
            return str(self.user["token"])
        if "tokenFile" in self.user:
            return (self.folder / self.user["tokenFile"]).read_text().strip()
        if "exec" in self.user:
            return str(run_plugin(self.user["exec"], self.folder).get("token") or "")
        return ""


def load(path: Path) -> Access:
    """Reads the current context of a kubeconfig; MissingError where it is not there or leaves something out."""
    try:
        config = cast("dict[str, Any]", yaml.safe_load(path.read_text()) or {})
    except FileNotFoundError as error:
        raise MissingError(f"there is no kubeconfig at {path}: run `make up`, or name yours in KUBECONFIG") from error
    name = str(config.get("current-context") or "")
    try:
        context = _named(config["contexts"], name)["context"]
        cluster = _named(config["clusters"], context["cluster"])["cluster"]
        user = cast("dict[str, Any]", _named(config["users"], context["user"]).get("user") or {})
        server = str(cluster["server"])
    except (KeyError, TypeError) as error:
        raise MissingError(f"the kubeconfig {path} names no cluster and user for its context {name!r}: set current-context") from error
    if cluster.get("insecure-skip-tls-verify"):
        raise MissingError(f"the kubeconfig {path} asks not to verify the certificate of {server}: give its certificate-authority instead")
    tls = _tls(cluster, user, path.parent) if server.startswith("https:") else None
    return Access(server.rstrip("/"), tls, str(context.get("namespace") or "default"), user, path.parent)


def current(path: Path) -> str:
    """The name of the current context, "" where there is none."""
    return str(cast("dict[str, Any]", yaml.safe_load(path.read_text()) or {}).get("current-context") or "")


def _named(items: Iterable[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    for item in items:
        if item["name"] == name:
            return item
    raise KeyError(name)


def _tls(cluster: Mapping[str, Any], user: Mapping[str, Any], folder: Path) -> ssl.SSLContext:
    authority = _content(cluster, "certificate-authority", folder)
    context = ssl.create_default_context(cadata=authority)
    if "exec" in user and (status := run_plugin(user["exec"], folder)).get("clientCertificateData"):
        user = {"client-certificate-data": _encoded(status["clientCertificateData"]), "client-key-data": _encoded(status["clientKeyData"])}
    certificate, key = _content(user, "client-certificate", folder), _content(user, "client-key", folder)
    if certificate and key:
        with tempfile.TemporaryDirectory(prefix="observatory-") as private:  # only the ssl module's file interface takes a pair
            pair = Path(private) / "pair.pem"
            pair.touch(0o600)
            pair.write_text(f"{certificate}\n{key}\n")
            context.load_cert_chain(pair)
    return context


def _content(part: Mapping[str, Any], key: str, folder: Path) -> str | None:
    if data := part.get(f"{key}-data"):
        return base64.b64decode(data).decode()
    return (folder / part[key]).read_text() if part.get(key) else None


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def run_plugin(plugin: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The credentials that an exec plugin prints, such as `aws eks get-token`."""
    command = [str(plugin["command"]), *map(str, plugin.get("args") or ())]
    info = {"apiVersion": plugin["apiVersion"], "kind": "ExecCredential", "spec": {"interactive": False}}
    extra = {str(item["name"]): str(item["value"]) for item in plugin.get("env") or ()}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "KUBERNETES_EXEC_INFO": json.dumps(info), **extra},
            capture_output=True,
            text=True,
            check=True,
            timeout=EXEC_SECONDS,
        )
        return cast("dict[str, Any]", json.loads(done.stdout)["status"])
    except FileNotFoundError as error:
        raise MissingError(f"the kubeconfig gets its credentials from {command[0]!r}, which is not installed: install it") from error
    except (subprocess.SubprocessError, ValueError, KeyError) as error:
        told = str(getattr(error, "stderr", None) or error).strip().splitlines()
        raise MissingError(
            f"the kubeconfig's {command[0]!r} gave no credentials ({told[-1] if told else error}): run it by hand"
        ) from error
