"""Loki's documents, rendered from the catalog and the settings: configuration, retention by stream, alerts in LogQL."""
