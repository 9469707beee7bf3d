"""Lakes of formats whose records name their fields: XML, BSON, Excel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import gluepot
from bson_writer import document
from gluepot.crawler.report import CrawlReport
from gluepot.crawler.settings import CrawlSettings


def crawled(folder: Path, **settings: Any) -> CrawlReport:
    return gluepot.crawl(str(folder), catalog=folder.parent / "c.db", settings=CrawlSettings(workers=1, **settings))


def tables(report: CrawlReport) -> dict[str, dict[str, str | None]]:
    return {one.table.name: {column.name: column.type for column in one.table.columns} for one in report.tables}


def rows(folder: Path, sql: str) -> list[dict[str, Any]]:
    with gluepot.open(folder.parent / "c.db") as catalog:
        found: list[dict[str, Any]] = gluepot.query(catalog, sql).read_all().to_pylist()
        return found


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    folder = tmp_path / "books"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("lone", ["a.xml", "z.xml"])
def test_a_document_with_one_record_has_its_siblings_rows(lake: Path, lone: str) -> None:
    (lake / lone).write_text("<catalog><book id='1'><by>A</by><by>B</by></book></catalog>")
    (lake / "m.xml").write_text("<catalog><book id='2'><by>A</by></book><book id='3'><by>A</by></book></catalog>")

    assert tables(crawled(lake)) == {"books": {"_id": "bigint", "by": "array<string>"}}
    assert sorted(row["_id"] for row in rows(lake, "select _id from books")) == [1, 2, 3]


def test_xml_tables_carry_glues_parameters(lake: Path) -> None:
    (lake / "a.xml").write_text("<r><row a='1'/><row a='2'/></r>")

    table = crawled(lake).tables[0].table

    assert table.storage is not None
    assert table.storage.input_format == "org.apache.hadoop.mapred.TextInputFormat"
    assert table.storage.serde is not None
    assert table.storage.serde.library is None
    assert table.parameters is not None
    assert (table.parameters["classification"], table.parameters["rowTag"], table.parameters["recordCount"]) == ("xml", "row", "2")


def test_a_field_that_repeats_in_one_file_only_is_an_array_in_all(lake: Path) -> None:
    (lake / "a.xml").write_text("<r><row><n>1</n><t>x</t></row><row><n>2</n><t>y</t></row></r>")
    (lake / "b.xml").write_text("<r><row><n>3</n><t>x</t><t>y</t></row><row><n unit='m'>4</n></row></r>")

    report = crawled(lake)

    assert tables(report) == {"books": {"n": "struct<_unit:string,_VALUE:bigint>", "t": "array<string>"}}
    assert [one.verification.status for one in report.tables if one.verification] == ["verified"]
    assert [row["t"] for row in rows(lake, "select t from books")] == [["x"], ["y"], ["x", "y"], None]


def test_a_folder_of_bson_is_one_table(lake: Path) -> None:
    (lake / "a.bson").write_bytes(document({"_id": 1, "name": "Ann", "in": {"x": 1}}) + document({"_id": 2, "name": "Bob"}))
    (lake / "b.bson").write_bytes(document({"_id": 3, "name": "Cid", "in": {"x": 2.5}, "more": True}))

    report = crawled(lake)

    assert tables(report) == {"books": {"_id": "int", "name": "string", "in": "struct<x:double>", "more": "boolean"}}
    assert [one.verification.status for one in report.tables if one.verification] == ["verified"]
    assert rows(lake, 'select sum("in".x) as x, count(*) as n from books') == [{"x": 3.5, "n": 3}]
