"""Alerts of skillforge's ai-services about its models, at the levels of the owners' document."""

from tests.alerts.exposed.requests import histogram
from tests.alerts.exposed.skillforge import (
    DIALOGPT,
    INFERENCE_BUCKETS,
    INFERENCE_TIMEOUTS,
    INFERENCES,
    MATCHES,
    MODEL_CACHE,
    THIRD_PARTY,
    gpu_memory,
)
from tests.alerts.place import gauge
from tests.alerts.scenario import Leveled, Rhythm, Table, both, case, crossing, nothing
from tests.alerts.scenarios.families import share
from tests.alerts.scenarios.learning import successes
from tests.alerts.scenarios.past import compared, compared_on_little
from tests.alerts.scenarios.skillforge import AI


def _latency(rate: float) -> Leveled:
    """Inferences by the share that takes longer than a second: at one in twenty, the 95th percentile is a second."""
    return histogram("ai_model_inference_duration_seconds", INFERENCE_BUCKETS, 1.0, rate, labels=DIALOGPT)


TABLE = Table(Rhythm(scrape=30, evaluation=30))
TABLE.add(
    AI,
    {
        "ThirdPartyFailing": share(THIRD_PARTY, quiet=0.2, fires=0.204, hold="5m"),
        "InferenceTimeout": share(INFERENCE_TIMEOUTS, quiet=0.05, fires=0.051, hold="5m"),
        "InferenceErrors": share(INFERENCES, quiet=0.05, fires=0.051, hold="5m", enough=50),
        "InferenceErrorsNoData": case(
            "fires without data", INFERENCES.events(10, 0.01), nothing, neighbours=INFERENCES.events(10, 0.01), lead="10m", after="14m"
        ),
        "GpuMemoryExhausted": crossing(gpu_memory, ordinary=0.5, quiet=0.95, fires=0.96, hold="10m"),
        "ModelDrift": crossing(gauge("ai_model_drift_score", model_name="dialogpt"), ordinary=0.05, quiet=0.25, fires=0.26, hold="1h"),
    },
)
TABLE.add(
    AI,
    {
        "JobMatchLow": successes(MATCHES, quiet=0.30, fires=0.2975, window="1h", seconds=3600, hold="1h", enough=20, ordinary=0.5),
        "JobMatchOffTarget": successes(MATCHES, quiet=0.7001, fires=0.6985, window="1h", seconds=3600, hold="30m", enough=20, ordinary=0.8),
        "ModelCacheHitsLow": successes(
            MODEL_CACHE, quiet=0.2001, fires=0.1975, window="1h", seconds=3600, hold="6h", enough=50, ordinary=0.4
        ),
    },
    Rhythm(300, 300),
)
TABLE.add(
    AI,
    {
        "ModelAccuracyDrop": compared(
            gauge("ai_model_accuracy_score", model_name="dialogpt", dataset="holdout"),
            past=0.92, between=0.90, quiet=0.875, fires=0.873, hold="1h", later=0.9177, neighbours=0.1,
        ),
    },
    Rhythm(300, 600),
)  # fmt: skip
TABLE.add(
    AI,
    {
        "InferenceSlow": both(
            compared(
                _latency(20.2 / 300),
                past=0.05,
                between=0.055,
                quiet=0.0703,
                fires=0.0727,
                hold="10m",
                window="5m",
                later=0.0512,
                ends="115m",
            ),
            compared_on_little(_latency(19.6 / 300), past=0.05, fires=0.5, many=_latency(10)),
        ),
    },
    Rhythm(60, 300),
)
