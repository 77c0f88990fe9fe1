"""Kibana's data views, saved searches and dashboards, made from the catalog."""
