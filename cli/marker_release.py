"""What a marker tells: which version of which service was deployed where and when, and how it went; wrong input is told all at once."""

import argparse
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from catalog.catalog import Catalog, Subject
from catalog.faults import Fault, FaultsError, nearest
from catalog.model import Service
from cli.options import Status

COMMAND_LINE = "command line"
"""Where a fault is that stands in no file."""
# What Sentry, the strictest of those who are told, takes for a version is wider still (docs.sentry.io, «Naming Releases»).
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+:-]{0,127}")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_ADDRESS = re.compile(r"https?://[^\s/@]+(/\S*)?")
_SAID = {"succeeded": "deployed to", "failed": "failed to deploy to", "rolled-back": "rolled back in"}


@dataclass(frozen=True)
class Release:
    """One deployment of one service, as it ended."""

    subject: Subject
    version: str
    status: Status
    environment: str
    region: str
    cluster: str
    started: datetime
    finished: datetime
    commit: str | None = None
    """The whole hash of what was deployed."""
    repository: str | None = None
    """Its address, `https://...`."""
    run: str | None = None
    """What the pipeline calls this run: the same run tells of the same deployment, however often it does."""
    link: str | None = None
    """Where people see the run."""

    @property
    def name(self) -> str:
        """The service as people call it."""
        return f"{self.subject.application.application}/{self.subject.name}"

    @property
    def key(self) -> str:
        """32 characters that are the same for a repeated marker, and for no other one."""
        told = (
            self.name,
            self.version,
            self.status,
            self.environment,
            self.cluster,
            self.run or self.finished.isoformat(timespec="seconds"),
        )
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]

    @property
    def sentence(self) -> str:
        """What happened."""
        return f"{self.name} {self.version} {_SAID[self.status]} {self.environment}"

    @property
    def datadog(self) -> str:
        """What Datadog calls the service."""
        return cast("Service", self.subject.watched).identity.datadog

    @property
    def labels(self) -> dict[str, str]:
        """What dashboards filter by, in every place alike."""
        place = {"environment": self.environment, "region": self.region, "cluster": self.cluster}
        return {"application": self.subject.application.application, "service": self.subject.name, **place}


def release(arguments: argparse.Namespace, catalog: Catalog, place: tuple[str, str, str], now: datetime) -> Release:
    """What the command line says of a deployment in an environment, region and cluster; FaultsError lists all that is wrong with it."""
    faults = list(_faults(arguments))
    subject = found = service(catalog, arguments.service, faults)
    finished = moment("--when", arguments.when, now, faults)
    started = moment("--started", arguments.started, finished or now, faults)
    if started and finished and started > finished:
        faults.append(
            Fault(COMMAND_LINE, "--started", arguments.started or "", "the deployment began after it ended", "give --started and --when")
        )
    if faults or subject is None or found is None or started is None or finished is None:
        raise FaultsError(faults)
    environment, region, cluster = place
    return Release(
        subject=subject,
        version=arguments.version,
        status=arguments.status,
        environment=environment,
        region=region,
        cluster=cluster,
        started=started,
        finished=finished,
        commit=arguments.commit,
        repository=arguments.repository,
        run=arguments.run,
        link=arguments.link,
    )


def _faults(arguments: argparse.Namespace) -> Iterator[Fault]:
    version: str = arguments.version or ""
    if not version:
        yield Fault(COMMAND_LINE, "VERSION", "", "a marker says which version was deployed", "add VERSION=1.4.2")
    elif not _VERSION.fullmatch(version):
        reason = "no version that all places take: up to 128 letters, digits and . _ + : -, no slash, no space"
        yield Fault(COMMAND_LINE, "VERSION", version, reason, "write it as 1.4.2, or as a commit's hash")
    if arguments.commit and not _COMMIT.fullmatch(arguments.commit):
        yield Fault(COMMAND_LINE, "--commit", arguments.commit, "no whole hash of a commit", "use what `git rev-parse HEAD` says")
    for key, text in (("--repository", arguments.repository), ("--link", arguments.link)):
        if text and not _ADDRESS.fullmatch(text):
            reason = "no address, or one with a user in it"
            yield Fault(COMMAND_LINE, key, re.sub(r"//[^/]*@", "//...@", text), reason, "begin it with https:// and the host")
    if bool(arguments.commit) != bool(arguments.repository):
        key = "--repository" if arguments.commit else "--commit"
        yield Fault(COMMAND_LINE, key, "", "a commit and its repository go together", "give both or neither")


def service(catalog: Catalog, text: str | None, faults: list[Fault]) -> Subject | None:
    """The service that somebody calls `application/service`; None, with a fault, where there is no such one."""
    known = {f"{each.application.application}/{each.name}": each for each in catalog.subjects() if each.kind == "service"}
    if not text:
        faults.append(Fault(COMMAND_LINE, "SERVICE", "", "which service is it about?", f"add SERVICE={next(iter(known))}, or another one"))
    elif text not in known:
        faults.append(Fault(COMMAND_LINE, "SERVICE", text, "the catalog has no such service", nearest(text, known)))
    return known.get(text or "")


def moment(key: str, text: str | None, otherwise: datetime, faults: list[Fault]) -> datetime | None:
    """A time as RFC 3339 or in Unix seconds; None, with a fault, where it is neither."""
    if not text:
        return otherwise
    try:
        found = datetime.fromtimestamp(int(text), UTC) if text.isdecimal() else datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        found = None
    if found is None or found.tzinfo is None:
        remedy = "write it as 2026-03-01T12:00:00Z, with its zone, or in Unix seconds"
        faults.append(Fault(COMMAND_LINE, key, text, "no moment in time", remedy))
        return None
    return found.astimezone(UTC)
