"""What the owners asked to see, by dashboard, and the panel that shows it: a panel that is renamed or lost leaves a question open."""

from pathlib import Path

import pytest

from catalog.loading import load
from dashboards.grafana.everything import everything
from dashboards.model import Dashboard
from dashboards.naming import service_uid
from dashboards.reading import Reader
from rendering.rules import rule_groups
from rendering.site import Site

NAMED: dict[tuple[str, str], dict[str, str]] = {
    ("skillforge platform overview", "app-skillforge"): {
        "active users": "Users daily",
        "API rate": "HTTP requests",
        "API response time": "HTTP latency",
        "API errors": "HTTP errors",
        "inference time": "Inference latency",
        "inference accuracy": "Model accuracy",
        "inference throughput": "Inference rate",
        "match rate and success": "Match ratio",
        "engagement": "Engagement",
        "CPU by service": "CPU by service",
        "memory by service": "Memory by service",
        "disk": "Disk",
        "registrations": "Registrations",
        "assessments": "Assessments",
    },
    ("skillforge AI models", "models-skillforge"): {
        "loaded": "Models loaded",
        "ready": "Models ready",
        "request rate": "Request rate by model",
        "latency": "Inference latency: p50, p95, p99",
        "queue time": "Queue time: p50, p95, p99",
        "GPU": "GPU used",
        "GPU memory": "GPU memory",
        "memory": "Model memory",
        "throughput": "Throughput",
        "accuracy": "Model accuracy",
        "precision": "Model precision",
        "recall": "Model recall",
        "drift": "Model drift",
        "A/B comparison": "A/B comparison",
        "errors by model and type": "Errors by model and type",
        "cache hit rate": "Model cache hits",
        "top extracted skills": "Top extracted skills",
        "top categories": "Top extracted categories",
        "extraction accuracy": "Extraction accuracy",
    },
    ("skillforge application", "api-skillforge"): {
        "throughput by service": "Request rate",
        "response times by service": "Latency by service (p95)",
        "errors by service": "Error ratio",
        "throughput by endpoint": "Top endpoints by traffic",
        "errors by endpoint": "Top endpoints by errors",
        "response times by endpoint, p50": "Latency by endpoint (p50)",
        "response times by endpoint, p95": "Latency by endpoint (p95)",
        "response times by endpoint, p99": "Latency by endpoint (p99)",
        "p50/95/99": "Latency: p50, p95, p99",
        "query times": "Postgres query latency",
        "connections": "Postgres connections",
        "slow queries": "Postgres slow queries",
        "inference": "Inference latency",
        "page load": "Page load",
        "feature use": "Feature adoption",
        "user-facing errors": "Error impact",
        "health": "Probe success",
        "external API response times": "Third party latency",
    },
    ("skillforge infrastructure", "infrastructure-skillforge"): {
        "hosts: CPU": "Host CPU",
        "hosts: memory": "Host memory",
        "hosts: disk": "Host disk",
        "container CPU against limits": "Container CPU against limits",
        "container memory against limits": "Container memory against limits",
        "cluster allocation: CPU": "Cluster CPU allocation",
        "cluster allocation: memory": "Cluster memory allocation",
        "database pools": "Database pool",
        "cache hits": "Cache hits: redis",
        "cache memory": "Cache memory: redis",
        "load balancers": "Load balancer requests",
        "ECS": "ECS CPU",
        "RDS": "RDS CPU",
        "ElastiCache": "ElastiCache memory",
        "S3": "S3 size",
        "CloudFront": "CloudFront requests",
        "Lambda": "Lambda calls",
        "autoscaling effectiveness": "Autoscaling effectiveness",
        "deployment success": "Deployment success",
    },
    ("skillforge business", "business-skillforge"): {
        "DAU": "Active users: day (DAU)",
        "MAU": "Active users: month (MAU)",
        "DAU/MAU": "DAU of MAU",
        "retention": "Retention",
        "growth": "Growth of monthly users",
        "assessment use": "Assessment use",
        "assessment completion": "Assessment completion",
        "assessment accuracy against its target": "Assessment accuracy now",
        "path completion": "Path completion",
        "path progress": "Learning progress",
        "subscriptions": "Subscriptions",
        "revenue": "Revenue",
        "churn": "Subscription churn",
        "ARPU": "Revenue per user (ARPU)",
        "conversion funnel": "Conversion",
        "popular skills": "Popular skills",
        "successful paths": "Successful paths",
        "job market trends": "Job market: open jobs",
        "skill demand": "Skill demand",
        "job match success against its target": "Job match success now",
        "satisfaction against its target": "User satisfaction now",
        "application rate": "Job applications",
        "application success": "Application success",
        "recommendation quality": "Recommendation quality",
        "feature adoption": "Feature adoption",
        "error impact": "Error impact",
        "series by environment": "Active users by environment",
    },
    ("skillforge security", "security-skillforge"): {
        "failed logins": "Failed logins",
        "behaviour": "Suspicious behaviour",
        "rate limits": "Rate limit violations",
        "access anomalies": "Access anomalies and what else is seen elsewhere",
        "vulnerabilities": "Known vulnerabilities",
        "compliance: GDPR": "GDPR: age of the newest evidence",
        "compliance: SOC 2": "SOC 2: age of the newest evidence",
    },
    ("ai-platform API performance", "api-ai-platform"): {
        "rate": "Request rate",
        "errors by status": "Errors by status",
        "p50/95/99": "Latency: p50, p95, p99",
        "top endpoints by traffic": "Top endpoints by traffic",
        "top endpoints by errors": "Top endpoints by errors",
        "CPU": "CPU by pod",
        "memory": "Memory by pod",
    },
    ("ai-platform Kubernetes cluster", "kubernetes-cluster"): {
        "nodes": "Nodes",
        "pods": "Pods by phase",
        "restarts": "Restarts by pod",
        "CPU by namespace": "CPU by namespace",
        "memory by namespace": "Memory by namespace",
        "PVC": "Volumes in use",
        "network in": "Network received",
        "network out": "Network sent",
    },
    ("ai-platform infrastructure", "infrastructure-ai-platform"): {
        "host CPU": "Host CPU",
        "host memory": "Host memory",
        "host disk": "Host disk",
        "load 1/5/15": "Load 1, 5 and 15 minutes",
        "network": "Host network",
        "DB connections": "Database connections: postgres",
        "cache memory": "Cache memory: redis",
    },
    ("ai-platform database performance", "database-ai-platform"): {
        "connections": "Connections",
        "size": "Size by database",
        "cache hit ratio": "Cache hit ratio",
        "query time": "Query time (mean)",
        "by state": "Connections by state",
        "replication lag": "Replication lag",
        "TPS": "Transactions a second",
    },
    ("ai-platform business metrics", "business-ai-platform"): {
        "predictions": "Predictions",
        "prediction accuracy": "Prediction accuracy",
        "federated training rounds": "Federated rounds",
        "quantum optimizations": "Quantum optimizations",
    },
    ("jac-learning system overview", "app-jac-learning"): {
        "health and service status": "Service status",
        "critical alerts": "Critical alerts",
        "resource trends: CPU": "CPU by service",
        "resource trends: memory": "Memory by service",
        "request rate by service": "HTTP requests",
        "p95": "HTTP latency",
    },
    ("jac-learning application performance", "api-jac-learning"): {
        "rate": "Request rate",
        "latency": "Latency: p50, p95, p99",
        "errors by type": "Errors by status",
        "errors by type: code": "Code executions by outcome",
        "errors by type: agents": "Agents' tasks by outcome",
        "database": "Postgres query latency",
        "cache hits": "Redis cache hits",
    },
    ("jac-learning business intelligence", "business-jac-learning"): {
        "learning progress": "Learning progress",
        "path completion against its target": "Path completion now",
        "engagement": "Engagement: sessions and learners",
        "sessions a week against their target": "Learning sessions now",
        "page views": "Page views",
        "agent performance": "Agent performance",
        "code execution success": "Code execution success",
    },
    ("jac-learning infrastructure", "infrastructure-jac-learning"): {
        "containers: CPU": "Container CPU against limits",
        "containers: memory": "Container memory against limits",
        "network": "Container network",
        "database connections": "Database connections: postgres",
        "storage: volumes": "Volumes in use",
        "storage: database": "Database size",
    },
    ("jac-learning reports", "database-jac-learning"): {
        "slow query top 10 by total time": "Slow queries: top 10 by total time",
        "table size": "Largest tables",
    },
    ("those who run Elasticsearch", "elasticsearch"): {
        "health": "Health",
        "heap": "Heap used",
        "disk watermarks": "Disk used",
        "indexing": "Documents written",
        "search latency": "Time to search",
        "unassigned shards": "Shards without a node",
        "shards": "Shards by state",
        "lifecycle": "Indices by phase",
        "lifecycle errors": "Indices that stand still",
        "snapshot age": "Newest snapshot",
    },
    ("those who run the way of records", "log-pipeline"): {
        "rates from Filebeat to Elasticsearch": "Records at each stage",
        "queue": "Queue used",
        "back-pressure": "Back-pressure",
        "dead letters": "Dead letters",
        "Filebeat's output": "Sent again",
    },
    ("readers of records", "logs-skillforge"): {
        "records by level": "Records by level",
        "records by service": "Records by service",
        "errors": "Errors by service",
        "events by kind": "Events by kind",
        "security": "Security events",
        "newest": "Newest records",
    },
    ("universal-ai-tools main", "app-universal-ai-tools"): {
        "rate": "HTTP requests",
        "response time": "HTTP latency",
        "errors": "HTTP errors",
        "AI request rate": "AI requests",
        "resources: CPU": "CPU by service",
        "resources: memory": "Memory by service",
    },
    ("universal-ai-tools AI requests", "models-universal-ai-tools"): {
        "AI request rate by model and provider": "AI request rate by model and provider",
        "latency": "AI request latency: p50, p95, p99",
        "failures": "AI request failures",
    },
}


