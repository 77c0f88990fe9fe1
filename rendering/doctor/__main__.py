"""`python -m rendering.doctor FILE`: what the CronJob runs. One line of JSON a finding; the status fails the Job.

FILE holds what is wanted (`wanted.py`); GRAFANA_TOKEN_FILE names the file with a token of Grafana's, where there is one.
"""

import json
import os
import sys
from pathlib import Path

from rendering.doctor.asking import Place
from rendering.doctor.checks import Systems, findings
from rendering.doctor.finding import Finding, State, status
from rendering.doctor.wanted import Wanted, read

_FAILED = (State.WRONG, State.MISSING)


def main(arguments: list[str]) -> int:
    """Status 0, 1 or 3; 2 where the call is wrong."""
    if len(arguments) != 1:
        print("usage: python -m rendering.doctor FILE", file=sys.stderr)
        return 2
    found: list[Finding] = []
    for finding in findings(systems(read(json.loads(Path(arguments[0]).read_text(encoding="utf-8"))))):
        level = "error" if finding.state in _FAILED else "info"
        print(json.dumps({"level": level, "message": finding.detail, **finding.document()}), flush=True)
        found.append(finding)
    return status(found)


def systems(wanted: Wanted) -> Systems:
    """Whom to ask from inside the cluster."""
    file = os.environ.get("GRAFANA_TOKEN_FILE", "")
    token = Path(file).read_text(encoding="utf-8").strip() if file and Path(file).exists() else ""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    grafana = Place(wanted.grafana, headers) if wanted.grafana else None
    return Systems(wanted, [Place(url) for url in wanted.prometheus], [Place(url) for url in wanted.alertmanager], grafana)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
