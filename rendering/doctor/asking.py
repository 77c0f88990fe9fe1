"""Asks one HTTP API and never takes silence for an answer."""

import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

PATIENCE = 15.0
"""Seconds that one answer may take."""
_OK = range(200, 300)
_LONGEST = 200


class UnansweredError(Exception):
    """Nobody answered, or with something else than was asked for; the text says who and why, and no credential."""


@dataclass(frozen=True)
class Answer:
    """Status and text."""

    status: int
    text: str

    @property
    def ok(self) -> bool:
        """Whether it is what was asked for."""
        return self.status in _OK

    @property
    def body(self) -> Any:  # noqa: ANN401  JSON of any shape
        """The text as JSON, None where it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None


@dataclass(frozen=True)
class Place:
    """Where an API answers: directly, or through the API server's proxy with its headers and its TLS."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    context: ssl.SSLContext | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """What a person is told: the address without what may be secret in it."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")

    def ask(self, path: str, query: Mapping[str, str] | None = None, body: object = None) -> Answer:
        """GET, or POST where there is a body; UnansweredError where nobody answers."""
        url = f"{self.url.rstrip('/')}{path}" + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        headers = {"Accept": "application/json", "Content-Type": "application/json", **self.headers}
        try:
            request = urllib.request.Request(url, data, headers)  # noqa: S310  the opener knows http and https alone
            with _opener(self.context).open(request, timeout=PATIENCE) as response:
                return Answer(response.status, response.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode("utf-8", "replace"))
        except urllib.error.URLError as error:
            raise UnansweredError(f"{self.name} does not answer: {_reason(error.reason)}") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise UnansweredError(f"{self.name} does not answer: {_reason(error)}") from None

    def told(self, path: str, query: Mapping[str, str] | None = None, body: object = None) -> Any:  # noqa: ANN401  JSON
        """The JSON of an answer that is one; UnansweredError otherwise."""
        answer = self.ask(path, query, body)
        if answer.ok and answer.body is not None:
            return answer.body
        raise UnansweredError(f"{self.name} did not answer {path}: status {answer.status}, {said(answer)}")


def said(answer: Answer) -> str:
    """Why somebody refused, in their own words."""
    if isinstance(answer.body, dict):
        body = cast("dict[str, object]", answer.body)
        for key in ("message", "error", "reason"):
            if isinstance(body.get(key), str):
                return str(body[key])[:_LONGEST]
    return " ".join(answer.text.split())[:_LONGEST] or "without a word"


class _Straight(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - any arguments
        """None makes a redirect an error: a login page is no answer."""


def _opener(context: ssl.SSLContext | None) -> urllib.request.OpenerDirector:
    opener = urllib.request.OpenerDirector()
    handlers = (
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=context),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        _Straight(),
    )
    for handler in handlers:  # none for proxies: nothing that is asked here lies behind one
        opener.add_handler(handler)
    return opener


def _reason(error: object) -> str:
    match error:
        case TimeoutError():
            return f"no answer in {PATIENCE:.0f} s"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted: {error.verify_message}"
        case OSError() if error.strerror:
            return error.strerror.lower()
        case _:
            return str(error) or type(error).__name__
