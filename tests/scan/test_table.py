"""What `scan` delivers: schema, partitions, files, limits."""

from __future__ import annotations

import datetime as dt
import gzip
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from pyarrow import parquet

from gluepot.errors import EntityNotFound, InvalidInput, ReadError, Unreadable
from gluepot.scan.table import scan

if TYPE_CHECKING:
    from .conftest import Lake

COMMA = {"field.delim": ","}


def test_the_schema_is_the_columns_and_then_the_partition_keys_in_their_types(lake: Lake) -> None:
    lake.table("text", {"id": "bigint", "at": "timestamp"}, keys={"day": "date"})

    schema = scan(lake.catalog, "default.t").schema

    assert schema == pa.schema([("id", pa.int64())]).append(pa.field("at", pa.timestamp("us"))).append(pa.field("day", pa.date32()))


def test_partition_values_become_typed_columns_and_the_default_partition_null(lake: Lake) -> None:
    lake.write("day=2024-01-02/a", "1\n")
    lake.write("day=__HIVE_DEFAULT_PARTITION__/a", "2\n")
    lake.table("text", {"id": "int"}, keys={"day": "date"})
    lake.partition(["2024-01-02"], "day=2024-01-02/")
    lake.partition(["__HIVE_DEFAULT_PARTITION__"], "day=__HIVE_DEFAULT_PARTITION__/")

    assert lake.rows() == [{"id": 1, "day": dt.date(2024, 1, 2)}, {"id": 2, "day": None}]


def test_where_prunes_partitions_before_their_files_are_opened(lake: Lake) -> None:
    lake.write("day=1/a", "1\n")
    lake.write("day=2/a", "not a number\n")
    lake.table("text", {"id": "int"}, keys={"day": "int"})
    lake.partition(["1"], "day=1/")
    lake.partition(["2"], "day=2/")

    assert lake.rows(where="day = 1") == [{"id": 1, "day": 1}]


def test_columns_are_pruned_by_name_ignoring_case_and_keep_the_table_s_order(lake: Lake) -> None:
    lake.write("a.csv", "1,x,bad\n")
    lake.table("text", {"a": "int", "b": "string", "c": "int"}, serde_parameters=COMMA)

    assert lake.rows(columns=["B", "a"]) == [{"a": 1, "b": "x"}]


def test_partition_keys_alone_can_be_read(lake: Lake) -> None:
    lake.write("p=1/a", "x\ny\n")
    lake.table("text", {"id": "int"}, keys={"p": "int"})
    lake.partition(["1"], "p=1/")

    assert lake.rows(columns=["p"]) == [{"p": 1}, {"p": 1}]


def test_an_unknown_column_is_told_with_those_that_exist(lake: Lake) -> None:
    lake.table("text", {"a": "int"}, keys={"p": "int"})

    with pytest.raises(InvalidInput, match="no column nope; its columns are a, p"):
        lake.rows(columns=["nope"])


def test_an_unknown_table_is_not_found(lake: Lake) -> None:
    with pytest.raises(EntityNotFound):
        lake.rows("absent")


def test_a_partition_s_own_columns_are_aligned_by_name(lake: Lake) -> None:
    lake.write("p=1/a", "x,1\n")
    lake.write("p=2/a", "2,y,2.5\n")
    lake.table("text", {"id": "int", "name": "string", "price": "double"}, serde_parameters=COMMA, keys={"p": "string"})
    lake.partition(["1"], "p=1/", {"name": "string", "id": "int"})
    lake.partition(["2"], "p=2/")

    assert lake.rows(columns=["id", "name", "price"]) == [
        {"id": 1, "name": "x", "price": None},
        {"id": 2, "name": "y", "price": 2.5},
    ]


def test_hidden_and_marker_files_and_empty_objects_are_left_out(lake: Lake) -> None:
    for name in ("_SUCCESS", ".part.crc", "_tmp/a", "sub_$folder$", "sub/.b"):
        lake.write(name, "9\n")
    lake.write("empty", "")
    lake.write("a", "1\n")
    lake.write("sub/a", "2\n")
    lake.table("text", {"id": "int"})

    assert [row["id"] for row in lake.rows()] == [1, 2]


def test_a_table_that_is_not_recursive_has_only_the_files_of_its_folder(lake: Lake) -> None:
    lake.write("a", "1\n")
    lake.write("sub/a", "2\n")
    lake.table("text", {"id": "int"}, parameters={"gluepot.recursive": "false"})

    assert [row["id"] for row in lake.rows()] == [1]


def test_the_crawler_s_exclusions_are_left_out(lake: Lake) -> None:
    lake.write("a.csv", "1\n")
    lake.write("deep/a.json", "{}\n")
    lake.table("text", {"id": "int"}, parameters={"exclusions": f'["{lake.url("**.json")}"]'})

    assert [row["id"] for row in lake.rows()] == [1]


def test_a_location_may_be_one_file(lake: Lake) -> None:
    lake.write("a.csv", "1\n")
    lake.write("a.csv.old", "2\n")
    lake.table("text", {"id": "int"}, location="a.csv")

    assert lake.rows() == [{"id": 1}]


def test_a_partition_that_outlived_its_data_has_no_rows(lake: Lake) -> None:
    lake.table("text", {"id": "int"}, keys={"p": "string"})
    lake.partition(["1"], "p=1/")

    assert lake.rows() == []


def test_a_limit_ends_the_stream_before_later_files_are_opened(lake: Lake) -> None:
    lake.write("a", "1\n2\n3\n")
    lake.write("b", "bad\n")
    lake.table("text", {"id": "int"})

    assert lake.rows(limit=2) == [{"id": 1}, {"id": 2}]


def test_a_bad_value_is_told_with_its_file_line_column_and_type(lake: Lake) -> None:
    url = lake.write("a.csv", "id,n\n1,2\n2," + "x" * 200 + "\n")
    lake.table("text", {"id": "int", "n": "int"}, serde_parameters=COMMA, parameters={"skip.header.line.count": "1"})

    with pytest.raises(ReadError) as failed:
        lake.rows()

    assert str(failed.value) == f"{url}, line 3, column 'n': '{'x' * 79}…' is not a value of type int."


def test_a_bad_value_becomes_null_where_that_is_asked_for(lake: Lake) -> None:
    lake.write("a", "1\nx\n3\n")
    lake.table("text", {"id": "int"})

    assert lake.rows(on_error="null") == [{"id": 1}, {"id": None}, {"id": 3}]


def test_a_truncated_file_is_told_by_its_name(lake: Lake) -> None:
    url = lake.write("a.csv", gzip.compress(b"1\n" * 100_000)[:-40])
    lake.table("text", {"id": "int"})

    with pytest.raises(Unreadable, match=url):
        lake.rows()


def test_a_table_without_a_known_serde_says_which_are_known(lake: Lake) -> None:
    lake.table("unknown", {})

    with pytest.raises(InvalidInput, match="known are LazySimpleSerDe, OpenCSVSerde"):
        lake.rows()


def test_batches_are_bounded(lake: Lake) -> None:
    table = pa.table({"id": range(200_000)})
    parquet.write_table(table, lake.folder / "a.parquet", row_group_size=200_000)
    lake.table("parquet", {"id": "bigint"})

    sizes = [batch.num_rows for batch in scan(lake.catalog, "t")]

    assert sum(sizes) == 200_000
    assert max(sizes) <= 65_536
