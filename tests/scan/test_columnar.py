"""Parquet, ORC and Avro: types and names aligned to the table's."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import fastavro
import pyarrow as pa
import pytest
from pyarrow import orc, parquet

from gluepot.errors import ReadError, Unreadable

if TYPE_CHECKING:
    from .conftest import Lake

NESTED = pa.table(
    {
        "Id": pa.array([1, 2, 3], pa.int32()),
        "Deep": pa.array([[{"B": 1, "A": "x"}], None, []], pa.list_(pa.struct([("B", pa.int32()), ("A", pa.string())]))),
        "Tags": pa.array([[("k", 1)], [("l", None)], None], pa.map_(pa.string(), pa.int32())),
    }
)
ALIGNED: list[dict[str, Any]] = [
    {"id": 1, "deep": [{"a": "x", "b": 1, "c": None}], "tags": [("k", 1)], "new": None},
    {"id": 2, "deep": None, "tags": [("l", None)], "new": None},
    {"id": 3, "deep": [], "tags": None, "new": None},
]
COLUMNS = {"id": "bigint", "deep": "array<struct<a:string,b:bigint,c:int>>", "tags": "map<string,bigint>", "new": "string"}


def save(lake: Lake, serde: str, table: pa.Table, name: str = "a") -> str:
    stream = io.BytesIO()
    (parquet if serde == "parquet" else orc).write_table(table, stream)
    return lake.write(name, stream.getvalue())


@pytest.mark.parametrize("serde", ["parquet", "orc"])
def test_nested_columns_are_aligned_by_name_and_widened(lake: Lake, serde: str) -> None:
    save(lake, serde, NESTED)
    lake.table(serde, COLUMNS)

    assert lake.rows() == ALIGNED


def test_parquet_columns_of_one_name_are_read_by_position(lake: Lake) -> None:
    save(lake, "parquet", pa.table([[1], ["x"], [True]], names=["Id", "id", "new"]))
    lake.table("parquet", {"id": "bigint", "id_2": "string", "new": "boolean"}, serde_parameters={"parquet.column.index.access": "true"})

    assert lake.rows() == [{"id": 1, "id_2": "x", "new": True}]
    assert lake.rows(columns=["id_2"]) == [{"id_2": "x"}]


@pytest.mark.parametrize("serde", ["parquet", "orc"])
def test_a_file_with_none_of_the_wanted_columns_still_has_its_rows(lake: Lake, serde: str) -> None:
    save(lake, serde, NESTED)
    lake.table(serde, COLUMNS)

    assert lake.rows(columns=["new"]) == [{"new": None}] * 3


@pytest.mark.parametrize("serde", ["parquet", "orc"])
def test_a_value_that_does_not_fit_is_told_with_its_row(lake: Lake, serde: str) -> None:
    url = save(lake, serde, pa.table({"n": pa.array([1, 2**40])}))
    lake.table(serde, {"n": "int"})

    with pytest.raises(ReadError, match=f"{url}, line 2, column 'n': '1099511627776' is not a value of type int"):
        lake.rows()
    assert lake.rows(on_error="null") == [{"n": 1}, {"n": None}]


def test_parquet_s_own_types_become_the_table_s(lake: Lake) -> None:
    moment = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    table = pa.Table.from_pydict(
        {
            "zoned": pa.array([moment], pa.timestamp("ns", "Europe/Berlin")),
            "dictionary": pa.array(["x"]).dictionary_encode(),
            "money": pa.array([Decimal("1.5")], pa.decimal128(5, 1)),
            "number": pa.array([7]),
            "large": pa.array(["y"], pa.large_string()),
        }
    )
    save(lake, "parquet", table)
    lake.table("parquet", {"zoned": "timestamp", "dictionary": "string", "money": "decimal(10,2)", "number": "string", "large": "string"})

    assert lake.rows() == [
        {"zoned": dt.datetime(2024, 1, 2, 3, 4, 5), "dictionary": "x", "money": Decimal("1.50"), "number": "7", "large": "y"}
    ]


@pytest.mark.parametrize("serde", ["parquet", "orc", "avro"])
def test_a_damaged_file_is_told_by_its_name(lake: Lake, serde: str) -> None:
    url = lake.write("a", b"PAR1 ORC Obj\x01 and then rubbish")
    lake.table(serde, {"n": "int"})

    with pytest.raises(Unreadable, match=url):
        lake.rows()


def test_orc_columns_without_names_are_meant_by_position(lake: Lake) -> None:
    save(lake, "orc", pa.table({"_col0": [1], "_col1": ["x"]}))
    lake.table("orc", {"id": "int", "name": "string"})

    assert lake.rows() == [{"id": 1, "name": "x"}]
    assert lake.rows(columns=["name"]) == [{"name": "x"}]


def test_an_orc_union_is_read_member_by_member(lake: Lake) -> None:
    members = pa.UnionArray.from_dense(pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()), [pa.array([1, 2]), pa.array(["x"])])
    save(lake, "orc", pa.table({"u": members}))
    lake.table("orc", {"u": "uniontype<bigint,string>"})

    assert lake.rows() == [{"u": 1}, {"u": "x"}, {"u": 2}]


@pytest.mark.parametrize("serde", ["parquet", "orc"])
def test_a_file_compressed_as_a_whole_is_read_too(lake: Lake, serde: str) -> None:
    save(lake, serde, NESTED)
    lake.write("a", gzip.compress((lake.folder / "a").read_bytes()))
    lake.table(serde, {"id": "int"})

    assert [row["id"] for row in lake.rows()] == [1, 2, 3]


def avro(lake: Lake, fields: list[dict[str, Any]], records: list[dict[str, Any]]) -> None:
    stream = io.BytesIO()
    fastavro.writer(stream, {"type": "record", "name": "r", "fields": fields}, records)
    lake.write("a", stream.getvalue())


def test_avro_unions_and_logical_types_are_read(lake: Lake) -> None:
    moment = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    avro(
        lake,
        [
            {"name": "Id", "type": "long"},
            {"name": "maybe", "type": ["null", "string"]},
            {"name": "either", "type": ["null", "string", "long"]},
            {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
            {"name": "day", "type": {"type": "int", "logicalType": "date"}},
            {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}},
        ],
        [
            {"Id": 1, "maybe": None, "either": "x", "at": moment, "day": dt.date(2024, 1, 2), "price": Decimal("1.50")},
            {"Id": 2, "maybe": "y", "either": 5, "at": moment, "day": dt.date(2024, 1, 3), "price": Decimal("2.00")},
        ],
    )
    lake.table(
        "avro",
        {
            "id": "bigint",
            "maybe": "string",
            "either": "struct<string:string,bigint:bigint>",
            "at": "timestamp",
            "day": "date",
            "price": "decimal(6,2)",
        },
    )

    first, second = lake.rows()

    assert first == {
        "id": 1,
        "maybe": None,
        "either": {"string": "x", "bigint": None},
        "at": dt.datetime(2024, 1, 2, 3, 4, 5),
        "day": dt.date(2024, 1, 2),
        "price": Decimal("1.50"),
    }
    assert second["either"] == {"string": None, "bigint": 5}


def test_an_avro_union_of_several_is_read_member_by_member(lake: Lake) -> None:
    avro(lake, [{"name": "u", "type": ["null", "long", "string"]}], [{"u": 1}, {"u": "x"}, {"u": None}])
    lake.table("avro", {"u": "uniontype<bigint,string>"})

    assert lake.rows() == [{"u": 1}, {"u": "x"}, {"u": None}]


def test_an_avro_value_that_does_not_fit_is_told_with_its_row(lake: Lake) -> None:
    avro(lake, [{"name": "n", "type": "string"}], [{"n": "1"}, {"n": "x"}])
    lake.table("avro", {"n": "int"})

    with pytest.raises(ReadError, match="line 2, column 'n': 'x'"):
        lake.rows()


def test_an_avro_value_goes_to_the_member_of_a_union_that_is_wide_enough(lake: Lake) -> None:
    avro(lake, [{"name": "u", "type": ["int", "long", "null"]}], [{"u": 1}, {"u": 2**40}, {"u": -(2**31)}])
    lake.table("avro", {"u": "uniontype<int,bigint>"})

    assert lake.rows() == [{"u": 1}, {"u": 2**40}, {"u": -(2**31)}]


def test_avro_times_are_numbers_uuids_text_and_nanoseconds_moments(lake: Lake) -> None:
    one = uuid.UUID(int=1)
    avro(
        lake,
        [
            {"name": "ms", "type": {"type": "int", "logicalType": "time-millis"}},
            {"name": "us", "type": {"type": "long", "logicalType": "time-micros"}},
            {"name": "text", "type": {"type": "string", "logicalType": "uuid"}},
            {"name": "ns", "type": {"type": "long", "logicalType": "timestamp-nanos"}},
        ],
        [{"ms": dt.time(0, 0, 1, 5000), "us": dt.time(0, 0, 1, 5), "text": one, "ns": 86_400_000_001_999}],
    )
    lake.table("avro", {"ms": "int", "us": "bigint", "text": "string", "ns": "timestamp"})

    assert lake.rows() == [{"ms": 1005, "us": 1_000_005, "text": str(one), "ns": dt.datetime(1970, 1, 2, 0, 0, 0, 1)}]


def test_an_avro_file_of_no_records_is_one_column(lake: Lake) -> None:
    stream = io.BytesIO()
    fastavro.writer(stream, {"type": "map", "values": "long"}, [{"a": 1}, {}])
    lake.write("a", stream.getvalue())
    lake.table("avro", {"value": "map<string,bigint>"})

    assert lake.rows() == [{"value": [("a", 1)]}, {"value": []}]
