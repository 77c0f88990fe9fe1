"""The Elastic stack as one component: each part once what it stands on is ready, and who sends records last."""

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi

from components.base import Component, Resource
from components.cluster import Cluster
from rendering.document import Document


@dataclass(frozen=True)
class Parts:
    """Documents by the part that they bring; in each, the custom resource or the Job is the last."""

    elasticsearch: list[Document]
    kibana: list[Document]
    content: list[Document]
    exporter: list[Document]
    logstash: list[Document]
    filebeat: list[Document]

    @property
    def documents(self) -> list[Document]:
        """All of them."""
        return [*self.elasticsearch, *self.kibana, *self.content, *self.exporter, *self.logstash, *self.filebeat]


class Elastic(Component):
    """Elasticsearch, Kibana, what both are filled with, and then those that write: no record goes to an index without its template."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        parts: Parts,
        endpoint: str,
        after: Iterable[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        waited = list(after)
        store = self._part(parts.elasticsearch, waited)
        self.manifests(parts.exporter, [*waited, store])
        shown = self._part(parts.kibana, [*waited, store])
        filled = self._part(parts.content, [*waited, shown])
        self.ready = [filled]
        """What whoever writes or reads there waits for."""
        taken = self._part(parts.logstash, [*waited, filled])
        self._part(parts.filebeat, [*waited, taken])
        self.register_outputs({"endpoint": endpoint})

    def _part(self, documents: list[Document], after: list[pulumi.Resource]) -> Resource:
        """A part's own resource, after all around it."""
        *around, last = documents
        return self.manifest(last, [*after, *self.manifests(around, after)])
