"""The custom CSV classifier: every field that Glue's has."""

from __future__ import annotations

from typing import Any

import pytest

from gluepot.classifiers.custom.csv import CsvClassifier
from gluepot.classifiers.inference.resolve import column_type
from gluepot.classifiers.sample import Match, Rejection, Sample
from gluepot.errors import InvalidInput


def judged(text: str, key: str = "data.txt", **fields: Any) -> Match | Rejection:
    head = text.encode()
    return CsvClassifier("ours", **fields).classify(Sample(key, len(head), head), None)


def columns(found: Match | Rejection) -> dict[str, str]:
    assert isinstance(found, Match), found
    return {name: str(column_type(member.type)) for name, member in found.schema.members.items()}


def reason(found: Match | Rejection) -> str:
    assert isinstance(found, Rejection), found
    return found.reason


def test_a_delimiter_that_is_given_needs_no_detecting() -> None:
    assert columns(judged("id_name\n1_ann\n2_bob\n", delimiter="_")) == {"id": "bigint", "name": "string"}


def test_a_delimiter_that_is_not_given_is_detected() -> None:
    assert columns(judged("id;name\n1;ann\n2;bob\n", header=("Key", "Who"))) == {"key": "bigint", "who": "string"}


def test_a_quote_that_is_given_quotes() -> None:
    assert columns(judged("id|note\n1|%a|b%\n2|c\n", delimiter="|", quote_symbol="%")) == {"id": "bigint", "note": "string"}


@pytest.mark.parametrize(("contains_header", "expected"), [("PRESENT", ["ann", "oslo"]), ("ABSENT", ["col0", "col1"])])
def test_whether_there_is_a_header_can_be_said(contains_header: str, expected: list[str]) -> None:
    assert list(columns(judged("ann,oslo\nbob,lima\n", delimiter=",", contains_header=contains_header))) == expected


def test_a_header_that_is_given_names_the_columns_of_files_without_one() -> None:
    found = judged("1,ann\n2,bob\n", delimiter=",", contains_header="ABSENT", header=("Id", "Name"))

    assert columns(found) == {"id": "bigint", "name": "string"}


def test_a_header_that_is_given_is_found_in_the_file() -> None:
    found = judged("ann,bob\ncid,dan\n", delimiter=",", header=("ANN", "Bob"))

    assert isinstance(found, Match)
    assert found.format.dialect is not None
    assert found.format.dialect.header


def test_a_file_of_another_width_than_the_header_is_another_classifiers() -> None:
    assert reason(judged("1,ann\n2,bob\n", delimiter=",", header=("a", "b", "c"))) == "it has 2 columns, and the classifier's Header 3"


def test_a_delimiter_at_the_end_of_every_line_makes_no_column_beside_those_that_are_given() -> None:
    assert columns(judged("1,ann,\n2,bob,\n", delimiter=",", header=("id", "name"))) == {"id": "bigint", "name": "string"}


@pytest.mark.parametrize(("disabled", "expected"), [(True, "string"), (False, "bigint")])
def test_values_are_trimmed_before_typing_only_where_it_is_switched_on(disabled: bool, expected: str) -> None:
    found = judged("id|amount\n1| 5 \n2| 7 \n", delimiter="|", disable_value_trimming=disabled)

    assert columns(found) == {"id": "bigint", "amount": expected}


def test_one_column_is_a_table_only_where_it_is_allowed() -> None:
    text = "word\nthen\nmore\n"

    assert "AllowSingleColumn" in reason(judged(text, delimiter="|"))
    assert list(columns(judged(text, delimiter="|", contains_header="PRESENT", allow_single_column=True))) == ["word"]


def test_datatypes_stand_in_the_place_of_inference() -> None:
    datatypes = ("BINARY", "BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "INT", "LONG", "SHORT", "STRING", "TIMESTAMP")
    text = ",".join(map(str, range(11))) + "\n" + "x,1,1,1.25,1,1,1,1,1,1,1\n"

    found = judged(text, delimiter=",", contains_header="ABSENT", custom_datatype_configured=True, custom_datatypes=datatypes)

    types = "binary boolean date decimal(22,2) double float int bigint smallint string timestamp".split()
    assert list(columns(found).values()) == types


def test_datatypes_that_are_not_switched_on_change_nothing() -> None:
    assert columns(judged("a,b\n1,2\n", delimiter=",", custom_datatypes=("STRING", "STRING"))) == {"a": "bigint", "b": "bigint"}


def test_a_header_alone_is_a_table_where_the_classifier_says_so_and_gives_types() -> None:
    types: dict[str, Any] = {"custom_datatype_configured": True, "custom_datatypes": ("LONG", "DATE")}

    assert columns(judged("id,day\n", delimiter=",", contains_header="PRESENT", **types)) == {"id": "bigint", "day": "date"}
    assert "only one line" in reason(judged("id,day\n", delimiter=",", contains_header="PRESENT"))


def test_a_file_whose_lines_mostly_agree_is_recognised_with_less_certainty() -> None:
    found = judged("a|b\n1|2\nwords\nx|y|z\n1|2|3|4\n3|4\n", delimiter="|")

    assert isinstance(found, Match)
    assert 0.3 <= found.certainty < 0.7


@pytest.mark.parametrize("text", ["", "\n\n", '{"a": 1, "b": 2}\n', "<a>1,2</a>\n"])
def test_what_is_no_table_is_left_to_the_next_classifier(text: str) -> None:
    assert reason(judged(text, delimiter=",", contains_header="PRESENT", allow_single_column=True, header=("a",)))


def test_bytes_that_are_no_text_are_refused() -> None:
    found = CsvClassifier("ours", ",").classify(Sample("a", 4, b"\x00\x01\x02\xff"), None)

    assert reason(found) == "the bytes are not text"


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as raised:
        CsvClassifier("", delimiter="ab", quote_symbol="\n", contains_header="MAYBE", custom_datatypes=("UUID",), serde="Avro")

    for word in ("Name", "Delimiter", "QuoteSymbol", "ContainsHeader", "CustomDatatypes", "Serde"):
        assert word in str(raised.value)


def test_quote_and_delimiter_must_differ() -> None:
    with pytest.raises(InvalidInput, match="must differ"):
        CsvClassifier("ours", delimiter="|", quote_symbol="|")
