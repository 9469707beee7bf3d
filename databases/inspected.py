"""Databases that SQLAlchemy knows: what its inspector tells of them, a round trip a kind, and rows through its server-side cursor."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, StorageError, StoreUnavailable
from .address import Address
from .include import Include, like
from .native import Rule, mapped
from .predicates import where_sql
from .relations import ForeignKey, Index, Kind, NativeColumn, Relation, Survey
from .rows import Rows, in_batches
from .secrets import scrubbed
from .session import Select, Session, Wanted

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import Dialect
    from sqlalchemy.engine.interfaces import ReflectedColumn

Key = tuple[str | None, str]  # schema and name, as SQLAlchemy has them
Means = tuple[tuple[str, type[StorageError], str], ...]  # part of a driver's message, what it is, and what has happened


@dataclass(frozen=True, slots=True)
class Speech:
    """What is special about one engine."""

    rules: Sequence[Rule]
    open: Callable[[Address, str | None], Engine]
    databases: str  # SQL: the names of databases that the user may connect to
    version: str  # SQL
    system: frozenset[str]  # schemas of the server itself
    means: Means
    begin: tuple[str, ...] = ()  # what makes a session read only, and its texts of one form
    pattern: Callable[[str], str] = str  # writes a pattern of LIKE in which only % and _ are special
    within: Callable[[Connection, int], None] | None = None  # gives statements so many milliseconds; 0 is for ever


@dataclass(frozen=True, slots=True)
class Answers:
    """What the inspector answers about one schema."""

    columns: Mapping[Key, Sequence[ReflectedColumn]]
    views: frozenset[str] = frozenset()
    materialized: frozenset[str] = frozenset()
    primary_keys: Mapping[Key, Any] = field(default_factory=dict[Key, Any])
    foreign_keys: Mapping[Key, Any] = field(default_factory=dict[Key, Any])
    indexes: Mapping[Key, Any] = field(default_factory=dict[Key, Any])
    comments: Mapping[Key, Any] = field(default_factory=dict[Key, Any])


class Inspected(Session):
    """One connection through SQLAlchemy."""

    def __init__(self, address: Address, password: str | None, speech: Speech) -> None:
        self._address = address
        self._speech = speech
        self._secret = password
        with self._failing():
            self._engine = speech.open(address, password)
            self._connection = self._engine.connect()
            self._begin()

    def databases(self) -> list[str]:
        """Return the databases that the user may connect to."""
        with self._failing():
            return [str(name) for (name,) in self._connection.exec_driver_sql(self._speech.databases)]

    def survey(self, meant: Include) -> Survey:
        """Ask the inspector about each schema that is meant; one that it may not look into leaves the others alone."""
        from sqlalchemy import inspect
        from sqlalchemy.exc import DBAPIError, SAWarning

        database = self._address.database
        found: list[Relation] = []
        denied: list[tuple[str, str]] = []
        with self._failing(), warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # of types that it does not know: they are told by us
            inspector: Any = inspect(self._connection)
            dialect = self._engine.dialect
            for schema in inspector.get_schema_names():
                if schema.lower() in self._speech.system or not like(meant.parts[1], _spelled(dialect, schema)):
                    continue
                try:
                    answers = ask(inspector, schema)
                except DBAPIError as error:
                    denied.append((f"{database}.{_spelled(dialect, schema)}", scrubbed(str(error.orig), self._secret)))
                    self._connection.rollback()  # what failed may have ended the transaction for whatever comes
                    self._begin()
                else:
                    found += relations(database, answers, self._speech.rules, dialect)
        matching = sorted((relation for relation in found if meant.matches(relation.path)), key=lambda relation: relation.path)
        return Survey(tuple(matching), tuple(denied))

    def batches(self, select: Select) -> Iterator[pa.RecordBatch]:
        """Stream rows."""
        with self._failing(".".join(select.path)):
            if self._speech.within:
                self._speech.within(self._connection, 0 if select.seconds is None else max(1, round(select.seconds * 1000)))
            streaming = {"stream_results": True, "max_row_buffer": 1000}
            result = self._connection.execute(statement(select, self._engine.dialect, self._speech.pattern), execution_options=streaming)
            try:
                yield from in_batches(result.fetchmany, lambda rows: _batch(rows, select.columns))
            finally:
                result.close()

    def version(self) -> str:
        """Return the server's version."""
        with self._failing():
            return str(self._connection.exec_driver_sql(self._speech.version).scalar())

    def close(self) -> None:
        """End the connection; whatever it began is rolled back."""
        with self._failing():
            self._connection.close()
            self._engine.dispose()

    def _begin(self) -> None:
        for said in self._speech.begin:
            self._connection.exec_driver_sql(said)

    @contextmanager
    def _failing(self, subject: str = "") -> Generator[None]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            yield
        except SQLAlchemyError as error:
            raise _translated(error, subject or self._address.place, self._speech.means, self._secret) from None


