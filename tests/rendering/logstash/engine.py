"""Runs the rendered pipelines on events: inputs decode, filters work, outputs are written down by stream and id."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.rendering.kinds import Json
from tests.rendering.logstash import filters
from tests.rendering.logstash.conditions import holds
from tests.rendering.logstash.event import Event
from tests.rendering.logstash.language import Choice, Plugin, parse

NOW = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)
ARRIVED = "2026-11-21T10:00:00.000Z"
_INPUTS = {
    "beats": {"port", "client_inactivity_timeout"},
    "tcp": {"port", "tcp_keep_alive", "codec"},
    "udp": {"port", "buffer_size", "queue_size", "codec"},
    "http": {
        "port", "additional_codecs", "codec", "max_content_length", "response_code", "remote_host_target_field",
        "request_headers_target_field",
    },
    "file": {
        "path", "sincedb_path", "mode", "start_position", "codec", "file_completed_action", "file_completed_log_path",
    },
    "dead_letter_queue": {"path", "pipeline_id", "commit_offsets", "clean_consumed"},
    "pipeline": {"address"},
}  # fmt: skip
_ELASTICSEARCH = {
    "hosts", "user", "password", "ssl_enabled", "ssl_certificate_authorities", "data_stream", "manage_template", "ilm_enabled",
    "action",
    "index", "document_id", "compression_level", "retry_initial_interval", "retry_max_interval",
}  # fmt: skip


@dataclass
class Logstash:
    """The pipelines of one set of files."""

    files: dict[str, str]
    stored: dict[tuple[str, str], dict[str, Json]] = field(default_factory=dict)
    """Documents by stream and id, as Elasticsearch would have them after `create`."""
    conflicts: int = 0
    handed: list[str] = field(default_factory=list)
    """Names of the pipelines that events were handed to."""

    def __post_init__(self) -> None:
        self.pipelines = {name.removesuffix(".conf"): parse(text) for name, text in self.files.items()}
        for sections in self.pipelines.values():
            for plugin in sections["input"]:
                unknown = plugin.options.keys() - _INPUTS[plugin.name] - {"id", "add_field"}
                assert not unknown, f"{plugin.name}: {unknown}"

    def input(self, name: str) -> Plugin:
        """The input of one kind."""
        (found,) = [plugin for plugin in self.pipelines["receive"]["input"] if plugin.name == name]
        return found

    def beats(self, *events: dict[str, Json]) -> list[dict[str, Json]]:
        """Events of Filebeat, which are no bytes any more."""
        return self.receive("beats", *events)

    def network(self, name: str, *messages: bytes, remote: str = "10.0.0.7") -> list[dict[str, Json]]:
        """Bytes by TCP, UDP or HTTP, through the codec that the input names."""
        codec = self.input(name).options["codec"]
        assert codec.options == {"charset": "UTF-8", "ecs_compatibility": "disabled"}, "the text would stand in [event][original] as well"
        texts = [text for message in messages for text in (message.split(b"\n") if codec.name == "line" else [message])]
        events: list[dict[str, Json]] = [{"message": decoded(text)} for text in texts if text]
        if name == "http":
            events = [
                event | {"user_agent": {"original": "curl"}, "url": {"path": "/?token=hunter2"}, "http": {"method": "POST"}}
                for event in events
            ]
        return self.receive(name, *events, metadata={"remote": remote})

    def receive(self, name: str, *events: dict[str, Json], metadata: dict[str, Json] | None = None) -> list[dict[str, Json]]:
        """Documents that events become, in their order."""
        added = self.input(name).options["add_field"]
        before = len(self.stored)
        for data in events:
            fresh = Event({"@timestamp": ARRIVED} | json.loads(json.dumps(data)), {"now": NOW} | (metadata or {}))
            for reference, value in added.items():
                fresh.set(reference, value)
            self._run("receive", fresh)
        return list(self.stored.values())[before:]

    def refused(self, document: dict[str, Json], metadata: dict[str, Json], reason: str) -> dict[str, Json]:
        """What becomes of a document that Elasticsearch refuses with this reason."""
        letter = Event(dict(document), metadata | {"now": NOW, "dead_letter_queue": {"reason": reason, "plugin_type": "elasticsearch"}})
        before = len(self.stored)
        self._run("dead-letters", letter)
        (found,) = list(self.stored.values())[before:]
        return found

    def _run(self, name: str, event: Event) -> None:
        sections = self.pipelines[name]
        for each in _filtered(sections.get("filter", []), [event]):
            self._out(sections["output"], each)

    def _out(self, steps: list[Json], event: Event) -> None:
        for step in steps:
            if isinstance(step, Choice):
                self._out(
                    next((inner for condition, inner in step.branches if condition is None or holds(condition, event)), list[Json]()), event
                )
            elif step.name == "pipeline":
                assert step.options.keys() == {"id", "send_to"}
                for target in step.options["send_to"]:
                    (address,) = [plugin.options["address"] for plugin in self.pipelines[target]["input"]]
                    assert address == target
                    self.handed.append(target)
                    self._run(target, event)
            else:
                self._store(step, event)

    def _store(self, plugin: Plugin, event: Event) -> None:
        assert plugin.name == "elasticsearch"
        options = plugin.options
        assert options.keys() - {"id"} == _ELASTICSEARCH
        assert (options["action"], options["data_stream"]) == ("create", False)
        stream, document_id = event.text(options["index"]), event.text(options["document_id"])
        assert "%{" not in stream + document_id, f"{stream} {document_id}: a field was missing"
        if (stream, document_id) in self.stored:
            self.conflicts += 1
        else:
            self.stored[stream, document_id] = event.data | {"_index": stream, "_id": document_id, "_metadata": event.metadata}


def _filtered(steps: list[Json], events: list[Event]) -> list[Event]:
    for step in steps:
        made: list[Event] = []
        for event in events:
            if isinstance(step, Choice):
                chosen = next((inner for condition, inner in step.branches if condition is None or holds(condition, event)), list[Json]())
                made += _filtered(chosen, [event])
            else:
                try:
                    made += filters.run(step.name, step.options, event)
                except filters.Dropped:
                    continue
        events = made
    return events


def decoded(data: bytes) -> str:
    r"""What a codec with `charset => "UTF-8"` makes of bytes; those that are none it writes as Ruby's `inspect` does (`\xFF`)."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        text = data.decode(errors="surrogateescape")
        shown = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
        return "".join(f"\\x{ord(each) - 0xDC00:02X}" if 0xDC80 <= ord(each) <= 0xDCFF else shown.get(each, each) for each in text)
