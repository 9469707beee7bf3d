"""A pin beats an inference, for ever; what the data say against it is told once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import gluepot
from gluepot.catalog.interface import Catalog
from gluepot.catalog.pins import Pin
from gluepot.errors import EntityNotFound, InvalidInput

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., Any]

SALES = "id,amount,note\n1,17,a\n2,18,b\n3,19,c\n"


def columns(catalog: Catalog, table: str = "sales") -> dict[str, str | None]:
    return {column.name: column.type for column in catalog.get_table("default", table).columns}


def told(report: Any) -> list[str]:
    return [oddity.message for oddity in report.oddities if "pinned" in oddity.message]


def pin(catalog: Catalog, subject: str, key: str, value: str) -> None:
    table, _, column = subject.partition(".")
    catalog.put_pin(Pin("default", table, column, key, value))


def test_a_pinned_type_survives_every_crawl_and_every_inference(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES})
    crawl(root / "sales")
    pin(catalog, "sales.amount", "type", "double")
    for inference in ("accurate", "glue", "accurate"):
        crawl(root / "sales", inference=inference)
        assert columns(catalog)["amount"] == "double"
    lake({"sales/b.csv": SALES})
    assert columns(catalog)["amount"] == "double"


def test_a_disagreement_is_told_once_with_its_place_and_again_when_it_changes(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES})
    crawl(root / "sales")
    pin(catalog, "sales.amount", "type", "int")
    lake({"sales/a.csv": "id,amount,note\n1,17,a\n2,A7,b\n3,A8,c\n"})

    first = crawl(root / "sales", verify="none")
    assert told(first) == [f"default.sales.amount is pinned to int, but 2 values are not: first 'A7' in file://{root}/sales/a.csv, line 3"]
    assert columns(catalog)["amount"] == "int"
    assert told(crawl(root / "sales", verify="none")) == []
    lake({"sales/a.csv": "id,amount,note\n1,17,a\n2,1.5,b\n3,A8,c\n"})
    assert len(told(crawl(root / "sales", verify="none"))) == 1


def test_a_dry_run_tells_and_does_not_count_as_told(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES})
    crawl(root / "sales")
    pin(catalog, "sales.note", "type", "date")

    assert len(told(crawl(root / "sales", dry_run=True))) == 1
    assert len(told(crawl(root / "sales", verify="none"))) == 1


def test_a_pin_outlives_its_table(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES})
    crawl(root / "sales")
    pin(catalog, "sales.amount", "type", "decimal(12,2)")
    catalog.delete_table("default", "sales")
    crawl(root / "sales")

    assert columns(catalog)["amount"] == "decimal(12,2)"


def test_a_pinned_name_renames_a_column_of_text(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES})
    crawl(root / "sales")
    pin(catalog, "sales.amount", "name", "Price")
    crawl(root / "sales")
    crawl(root / "sales")

    assert list(columns(catalog)) == ["id", "price", "note"]
    assert gluepot.scan_table(catalog, "sales", columns=["price"]).read_all().to_pydict() == {"price": [17, 18, 19]}


def test_a_pinned_name_of_a_json_column_reads_the_old_key(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"j/a.json": '{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n'})
    crawl(root / "j")
    pin(catalog, "j.a", "name", "number")
    report = crawl(root / "j")

    assert report.ok
    assert gluepot.scan_table(catalog, "j").read_all().to_pydict() == {"number": [1, 2], "b": ["x", "y"]}


def test_a_pinned_word_is_null(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": "id,amount\n1,17\n2,none yet\n"})
    crawl(root / "sales")
    pin(catalog, "sales.amount", "null", "none yet")
    pin(catalog, "sales.amount", "type", "int")
    report = crawl(root / "sales")

    assert gluepot.scan_table(catalog, "sales").read_all().to_pydict() == {"id": [1, 2], "amount": [17, None]}
    assert told(report) == []


def test_a_pinned_format_ends_the_doubt_about_a_date(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": "id,day\n1,01/02/2024\n2,03/04/2024\n"})
    crawl(root / "sales")
    assert gluepot.scan_table(catalog, "sales", semantic=True).schema.field("day").type == "string"
    pin(catalog, "sales.day", "format", "MM/dd/yyyy")
    crawl(root / "sales")

    read = gluepot.scan_table(catalog, "sales", columns=["day"], semantic=True).read_all()
    assert read.to_pydict() == {"day": [date(2024, 1, 2), date(2024, 3, 4)]}


def test_a_pinned_header_changes_how_files_are_read(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"words/a.csv": "ann,oslo\nbob,rome\ncat,lima\n", "other/a.csv": SALES})
    crawl(root)
    pin(catalog, "words", "header", "present")
    report = crawl(root)

    assert list(columns(catalog, "words")) == ["ann", "oslo"]
    assert report.ok
    assert list(columns(catalog, "other")) == ["id", "amount", "note"]


def test_a_pinned_delimiter_beats_the_likelier_one(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"t/a.csv": "a;b,c\n1;2,3\n4;5,6\n"})
    crawl(root / "t")
    pin(catalog, "t", "delimiter", ";")
    crawl(root / "t")
    assert columns(catalog, "t") == {"a": "bigint", "b,c": "string"}
    pin(catalog, "t", "delimiter", ",")
    crawl(root / "t")
    assert columns(catalog, "t") == {"a;b": "string", "c": "bigint"}


def test_data_that_are_not_as_pinned_are_read_as_they_are_and_told(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"t/a.csv": SALES})
    crawl(root / "t")
    pin(catalog, "t", "header", "present")
    lake({"t/a.csv": "<rows><row><a>1</a></row><row><a>2</a></row></rows>"})
    report = crawl(root / "t", verify="none")

    assert len(told(report)) == 1
    assert "it is read as xml" in told(report)[0]
    assert told(crawl(root / "t", verify="none")) == []


def test_a_pinned_classifier_is_asked_first(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"t/a.json": '{"a": 1}\n{"a": 2}\n'})
    crawl(root / "t")
    pin(catalog, "t", "classifier", "csv")
    report = crawl(root / "t", verify="none")

    assert "it is read as json" in told(report)[0]
    assert catalog.get_table("default", "t").parameters is not None


def test_a_pinned_level_decides_where_tables_are(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    files: dict[str, str | bytes] = {f"shop/{name}/a.csv": SALES for name in ("north", "south")}
    files.update({f"logs/{day}/a.csv": "host,ms\nx,1\n" for day in ("x", "y")})
    root = lake(files)
    crawl(root)
    names = {table.name for table in catalog.get_tables("default")}
    assert names == {"shop", "logs"}
    pin(catalog, "shop", "level", "3")
    crawl(root)

    alive = {table.name for table in catalog.get_tables("default") if "DEPRECATED_BY_CRAWLER" not in (table.parameters or {})}
    assert alive == {"north", "south", "logs"}


def test_a_column_that_is_not_there_is_told_once(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES})
    pin(catalog, "sales.colour", "type", "string")

    assert told(crawl(root / "sales")) == ["default.sales.colour is pinned, but there is no such column"]
    assert told(crawl(root / "sales")) == []


@pytest.mark.parametrize(
    ("subject", "key", "value", "message"),
    [
        ("sales.amount", "type", "foo", "foo is no type"),
        ("sales.amount", "type", "array<", "array<"),
        ("sales.amount", "header", "present", "header is for a table"),
        ("sales", "type", "int", "type is for a column"),
        ("sales", "header", "maybe", "present or absent"),
        ("sales", "delimiter", "ab", "one character"),
        ("sales", "level", "0", "1 or more"),
        ("sales.amount", "colour", "red", "type, name, format, null can"),
    ],
)
def test_what_cannot_be_pinned_is_refused_with_the_cure(
    lake: Write, crawl: Crawl, catalog: Catalog, subject: str, key: str, value: str, message: str
) -> None:
    crawl(lake({"sales/a.csv": SALES}) / "sales")

    with pytest.raises(InvalidInput, match=message):
        pin(catalog, subject, key, value)
    assert catalog.get_pins() == []


def test_a_table_that_does_not_exist_cannot_be_read_by_a_pin(catalog: Catalog) -> None:
    with pytest.raises(EntityNotFound):
        pin(catalog, "nowhere", "header", "present")


def test_explain_shows_what_is_pinned(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES})
    crawl(root / "sales")
    pin(catalog, "sales.amount", "type", "double")
    crawl(root / "sales")
    evidence = catalog.get_evidence("default", "sales")

    assert evidence is not None
    assert [column.get("note") for column in evidence["columns"]] == [None, "pinned: type double", None]
