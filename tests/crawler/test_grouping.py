"""Which objects share a table, where a table that took them all could not be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gluepot
from gluepot.catalog.interface import Catalog
from gluepot.crawler.report import CrawlReport

SALES = "id,amount\n1,2.5\n2,3.5\n"
NAMED = "id,name,amount\n1,x,2.5\n2,y,3.5\n"

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., CrawlReport]


def rows(catalog: Catalog, table: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = gluepot.scan_table(catalog, table).read_all().to_pylist()
    return found


def test_text_files_of_two_column_orders_in_one_partition_are_two_tables(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    files: dict[str, str | bytes] = {f"sales/y=2023/d={day}/a.csv": SALES if day < 5 else NAMED for day in range(9)}
    mixed: dict[str, str | bytes] = {"sales/y=2024/d=1/a.csv": SALES, "sales/y=2024/d=1/b.csv": NAMED}

    report = crawl(lake(files | mixed), verify="full")

    assert report.ok
    assert {found.table.name: len(rows(catalog, found.table.name)) for found in report.tables} == {"sales": 12, "sales_csv": 10}
