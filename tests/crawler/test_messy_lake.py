"""crawl(render(table, dialect)) gives the table back: its columns, and its rows through the SerDe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from random import Random

import gluepot
from gluepot.crawler.settings import CrawlSettings
from messy import Table, Writing, render, table

FILES = 60
# These leave the rows as they are; a short, a long or a quoted row is another row.
HARMLESS = ("title", "wide title", "comments", "notes", "total", "blank line")

CONVERT: dict[str, Callable[[str], object]] = {
    "bigint": int,
    "double": float,
    "boolean": lambda text: text == "true",
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "string": str,
}


def some_file(number: int) -> tuple[Table, bytes]:
    rnd = Random(number)
    source = table(rnd, rows=rnd.choice((6, 20, 200)), columns=rnd.randrange(3, 8))
    faults = tuple(rnd.sample(HARMLESS, rnd.randrange(3)))
    writing = Writing(
        rnd.choice(",,;\t|"),
        quoted=rnd.choice(("needed", "all")),
        encoding=rnd.choice(("utf-8", "utf-8-sig", "cp1252", "utf-16")),
        end=rnd.choice(("\n", "\r\n")),
        faults=faults,
    )
    return source, render(source, writing, rnd)


def test_messy_files_give_their_tables_and_rows_back(tmp_path: Path) -> None:
    sources: dict[str, Table] = {}
    for number in range(FILES):
        sources[f"t{number}"], written = some_file(number)
        folder = tmp_path / "lake" / f"t{number}"
        folder.mkdir(parents=True)
        (folder / "data.csv").write_bytes(written)

    catalog = str(tmp_path / "catalog.db")
    report = gluepot.crawl(str(tmp_path / "lake"), catalog=catalog, settings=CrawlSettings(verify="full", table_level=2))

    assert report.ok
    with gluepot.open(catalog) as entries:
        for name, source in sources.items():
            found = gluepot.scan_table(entries, name).read_all()
            assert (name, found.schema.names) == (name, list(source.names))
            kinds = [kind for _, kind in source.columns]
            expected = [[CONVERT[kind](cell) for kind, cell in zip(kinds, row, strict=True)] for row in source.rows]
            rows: list[dict[str, object]] = found.to_pylist()
            assert (name, [list(map(unix, row.values())) for row in rows]) == (name, expected)


def unix(value: object) -> object:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
