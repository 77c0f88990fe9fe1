"""Datadog: its agents in the cluster, and what its account is filled with."""
