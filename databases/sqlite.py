"""SQLite: a file that anybody may write anything into, whatever its columns declare."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import AccessDenied, InvalidInput, ObjectNotFound, ReadError, StorageError, StoreUnavailable, TimedOut
from .address import Address
from .include import Include
from .native import Mapped, Rule, mapped
from .predicates import where_sql
from .relations import ForeignKey, Index, Kind, NativeColumn, Relation, Survey
from .rows import Rows, in_batches
from .session import LOCK_SECONDS, Select, Session, Wanted

if TYPE_CHECKING:
    import pyarrow as pa

_WHOLE = "int integer tinyint smallint mediumint bigint int2 int4 int8 unsigned^big^int"
_TEXTS = "char character varchar varying^character character^varying nchar native^character nvarchar text tinytext mediumtext longtext clob"
_ALSO_TEXT = "json uuid guid time"
RULES = (
    *(Rule(name.replace("^", " "), "bigint") for name in _WHOLE.split()),  # each may hold 64 bits, whatever it is called
    *(Rule(name, "double") for name in ("real", "double", "double precision", "float")),
    Rule("numeric", "decimal({0},{1})"),
    Rule("decimal", "decimal({0},{1})"),
    Rule("boolean", "boolean"),
    Rule("bool", "boolean"),
    Rule("date", "date"),
    Rule("datetime", "timestamp"),
    Rule("timestamp", "timestamp"),
    Rule("blob", "binary"),
    *(Rule(name.replace("^", " "), "string") for name in (*_TEXTS.split(), *_ALSO_TEXT.split())),
    Rule("", "string"),  # a column may have no type
)
# What an unknown name holds is told by its affinity. https://sqlite.org/datatype3.html#determination_of_column_affinity
_AFFINITIES = (
    ("int", "bigint"),
    ("char", "string"),
    ("clob", "string"),
    ("text", "string"),
    ("blob", "binary"),
    ("real", "double"),
    ("floa", "double"),
    ("doub", "double"),
)
_SAMPLED, _SAMPLE_SECONDS = 1000, 2.0
# What a column without a type holds → its type; any other mixture is string.
_HOLDING = {
    frozenset(("integer",)): "bigint",
    frozenset(("real",)): "double",
    frozenset(("integer", "real")): "double",
    frozenset(("blob",)): "binary",
}
_TRUTHS = {0: "false", 1: "true"}
_SHADOWED = sqlite3.sqlite_version_info >= (3, 37)  # since then it tells the tables that belong to a virtual one


def connect(address: Address, password: str | None) -> Session:
    """Open a session."""
    return Sqlite(address.database)


class Sqlite(Session):
    """One SQLite file, opened for reading."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._stem = os.path.splitext(os.path.basename(path))[0]
        if not os.path.isfile(path):
            raise ObjectNotFound(f"There is no SQLite file {path}.")
        with self._failing():
            # DuckDB reads from threads of its own, one at a time.
            self._connection = sqlite3.connect(
                f"file:{quote(os.path.abspath(path))}?mode=ro",
                uri=True,
                timeout=LOCK_SECONDS,
                check_same_thread=False,
                isolation_level=None,
            )
            self._rows("PRAGMA query_only = ON")
            self._rows("PRAGMA trusted_schema = OFF")
            self._rows("SELECT count(*) FROM sqlite_master")  # whether it is a database at all

    def databases(self) -> list[str]:
        """Return the file's name without its ending."""
        return [self._stem]

    def survey(self, meant: Include) -> Survey:
        """Ask for one table after the other: no server has to answer, and a broken view breaks nothing else."""
        with self._failing():
            estimates = self._estimates()
            found: list[Relation] = []
            denied: list[tuple[str, str]] = []
            for name, kind in self._names():
                if meant.matches((self._stem, name)):
                    try:
                        found.append(self._relation(name, kind, estimates.get(name)))
                    except sqlite3.Error as error:
                        denied.append((f"{self._stem}.{name}", str(error)))
        return Survey(tuple(found), tuple(denied))

    def batches(self, select: Select) -> Iterator[pa.RecordBatch]:
        """Stream rows, each value as the catalog's type wants it, or as text that cannot be taken for one."""
        values: list[str] = []
        table = quoted(select.path[-1])
        sql = f"SELECT {', '.join(quoted(wanted.name) for wanted in select.columns)} FROM {table}"
        if select.where is not None:
            sql += " WHERE " + where_sql(
                select.where, lambda name: _compared(select.compared(name)), lambda _, literal: _bind(values, literal)
            )
        if select.limit is not None:
            sql += f" LIMIT {select.limit}"
        with (
            self._failing(".".join(select.path)),
            self._no_longer_than(select.seconds),
            closing(self._connection.execute(sql, values)) as cursor,
        ):
            yield from in_batches(cursor.fetchmany, lambda rows: _batch(rows, select))

    def version(self) -> str:
        """Return the library's version: there is no server."""
        return f"SQLite {sqlite3.sqlite_version}"

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def _names(self) -> list[tuple[str, Kind]]:
        shadows = {name for (name,) in self._rows("SELECT name FROM pragma_table_list WHERE type = 'shadow'")} if _SHADOWED else set[str]()
        sql = "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
        return [(name, kind) for name, kind in self._rows(sql) if name not in shadows]

    def _estimates(self) -> dict[str, int]:
        if not self._rows("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'"):
            return {}
        counts = self._rows("SELECT tbl, stat FROM sqlite_stat1 WHERE stat IS NOT NULL")
        return {table: int(str(stat).split()[0]) for table, stat in counts if str(stat).split()[:1] and str(stat).split()[0].isdigit()}

    def _relation(self, name: str, kind: Kind, rows: int | None) -> Relation:
        # A hidden column of sort 1 belongs to a virtual table's workings; generated ones are 2 and 3.
        columns = self._rows('SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid', name)
        keys = sorted((place, column) for column, _, _, _, place in columns if place)
        seen = self._seen(name, [column for column, native, *_ in columns if not native])
        return Relation(
            (self._stem, name),
            kind,
            tuple(
                _column(column, native or "", not required, default, seen.get(column)) for column, native, required, default, _ in columns
            ),
            primary_key=tuple(column for _, column in keys),
            foreign_keys=tuple(self._foreign_keys(name)),
            indexes=tuple(self._indexes(name)),
            rows=rows,
        )

    def _seen(self, name: str, untyped: Sequence[str]) -> dict[str, str]:
        """Return what the first rows hold of columns without a type, as views have them where they compute: a sample proposes."""
        if not untyped:
            return {}
        sql = f"SELECT {', '.join(f'typeof({quoted(column)})' for column in untyped)} FROM {quoted(name)} LIMIT {_SAMPLED}"
        try:
            with self._no_longer_than(_SAMPLE_SECONDS):
                rows = self._rows(sql)
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            rows = []
        kinds = {column: frozenset(values) - {"null"} for column, values in zip(untyped, zip(*rows, strict=True), strict=False)}
        return {column: _HOLDING[kind] for column, kind in kinds.items() if kind in _HOLDING}

    def _foreign_keys(self, name: str) -> Iterator[ForeignKey]:
        keys: dict[int, tuple[str, list[str], list[str]]] = {}
        for number, target, column, referred in self._rows(
            'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq', name
        ):
            _, columns, targets = keys.setdefault(number, (target, [], []))
            columns.append(column)
            targets += [] if referred is None else [referred]
        for number, (target, columns, targets) in keys.items():
            own = self._rows("SELECT name FROM pragma_table_xinfo(?) WHERE pk > 0 ORDER BY pk", target)
            yield ForeignKey(f"{name}_{number}", tuple(columns), (self._stem, target), tuple(targets or (column for (column,) in own)))

    def _indexes(self, name: str) -> Iterator[Index]:
        for index, unique in self._rows("SELECT name, \"unique\" FROM pragma_index_list(?) WHERE origin <> 'pk' ORDER BY name", name):
            columns = self._rows("SELECT coalesce(name, '(expression)') FROM pragma_index_info(?) ORDER BY seqno", index)
            yield Index(index, tuple(column for (column,) in columns), bool(unique))

    @contextmanager
    def _no_longer_than(self, seconds: float | None) -> Generator[None]:
        if seconds is None:
            yield
            return
        end = time.monotonic() + seconds
        self._connection.set_progress_handler(lambda: time.monotonic() > end, 10_000)
        try:
            yield
        finally:
            self._connection.set_progress_handler(None, 0)

    @contextmanager
    def _failing(self, subject: str = "") -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _translated(error, f"{self._path}{f', {subject}' if subject else ''}") from error


