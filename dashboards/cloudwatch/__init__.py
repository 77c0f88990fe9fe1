"""CloudWatch's own dashboards: what AWS runs, seen where nothing but AWS has to work."""
