"""Tables and their versions in the SQLite catalog."""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import AlreadyExists, ConcurrentModification, EntityNotFound, InvalidInput
from . import documents
from .databases import find_database
from .file import CatalogFile, Connection, Row
from .interface import Page
from .model import Json, Table, TableVersion, to_epoch
from .names import checked_limit, checked_name, fold
from .partition_keys import KeyCodec, read_codec
from .partition_keys_change import recode_partitions
from .search import Words, words_of
from .tokens import read_token, write_token

# Members that have columns of their own.
_ADDED = ("Name", "DatabaseName", "CreateTime", "UpdateTime", "VersionId")
# What Glue adds to every answer. [seen]
_DEFAULTS: Json = {"Retention": 0}
STORAGE_DEFAULTS: Json = {"Compressed": False, "NumberOfBuckets": 0, "StoredAsSubDirectories": False}

_SELECT = (
    "SELECT t.id, d.name, t.name, t.version, t.body, t.created, t.updated FROM tables AS t JOIN databases AS d ON d.id = t.database_id"
)


@dataclass(frozen=True, slots=True)
class TableEntry:
    """What the partitions' side needs to know of a table."""

    id: int
    database: str
    name: str
    partition_keys: str
    odd_keys: int

    @property
    def codec(self) -> KeyCodec:
        """The way between values and key columns."""
        return read_codec(self.partition_keys)


