"""Column statistics in the SQLite catalog: one record a column of a table, gone with the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import InvalidInput
from . import documents
from .file import CatalogFile
from .interface import BatchError
from .model import ColumnStatistics
from .names import fold
from .tables import Tables


class Statistics:
    """The column statistics of one catalog file."""

    def __init__(self, file: CatalogFile, tables: Tables) -> None:
        self._file = file
        self._tables = tables

    def update(self, database: str, table: str, statistics: Iterable[ColumnStatistics]) -> list[BatchError]:
        """Put records in place of those of the same columns; those of columns that the table has not are returned."""
        connection, errors = self._file.connection, list[BatchError]()
        with connection.transaction():
            identity = self._tables.entry(database, table).id
            definition = self._tables.get(database, table)
            known = {column.name for column in (*definition.columns, *(definition.partition_keys or ()))}
            rows: list[tuple[int, str, str]] = []
            for one in statistics:
                name = fold(one.column_name)
                if name in known:
                    rows.append((identity, name, documents.dumps({**one.to_api(), "ColumnName": name})))
                else:
                    errors.append(BatchError((one.column_name,), InvalidInput(f"Table {table} has no column {one.column_name}.")))
            connection.run_many("INSERT OR REPLACE INTO column_statistics (table_id, name, body) VALUES (?, ?, ?)", rows)
        return errors

    def get(self, database: str, table: str, columns: Sequence[str] | None) -> list[ColumnStatistics]:
        """Return the records of some columns, or of all, in the order of their names."""
        identity = self._tables.entry(database, table).id
        wanted = None if columns is None else {fold(column) for column in columns}
        rows = self._file.connection.rows("SELECT name, body FROM column_statistics WHERE table_id = ? ORDER BY name", (identity,))
        return [ColumnStatistics.from_api(documents.loads(body)) for name, body in rows if wanted is None or name in wanted]

    def delete(self, database: str, table: str, column: str) -> None:
        """Remove a column's record, if there is one."""
        identity = self._tables.entry(database, table).id
        self._file.connection.run("DELETE FROM column_statistics WHERE table_id = ? AND name = ?", (identity, fold(column)))
