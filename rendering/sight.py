"""Which signals have data in an environment: an alert on metrics of a system that is switched off could only tell of their absence."""

from catalog.catalog import Catalog
from catalog.exposure import exposed_by, read_by
from catalog.signal import Signal
from rendering.site import Site


def seen(signal: Signal, catalog: Catalog, site: Site) -> bool:
    """Whether no series that the signal reads in Prometheus is a switched-off system's; true of signals that it does not read."""
    return not site.switched_off or not read_by(signal) & exposed_by(site.switched_off, catalog)
