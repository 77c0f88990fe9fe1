"""`make render`: every document of a stack as files."""

import argparse
from pathlib import Path

from cli.arguments import ROOT
from cli.console import out
from local.render import render


def run_render(arguments: argparse.Namespace) -> None:
    """Renders one stack into a folder, in place of an earlier render."""
    folder: Path = arguments.out or ROOT / "build" / arguments.stack
    count = render(arguments.stack, ROOT, folder)
    out.print(f"{count} files in {folder}", markup=False, soft_wrap=True)
