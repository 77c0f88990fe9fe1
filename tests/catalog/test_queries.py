"""What a query reads and which labels its result has, by the parser's own tree."""

import promql_parser
import pytest

from catalog.queries import Labels, labels, reads

KNOWN: dict[str, Labels] = {
    "a": frozenset({"x", "y", "pod"}),
    "b": frozenset({"x", "z"}),
    "h_bucket": frozenset({"x", "le"}),
}


def metrics(text: str) -> set[str]:
    return {metric for read in reads(promql_parser.parse(text)) for metric in read.metrics}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum by(x)(rate(a[5m])) / on(x) group_left() b", {"a", "b"}),
        ("a unless a offset 1h", {"a"}),
        ("max_over_time(deriv(a[5m])[1h:1m])", {"a"}),
        ("vector(0) or time() - b", {"b"}),
        ('{__name__=~"p_(one|two)_total",x="1"}', {"p_one_total", "p_two_total"}),
        ('{__name__="only"}', {"only"}),
        ('{__name__=~"one|two"}', {"one", "two"}),
    ],
)
def test_reads_every_selector(text: str, expected: set[str]) -> None:
    assert metrics(text) == expected


def test_a_selector_must_name_its_metrics() -> None:
    for text in ('{job="x"}', '{__name__=~"p_.*"}'):
        with pytest.raises(ValueError, match="does not name its metrics"):
            reads(promql_parser.parse(text))


def test_an_empty_matcher_asks_for_no_label() -> None:
    (read,) = reads(promql_parser.parse('up{application="a",probe="",phase!="x"}'))
    assert read.labels == {"application", "phase"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", {"x", "y", "pod"}),
        ("sum(a)", set[str]()),
        ("sum by(x, other)(a)", {"x"}),
        ("sum without(pod)(a)", {"x", "y"}),
        ("topk(3, sum by(x)(a))", {"x"}),
        ('count_values by(x)("hash", a)', {"x", "hash"}),
        ("a / on(x) b", {"x"}),
        ("a / ignoring(pod) b", {"x", "y"}),
        ("a * on(x) group_left(z) b", {"x", "y", "pod", "z"}),
        ("b * on(x) group_right(z) a", {"x", "y", "pod", "z"}),
        ("a and on(x) b", {"x", "y", "pod"}),
        ("a or b", {"x"}),
        ("a or vector(0)", set[str]()),
        ("1 - sum by(y)(a)", {"y"}),
        ("-(a > 0)", {"x", "y", "pod"}),
        ("histogram_quantile(0.95, sum by(x, le)(rate(h_bucket[5m])))", {"x"}),
        ('label_replace(b, "node", "$1", "z", "(.*)")', {"x", "z", "node"}),
        ('absent(a{x="1"})', {"x"}),
        ("clamp_max(a, 1)", {"x", "y", "pod"}),
    ],
)
def test_tells_the_labels_of_a_result(text: str, expected: set[str]) -> None:
    assert labels(promql_parser.parse(text), KNOWN.__getitem__) == expected


def test_a_scalar_has_no_labels_at_all() -> None:
    assert labels(promql_parser.parse("time() + 1"), KNOWN.__getitem__) is None
