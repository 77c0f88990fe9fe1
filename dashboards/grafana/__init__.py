"""Dashboards of Grafana, made from the catalog."""
