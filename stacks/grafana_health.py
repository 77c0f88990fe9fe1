"""Asks Grafana whether it can be filled, before anything is registered: each way in which it cannot has one sentence and one remedy."""

import base64
import http.client
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, cast

from catalog.faults import MissingError

PATIENCE = 10.0
"""Seconds that one answer may take."""
_OK, _UNAUTHORIZED, _FORBIDDEN = 200, 401, 403
_STARTING = frozenset({502, 503, 504})
"""Grafana's own answer while its database is away, and a load balancer's while no pod is ready."""


@dataclass(frozen=True)
class _Answer:
    status: int
    body: dict[str, Any]


def ask(url: str, credential: str | None, stack: str, patience: float = PATIENCE) -> None:
    """MissingError where Grafana does not answer, is not ready, is something else, or refuses the credential.

    Without a credential only the health is asked for. Endpoints: grafana.com/docs, HTTP API, `/api/health` and `/api/org`.
    """
    again = f"`make up STACK={stack}`"
    health = _get(f"{url}/api/health", None, patience)
    if isinstance(health, str):
        first = f"on a stack's first run leave grafana.url out of Pulumi.{stack}.yaml until the server is there"
        raise MissingError(f"Grafana does not answer at {url} ({health}); open the way to it and run {again} again, or {first}")
    if health.status in _STARTING or health.body.get("database", "ok") != "ok":
        remedy = f"see `kubectl -n <monitoring namespace> logs statefulset/grafana`, then run {again} again"
        raise MissingError(f"Grafana at {url} is still starting, or its database is away (status {health.status}); {remedy}")
    if health.status != _OK or "database" not in health.body:
        remedy = f"correct grafana.url in Pulumi.{stack}.yaml and run {again} again"
        raise MissingError(f"something else than Grafana answers at {url} (status {health.status} for /api/health); {remedy}")
    if credential is None:
        return
    organisation = _get(f"{url}/api/org", credential, patience)
    if isinstance(organisation, str):
        raise MissingError(
            f"Grafana at {url} is healthy, but broke off when it was asked for its organisation ({organisation}); run {again} again"
        )
    if organisation.status in {_UNAUTHORIZED, _FORBIDDEN}:
        said = organisation.body.get("message") or f"status {organisation.status}"
        remedy = f"give GRAFANA_AUTH the token of a service account with the role Admin and run {again} again"
        raise MissingError(f"Grafana at {url} refuses the credential ({said}); {remedy}")
    if organisation.status != _OK:
        raise MissingError(
            f"Grafana at {url} cannot tell its organisation (status {organisation.status}); see its log, then run {again} again"
        )


def _get(url: str, credential: str | None, patience: float) -> _Answer | str:
    """The answer, or why there is none. Redirects are not followed: a login page is no answer, and a credential is nobody else's."""
    headers = {"Accept": "application/json", **({"Authorization": _header(credential)} if credential else {})}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310  the settings allow http and https alone
    try:
        with urllib.request.build_opener(_Straight).open(request, timeout=patience) as response:
            return _Answer(response.status, _parsed(response.read()))
    except urllib.error.HTTPError as error:
        with error:
            return _Answer(error.code, _parsed(error.read()))
    except urllib.error.URLError as error:
        return _reason(error.reason)
    except (OSError, http.client.HTTPException) as error:
        return _reason(error)


class _Straight(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - any arguments
        """None makes the redirect an error with its own status."""


def _header(credential: str) -> str:
    """As the provider reads GRAFANA_AUTH: `user:password`, or a token."""
    if ":" in credential:
        return f"Basic {base64.b64encode(credential.encode()).decode()}"
    return f"Bearer {credential}"


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        body: object = json.loads(text)
    except ValueError:
        return {}
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}


def _reason(error: object) -> str:
    match error:
        case TimeoutError():
            return "no answer in time"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted: {error.verify_message}"
        case OSError() if error.strerror:
            return error.strerror.lower()
        case _:
            return str(error) or type(error).__name__
