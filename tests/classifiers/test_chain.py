from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet
import pytest

import gluepot
from gluepot.classifiers.chain import BUILT_IN, classify
from gluepot.classifiers.inference.resolve import column_type
from gluepot.classifiers.sample import Classification, Sample
from gluepot.errors import InvalidInput, ObjectNotFound

LOG_NAMES = "combined_apache apache linux_kernel microsoft_log ruby_logger squid redismonlog redislog".split()
CSV = b"id,name\n1,ann\n2,bob\n"


def of(head: bytes) -> Classification:
    return classify(Sample("key", len(head), head))


def columns(found: Classification) -> dict[str, str]:
    return {name: str(column_type(member.type)) for name, member in found.schema.members.items()}


def parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table, buffer)
    return buffer.getvalue()


def test_the_chain_has_glues_order() -> None:
    assert [classifier.name for classifier in BUILT_IN] == [
        "avro",
        "orc",
        "parquet",
        "json",
        "bson",
        "xml",
        "ion",
        *LOG_NAMES,
        "csv",
        "fixedwidth",
    ]


def test_a_certain_classifier_stops_the_chain() -> None:
    assert [(verdict.classifier, verdict.certainty) for verdict in of(b'{"a": 1}\n').tried] == [
        ("avro", 0.0),
        ("orc", 0.0),
        ("parquet", 0.0),
        ("json", 1.0),
    ]


def test_what_nobody_recognises_is_unknown_and_says_what_was_tried() -> None:
    found = of(b"Dear all,\nthis is a letter, and no table.\nYours, Ann\n")

    assert found.format.classification == "UNKNOWN"
    assert len(found.tried) == len(BUILT_IN)
    assert all(verdict.reason for verdict in found.tried)


@pytest.mark.parametrize(
    ("codec", "packed"),
    [
        ("none", CSV),
        ("gzip", gzip.compress(CSV)),
        ("bzip2", bz2.compress(CSV)),
        ("xz", lzma.compress(CSV)),
    ],
)
def test_content_is_recognised_in_any_codec_and_under_any_name(codec: str, packed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(packed)

    found = gluepot.classify(str(path))

    assert (found.format.classification, found.format.codec) == ("csv", codec)
    assert columns(found) == {"id": "bigint", "name": "string"}


def test_a_zip_with_one_member_is_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a", "w") as archive:
        archive.writestr("sales.csv", CSV)

    assert gluepot.classify(str(tmp_path / "a")).format.codec == "zip"


def test_parquet_orc_and_avro_declare_their_columns() -> None:
    table = pa.table({"Id": pa.array([1], pa.int32()), "at": pa.array([0], pa.timestamp("ms")), "tags": pa.array([["x"]])})
    orc, avro = io.BytesIO(), io.BytesIO()
    pyarrow.orc.write_table(table, orc)
    fields = [{"name": "Id", "type": ["null", "int"]}, {"name": "m", "type": {"type": "map", "values": "double"}}]
    fastavro.writer(avro, {"type": "record", "name": "R", "fields": fields}, [{"Id": 1, "m": {}}])

    assert columns(of(parquet(table))) == {"id": "int", "at": "timestamp", "tags": "array<string>"}
    assert columns(of(orc.getvalue())) == {"id": "int", "at": "timestamp", "tags": "array<string>"}
    assert columns(of(avro.getvalue())) == {"id": "int", "m": "map<string,double>"}


def test_a_recursive_avro_record_ends_in_a_string() -> None:
    avro = io.BytesIO()
    fields = [{"name": "v", "type": "int"}, {"name": "next", "type": ["null", "Node"]}]
    fastavro.writer(avro, {"type": "record", "name": "Node", "fields": fields}, [])

    assert columns(of(avro.getvalue())) == {"v": "int", "next": "string"}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2"], "bigint"),
        (["1", "2.5"], "double"),
        (["1", "x"], "string"),
        (["007", "12"], "string"),
        (["0", "12"], "bigint"),
        (["true", "FALSE"], "boolean"),
        (["yes", "no"], "string"),
        (["2024-02-29", "2024-03-01"], "date"),
        (["2023-02-29", "2024-03-01"], "string"),
        (["2024-01-01 10:00:00", "2024-01-01 10:00:00.123"], "timestamp"),
        (["2024-01-01", "2024-01-01 10:00:00"], "timestamp"),
        (["13/01/2024", "14/01/2024"], "string"),
        (["NA", "3", "4"], "bigint"),
        (["-", "3", "4"], "bigint"),
        (["-", "-", "-", "4"], "string"),
        (["NA", "x"], "string"),
        (["", "3"], "bigint"),
        (["", ""], "string"),
        (["9223372036854775807", "1"], "bigint"),
        (["9223372036854775808", "1"], "decimal(19,0)"),
        (["9" * 39, "1"], "string"),
        (["12e4", "13e5"], "string"),
        (["1.2e-4", "3"], "double"),
        (["$12", "$13"], "string"),
        (["1.234,56", "2,5"], "string"),
    ],
)
def test_a_text_column_gets_the_type_that_its_serde_can_read(values: list[str], kind: str) -> None:
    body = "key;value\n" + "".join(f"k{number};{value}\n" for number, value in enumerate(values))

    assert columns(of(body.encode()))["value"] == kind


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("id,name\n1,ann\n2,bob\n", ["id", "name"]),
        ("1,ann\n2,bob\n3,cid\n", ["col0", "col1"]),
        ("name,city\nann,Oslo\nbob,Rio\n", ["name", "city"]),
        ("a,b,b\n1,2,3\n4,5,6\n", ["a", "b", "b_2"]),
        ("Id,Full Name,\n1,x,\n2,y,\n", ["id", "full name", "col2"]),
        ("year,2019,2020\nx,1,2\ny,3,4\n", ["year", "2019", "2020"]),
    ],
)
def test_a_header_is_told_from_a_row(text: str, names: list[str]) -> None:
    assert list(of(text.encode()).schema.members) == names


