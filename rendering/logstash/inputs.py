"""Where records come in: every input hands on text, so that it can be masked before anything reads it."""

from rendering.elastic.places import BEATS, HTTP_INPUT, SYSLOG, TCP
from rendering.elastic.settings import ElasticSettings
from rendering.logstash.settings import BODY, DATA, FILES
from rendering.logstash.syntax import Plugin, Step, Value, mutate

FROM = "[@metadata][from]"
"""Which input a record came by."""
# What Filebeat says of a record; any other field is dropped, so that nothing unmasked travels beside the text.
_KEPT = ("@timestamp", "message", "kubernetes", "container", "host", "log", "stream", "aws", "tags")


def inputs(elastic: ElasticSettings) -> list[Step]:
    """Beats, JSON lines by TCP, browsers' records by HTTP, syslog and files where they are switched on."""
    found = [
        _input("beats", port=BEATS, client_inactivity_timeout=300),
        _input("tcp", port=TCP, tcp_keep_alive=True, codec=_text("line")),
        _input(
            "http",
            port=HTTP_INPUT,
            additional_codecs={},  # JSON too stays text until it is masked
            codec=_text("plain"),
            max_content_length=BODY,
            response_code=204,
            remote_host_target_field="[@metadata][remote]",
            request_headers_target_field="[@metadata][headers]",
        ),
    ]
    if elastic.logstash.syslog:
        found.append(_input("udp", port=SYSLOG, buffer_size=65_536, queue_size=2_000, codec=_text("plain")))
    if (files := elastic.logstash.files) is not None:
        if files.follow:
            found.append(_file("follow", files.follow, mode="tail", start_position="beginning"))
        if files.archives:  # rotated files, compressed ones too: read once from beginning to end
            found.append(
                _file(
                    "archives",
                    files.archives,
                    mode="read",
                    file_completed_action="log",
                    file_completed_log_path=f"{DATA}/files_archives_done.log",
                )
            )
    return list(found)


def arrived() -> list[Step]:
    """The first filters: nothing but text and what Filebeat knows of its origin goes on, cut to the length that is read."""
    return [
        Plugin("prune", {"id": "only_known_fields", "whitelist_names": [f"^{name}$" for name in _KEPT]}),
        mutate(id="no_annotations", remove_field=["[kubernetes][annotations]", "[log][original]", "[host][ip]", "[host][mac]"]),
    ]


def _input(name: str, **options: Value | Plugin) -> Plugin:
    return Plugin(name, {"id": f"from_{name}", **options, "add_field": {FROM: name}})


def _file(name: str, paths: tuple[str, ...], **options: Value) -> Plugin:
    codec = _text("plain")
    where: dict[str, Value] = {"path": [f"{FILES}/{path}" for path in paths], "sincedb_path": f"{DATA}/files_{name}.sincedb"}
    return Plugin("file", {"id": f"from_files_{name}", **where, **options, "codec": codec, "add_field": {FROM: "file"}})


def _text(codec: str) -> Plugin:
    """A codec that copies nothing into `[event][original]`, where it would stand unmasked."""
    return Plugin(codec, {"charset": "UTF-8", "ecs_compatibility": "disabled"})
