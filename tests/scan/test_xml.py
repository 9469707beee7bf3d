"""XML rows: the elements of the row tag, nested values by the table's types, documents of any size."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
import tracemalloc
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import gluepot
from gluepot.errors import InvalidInput, ReadError, Unreadable
from gluepot.scan.table import scan

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Lake

BOOKS = (
    "<?xml version='1.0'?>\n<shop><books>\n"
    "<book id='1'><title>A &amp; B</title><by>Ann</by><by>Bob</by><price unit='$'>1.5</price><on>2024-01-02</on></book>\n"
    "<book id='2'><title>C</title><by>Cid</by><price>2</price><on/></book>\n</books></shop>"
)
COLUMNS = {"_id": "bigint", "title": "string", "by": "array<string>", "price": "struct<_unit:string,_VALUE:double>", "on": "date"}
ROWS = [
    {"_id": 1, "title": "A & B", "by": ["Ann", "Bob"], "price": {"_unit": "$", "_VALUE": 1.5}, "on": dt.date(2024, 1, 2)},
    {"_id": 2, "title": "C", "by": ["Cid"], "price": {"_unit": None, "_VALUE": 2.0}, "on": None},
]


def xml_table(lake: Lake, columns: dict[str, str], tag: str = "book") -> None:
    lake.table("xml", columns, parameters={"classification": "xml", "rowTag": tag})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_rows_are_read_with_what_is_nested_in_them(lake: Lake, encoding: str) -> None:
    lake.write("a.xml", BOOKS.encode(encoding))
    xml_table(lake, COLUMNS)

    assert lake.rows() == ROWS
    assert lake.rows(columns=["title"]) == [{"title": "A & B"}, {"title": "C"}]


def test_compressed_documents_and_several_in_a_file_are_read(lake: Lake) -> None:
    lake.write("a.xml.gz", gzip.compress(BOOKS.encode()))
    lake.write("b.xml", BOOKS + "\n" + BOOKS)
    lake.write("c.xml", "<book id='7'/>\n<book id='8'/>\n")
    xml_table(lake, {"_id": "int"})

    assert [row["_id"] for row in lake.rows()] == [1, 2, 1, 2, 1, 2, 7, 8]


def test_names_are_matched_ignoring_case_and_maps_are_read(lake: Lake) -> None:
    lake.write("a.xml", "<r><Book><Where><City>Ulm</City></Where><m><x>1</x><y>2</y></m></Book></r>")
    xml_table(lake, {"where": "struct<city:string>", "m": "map<string,int>"}, "Book")

    assert lake.rows() == [{"where": {"city": "Ulm"}, "m": [("x", 1), ("y", 2)]}]


def test_a_value_that_does_not_fit_is_told_with_its_line(lake: Lake) -> None:
    url = lake.write("a.xml", "<r>\n<row><n>1</n></row>\n<row><n>x</n></row>\n</r>")
    xml_table(lake, {"n": "int"}, "row")

    with pytest.raises(ReadError, match=f"{url}, line 3, column 'n': 'x' is not a value of type int"):
        lake.rows()
    assert lake.rows(on_error="null") == [{"n": 1}, {"n": None}]


def test_a_child_that_repeats_where_the_table_has_one_is_told(lake: Lake) -> None:
    lake.write("a.xml", "<r>\n<row><n>1</n><n>2</n></row>\n</r>")
    xml_table(lake, {"n": "int"}, "row")

    with pytest.raises(ReadError, match="line 2, column 'n'"):
        lake.rows()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<r>\n<row><n>1</n></row>\n<row></r>", "line 3: mismatched tag"),
        ("<r>\n<row><n>1</n></row>\n", "line 3: no element found"),
        ("<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r><row><n>&x;</n></row></r>", "reaches outside"),
    ],
)
def test_what_is_no_xml_is_told_with_its_line(lake: Lake, text: str, message: str) -> None:
    url = lake.write("a.xml", text)
    xml_table(lake, {"n": "string"}, "row")

    with pytest.raises(Unreadable, match=f"{url}, .*{message}"):
        lake.rows()


def test_a_table_that_does_not_name_its_rows_is_refused(lake: Lake) -> None:
    lake.write("a.xml", BOOKS)
    lake.table("xml", {"n": "string"}, parameters={"classification": "xml"})

    with pytest.raises(InvalidInput, match="no parameter rowTag"):
        lake.rows()


def test_what_is_crawled_can_be_queried(tmp_path: Path) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    (folder / "a.xml").write_text(BOOKS)
    (folder / "b.xml").write_text(BOOKS.replace("<by>Bob</by>", "").replace("<price>2</price>", ""))
    with gluepot.open(str(tmp_path / "c.db")) as catalog:
        report = gluepot.crawl(str(folder), catalog=catalog)
        sql = "SELECT _id, by[1] AS first, price._VALUE AS price FROM books WHERE price._unit = '$'"

        assert [one.verification.status for one in report.tables if one.verification] == ["verified"]
        assert gluepot.query(catalog, sql).read_all().to_pylist() == [{"_id": 1, "first": "Ann", "price": 1.5}] * 2


@pytest.mark.slow
def test_a_long_document_is_read_in_bounded_memory(lake: Lake) -> None:
    row = f"<book id='1'><title>{'x' * 200}</title><by>a</by></book>\n"
    rows = 40_000_000 // len(row)
    with (lake.folder / "a.xml").open("w") as file:
        file.write("<books>")
        file.writelines(itertools.repeat(row, rows))
        file.write("</books>")
    xml_table(lake, {"_id": "int", "title": "string"})

    tracemalloc.start()
    read = sum(batch.num_rows for batch in scan(lake.catalog, "t"))
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert read == rows
    assert highest + pa.total_allocated_bytes() < 60_000_000
