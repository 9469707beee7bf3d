"""Custom classifiers in the SQLite catalog."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ..errors import AlreadyExists, EntityNotFound, InvalidInput, VersionMismatch
from . import documents
from .definitions import ClassifierDefinition
from .file import CatalogFile, Row
from .interface import Page
from .model import from_epoch, to_epoch
from .names import checked_limit
from .tokens import read_token, write_token

_SELECT = "SELECT kind, body, version, created, updated FROM classifiers"


class Classifiers:
    """The custom classifiers of one catalog file. [guess] Their names keep their case, and versions count from 1."""

    def __init__(self, file: CatalogFile, clock: Callable[[], datetime]) -> None:
        self._file = file
        self._clock = clock

    def create(self, definition: ClassifierDefinition) -> None:
        """Add a classifier."""
        definition.check()
        now = to_epoch(self._clock())
        row = (definition.name, definition.kind, documents.dumps(definition.members), now, now)
        try:
            self._file.connection.run(
                "INSERT INTO classifiers (name, kind, body, version, created, updated) VALUES (?, ?, ?, 1, ?, ?)", row
            )
        except sqlite3.IntegrityError:
            raise AlreadyExists(f"Classifier {definition.name} already exists.") from None

    def get(self, name: str) -> ClassifierDefinition:
        """Return a classifier."""
        row = self._file.connection.row(f"{_SELECT} WHERE name = ?", (name,))
        if row is None:
            raise EntityNotFound(f"Classifier {name} not found.")
        return _read(row)

    def update(self, changes: ClassifierDefinition, version: int | None) -> None:
        """Change some members of a classifier."""
        connection = self._file.connection
        with connection.transaction():
            before = self.get(changes.name)
            if before.kind != changes.kind:  # [guess]
                raise InvalidInput(f"Classifier {changes.name} is a {before.kind}, and cannot become a {changes.kind}.")
            if version is not None and version != before.version:
                raise VersionMismatch(f"Classifier {changes.name} has version {before.version}, not {version}: read it again.")
            after = replace(before, members={**before.members, **changes.members})
            after.check()
            connection.run(
                "UPDATE classifiers SET body = ?, version = version + 1, updated = ? WHERE name = ?",
                (documents.dumps(after.members), to_epoch(self._clock()), changes.name),
            )

    def delete(self, name: str) -> None:
        """Remove a classifier."""
        if not self._file.connection.run("DELETE FROM classifiers WHERE name = ?", (name,)).rowcount:
            raise EntityNotFound(f"Classifier {name} not found.")

    def page(self, token: str | None, limit: int) -> Page[ClassifierDefinition]:
        """Return some classifiers in the order of their names."""
        after = read_token(["classifiers"], token) or ("",)
        rows = self._file.connection.rows(f"{_SELECT} WHERE name > ? ORDER BY name LIMIT ?", (*after, checked_limit(limit) + 1))
        items = [_read(row) for row in rows[:limit]]
        return Page(items, write_token(["classifiers"], [items[-1].name]) if len(rows) > limit else None)


def _read(row: Row) -> ClassifierDefinition:
    kind, body, version, created, updated = row
    return ClassifierDefinition(kind, documents.loads(body), version, from_epoch(created), from_epoch(updated))
