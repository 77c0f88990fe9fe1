"""Families about nodes, which belong to no application: a healthy node stands beside each sick one."""

from functools import partial

from tests.alerts.place import NODE, OTHER_NODE, Place, cluster, node
from tests.alerts.scenario import Make, World, both, case, crossing, nothing
from tests.alerts.series import Gauge, State, merged

DISK = 100e9
"""Bytes of a node's file system."""


def conditions(**held: bool) -> World:
    """kube-state-metrics' node conditions: for each three series, of which one is 1. Ready holds unless said otherwise."""
    return partial(_conditions, held)


def _conditions(held: dict[str, bool], _place: Place) -> State:
    usual = {"Ready": True, "MemoryPressure": False, "DiskPressure": False, "PIDPressure": False, "NetworkUnavailable": False}
    found: list[State] = []
    for name, now in ((NODE, usual | held), (OTHER_NODE, usual)):
        for condition, holds in now.items():
            for status, value in (("true", holds), ("false", not holds), ("unknown", False)):
                found.append(cluster("kube_node_status_condition", Gauge(float(value)), node=name, condition=condition, status=status))
    return merged(*found)


def not_ready(hold: str) -> Make:
    """A node that is not ready, one of two; a node that only has pressure is ready."""
    return both(
        case("fires", conditions(), conditions(Ready=False), neighbours=nothing, after=hold),
        case("quiet", conditions(), conditions(MemoryPressure=True), neighbours=nothing, watch="20m"),
    )


def _file_system(
    place: Place, free: float, *, fstype: str = "ext4", readonly: bool = False, mountpoint: str = "/", on: str = NODE
) -> State:
    _ = place
    labels = {"device": f"/dev/{fstype}", "fstype": fstype, "mountpoint": mountpoint}
    return merged(
        node("node_filesystem_avail_bytes", Gauge(free), on, **labels),
        node("node_filesystem_size_bytes", Gauge(DISK), on, **labels),
        node("node_filesystem_readonly", Gauge(float(readonly)), on, **labels),
    )


def disks(place: Place, free: float) -> State:
    """A node's file systems: the disk by its free bytes; an image and a read-only mount, which are full by nature; another node's."""
    return merged(
        _file_system(place, free),
        _file_system(place, DISK, fstype="xfs", mountpoint="/var/lib/kubelet"),
        _file_system(place, 0, fstype="squashfs", mountpoint="/snap/core"),
        _file_system(place, 0, fstype="ext3", readonly=True, mountpoint="/mnt/archive"),
        _file_system(place, DISK * 0.7, on=OTHER_NODE),
    )


def disk_used(quiet: float, fires: float, hold: str) -> Make:
    """Used space of a disk, as a share."""

    def used(place: Place, share: float) -> State:
        return disks(place, DISK * (1 - share))

    return crossing(used, ordinary=0.4, quiet=quiet, fires=fires, hold=hold, alone=True)


def disk_free(quiet: float, fires: float, hold: str) -> Make:
    """Free space of a disk, in bytes. A read-only mount is full by nature."""
    return crossing(disks, ordinary=DISK / 2, quiet=quiet, fires=fires, hold=hold, alone=True)
