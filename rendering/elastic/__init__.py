"""The Elastic stack's own documents: nodes' settings, lifecycles, templates, roles, Kibana's objects, pipelines."""
