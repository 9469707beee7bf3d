"""What AWS's crawler was seen to write, number for number, under `--inference glue`; § is a paragraph of Glue's observed behaviour."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet

from gluepot.catalog.interface import Catalog

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., Any]

TEXT = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
}
SERIALIZERS = {"CrawlerSchemaDeserializerVersion": "1.0", "CrawlerSchemaSerializerVersion": "1.0", "UPDATED_BY_CRAWLER": "gluepot"}


def entry(catalog: Catalog, name: str) -> dict[str, Any]:
    """Return a table as Glue's API shows it."""
    return dict(catalog.get_table("default", name).to_api())


def parameters(catalog: Catalog, name: str) -> dict[str, str]:
    """Return a table's parameters without the run's own."""
    found = dict(entry(catalog, name)["Parameters"])
    found.pop("CRAWL_RUN_ID")
    return found


def columns(catalog: Catalog, name: str) -> list[tuple[str, str]]:
    return [(column["Name"], column["Type"]) for column in entry(catalog, name)["StorageDescriptor"]["Columns"]]


def numbers(catalog: Catalog, name: str) -> tuple[str, ...]:
    found = parameters(catalog, name)
    return tuple(found[key] for key in ("averageRecordSize", "recordCount", "sizeKey", "objectCount"))


TRANSACTIONS = "tx_id,amount_eur\n" + "".join(f"tx-000{number},10.50\n" for number in range(1, 6))


def test_a_csv_table_with_a_header_is_the_one_of_a_live_run(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"transactions/rows.csv": TRANSACTIONS})
    crawl(root / "transactions", inference="glue")

    expected = {  # [seen] §5.5
        **SERIALIZERS,
        "areColumnsQuoted": "false",
        "averageRecordSize": "14",
        "classification": "csv",
        "columnsOrdered": "true",
        "compressionType": "none",
        "delimiter": ",",
        "objectCount": "1",
        "recordCount": "6",
        "sizeKey": "87",
        "skip.header.line.count": "1",
        "typeOfData": "file",
    }
    assert parameters(catalog, "transactions") == expected
    assert columns(catalog, "transactions") == [("tx_id", "string"), ("amount_eur", "double")]


def test_the_envelope_of_a_table_is_the_one_seen(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    crawl(lake({"transactions/rows.csv": TRANSACTIONS}) / "transactions", inference="glue")
    found = entry(catalog, "transactions")
    storage = found["StorageDescriptor"]

    # [seen] §5.1
    assert (found["Owner"], found["Retention"], found["TableType"], found["PartitionKeys"]) == ("owner", 0, "EXTERNAL_TABLE", [])
    assert found["VersionId"] == "0"
    assert storage["Location"].endswith("/transactions/")
    assert storage.items() >= {**TEXT, "NumberOfBuckets": -1, "Compressed": False, "StoredAsSubDirectories": False}.items()
    assert (storage["BucketColumns"], storage["SortColumns"]) == ([], [])
    assert storage["Parameters"] == found["Parameters"]
    serde = {"SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", "Parameters": {"field.delim": ","}}
    assert storage["SerdeInfo"] == serde


def test_a_changed_table_keeps_what_its_user_added_and_counts_anew(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"transactions/rows.csv": TRANSACTIONS})
    crawl(root / "transactions", inference="glue")
    edited = catalog.get_table("default", "transactions").to_api()
    catalog.update_table(
        "default",
        type(catalog.get_table("default", "transactions")).from_api(edited | {"Parameters": edited["Parameters"] | {"team": "pos"}}),
    )
    header, row = "tx_id,amount_eur,settlement_currency_cd", "tx-0001,10.50,EUR1"  # 39 and 18 characters
    lake({"transactions/rows.csv": "\n".join([header, *[row] * 5, ""])})
    crawl(root / "transactions", inference="glue")

    assert entry(catalog, "transactions")["VersionId"] == "2"  # [seen] 0, then the user's edit, then the crawl
    assert numbers(catalog, "transactions") == ("25", "5", "135", "1")  # [seen]
    assert parameters(catalog, "transactions")["team"] == "pos"  # [seen] against the documentation


