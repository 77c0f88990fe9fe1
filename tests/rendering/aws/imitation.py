"""An imitation of Amazon that knows of nobody else: moto keeps one account for the whole process, and other tests have been in it."""

import functools
import importlib
import inspect
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import botocore.session
import httpx
import pytest
from botocore import xform_name  # pyright: ignore[reportUnknownVariableType]  botocore has no types
from moto.server import ThreadedMotoServer

_CONFIGURATION = {"lambda": {"use_docker": False}}
_AMAZONS_POLICIES = "MOTO_IAM_LOAD_MANAGED_POLICIES"

_PATIENCE = 60
"""Seconds; its first answer loads what answers, and other tests use the processor meanwhile."""


@contextmanager
def imitated() -> Generator[str]:
    """Its address, while it runs: an account with nothing in it, whose functions run nothing (that would need a container)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(_AMAZONS_POLICIES, "true")
        yield from _served()


def _served() -> Generator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    try:
        httpx.post(f"{address}/moto-api/config", json=_CONFIGURATION, timeout=_PATIENCE).raise_for_status()
        httpx.post(f"{address}/moto-api/reset", timeout=_PATIENCE).raise_for_status()
        yield address
    finally:
        server.stop()


@functools.cache
def _client(address: str, service: str) -> Any:  # noqa: ANN401  botocore has no types
    session = cast("Any", botocore.session).get_session()
    session.set_credentials("imitated", "imitated")
    return session.create_client(service, region_name="eu-central-1", endpoint_url=address)


def ask(address: str, service: str, operation: str, **parameters: object) -> Any:  # noqa: ANN401  botocore has no types
    """What the imitation answers."""
    return _client(address, service)._make_api_call(operation, parameters)


def answers(service: str, operation: str) -> bool:
    """Whether the imitation knows the operation at all."""
    try:
        found = importlib.import_module(f"moto.{service}.responses")
    except ModuleNotFoundError:
        return False
    name = xform_name(operation)
    return any(hasattr(each, name) for _, each in inspect.getmembers(found, inspect.isclass) if each.__module__ == found.__name__)
