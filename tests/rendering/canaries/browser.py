"""A headless Chromium for tests: the one that the npm registry has for functions, unpacked once into the cache; nothing is installed."""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local import npm
from local.locks import locked

_UNPACK = """
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
const [from, to] = process.argv.slice(1);
await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
"""


@dataclass(frozen=True)
class Browser:
    """What Playwright needs of it."""

    executable: Path
    libraries: Path
    """Of what it stands on, for machines that lack it."""
    playwright: Path

    @property
    def environment(self) -> dict[str, str]:
        """As the stand-in of the runtime reads it."""
        libraries = os.pathsep.join([str(self.libraries), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])])
        return {"BROWSER": str(self.executable), "BROWSER_LIBRARIES": libraries, "PLAYWRIGHT": str(self.playwright)}


def browser(report: Callable[[str], None]) -> Browser:
    """The browser, fetched and unpacked where it is not there yet; MissingError where it cannot be had."""
    package = npm.package("@sparticuz/chromium", report)
    home = package.with_name(f"{package.name}-unpacked")
    with locked(home.with_name(f"{home.name}.lock"), lambda: report("waiting for another run that unpacks the browser")):
        if not home.exists():
            fresh = home.with_name(f"{home.name}.partial")
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            _unpack(package / "bin" / "chromium.br", fresh / "chromium")
            (fresh / "chromium").chmod(0o755)
            for name in ("al2023", "swiftshader"):
                _unpack(package / "bin" / f"{name}.tar.br", fresh / f"{name}.tar")
                with tarfile.open(fresh / f"{name}.tar") as archive:
                    archive.extractall(fresh, filter="data")
            fresh.replace(home)
    return Browser(home / "chromium", home / "lib", npm.package("playwright-core", report) / "index.js")


def _unpack(packed: Path, out: Path) -> None:
    command = [str(npm.node()), "--input-type=module", "-e", _UNPACK, str(packed), str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
