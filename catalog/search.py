"""Search: which words stand in which field of which table.

A word index of our own rather than FTS5: filters compare words within one named field, which is
exactly this table's key, and any SQLite will do. A field's whole value is a word too, after a quote
mark: that is what a "quoted" search asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from . import documents
from .file import Connection, Row
from .model import Json

_TEXT = re.compile(r'"([^"]*)"|([^\s"]+)')
_WORD = re.compile(r"\w+")
_MAX_WORD = 255  # characters; what is longer is indexed by its beginning


class Words:
    """The word index, kept in step with the tables inside the same transaction."""

    def replace(self, connection: Connection, table_id: int, old: set[tuple[str, str]], new: set[tuple[str, str]]) -> None:
        """Put a table's new words in place of its old ones."""
        gone = [(word, table_id, field) for field, word in sorted(old - new)]
        come = [(word, table_id, field) for field, word in sorted(new - old)]
        connection.run_many("DELETE FROM words WHERE word = ? AND table_id = ? AND field = ?", gone)
        connection.run_many("INSERT INTO words (word, table_id, field) VALUES (?, ?, ?)", come)

    def forget_database(self, connection: Connection, database_id: int, database: str) -> None:
        """Drop the words of all tables of a database."""
        for table_id, name, body in connection.rows("SELECT id, name, body FROM tables WHERE database_id = ?", (database_id,)):
            self.replace(connection, table_id, words_of(database, name, documents.loads(body)), set())

    def find(self, connection: Connection, text: str | None, filters: Mapping[str, str] | None, after: int, limit: int) -> list[int]:
        """Return the ids above `after` of tables that match, in ascending order."""
        wanted = [*_wanted(text or "", filters or {})]
        first, *others = wanted or [("", "")]
        sql = (
            "SELECT DISTINCT w.table_id FROM words AS w WHERE w.word = ? AND w.table_id > ?"
            if wanted
            else "SELECT id FROM tables AS w WHERE id > ?"
        )
        parameters: list[str | int] = [first[1], after] if wanted else [after]
        if first[0]:
            sql += " AND w.field = ?"
            parameters.append(first[0])
        for field, word in others:
            sql += " AND EXISTS (SELECT 1 FROM words AS o WHERE o.word = ? AND o.table_id = w.table_id" + (
                " AND o.field = ?)" if field else ")"
            )
            parameters += [word, field] if field else [word]
        rows: list[Row] = connection.rows(f"{sql} ORDER BY 1 LIMIT ?", (*parameters, limit))
        return [int(row[0]) for row in rows]


def words_of(database: str, name: str, document: Json) -> set[tuple[str, str]]:
    """Return the (field, word) pairs of a table's definition."""
    words: set[tuple[str, str]] = set()
    for field, value in _fields(database, name, document):
        words.add((field, _exact(value)))
        words.update((field, word) for word in _split(value))
    return words


def _fields(database: str, name: str, document: Json) -> Iterator[tuple[str, str]]:
    yield "name", name
    yield "databasename", database
    for member in ("Description", "Owner"):
        if isinstance(document.get(member), str):
            yield member.lower(), document[member]
    storage: Json = document.get("StorageDescriptor") or {}
    columns: list[Json] = [*(storage.get("Columns") or []), *(document.get("PartitionKeys") or [])]
    for column in columns:
        yield "column", column.get("Name") or ""
        if column.get("Comment"):
            yield "comment", column["Comment"]
    parameters: dict[str, str] = document.get("Parameters") or {}
    for key, value in parameters.items():
        yield "key", key
        yield "parameter." + key.lower(), value


def _wanted(text: str, filters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for quoted, word in _TEXT.findall(text):
        if word:
            yield from (("", part) for part in _asked(word))
        else:
            yield "", _exact(quoted)
    for key, value in filters.items():
        field = key.lower() if key.lower() in ("name", "databasename", "description", "owner", "column") else "parameter." + key.lower()
        yield from ((field, word) for word in _asked(value) or [_exact(value)])


def _exact(value: str) -> str:
    return '"' + value.lower()[:_MAX_WORD]


def _asked(text: str) -> list[str]:
    """Return the words that a search asks for; `customer_id` asks for itself, not for its parts."""
    return [word[:_MAX_WORD] for word in _WORD.findall(text.lower())]


def _split(value: str) -> Iterator[str]:
    """Yield a value's words: split at punctuation, and words with an underscore in parts as well."""
    for word in _asked(value):
        yield word
        if "_" in word:
            yield from (part for part in word.split("_") if part)
