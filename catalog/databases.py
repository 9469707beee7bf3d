"""Databases in the SQLite catalog."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

from ..errors import AlreadyExists, EntityNotFound, InvalidInput
from . import documents
from .file import CatalogFile, Connection, Row
from .interface import Page
from .model import Database, to_epoch
from .names import checked_limit, checked_name, fold
from .search import Words
from .tokens import read_token, write_token

Clock = Callable[[], datetime]

_ADDED = ("Name", "CreateTime")  # members that have columns of their own
_SELECT = "SELECT name, body, created FROM databases"


class Databases:
    """The databases of one catalog file."""

    def __init__(self, file: CatalogFile, words: Words, clock: Clock, account_id: str) -> None:
        self._file = file
        self._words = words
        self._clock = clock
        self._account_id = account_id

    def create(self, database: Database) -> None:
        """Add a database."""
        with self._file.connection.transaction():
            try:
                insert_database(self._file.connection, database, self._clock())
            except sqlite3.IntegrityError:
                raise AlreadyExists("Database already exists.") from None

    def get(self, name: str) -> Database:
        """Return a database."""
        row = self._file.connection.row(f"{_SELECT} WHERE name = ?", (fold(name),))
        if row is None:
            raise missing_database(name)
        return self._read(row)

    def update(self, name: str, database: Database) -> None:
        """Replace a database's definition."""
        if fold(database.name) != fold(name):
            raise InvalidInput("Database cannot be renamed")
        cursor = self._file.connection.run("UPDATE databases SET body = ? WHERE name = ?", (_body(database), fold(name)))
        if not cursor.rowcount:
            raise missing_database(name)

    def delete(self, name: str) -> None:
        """Remove a database with its tables."""
        connection = self._file.connection
        with connection.transaction():
            identity = find_database(connection, name)
            self._words.forget_database(connection, identity, fold(name))
            connection.run("DELETE FROM databases WHERE id = ?", (identity,))

    def page(self, token: str | None, limit: int) -> Page[Database]:
        """Return some databases in the order of their names."""
        after = read_token(["databases"], token) or ("",)
        rows = self._file.connection.rows(f"{_SELECT} WHERE name > ? ORDER BY name LIMIT ?", (*after, checked_limit(limit) + 1))
        items = [self._read(row) for row in rows[:limit]]
        return Page(items, write_token(["databases"], [items[-1].name]) if len(rows) > limit else None)

    def _read(self, row: Row) -> Database:
        name, body, created = row
        document = documents.loads(body)
        document.setdefault("CatalogId", self._account_id)
        return Database.from_api(document | {"Name": name, "CreateTime": created})


def insert_database(connection: Connection, database: Database, now: datetime) -> None:
    """Write a new database. Raises sqlite3.IntegrityError if its name is taken."""
    name = checked_name(database.name, "database")
    connection.run("INSERT INTO databases (name, body, created) VALUES (?, ?, ?)", (name, _body(database), to_epoch(now)))


def find_database(connection: Connection, name: str) -> int:
    """Return a database's id. Raises EntityNotFound."""
    row = connection.row("SELECT id FROM databases WHERE name = ?", (fold(name),))
    if row is None:
        raise missing_database(name)
    return int(row[0])


def missing_database(name: str) -> EntityNotFound:
    """Return the error in Glue's words."""
    return EntityNotFound(f"Database {name} not found.")


def utc_now() -> datetime:
    """Return the time that entries bear unless a caller brings a clock."""
    return datetime.now(UTC)


def _body(database: Database) -> str:
    document = database.to_api()
    for member in _ADDED:
        document.pop(member, None)
    return documents.dumps(document)
