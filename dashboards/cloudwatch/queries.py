"""Which metrics of each kind of AWS resource are worth a look, with their units; sources are those of catalog/aws.py."""

from dataclasses import dataclass

from catalog.aws import KindName


@dataclass(frozen=True)
class Metric:
    """One line of a graph."""

    name: str
    statistic: str
    label: str
    namespace: str = ""
    """Where it is not the kind's own."""
    extra: tuple[tuple[str, str], ...] = ()
    """Dimensions besides the resource's."""
    only: tuple[str, ...] = ()
    """The resource's dimensions that it has; none: all."""


@dataclass(frozen=True)
class Graph:
    """One graph."""

    title: str
    unit: str
    """What stands at the axis."""
    metrics: tuple[Metric, ...]
    expressions: tuple[tuple[str, str], ...] = ()
    """Math and its label; metrics are `m1`, `m2` and so on, and hidden then."""
    period: int = 60


_REGION = (("Region", "Global"),)
_WHOLE = (("FilterId", "EntireBucket"),)
_STANDARD, _ALL = (("StorageType", "StandardStorage"),), (("StorageType", "AllStorageTypes"),)
_DAY = 86_400
_TASKS = "ECS/ContainerInsights"

GRAPHS: dict[KindName, tuple[Graph, ...]] = {
    "alb": (
        Graph("Requests", "requests", (Metric("RequestCount", "Sum", "requests"),)),
        Graph(
            "Errors",
            "answers",
            (
                Metric("HTTPCode_Target_5XX_Count", "Sum", "5xx of targets"),
                Metric("HTTPCode_ELB_5XX_Count", "Sum", "5xx of the load balancer", only=("LoadBalancer",)),
                Metric("HTTPCode_Target_4XX_Count", "Sum", "4xx of targets"),
            ),
        ),
        Graph(
            "Time until a target answers",
            "seconds",
            tuple(Metric("TargetResponseTime", statistic, statistic) for statistic in ("p50", "p95", "p99")),
        ),
        Graph(
            "Targets", "targets", (Metric("HealthyHostCount", "Minimum", "healthy"), Metric("UnHealthyHostCount", "Maximum", "unhealthy"))
        ),
    ),
    "certificate": (Graph("Days until it expires", "days", (Metric("DaysToExpiry", "Minimum", "days"),), period=_DAY),),
    "cloudfront": (
        Graph("Requests", "requests", (Metric("Requests", "Sum", "requests", extra=_REGION),)),
        Graph(
            "Errors",
            "% of requests",
            (Metric("5xxErrorRate", "Average", "5xx", extra=_REGION), Metric("4xxErrorRate", "Average", "4xx", extra=_REGION)),
        ),
        Graph("Bytes", "bytes", (Metric("BytesDownloaded", "Sum", "to users", extra=_REGION),)),
    ),
    "ecs": (
        Graph(
            "CPU and memory",
            "% of reserved",
            (Metric("CPUUtilization", "Average", "CPU"), Metric("MemoryUtilization", "Average", "memory")),
        ),
        Graph(
            "Tasks",
            "tasks",
            (Metric("RunningTaskCount", "Minimum", "running", _TASKS), Metric("DesiredTaskCount", "Maximum", "wanted", _TASKS)),
        ),
    ),
    "eks": (
        Graph(
            "Nodes",
            "nodes",
            (Metric("cluster_node_count", "Average", "nodes"), Metric("cluster_failed_node_count", "Maximum", "failed")),
        ),
        Graph(
            "Use of nodes",
            "%",
            (
                Metric("node_cpu_utilization", "Average", "CPU"),
                Metric("node_memory_utilization", "Average", "memory"),
                Metric("node_filesystem_utilization", "Maximum", "fullest disk"),
            ),
        ),
        Graph("Pods", "pods", (Metric("cluster_number_of_running_pods", "Average", "running"),)),
    ),
    "elasticache": (
        Graph(
            "CPU and memory",
            "%",
            (
                Metric("EngineCPUUtilization", "Maximum", "engine's CPU"),
                Metric("CPUUtilization", "Maximum", "host's CPU"),
                Metric("DatabaseMemoryUsagePercentage", "Maximum", "memory"),
            ),
        ),
        Graph(
            "Hits",
            "% of look-ups",
            (Metric("CacheHits", "Sum", "hits"), Metric("CacheMisses", "Sum", "misses")),
            (("100 * m1 / (m1 + m2)", "hits"),),
        ),
        Graph(
            "Connections and evictions",
            "count",
            (Metric("CurrConnections", "Maximum", "connections"), Metric("Evictions", "Sum", "evictions")),
        ),
    ),
    "lambda": (
        Graph(
            "Calls",
            "calls",
            (Metric("Invocations", "Sum", "calls"), Metric("Errors", "Sum", "failed"), Metric("Throttles", "Sum", "refused")),
        ),
        Graph("Duration", "milliseconds", tuple(Metric("Duration", statistic, statistic) for statistic in ("p50", "p95", "Maximum"))),
        Graph("At once", "calls", (Metric("ConcurrentExecutions", "Maximum", "running at once"),)),
    ),
    "nat": (
        Graph("Bytes out", "bytes", (Metric("BytesOutToDestination", "Sum", "out"), Metric("BytesInFromDestination", "Sum", "in"))),
        Graph(
            "Connections refused and packets lost",
            "count",
            (Metric("ErrorPortAllocation", "Sum", "no port left"), Metric("PacketsDropCount", "Sum", "packets lost")),
        ),
        Graph("Connections", "connections", (Metric("ActiveConnectionCount", "Maximum", "open"),)),
    ),
    "rds": (
        Graph("CPU", "%", (Metric("CPUUtilization", "Average", "CPU"),)),
        Graph("Connections", "connections", (Metric("DatabaseConnections", "Maximum", "open"),)),
        Graph("Space left", "bytes", (Metric("FreeStorageSpace", "Minimum", "disk"), Metric("FreeableMemory", "Minimum", "memory"))),
        Graph("Disk latency", "seconds", (Metric("ReadLatency", "Average", "read"), Metric("WriteLatency", "Average", "write"))),
        Graph("Disk operations", "a second", (Metric("ReadIOPS", "Average", "read"), Metric("WriteIOPS", "Average", "write"))),
    ),
    "s3": (
        Graph("Size", "bytes", (Metric("BucketSizeBytes", "Average", "standard storage", extra=_STANDARD),), period=_DAY),
        Graph("Objects", "objects", (Metric("NumberOfObjects", "Average", "objects", extra=_ALL),), period=_DAY),
        Graph(
            "Requests",
            "requests",
            (
                Metric("AllRequests", "Sum", "requests", extra=_WHOLE),
                Metric("5xxErrors", "Sum", "5xx", extra=_WHOLE),
                Metric("4xxErrors", "Sum", "4xx", extra=_WHOLE),
            ),
            period=300,
        ),
    ),
    "sqs": (
        Graph(
            "Messages",
            "messages",
            (
                Metric("ApproximateNumberOfMessagesVisible", "Maximum", "waiting"),
                Metric("ApproximateNumberOfMessagesNotVisible", "Maximum", "being worked on"),
            ),
        ),
        Graph("Oldest message", "seconds", (Metric("ApproximateAgeOfOldestMessage", "Maximum", "age"),)),
        Graph("Traffic", "messages", (Metric("NumberOfMessagesSent", "Sum", "in"), Metric("NumberOfMessagesDeleted", "Sum", "done"))),
    ),
}
"""In the order in which they are read: load, errors, latency, saturation."""
