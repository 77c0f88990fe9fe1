"""What the local cluster simulates, as Kubernetes documents: three nodes in three zones and volumes that bind."""

from collections.abc import Iterable
from typing import Any

Document = dict[str, Any]

REGION = "local"
ZONES = ("local-a", "local-b", "local-c")
SIZE = {"cpu": "32", "memory": "128Gi", "ephemeral-storage": "500Gi", "pods": "250"}
PROVISIONER = "observatory.dev/simulated"
MANAGED = {"app.kubernetes.io/managed-by": "observatory-local"}
_ANNOUNCED = "volume.kubernetes.io/storage-provisioner"
_CHOSEN = "volume.kubernetes.io/selected-node"


def nodes() -> list[Document]:
    """One node a zone, large enough for all that the project deploys."""
    return [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": f"simulated-{zone}",
                "annotations": {"kwok.x-k8s.io/node": "fake"},
                "labels": {
                    **MANAGED,
                    "kubernetes.io/arch": "amd64",
                    "kubernetes.io/os": "linux",
                    "kubernetes.io/hostname": f"simulated-{zone}",
                    "node.kubernetes.io/instance-type": "simulated",
                    "topology.kubernetes.io/region": REGION,
                    "topology.kubernetes.io/zone": zone,
                },
            },
            "status": {
                "capacity": SIZE,
                "allocatable": SIZE,
                "addresses": [
                    {"type": "InternalIP", "address": f"10.32.0.{number}"},
                    {"type": "Hostname", "address": f"simulated-{zone}"},
                ],
            },
        }
        for number, zone in enumerate(ZONES, start=1)
    ]


def storage_class() -> Document:
    """The cluster's default class; classes of other provisioners bind just as well."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "standard", "labels": MANAGED, "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        "provisioner": PROVISIONER,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
    }


def namespaces(names: Iterable[str]) -> list[Document]:
    """The applications' namespaces, which on a real cluster are the applications' own."""
    return [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": MANAGED}} for name in sorted(set(names))]


def volume_stages() -> list[Document]:
    """Stands in for the provisioner of every class: the real scheduler and volume controller do the rest.

    Kubernetes announces a claim to its class's provisioner by an annotation, for WaitForFirstConsumer after the scheduler
    has chosen a node; so a claim of a class that does not exist stays Pending, as it would on EKS.
    """
    return [
        _stage(
            "provision-volume",
            "PersistentVolumeClaim",
            [
                "!has(self.metadata.deletionTimestamp)",
                "!has(self.spec.volumeName)",
                f"has(self.metadata.annotations) && '{_ANNOUNCED}' in self.metadata.annotations",
            ],
            [{"apply": {"template": _VOLUME}}],
        ),
        _stage(
            "delete-volume",
            "PersistentVolume",
            [
                "!has(self.metadata.deletionTimestamp)",
                f"has(self.metadata.labels) && '{PROVISIONER}' in self.metadata.labels",
                "self.spec.persistentVolumeReclaimPolicy == 'Delete'",
                "has(self.status.phase) && self.status.phase == 'Released'",
            ],
            [{"delete": True}],
        ),
    ]


def _stage(name: str, kind: str, conditions: list[str], steps: list[Document]) -> Document:
    return {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "Stage",
        "metadata": {"name": name},
        "spec": {
            "resourceRef": {"apiGroup": "v1", "kind": kind},
            "selector": {"matchExpressions": [{"cel": {"expression": each}} for each in conditions]},
            "steps": steps,
        },
    }


_VOLUME = f"""\
{{{{ $announced := index .metadata.annotations "{_ANNOUNCED}" }}}}
{{{{ $node := index .metadata.annotations "{_CHOSEN}" }}}}
apiVersion: v1
kind: PersistentVolume
metadata:
  name: pvc-{{{{ .metadata.uid }}}}
  labels:
    {PROVISIONER}: "true"
  annotations:
    pv.kubernetes.io/provisioned-by: {{{{ $announced | Quote }}}}
spec:
  accessModes:
  {{{{ YAML .spec.accessModes 2 }}}}
  capacity:
  {{{{ YAML .spec.resources.requests 2 }}}}
  persistentVolumeReclaimPolicy: Delete
  storageClassName: {{{{ .spec.storageClassName | Quote }}}}
  volumeMode: {{{{ default "Filesystem" .spec.volumeMode | Quote }}}}
  claimRef:
    apiVersion: v1
    kind: PersistentVolumeClaim
    name: {{{{ .metadata.name | Quote }}}}
    namespace: {{{{ .metadata.namespace | Quote }}}}
    uid: {{{{ .metadata.uid | Quote }}}}
  hostPath:
    path: /simulated/pvc-{{{{ .metadata.uid }}}}
  {{{{ if $node }}}}
  nodeAffinity:
    required:
      nodeSelectorTerms:
      - matchExpressions:
        - key: kubernetes.io/hostname
          operator: In
          values: [{{{{ $node | Quote }}}}]
  {{{{ end }}}}
"""