@pytest.mark.parametrize(
    ("text", "delimiter", "quote"),
    [
        ("a|b\n1|2\n3|4\n", "|", ""),
        ("a\tb\n1\t2\n3\t4\n", "\t", ""),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";", ""),
        ('a,b\n"x, y",2\n"z",4\n', ",", '"'),
        ("a,b\n'x, y',2\n'z',4\n", ",", "'"),
        ("a~b\n1~2\n3~4\n5~6\n", "~", ""),
        ("id name\n1 ann\n2 bob\n3 cid\n", " ", ""),
    ],
)
def test_the_dialect_is_read_from_the_text(text: str, delimiter: str, quote: str) -> None:
    dialect = of(text.encode()).format.dialect

    assert dialect is not None
    assert (dialect.delimiter, dialect.quote) == (delimiter, quote)


def test_one_ragged_row_does_not_collapse_the_table() -> None:
    rows = [f"{n},{n}.5,x" for n in range(50)]
    rows[20] = "20,20.5"
    rows[30] = "30,30.5,x,extra"

    assert columns(of(("id,price,kind\n" + "\n".join(rows) + "\n").encode())) == {"id": "bigint", "price": "double", "kind": "string"}


def test_lines_before_the_table_are_skipped() -> None:
    found = of(b"Report of sales\nmade by hand\n\nid,price,city\n1,2.5,Oslo\n2,3.5,Rome\n3,4.5,Lima\n")

    assert columns(found) == {"id": "bigint", "price": "double", "city": "string"}
    assert found.format.dialect is not None
    assert found.format.dialect.skipped_lines == 3


@pytest.mark.parametrize(
    "text",
    [
        "def main():\n    return [1, 2, 3]\n\n\nmain()\n",
        "name: x\nversion: 1.0\nlist:\n  - a\n  - b\n",
        "<html><body><p>Hello, world</p></body></html>\n",
        "Once upon a time, there was a lake.\nIt had no columns, and no rows.\nThe end.\n",
        "\x00\x01\x02binary\x00\xff\n",
        "one line only\n",
        "",
    ],
)
def test_what_is_no_table_stays_unknown(text: str) -> None:
    assert not of(text.encode("latin-1")).known


def test_a_json_object_of_many_rare_keys_is_a_map() -> None:
    rows = "".join(json.dumps({"id": n, "by_user": {f"u{2 * n}": 1, f"u{2 * n + 1}": 2}}) + "\n" for n in range(100))

    assert columns(of(rows.encode())) == {"id": "int", "by_user": "map<string,int>"}


def test_classifying_a_folder_or_nothing_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is a folder"):
        gluepot.classify(str(tmp_path))
    with pytest.raises(ObjectNotFound, match="nowhere"):
        gluepot.classify(str(tmp_path / "nowhere"))
