"""JSON: documents of every layout, types that merge, keys that collide, and what is hostile."""

from __future__ import annotations

import json

import pytest

from gluepot.classifiers.chain import classify
from gluepot.classifiers.inference.resolve import mixed
from gluepot.classifiers.sample import UNKNOWN, Classification, Sample
from gluepot.crawler.signatures import columns_of


def of(body: str | bytes, *, whole: bool = True) -> Classification:
    data = body.encode() if isinstance(body, str) else body
    return classify(Sample("a", len(data), data, whole=whole))


def columns(body: str | bytes) -> dict[str, str]:
    found = of(body)
    assert found.format.classification == "json", found.tried
    return dict(columns_of(found.schema, "accurate"))


def oddities(body: str | bytes) -> object:
    return of(body).evidence.get("oddities")


def refusal(body: str | bytes) -> str:
    return next(verdict.reason for verdict in of(body).tried if verdict.classifier == "json")


@pytest.mark.parametrize(
    ("body", "layout"),
    [
        ('{"a":1}\n{"a":2}\n', "lines"),
        ('\n {"a":1}\r\n\r\n{"a":2}', "lines"),
        ('\ufeff{"a":1}\n{"a":2}\n', "lines"),
        ('{"a":1}\n{"a":NaN}\n', "lines"),
        ('{"a":1}{"a":2}', "documents"),
        ('{\n "a": 1\n}\n{\n "a": 2\n}\n', "documents"),
        ('[{"a":1},\n{"a":2}]', "array"),
    ],
)
def test_documents_are_rows_however_they_lie(body: str, layout: str) -> None:
    found = of(body)

    assert found.format.layout == layout
    assert found.schema.structs == 2
    assert list(found.schema.members) == ["a"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_json_is_read_in_wide_encodings(encoding: str) -> None:
    assert columns('{"größe": 1, "b": ["x"]}\n'.encode(encoding)) == {"größe": "int", "b": "array<string>"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [("[1, 2.5]", "array<double>"), ("[[1,2],[3]]", "array<array<int>>"), ("[1]\n[2,3]\n", "array<int>"), ('["a", 1]', "array<string>")],
)
def test_arrays_of_what_is_no_object_are_one_column(body: str, kind: str) -> None:
    assert columns(body) == {"array": kind}


@pytest.mark.parametrize("body", ["1", '"text"', "null", "1\n2\n3\n"])
def test_bare_values_are_left_to_other_formats(body: str) -> None:
    assert of(body).format.classification != "json"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2.5"], "double"),
        (["1", "3000000000"], "bigint"),
        (["1", "9223372036854775808"], "decimal(19,0)"),
        (["1.0"], "double"),
        (["1e400"], "double"),
        (["1" * 38], "decimal(38,0)"),
        (["1" * 39], "string"),
        (["1" * 5000], "string"),
        (["1", '"x"'], "string"),
        (["1", "{}"], "string"),
        (['{"x":1}', '{"x":"y"}', '{"z":null}'], "struct<x:string,z:string>"),
        (['{"x":1}', "[]"], "struct<x:int>"),
        (['{"x":1}', "[1]"], "string"),
        (["null"], "string"),
        (["[]"], "array<string>"),
        (["[]", "[1]"], "array<int>"),
        (["{}"], "map<string,string>"),
        (["{}", '{"x":{"y":true}}'], "struct<x:struct<y:boolean>>"),
        (['"2024-01-31T10:00:00Z"'], "string"),
        (["true", "null"], "boolean"),
    ],
)
def test_values_of_one_key_meet_in_a_type_that_reads_them_all(values: list[str], kind: str) -> None:
    assert columns("".join(f'{{"a":{value}}}\n' for value in values)) == {"a": kind}


def test_geojson_nests() -> None:
    feature = {"type": "Feature", "properties": {"name": "x"}, "geometry": {"type": "Point", "coordinates": [1.5, 2]}}

    assert columns(json.dumps({"type": "FeatureCollection", "features": [feature]}, indent=1)) == {
        "type": "string",
        "features": "array<struct<type:string,properties:struct<name:string>,geometry:struct<type:string,coordinates:array<double>>>>",
    }


def test_keys_that_are_values_make_a_map() -> None:
    days = {f"2024-01-{day:02}": {"n": day, "w": day / 2} for day in range(1, 9)}
    users = {f"{number}": [number] for number in range(400)}

    assert columns(json.dumps({"days": days, "users": users})) == {
        "days": "map<string,struct<n:int,w:double>>",
        "users": "map<string,array<int>>",
    }


def test_hundreds_of_irregular_keys_make_a_map_even_of_mixed_values() -> None:
    rows = [{"tags": {f"k{row}_{n}": [row, "x", None][n % 3] for n in range(5)}} for row in range(100)]

    assert columns("\n".join(map(json.dumps, rows))) == {"tags": "map<string,string>"}