class Tables:
    """The tables of one catalog file."""

    def __init__(self, file: CatalogFile, words: Words, clock: Callable[[], datetime], account_id: str) -> None:
        self._file = file
        self._words = words
        self._clock = clock
        self._account_id = account_id

    def create(self, database: str, table: Table) -> None:
        """Add a table as version 0."""
        name, document = checked_name(table.name, "table"), _document(table)
        connection, now = self._file.connection, to_epoch(self._clock())
        with connection.transaction():
            database_id = find_database(connection, database)
            try:
                cursor = connection.run(
                    "INSERT INTO tables (database_id, name, version, body, created, updated, partition_keys) VALUES (?, ?, 0, ?, ?, ?, ?)",
                    (database_id, name, documents.dumps(document), now, now, _partition_keys(document)),
                )
            except sqlite3.IntegrityError:
                raise AlreadyExists("Table already exists.") from None
            self._words.replace(connection, cursor.lastrowid or 0, set(), words_of(fold(database), name, document))

    def get(self, database: str, name: str) -> Table:
        """Return a table's current definition."""
        return self._read(self._row(database, name))

    def update(self, database: str, table: Table, version_id: str | None, *, skip_archive: bool) -> None:
        """Replace a table's definition, archiving the old one unless told to skip that."""
        document = _document(table)
        connection = self._file.connection
        with connection.transaction():
            identity, database, name, version, body, _, updated = self._row(database, table.name)
            if version_id is not None and version_id != str(version):
                raise ConcurrentModification("Update table failed due to concurrent modifications.")
            if not skip_archive:
                connection.run(
                    "INSERT INTO archived_versions (table_id, version, body, updated) VALUES (?, ?, ?, ?)",
                    (identity, version, body, updated),
                )
            old = documents.loads(body)
            self._change_keys(connection, identity, _partition_keys(old), _partition_keys(document))
            connection.run(
                "UPDATE tables SET version = ?, body = ?, updated = ?, partition_keys = ? WHERE id = ?",
                (version + 1, documents.dumps(document), to_epoch(self._clock()), _partition_keys(document), identity),
            )
            self._words.replace(connection, identity, words_of(database, name, old), words_of(database, name, document))

    def delete(self, database: str, name: str) -> None:
        """Remove a table and all that hangs on it."""
        connection = self._file.connection
        with connection.transaction():
            identity, database, name, _, body, *_ = self._row(database, name)
            self._words.replace(connection, identity, words_of(database, name, documents.loads(body)), set())
            connection.run("DELETE FROM tables WHERE id = ?", (identity,))

    def page(self, database: str, expression: str | None, token: str | None, limit: int) -> Page[Table]:
        """Return some tables in the order of their names."""
        scope = ["tables", fold(database), expression or ""]
        connection = self._file.connection
        after = read_token(scope, token) or ("",)
        pattern = name_pattern(expression)
        with connection.snapshot():
            database_id = find_database(connection, database)
            names = connection.rows("SELECT name FROM tables WHERE database_id = ? AND name > ? ORDER BY name", (database_id, *after))
            found = _first((name for (name,) in names if pattern.fullmatch(name)), checked_limit(limit) + 1)
            items = [self._read(self._row(database, name)) for name in found[:limit]]
        return Page(items, write_token(scope, [found[limit - 1]]) if len(found) > limit else None)

    def version(self, database: str, name: str, version_id: str | None) -> TableVersion:
        """Return one version, the current one by default."""
        connection = self._file.connection
        with connection.snapshot():
            row = self._row(database, name)
            if version_id is not None and _version_number(version_id) != row[3]:
                sql = "SELECT version, body, updated FROM archived_versions WHERE table_id = ? AND version = ?"
                archived = connection.row(sql, (row[0], _version_number(version_id)))
                if archived is None:
                    raise EntityNotFound("Version not found.")
                row = _at_version(row, archived)
        return self._version(row)

    def versions(self, database: str, name: str, token: str | None, limit: int) -> Page[TableVersion]:
        """Return some versions, newest first."""
        connection = self._file.connection
        with connection.snapshot():
            current = self._row(database, name)
            scope = ["versions", current[0]]
            (before,) = read_token(scope, token) or (current[3] + 1,)
            sql = "SELECT version, body, updated FROM archived_versions WHERE table_id = ? AND version < ? ORDER BY version DESC LIMIT ?"
            archived = connection.rows(sql, (current[0], before, checked_limit(limit) + 1))
        rows = [current] * (before > current[3]) + [_at_version(current, row) for row in archived]
        return Page([self._version(row) for row in rows[:limit]], write_token(scope, [rows[limit - 1][3]]) if len(rows) > limit else None)

    def delete_version(self, database: str, name: str, version_id: str) -> None:
        """Remove an archived version; the others keep their numbers."""
        connection = self._file.connection
        with connection.transaction():
            identity, _, _, current, *_ = self._row(database, name)
            if _version_number(version_id) == current:
                raise InvalidInput(f"Version {version_id} is the current version of table {name}; only archived versions can be deleted.")
            cursor = connection.run(
                "DELETE FROM archived_versions WHERE table_id = ? AND version = ?", (identity, _version_number(version_id))
            )
            if not cursor.rowcount:
                raise EntityNotFound("Version not found.")

    def search(self, text: str | None, filters: Mapping[str, str] | None, token: str | None, limit: int) -> Page[Table]:
        """Return some tables that match, oldest first."""
        scope = ["search", text or "", sorted((filters or {}).items())]
        connection = self._file.connection
        (after,) = read_token(scope, token) or (0,)
        with connection.snapshot():
            found = self._words.find(connection, text, filters, after, checked_limit(limit) + 1)
            rows = [connection.row(f"{_SELECT} WHERE t.id = ?", (identity,)) for identity in found[:limit]]
        return Page([self._read(row) for row in rows if row], write_token(scope, [found[limit - 1]]) if len(found) > limit else None)

    def put_evidence(self, database: str, name: str, evidence: Mapping[str, Any]) -> None:
        """Keep why a table is as it is."""
        body = zlib.compress(documents.dumps(evidence).encode())
        connection = self._file.connection
        with connection.transaction():
            connection.run("INSERT OR REPLACE INTO evidence (table_id, body) VALUES (?, ?)", (self.entry(database, name).id, body))

    def get_evidence(self, database: str, name: str) -> Json | None:
        """Return why a table is as it is."""
        row = self._file.connection.row("SELECT body FROM evidence WHERE table_id = ?", (self.entry(database, name).id,))
        evidence: Json | None = documents.loads(zlib.decompress(row[0])) if row else None
        return evidence

    def entry(self, database: str, name: str) -> TableEntry:
        """Return what the partitions' side needs to know of a table. Raises EntityNotFound."""
        connection = self._file.connection
        sql = "SELECT t.id, d.name, t.name, t.partition_keys, t.odd_keys FROM databases AS d JOIN tables AS t ON t.database_id = d.id WHERE d.name = ? AND t.name = ?"
        row = connection.row(sql, (fold(database), fold(name)))
        if row is None:
            find_database(connection, database)
            raise _missing(name)
        return TableEntry(*row)

    def _row(self, database: str, name: str) -> Row:
        row = self._file.connection.row(f"{_SELECT} WHERE d.name = ? AND t.name = ?", (fold(database), fold(name)))
        if row is None:
            find_database(self._file.connection, database)
            raise _missing(name)
        return row

    def _read(self, row: Row) -> Table:
        _, database, name, version, body, created, updated = row
        document = _DEFAULTS | {"CatalogId": self._account_id} | documents.loads(body)
        if "StorageDescriptor" in document:
            document["StorageDescriptor"] = STORAGE_DEFAULTS | document["StorageDescriptor"]
        document |= {"Name": name, "DatabaseName": database, "CreateTime": created, "UpdateTime": updated, "VersionId": str(version)}
        return Table.from_api(document)

    def _version(self, row: Row) -> TableVersion:
        return TableVersion(self._read(row), str(row[3]))

    @staticmethod
    def _change_keys(connection: Connection, identity: int, old: str, new: str) -> None:
        if old != new:
            odd_keys = recode_partitions(connection, identity, read_codec(old), read_codec(new))
            connection.run("UPDATE tables SET odd_keys = ? WHERE id = ?", (odd_keys, identity))


