"""One service as its own team deploys it: all that monitoring asks of it comes from the outputs of Observatory's stack.

The service's entry in the catalog is the other half: it makes the ServiceMonitor or PodMonitor, the alerts, the SLO and the dashboard.
"""

import pulumi
import pulumi_kubernetes.apps.v1 as apps
import pulumi_kubernetes.core.v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs

config = pulumi.Config()
application, name = config.require("service").split("/")
image, port = config.require("image"), config.require_int("port")

# What Observatory promises this service.
observatory = pulumi.StackReference(config.require("observatory"))
handed = observatory.require_output("applications")[application]
mine = handed["services"][name]
monitor = mine["monitor"]
secrets = [each.apply(lambda found: found.get("secret", "none")) for each in (handed, mine)]  # an output that is null is not there
sources = [
    core.EnvFromSourceArgs(config_map_ref=core.ConfigMapEnvSourceArgs(name=mine["config_map"])),
    *(core.EnvFromSourceArgs(secret_ref=core.SecretEnvSourceArgs(name=each, optional=True)) for each in secrets),
]
labels = monitor["labels"].apply(lambda found: {"app": name, **found})  # the monitor finds it by these,
port_name = monitor["port"].apply(lambda found: found if isinstance(found, str) else "http")  # and a ServiceMonitor by its port's name
links = {"example.com/dashboard": mine["dashboard"], "example.com/objectives": pulumi.Output.json_dumps(mine["objectives"])}
pulumi.export("dashboard", mine["dashboard"])
pulumi.export("objectives", mine["objectives"])
pulumi.export("scraped_by", pulumi.Output.format("{0} {1}/{2}", monitor["kind"], monitor["namespace"], monitor["name"]))

# The service itself, as any other one.
meta = ObjectMetaArgs(name=name, namespace=handed["namespace"], labels=labels, annotations=links)
container = core.ContainerArgs(
    name=name,
    image=image,
    env_from=sources,
    ports=[core.ContainerPortArgs(name=port_name, container_port=port)],
    readiness_probe=core.ProbeArgs(http_get=core.HTTPGetActionArgs(path="/health/ready", port=port)),
    liveness_probe=core.ProbeArgs(http_get=core.HTTPGetActionArgs(path="/health/live", port=port)),
    resources=core.ResourceRequirementsArgs(requests={"cpu": "50m", "memory": "64Mi"}, limits={"memory": "256Mi"}),
    security_context=core.SecurityContextArgs(
        allow_privilege_escalation=False, read_only_root_filesystem=True, capabilities=core.CapabilitiesArgs(drop=["ALL"])
    ),
)
pod = core.PodSpecArgs(
    containers=[container],
    security_context=core.PodSecurityContextArgs(
        run_as_non_root=True, run_as_user=65532, seccomp_profile=core.SeccompProfileArgs(type="RuntimeDefault")
    ),
)
template = core.PodTemplateSpecArgs(metadata=ObjectMetaArgs(labels=labels), spec=pod)
selector = LabelSelectorArgs(match_labels={"app": name})
apps.Deployment(name, metadata=meta, spec=apps.DeploymentSpecArgs(replicas=2, selector=selector, template=template))
served = core.ServiceSpecArgs(selector={"app": name}, ports=[core.ServicePortArgs(name=port_name, port=port)])
core.Service(name, metadata=meta, spec=served)
