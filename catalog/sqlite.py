"""The catalog in one SQLite file."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..errors import EntityNotFound
from .classifiers import Classifiers
from .connections import Connections
from .databases import Databases, insert_database, utc_now
from .definitions import ClassifierDefinition
from .file import CatalogFile
from .interface import PAGE_SIZE, SMALL_PAGE_SIZE, BatchError, Catalog, Page, Segment
from .memory import Memory
from .model import ColumnStatistics, Connection, Database, Partition, Table, TableVersion
from .partitions import Partitions
from .pins import Pin, Pins
from .search import Words
from .statistics import Statistics
from .tables import Tables

BUSY_TIMEOUT = 60.0  # seconds to wait for another process's transaction


def open_catalog(
    path: str | os.PathLike[str] = "gluepot.db",
    *,
    read_only: bool = False,
    create: bool = True,
    clock: Callable[[], datetime] = utc_now,
    account_id: str = "123456789012",
    timeout: float = BUSY_TIMEOUT,
) -> SqliteCatalog:
    """Open the catalog in a file, making it if it is missing or empty.

    `timeout` is how many seconds a change waits for other processes. Raises EntityNotFound for a
    missing file that may not be made, and CatalogUnavailable (NotACatalog, CatalogCorrupt,
    CatalogLocked) for a file that cannot be used, which is left untouched.
    """
    file = CatalogFile(
        path,
        read_only=read_only,
        create=create,
        timeout=timeout,
        prepare=lambda connection: insert_database(connection, Database("default"), clock()),
    )
    return SqliteCatalog(file, clock=clock, account_id=account_id)


class SqliteCatalog(Catalog):
    """The Catalog over a SQLite file; safe under several threads and processes."""

    def __init__(self, file: CatalogFile, *, clock: Callable[[], datetime], account_id: str) -> None:
        words = Words()
        self._file = file
        self._databases = Databases(file, words, clock, account_id)
        self._tables = Tables(file, words, clock, account_id)
        self._memory = Memory(file)
        self._classifiers = Classifiers(file, clock)
        self._connections = Connections(file, clock)
        self._partitions = Partitions(file, self._tables, clock, account_id)
        self._statistics = Statistics(file, self._tables)
        self._pins = Pins(file)

    @property
    def path(self) -> str:
        """The file's path as it was given."""
        return self._file.path

    def create_database(self, database: Database) -> None:
        self._databases.create(database)

    def get_database(self, name: str) -> Database:
        return self._databases.get(name)

    def update_database(self, name: str, database: Database) -> None:
        self._databases.update(name, database)

    def delete_database(self, name: str) -> None:
        self._databases.delete(name)

    def get_databases_page(self, token: str | None = None, limit: int = SMALL_PAGE_SIZE) -> Page[Database]:
        return self._databases.page(token, limit)

    def create_table(self, database: str, table: Table) -> None:
        self._tables.create(database, table)

    def get_table(self, database: str, name: str) -> Table:
        return self._tables.get(database, name)

    def update_table(self, database: str, table: Table, *, version_id: str | None = None, skip_archive: bool = False) -> None:
        self._tables.update(database, table, version_id, skip_archive=skip_archive)

    def delete_table(self, database: str, name: str) -> None:
        self._tables.delete(database, name)

    def get_tables_page(
        self, database: str, expression: str | None = None, token: str | None = None, limit: int = SMALL_PAGE_SIZE
    ) -> Page[Table]:
        return self._tables.page(database, expression, token, limit)

    def get_table_version(self, database: str, name: str, version_id: str | None = None) -> TableVersion:
        return self._tables.version(database, name, version_id)

    def get_table_versions_page(
        self, database: str, name: str, token: str | None = None, limit: int = SMALL_PAGE_SIZE
    ) -> Page[TableVersion]:
        return self._tables.versions(database, name, token, limit)

    def delete_table_version(self, database: str, name: str, version_id: str) -> None:
        self._tables.delete_version(database, name, version_id)

    def create_partitions(self, database: str, table: str, partitions: Iterable[Partition]) -> list[BatchError]:
        return self._partitions.create(database, table, partitions)

    def get_partition(self, database: str, table: str, values: Sequence[str]) -> Partition:
        return self._partitions.get(database, table, values)

    def update_partitions(self, database: str, table: str, partitions: Iterable[Partition]) -> list[BatchError]:
        return self._partitions.update(database, table, partitions)

    def delete_partitions(self, database: str, table: str, values: Iterable[Sequence[str]]) -> list[BatchError]:
        return self._partitions.delete(database, table, values)

    def get_partitions_page(
        self,
        database: str,
        table: str,
        expression: str | None = None,
        *,
        segment: Segment | None = None,
        token: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[Partition]:
        return self._partitions.page(database, table, expression, segment, token, limit)

    def update_column_statistics(self, database: str, table: str, statistics: Iterable[ColumnStatistics]) -> list[BatchError]:
        return self._statistics.update(database, table, statistics)

    def get_column_statistics(self, database: str, table: str, columns: Sequence[str] | None = None) -> list[ColumnStatistics]:
        return self._statistics.get(database, table, columns)

    def delete_column_statistics(self, database: str, table: str, column: str) -> None:
        self._statistics.delete(database, table, column)

    def put_pin(self, pin: Pin) -> None:
        if not pin.location:
            pin = replace(pin, location=self._location(pin))
        self._pins.put(pin)

    def _location(self, pin: Pin) -> str:
        try:
            return self._tables.get(pin.database, pin.table).location or ""
        except EntityNotFound:
            if pin.column:  # it applies by name, whenever there is such a table
                return ""
            raise

    def remove_pin(self, database: str, table: str, column: str, key: str) -> None:
        self._pins.remove(database, table, column, key)

    def get_pins(self, database: str | None = None) -> list[Pin]:
        return self._pins.all(database)

    def create_classifier(self, definition: ClassifierDefinition) -> None:
        self._classifiers.create(definition)

    def get_classifier(self, name: str) -> ClassifierDefinition:
        return self._classifiers.get(name)

    def update_classifier(self, changes: ClassifierDefinition, *, version: int | None = None) -> None:
        self._classifiers.update(changes, version)

    def delete_classifier(self, name: str) -> None:
        self._classifiers.delete(name)

    def get_classifiers_page(self, token: str | None = None, limit: int = SMALL_PAGE_SIZE) -> Page[ClassifierDefinition]:
        return self._classifiers.page(token, limit)

    def create_connection(self, connection: Connection) -> None:
        self._connections.create(connection)

    def get_connection(self, name: str) -> Connection:
        return self._connections.get(name)

    def update_connection(self, name: str, connection: Connection) -> None:
        self._connections.update(name, connection)

    def delete_connection(self, name: str) -> None:
        self._connections.delete(name)

    def get_connections_page(self, token: str | None = None, limit: int = SMALL_PAGE_SIZE) -> Page[Connection]:
        return self._connections.page(token, limit)

    def search_tables_page(
        self, text: str | None = None, filters: Mapping[str, str] | None = None, token: str | None = None, limit: int = SMALL_PAGE_SIZE
    ) -> Page[Table]:
        return self._tables.search(text, filters, token, limit)

    def put_evidence(self, database: str, table: str, evidence: Mapping[str, Any]) -> None:
        self._tables.put_evidence(database, table, evidence)

    def get_evidence(self, database: str, table: str) -> dict[str, Any] | None:
        return self._tables.get_evidence(database, table)

    def recall(self, scope: str, key: bytes) -> bytes | None:
        return self._memory.get(scope, key)

    def remember(self, scope: str, values: Mapping[bytes, bytes]) -> None:
        self._memory.put(scope, values)

    def forget_others(self, scope: str, keys: Collection[bytes]) -> None:
        self._memory.keep(scope, keys)

    def transaction(self) -> AbstractContextManager[None]:
        return self._file.connection.transaction()

    def close(self) -> None:
        self._file.close()