def ask(inspector: Any, schema: str | None) -> Answers:
    """Ask about one schema, a round trip a kind."""
    from sqlalchemy.engine.reflection import ObjectKind

    def of(name: str) -> Any:
        try:
            return getattr(inspector, name)(schema=schema, kind=ObjectKind.ANY)
        except NotImplementedError:  # not every database has comments, or indexes
            return {}

    def names(name: str) -> frozenset[str]:
        try:
            return frozenset(getattr(inspector, name)(schema=schema))
        except NotImplementedError:
            return frozenset()

    return Answers(
        of("get_multi_columns"),
        names("get_view_names"),
        names("get_materialized_view_names"),
        of("get_multi_pk_constraint"),
        of("get_multi_foreign_keys"),
        of("get_multi_indexes"),
        of("get_multi_table_comment"),
    )


def relations(database: str, answers: Answers, rules: Sequence[Rule], dialect: Dialect) -> Iterator[Relation]:
    """Yield what the inspector's answers tell, names as the database spells them."""

    def spelled(name: str | None) -> str:
        return _spelled(dialect, name or dialect.default_schema_name or "")

    def names(found: Sequence[str | None]) -> tuple[str, ...]:
        return tuple(spelled(name) if name else "(expression)" for name in found)

    for key, columns in answers.columns.items():
        schema, name = key
        primary: Mapping[str, Any] = answers.primary_keys.get(key) or {}
        comment: Mapping[str, Any] = answers.comments.get(key) or {}
        yield Relation(
            (database, spelled(schema), spelled(name)),
            _kind(name, answers),
            tuple(_column(column, spelled, rules, dialect) for column in columns),
            comment.get("text"),
            names(primary.get("constrained_columns") or ()),
            tuple(
                ForeignKey(
                    one.get("name") or "",
                    names(one["constrained_columns"]),
                    (database, spelled(one.get("referred_schema") or schema), spelled(one["referred_table"])),
                    names(one["referred_columns"]),
                )
                for one in answers.foreign_keys.get(key) or ()
            ),
            tuple(
                Index(one.get("name") or "", names(one["column_names"]), bool(one.get("unique"))) for one in answers.indexes.get(key) or ()
            ),
        )


def _kind(name: str, answers: Answers) -> Kind:
    if name in answers.materialized:
        return "materialized view"
    return "view" if name in answers.views else "table"


def _spelled(dialect: Dialect, name: str) -> str:
    """Return a name as the database has it: SQLAlchemy writes the names of Oracle that fold in lower case."""
    return str(dialect.denormalize_name(name)) if dialect.requires_name_normalize else name


def _column(column: ReflectedColumn, spelled: Callable[[str], str], rules: Sequence[Rule], dialect: Dialect) -> NativeColumn:
    native = native_type(column["type"], dialect)
    found = mapped(rules, native)
    default = "identity" if column.get("identity") else column.get("default")
    return NativeColumn(
        spelled(column["name"]), native, found.type, found.rule is not None, column.get("nullable", True), default, column.get("comment")
    )


