"""Registration by type token beside the provider's SDK, measured: `python -m cli.typed_sdk tokens|typed`, in a fresh process; JSON."""

import json
import sys
import time

from cli.probe import peak

COUNT = 300
_TOKEN = "datadog:index/monitor:Monitor"  # noqa: S105  a type
_VERSION = "5.17.0"


def measure(how: str) -> dict[str, float]:
    """Registers the same monitors under the recording monitor: seconds of imports and of each resource, peak memory in MB."""
    import pulumi

    from components.base import Resource
    from local import monitor

    started = time.process_time()
    if how == "typed":
        import pulumi_datadog as datadog

        def one(number: int) -> pulumi.CustomResource:
            limits = datadog.MonitorMonitorThresholdsArgs(critical="1", warning="0.5")
            name, query = f"m{number}", f"avg(last_5m):avg:system.load.1{{host:h{number}}} > 1"
            return datadog.Monitor(name, name=name, type="query alert", query=query, message="x", monitor_thresholds=limits, tags=["a:b"])
    else:

        def one(number: int) -> pulumi.CustomResource:
            limits = {"critical": "1", "warning": "0.5"}
            name, query = f"m{number}", f"avg(last_5m):avg:system.load.1{{host:h{number}}} > 1"
            inputs = {"name": name, "type": "query alert", "query": query, "message": "x", "monitorThresholds": limits, "tags": ["a:b"]}
            return Resource(_TOKEN, name, inputs, pulumi.ResourceOptions(version=_VERSION))

    imported = time.process_time()
    recorded = monitor.record(lambda: [one(number) for number in range(COUNT)])
    done = time.process_time()
    return {"import": imported - started, "each": (done - imported) / COUNT * 1000, "resources": len(recorded), "peak": peak()}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
