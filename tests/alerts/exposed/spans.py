"""What samplers count of spans: operations that a service is asked, and calls that it makes, each beside others and their other kind."""

from collections.abc import Callable, Mapping
from functools import partial

from tests.alerts.exposed.requests import Counted, histogram
from tests.alerts.place import Place
from tests.alerts.scenario import Leveled
from tests.alerts.series import State, merged

_CALLS, _DURATION = "traces_span_metrics_calls_total", "traces_span_metrics_duration_seconds"
_GOOD, _BAD = {"status_code": "STATUS_CODE_UNSET"}, {"status_code": "STATUS_CODE_ERROR"}
_BUCKETS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Of the samplers' boundaries those around what alerts ask for."""


def _kinds(names: tuple[str, ...], **labels: str) -> tuple[dict[str, str], ...]:
    return tuple({"span_kind": f"SPAN_KIND_{kind}", **labels} for kind in names)


_ASKED = _kinds(("SERVER", "CONSUMER"), span_name="GET /things")
"""Requests and messages under one name: both count."""
_ASKING = _kinds(("CLIENT", "PRODUCER"), span_name="SELECT things", upstream="postgres")
_FINE_OPERATION = _kinds(("SERVER",), span_name="GET /others")[0]
_FINE_CALL = _kinds(("CLIENT",), span_name="GET key", upstream="redis")[0]
_WITHIN = _kinds(("INTERNAL",), span_name="GET /things", upstream="postgres")[0]


def _counted(of: tuple[dict[str, str], ...], fine: dict[str, str], other: dict[str, str]) -> Counted:
    """One group; another one in which all is well; and spans of other kinds, which fail."""
    noise = ({**fine, **_GOOD}, {**other, **_BAD}, {**_WITHIN, **_BAD})
    return Counted(_CALLS, tuple({**kind, **_GOOD} for kind in of), tuple({**kind, **_BAD} for kind in of), noise=noise)


OPERATIONS = _counted(_ASKED, _FINE_OPERATION, _ASKING[0])
CALLS = _counted(_ASKING, _FINE_CALL, _ASKED[0])
GROUPS = 2
"""Operations, or dependencies, of which a share is recorded."""


def operations(boundary: float) -> Callable[[float], Leveled]:
    """Operations that take longer than a boundary, by their rate first."""
    return partial(_lasting, boundary, _ASKED, _FINE_OPERATION, _ASKING[0])


def calls(boundary: float) -> Callable[[float], Leveled]:
    """Calls that take longer."""
    return partial(_lasting, boundary, _ASKING, _FINE_CALL, _ASKED[0])


def _lasting(boundary: float, of: tuple[dict[str, str], ...], fine: Mapping[str, str], other: Mapping[str, str], rate: float) -> Leveled:
    def seen(place: Place, slow: float) -> State:
        def spans(labels: Mapping[str, str], rate: float, share: float) -> State:
            return histogram(_DURATION, _BUCKETS, boundary, rate, labels={**labels, **_GOOD})(place, share)

        return merged(*(spans(kind, rate / len(of), slow) for kind in of), spans(fine, 5, 0), spans(other, 5, 0.5), spans(_WITHIN, 5, 0.5))

    return seen
