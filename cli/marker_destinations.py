"""Who is told of a deployment and how: Grafana, Datadog and Sentry, each by its own API, each told once however often we say it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar, Literal
from urllib.parse import quote

import httpx

from cli.marker_release import Release

State = Literal["told", "told before", "nothing to tell", "off", "failed"]
TIMEOUT_SECONDS = 20
_MOST_SAID = 200
"""Characters of a server's own words that are shown."""


@dataclass(frozen=True)
class Outcome:
    """How it went with one destination."""

    destination: str
    state: State
    detail: str


class RefusedError(Exception):
    """A server's own words, without our credential."""


class Destination(ABC):
    """Somebody to tell, whose address and credential are known."""

    name: ClassVar[str]

    def __init__(self, url: str, headers: Mapping[str, str], secrets: tuple[str, ...]) -> None:
        self.url, self._secrets = url.rstrip("/"), secrets
        self._client = httpx.Client(headers=dict(headers), timeout=TIMEOUT_SECONDS)

    @abstractmethod
    def tell(self, release: Release) -> Outcome:
        """Tells it, unless it knows already; RefusedError where it does not take it."""

    def outcome(self, release: Release) -> Outcome:
        """The same with a failure as an outcome: one that fails does not keep others from being told."""
        try:
            with self._client:
                return self.tell(release)
        except (RefusedError, httpx.HTTPError, httpx.InvalidURL) as error:
            return Outcome(self.name, "failed", self._without_secrets(str(error) or type(error).__name__))

    def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:  # noqa: ANN401  JSON or parameters of a request
        """An answer of success; RefusedError with what the server says otherwise."""
        answer = self._client.request(method, self.url + path, **sent)
        if not answer.is_success:
            said = " ".join(answer.text.split())[:_MOST_SAID] if "html" not in answer.headers.get("content-type", "") else ""
            raise RefusedError(f"{method} {path} got {answer.status_code}{f': {said}' if said else ''}")
        return answer

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text


class Grafana(Destination):
    """An annotation of the whole organisation, with the tag that every dashboard of ours draws («deployment»).

    Source: grafana.com/docs, HTTP API, «Annotations». The API has no key of its own for repeats: a tag of ours is looked up first.
    """

    name = "Grafana"

    def __init__(self, url: str, credential: str) -> None:
        super().__init__(url, {} if ":" in credential else {"Authorization": f"Bearer {credential}"}, (credential,))
        if ":" in credential:
            self._client.auth = httpx.BasicAuth(*credential.split(":", 1))

    def tell(self, release: Release) -> Outcome:
        """One annotation: from the deployment's begin to its end."""
        mine = f"marker:{release.key}"
        if self.ask("GET", "/api/annotations", params={"tags": mine, "type": "annotation", "limit": "1"}).json():
            return Outcome(self.name, "told before", f"{self.url} has this annotation")
        tags = ["deployment", *(f"{key}:{value}" for key, value in release.labels.items())]
        annotation = {
            "time": round(release.started.timestamp() * 1000),
            "timeEnd": round(release.finished.timestamp() * 1000),
            "tags": [*tags, f"version:{release.version}", f"status:{release.status}", mine],
            "text": "\n".join(filter(None, (release.sentence, release.link))),
        }
        number = self.ask("POST", "/api/annotations", json=annotation).json().get("id")
        return Outcome(self.name, "told", f"annotation {number} at {self.url}")


class Datadog(Destination):
    """An event for its dashboards, and what its DORA metrics count: a deployment, or the failure that a roll-back mends.

    Sources: docs.datadoghq.com/api/latest, «Post an event» (v1), «Send a deployment event» and «Send an incident event» of DORA
    Metrics (v2). DORA knows a repeat by its id; events of one key are shown as one.
    """

    name = "Datadog"

    def __init__(self, url: str, api_key: str) -> None:
        super().__init__(url, {"DD-API-KEY": api_key}, (api_key,))

    def tell(self, release: Release) -> Outcome:
        """The event, then what DORA counts; a version that never ran is neither a deployment nor a failure of one."""
        self.ask("POST", "/api/v1/events", json=self._event(release))
        if release.status == "failed":
            return Outcome(self.name, "told", "event; DORA metrics count versions that ran")
        kind = "deployment" if release.status == "succeeded" else "failure"
        self.ask("POST", f"/api/v2/dora/{kind}", json={"data": {"attributes": self._counted(release)}})
        return Outcome(self.name, "told", f"event and DORA {kind}")

    @staticmethod
    def _tags(release: Release) -> list[str]:
        return [f"{key}:{value}" for key, value in release.labels.items() if key != "service"]

    def _event(self, release: Release) -> dict[str, Any]:
        tags = [f"env:{release.environment}", f"service:{release.datadog}", f"version:{release.version}", f"status:{release.status}"]
        return {
            "title": release.sentence,
            "text": release.link or release.sentence,
            "date_happened": round(release.finished.timestamp()),
            "alert_type": "success" if release.status == "succeeded" else "error",
            "aggregation_key": release.key,
            "source_type_name": "observatory",
            "tags": ["deployment", *tags, *self._tags(release)],
        }

    def _counted(self, release: Release) -> dict[str, Any]:
        git = {"git": {"commit_sha": release.commit, "repository_url": release.repository}} if release.commit else {}
        counted = {
            "id": release.key,
            "env": release.environment,
            "version": release.version,
            "started_at": round(release.started.timestamp()),
            "finished_at": round(release.finished.timestamp()),
            "custom_tags": self._tags(release),
            **git,
        }
        if release.status == "succeeded":
            return {**counted, "service": release.datadog, "team": release.subject.application.owner.team}
        return {**counted, "services": [release.datadog], "name": release.sentence, "severity": "High"}


class Sentry(Destination):
    """A release of the organisation, and its deployment to the environment.

    Source: docs.sentry.io/api/releases, «Create a New Release for an Organization» (208 where it is there) and «Create a Deploy».
    A deploy has no key: one of the same name and environment is ours. The release is called as our outputs tell applications to.
    """

    name = "Sentry"

    def __init__(self, url: str, organisation: str, project: str, token: str) -> None:
        super().__init__(url, {"Authorization": f"Bearer {token}"}, (token,))
        self._organisation, self._project = organisation, project

    def tell(self, release: Release) -> Outcome:
        """A release with one deploy; Sentry knows none that failed."""
        if release.status != "succeeded":
            return Outcome(self.name, "nothing to tell", f"Sentry has no deploys that are {release.status}")
        version = f"{self._project}@{release.version}"
        releases = f"/api/0/organizations/{quote(self._organisation, safe='')}/releases/"
        deploys = f"{releases}{quote(version, safe='')}/deploys/"
        made = {"version": version, "projects": [self._project], "dateReleased": release.finished.isoformat()}
        self.ask("POST", releases, json={**made, **({"ref": release.commit} if release.commit else {})})
        told = self.ask("GET", deploys).json()
        if any(each.get("name") == release.key and each.get("environment") == release.environment for each in told):
            return Outcome(self.name, "told before", f"release {version} has this deploy")
        deploy = {"environment": release.environment, "name": release.key, "projects": [self._project]}
        times = {"dateStarted": release.started.isoformat(), "dateFinished": release.finished.isoformat()}
        link = {"url": release.link} if release.link else {}
        answer = self.ask("POST", deploys, json={**deploy, **times, **link})
        state: State = "told before" if answer.status_code == HTTPStatus.ALREADY_REPORTED else "told"
        return Outcome(self.name, state, f"release {version}, deployed to {release.environment}")
