"""A canary's code as a ZIP archive that is the same, byte by byte, for the same steps: no clock, no compression, no order by chance."""

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.outside import Journey, Probe, Step
from catalog.units import seconds
from rendering.document import Document

HANDLER = "index.handler"
PROGRAM = Path(__file__).parent / "program" / "index.mjs"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment that the format knows."""
_MODE = 0o644 << 16
_MILLISECONDS = 1000
_WAIT = 15
"""Seconds that a page has for one step: it may load much before it shows what is expected."""


@dataclass(frozen=True)
class Archive:
    """What is uploaded."""

    content: bytes

    @property
    def text(self) -> str:
        """As base64."""
        return base64.b64encode(self.content).decode()

    @property
    def digest(self) -> str:
        """Of its content: part of its name, so that new code is a new object and the canary takes it."""
        return hashlib.sha256(self.content).hexdigest()[:16]


def archive(about: Probe | Journey, addresses: dict[str, str], wait: float = _WAIT) -> Archive:
    """The program, what it does, and what of it is reported; `addresses` are what is asked instead of hosts inside the cluster."""
    files = {
        "index.mjs": PROGRAM.read_text(encoding="utf-8"),
        "journey.json": _json(steps(about, addresses, wait)),
        "synthetics.json": _json(reporting(about)),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as made:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.external_attr, info.create_system = _MODE, 3
            made.writestr(info, text)
    return Archive(buffer.getvalue())


def steps(about: Probe | Journey, addresses: dict[str, str], wait: float = _WAIT) -> Document:
    """`journey.json`: what the program does. Times are milliseconds."""
    if isinstance(about, Probe):
        made: Document = {"kind": "check", "secrets": [], "url": moved(about.url, addresses), "timeout": int(about.timeout * _MILLISECONDS)}
        return made | {"expect_status": list(about.expect_status), "expect_body": about.expect_body}
    waits = {"wait": int(wait * _MILLISECONDS)} if about.kind == "browser" else {}
    return {"kind": about.kind, "secrets": sorted(about.secrets), **waits, "steps": [_step(step, addresses) for step in about.steps]}


def reporting(about: Probe | Journey) -> Document:
    """`synthetics.json`: pictures of steps and who answered what, but never a body, a header or a file of all traffic.

    Keys and defaults as the runtime's guide has them (docs.aws.amazon.com, «Writing a Node.js canary script using the Playwright runtime»).
    """
    pictures = isinstance(about, Journey) and about.kind == "browser"
    shown = dict.fromkeys(("screenshotOnStepStart", "screenshotOnStepSuccess"), False)
    quiet = ("includeRequestHeaders", "includeResponseHeaders", "includeUrlPassword", "includeRequestBody", "includeResponseBody")
    said = ("logRequest", "logResponse", "logRequestBody", "logResponseBody", "logRequestHeaders", "logResponseHeaders")
    return {
        "step": {
            **shown,
            "screenshotOnStepFailure": pictures,
            "stepSuccessMetric": False,  # each would be a custom metric that is paid for; the run's report has them all
            "stepDurationMetric": False,
            "continueOnStepFailure": False,
            "stepsReport": True,
        },
        "report": {**dict.fromkeys(quiet, False), "restrictedHeaders": ["Authorization", "Cookie"], "restrictedUrlParameters": ["*"]},
        "logging": dict.fromkeys(said, False),
        "har": False,
    }


def moved(url: str, addresses: dict[str, str]) -> str:
    """The same address, at the place where whoever stands in the VPC finds it."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    base = addresses.get(host)
    if base is None:
        return url
    return f"tcp://{base.rpartition('//')[2]}" if scheme == "tcp" else f"{base}{slash}{path}"


def _step(step: Step, addresses: dict[str, str]) -> dict[str, Any]:
    method, space, url = step.target.rpartition(" ") if step.do == "request" else ("", "", step.target)
    made: dict[str, Any] = {"do": step.do, "target": f"{method}{space}{moved(url, addresses)}" if "://" in url else step.target}
    value = step.value
    if step.do == "expect" and step.target == "latency" and value is not None:
        value = str(int(seconds(value) * _MILLISECONDS))
    given = {"value": value, "body": step.body, "headers": step.headers or None}
    return made | {key: found for key, found in given.items() if found is not None}


def _json(value: Document) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
