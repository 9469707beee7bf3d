"""A lake that a test writes itself, and the catalog entries over it, made by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from gluepot.catalog.model import Column, Partition, SerDe, StorageDescriptor, Table
from gluepot.catalog.sqlite import SqliteCatalog, open_catalog
from gluepot.scan.query import query
from gluepot.scan.table import scan

Columns = Mapping[str, str]
SERDES = {
    "text": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    "csv": "org.apache.hadoop.hive.serde2.OpenCSVSerde",
    "json": "org.openx.data.jsonserde.JsonSerDe",
    "parquet": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    "orc": "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    "avro": "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    "bson": "com.mongodb.hadoop.hive.BSONSerDe",
    "regex": "org.apache.hadoop.hive.serde2.RegexSerDe",
    "ion": "com.amazon.ionhiveserde.IonHiveSerDe",
}


class Lake:
    """Files in a folder, and tables over them."""

    def __init__(self, folder: Path, catalog: SqliteCatalog) -> None:
        self.folder = folder
        self.catalog = catalog

    def write(self, name: str, data: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path.as_uri()

    def url(self, name: str = "") -> str:
        return f"{self.folder.as_uri()}/{name}"

    def table(
        self,
        serde: str,
        columns: Columns,
        *,
        name: str = "t",
        location: str = "",
        serde_parameters: Columns | None = None,
        parameters: Columns | None = None,
        keys: Columns | None = None,
    ) -> None:
        self.catalog.create_table(
            "default",
            Table(
                name=name,
                parameters=parameters,
                partition_keys=_columns(keys or {}),
                storage=StorageDescriptor(
                    columns=_columns(columns),
                    location=self.url(location),
                    serde=SerDe(library=SERDES.get(serde), parameters=serde_parameters),
                ),
            ),
        )

    def partition(self, values: Sequence[str], location: str, columns: Columns | None = None, *, table: str = "t") -> None:
        storage = StorageDescriptor(location=self.url(location), columns=_columns(columns) if columns else None)
        assert self.catalog.create_partitions("default", table, [Partition(values=tuple(values), storage=storage)]) == []

    def rows(self, table: str = "t", **options: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = scan(self.catalog, table, **options).read_all().to_pylist()
        return rows

    def query(self, sql: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = query(self.catalog, sql).read_all().to_pylist()
        return rows


def _columns(columns: Columns) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name, kind in columns.items())


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with open_catalog(tmp_path / "gluepot.db") as catalog:
        folder = tmp_path / "lake"
        folder.mkdir()
        yield Lake(folder, catalog)
