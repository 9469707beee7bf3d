"""A database, and the catalog into which a test crawls it."""

from __future__ import annotations

from typing import Any

import gluepot
from database_servers import Database
from gluepot.catalog.interface import Catalog
from gluepot.catalog.model import Table
from gluepot.crawler.report import CrawlReport, TableReport
from gluepot.crawler.settings import CrawlSettings


class Pot:
    """A database, and a catalog into which it is crawled."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self.database = database
        self.catalog = catalog

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        return self.database.execute(*statements)

    def crawl(self, url: str = "", **options: Any) -> CrawlReport:
        return gluepot.crawl(url or self.database.url, catalog=self.catalog, settings=CrawlSettings(**options))

    def table(self, name: str, schema: str = "public") -> Table:
        return self.catalog.get_table("default", f"{self.database.name}_{schema}_{name}".lower())

    def types(self, name: str) -> dict[str, str | None]:
        return {column.name: column.type for column in self.table(name).columns}

    def parameters(self, name: str, schema: str = "public") -> dict[str, str]:
        return dict(self.table(name, schema).parameters or {})

    def reports(self, report: CrawlReport) -> dict[str, TableReport]:
        """Return the tables of a report by their locations below the database."""
        return {(one.table.location or "").removeprefix(f"{self.database.name}."): one for one in report.tables}

    def rows(self, name: str = "t", **options: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = gluepot.scan_table(self.catalog, self.table(name).name, **options).read_all().to_pylist()
        return found

    def values(self, type_: str, *literals: str, **options: Any) -> list[Any]:
        """Make a table of one column, crawl it, and return what is read back."""
        self.execute("DROP TABLE IF EXISTS t", f"CREATE TABLE t (n serial, x {type_})")
        for literal in literals:
            self.execute(f"INSERT INTO t (x) VALUES ({literal})")
        self.crawl(verify="none")
        return [row["x"] for row in sorted(self.rows(**options), key=lambda row: row["n"])]
