"""Partitions in the SQLite catalog, made for millions a table."""

from __future__ import annotations

import itertools
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from ..errors import AlreadyExists, EntityNotFound, InvalidInput
from .file import CatalogFile, Connection, Row
from .interface import BatchError, Page, Segment
from .migrations import partition_table
from .model import Partition
from .names import checked_limit
from .partition_filter import PartitionFilter, compile_filter
from .partition_keys import DEFAULT_PARTITION, KeyCodec, Stored
from .partition_rows import COLUMNS, PartitionRows, RowReader, RowWriter
from .tables import TableEntry, Tables
from .tokens import read_token, write_token

_CHUNK = 1000  # partitions written between two savepoints


class Partitions:
    """The partitions of all tables of one catalog file."""

    def __init__(self, file: CatalogFile, tables: Tables, clock: Callable[[], datetime], account_id: str) -> None:
        self._file = file
        self._tables = tables
        self._clock = clock
        self._account_id = account_id

    def create(self, database: str, table: str, partitions: Iterable[Partition]) -> list[BatchError]:
        """Add partitions, all in one transaction; memory does not grow with their number."""
        connection = self._file.connection
        with connection.transaction():
            entry, writer = self._writer(database, table)
            connection.run(partition_table(len(entry.codec.keys)))
            insert = _insert(len(entry.codec.keys))
            failures: list[BatchError] = []
            for chunk in _chunks(partitions):
                rows = _rows(writer, chunk, failures)
                if not _insert_all(connection, insert, rows):
                    failures += _insert_each(connection, insert, rows, entry.codec)
            self._mark_odd(connection, entry, writer)
        return failures

    def get(self, database: str, table: str, values: Sequence[str]) -> Partition:
        """Return one partition."""
        connection = self._file.connection
        known: TableEntry | None = connection.cache.get((database, table))
        if known is not None and len(known.codec.keys) != len(values):
            known = None
        entry = known or self._tables.entry(database, table)
        keys = entry.codec.encode(values)
        # One statement finds the table by its name again, so that what was known of it may be old.
        row = (
            connection.row(_point(len(keys) - 1), (entry.database, entry.name, entry.partition_keys, *keys)) if self._exist(entry) else None
        )
        if row is None:
            if known is None:
                raise _missing()
            del connection.cache[database, table]
            return self.get(database, table, values)
        connection.remember((database, table), entry)
        return RowReader(connection, entry, self._account_id).partition(row)

    def update(self, database: str, table: str, partitions: Iterable[Partition]) -> list[BatchError]:
        """Replace partitions of the same values, keeping their creation time."""
        connection = self._file.connection
        failures: list[BatchError] = []
        with connection.transaction():
            entry, writer = self._writer(database, table)
            connection.run(partition_table(len(entry.codec.keys)))
            keys = len(entry.codec.keys) + 1
            sql = f"UPDATE {_partitions(entry)} SET descriptor_id = ?, location = ?, parameters = ?, accessed = ?, other = ? WHERE table_id = ? AND "
            for partition in partitions:
                try:
                    row = writer.row(partition)
                except InvalidInput as error:
                    failures.append(BatchError(partition.values, error))
                    continue
                descriptor, location, parameters, _, accessed, other = row[keys + 1 :]
                cursor = connection.run(
                    sql + _equal(row[1 : keys + 1]), (descriptor, location, parameters, accessed, other, *row[: keys + 1])
                )
                if not cursor.rowcount:
                    failures.append(BatchError(partition.values, _missing()))
        return failures

    def delete(self, database: str, table: str, values: Iterable[Sequence[str]]) -> list[BatchError]:
        """Remove partitions."""
        connection = self._file.connection
        failures: list[BatchError] = []
        with connection.transaction():
            entry = self._tables.entry(database, table)
            connection.run(partition_table(len(entry.codec.keys)))
            for item in values:
                try:
                    keys = entry.codec.encode(item)
                except InvalidInput as error:
                    failures.append(BatchError(tuple(item), error))
                    continue
                if not connection.run(
                    f"DELETE FROM {_partitions(entry)} WHERE table_id = ? AND {_equal(keys)}", (entry.id, *keys)
                ).rowcount:
                    failures.append(BatchError(tuple(item), _missing()))
        return failures

    def page(
        self, database: str, table: str, expression: str | None, segment: Segment | None, token: str | None, limit: int
    ) -> Page[Partition]:
        """Return some partitions in the order of their values."""
        connection = self._file.connection
        with connection.snapshot():
            entry = self._tables.entry(database, table)
            chosen = compile_filter(expression, entry.codec.keys)
            scope = ["partitions", entry.id, expression or "", [segment.number, segment.total] if segment else None]
            after = read_token(scope, token)
            if not self._exist(entry):
                return Page([])
            if chosen is not None:
                self._refuse_odd(connection, entry, chosen)
            rows = self._select(connection, entry, chosen, segment, after, checked_limit(limit) + 1)
            items = PartitionRows(rows[:limit], RowReader(connection, entry, self._account_id))
        more = len(rows) > limit
        return Page(items, write_token(scope, rows[limit - 1][: len(entry.codec.keys) + 1]) if more else None)

    def _select(
        self,
        connection: Connection,
        entry: TableEntry,
        chosen: PartitionFilter | None,
        segment: Segment | None,
        after: tuple[Any, ...] | None,
        count: int,
    ) -> list[Row]:
        columns = [*(f"k{number}" for number in range(len(entry.codec.keys))), "spelling"]
        clauses: list[str] = ["table_id = ?"]
        parameters: list[Any] = [entry.id]
        if chosen is not None:
            sql, bound = chosen.sql(resumed=after is not None)
            clauses.append(sql)
            parameters += bound
        if segment is not None:
            connection.raw.create_function("share", -1, _share, deterministic=True)
            clauses.append(f"share({', '.join(columns)}, ?) = ?")
            parameters += [_checked(segment).total, segment.number]
        order = ", ".join(columns)
        if after is not None:
            # Leading keys that the filter fixes are left out, so that SQLite seeks to the row after the last one.
            fixed = chosen.fixed if chosen is not None else frozenset[int]()
            first_open = next(number for number in range(len(columns)) if number not in fixed)
            clauses.append(f"({', '.join(columns[first_open:])}) > ({', '.join('?' * len(columns[first_open:]))})")
            parameters += after[first_open:]
        sql = f"SELECT {order}, {COLUMNS} FROM {_partitions(entry)} WHERE {' AND '.join(clauses)} ORDER BY {order} LIMIT ?"
        return connection.rows(sql, (*parameters, count))

    def _refuse_odd(self, connection: Connection, entry: TableEntry, chosen: PartitionFilter) -> None:
        """Raise InvalidState if a value somewhere in the table does not fit the type of a key that is compared."""
        for number in chosen.compared:
            if not entry.odd_keys >> number & 1:
                continue
            sql = f"SELECT k{number} FROM {_partitions(entry)} WHERE table_id = ? AND k{number} >= x'' AND k{number} <> ? LIMIT 1"
            row = connection.row(sql, (entry.id, DEFAULT_PARTITION.encode()))
            if row is not None:
                raise chosen.misfit(number, row[0].decode())

    def _writer(self, database: str, table: str) -> tuple[TableEntry, RowWriter]:
        entry = self._tables.entry(database, table)
        return entry, RowWriter(self._file.connection, entry, self._tables.get(database, table), self._clock())

    def _exist(self, entry: TableEntry) -> bool:
        """Say whether the table of partitions of so many keys was ever made; it is never dropped."""
        connection, name = self._file.connection, _partitions(entry)
        if name not in connection.cache:
            if connection.row("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)) is None:
                return False
            connection.remember(name, value=True)
        return True

    @staticmethod
    def _mark_odd(connection: Connection, entry: TableEntry, writer: RowWriter) -> None:
        if writer.odd_keys & ~entry.odd_keys:
            connection.run("UPDATE tables SET odd_keys = odd_keys | ? WHERE id = ?", (writer.odd_keys, entry.id))


def _rows(writer: RowWriter, chunk: list[Partition], failures: list[BatchError]) -> list[Row]:
    """Return the rows of a chunk, noting the partitions that do not fit their table."""
    rows: list[Row] = []
    for partition in chunk:
        try:
            rows.append(writer.row(partition))
        except InvalidInput as error:
            failures.append(BatchError(partition.values, error))
    return rows


def _insert_all(connection: Connection, insert: str, rows: list[Row]) -> bool:
    """Insert rows at once; False, and nothing done, if any of them cannot be."""
    try:
        with connection.transaction():
            connection.run_many(insert, rows)
    except (sqlite3.IntegrityError, InvalidInput):
        return False
    return True


def _insert_each(connection: Connection, insert: str, rows: list[Row], codec: KeyCodec) -> Iterator[BatchError]:
    """Insert rows one by one, yielding what cannot be."""
    for row in rows:
        try:
            connection.run(insert, row)
        except sqlite3.IntegrityError:
            yield BatchError(codec.decode(row[1:]), AlreadyExists("Partition already exists."))
        except InvalidInput as error:
            yield BatchError(codec.decode(row[1:]), error)


def _chunks(partitions: Iterable[Partition]) -> Iterator[list[Partition]]:
    iterator = iter(partitions)
    return iter(lambda: list(itertools.islice(iterator, _CHUNK)), [])


def _partitions(entry: TableEntry) -> str:
    return f"partitions_{len(entry.codec.keys)}"


def _insert(keys: int) -> str:
    return f"INSERT INTO partitions_{keys} VALUES ({', '.join('?' * (keys + 8))})"


@lru_cache(maxsize=64)
def _point(keys: int) -> str:
    """Return the query for one partition of the table of some name and of the same keys."""
    table = (
        "SELECT t.id FROM databases AS d JOIN tables AS t ON t.database_id = d.id WHERE d.name = ? AND t.name = ? AND t.partition_keys = ?"
    )
    names = [*(f"k{number}" for number in range(keys)), "spelling"]
    return f"SELECT {', '.join(names)}, {COLUMNS} FROM partitions_{keys} WHERE table_id = ({table}) AND {' AND '.join(f'{name} = ?' for name in names)}"


def _equal(keys: Sequence[Stored]) -> str:
    return " AND ".join([*(f"k{number} = ?" for number in range(len(keys) - 1)), "spelling = ?"])


def _missing() -> EntityNotFound:
    return EntityNotFound("Cannot find partition.")


def _checked(segment: Segment) -> Segment:
    if not 1 <= segment.total <= 10 or not 0 <= segment.number < segment.total:
        raise InvalidInput(f"There is no segment {segment.number} of {segment.total}: Glue splits into 1 to 10, counted from 0.")
    return segment


def _share(*arguments: Any) -> int:
    """Return which of `total` (the last argument) shares a partition with these key columns belongs to."""
    return zlib.crc32(repr(arguments[:-1]).encode()) % int(arguments[-1])
