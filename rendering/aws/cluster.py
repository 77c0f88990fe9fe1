"""Add-ons of the EKS cluster. The cluster itself is somebody else's: it is looked up and never made."""

from collections.abc import Mapping
from typing import Any

from rendering.aws.place import Place
from rendering.aws.settings import Addon
from rendering.resource import Resource

ADDON = "aws:eks/addon:Addon"


def resources(place: Place, addons: Mapping[Addon, str | None]) -> list[Resource]:
    """Each add-on; what its operator changed since is kept, and what it left behind when it goes stays as well."""
    found: list[Resource] = []
    for name, version in sorted(addons.items()):
        inputs: dict[str, Any] = {
            "clusterName": place.cluster,
            "addonName": name,
            "resolveConflictsOnCreate": "OVERWRITE",
            "resolveConflictsOnUpdate": "PRESERVE",
            "preserve": True,
            **({"addonVersion": version} if version else {}),
        }
        found.append(Resource(ADDON, name, inputs))
    return found
