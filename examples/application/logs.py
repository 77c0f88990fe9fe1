"""Log records as one JSON object a line, joined to the request and the trace that they belong to."""

import json
import logging
import os
import re
import secrets
import sys
import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TextIO, cast

EventType = Literal["business_event", "security_event", "performance_event"]

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_log = logging.getLogger("application")


@dataclass(frozen=True)
class Correlation:
    """What ties the records of one request together, here and in the services that it calls."""

    correlation_id: str
    trace_id: str
    span_id: str

    @property
    def headers(self) -> dict[str, str]:
        """What a call of another service carries on: W3C trace context, and the correlation id."""
        return {"traceparent": f"00-{self.trace_id}-{self.span_id}-01", "X-Correlation-ID": self.correlation_id}


current: ContextVar[Correlation | None] = ContextVar("correlation", default=None)


def correlate(traceparent: str | None, correlation_id: str | None, recorded: tuple[str, str] | None = None) -> Correlation:
    """The span that is recorded; else the trace that a request came with, or a new one, and a span of this service's own."""
    came = _TRACEPARENT.fullmatch(traceparent or "")
    trace_id, span_id = recorded or (came[1] if came else secrets.token_hex(16), secrets.token_hex(8))
    return Correlation(correlation_id or str(uuid.uuid4()), trace_id, span_id)


class JsonLines(logging.Formatter):
    """Formats a record; what `extra={"fields": {...}}` names stands beside the message."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._common = {
            "service": service,
            "environment": os.environ.get("OBSERVATORY_ENVIRONMENT", "local"),  # from the ConfigMap that the service is handed
            "version": os.environ.get("SERVICE_VERSION", "0.0.0"),
        }

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **self._common,
        }
        if correlation := current.get():
            line |= vars(correlation)
        line |= cast("dict[str, object]", getattr(record, "fields", {}))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(service: str, stream: TextIO = sys.stdout) -> None:
    """Sends all records to standard output, where the node's collector reads them."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(service))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def event(kind: EventType, message: str, **fields: object) -> None:
    """Something that happened, of a kind that dashboards and alerts count."""
    _log.info(message, extra={"fields": {"type": kind, **fields}})


def failure(message: str, **fields: object) -> None:
    """An error that a person may have to look at."""
    _log.error(message, extra={"fields": fields})