def test_a_record_with_many_fields_of_several_types_stays_a_struct() -> None:
    row = {"r": {f"f{n}": n if n % 2 else "x" for n in range(150)}}

    assert columns(json.dumps(row))["r"].startswith("struct<f0:string,f1:int,")


def test_keys_that_differ_by_case_in_one_object_are_columns_of_their_own() -> None:
    assert columns('{"id":1,"Id":"x","id_2":true,"n":{"A":1,"a":"y"}}') == {
        "id": "int",
        "id_3": "string",
        "id_2": "boolean",
        "n": "struct<A:int,a_2:string>",
    }


def test_keys_that_differ_by_case_between_objects_are_one_column() -> None:
    assert columns('{"Id":1}\n{"id":2.5}\n') == {"id": "double"}


def test_a_key_without_a_name_gets_one() -> None:
    assert columns('{"":1,"n":{"":2}}') == {"col0": "int", "n": "struct<col0:int>"}


def test_a_nested_key_that_no_type_can_hold_is_named_anew() -> None:
    assert columns('{"a-b":{"c-d":1,"c:d":2,"C.d e":3}}') == {"a-b": "struct<c_d:int,c_d_2:int,c.d_e:int>"}


def test_what_is_mixed_is_counted_with_the_first_line_of_each() -> None:
    found = of('{"a":1,"b":[{"c":1}]}\n\n{"a":"x"}\n{"a":{"k":1},"b":[{"c":"y"}]}\n')
    seen = {path: {kind: (w.count, w.line, w.value) for kind, w in kinds.items()} for path, kinds in mixed(found.schema)}

    assert seen == {
        ".a": {"int": (1, 1, "1"), "string": (1, 3, "x"), "object": (1, 4, "{k}")},
        ".b[].c": {"int": (1, 1, "1"), "string": (1, 4, "y")},
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"a": 1,}', "a trailing comma at line 1"),
        ("[1, 2,]", "a trailing comma at line 1"),
        ('{\n// note\n"a": 1}', "a comment at line 2"),
        ("{'a': 1}", "a text in single quotes at line 1"),
        ("{a: 1}", "the bare word a at line 1"),
        ('{"a": True}', "the bare word True at line 1"),
        ('{"a": 1', "expecting ',' delimiter at line 1"),
        ("[1", "it ends inside the array"),
        ("[1]]", "expecting value at line 1"),
        ("{" * 100_000, "expecting property name enclosed in double quotes at line 1"),
        ('{"a":' * 100_000, "it nests too deep"),
        ("[" * 100_000, "it nests too deep"),
    ],
)
def test_what_is_no_json_is_told_why(body: str, reason: str) -> None:
    assert refusal(body) == f"it does not parse as JSON: {reason}"
    assert of(body).format.classification in (UNKNOWN, "csv", "ion")


def test_a_few_bad_lines_are_told_and_no_other_format() -> None:
    body = '{"a":1}\n{"a":2\n{"a":3}\noops\n{"a":4,"b":5}\n'

    assert columns(body) == {"a": "int", "b": "int"}
    assert oddities(body) == ["2 of 5 lines are not JSON, the first is line 2: expecting ',' delimiter"]


def test_documents_that_are_no_rows_are_told() -> None:
    assert oddities('{"a":1}\n{"a":2}\n[3]\n"x"\n') == ["2 of 4 documents are no rows, the first is at line 3"]


def test_a_key_that_stands_twice_in_one_object_is_told() -> None:
    told = ["key 'a' stands twice in one object: engines refuse the row, or read the last of them"]

    assert oddities('{"a":1,"b":2}\n{"a":1,"b":{"a":1,"a":2}}\n') == told
    assert oddities('{"a":"\\": \\": "}\n{"a":null}\n') is None


def test_a_sample_that_is_cut_shows_what_is_whole() -> None:
    lines = of('{"a":1}\n{"a":2,"b":[1,', whole=False)
    pretty = of('{\n"a": 1\n}\n{\n"a": 2,\n"b": [1,', whole=False)
    array = of('[{"a":1},{"a":2},{"b":', whole=False)

    assert [found.schema.structs for found in (lines, pretty, array)] == [1, 1, 2]


def test_half_characters_and_odd_bytes_do_no_harm() -> None:
    found = of('{"\\ud800":"\\udfff x"}\n')
    witness = next(iter(found.schema.members.values())).type.kinds["string"]

    assert [*found.schema.members, witness.value] == ["?", "? x"]
    assert columns(b'{"a":"caf\xe9"}\n') == {"a": "string"}
    assert dict(of(b'{"a":"caf\xe9"}\n').format.options) == {"serialization.encoding": "windows-1252"}


def test_documents_nested_beyond_all_types_end_in_a_string() -> None:
    body = '{"a":' * 500 + "1" + "}" * 500

    assert columns(body)["a"].startswith("struct<a:struct<a:")
