"""What people look at: dashboards made from the catalog, for each program that shows some. Pure; never imports Pulumi."""
