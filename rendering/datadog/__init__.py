"""What the catalog means to Datadog: monitors, objectives, who is told and when nobody is, as resources that a component registers."""
