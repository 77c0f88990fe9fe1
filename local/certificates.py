"""The local cluster's keys and certificates as files: every connection is verified both ways, every key is its owner's alone."""

import os
import ssl
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificates:
    """A folder of PEM files, made by `local.authority`: `ca.crt` signed all; `server` is what every process shows."""

    folder: Path

    def path(self, file: str) -> str:
        """A file's path, as command lines want it."""
        return str(self.folder / file)

    def client(self, name: str) -> ssl.SSLContext:
        """A context that trusts this authority alone and shows the certificate `name`."""
        context = ssl.create_default_context(cafile=self.path("ca.crt"))
        context.load_cert_chain(self.path(f"{name}.crt"), self.path(f"{name}.key"))
        return context


def write(path: Path, content: bytes) -> None:
    """Writes a file that is readable by its owner alone from its first byte on, whole or not at all."""
    fresh = path.with_name(f".{path.name}.fresh")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    fresh.replace(path)
