"""What processes and files of our clusters must not do, and how cloud resources that the catalog names must be set up."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.catalog import Catalog
from rendering.datadog.log_scope import MANAGED, applications
from rendering.datadog.security import RULE, TEAM
from rendering.document import Document
from rendering.resource import Resource
from rendering.site import Site

POLICY = "datadog:index/csmThreatsPolicy:CsmThreatsPolicy"
AGENT_RULE = "datadog:index/csmThreatsAgentRule:CsmThreatsAgentRule"
CLOUD_RULE = "datadog:index/cloudConfigurationRule:CloudConfigurationRule"
_NAME = "observatory"
_IN_CONTAINER = 'process.container.id != ""'
_WRITES = "open.flags & (O_CREAT|O_TRUNC|O_RDWR|O_WRONLY) > 0"


@dataclass(frozen=True)
class Watch:
    """An expression that agents evaluate beside the kernel (SECL, docs.datadoghq.com/security/workload_protection), and what it means."""

    expression: str
    status: str
    tactic: str
    what: str
    action: str


# Written for containers: what a node's own services do to it is the platform's business. Datadog's rules run beside these.
WATCHES = {
    "observatory_network_tool": Watch(
        f'exec.file.name in ["nc", "ncat", "netcat", "socat", "nmap", "masscan"] && {_IN_CONTAINER}',
        "high",
        "TA0011-command-and-control",
        "A tool that opens connections by hand was run in a container",
        "Read the process tree of the signal; kill the pod if nobody of its team was in it.",
    ),
    "observatory_package_manager": Watch(
        f'exec.file.name in ["apt", "apt-get", "apk", "yum", "dnf", "microdnf", "pip", "pip3", "npm"] && {_IN_CONTAINER}'
        " && process.container.created_at > 600s",
        "medium",
        "TA0002-execution",
        "Software was installed in a container that runs already",
        "Ask the team; images are built, not mended in place.",
    ),
    "observatory_credentials_written": Watch(
        f'open.file.path in ["/etc/passwd", "/etc/shadow", "/etc/sudoers", ~"/etc/sudoers.d/*", "/root/.ssh/authorized_keys"]'
        f" && {_WRITES} && {_IN_CONTAINER}",
        "critical",
        "TA0003-persistence",
        "A container changed who may log in or act as root",
        "Isolate the pod, keep its file system, revoke what it could reach.",
    ),
    "observatory_root_gained": Watch(
        f"setuid.euid == 0 && process.uid != 0 && {_IN_CONTAINER}",
        "critical",
        "TA0004-privilege-escalation",
        "A process of a container became root",
        "Isolate the pod; our namespaces allow no escalation, so a flaw was used.",
    ),
    "observatory_kernel_module": Watch(
        f'load_module.name != "" && {_IN_CONTAINER}',
        "critical",
        "TA0005-defense-evasion",
        "A container loaded a kernel module",
        "Drain the node and replace it; the kernel is no longer to be trusted.",
    ),
    "observatory_token_read": Watch(
        'open.file.path in [~"/var/run/secrets/kubernetes.io/serviceaccount/**", ~"/run/secrets/kubernetes.io/serviceaccount/**"]'
        f' && open.file.name == "token" && process.file.name in ["cat", "curl", "wget", "sh", "bash", "base64"] && {_IN_CONTAINER}',
        "high",
        "TA0006-credential-access",
        "A shell or a download tool read a pod's token",
        "Delete the pod, which ends its token, and read the cluster's audit log for what was done with it.",
    ),
}


@dataclass(frozen=True)
class Posture:
    """A promise about a kind of cloud resource: an expression in Rego that holds where it is kept."""

    resource_type: str
    holds: str
    severity: str
    what: str
    remedy: str


# Attributes as Datadog's resource catalog names them (docs.datadoghq.com/infrastructure/resource_catalog: aws_rds_instance,
# aws_elasticache_replication_group).
POSTURES = {
    "rds": {
        "rds-not-public": Posture(
            "aws_rds_instance",
            "not resource.publicly_accessible",
            "critical",
            "The database can be reached from the internet",
            "Switch public access off and look at the connections that were made.",
        ),
        "rds-encrypted": Posture(
            "aws_rds_instance",
            "resource.storage_encrypted",
            "high",
            "The database keeps its data in plain text",
            "Restore a snapshot into an encrypted instance; encryption cannot be switched on in place.",
        ),
    },
    "elasticache": {
        "elasticache-encrypted": Posture(
            "aws_elasticache_replication_group",
            "resource.at_rest_encryption_enabled\n\tresource.transit_encryption_enabled",
            "high",
            "The cache keeps or sends sessions in plain text",
            "Make a new replication group with both encryptions and switch over.",
        ),
    },
}
_REGO = """\
package datadog