def test_the_average_is_of_the_first_three_lines(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    # [seen*] (44, 30, 36) → 36, of a public table
    lines = ["x" * 20 + "," + "y" * 23, "1," + "a" * 28, "2," + "b" * 34, *["3," + "c" * 90] * 4]
    crawl(lake({"zones/zones.csv": "\n".join(lines) + "\n"}) / "zones", inference="glue")

    assert parameters(catalog, "zones")["averageRecordSize"] == "36"


def test_records_are_the_sum_of_what_each_object_holds_by_that_average(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    crawl(lake({f"t/{number}.csv": TRANSACTIONS for number in range(3)}) / "t", inference="glue")

    assert numbers(catalog, "t") == ("14", "18", "261", "3")  # [seen*] floors are taken object by object


def test_a_csv_of_pipes_in_plain_folders_has_a_key_of_text(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    files = {f"events/{day}/a.csv": "id|amount\n1|2.5\n2|3.5\n" for day in ("20210101", "20210102")}
    crawl(lake(files | {"events/20210101/x.zip": b"PK"}) / "events", inference="glue", exclude=("**.zip",))
    found = entry(catalog, "events")

    assert found["PartitionKeys"] == [{"Name": "partition_0", "Type": "string"}]  # [seen]
    assert parameters(catalog, "events")["delimiter"] == "|"
    assert parameters(catalog, "events")["partition_filtering.enabled"] == "true"  # [seen]
    exclusions = json.loads(parameters(catalog, "events")["exclusions"])
    assert len(exclusions) == 1
    assert exclusions[0].endswith("/events/**.zip")  # [seen] joined to the include path


def test_quoted_data_gets_the_simple_serde_all_the_same(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    crawl(lake({"q/a.csv": 'name,n\n"ann, b",1\n"bob",2\n'}) / "q", inference="glue", verify="none")
    storage = entry(catalog, "q")["StorageDescriptor"]

    assert storage["SerdeInfo"]["SerializationLibrary"].endswith("LazySimpleSerDe")  # [doc] [seen]
    assert parameters(catalog, "q")["areColumnsQuoted"] == "false"  # [seen]
    assert columns(catalog, "q") == [("name", "string"), ("n", "bigint")]


def test_a_table_of_texts_loses_its_header(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    crawl(lake({"words/a.csv": "name,city\nann,oslo\nbob,rome\n"}) / "words", inference="glue")

    assert columns(catalog, "words") == [("col0", "string"), ("col1", "string")]  # [doc] no value of another type below; [seen] col0
    assert "skip.header.line.count" not in parameters(catalog, "words")  # [seen]


def test_what_is_no_csv_to_glue_is_unknown(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    files: dict[str, str | bytes] = {"one/a.csv": "id\n1\n2\n", "head/a.csv": "id,name\n", "tilde/a.csv": "id~n\n1~2\n3~4\n"}
    crawl(lake(files), inference="glue", table_level=2)

    assert [parameters(catalog, name)["classification"] for name in ("one", "head", "tilde")] == ["UNKNOWN"] * 3  # [doc] §1.4


def test_an_unknown_table_has_no_numbers(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    crawl(lake({"notes/a.txt": "Dear all,\nthis is a letter.\nYours\n"}) / "notes", inference="glue")
    storage = entry(catalog, "notes")["StorageDescriptor"]

    assert parameters(catalog, "notes") == {  # [seen] §5.7
        **SERIALIZERS,
        "averageRecordSize": "0",
        "classification": "UNKNOWN",
        "compressionType": "unknown",
        "objectCount": "0",
        "recordCount": "0",
        "sizeKey": "0",
        "typeOfData": "file",
    }
    assert storage["Columns"] == []
    assert storage["Compressed"] is True
    assert "InputFormat" not in storage
    assert "OutputFormat" not in storage
    assert storage["SerdeInfo"] == {"Parameters": {}}


def test_zeros_are_lost_and_dates_are_text(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    text = (
        "zip,day,at,flag,ratio,money\n00042,2020-01-15,2020-01-15 03:44:40,TRUE,1.5,$12\n00043,2020-01-16,2020-01-15 03:44:41,FALSE,2,$13\n"
    )
    crawl(lake({"t/a.csv": text}) / "t", inference="glue")

    assert columns(catalog, "t") == [
        ("zip", "bigint"),  # [guess]
        ("day", "string"),  # [seen]
        ("at", "string"),  # [seen]
        ("flag", "boolean"),  # [seen]
        ("ratio", "double"),  # [guess] whole numbers and fractions of one file
        ("money", "string"),  # [seen]
    ]


def test_json_numbers_are_as_wide_as_they_must_be(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    row = {"distance": 5, "at": 1609459200000, "ratio": 0.5, "ok": True, "when": "2020-01-15T10:00:00Z", "nothing": None, "list": []}
    crawl(lake({"j/a.json": json.dumps(row) + "\n" + json.dumps(row) + "\n"}) / "j", inference="glue")

    assert columns(catalog, "j") == [
        ("distance", "int"),  # [seen] fits 32 bits
        ("at", "bigint"),  # [seen]
        ("ratio", "double"),  # [seen]
        ("ok", "boolean"),  # [seen]
        ("when", "string"),  # [seen]
        ("nothing", "string"),  # [guess]
        ("list", "array<string>"),  # [guess]
    ]


def test_a_conflict_in_json_is_a_struct_of_its_candidates(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    rows = [{"n": 1, "mixed": "x", "deep": [{"v": 1}], "o": "text"}, {"n": 1.5, "mixed": 2, "deep": [{"v": "a"}], "o": {"os": 1}}]
    crawl(lake({"j/a.json": "".join(json.dumps(row) + "\n" for row in rows)}) / "j", inference="glue")

    assert columns(catalog, "j") == [
        ("n", "struct<int:int,double:double>"),  # [doc] the rule, [seen] the spelling, in Glue's ETL
        ("mixed", "struct<string:string,int:int>"),
        ("deep", "array<struct<v:struct<int:int,string:string>>>"),
        ("o", "struct<string:string,os:int>"),  # [seen] a scalar beside a struct
    ]


def test_whole_numbers_of_json_widen_without_a_struct(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    crawl(lake({"j/a.json": '{"n": 1}\n{"n": 5000000000}\n'}) / "j", inference="glue")

    assert columns(catalog, "j") == [("n", "bigint")]  # [guess] §3.3


def test_a_json_document_of_arrays_is_the_one_seen(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    markers = [{"name": "a", "position": [1.5, 2.5], "location": [3.5, 4.5]}]
    written = json.dumps({"markers": markers}, indent=2)
    crawl(lake({"m/a.json": written}) / "m", inference="glue")
    storage = entry(catalog, "m")["StorageDescriptor"]

    # [seen] §5.6
    assert columns(catalog, "m") == [("markers", "array<struct<name:string,position:array<double>,location:array<double>>>")]
    assert storage["SerdeInfo"] == {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe", "Parameters": {"paths": "markers"}}
    assert numbers(catalog, "m") == (str(len(written)), "1", str(len(written)), "1")


def test_json_in_plain_folders_names_its_paths_in_byte_order(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    row = '{"user": 1, "timestamp": 2, "x": 1.5, "y": 2.5, "z": 3.5, "Zone": 1}\n'
    crawl(lake({f"logs/{name}/a.json": row * 3 for name in ("a1", "a2")}) / "logs", inference="glue")
    found = entry(catalog, "logs")

    assert found["PartitionKeys"] == [{"Name": "partition_0", "Type": "string"}]  # [seen]
    assert found["StorageDescriptor"]["SerdeInfo"]["Parameters"]["paths"] == "Zone,timestamp,user,x,y,z"  # [seen] upper case first
    assert [name for name, _ in columns(catalog, "logs")] == ["user", "timestamp", "x", "y", "z", "zone"]  # [seen] lower case, in order


def test_gzip_json_counts_its_own_text(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    text = json.dumps({"a": "x" * 4366})  # 4,374 characters, of which 1,406 bytes or fewer are left
    packed = gzip.compress(text.encode())
    crawl(lake({"g/a.json.gz": packed}) / "g", inference="glue")
    found = parameters(catalog, "g")

    assert (found["compressionType"], found["averageRecordSize"], found["sizeKey"]) == ("gzip", "4375", str(len(packed)))  # [seen]
    assert found["recordCount"] == "1"  # [seen] from the real records


def test_parquet_counts_exactly(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    stored = io.BytesIO()
    pyarrow.parquet.write_table(pa.table({"id": pa.array(range(120), pa.int64()), "at": pa.array([0] * 120, pa.timestamp("us"))}), stored)
    crawl(lake({"p/year=2020/a.parquet": stored.getvalue(), "p/year=2021/a.parquet": stored.getvalue()}) / "p", inference="glue")
    storage = entry(catalog, "p")["StorageDescriptor"]

    assert parameters(catalog, "p")["recordCount"] == "240"  # [seen*] of the footers
    assert columns(catalog, "p") == [("id", "bigint"), ("at", "timestamp")]
    assert storage["SerdeInfo"] == {  # [seen]
        "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        "Parameters": {"serialization.format": "1"},
    }
    assert storage["InputFormat"] == "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    assert entry(catalog, "p")["PartitionKeys"] == [{"Name": "year", "Type": "string"}]  # [doc]


def test_orc_divides_its_size_by_its_rows(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    stored = io.BytesIO()
    pyarrow.orc.write_table(pa.table({"id": pa.array(range(50), pa.int32())}), stored)
    crawl(lake({"o/a.orc": stored.getvalue()}) / "o", inference="glue")

    size = len(stored.getvalue())
    assert numbers(catalog, "o") == (str(size // 50), "50", str(size), "1")  # [seen*]


def test_avro_keeps_its_schema_in_the_table(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    schema = {"type": "record", "name": "flight", "fields": [{"name": "id", "type": "long"}, {"name": "to", "type": ["null", "string"]}]}
    stored = io.BytesIO()
    fastavro.writer(stored, schema, [{"id": 1, "to": "OSL"}])
    crawl(lake({"f/year=2020/a.avro": stored.getvalue(), "f/year=2021/a.avro": stored.getvalue()}) / "f", inference="glue")
    serde = entry(catalog, "f")["StorageDescriptor"]["SerdeInfo"]

    assert columns(catalog, "f") == [("id", "bigint"), ("to", "string")]  # [seen]
    assert serde["SerializationLibrary"] == "org.apache.hadoop.hive.serde2.avro.AvroSerDe"
    assert serde["Parameters"].keys() == {"avro.schema.literal", "serialization.format"}  # [seen]
    assert parameters(catalog, "f")["avro.schema.literal"] == serde["Parameters"]["avro.schema.literal"]
    assert entry(catalog, "f")["PartitionKeys"] == [{"Name": "year", "Type": "string"}]  # [seen]