@pytest.fixture(scope="module")
def found(root_folder: Path) -> dict[str, Dashboard]:
    catalog = load(root_folder)
    site = Site("test", "eu-central-1", "test-1", "https://example.com/runbooks/")
    return {dashboard.uid: dashboard for dashboard in everything(Reader(catalog, site, rule_groups(catalog, site)))}


@pytest.fixture(scope="module")
def root_folder() -> Path:
    return Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("who", "uid"), NAMED, ids=[who for who, _ in NAMED])
def test_every_panel_that_an_owner_named_is_on_the_dashboard(who: str, uid: str, found: dict[str, Dashboard]) -> None:
    assert uid in found, f"{who}: there is no dashboard {uid}"
    titles = [panel.title for panel in found[uid].panels]
    missing = {asked: title for asked, title in NAMED[who, uid].items() if title not in titles}
    assert not missing, f"{who}: {missing} is not among {titles}"


def test_a_named_panel_asks_somebody_or_says_why_it_cannot(found: dict[str, Dashboard]) -> None:
    for (who, uid), panels in NAMED.items():
        for panel in found[uid].panels:
            if panel.title in panels.values():
                assert panel.queries or panel.cloudwatch or panel.text, f"{who}: {panel.title} shows nothing"


def test_each_service_of_universal_ai_tools_has_a_dashboard_of_its_own(found: dict[str, Dashboard]) -> None:
    for service in ("api-gateway", "llm-router", "assistantd", "auth-service", "memory-service", "chat-service", "ml-inference"):
        assert service_uid("universal-ai-tools", service) in found
