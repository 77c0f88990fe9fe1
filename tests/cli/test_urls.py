"""`make urls` finds every address among nested outputs."""

from cli.urls import addresses


def test_every_address_is_found_by_its_dotted_name() -> None:
    outputs = {"endpoints": {"prometheus": "http://p:9090", "otlp": {"grpc": "grpc://o:4317"}}, "version": 1, "name": "x"}
    assert addresses(outputs) == {"endpoints.prometheus": "http://p:9090", "endpoints.otlp.grpc": "grpc://o:4317"}


def test_an_address_that_applications_repeat_is_told_once() -> None:
    outputs = {"applications": {"shop": {"environment": {"PROMETHEUS": "http://p"}}}, "endpoints": {"prometheus": "http://p"}}
    assert addresses(outputs) == {"endpoints.prometheus": "http://p"}