def name_pattern(expression: str | None) -> re.Pattern[str]:
    """Return what a GetTables expression matches: a regular expression in which `*` is a glob's star.

    As in Glue, it is matched against the whole folded name. [seen] Raises InvalidInput.
    """
    pattern = fold(expression or "") or ".*"
    if "*" in pattern:
        body, tail = (pattern[:-2], ".*") if pattern.endswith(".*") else (pattern, "")
        pattern = body.replace("*", ".*") + tail
    try:
        return re.compile(pattern, re.DOTALL)
    except re.error as error:
        raise InvalidInput(f"The expression {expression!r} is not a pattern: {error}.") from error


def _document(table: Table) -> Json:
    """Return the JSON to store, with column names folded. Raises InvalidInput for what Glue refuses."""
    document = table.to_api()
    for member in _ADDED:
        document.pop(member, None)
    keys: list[Json] = document.get("PartitionKeys") or []
    if any(key.get("Parameters") for key in keys):
        raise InvalidInput("Parameters not supported for partition columns")
    storage: Json = document.get("StorageDescriptor") or {}
    if storage.get("SchemaReference") and storage.get("Columns"):
        raise InvalidInput("Both SchemaReference and Columns are populated, only one of them should be populated.")
    fold_columns(keys)
    fold_columns(storage.get("Columns") or [])
    return document


def fold_columns(columns: list[Json]) -> None:
    """Fold the names of columns in place, as Glue does [seen]."""
    for column in columns:
        column["Name"] = checked_name(column.get("Name") or "", "column")


def _partition_keys(document: Json) -> str:
    keys: list[Json] = document.get("PartitionKeys") or []
    return documents.dumps([[key["Name"], key.get("Type") or "string"] for key in keys])


def _at_version(current: Row, archived: Row) -> Row:
    version, body, updated = archived
    return (*current[:3], version, body, current[5], updated)


def _version_number(version_id: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", version_id):
        raise InvalidInput(f'"{version_id}" is not an integer.')
    return int(version_id)


def _missing(name: str) -> EntityNotFound:
    return EntityNotFound(f"Table {name} not found.")


def _first(names: Iterator[str], count: int) -> list[str]:
    return [name for name, _ in zip(names, range(count), strict=False)]
