"""Registration by type token beside a provider's SDK, measured: `python -m cli.typed_sdk tokens|typed datadog|aws`; JSON."""

import importlib
import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cli.probe import peak

if TYPE_CHECKING:
    import pulumi

COUNT = 300
Maker = Callable[[int], "pulumi.CustomResource"]
_MODULES = (
    *("amp", "backup", "budgets", "chatbot", "cloudwatch", "costexplorer", "eks", "iam", "kinesis", "kms", "lambda_", "route53", "s3"),
    *("secretsmanager", "sns", "synthetics"),
)
"""Of Amazon's SDK, which loads each when it is first named: those whose resources an environment registers."""


def _monitor(number: int) -> dict[str, Any]:
    name, query = f"m{number}", f"avg(last_5m):avg:system.load.1{{host:h{number}}} > 1"
    return {"name": name, "type": "query alert", "query": query, "message": "x", "tags": ["a:b"]}


def _alarm(number: int) -> dict[str, Any]:
    compared = {"comparisonOperator": "GreaterThanThreshold", "threshold": 1, "evaluationPeriods": 3}
    return {"name": f"a{number}", "namespace": "AWS/RDS", "metricName": "CPUUtilization", "period": 60, "statistic": "Average", **compared}


def _tokens(package: str) -> Maker:
    import pulumi

    from components.base import Resource, plugin

    options = pulumi.ResourceOptions(version=plugin(package).version)
    if package == "aws":
        return lambda number: Resource("aws:cloudwatch/metricAlarm:MetricAlarm", f"a{number}", _alarm(number), options)
    limits = {"monitorThresholds": {"critical": "1", "warning": "0.5"}}
    return lambda number: Resource("datadog:index/monitor:Monitor", f"m{number}", {**_monitor(number), **limits}, options)


def _typed(package: str) -> Maker:
    if package == "aws":
        modules = {name: importlib.import_module(f"pulumi_aws.{name}") for name in _MODULES}
        for module in modules.values():
            getattr(module, "Args", None)  # it is lazy: only a look at what is in it loads it

        def alarm(number: int) -> "pulumi.CustomResource":
            given = _alarm(number)
            renamed = {"metricName": "metric_name", "comparisonOperator": "comparison_operator", "evaluationPeriods": "evaluation_periods"}
            return modules["cloudwatch"].MetricAlarm(f"a{number}", **{renamed.get(key, key): value for key, value in given.items()})

        return alarm
    import pulumi_datadog as datadog

    def monitor(number: int) -> "pulumi.CustomResource":
        limits = datadog.MonitorMonitorThresholdsArgs(critical="1", warning="0.5")
        return datadog.Monitor(f"m{number}", **_monitor(number), monitor_thresholds=limits)

    return monitor


def measure(how: str, package: str) -> dict[str, float]:
    """Registers the same resources under the recording monitor: seconds of imports and of each resource, peak memory in MB."""
    from local import monitor

    importlib.import_module("components.base")  # what every program has loaded, whatever it registers
    started = time.process_time()
    one = _typed(package) if how == "typed" else _tokens(package)
    imported = time.process_time()
    recorded = monitor.record(lambda: [one(number) for number in range(COUNT)])
    done = time.process_time()
    return {"import": imported - started, "each": (done - imported) / COUNT * 1000, "resources": len(recorded), "peak": peak()}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], sys.argv[2])))
