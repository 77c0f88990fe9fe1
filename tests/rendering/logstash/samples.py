"""What applications write, line for line, and what becomes of it: the table that the pipelines are judged by."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sample:
    """Text that a container writes, and the documents that it becomes, by whole names of fields; None: the field is not there."""

    name: str
    namespace: str
    service: str
    text: str
    documents: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


_NODE = """{"level":"error","message":"request failed","timestamp":"2026-11-21T09:59:58.250Z","service":"skillforge-backend"}
TypeError: Cannot read properties of undefined
    at handler (/app/routes.js:12:3)
    at process.processTicksAndRejections (node:internal)
{"level":"info","message":"next","timestamp":"2026-11-21T09:59:59.000Z"}"""
_PYTHON = """2026-11-21 09:59:58,123 - app.db - ERROR - query failed
Traceback (most recent call last):
  File "/app/db.py", line 3, in run
    raise ValueError("bad")
ValueError: bad

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/api.py", line 9, in get
RuntimeError: no answer
2026-11-21 09:59:59,000 - app.api - INFO - next"""

SAMPLES = [
    Sample(
        "skillforge: JSON with what a trace and a request are known by",
        "skillforge",
        "backend",
        '{"timestamp":"2026-11-21T09:59:58.250Z","level":"INFO","message":"served","service":"skillforge-backend","version":"1.4.2",'
        '"environment":"elsewhere","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","correlation_id":"c-1",'
        '"user_id":42,"session_id":"s-9","method":"GET","path":"/api/jobs","status":200,"duration_ms":12.5,"tenant":{"plan":"pro"}}',
        [
            {
                "_index": "skillforge-logs-test", "@timestamp": "2026-11-21T09:59:58.250Z", "message": "served", "log.level": "info",
                "application": "skillforge", "service.name": "backend", "environment": "test", "version": "1.4.2",
                "trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331", "correlation_id": "c-1", "user.id": "42",
                "session_id": "s-9", "http.request.method": "GET", "url.path": "/api/jobs", "http.response.status_code": 200,
                "duration_ms": 12.5, "record.tenant.plan": "pro", "severity": "low", "tags": None,
            }
        ],
    ),
    Sample(
        "skillforge: an uncaught error's lines after a record in JSON",
        "skillforge",
        "backend",
        _NODE,
        [
            {
                "_index": "skillforge-errors-test", "message": "request failed", "log.level": "error", "error.type": "TypeError",
                "error.stack_trace": "TypeError: Cannot read properties of undefined\n    at handler (/app/routes.js:12:3)\n"
                "    at process.processTicksAndRejections (node:internal)",
                "severity": "high",
            },
            {"_index": "skillforge-logs-test", "message": "next"},
        ],
    ),
    Sample(
        "skillforge: a line in brackets",
        "skillforge",
        "ai-services",
        "[2026-11-21T09:59:58.250+01:00] WARN: model is slow",
        [{"@timestamp": "2026-11-21T08:59:58.250Z", "message": "model is slow", "log.level": "warning", "severity": "medium"}],
    ),
    Sample(
        "skillforge: other names for the same",
        "skillforge",
        "backend",
        '{"time":1795255198250,"severity":"ERROR","msg":"boom","traceId":"t1","spanId":"p1","requestId":"r1","err":{"message":"no","type":"E"}}',
        [
            {
                "_index": "skillforge-errors-test", "@timestamp": "2026-11-21T09:59:58.250Z", "message": "boom", "log.level": "error",
                "trace_id": "t1", "span_id": "p1", "correlation_id": "r1", "error.message": "no", "error.type": "E",
            }
        ],
    ),
    Sample(
        "ai-platform: Python's own line, and two traces that belong to it",
        "ai-platform",
        "backend",
        _PYTHON,
        [
            {
                "_index": "aiplatform-errors-test", "@timestamp": "2026-11-21T09:59:58.123Z", "message": "query failed",
                "log.level": "error", "log.logger": "app.db", "error.type": "ValueError",
            },
            {"_index": "aiplatform-logs-test", "message": "next", "log.logger": "app.api"},
        ],
    ),
    Sample(
        "ai-platform: a measurement",
        "ai-platform",
        "backend",
        '{"type":"metric","metric":"inference_seconds","value":0.25,"unit":"s","level":"info"}',
        [{"_index": "aiplatform-metrics-test", "metric.name": "inference_seconds", "metric.value": 0.25, "metric.unit": "s"}],
    ),
    Sample(
        "ai-platform: a value that is no number",
        "ai-platform",
        "backend",
        '{"metric":"m","value":"many","message":"x"}',
        [{"_index": "aiplatform-logs-test", "metric.value": None, "record.value": "many"}],
    ),
    Sample(
        "jac-learning: Celery's line",
        "jac-learning",
        "celery",
        "[2026-11-21 09:59:58,123: WARNING/ForkPoolWorker-1] task jac.run[1] took long",
        [{"message": "task jac.run[1] took long", "log.level": "warning", "process.name": "ForkPoolWorker-1", "service.name": "celery"}],
    ),
    Sample(
        "jac-learning: gunicorn's, uvicorn's and the plain logger's lines",
        "jac-learning",
        "backend",
        "[2026-11-21 10:59:58 +0100] [7] [INFO] Listening\nINFO:     Started server\nERROR:jac.core:no such node",
        [
            {"@timestamp": "2026-11-21T09:59:58.000Z", "message": "Listening", "process.pid": 7, "log.level": "info"},
            {"message": "Started server", "log.level": "info"},
            {"_index": "jac-learning-errors-test", "message": "no such node", "log.logger": "jac.core"},
        ],
    ),
    Sample(
        "universal-ai-tools: `[timestamp] level message`",
        "universal-ai-tools",
        "api-gateway",
        "[2026-11-21T09:59:58.250Z] error chat failed\n[2026-11-21 09:59:58] [info] ready",
        [
            {"_index": "universal-ai-tools-errors-test", "message": "chat failed", "log.level": "error", "service.name": "api-gateway"},
            {"@timestamp": "2026-11-21T09:59:58.000Z", "message": "ready", "log.level": "info"},
        ],
    ),
    Sample(
        "universal-ai-tools: nginx, its access and error logs",
        "universal-ai-tools",
        "nginx",
        '203.0.113.9 - alice [21/Nov/2026:09:59:58 +0000] "GET /chats?limit=5 HTTP/1.1" 502 157 "https://a.example/" "Mozilla/5.0"\n'
        '10.0.0.8 - - [21/Nov/2026:09:59:58 +0000] "\\x16\\x03\\x01" 400 0 "-" "-"\n'
        "2026/11/21 09:59:58 [crit] 29#29: *7 connect() failed, upstream",
        [
            {
                "_index": "universal-ai-tools-errors-test", "log.level": "error", "client.ip": "203.0.113.9",
                "client.geo.city_name": "Berlin",
                "user.name": "alice", "http.request.method": "GET", "url.original": "/chats?limit=5", "url.path": "/chats",
                "url.query": "limit=5", "http.response.status_code": 502, "http.response.bytes": 157, "user_agent.original": "Mozilla/5.0",
                "http.request.referrer": "https://a.example/",
            },
            {"log.level": "warning", "client.ip": "10.0.0.8", "client.geo": None, "user.name": None, "http.response.status_code": 400},
            {"log.level": "critical", "message": "connect() failed, upstream", "process.pid": 29},
        ],
    ),
    Sample(
        "universal-ai-tools: three kinds of events",
        "universal-ai-tools",
        "api-gateway",
        '{"type":"business_event","event":"registration","message":"a","level":"info"}\n'
        '{"type":"security_event","event":"login_failed","message":"b","level":"error"}\n'
        '{"type":"performance_event","message":"c","duration_ms":"1500"}',
        [
            {"_index": "universal-ai-tools-business-test", "type": "business_event", "event.action": "registration"},
            {"_index": "universal-ai-tools-security-test", "event.action": "login_failed", "log.level": "error"},
            {"_index": "universal-ai-tools-performance-test", "duration_ms": 1500.0},
        ],
    ),
    Sample(
        "the platform's own: klog",
        "kube-system",
        "coredns",
        "W1121 09:59:58.123456       1 reflector.go:561] watch closed",
        [
            {
                "_index": "platform-logs-test", "@timestamp": "2026-11-21T09:59:58.123Z", "message": "watch closed", "log.level": "warning",
                "log.logger": "reflector.go:561", "application": "platform", "process.pid": 1,
            }
        ],
    ),
    Sample(
        "the platform's own: text of which nothing is known",
        "monitoring",
        "anything",
        "ready.",
        [{"_index": "platform-logs-test", "message": "ready.", "log.level": "unknown", "service.name": "anything", "tags": None}],
    ),
    Sample(
        "an application's text that fits none of its formats",
        "skillforge",
        "backend",
        "segmentation fault",
        [{"_index": "skillforge-logs-test", "message": "segmentation fault", "tags": ["unparsed"]}],
    ),
    Sample(
        "hostile: JSON whose fields are of other kinds than they should be",
        "skillforge",
        "backend",
        '{"level":{"a":1},"message":["x"],"trace_id":{"b":2},"status":"teapot","timestamp":{"c":3},"user_id":[1],"error":{"message":{"d":4}}}',
        [
            {
                "_index": "skillforge-logs-test", "log.level": "unknown", "trace_id": None, "http.response.status_code": None,
                "@timestamp": "2026-11-21T10:00:00.000Z", "record.level.a": 1, "error": None,
            }
        ],
    ),
    Sample(
        "hostile: a record that says it is another's",
        "skillforge",
        "backend",
        '{"application":"ai-platform","service":"jac-backend","environment":"prod","_index":"x","@metadata":{"stream":"x"},'
        '"kubernetes":{"namespace":"ai-platform"},"message":"x","tags":["y"],"@timestamp":"2026-11-21T09:00:00Z"}',
        [
            {
                "_index": "skillforge-logs-test", "application": "skillforge", "service.name": "backend", "environment": "test",
                "kubernetes.namespace": "skillforge", "@timestamp": "2026-11-21T09:00:00.000Z",
            }
        ],
    ),
    Sample(
        "hostile: a time that is none",
        "skillforge",
        "backend",
        '{"timestamp":"2026-99-99T99:99:99Z","message":"x"}',
        [{"@timestamp": "2026-11-21T10:00:00.000Z", "tags": ["time_unknown"]}],
    ),
]  # fmt: skip
