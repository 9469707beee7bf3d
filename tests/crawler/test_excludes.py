"""What the user excludes stays out of the tables, and out of their rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import gluepot
from gluepot.catalog.interface import Catalog
from gluepot.crawler.report import CrawlReport

SALES = "id,amount\n1,2.5\n2,3.5\n"

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., CrawlReport]


def test_rows_of_an_excluded_file_are_not_read_back(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES, "sales/draft.csv": SALES, "sales/notes.json": '{"a": 1}\n'})

    report = crawl(root, exclude=("**/draft.csv", "**.json"), verify="full")

    assert report.ok
    assert gluepot.scan_table(catalog, "sales").read_all().num_rows == 2
    exclusions = (report.tables[0].table.parameters or {})["exclusions"]
    assert json.loads(exclusions) == [f"file://{root}/**/draft.csv", f"file://{root}/**.json"]


def test_an_excluded_file_is_no_table_where_a_folder_holds_several(lake: Write, crawl: Crawl) -> None:
    report = crawl(
        lake({"mixed/a.csv": SALES, "mixed/b.json": '{"a": 1}\n', "mixed/c.csv": "x;y;z\n1;2;3\n"}), exclude=("**/c.csv",), verify="full"
    )

    assert report.ok
    assert {found.table.name for found in report.tables} == {"a_csv", "b_json"}


def test_exclusions_hold_where_the_folder_has_the_name_of_a_glob(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    report = crawl(lake({"[x]*/a.csv": SALES, "[x]*/b.csv": SALES, "[x]*/c.json": '{"a": 1}\n'}), verify="full")

    assert report.ok
    assert len(report.tables) == 2
