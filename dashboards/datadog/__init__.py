"""Dashboards of Datadog's, made from the catalog."""
