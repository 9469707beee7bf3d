"""The Catalog interface: Glue's verbs over dataclasses, whatever keeps the entries.

Names of databases and tables are folded to lower case on the way in; lookups ignore case.
Lists come in pages; the `get_…s` iterators walk them and never hold more than one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from ..errors import EntityNotFound, GluepotError, InvalidInput
from .definitions import ClassifierDefinition
from .model import ColumnStatistics, Connection, Database, Partition, Table, TableVersion
from .pins import Pin

T = TypeVar("T")

PAGE_SIZE = 1000  # partitions; Glue's own largest page
SMALL_PAGE_SIZE = 100  # databases, tables, versions; likewise


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list, and the opaque token of the next page (None at the end)."""

    items: Sequence[T]
    next_token: str | None = None


@dataclass(frozen=True, slots=True)
class BatchError:
    """Why one item of a batch failed; the others are done."""

    item: tuple[str, ...]
    error: GluepotError


@dataclass(frozen=True, slots=True)
class Segment:
    """One of `total` disjoint shares of a table's partitions, for parallel reading; `number` counts from 0."""

    number: int
    total: int


class Catalog(ABC):
    """What every keeper of entries offers; raises the errors of `gluepot.errors`."""

    # --- databases
    @abstractmethod
    def create_database(self, database: Database) -> None:
        """Add a database. Raises AlreadyExists."""

    @abstractmethod
    def get_database(self, name: str) -> Database:
        """Return a database. Raises EntityNotFound."""

    @abstractmethod
    def update_database(self, name: str, database: Database) -> None:
        """Replace a database's whole definition. Raises EntityNotFound; InvalidInput if it would be renamed."""

    @abstractmethod
    def delete_database(self, name: str) -> None:
        """Remove a database with its tables. Raises EntityNotFound."""

    @abstractmethod
    def get_databases_page(self, token: str | None = None, limit: int = SMALL_PAGE_SIZE) -> Page[Database]:
        """Return some databases in the order of their names. Raises InvalidInput for a foreign token."""

    def get_databases(self) -> Iterator[Database]:
        """Yield every database in the order of their names."""
        return _walk(self.get_databases_page)

    # --- tables
    @abstractmethod
    def create_table(self, database: str, table: Table) -> None:
        """Add a table. Raises EntityNotFound for the database, AlreadyExists, InvalidInput."""

    @abstractmethod
    def get_table(self, database: str, name: str) -> Table:
        """Return a table's current definition. Raises EntityNotFound."""

    @abstractmethod
    def update_table(self, database: str, table: Table, *, version_id: str | None = None, skip_archive: bool = False) -> None:
        """Replace a table's whole definition; its version number grows by one.

        Raises EntityNotFound; ConcurrentModification if `version_id` is given and not current.
        """

    @abstractmethod
    def delete_table(self, database: str, name: str) -> None:
        """Remove a table with its versions, partitions, statistics and evidence. Raises EntityNotFound."""

    @abstractmethod
    def get_tables_page(
        self, database: str, expression: str | None = None, token: str | None = None, limit: int = SMALL_PAGE_SIZE
    ) -> Page[Table]:
        """Return some tables in the order of their names; `expression` filters names as GetTables does."""

    def get_tables(self, database: str, expression: str | None = None) -> Iterator[Table]:
        """Yield a database's tables in the order of their names."""
        return _walk(lambda token: self.get_tables_page(database, expression, token))

    # --- table versions
    @abstractmethod
    def get_table_version(self, database: str, name: str, version_id: str | None = None) -> TableVersion:
        """Return one version, the current one by default. Raises EntityNotFound, InvalidInput."""

    @abstractmethod
    def get_table_versions_page(
        self, database: str, name: str, token: str | None = None, limit: int = SMALL_PAGE_SIZE
    ) -> Page[TableVersion]:
        """Return some versions, newest (the current one) first."""

    def get_table_versions(self, database: str, name: str) -> Iterator[TableVersion]:
        """Yield a table's versions, newest (the current one) first."""
        return _walk(lambda token: self.get_table_versions_page(database, name, token))

    @abstractmethod
    def delete_table_version(self, database: str, name: str, version_id: str) -> None:
        """Remove an archived version. Raises EntityNotFound; InvalidInput for the current one."""

    # --- partitions
    @abstractmethod
    def create_partitions(self, database: str, table: str, partitions: Iterable[Partition]) -> list[BatchError]:
        """Add partitions; those that exist or do not fit are returned, the others are kept."""

    @abstractmethod
    def get_partition(self, database: str, table: str, values: Sequence[str]) -> Partition:
        """Return one partition. Raises EntityNotFound."""

    @abstractmethod
    def update_partitions(self, database: str, table: str, partitions: Iterable[Partition]) -> list[BatchError]:
        """Replace partitions of the same values; those that do not exist are returned."""

    @abstractmethod
    def delete_partitions(self, database: str, table: str, values: Iterable[Sequence[str]]) -> list[BatchError]:
        """Remove partitions; those that do not exist are returned."""

    @abstractmethod
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
        """Return some partitions, ordered by their values, that satisfy a GetPartitions expression.

        Raises InvalidExpression; InvalidState when a stored value does not fit its key's type.
        """

    def get_partitions(
        self, database: str, table: str, expression: str | None = None, *, segment: Segment | None = None
    ) -> Iterator[Partition]:
        """Yield a table's partitions, ordered by their values, as a stream."""
        return _walk(lambda token: self.get_partitions_page(database, table, expression, segment=segment, token=token))

    # --- column statistics of tables
    @abstractmethod
    def update_column_statistics(self, database: str, table: str, statistics: Iterable[ColumnStatistics]) -> list[BatchError]:
        """Keep records in place of those of the same columns; those of columns that the table has not are returned.

        Raises EntityNotFound for the table.
        """

    @abstractmethod
    def get_column_statistics(self, database: str, table: str, columns: Sequence[str] | None = None) -> list[ColumnStatistics]:
        """Return the records that there are of some columns, or of all, in the order of their names. Raises EntityNotFound."""

    @abstractmethod
    def delete_column_statistics(self, database: str, table: str, column: str) -> None:
        """Remove a column's record, if there is one. Raises EntityNotFound for the table."""

    # --- custom classifiers
    @abstractmethod
    def create_classifier(self, definition: ClassifierDefinition) -> None:
        """Add a custom classifier as version 1. Raises AlreadyExists, InvalidInput with every mistake."""

    @abstractmethod
    def get_classifier(self, name: str) -> ClassifierDefinition:
        """Return a custom classifier. Raises EntityNotFound."""

    @abstractmethod
    def update_classifier(self, changes: ClassifierDefinition, *, version: int | None = None) -> None:
        """Change the members that are given; the version grows by one.

        Raises EntityNotFound, InvalidInput; VersionMismatch if `version` is given and not current.
        """

    @abstractmethod
    def delete_classifier(self, name: str) -> None:
        """Remove a custom classifier. Raises EntityNotFound."""

    @abstractmethod
    def get_classifiers_page(self, token: str | None = None, limit: int = SMALL_PAGE_SIZE) -> Page[ClassifierDefinition]:
        """Return some custom classifiers in the order of their names."""

    def get_classifiers(self) -> Iterator[ClassifierDefinition]:
        """Yield every custom classifier in the order of their names."""
        return _walk(self.get_classifiers_page)

    # --- connections
    @abstractmethod
    def create_connection(self, connection: Connection) -> None:
        """Add a connection. Raises AlreadyExists; InvalidInput with every mistake, a password that stands in it among them."""

    @abstractmethod
    def get_connection(self, name: str) -> Connection:
        """Return a connection; capitals matter. Raises EntityNotFound."""

    @abstractmethod
    def update_connection(self, name: str, connection: Connection) -> None:
        """Replace a connection's whole definition. Raises EntityNotFound; InvalidInput, also if it would be renamed."""

    @abstractmethod
    def delete_connection(self, name: str) -> None:
        """Remove a connection. Raises EntityNotFound."""

    @abstractmethod
    def get_connections_page(self, token: str | None = None, limit: int = SMALL_PAGE_SIZE) -> Page[Connection]:
        """Return some connections in the order of their names."""

    def get_connections(self) -> Iterator[Connection]:
        """Yield every connection in the order of their names."""
        return _walk(self.get_connections_page)

    # --- search
    @abstractmethod
    def search_tables_page(
        self, text: str | None = None, filters: Mapping[str, str] | None = None, token: str | None = None, limit: int = SMALL_PAGE_SIZE
    ) -> Page[Table]:
        """Return some tables whose name, description, columns or parameters match.

        `text`: words are matched as terms, a "quoted" phrase as an exact value; `filters`: Name,
        DatabaseName, Description, Owner, Column or a parameter's key, each compared by token.
        """

    def search_tables(self, text: str | None = None, filters: Mapping[str, str] | None = None) -> Iterator[Table]:
        """Yield every table that matches."""
        return _walk(lambda token: self.search_tables_page(text, filters, token))

    # --- evidence: why a table is as it is; kept beside the entries, never part of Glue's answers
    @abstractmethod
    def put_evidence(self, database: str, table: str, evidence: Mapping[str, Any]) -> None:
        """Keep why a table is as it is, in place of what was kept before. Raises EntityNotFound."""

    @abstractmethod
    def get_evidence(self, database: str, table: str) -> dict[str, Any] | None:
        """Return why a table is as it is, or None where nothing was kept. Raises EntityNotFound."""

    # --- pins: what users have decided, for every crawl to come; a catalog that keeps none has none
    def put_pin(self, pin: Pin) -> None:
        """Keep a pin in place of the one before of the same key, with where its table lies.

        Raises InvalidInput naming what is wrong with it, EntityNotFound for a pin of a table that does not exist.
        """
        raise InvalidInput("This catalog keeps no pins.")

    def remove_pin(self, database: str, table: str, column: str, key: str) -> None:
        """Remove a pin; `column` is empty for the table's own. Raises EntityNotFound."""
        raise EntityNotFound("This catalog keeps no pins.")

    def get_pins(self, database: str | None = None) -> list[Pin]:
        """Return the pins of one database, or of all, in the order of what they are about."""
        return []

    # --- memory: what crawls learned of objects; a catalog that keeps none only makes them slower
    def recall(self, scope: str, key: bytes) -> bytes | None:
        """Return what was remembered, or None."""
        return None

    def remember(self, scope: str, values: Mapping[bytes, bytes]) -> None:  # noqa: B027 - a cache is no duty
        """Remember values by their keys."""

    def forget_others(self, scope: str, keys: Collection[bytes]) -> None:  # noqa: B027 - likewise
        """Forget all of a scope but these keys."""

    # --- whole
    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Group the changes made inside: all of them are kept, or none."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _walk(page_at: Callable[[str | None], Page[T]]) -> Iterator[T]:
    token: str | None = None
    while True:
        page = page_at(token)
        yield from page.items
        token = page.next_token
        if token is None:
            return
