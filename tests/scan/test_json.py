"""JSON rows: documents however they are laid out, names ignoring case, nested types, exact numbers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from gluepot.errors import ReadError

if TYPE_CHECKING:
    from .conftest import Lake

ROWS = [{"a": 1}, {"a": 2}, {"a": 3}]


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1}\n{"a":2}\n\n{"a":3}\n',
        '{"a":1}{"a":2} {"a":3}',
        '{\n  "a": 1\n}\n{\n  "a": 2\n}\n{"a":3}',
        '[{"a":1},{"a":2},{"a":3}]',
        '[\n  {"a": 1},\n  {\n    "a": 2},\n  {"a": 3}\n]\n',
        '[{"a":1}]\n[{"a":2},{"a":3}]\n',
        '\ufeff{"a":1}\r\n{"a":2}\r\n{"a":3}',
    ],
)
def test_rows_are_read_however_the_documents_are_laid_out(lake: Lake, text: str) -> None:
    lake.write("a.json", text)
    lake.table("json", {"a": "int"})

    assert lake.rows() == ROWS


def test_a_whole_array_is_one_value_where_the_table_s_only_column_is_an_array(lake: Lake) -> None:
    lake.write("a.json", '[{"a":1},\n{"a":2}]')
    lake.table("json", {"array": "array<struct<a:int>>"})

    assert lake.rows() == [{"array": [{"a": 1}, {"a": 2}]}]


def test_names_are_matched_ignoring_case_at_every_depth(lake: Lake) -> None:
    lake.write("a.json", '{"ID":1,"Where":{"City":"Ulm","Spots":[{"X":1}]}}\n{"id":2}\n')
    lake.table("json", {"id": "int", "where": "struct<city:string,spots:array<struct<x:int>>>"})

    assert lake.rows() == [{"id": 1, "where": {"city": "Ulm", "spots": [{"x": 1}]}}, {"id": 2, "where": None}]


def test_case_is_kept_where_the_serde_says_so(lake: Lake) -> None:
    lake.write("a.json", '{"ID":1,"id":2}\n{"ID":3}\n')
    lake.table("json", {"id": "int"}, serde_parameters={"case.insensitive": "false"})

    assert lake.rows() == [{"id": 2}, {"id": None}]


def test_a_mapping_names_the_source_key_and_dots_may_be_underscores(lake: Lake) -> None:
    lake.write("a.json", '{"timestamp":7,"a.b":8}\n')
    lake.table("json", {"ts": "int", "a_b": "int"}, serde_parameters={"mapping.ts": "timestamp", "dots.in.keys": "true"})

    assert lake.rows() == [{"ts": 7, "a_b": 8}]


def test_what_is_not_text_is_its_json_text_in_a_string_column(lake: Lake) -> None:
    lake.write("a.json", '{"s":1}\n{"s":true}\n{"s":{"k":[1,"x"]}}\n{"s":"t"}\n{"s":null}\n{}\n')
    lake.table("json", {"s": "string"})

    assert [row["s"] for row in lake.rows()] == ["1", "true", '{"k":[1,"x"]}', "t", None, None]


def test_decimals_keep_every_digit(lake: Lake) -> None:
    lake.write("a.json", '{"d":0.12345678901234567890,"n":9007199254740993}\n')
    lake.table("json", {"d": "decimal(38,20)", "n": "bigint"})

    assert lake.rows() == [{"d": Decimal("0.12345678901234567890"), "n": 9007199254740993}]


def test_maps_dates_and_timestamps_are_read(lake: Lake) -> None:
    lake.write("a.json", '{"m":{"x":1,"y":null},"d":"2024-01-02","t":"2024-01-02T03:04:05Z","f":3}\n{"m":null,"d":"","t":null}\n')
    lake.table("json", {"m": "map<string,int>", "d": "date", "t": "timestamp", "f": "double"})

    assert lake.rows() == [
        {"m": [("x", 1), ("y", None)], "d": dt.date(2024, 1, 2), "t": dt.datetime(2024, 1, 2, 3, 4, 5), "f": 3.0},
        {"m": None, "d": None, "t": None, "f": None},
    ]


def test_a_column_of_conflicting_types_fills_the_member_named_after_the_type(lake: Lake) -> None:
    lake.write("a.json", '{"v":1}\n{"v":2.5}\n')
    lake.table("json", {"v": "struct<double:double,int:int>"})

    assert lake.rows() == [{"v": {"double": None, "int": 1}}, {"v": {"double": 2.5, "int": None}}]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("int", "1.5"), ("int", "true"), ("int", '"x"'), ("boolean", "1"), ("timestamp", "5"), ("array<int>", "{}"), ("int", "2147483648")],
)
def test_a_value_of_another_type_is_told_with_its_line(lake: Lake, kind: str, value: str) -> None:
    lake.write("a.json", f'{{"v":null}}\n\n{{"v":{value}}}\n')
    lake.table("json", {"v": kind})

    with pytest.raises(ReadError, match="line 3, column 'v'"):
        lake.rows()
    assert lake.rows(on_error="null") == [{"v": None}, {"v": None}]


@pytest.mark.parametrize(
    ("text", "line"), [('{"a":1}\n{"a":}\n', 2), ('{"a":1}\n{"a"', 2), ('[{"a":1},\n{"a":2}', 2), ('{"a":1}\n17\n', 2), ("x,y\n", 1)]
)
def test_what_is_not_a_row_is_told_with_its_line(lake: Lake, text: str, line: int) -> None:
    url = lake.write("a.json", text)
    lake.table("json", {"a": "int"})

    with pytest.raises(ReadError, match=f"{url}, line {line}"):
        lake.rows()


def test_malformed_lines_are_rows_of_nulls_where_the_serde_ignores_them(lake: Lake) -> None:
    lake.write("a.json", '{"a":1}\nbroken\n{"a":3}\n')
    lake.table("json", {"a": "int"}, serde_parameters={"ignore.malformed.json": "true"})

    assert [row["a"] for row in lake.rows()] == [1, None, 3]


@pytest.mark.parametrize(
    "text",
    [
        '[{"v":[1,2]},{"v":[3]}]',
        '[\n  {"v": [1,\n 2]},\n  {"v": [3]}\n]\n',
        '[{"v":[1,2]}]\n[{"v":[3]}]\n',
    ],
)
def test_a_json_path_says_what_the_rows_are(lake: Lake, text: str) -> None:
    lake.write("a.json", text)
    lake.table("json", {"record": "int"}, parameters={"jsonPath": "$[*].v[*]"})

    assert lake.rows() == [{"record": 1}, {"record": 2}, {"record": 3}]


def test_arrays_within_an_array_are_rows_of_arrays(lake: Lake) -> None:
    lake.write("a.json", "[\n[1, 2],\n[3]\n]\n")
    lake.table("json", {"record": "array<int>"}, parameters={"jsonPath": "$[*]"})

    assert lake.rows() == [{"record": [1, 2]}, {"record": [3]}]
