"""Every pipeline's file is Logstash's language: by a parser of the project's own and by one that others wrote; broken ones are not."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from logstash_pipeline_parser import Pipeline

from catalog.catalog import Catalog
from rendering.elastic.settings import ElasticSettings
from rendering.logstash.everything import files
from rendering.logstash.syntax import Plugin as Rendered
from rendering.logstash.syntax import Value, file, quoted
from tests.rendering.kinds import Json, is_list
from tests.rendering.logstash.conftest import ELASTIC, LOGS, ROOT, SITE
from tests.rendering.logstash.language import Choice, Plugin, SyntaxFault, parse
from tests.rendering.logstash.regex import compiled, grok

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.conf"))
_ACCEPTED_BY_OTHERS = {"array_without_commas", "option_twice"}
"""What the other parser does not mind: Logstash refuses the first, and merges the second, which is never meant."""


def plugins(steps: list[Json]) -> list[Plugin]:
    """All of a section, those under conditions too."""
    found: list[Plugin] = []
    for step in steps:
        if isinstance(step, Choice):
            found += [plugin for _, inner in step.branches for plugin in plugins(inner)]
        else:
            found.append(step)
    return found


def everything(sections: dict[str, list[Json]]) -> list[Plugin]:
    return [plugin for steps in sections.values() for plugin in plugins(steps)]


@pytest.fixture(scope="module")
def fullest(catalog: Catalog) -> dict[str, str]:
    """With files and syslog."""
    elastic = {
        "nodes": {"all": {"count": 3, "cpu": "1", "memory": "2Gi", "volume": "10Gi"}},
        "logstash": {"replicas": 1, "files": {"claim": "old-logs", "follow": ["app/*.log"], "archives": ["old/*.log.gz"]}},
    }
    return files(catalog, SITE, LOGS, ElasticSettings.model_validate(elastic))


def test_both_parsers_take_every_file_and_see_the_same_plugins(catalog: Catalog) -> None:
    """Of one application, since the other parser is slow; the project's own reads all in every other test."""
    few = replace(catalog, applications={"universal-ai-tools": catalog.applications["universal-ai-tools"]})
    for name, text in files(few, SITE, LOGS, ELASTIC).items():
        ours = Counter(plugin.name for plugin in everything(parse(text)))
        # It makes a path of every option `path`, lists of them too.
        theirs = Counter(_names(_theirs(Pipeline(text).remove_type("path")), set(ours)))
        assert ours == theirs, name


def _theirs(pipeline: Pipeline) -> Json:
    """The other parser's tree, of lists within lists."""
    parse_all: Json = getattr(pipeline, "parse")  # noqa: B009 - its type says nothing of what is in the lists
    return parse_all()


def _names(tree: Json, known: set[str]) -> list[str]:
    """Names of plugins in the other parser's tree: lists of a name and its options, wherever they stand."""
    if not is_list(tree):
        return []
    plugin = len(tree) == 2 and isinstance(tree[0], str) and tree[0] in known and is_list(tree[1])
    here = [tree[0]] if plugin and all(is_list(option) for option in tree[1]) else []
    return here + [name for each in tree for name in _names(each, known)]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_no_pipeline(path: Path) -> None:
    with pytest.raises(SyntaxFault):
        parse(path.read_text())
    if path.stem not in _ACCEPTED_BY_OTHERS:
        with pytest.raises(Exception, match=r"."):
            _theirs(Pipeline(path.read_text()))


def test_there_are_broken_files() -> None:
    assert len(BROKEN) >= 8


def test_a_string_with_both_quotes_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="both kinds of quotes"):
        quoted("a\"b'c")


def test_what_is_written_is_what_is_read() -> None:
    options: dict[str, Value | Rendered] = {"a": 'x "y" \\1', "b": [1, "two", {"k": True}], "c": {"[d][e]": "f", "g": 2.5}, "h": "it's"}
    text = file("x", filter=[Rendered("mutate", options)])
    (plugin,) = parse(text)["filter"]
    assert plugin.options == options


def test_every_plugin_of_a_file_that_is_measured_has_an_id_of_its_own(fullest: dict[str, str]) -> None:
    for name, text in fullest.items():
        ids = Counter(plugin.options["id"] for plugin in everything(parse(text)) if "id" in plugin.options)
        assert not [each for each, count in ids.items() if count > 1], name


def test_only_our_own_variables_are_put_in(fullest: dict[str, str]) -> None:
    known = {"${ELASTICSEARCH_URL}", "${ELASTICSEARCH_USER}", "${ELASTICSEARCH_PASSWORD}"}
    assert {found for text in fullest.values() for found in re.findall(r"\$\{[^}]*\}?", text)} == known


def test_every_regular_expression_is_one_of_rubys_and_grok_uses_our_patterns_alone(fullest: dict[str, str]) -> None:
    for text in fullest.values():
        for plugin in everything(parse(text)):
            for pattern in plugin.options.get("gsub", [])[1::3]:
                compiled(pattern)
            for expression in (
                [each for listed in plugin.options.get("match", {}).values() for each in listed] if plugin.name == "grok" else []
            ):
                pattern, _ = grok(expression, plugin.options["pattern_definitions"])
                compiled(pattern)
                assert expression.startswith((r"\A", r"(?:\A|")), f"{expression} may begin anywhere"


def test_files_fit_into_a_config_map(fullest: dict[str, str]) -> None:
    assert sum(len(text.encode()) for text in fullest.values()) < 900_000


def test_the_projects_root_is_where_tests_think_it_is() -> None:
    assert (ROOT / "catalog" / "applications").is_dir()