def quoted(name: str) -> str:
    """Return an identifier."""
    return '"' + name.replace('"', '""') + '"'


@lru_cache(maxsize=4096)
def _mapped(native: str) -> Mapped:
    found = mapped(RULES, native)
    if found.rule is not None:
        return found
    kind = next((kind for part, kind in _AFFINITIES if part in native.lower()), None)
    return found if kind is None else Mapped(kind, Rule(native, kind))


def _column(name: str, native: str, nullable: bool, default: str | None, seen: str | None) -> NativeColumn:
    found = _mapped(native)
    return NativeColumn(name, native, seen or found.type, found.rule is not None, nullable, default)


def _bind(values: list[str], literal: str) -> str:
    values.append(literal)
    return "?"


def _compared(wanted: Wanted) -> str:
    """Return a column as it is compared: text as text, where the column's affinity would leave a number a number."""
    return f"CAST({quoted(wanted.name)} AS TEXT)" if wanted.type == "string" else quoted(wanted.name)


# --- values ---------------------------------------------------------------------------------------------


def _batch(rows: Rows, select: Select) -> pa.RecordBatch:
    import pyarrow as pa

    columns = [_values(column, wanted, select) for column, wanted in zip(zip(*rows, strict=True), select.columns, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=[str(place) for place in range(len(columns))])


def _values(column: Sequence[Any], wanted: Wanted, select: Select) -> pa.Array[Any]:
    """Return values as whole numbers, fractions or bytes where all of them are; else as text, of which the catalog's type is the judge."""
    import pyarrow as pa

    kinds = {type(value) for value in column} - {type(None)}
    if wanted.type == "binary":
        return pa.array([value if isinstance(value, (bytes, type(None))) else str(value).encode() for value in column], pa.binary())
    if kinds <= {int} and wanted.type in ("bigint", "int", "smallint", "tinyint"):
        return pa.array(column, pa.int64())
    if kinds <= {int, float} and wanted.type in ("double", "float"):
        return pa.array(column, pa.float64())
    if kinds <= {str}:
        return pa.array(column, pa.string())
    if wanted.type == "boolean":
        return pa.array(
            [_TRUTHS.get(value, str(value)) if isinstance(value, int) else _text(value, wanted, select) for value in column], pa.string()
        )
    return pa.array([_text(value, wanted, select) for value in column], pa.string())


def _text(value: object, wanted: Wanted, select: Select) -> str | None:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            place = f"{'.'.join(select.path)}, column {wanted.name!r}"
            raise ReadError(f"{place}: a BLOB of {len(value)} bytes is not a value of type {wanted.type}; pin type=binary.") from None
    return None if value is None else str(value)


# What the library says, in part → what has happened.
_WORDS: tuple[tuple[str, type[StorageError], str], ...] = (
    ("interrupted", TimedOut, "reading it took longer than is allowed"),
    ("is locked", StoreUnavailable, f"somebody else's lock was not lifted within {LOCK_SECONDS} seconds"),
    ("not a database", StorageError, "it is no SQLite database, or an encrypted one"),
    ("malformed", StorageError, "the file is damaged"),
    ("no such table", ObjectNotFound, "it is not there (any more)"),
    ("no such column", ObjectNotFound, "one of its columns is not there (any more): crawl again"),
    ("unable to open", AccessDenied, "it cannot be opened: may you read it, and write beside it, where its -wal and -shm files are?"),
    ("readonly", AccessDenied, "it was left open by a writer: its -wal file must be taken in by a program that may write there"),
)


def _translated(error: sqlite3.Error, place: str) -> StorageError | InvalidInput | ReadError:
    message = str(error)
    if "Could not decode to UTF-8" in message:
        return ReadError(f"{place}: {message}.")
    for words, kind, meaning in _WORDS:
        if words in message:
            return kind(f"{place}: {meaning} ({message})")
    return StorageError(f"{place}: {message}")
