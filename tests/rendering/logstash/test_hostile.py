"""A hostile line costs little: every expression's work grows as the line does, and no line stops the pipeline."""

import time

import pytest

from tests.rendering.logstash.engine import Logstash
from tests.rendering.logstash.hostile import LINES

MOST = 5.0
"""Seconds of one record's way through all filters; it takes a tenth of it, and what grows faster than the line takes minutes."""


@pytest.mark.parametrize("name", LINES)
def test_a_line_that_is_written_to_hold_the_pipeline_up_does_not(logstash: Logstash, name: str) -> None:
    start = time.process_time()
    # Of no application: all formats are tried. Oniguruma gives up with an error after ten million steps back.
    documents = logstash.beats({"message": LINES[name], "host": {"name": "node-1"}})
    assert time.process_time() - start < MOST
    assert len(documents) == 1


def test_a_huge_line_is_cut(logstash: Logstash) -> None:
    (document,) = logstash.beats({"message": "é" * 100_000})
    assert len(document["message"].encode()) <= 65_536
