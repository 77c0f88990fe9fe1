"""The catalog's checks and journeys as canaries of CloudWatch Synthetics."""
