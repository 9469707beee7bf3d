"""What earlier crawls learned of objects, by scope and key: a cache beside the entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .file import CatalogFile


class Memory:
    """The rows of the `memory` table. Values are opaque here; losing any of them costs time and nothing else."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    def get(self, scope: str, key: bytes) -> bytes | None:
        """Return a value, or None."""
        row = self._file.connection.row("SELECT value FROM memory WHERE scope = ? AND key = ?", (scope, key))
        return row[0] if row else None

    def put(self, scope: str, values: Mapping[bytes, bytes]) -> None:
        """Keep values."""
        connection = self._file.connection
        with connection.transaction():
            connection.run_many(
                "INSERT OR REPLACE INTO memory (scope, key, value) VALUES (?, ?, ?)", ((scope, *item) for item in values.items())
            )

    def keep(self, scope: str, keys: Collection[bytes]) -> None:
        """Forget all of a scope but these."""
        connection = self._file.connection
        with connection.transaction():
            stale = [row for row in connection.rows("SELECT key FROM memory WHERE scope = ?", (scope,)) if row[0] not in keys]
            connection.run_many("DELETE FROM memory WHERE scope = ? AND key = ?", ((scope, key) for (key,) in stale))
