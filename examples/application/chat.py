"""What the service is for: it answers chats by asking a model, and keeps them in a database. Both are pretended."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from examples.application import traces
from examples.application.logs import event, failure
from examples.application.metrics import Metrics
from examples.application.switches import Switches

MODELS = (("llama-3-8b", "local"), ("gpt-4o-mini", "openai"), ("claude-haiku", "anthropic"))
SLOW_DATABASE, SLOW_REDIS = 1.0, 0.5
"""Seconds of a ping beyond which the service calls itself degraded."""
USUAL_PING = 0.002
PROMPT = "What is the answer?"
DATABASE = "postgres"

Answer = tuple[int, dict[str, object]]
"""Status and body."""


@dataclass
class Chat:
    """The service's work, without HTTP."""

    metrics: Metrics
    switches: Switches
    chance: Callable[[], float] = random.random
    sleep: Callable[[float], None] = time.sleep

    def answer(self) -> Answer:
        """One chat: the database, then a model. A model that fails costs an apology, not the request."""
        if failed := self._database():
            return failed
        model, provider = MODELS[int(self.chance() * len(MODELS)) % len(MODELS)]
        if self._ask(model, provider):
            event("business_event", "chat answered", model=model, provider=provider)
            return 200, {"answer": "42", "model": model}
        return 200, {"answer": "I cannot answer just now, please ask again in a moment.", "model": None}

    def history(self) -> Answer:
        """What was said so far."""
        return self._database() or (200, {"chats": []})

    def health(self) -> Answer:
        """200 where everything works; 503 as soon as one part is slow, which is degraded, or errors are many, which is unhealthy."""
        ping = self.switches.faults.slow or USUAL_PING
        checks: dict[str, object] = {
            "database": {"status": "degraded" if ping > SLOW_DATABASE else "healthy", "seconds": ping},
            "redis": {"status": "healthy", "seconds": USUAL_PING, "limit": SLOW_REDIS},
        }
        if self.switches.faults.errors:
            return 503, {"status": "unhealthy", "checks": checks}
        return (503, {"status": "degraded", "checks": checks}) if ping > SLOW_DATABASE else (200, {"status": "healthy", "checks": checks})

    def ready(self) -> Answer:
        """200 also when degraded: taking a slow service out of balance would only move its work to the others."""
        return 200, {"status": "ready"}

    def live(self) -> Answer:
        """200 while the process answers at all; restarting it mends no database."""
        return 200, {"status": "alive"}

    def _database(self) -> Answer | None:
        faults = self.switches.faults
        with traces.call("SELECT chats", DATABASE, {"db.system.name": "postgresql", "db.operation.name": "SELECT"}) as span:
            self.sleep(faults.slow or USUAL_PING)
            if self.chance() >= faults.errors:
                return None
            traces.failed(span, "ConnectionRefused")
            failure("the database refused the query", error="ConnectionRefused")
            return 500, {"error": "internal"}

    def _ask(self, model: str, provider: str) -> bool:
        started = time.monotonic()
        attributes = {"ai.model": model, "ai.provider": provider, "ai.request_size": len(PROMPT), "gen_ai.operation.name": "chat"}
        with traces.call(f"chat {model}", provider, attributes) as span:
            self.sleep(0.01 + 0.04 * self.chance())
            failed = self.chance() < self.switches.faults.ai_errors
            if failed:
                traces.failed(span, "ProviderRefused")
            seconds = time.monotonic() - started
            self.metrics.model_call(model, provider, seconds, failed=failed)
        if failed:
            failure("the provider refused the call", model=model, provider=provider)
        else:
            event("performance_event", "model answered", model=model, provider=provider, seconds=round(seconds, 4))
        return not failed
