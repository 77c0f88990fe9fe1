"""A real collector accepts each rendered configuration, and refuses what was broken in it, by name."""

import copy
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from rendering.document import Document, to_yaml
from rendering.otel.agent import agent
from rendering.otel.gateway import gateway
from rendering.otel.logs import LogsRoute
from rendering.otel.parts import QUEUE
from tests.traces.conftest import SITE, settings

pytestmark = pytest.mark.tools

LOGS = LogsRoute(("jac-learning", "skillforge"), "http://loki.logging.svc:3100")


class Judge:
    """`otelcol validate`, which also builds every pipeline."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program, self._folder = program, folder

    def complaint(self, configuration: Document) -> str:
        """What it says against a configuration; nothing where it accepts it."""
        changed = copy.deepcopy(configuration)
        queue = changed["extensions"][QUEUE]
        queue["directory"] = queue["compaction"]["directory"] = str(self._folder / "queue")
        file = self._folder / "configuration.yaml"
        file.write_text(to_yaml(changed))
        # A cluster's account wants to know where the API server is; nothing is asked of it.
        environment = {**os.environ, "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "1", "K8S_NODE_NAME": "node-1"}
        command = [str(self._program), "validate", f"--config={file}"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stderr


@pytest.fixture
def judge(tools: dict[str, Path], tmp_path: Path) -> Judge:
    return Judge(tools["otelcol"], tmp_path)


def every(catalog: Catalog) -> dict[str, Document]:
    """Each configuration that settings can make."""
    plain, full = settings(), settings(0.1, datadog=True, zipkin=True)
    return {
        "agent": agent(catalog, SITE, plain),
        "agent with Zipkin": agent(catalog, SITE, full),
        "agent that counts logs": agent(catalog, SITE, plain, LogsRoute(("skillforge",))),
        "agent that sends logs": agent(catalog, SITE, full, LOGS),
        "gateway": gateway(catalog, SITE, plain),
        "gateway with Datadog": gateway(catalog, SITE, full),
    }


def test_a_real_collector_accepts_every_rendered_configuration(judge: Judge, catalog: Catalog) -> None:
    assert {name: judge.complaint(configuration) for name, configuration in every(catalog).items()} == dict.fromkeys(every(catalog), "")


def misspelt(*path: str) -> Callable[[Document], None]:
    """Writes an option that there is not."""

    def broken(configuration: Document) -> None:
        *places, option = path
        inner: Document = configuration
        for place in places:
            inner = inner[place]
        inner[option] = {}

    return broken


def zero_memory(configuration: Document) -> None:
    configuration["processors"]["memory_limiter"]["limit_mib"] = 0


def bad_pattern(configuration: Document) -> None:
    configuration["processors"]["redaction"]["blocked_values"].append("(")


def bad_condition(configuration: Document) -> None:
    configuration["processors"]["filter/jaeger"]["traces"]["span"].append("resource.attributes[ ==")


def no_such_processor(configuration: Document) -> None:
    configuration["service"]["pipelines"]["traces/sampled"]["processors"].append("nobody")


@pytest.mark.parametrize(
    ("told", "broken"),
    [
        ("decision_wiat", misspelt("processors", "tail_sampling", "decision_wiat")),
        ("sampled_size", misspelt("processors", "tail_sampling", "decision_cache", "sampled_size")),
        ("blocked_vales", misspelt("processors", "redaction", "blocked_vales")),
        ("dimenssions", misspelt("connectors", "spanmetrics", "dimenssions")),
        ("sending_qeue", misspelt("exporters", "otlp_grpc/jaeger", "sending_qeue")),
        ("limit_mib", zero_memory),
        ("error parsing regexp", bad_pattern),
        ("condition has invalid syntax", bad_condition),
        ("nobody", no_such_processor),
    ],
)
def test_a_broken_gateway_is_refused_by_the_name_of_what_is_wrong(
    judge: Judge, catalog: Catalog, told: str, broken: Callable[[Document], None]
) -> None:
    configuration = gateway(catalog, SITE, settings())
    broken(configuration)
    assert told in judge.complaint(configuration)
