"""The embedded default: a real Kubernetes control plane on this machine and an in-process engine."""
