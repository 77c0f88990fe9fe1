"""Which traces are kept: every error, every request slower than promised, and a share of the rest.

A policy that says yes is enough. The share is decided by a hash of the trace id, so that all gateways and a late span decide
alike. Source: processor/tailsamplingprocessor in opentelemetry-collector-contrib v0.145.0, README.md and config.go.
"""

from rendering.document import Document
from rendering.otel.identity import SLOW_AFTER
from rendering.otel.settings import SamplingSettings

_REMEMBERED = 10
"""Decisions that are remembered for late spans, as a multiple of the traces in memory."""


def tail_sampling(sampling: SamplingSettings) -> Document:
    """The tail sampling processor; when stopped in order it decides what it holds, when full it lets senders wait."""
    remembered = _REMEMBERED * sampling.traces_in_memory
    return {
        "decision_wait": f"{round(sampling.decision_wait * 1000)}ms",
        "num_traces": sampling.traces_in_memory,
        "block_on_overflow": True,
        "decision_cache": {"sampled_cache_size": remembered, "non_sampled_cache_size": remembered},
        "policies": [
            {"name": "errors", "type": "status_code", "status_code": {"status_codes": ["ERROR"]}},
            {"name": "slow", "type": "ottl_condition", "ottl_condition": {"error_mode": "ignore", "span": [_slow()]}},
            {"name": "share", "type": "probabilistic", "probabilistic": {"sampling_percentage": round(100 * sampling.share, 6)}},
        ],
    }


def _slow() -> str:
    """A request that a service answered, a message that it handled or whatever began the trace took longer than its service promises."""
    whole = "kind == SPAN_KIND_SERVER or kind == SPAN_KIND_CONSUMER or IsRootSpan()"
    return f'({whole}) and end_time_unix_nano - start_time_unix_nano > resource.attributes["{SLOW_AFTER}"]'
