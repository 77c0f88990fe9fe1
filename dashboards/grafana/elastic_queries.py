"""Queries on Elasticsearch that no signal asks: its shards, what it writes and finds, and what it keeps."""

from dashboards.model import Query

_WINDOW = "$__rate_interval"
_NODE = 'name=~"$node"'


def health() -> Query:
    """1 for the colour that the cluster has, 0 for the others."""
    return Query("max by (color) (elasticsearch_cluster_health_status)", "{{color}}")


def nodes() -> Query:
    """Nodes of the cluster."""
    return Query("max(elasticsearch_cluster_health_number_of_nodes)", "nodes")


def shards(state: str) -> Query:
    """Shards in a state, as `unassigned`."""
    return Query(f"max(elasticsearch_cluster_health_{state}_shards)", state.replace("_", " "))


def pending() -> Query:
    """Changes of the cluster's state that wait for the master."""
    return Query("max(elasticsearch_cluster_health_number_of_pending_tasks)", "waiting")


def shards_room() -> Query:
    """Share of the shards that the cluster may have at the most."""
    most = "max(elasticsearch_clustersettings_stats_max_shards_per_node) * max(elasticsearch_cluster_health_number_of_data_nodes)"
    return Query(f"max(elasticsearch_cluster_health_active_shards) / ({most})", "used")


def cpu() -> Query:
    """Share of its CPU that each node's process uses."""
    return Query(f"max by (name) (elasticsearch_process_cpu_percent{{{_NODE}}}) / 100", "{{name}}")


def collecting() -> Query:
    """Share of the time that a node collects garbage."""
    return Query(f"sum by (name) (rate(elasticsearch_jvm_gc_collection_seconds_sum{{{_NODE}}}[{_WINDOW}]))", "{{name}}")


def heap() -> Query:
    """Share of its heap that each node uses."""
    used = f'max by (name) (elasticsearch_jvm_memory_used_bytes{{{_NODE},area="heap"}})'
    return Query(f"{used} / max by (name) (elasticsearch_jvm_memory_max_bytes{{{_NODE}}})", "{{name}}")


def disk() -> Query:
    """Share of its disk that each node uses."""
    free = f"min by (name) (elasticsearch_filesystem_data_available_bytes{{{_NODE}}})"
    return Query(f"1 - {free} / min by (name) (elasticsearch_filesystem_data_size_bytes{{{_NODE}}})", "{{name}}")


def breakers() -> Query:
    """Share of its limit that each circuit breaker's estimate is, of the fullest node."""
    estimated, limit = "elasticsearch_breakers_estimated_size_bytes", "elasticsearch_breakers_limit_size_bytes"
    return Query(f"max by (breaker) ({estimated}{{{_NODE}}} / ({limit}{{{_NODE}}} > 0))", "{{breaker}}")


def indexed() -> Query:
    """Documents a second that each node writes, copies among them."""
    return Query(f"sum by (name) (rate(elasticsearch_indices_indexing_index_total{{{_NODE}}}[{_WINDOW}]))", "{{name}}")


def indexing_time() -> Query:
    """Time that a document takes, on average."""
    return _mean("elasticsearch_indices_indexing_index_time_seconds_total", "elasticsearch_indices_indexing_index_total")


def pressure() -> Query:
    """Share of the memory for writes under way that is taken."""
    taken, limit = "elasticsearch_indexing_pressure_current_all_in_bytes", "elasticsearch_indexing_pressure_limit_in_bytes"
    return Query(f"max by (name) ({taken}{{{_NODE}}} / ({limit}{{{_NODE}}} > 0))", "{{name}}")


def searches() -> Query:
    """Searches of shards a second."""
    return Query(f"sum by (name) (rate(elasticsearch_indices_search_query_total{{{_NODE}}}[{_WINDOW}]))", "{{name}}")


def search_time(phase: str) -> Query:
    """Time that a phase of a shard's search (`query`, `fetch`) takes, on average."""
    return _mean(f"elasticsearch_indices_search_{phase}_time_seconds", f"elasticsearch_indices_search_{phase}_total", phase)


def queued() -> Query:
    """Tasks that wait, by pool."""
    return Query(f'max by (name, type) (elasticsearch_thread_pool_queue_count{{{_NODE},type=~"write|search"}})', "{{name}} {{type}}")


def streams() -> Query:
    """The twenty largest data streams."""
    return Query("topk(20, max by (data_stream) (elasticsearch_data_stream_store_size_bytes))", "{{data_stream}}")


def stored() -> Query:
    """What each node keeps."""
    return Query(f"max by (name) (elasticsearch_indices_store_size_bytes{{{_NODE}}})", "{{name}}")


def phases() -> Query:
    """Indices by the phase of their lifecycle."""
    return Query('count by (phase) (elasticsearch_ilm_index_status{phase!=""})', "{{phase}}")


def stuck() -> Query:
    """Indices that an error keeps from going on."""
    return Query('max by (index, action) (elasticsearch_ilm_index_status{step="ERROR"})', "{{index}} {{action}}")


def snapshots() -> Query:
    """Snapshots in each repository."""
    return Query("max by (repository) (elasticsearch_snapshot_stats_number_of_snapshots)", "{{repository}}")


def snapshots_taken() -> Query:
    """Snapshots taken within a day."""
    return Query("sum(increase(elasticsearch_slm_stats_total_snapshots_taken_total[1d]))", "taken")


def snapshots_failed() -> Query:
    """Snapshots that failed within a day."""
    return Query("sum(increase(elasticsearch_slm_stats_total_snapshots_failed_total[1d]))", "failed")


def collectors() -> Query:
    """Whether the exporter got what it asked for, by what it asked for."""
    return Query("min by (collector) (elasticsearch_scrape_success)", "{{collector}}")


def _mean(seconds: str, count: str, legend: str = "{{name}}") -> Query:
    by = " by (name)" if "name" in legend else ""
    spent, times = (f"sum{by} (rate({metric}{{{_NODE}}}[{_WINDOW}]))" for metric in (seconds, count))
    return Query(f"{spent} / ({times} > 0)", legend)
