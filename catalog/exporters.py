"""Metrics that somebody else's program exposes: exporters, the cluster's own targets, and what is made of logs and spans."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from catalog.base import Model

MetricName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
LabelName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$")]
Metrics = dict[MetricName, tuple[LabelName, ...]]
"""Metrics and their own labels. A classic histogram stands by its base name and has the label `le`."""


class Exporter(Model):
    """One program's metrics that we use or may use; not all that it has."""

    about: Literal["dependency", "itself", "cluster", "probed", "scraped", "traces", "logs"]
    """Whose identity (`application` with `service` or `dependency`) its series carry:

    - dependency: that of each dependency of the kind that is this entry's name;
    - itself: that of the platform's service of this name;
    - cluster: the same, and they tell of others by namespace, pod or node;
    - probed: that of whoever is checked from outside, with the check's name as `probe`; the platform's service of this name asks;
    - scraped: that of every target, made by Prometheus itself;
    - traces, logs: that of the service whose spans or records were counted on their way to the store.
    """
    version: str
    """Of the program that the names were taken from."""
    planned: str | None = Field(default=None, min_length=8)
    """Who will make these metrics, where nobody does yet: alerts on them are rendered, and quiet until then."""
    metrics: Metrics
