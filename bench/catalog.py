"""Measure the catalog's partitions beside a plain SQLite table of JSON text, at sizes ten times apart.

    python bench/catalog.py                   # 10,000, 100,000 and 1,000,000 partitions
    python bench/catalog.py 10000 100000

Each figure is made in a process of its own. CPU seconds of writing are without those of making the
Partition objects, which are measured apart. A page is the first 1,000 partitions that satisfy
EXPRESSION: found, and then also made into objects; `search` is a word of one table among a tenth as many tables (at most 10,000).
"""

from __future__ import annotations

import json
import math
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from gluepot.catalog import Column, Partition, SerDe, StorageDescriptor, Table
from gluepot.catalog.partition_filter import compile_filter
from gluepot.catalog.partition_keys import PartitionKey
from gluepot.catalog.sqlite import open_catalog

SIZES = (10_000, 100_000, 1_000_000)
EXPRESSION = "year='2024' and month>='06'"
KEYS = ("year", "month", "device")
TYPES = ("string", "bigint", "double", "timestamp", "array<string>", "struct<a:int,b:string>")
COLUMNS = tuple(Column(f"column_{number:02}", TYPES[number % len(TYPES)]) for number in range(25))
PARQUET = "org.apache.hadoop.hive.ql.io.parquet."
STORAGE = StorageDescriptor(
    columns=COLUMNS,
    location="s3://lake/events/",
    input_format=PARQUET + "MapredParquetInputFormat",
    output_format=PARQUET + "MapredParquetOutputFormat",
    compressed=False,
    number_of_buckets=-1,
    serde=SerDe(library=PARQUET + "serde.ParquetHiveSerDe", parameters={"serialization.format": "1"}),
    bucket_columns=(),
    sort_columns=(),
    parameters={"classification": "parquet", "compressionType": "none", "typeOfData": "file"},
    stored_as_sub_directories=False,
)
EVENTS = Table(
    "events", storage=STORAGE, partition_keys=tuple(Column(key, "string") for key in KEYS), parameters={"classification": "parquet"}
)


