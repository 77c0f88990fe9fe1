"""`make site`: the guides as pages for a browser; a link that leads nowhere fails, so that no reader meets one."""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cli.arguments import ROOT
from cli.console import err, out, progress

GUIDES = ROOT / "docs"
SITE = ROOT / "build" / "site"


def run_site(_: argparse.Namespace) -> int:
    """Builds the site; status 1 with every warning where one link, heading or picture is wrong."""
    with progress("building the site") as report:
        report("half a minute")
        complaints = build(GUIDES, SITE)
    if complaints:
        err.print("\n".join(complaints), markup=False, soft_wrap=True)
        err.print(f"{len(complaints)} faults in the guides; no site was written", markup=False)
        return 1
    out.print(f"open {SITE / 'index.html'}", markup=False, soft_wrap=True)
    return 0


def build(guides: Path, target: Path) -> list[str]:
    """Writes the site of a folder of guides, and nothing where there is anything to complain about; returns the complaints."""
    with tempfile.TemporaryDirectory(prefix="observatory-site-") as folder:
        fresh = Path(folder, "html")
        command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "--no-color", "-d", str(Path(folder, "read"))]
        run = subprocess.run([*command, str(guides), str(fresh)], cwd=ROOT, capture_output=True, text=True, check=False)
        lines = [line.replace(f"{guides}/", "") for line in run.stderr.splitlines()]
        complaints = [line for line in lines if "WARNING" in line or "ERROR" in line]
        if run.returncode or complaints:
            return complaints or lines[-5:]
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(fresh, target)
    return []
