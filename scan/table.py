"""Rows of a catalog table as Arrow record batches, through its own SerDe and partition schemas."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

import pyarrow as pa

from ..catalog.interface import Catalog
from ..catalog.model import Table
from ..databases.connections import Sessions
from ..databases.secrets import Aws
from ..errors import InvalidInput, Unreadable
from ..storage.s3 import S3Options
from .arrays import at, repeated
from .arrays import batch as completed
from .failure import Refuted
from .files import data_files
from .layout import DataFile, OnError
from .parts import Part, Wish, library_of, parts, wish
from .readers import reader
from .relation import is_relation, relation_rows
from .semantic import meanings_of, meant_batch

DEFAULT_DATABASE = "default"


def scan(
    catalog: Catalog,
    table: str,
    *,
    columns: Sequence[str] | None = None,
    where: str | None = None,
    limit: int | None = None,
    s3: S3Options | None = None,
    on_error: OnError = "raise",
    semantic: bool = False,
) -> pa.RecordBatchReader:
    """Read a table, `db.table` or `table` of the default database, as a stream of batches.

    The schema is the data columns and then the partition keys, or those of them named by `columns`;
    `where` is a GetPartitions expression that prunes partitions, or chooses the rows of a table in a
    database (by any of its columns, as that database compares); partitions and files are opened one at
    a time. `on_error="null"` makes null of a value that does not fit its type, as the engines do.
    `semantic` delivers columns as what they mean (a date as dd/MM/yyyy, an amount, yes and no) where a
    crawl has found that out; the catalog's types stay as they are.

    Raises EntityNotFound, InvalidInput; while reading, StorageError, and ReadError naming the file,
    line, column and value that contradict the table.
    """
    if on_error not in ("raise", "null"):
        raise InvalidInput(f"on_error must be raise or null, not {on_error!r}.")
    found = find_table(catalog, table)
    wanted = wish(found, columns, on_error)
    if semantic:
        wanted = replace(wanted, meanings=meanings_of(catalog, found))
    batches = rows(catalog, found, wanted, where, s3 or S3Options(), limit)
    return pa.RecordBatchReader.from_batches(wanted.delivered, batches if limit is None else _limited(batches, limit))


def find_table(catalog: Catalog, name: str) -> Table:
    """Return the table of a name with or without its database. Raises EntityNotFound."""
    database, _, table = name.rpartition(".")
    found = catalog.get_table(database or DEFAULT_DATABASE, table)
    if not is_relation(found):
        reader(library_of(found, found.storage.serde if found.storage else None))
    return found


def rows(
    catalog: Catalog, table: Table, wanted: Wish, where: str | None, s3: S3Options, limit: int | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield the batches of a table. A limit spares a database rows that nobody will take; files are read as they are asked for."""
    if is_relation(table):
        with Sessions(catalog, Aws(s3.region, s3.profile)) as sessions:
            yield from relation_rows(sessions, table, wanted, where, limit)
        return
    for part in parts(catalog, table, wanted, where):
        for file in data_files(part.location, part.layout, s3):
            yield from read_file(file, part, wanted)


def read_file(file: DataFile, part: Part, wanted: Wish) -> Generator[pa.RecordBatch, None, None]:
    """Yield the batches of one file, partition values added. Raises StorageError, ReadError naming the file."""
    try:
        for batch in reader(part.layout.library)(file, part.layout):
            if batch.num_rows:
                rows = _complete(batch, part, wanted)
                yield meant_batch(rows, wanted.meanings, wanted.on_error, file.url) if wanted.meanings else rows
    except Refuted:
        raise
    except Unreadable as error:
        raise error if file.url in str(error) else Unreadable(f"{file.url}: {error}") from error


def _complete(batch: pa.RecordBatch, part: Part, wanted: Wish) -> pa.RecordBatch:
    data = [at(batch, place) for place in range(len(wanted.data))]
    keys = [repeated(part.values[key.name], batch.num_rows) for _, key in wanted.keys]
    return completed([*data, *keys], wanted.schema)


def _limited(batches: Iterator[pa.RecordBatch], limit: int) -> Iterator[pa.RecordBatch]:
    while limit > 0 and (batch := next(batches, None)) is not None:
        yield batch.slice(0, limit)
        limit -= batch.num_rows