def values_of(number: int, count: int) -> tuple[str, str, str]:
    month, device = divmod(number, count // 120)
    return str(2016 + month // 12), f"{month % 12 + 1:02}", f"dev{device:06}"


def partitions(count: int) -> Iterator[Partition]:
    """Yield 10 years × 12 months of devices, each with a location and statistics of its own."""
    for number in range(count // 120 * 120):
        year, month, device = values = values_of(number, count)
        storage = replace(STORAGE, location=f"s3://lake/events/year={year}/month={month}/device={device}/")
        statistics_ = {
            "recordCount": str(1000 + number % 7777),
            "sizeKey": str(100_000 + number % 999_983),
            "objectCount": "3",
            "averageRecordSize": "97",
        }
        yield Partition(values, storage=storage, parameters=statistics_)


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def median_ms(work: Callable[[], object], rounds: int = 21) -> float:
    work()
    return statistics.median(timed(work) for _ in range(rounds)) * 1e3


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def exhaust(items: Iterator[object]) -> int:
    return sum(1 for _ in items)


def file_size(path: str) -> int:
    return sum(os.path.getsize(path + suffix) for suffix in ("", "-wal") if os.path.exists(path + suffix))


def gluepot(count: int, path: str) -> dict[str, float]:
    making = cpu(lambda: exhaust(partitions(count)))
    catalog = open_catalog(path)
    catalog.create_table("default", EVENTS)
    writing = cpu(lambda: catalog.create_partitions("default", "events", partitions(count))) - making
    catalog.close()
    size = file_size(path) / count
    catalog = open_catalog(path)
    some = [values_of(number, count) for number in range(0, count // 120 * 120, count // 1000)]
    figures = {
        "bytes": size,
        "rows_per_cpu_s": count / writing,
        "page_ms": median_ms(lambda: catalog.get_partitions_page("default", "events", EXPRESSION)),
        "objects_ms": median_ms(lambda: list(catalog.get_partitions_page("default", "events", EXPRESSION).items)),
        "point_us": median_ms(lambda: [catalog.get_partition("default", "events", values) for values in some]) * 1e3 / len(some),
        "read_s": cpu(lambda: exhaust(catalog.get_partitions("default", "events"))),
        "selected_s": cpu(lambda: exhaust(catalog.get_partitions("default", "events", EXPRESSION))),
        "write_s": writing,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    catalog.close()
    return figures | {"search_ms": search(min(count // 10, 10_000), path + ".tables")}


def search(count: int, path: str) -> float:
    catalog = open_catalog(path)
    with catalog.transaction():
        for number in range(count):
            catalog.create_table(
                "default",
                Table(f"table_{number:06}", storage=STORAGE, parameters={"classification": "parquet", "team": f"team{number % 50}"}),
            )
    found = median_ms(lambda: catalog.search_tables_page(f"table_{count // 2:06}"))
    catalog.close()
    return found


def peer(count: int, path: str) -> dict[str, float]:
    """A row of JSON text a partition: what the emulators of Glue with a database do."""
    making = cpu(lambda: exhaust(partitions(count)))
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE partitions (key TEXT PRIMARY KEY, body TEXT)")
    rows = ((json.dumps(partition.values), json.dumps(partition.to_api())) for partition in partitions(count))
    database.execute("BEGIN")
    writing = cpu(lambda: database.executemany("INSERT INTO partitions VALUES (?, ?)", rows)) - making
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    some = [json.dumps(values_of(number, count)) for number in range(0, count // 120 * 120, count // 1000)]
    chosen = compile_filter(EXPRESSION, tuple(PartitionKey(key, "string") for key in KEYS))
    assert chosen is not None

    def page() -> list[Partition]:
        found = (body for key, body in database.execute("SELECT key, body FROM partitions ORDER BY key") if chosen.matches(json.loads(key)))
        return [Partition.from_api(json.loads(body)) for body, _ in zip(found, range(1000), strict=False)]

    def point(key: str) -> Partition:
        return Partition.from_api(json.loads(database.execute("SELECT body FROM partitions WHERE key = ?", (key,)).fetchone()[0]))

    return {
        "bytes": file_size(path) / count,
        "rows_per_cpu_s": count / writing,
        "page_ms": math.nan,
        "objects_ms": median_ms(page, rounds=1),
        "point_us": median_ms(lambda: [point(key) for key in some], rounds=3) * 1e3 / len(some),
        "read_s": cpu(
            lambda: [
                Partition.from_api(json.loads(body)).values for (body,) in database.execute("SELECT body FROM partitions LIMIT 100000")
            ]
        )
        * max(1, count / 100_000),
        "selected_s": math.nan,
        "write_s": writing,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "search_ms": math.nan,
    }


def measure(who: str, count: int) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--one", who, str(count), str(Path(folder) / "bench.db")]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures: dict[str, float] = json.loads(answer)
    return figures


def main(sizes: tuple[int, ...]) -> None:
    titles = "bytes/row   rows/CPU s   page ms   as objects   point µs   read all CPU s   filtered CPU s   search ms   peak MB"
    print(f"{'':8}{'partitions':>12}   {titles}")
    for who in ("gluepot", "peer"):
        runs = [measure(who, size) for size in sizes]
        for size, run in zip(sizes, runs, strict=True):
            print(
                f"{who:8}{size:>12,}{run['bytes']:>12,.0f}{run['rows_per_cpu_s']:>13,.0f}{run['page_ms']:>10,.2f}{run['objects_ms']:>13,.2f}{run['point_us']:>11,.1f}"
                f"{run['read_s']:>17,.2f}{run['selected_s']:>17,.2f}{run['search_ms']:>12,.2f}{run['peak_mb']:>10,.0f}"
            )
        if len(runs) > 1:
            growth = {
                name: math.log(runs[-1][name] / runs[0][name], sizes[-1] / sizes[0])
                for name in ("write_s", "read_s", "objects_ms", "peak_mb")
            }
            print(f"{who:8}growth exponents: " + ", ".join(f"{name.split('_')[0]} {value:.2f}" for name, value in growth.items()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps({"gluepot": gluepot, "peer": peer}[sys.argv[2]](int(sys.argv[3]), sys.argv[4])))
    else:
        main(tuple(map(int, sys.argv[1:])) or SIZES)