def native_type(kind: Any, dialect: Dialect) -> str:
    """Return a type as the database's own words have it; SQLAlchemy knows no name for one that it does not know."""
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.types import NullType

    if isinstance(kind, NullType):
        return "unknown"
    try:
        text = str(kind.compile(dialect=dialect))
    except (SQLAlchemyError, NotImplementedError):
        text = type(kind).__name__
    return text.partition(" COLLATE ")[0].lower().replace(", ", ",")


# --- rows -----------------------------------------------------------------------------------------------


def statement(select: Select, dialect: Dialect, pattern: Callable[[str], str] = str) -> Any:
    """Return a SELECT whose identifiers are quoted, whose values are bound, and whose limit is written as the dialect writes it."""
    import sqlalchemy
    from sqlalchemy.sql.elements import quoted_name

    values: dict[str, object] = {}

    def bind(name: str, literal: str) -> str:
        values[f"value_{len(values)}"] = _bound(literal, select.compared(name))
        return f":value_{len(values) - 1}"

    def column(name: str) -> str:
        return dialect.identifier_preparer.quote_identifier(select.compared(name).name).replace(":", r"\:")

    *_, schema, name = select.path
    table = sqlalchemy.table(quoted_name(name, quote=True), schema=quoted_name(schema, quote=True))
    columns: list[Any] = [sqlalchemy.column(quoted_name(one.name, quote=True)) for one in select.columns]
    found = sqlalchemy.select(*columns).select_from(table)
    if select.where is not None:
        condition = where_sql(select.where, column, bind, lambda name, text: f"{column(name)} LIKE {bind(name, pattern(text))}")
        found = found.where(sqlalchemy.text(condition).bindparams(**values))
    return found if select.limit is None else found.limit(select.limit)


def _bound(literal: str, wanted: Wanted) -> object:
    """Return a literal as a value of the column's type: a driver says to the server of which type a value is."""
    try:
        return _LITERALS.get(wanted.type.partition("(")[0], str)(literal)
    except (ValueError, ArithmeticError):
        raise InvalidInput(f"{literal!r} is not a value of column {wanted.name}, which is {wanted.type}.") from None


_LITERALS: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), int),
    **dict.fromkeys(("float", "double"), float),
    "decimal": Decimal,
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
}


def _batch(rows: Rows, columns: Sequence[Wanted]) -> pa.RecordBatch:
    import pyarrow as pa

    arrays = [_values(column, wanted) for column, wanted in zip(zip(*rows, strict=True), columns, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=[str(place) for place in range(len(arrays))])


def _values(column: Sequence[Any], wanted: Wanted) -> pa.Array[Any]:
    """Return values as Arrow has them where all are of one kind, and else as text."""
    import pyarrow as pa

    read = [value.read() if hasattr(value, "read") else value for value in column]  # Oracle's LOBs
    kinds = {type(value) for value in read} - {type(None)}
    if kinds <= {bytes, bytearray, memoryview} and wanted.type == "binary":
        return pa.array([None if value is None else bytes(value) for value in read], pa.binary())
    for fitting, kind in _ARROW.items():
        if kinds and kinds <= set(fitting) and wanted.type != "string":
            array: pa.Array[Any] = pa.array(read, getattr(pa, kind[0])(*kind[1:]))
            return array
    return pa.array([_text(value) for value in read], pa.string())


_ARROW: Mapping[tuple[type, ...], tuple[str, ...]] = {
    (bool,): ("bool_",),
    (int,): ("int64",),
    (float,): ("float64",),
    (date,): ("date32",),
    (datetime,): ("timestamp", "us", "UTC"),  # a naive one is UTC
}


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return str(value).lower()
        case time():
            return f"1970-01-01 {value.isoformat()}"
        case bytes():
            return value.hex()
        case uuid.UUID():
            return str(value).upper()
        case _:
            return str(value)


def _translated(error: Exception, place: str, means: Means, secret: str | None) -> StorageError:
    message = scrubbed(" ".join(str(getattr(error, "orig", None) or error).split()), secret)
    for words, kind, meaning in means:
        if words in message:
            return kind(f"{place}: {meaning} ({message})")
    return StoreUnavailable(f"{place}: {message}")
