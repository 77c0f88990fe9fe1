"""Queries on nodes that no signal asks; the label `node` comes from the scrape."""

from dashboards.model import Query

_REAL = 'device!~"lo|veth.*|cali.*|eni.*|docker.*|cni.*"'
"""Network interfaces of the node itself; those of its pods would count traffic twice."""


def load(minutes: int) -> Query:
    """Runnable and waiting processes of each node, over 1, 5 or 15 minutes."""
    return Query(f"max by (node) (node_load{minutes})", f"{{{{node}}}} {minutes}m")


def cores() -> Query:
    """CPU cores of each node: a load above them means that processes wait."""
    return Query('count by (node) (sum by (node, cpu) (node_cpu_seconds_total{mode="idle"}))', "{{node}}")


def received() -> Query:
    """Bytes a second that each node receives."""
    return Query(f"sum by (node) (rate(node_network_receive_bytes_total{{{_REAL}}}[$__rate_interval]))", "{{node}} received")


def sent() -> Query:
    """Bytes a second that each node sends."""
    return Query(f"sum by (node) (rate(node_network_transmit_bytes_total{{{_REAL}}}[$__rate_interval]))", "{{node}} sent")


def lost() -> Query:
    """Packets a second that each node drops or receives broken."""
    parts = ("receive_drop", "receive_errs", "transmit_drop", "transmit_errs")
    rates = (f"sum by (node) (rate(node_network_{part}_total{{{_REAL}}}[$__rate_interval]))" for part in parts)
    return Query(" + ".join(rates), "{{node}}")


def disk_read() -> Query:
    """Bytes a second read from each node's disks."""
    return Query("sum by (node) (rate(node_disk_read_bytes_total[$__rate_interval]))", "{{node}} read")


def disk_written() -> Query:
    """Bytes a second written to them."""
    return Query("sum by (node) (rate(node_disk_written_bytes_total[$__rate_interval]))", "{{node}} written")
