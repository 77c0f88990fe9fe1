"""Draws the pictures of `docs/dashboards.md`: `python -m tests.dashboards.pictures [UID...]`, or `make pictures` for all.

Only those are drawn whose dashboard changed since, unless they are named; `drawn.json` beside them says of what each is.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from dashboards.listing import FOLDER, fingerprint
from tests.dashboards.drawing.page import draw
from tests.dashboards.sample.environment import ROOT, answering, environment

PICTURES = ROOT / "docs" / FOLDER


def main(names: Sequence[str]) -> int:
    """Draws those named, or all that are old; removes pictures of what is no more."""
    shown = environment()
    prints = {uid: fingerprint(view.document) for uid, view in shown.views.items()}
    PICTURES.mkdir(parents=True, exist_ok=True)
    record = PICTURES / "drawn.json"
    drawn: dict[str, str] = json.loads(record.read_text()) if record.exists() else {}
    for file in PICTURES.glob("*.png"):
        if file.stem not in prints:
            file.unlink()
    drawn = {uid: old for uid, old in drawn.items() if uid in prints and (PICTURES / f"{uid}.png").exists()}
    wanted = list(names) or [uid for uid, fresh in prints.items() if drawn.get(uid) != fresh]
    if wanted:
        with tempfile.TemporaryDirectory() as folder, answering(shown, Path(folder)) as store:
            for dashboard in shown.dashboards:
                if dashboard.uid in wanted:
                    empty = {panel.title: panel.empty for panel in dashboard.panels if panel.empty}
                    draw(store, shown.views[dashboard.uid], empty, PICTURES / f"{dashboard.uid}.png")
                    drawn[dashboard.uid] = prints[dashboard.uid]
    record.write_text(json.dumps(drawn, indent=2, sort_keys=True) + "\n")
    print(f"drew {len(wanted)} of {len(prints)} pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
