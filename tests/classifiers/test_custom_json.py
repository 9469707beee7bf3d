"""The custom JSON classifier and its paths."""

from __future__ import annotations

import pytest

from gluepot.classifiers.custom.json import JsonClassifier
from gluepot.classifiers.inference.resolve import column_type
from gluepot.classifiers.sample import Match, Rejection, Sample
from gluepot.errors import InvalidInput


def judged(text: str, path: str, *, whole: bool = True) -> Match | Rejection:
    head = text.encode()
    return JsonClassifier("ours", path).classify(Sample("data.json", len(head), head, whole=whole), None)


def columns(found: Match | Rejection) -> dict[str, str]:
    assert isinstance(found, Match), found
    return {name: str(column_type(member.type)) for name, member in found.schema.members.items()}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("$", '{"a": 1}\n{"a": 2.5}\n', {"a": "double"}),
        ("$[*]", '[{"a": 1}, {"b": "x"}]', {"a": "int", "b": "string"}),
        ("$.items[*]", '{"n": 2, "items": [{"a": 1}, {"a": 2}]}', {"a": "int"}),
        ("$['the items'][*]", '{"the items": [{"a": 1}]}', {"a": "int"}),
        ('$["items"][0]', '{"items": [{"a": 1}, {"b": 2}]}', {"a": "int"}),
        ("$.*", '{"x": {"a": 1}, "y": {"a": 2}}', {"a": "int"}),
        ("$.@graph[*].name", '{"@graph": [{"name": "x"}]}', {"record": "string"}),
        ("$.id", '{"id": 1}\n{"id": 5000000000}\n', {"record": "bigint"}),
        ("$.tags", '{"tags": ["a", "b"]}', {"record": "array<string>"}),
        ("$[1].a", '[{"a": 1}, {"a": {"b": true}}]', {"b": "boolean"}),
    ],
)
def test_a_path_says_what_the_rows_are(path: str, text: str, expected: dict[str, str]) -> None:
    assert columns(judged(text, path)) == expected


def test_a_document_that_the_sample_cuts_off_is_read_as_far_as_it_goes() -> None:
    found = judged('{"meta": {"n": 9}, "items": [{"a": 1, "b": "x, ]"}, {"a": 2.5, "b": "cut off, he', "$.items[*]", whole=False)

    assert columns(found) == {"a": "double", "b": "string"}


def test_numbers_past_64_bits_stay_exact() -> None:
    assert columns(judged('[{"n": 123456789012345678901234567890}]', "$[*]")) == {"n": "decimal(30,0)"}


def test_a_path_that_leads_nowhere_is_a_reason() -> None:
    found = judged('{"a": 1}', "$.items[*]")

    assert found == Rejection("the path $.items[*] leads to nothing in its 1 documents")


@pytest.mark.parametrize("text", ["", "id,name\n1,2\n", "<a/>", '{"a": 1', "[" * 100_000, "{]}"])
def test_what_is_no_json_is_left_to_the_next_classifier(text: str) -> None:
    assert isinstance(judged(text, "$[*]"), Rejection)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("items", r"must begin with \$"),
        ("$..id", r"recursive descent .* at position 2"),
        ("$.a[?(@.b > 1)]", r"a filter .* at position 4"),
        ("$[0:5]", r"a slice .* at position 2"),
        ("$['a','b']", r"a union .* at position 2"),
        ("$[-1]", r"an index counted from the end .* at position 2"),
        ("$.a[(@.length-1)]", r"a script .* at position 4"),
        ("$.a.length()", r"at position 11"),
        ("$.a[", r"at position 4"),
        ("$ a", r"at position 2"),
    ],
)
def test_an_operator_that_glue_does_not_know_is_named_with_its_place(path: str, what: str) -> None:
    with pytest.raises(InvalidInput, match=what):
        JsonClassifier("ours", path)
