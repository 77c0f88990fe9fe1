// Only CustomResourceDefinitions are read out of these modules; nothing of them is compiled.
module observatory.invalid/tools/crds

go 1.26.0

require (
	github.com/DataDog/datadog-operator v1.31.0
	github.com/argoproj/argo-events v1.9.10
	github.com/elastic/cloud-on-k8s/v3 v3.5.0
	github.com/external-secrets/external-secrets v1.3.2
	github.com/prometheus-operator/prometheus-operator v0.92.1
	istio.io/api v1.29.0
	sigs.k8s.io/kwok v0.8.0
)
