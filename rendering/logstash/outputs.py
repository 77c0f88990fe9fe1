"""The ways out: a pipeline for each way into Elasticsearch, so that one that is stuck holds up no other until its queue is full."""

from rendering.elastic.places import dead_letters
from rendering.logstash.redact import masked
from rendering.logstash.route import DATASET, ID, STREAM
from rendering.logstash.settings import AUTHORITY, DATA, DEAD, ERRORS, MAIN, METRICS, PASSWORD, STORES, URL, USER
from rendering.logstash.syntax import Plugin, Step, choose, file, mutate
from rendering.site import Site

_REASON = "[@metadata][dead_letter_queue]"


def handed_on() -> list[Step]:
    """Output of the pipeline that receives: errors and measurements have their own way, all else the main one."""
    return [
        choose(
            (f'{DATASET} == "errors"', [_to(ERRORS)]),
            (f'{DATASET} == "metrics"', [_to(METRICS)]),
            (None, [_to(MAIN)]),
        )
    ]


def stores() -> dict[str, str]:
    """The pipelines that write, by name."""
    return {
        name: file(
            "From the queue on disk into Elasticsearch; what it refuses for good becomes a dead letter.",
            input=[Plugin("pipeline", {"id": f"queue_{name}", "address": name})],
            output=[_elasticsearch(name, f"%{{{STREAM}}}", f"%{{{ID}}}")],
        )
        for name in STORES
    }


def buried(site: Site, *, emails: bool) -> str:
    """The pipeline of dead letters: masked once more, since a reason may quote a value, and kept as text."""
    inputs: list[Step] = [
        Plugin(
            "dead_letter_queue",
            {
                "id": f"letters_{name}",
                "path": f"{DATA}/dead_letter_queue",
                "pipeline_id": name,
                "commit_offsets": True,
                "clean_consumed": True,
            },
        )
        for name in STORES
    ]
    filters: list[Step] = [
        mutate(
            id="reason",
            copy={f"{_REASON}[reason]": "[error][message]", "message": "[event][original]", STREAM: "[event][dataset]"},
            replace={"[error][type]": "dead_letter"},
        ),
        masked("[error][message]", "[event][original]", "message", emails=emails),
        # Where it would be refused again, its own fields must not stand at places that this stream knows.
        mutate(id="only_text", remove_field=["tags", "record"]),
    ]
    return file(
        "What Elasticsearch refused, with its reason, into a stream of its own.",
        input=inputs,
        filter=filters,
        output=[_elasticsearch(DEAD, dead_letters(site), f"%{{{ID}}}")],
    )


def _to(name: str) -> Step:
    return Plugin("pipeline", {"id": f"to_{name}", "send_to": [name]})


def _elasticsearch(name: str, stream: str, document: str) -> Step:
    """Data streams take `create` alone; a record that came twice is refused as a conflict, which is no failure.

    While Elasticsearch is away, full or asks to wait (429, 503), a batch is tried until it is taken.
    """
    return Plugin(
        "elasticsearch",
        {
            "id": f"into_elasticsearch_{name}",
            "hosts": [URL],
            "user": USER,
            "password": PASSWORD,
            "ssl_enabled": True,
            "ssl_certificate_authorities": [AUTHORITY],
            "data_stream": False,
            "manage_template": False,
            "ilm_enabled": False,
            "action": "create",
            "index": stream,
            "document_id": document,
            "compression_level": 1,
            "retry_initial_interval": 2,
            "retry_max_interval": 64,
        },
    )
