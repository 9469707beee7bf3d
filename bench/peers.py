"""The engines that a crawl is measured beside: `bench/peers.py ENGINE ROOT TABLES.json`; bench/crawl.py starts it.

Each infers one schema for each of the tables, as its users would, and prints the names of those that it could not describe.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

HEAD = 64 * 1024
ANY = frozenset(("none", "gz", "bz2", "zst", "snappy"))
# What each engine reads without extensions: of Spark's text codecs only those that Java itself brings.
READS: dict[str, dict[str, frozenset[str]]] = {
    "duckdb": {"csv": frozenset(("none", "gz", "zst")), "json": frozenset(("none", "gz", "zst")), "parquet": ANY},
    "pyarrow": {
        "csv": frozenset(("none", "gz", "bz2", "zst")),
        "json": frozenset(("none", "gz", "bz2", "zst")),
        "parquet": ANY,
        "orc": ANY,
    },
    "spark": {
        "csv": frozenset(("none", "gz", "bz2")),
        "json": frozenset(("none", "gz", "bz2")),
        "xml": frozenset(("none", "gz")),
        "parquet": ANY,
        "orc": ANY,
    },
}
Truth = dict[str, Any]


def read_heads(root: Path, _: list[Truth]) -> Iterator[str]:
    """Walk, open and read 64 KB of each file: no crawl can cost less."""
    for folder, _folders, files in os.walk(root):
        for name in files:
            descriptor = os.open(f"{folder}/{name}", os.O_RDONLY)
            os.read(descriptor, HEAD)
            os.close(descriptor)
    yield from ()


def describe_in_duckdb(root: Path, tables: list[Truth]) -> Iterator[str]:
    import duckdb

    connection = duckdb.connect()
    for table in tables:
        files = f"{root / table['name']}/**/*.{table['format']}*"
        try:
            connection.execute(f"DESCRIBE SELECT * FROM read_{table['format']}('{files}', union_by_name=true)").fetchall()
        except duckdb.Error:
            yield table["name"]


def inspect_in_pyarrow(root: Path, tables: list[Truth]) -> Iterator[str]:
    import pyarrow as pa
    from pyarrow import dataset, fs

    formats = {
        "csv": dataset.CsvFileFormat,
        "json": dataset.JsonFileFormat,
        "parquet": dataset.ParquetFileFormat,
        "orc": dataset.OrcFileFormat,
    }
    for table in tables:
        selector = fs.FileSelector(str(root / table["name"]), recursive=True)
        try:
            factory: Any = dataset.FileSystemDatasetFactory(fs.LocalFileSystem(), selector, formats[table["format"]]())
            factory.inspect(promote_options="permissive", fragments=None)
        except pa.ArrowException:
            yield table["name"]


def infer_in_spark(root: Path, tables: list[Truth]) -> Iterator[str]:
    errors, sql = import_module("pyspark.errors"), import_module("pyspark.sql")  # no stubs where it is not installed
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.log.level", "OFF")
    session = builder.getOrCreate()
    for table in tables:
        reader = session.read.option("recursiveFileLookup", not table["hive"])
        if table["format"] in ("csv", "xml"):
            reader = reader.option("inferSchema", True)
        if table["format"] == "csv":
            reader = reader.option("header", table["header"]).option("sep", table["delimiter"])
        if table["format"] == "xml":
            reader = reader.option("rowTag", "row")
        try:
            _ = reader.format(table["format"]).load(str(root / table["name"])).schema
        except errors.PySparkException:
            yield table["name"]
    session.stop()


ENGINES: dict[str, Callable[[Path, list[Truth]], Iterator[str]]] = {
    "floor": read_heads,
    "duckdb": describe_in_duckdb,
    "pyarrow": inspect_in_pyarrow,
    "spark": infer_in_spark,
}
LABELS = {
    "floor": "walk, open, read 64 KB",
    "duckdb": "DuckDB DESCRIBE, union_by_name",
    "pyarrow": "pyarrow.dataset, every file",
    "spark": "Spark local[2]",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=list(ENGINES))
    parser.add_argument("root", type=Path)
    parser.add_argument("tables", type=Path, help="the truth of the tables to describe")
    given = parser.parse_args()
    print(json.dumps(list(ENGINES[given.engine](given.root, json.loads(given.tables.read_text())))))


if __name__ == "__main__":
    main()
