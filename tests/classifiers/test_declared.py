"""Formats that declare their columns: every type of Parquet, ORC and Avro, and what is damaged."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pytest
from footers import Node, OrcType, orc_file, parquet_file, varint
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import orc, parquet

from gluepot.classifiers.chain import classify
from gluepot.classifiers.sample import UNKNOWN, Classification, Sample

REQUIRED, OPTIONAL, REPEATED = 0, 1, 2
BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTES, FIXED = range(8)
UTF8, MAP, MAP_KEY_VALUE, LIST = range(4)


def of(body: bytes) -> Classification:
    return classify(Sample("a", len(body), body, tail=body))


def types(body: bytes) -> dict[str, str]:
    return dict(of(body).declared)


def leaf(name: str, physical: int, repetition: int = OPTIONAL, **numbers: int) -> Node:
    fields = {"converted": 6, "scale": 7, "precision": 8}
    return Node(name, {1: physical, 3: repetition, **{fields[key]: value for key, value in numbers.items()}})


def group(name: str, *children: Node, repetition: int = OPTIONAL, converted: int | None = None) -> Node:
    return Node(name, {3: repetition, **({} if converted is None else {6: converted})}, children)


def logical(physical: int, number: int, **parameters: int | bool) -> Node:
    return Node("c", {1: physical, 3: OPTIONAL, 10: {number: {int(key[1:]): value for key, value in parameters.items()}}})


# --- Parquet


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (leaf("c", INT96), "timestamp"),
        (leaf("c", BYTES), "binary"),
        (leaf("c", FIXED), "binary"),
        (leaf("c", BYTES, converted=0), "string"),
        (leaf("c", BYTES, converted=4), "string"),  # ENUM
        (leaf("c", INT32, converted=5, precision=9, scale=2), "decimal(9,2)"),
        (leaf("c", FIXED, converted=5, precision=50, scale=2), "decimal(38,2)"),
        (leaf("c", INT32, converted=5, precision=0), "int"),
        (leaf("c", INT32, converted=7), "int"),  # TIME_MILLIS
        (leaf("c", INT64, converted=8), "bigint"),
        (leaf("c", INT64, converted=9), "timestamp"),
        (leaf("c", INT32, converted=11), "smallint"),  # UINT_8
        (leaf("c", INT64, converted=14), "decimal(20,0)"),
        (leaf("c", INT32, converted=15), "tinyint"),
        (leaf("c", BYTES, converted=19), "string"),  # JSON
        (leaf("c", BYTES, converted=20), "binary"),  # BSON
        (leaf("c", FIXED, converted=21), "binary"),  # INTERVAL
        (leaf("c", INT32, converted=0), "int"),  # UTF8 where it cannot be
        (leaf("c", INT32, converted=99), "int"),
        (logical(INT64, 7), "bigint"),  # TIME in nanoseconds
        (logical(BYTES, 5, _1=2, _2=12), "decimal(12,2)"),
        (logical(INT32, 11), "string"),  # nulls only
        (logical(FIXED, 14), "binary"),  # UUID
        (logical(FIXED, 15), "float"),  # FLOAT16
        (logical(BYTES, 17), "binary"),  # GEOMETRY
        (logical(BYTES, 99), "binary"),  # of a later version
    ],
)
def test_every_parquet_type_has_its_hive_type(column: Node, kind: str) -> None:
    assert types(parquet_file(column)) == {"c": kind}


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (leaf("c", INT32, REPEATED), "array<int>"),
        (group("c", leaf("a", INT32), repetition=REPEATED), "array<struct<a:int>>"),
        (group("c", group("list", leaf("element", INT32), repetition=REPEATED), converted=LIST), "array<int>"),
        (group("c", leaf("item", INT32, REPEATED), converted=LIST), "array<int>"),
        (group("c", group("array", leaf("a", INT32), repetition=REPEATED), converted=LIST), "array<struct<a:int>>"),
        (group("c", group("c_tuple", leaf("a", INT32), repetition=REPEATED), converted=LIST), "array<struct<a:int>>"),
        (group("c", group("x", leaf("a", INT32), leaf("b", INT32), repetition=REPEATED), converted=LIST), "array<struct<a:int,b:int>>"),
        (group("c", group("x", leaf("a", INT32, REPEATED), repetition=REPEATED), converted=LIST), "array<array<int>>"),
        (
            group("c", group("kv", leaf("k", BYTES, converted=UTF8), leaf("v", INT32), repetition=REPEATED), converted=MAP),
            "map<string,int>",
        ),
        (group("c", group("map", leaf("k", INT64), leaf("v", INT32), repetition=REPEATED), converted=MAP_KEY_VALUE), "map<bigint,int>"),
        (group("c", group("key_value", leaf("k", INT64), repetition=REPEATED), converted=MAP), "array<bigint>"),
        (group("c", leaf("a", INT32), converted=LIST), "struct<a:int>"),  # a list in name only
        (group("c", group("inner", leaf("a", INT32))), "struct<inner:struct<a:int>>"),
        (group("c", leaf("metadata", BYTES), leaf("value", BYTES)), "struct<metadata:binary,value:binary>"),  # VARIANT
    ],
)
def test_every_form_of_parquet_list_and_map_is_read(column: Node, kind: str) -> None:
    assert types(parquet_file(column)) == {"c": kind}


def test_parquet_columns_of_one_name_are_kept_apart_and_told() -> None:
    found = of(parquet_file(leaf("Id", INT32), leaf("id", INT64), leaf("id", DOUBLE), leaf("id_2", BOOLEAN)))

    assert found.declared == (("id", "int"), ("id_3", "bigint"), ("id_4", "double"), ("id_2", "boolean"))
    assert found.written == ("Id", "id", "id", "id_2")
    assert found.evidence["oddities"] == [
        "column 'id' is named like another, or differs from it only by case: it is id_3",
        "column 'id' is named like another, or differs from it only by case: it is id_4",
    ]
    assert dict(found.format.options) == {"parquet.column.index.access": "true"}


def test_a_parquet_footer_counts_rows_and_their_mean_size() -> None:
    stored = io.BytesIO()
    parquet.write_table(pa.table({"a": list(range(1000))}), stored, row_group_size=300, compression="none", use_dictionary=False)

    found = of(stored.getvalue())

    assert found.records == 1000
    assert found.record_size == 8


def test_the_parquet_schema_counts_and_not_the_arrow_schema_beside_it() -> None:
    kinds: dict[str, pa.DataType] = {"d": pa.duration("us"), "s": pa.large_string(), "n": pa.null()}
    schema = pa.schema([*kinds.items(), ("k", pa.dictionary(pa.int8(), pa.string()))])
    stored = io.BytesIO()
    parquet.write_table(schema.empty_table(), stored)

    assert types(stored.getvalue()) == {"d": "bigint", "s": "string", "n": "string", "k": "string"}


@pytest.mark.parametrize("damage", ["cut", "size", "schema", "depth"])
def test_a_damaged_parquet_footer_is_refused_with_the_reason(damage: str) -> None:
    whole = parquet_file(leaf("a", INT32))
    deep = Node("c", {1: INT32})
    for _ in range(200):
        deep = group("c", deep)
    body = {
        "cut": whole[:-10],
        "size": whole[:-8] + b"\xff\xff\xff\x7fPAR1",
        "schema": whole[:6] + b"\xff\xff\xff\xff" + whole[10:],
        "depth": parquet_file(deep),
    }[damage]

    found = of(body)

    assert found.format.classification == UNKNOWN
    assert any((verdict.classifier == "parquet" and "footer" in verdict.reason) or "truncated" in verdict.reason for verdict in found.tried)


def test_an_encrypted_parquet_footer_is_named() -> None:
    body = b"PARE" + bytes(20) + b"PARE"

    assert "its footer is encrypted" in [verdict.reason for verdict in of(body).tried]


@given(st.binary(min_size=1, max_size=60))
def test_any_bytes_as_a_footer_are_refused_or_read_but_never_crash(noise: bytes) -> None:
    of(b"PAR1" + noise + len(noise).to_bytes(4, "little") + b"PAR1")
    of(b"PAR1\x15\x02\x19" + noise + (len(noise) + 3).to_bytes(4, "little") + b"PAR1")
    of(b"ORC" + noise)
    of(b"Obj\x01" + noise)


# --- ORC


def test_orc_keeps_lengths_unions_and_instants() -> None:
    names = ("c", "v", "u", "i", "d", "old", "m")
    body = orc_file(
        OrcType(12, (1, 2, 3, 6, 7, 8, 9), names),
        OrcType(17, numbers={4: 5}),
        OrcType(16, numbers={4: 40}),
        OrcType(13, (4, 5)),
        OrcType(3),
        OrcType(7),
        OrcType(18),
        OrcType(14, numbers={5: 12, 6: 2}),
        OrcType(14),
        OrcType(11, (10, 11)),
        OrcType(7),
        OrcType(15),
        rows=7,
    )

    assert types(body) == {
        "c": "char(5)",
        "v": "varchar(40)",
        "u": "uniontype<int,string>",
        "i": "timestamp",
        "d": "decimal(12,2)",
        "old": "decimal(38,10)",
        "m": "map<string,date>",
    }
    assert of(body).records == 7


@pytest.mark.parametrize("codec", ["uncompressed", "zlib", "snappy", "lz4", "zstd"])
def test_orc_footers_are_read_in_every_codec(codec: str) -> None:
    for width in (1, 2, 3, 5, 8, 300):
        stored = io.BytesIO()
        wide = {f"column_{number}": pa.array([number], pa.int32()) for number in range(width)}
        orc.write_table(pa.table(wide), stored, compression=codec)  # type: ignore[arg-type]  # a str of the five

        assert len(types(stored.getvalue())) == width


def test_an_orc_file_of_no_struct_is_one_column() -> None:
    assert types(orc_file(OrcType(10, (1,)), OrcType(3))) == {"_col0": "array<int>"}


@pytest.mark.parametrize("codec", [1, 2, 3, 4, 5])
def test_a_damaged_orc_footer_is_refused_with_the_reason(codec: int) -> None:
    body = orc_file(OrcType(12, (1,), ("a",)), OrcType(3), codec=codec)

    assert of(body).format.classification == UNKNOWN


# --- Avro


def avro(schema: Any) -> bytes:
    return avro_of(json.dumps(schema).encode())


def avro_of(literal: bytes) -> bytes:
    return b"Obj\x01\x02\x16avro.schema" + varint(len(literal) << 1) + literal + b"\x00" + bytes(16)


def record(*fields: tuple[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": "R", **more, "fields": [{"name": name, "type": kind} for name, kind in fields]}


@pytest.mark.parametrize(
    ("kind", "hive"),
    [
        ("bytes", "binary"),
        ({"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}, "decimal(12,2)"),
        ({"type": "bytes", "logicalType": "decimal", "precision": 50}, "decimal(38,0)"),
        ({"type": "fixed", "name": "F", "size": 8, "logicalType": "decimal", "precision": 9}, "decimal(9,0)"),
        ({"type": "fixed", "name": "F", "size": 12, "logicalType": "duration"}, "binary"),
        ({"type": "fixed", "name": "F", "size": 16, "logicalType": "uuid"}, "binary"),
        ({"type": "string", "logicalType": "uuid"}, "string"),
        ({"type": "int", "logicalType": "date"}, "date"),
        ({"type": "int", "logicalType": "time-millis"}, "int"),
        ({"type": "long", "logicalType": "time-micros"}, "bigint"),
        ({"type": "long", "logicalType": "timestamp-nanos"}, "timestamp"),
        ({"type": "long", "logicalType": "local-timestamp-micros"}, "timestamp"),
        ({"type": "string", "logicalType": "timestamp-millis"}, "string"),  # where it cannot be
        ({"type": "enum", "name": "E", "symbols": ["A"]}, "string"),
        ({"type": {"type": "array", "items": ["null", "long"]}}, "array<bigint>"),
        ({"type": "map", "values": {"type": "map", "values": "null"}}, "map<string,map<string,string>>"),
        (["null", "int"], "int"),
        (["null"], "string"),
        (["int", "null", "string"], "uniontype<int,string>"),
        ({"type": "error", "name": "X", "fields": [{"name": "a", "type": "int"}]}, "struct<a:int>"),
    ],
)
def test_every_avro_type_has_its_hive_type(kind: Any, hive: str) -> None:
    assert types(avro(record(("c", kind)))) == {"c": hive}


def test_avro_names_are_found_by_namespace() -> None:
    inner = {"type": "record", "name": "a.P", "fields": [{"name": "x", "type": "int"}]}
    other = {"type": "record", "name": "P", "namespace": "b", "fields": [{"name": "y", "type": "long"}]}
    schema = record(("one", inner), ("two", other), ("three", "b.P"), ("four", {"type": "array", "items": "a.P"}), namespace="b")

    assert types(avro(schema)) == {
        "one": "struct<x:int>",
        "two": "struct<y:bigint>",
        "three": "struct<y:bigint>",
        "four": "array<struct<x:int>>",
    }


def test_an_avro_file_of_no_records_is_one_column() -> None:
    assert types(avro("long")) == {"value": "bigint"}
    assert types(avro({"type": "map", "values": "int"})) == {"value": "map<string,int>"}


@pytest.mark.parametrize("schema", ["nowhere", {"type": "record", "name": "R"}, {"no": "type"}])
def test_an_avro_schema_that_makes_no_sense_is_refused(schema: Any) -> None:
    assert of(avro(schema)).format.classification == UNKNOWN


def test_an_avro_schema_that_nests_without_end_is_bounded() -> None:
    endless = b'{"type":"array","items":' * 50_000 + b'"int"' + b"}" * 50_000
    deep: Any = "int"
    for _ in range(90):
        deep = {"type": "array", "items": deep}

    assert of(avro_of(endless)).format.classification == UNKNOWN
    assert types(avro(record(("c", deep))))["c"].startswith("array<array<")
