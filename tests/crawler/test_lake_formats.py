"""Folders of Delta Lake, Iceberg and Hudi: one table each, whatever lies below."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gluepot.crawler.report import CrawlReport

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., CrawlReport]
Found = tuple[str, list[str], int]  # location, partition keys, rows read back

LOG = '{"commitInfo":{}}\n'


def parquet(**columns: list[object]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


ROWS = parquet(id=[1, 2], name=["x", "y"])


def found(report: CrawlReport) -> dict[str, Found]:
    assert report.ok, report.oddities
    return {
        each.table.name: (
            (each.table.location or "").removeprefix(f"file://{report.targets[0]}/"),
            [key.name for key in each.table.partition_keys or ()],
            each.verification.rows if each.verification else 0,
        )
        for each in report.tables
    }


def told(report: CrawlReport) -> str:
    return "\n".join(f"{oddity.subject}: {oddity.message}" for oddity in report.oddities)


def test_a_delta_table_is_one_table_with_the_keys_of_its_folders(lake: Write, crawl: Crawl) -> None:
    root = lake({"s/_delta_log/0.json": LOG, "s/k=1/a.parquet": ROWS, "s/k=2/a.parquet": ROWS})

    assert found(crawl(root, verify="full")) == {"s": ("s/", ["k"], 4)}


def test_random_prefixes_of_a_delta_table_are_no_tables(lake: Write, crawl: Crawl) -> None:
    root = lake({"s/_delta_log/0.json": LOG, "s/8v/a.parquet": ROWS, "s/BH/a.parquet": parquet(id=[3], name=["z"], late=[1.5])})

    assert found(crawl(root, verify="full")) == {"s": ("s/", [], 3)}


def test_an_iceberg_table_begins_above_data_and_metadata(lake: Write, crawl: Crawl) -> None:
    files: dict[str, str | bytes] = {
        "plain/data/a.parquet": ROWS,
        "plain/metadata/0a-m0.avro": b"Obj\x01",
        "plain/metadata/v1.metadata.json": "{}\n",
        "plain/README.md": "# About\n\nWords, and more of them.\n",
        "keyed/data/k=a/a.parquet": ROWS,
        "keyed/data/k=b/a.parquet": ROWS,
        "keyed/metadata/v1.metadata.json": "{}\n",
    }

    report = crawl(lake(files), verify="full")

    assert found(report) == {"plain": ("plain/", [], 2), "keyed": ("keyed/", ["k"], 4)}
    assert "is a table of Iceberg" in told(report)


def test_a_hudi_table_with_folders_of_dates_is_one_table(lake: Write, crawl: Crawl) -> None:
    root = lake({"t.hoodie/.hoodie/hoodie.properties": "a=1\n", "t.hoodie/2024/01/a.parquet": ROWS, "t.hoodie/2024/02/a.parquet": ROWS})

    assert found(crawl(root, verify="full")) == {"t_hoodie": ("t.hoodie/", [], 4)}


def test_tables_side_by_side_stay_apart_and_one_inside_another_is_its_own(lake: Write, crawl: Crawl) -> None:
    files: dict[str, str | bytes] = {f"{name}/_delta_log/0.json": LOG for name in ("a", "b", "b/inner")}
    files |= {f"{name}/x.parquet": ROWS for name in ("a", "b", "b/inner")}

    assert found(crawl(lake(files), verify="full")) == {"a": ("a/", [], 2), "b": ("b/", [], 2), "inner": ("b/inner/", [], 2)}


def test_a_table_without_data_files_has_no_columns_and_says_why(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"s/_delta_log/0.json": LOG}))

    assert found(report) == {"s": ("s/", [], 0)}
    assert "there is no data file yet" in told(report)


def test_partitions_that_two_folders_share_are_not_lost(lake: Write, crawl: Crawl) -> None:
    files: dict[str, str | bytes] = {
        "s/metadata/v1.metadata.json": "{}\n",
        "s/data/0a/k=1/a.parquet": ROWS,
        "s/data/0b/k=1/a.parquet": ROWS,
    }

    assert found(crawl(lake(files), verify="full")) == {"s": ("s/", [], 4)}


def test_as_in_glue_a_table_of_such_a_format_is_files(lake: Write, crawl: Crawl) -> None:
    root = lake({"s/_delta_log/0.json": LOG, "s/8v/a.parquet": ROWS, "s/BH/a.parquet": ROWS})

    assert found(crawl(root, verify="full", inference="glue")) == {"s": ("s/", ["partition_0"], 4)}