import data.datadog.output as dd_output

import future.keywords.contains
import future.keywords.if
import future.keywords.in

eval(resource) = "pass" if {
	%s
} else = "fail"

results contains result if {
	some resource in input.resources[input.main_resource_type]
	result := dd_output.format(resource, eval(resource))
}
"""
"""The frame that every rule has (terraform-provider-datadog, docs/resources/cloud_configuration_rule.md)."""


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Agents' rules with a signal each where agents watch, and rules on cloud resources where these are examined."""
    datadog = site.datadog
    if datadog is None or datadog.logs is None:
        return []
    found = list(_watching(tuple(datadog.logs.environments))) if datadog.cws else []
    return [*found, *(_examining(catalog) if datadog.examined else ())]


def _watching(environments: tuple[str, ...]) -> Iterator[Resource]:
    policy = {
        "name": _NAME,
        "description": "What containers of our clusters must not do, beside Datadog's own policy.",
        "enabled": True,
        "hostTagsLists": [[f"env:{environment}"] for environment in environments],
    }
    made = Resource(POLICY, _NAME, policy, account_wide=True)
    yield made
    for name, watch in WATCHES.items():
        inputs = {
            "name": name,
            "description": f"{watch.what}.",
            "enabled": True,
            "expression": watch.expression,
            "policyId": made.ref,
            "productTags": [f"tactic:{watch.tactic}", MANAGED],
        }
        yield Resource(AGENT_RULE, name, inputs, account_wide=True)
        yield Resource(RULE, name, {"json": json.dumps(_signal(name, watch), indent=2)}, account_wide=True)


def _signal(name: str, watch: Watch) -> Document:
    """Agents only report events; a signal, which somebody hears of, is made by a rule on them."""
    return {
        "name": f"{watch.what}: {{{{kube_namespace}}}}",
        "type": "workload_security",
        "isEnabled": True,
        "hasExtendedTitle": True,
        "message": f"**Impact**: {watch.what}; somebody may be in it.\n**Action**: {watch.action}",
        "tags": [MANAGED, "security:attack", f"team:{TEAM}", f"tactic:{watch.tactic}", *_pages(watch)],
        "queries": [
            {
                "name": "events",
                "query": f"@agent.rule_id:{name}",
                "aggregation": "count",
                "groupByFields": ["env", "kube_namespace", "pod_name"],
                "hasOptionalGroupByFields": True,  # a container need not be a pod's
                "distinctFields": [],
            }
        ],
        "cases": [{"name": "", "status": watch.status, "condition": "events > 0", "notifications": []}],
        "options": {
            "detectionMethod": "threshold",
            "evaluationWindow": 300,
            "keepAlive": 3600,
            "maxSignalDuration": 86400,
            "decreaseCriticalityBasedOnEnv": True,
        },
        "filters": [],
    }


def _pages(watch: Watch) -> list[str]:
    return ["pages:true"] if watch.status == "critical" else []


def _examining(catalog: Catalog) -> Iterator[Resource]:
    """Rules for the managed services that applications here depend on."""
    needed = {dependency.runs for application in applications(catalog) for dependency in application.dependencies.values()}
    for runs, postures in POSTURES.items():
        for name, posture in postures.items():
            if runs in needed:
                inputs = {
                    "name": f"observatory: {posture.what}",
                    "message": f"## Description\n\n{posture.what}.\n\n## Remediation\n\n{posture.remedy}\n",
                    "enabled": True,
                    "policy": _REGO % posture.holds,
                    "resourceType": posture.resource_type,
                    "severity": posture.severity,
                    "tags": [MANAGED, f"team:{TEAM}"],
                }
                yield Resource(CLOUD_RULE, name, inputs, account_wide=True)
