"""Kubernetes documents and YAML text: the forms in which renderings leave this room."""

from typing import Any, cast

import yaml

Document = dict[str, Any]
"""A Kubernetes object or a configuration, with the keys that its consumer knows."""

LABELS = {"app.kubernetes.io/part-of": "observatory", "app.kubernetes.io/managed-by": "pulumi"}

_C_DUMPER = cast("type[yaml.SafeDumper]", getattr(yaml, "CSafeDumper", yaml.SafeDumper))  # libyaml is ten times as fast


class _Dumper(_C_DUMPER):
    """Writes text of several lines as a block, and the same object twice without anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  PyYAML's signature
        return True


def _text(_dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return yaml.ScalarNode("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def to_yaml(data: object) -> str:
    """The same data as the same text, keys in the order given."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def monitoring_object(api: str, kind: str, name: str, namespace: str, spec: Document) -> Document:
    """A prometheus-operator resource of ours in the monitoring namespace."""
    return {
        "apiVersion": f"monitoring.coreos.com/{api}",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "labels": dict(LABELS)},
        "spec": spec,
    }
