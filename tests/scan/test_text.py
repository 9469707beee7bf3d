"""Delimited text: dialects, encodings, compression, and what counts as a value."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import lzma
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from gluepot.errors import InvalidInput, ReadError

if TYPE_CHECKING:
    from .conftest import Lake

COMMA = {"field.delim": ","}
AB = {"a": "string", "b": "string"}


def test_the_default_delimiter_is_control_a(lake: Lake) -> None:
    lake.write("a", "1\x01x\n")
    lake.table("text", {"a": "int", "b": "string"})

    assert lake.rows() == [{"a": 1, "b": "x"}]


@pytest.mark.parametrize("delimiter", ["\t", "|", "||", "<>"])
def test_a_delimiter_may_be_one_character_or_several(lake: Lake, delimiter: str) -> None:
    lake.write("a", f"1{delimiter}x\n2{delimiter}y\n")
    lake.table("text", {"a": "int", "b": "string"}, serde_parameters={"field.delim": delimiter})

    assert lake.rows() == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


def test_quotes_are_data_to_lazy_simple_serde(lake: Lake) -> None:
    lake.write("a", '"x","y"\n')
    lake.table("text", AB, serde_parameters=COMMA)

    assert lake.rows() == [{"a": '"x"', "b": '"y"'}]


def test_an_escape_protects_the_delimiter_and_spells_null(lake: Lake) -> None:
    lake.write("a", "1\\,2,\\N\n\\\\,x\n")
    lake.table("text", AB, serde_parameters={**COMMA, "escape.delim": "\\"})

    assert lake.rows() == [{"a": "1,2", "b": None}, {"a": "\\", "b": "x"}]


def test_null_is_the_serde_s_null_format_and_an_empty_field_of_another_type_than_string(lake: Lake) -> None:
    lake.write("a", ",\nNIL,NIL\n")
    lake.table("text", {"a": "int", "b": "string"}, serde_parameters={**COMMA, "serialization.null.format": "NIL"})

    assert lake.rows() == [{"a": None, "b": ""}, {"a": None, "b": None}]


def test_a_column_s_own_null_tokens_are_null_there_only(lake: Lake) -> None:
    lake.write("a", "NA,NA\n-,-\n0,0\n")
    lake.table("text", {"a": "int", "b": "string"}, serde_parameters=COMMA, parameters={"gluepot.null.tokens": '{"a": ["NA", "-", "0"]}'})

    assert lake.rows() == [{"a": None, "b": "NA"}, {"a": None, "b": "-"}, {"a": None, "b": "0"}]


def test_null_tokens_that_are_not_lists_are_refused(lake: Lake) -> None:
    lake.write("a", "1\n")
    lake.table("text", {"a": "int"}, parameters={"gluepot.null.tokens": '{"a": "NA"}'})

    with pytest.raises(InvalidInput, match="must be a JSON object like"):
        lake.rows()


def test_short_rows_are_filled_with_nulls_and_further_fields_ignored(lake: Lake) -> None:
    lake.write("a", "1,x\n2\n3,y,z\n4,w\n")
    lake.table("text", {"a": "int", "b": "string"}, serde_parameters=COMMA)

    assert [tuple(row.values()) for row in lake.rows()] == [(1, "x"), (2, None), (3, "y"), (4, "w")]


@pytest.mark.parametrize("serde", ["text", "csv"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_ends_a_line(lake: Lake, serde: str, end: str) -> None:
    lake.write("a", end.join(["a,b", "1,x", "", "2,y"]) + end)
    lake.table(serde, {"a": "int", "b": "string"}, serde_parameters=COMMA, parameters={"skip.header.line.count": "1"})

    assert lake.rows() == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


def test_a_blank_line_is_a_row_where_there_is_one_column(lake: Lake) -> None:
    lake.write("a", "x\n\ny\n")
    lake.table("text", {"a": "string"})

    assert [row["a"] for row in lake.rows()] == ["x", "", "y"]


@pytest.mark.parametrize("last", ["", "\n"])
def test_header_footer_and_comment_lines_are_not_rows(lake: Lake, last: str) -> None:
    lake.write("a", f"title\nid\n1\n#2\n3\nsum\nend{last}")
    lake.table(
        "text",
        {"id": "int"},
        parameters={"skip.header.line.count": "2", "skip.footer.line.count": "2", "gluepot.comment": "#"},
    )

    assert lake.rows() == [{"id": 1}, {"id": 3}]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_files_are_decompressed_by_content_and_not_by_name(lake: Lake, compress: Any) -> None:
    lake.write("a.csv", compress(b"1\n"))
    lake.write("b.csv.gz", b"2\n")
    lake.table("text", {"id": "int"})

    assert lake.rows() == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    ("encoding", "parameter"), [("utf-8-sig", ""), ("utf-16", ""), ("latin-1", "ISO-8859-1"), ("cp1252", "windows-1252")]
)
def test_text_is_read_in_its_encoding_without_its_mark(lake: Lake, encoding: str, parameter: str) -> None:
    lake.write("a", "café,1\n".encode(encoding))
    lake.table(
        "text", {"a": "string", "b": "int"}, serde_parameters={**COMMA, **({"serialization.encoding": parameter} if parameter else {})}
    )

    assert lake.rows() == [{"a": "café", "b": 1}]


def test_bytes_that_are_no_text_become_replacement_characters(lake: Lake) -> None:
    lake.write("a", b"caf\xe9,1\n")
    lake.table("text", {"a": "string", "b": "int"}, serde_parameters=COMMA)

    assert lake.rows() == [{"a": "caf�", "b": 1}]


VALUES: list[tuple[str, str, object]] = [
    ("int", " +7 ", 7),
    ("bigint", "-9223372036854775808", -(2**63)),
    ("double", "1e3", 1000.0),
    ("double", "-.5", -0.5),
    ("decimal(10,2)", "12.50", Decimal("12.50")),
    ("decimal(38,0)", "9" * 38, Decimal("9" * 38)),
    ("boolean", "TRUE", True),
    ("boolean", "false", False),
    ("date", "2024-02-29", dt.date(2024, 2, 29)),
    ("timestamp", "2024-01-02 03:04:05", dt.datetime(2024, 1, 2, 3, 4, 5)),
    ("timestamp", "2024-01-02 03:04:05.678", dt.datetime(2024, 1, 2, 3, 4, 5, 678000)),
    ("timestamp", "2024-01-02 03:04:05.123456789", dt.datetime(2024, 1, 2, 3, 4, 5, 123456)),
    ("timestamp", "2024-01-02T03:04:05Z", dt.datetime(2024, 1, 2, 3, 4, 5)),
    ("timestamp", "2024-01-02T03:04:05+02:00", dt.datetime(2024, 1, 2, 1, 4, 5)),
    ("string", " x ", " x "),
]


@pytest.mark.parametrize(("kind", "text", "value"), VALUES)
def test_text_of_a_type_is_read_as_its_value(lake: Lake, kind: str, text: str, value: object) -> None:
    lake.write("a", f"{text}\t\n")
    lake.table("text", {"a": kind, "b": "int"}, serde_parameters={"field.delim": "\t"})

    assert lake.rows(columns=["a"]) == [{"a": value}]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", "2147483648"),
        ("int", "1.5"),
        ("int", "0x1f"),
        ("tinyint", "128"),
        ("bigint", "1_000"),
        ("double", "1,5"),
        ("decimal(4,2)", "100.00"),
        ("decimal(4,2)", "0.001"),
        ("boolean", "1"),
        ("boolean", "yes"),
        ("date", "2023-02-29"),
        ("date", "13/01/2003"),
        ("timestamp", "noon"),
    ],
)
def test_text_that_engines_would_make_null_is_no_value_of_its_type(lake: Lake, kind: str, text: str) -> None:
    lake.write("a", f"{text}\n")
    lake.table("text", {"a": kind}, serde_parameters={"field.delim": "\t"})

    with pytest.raises(ReadError, match="line 1, column 'a'"):
        lake.rows()
    assert lake.rows(on_error="null") == [{"a": None}]


def test_quoted_fields_may_hold_delimiters_quotes_and_newlines(lake: Lake) -> None:
    lake.write("a", 'id,"t\next"\n1,"a, ""b""\nc"\n2,d\n')
    lake.table("csv", {"id": "int", "text": "string"}, parameters={"skip.header.line.count": "1"})

    assert lake.rows() == [{"id": 1, "text": 'a, "b"\nc'}, {"id": 2, "text": "d"}]


def test_quote_separator_and_escape_are_the_serde_s(lake: Lake) -> None:
    lake.write("a", "'a;b';'it\\'s'\n")
    lake.table("csv", AB, serde_parameters={"separatorChar": ";", "quoteChar": "'", "escapeChar": "\\"})

    assert lake.rows() == [{"a": "a;b", "b": "it's"}]


def test_the_line_of_a_bad_value_counts_the_lines_within_quoted_fields(lake: Lake) -> None:
    lake.write("a", '1,"x\ny"\n\nz,w\n')
    lake.table("csv", {"a": "int", "b": "string"})

    with pytest.raises(ReadError, match="line 4, column 'a': 'z'"):
        lake.rows()


def test_rows_after_an_odd_one_are_neither_lost_nor_doubled(lake: Lake) -> None:
    rows = [f"{n},{'x' * 90}" for n in range(100_000)]
    rows[60_000] += ",extra"
    lake.write("a", "\n".join(rows))
    lake.table("text", {"a": "int", "b": "string"}, serde_parameters=COMMA)

    assert [row["a"] for row in lake.rows(columns=["a"])] == list(range(100_000))


def test_utf_16_without_a_byte_order_mark_is_big_endian_as_in_java(lake: Lake) -> None:
    lake.write("a", "1,é\n".encode("utf-16-be"))
    lake.write("b", "2,ü\n".encode("utf-16"))
    lake.table("text", {"a": "int", "b": "string"}, serde_parameters={**COMMA, "serialization.encoding": "UTF-16"})

    assert lake.rows() == [{"a": 1, "b": "é"}, {"a": 2, "b": "ü"}]


@pytest.mark.parametrize("text", ["9" * 39, "-1" + "0" * 38 + ".5", "1." + "0" * 38])
def test_a_number_with_more_digits_than_a_decimal_has_is_named_and_not_made_another(lake: Lake, text: str) -> None:
    lake.write("a", f"1\n{text}\n")
    lake.table("text", {"a": "decimal(38,0)"}, serde_parameters=COMMA)

    if Decimal(text) == 1:
        assert lake.rows() == [{"a": Decimal(1)}, {"a": Decimal(1)}]
    else:
        with pytest.raises(ReadError, match="line 2, column 'a'"):
            lake.rows()
