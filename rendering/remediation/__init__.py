"""Remediation: what alerts may have done about them, as Prometheus, Alertmanager, Argo Events and the API server are told of it."""
