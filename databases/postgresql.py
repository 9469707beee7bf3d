"""PostgreSQL: its catalog tables asked at once, its rows as COPY streams them."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ..errors import AccessDenied, InvalidInput, ObjectNotFound, StorageError, StoreUnavailable, TimedOut
from .address import Address
from .include import Include, sql_like
from .native import Rule, mapper
from .predicates import where_sql
from .relations import ForeignKey, Index, Kind, NativeColumn, Relation, Survey
from .session import BATCH_BYTES, CONNECT_SECONDS, LOCK_SECONDS, Select, Session, Wanted
from .tls import libpq_options

if TYPE_CHECKING:
    import pyarrow as pa

_AS_TEXT = (
    "character", "character varying", "text", "citext", "name", '"char"', "uuid", "json", "jsonb", "xml", "interval",
    "inet", "cidr", "macaddr", "macaddr8", "bit", "bit varying", "tsvector", "tsquery", "jsonpath",
    "point", "line", "lseg", "box", "path", "polygon", "circle", "pg_lsn", "pg_snapshot", "txid_snapshot",
    "hstore", "ltree", "enum", "range", "multirange", "composite",
)  # fmt: skip

RULES = (
    Rule("smallint", "smallint"),
    Rule("integer", "int"),
    Rule("bigint", "bigint"),
    Rule("oid", "bigint", "{}::int8"),
    Rule("real", "float"),
    Rule("double precision", "double"),
    Rule("numeric", "decimal({0},{1})", "{}::text"),
    Rule("money", "double", "{}::numeric::float8"),
    Rule("boolean", "boolean"),
    Rule("bit(1)", "boolean", "({} = B'1')"),
    Rule("date", "date"),
    Rule("timestamp without time zone", "timestamp"),
    Rule("timestamp with time zone", "timestamp"),
    Rule("time without time zone", "timestamp", "(date '1970-01-01' + {})"),
    Rule("time with time zone", "timestamp", "(date '1970-01-01' + ({} at time zone 'UTC')::time)"),
    Rule("bytea", "binary"),
    *(Rule(name, "string", "{}::text") for name in _AS_TEXT),
)
_mapped = mapper(RULES)

# Within the one transaction of a session; set_config, because poolers refuse settings at connection.
_BEGIN = f"""SELECT set_config('transaction_read_only', 'on', true), set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true),
    set_config('IntervalStyle', 'postgres', true), set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true),
    set_config('standard_conforming_strings', 'on', true), set_config('lock_timeout', '{LOCK_SECONDS}s', true),
    set_config('search_path', 'pg_catalog', true)"""

_OURS = "n.nspname NOT LIKE 'pg!_%' ESCAPE '!' AND n.nspname <> 'information_schema' AND n.nspname LIKE $1 ESCAPE '!'"
_SEEN = f"{_OURS} AND c.relname LIKE $2 ESCAPE '!' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND has_schema_privilege(n.oid, 'USAGE')"
_MAY_READ = "(has_table_privilege(c.oid, 'SELECT') OR has_column_privilege(c.oid, a.attnum, 'SELECT'))"

# The type of a domain or an array is that of what it is made of, however often; `made` says of which sort that is.
_COLUMNS = f"""
WITH RECURSIVE made AS (
    SELECT oid, oid AS base, -1 AS modifier FROM pg_type WHERE typtype <> 'd' AND typcategory <> 'A'
    UNION ALL SELECT t.oid, m.base, CASE WHEN t.typtype = 'd' AND t.typtypmod >= 0 THEN t.typtypmod ELSE m.modifier END
    FROM pg_type t JOIN made m ON m.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END
    WHERE t.typtype = 'd' OR t.typcategory = 'A'
)
SELECT n.nspname, c.relname, c.relkind::text, c.reltuples::float8, table_note.description, a.attname, format_type(a.atttypid, a.atttypmod),
    format_type(b.oid, CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE m.modifier END), b.typtype::text,
    CASE WHEN coalesce(u.typcategory, t.typcategory) = 'A' THEN greatest(a.attndims, t.typndims, 1) ELSE 0 END::int4, NOT a.attnotnull AND NOT t.typnotnull,
    CASE WHEN a.attidentity <> '' THEN 'identity' ELSE pg_get_expr(d.adbin, d.adrelid) END, note.description
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type u ON u.oid = t.typbasetype
LEFT JOIN made m ON m.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = coalesce(m.base, a.atttypid)
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_description note ON note.classoid = 'pg_class'::regclass AND note.objoid = c.oid AND note.objsubid = a.attnum
LEFT JOIN pg_description table_note ON table_note.classoid = 'pg_class'::regclass AND table_note.objoid = c.oid AND table_note.objsubid = 0
WHERE {_SEEN} AND a.attnum > 0 AND NOT a.attisdropped AND {_MAY_READ}
ORDER BY n.nspname, c.relname, a.attnum"""

_CONSTRAINTS = f"""
SELECT n.nspname, c.relname, k.conname, k.contype::text, k.columns, fn.nspname, f.relname, k.targets
FROM (
    SELECT conname, contype, conrelid, confrelid,
        ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY x(n, o) JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = n ORDER BY o) AS columns,
        ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY x(n, o) JOIN pg_attribute a ON a.attrelid = confrelid AND a.attnum = n ORDER BY o) AS targets
    FROM pg_constraint WHERE contype IN ('p', 'f') AND conparentid = 0
) k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
WHERE {_SEEN} ORDER BY n.nspname, c.relname, k.conname"""

_INDEXES = f"""
SELECT n.nspname, c.relname, i.relname, x.indisunique,
    ARRAY(SELECT pg_get_indexdef(x.indexrelid, k, false) FROM generate_series(1, x.indnkeyatts::int) k ORDER BY k)
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_SEEN} AND NOT x.indisprimary ORDER BY n.nspname, c.relname, i.relname"""

_DENIED = f"""
SELECT n.nspname, NULL::text FROM pg_namespace n WHERE {_OURS} AND NOT has_schema_privilege(n.oid, 'USAGE') AND $2 <> ''
UNION ALL SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_SEEN} AND NOT has_table_privilege(c.oid, 'SELECT') AND NOT has_any_column_privilege(c.oid, 'SELECT') ORDER BY 1, 2"""

# The driver would ask for the columns of every table at each connection, to know composite types: ours come as text.
_BUILTIN_TYPES = {"adbc.postgresql.type_resolver_mode": "builtin"}

_KINDS: dict[str, Kind] = {"r": "table", "p": "table", "v": "view", "m": "materialized view", "f": "foreign table"}
_MADE = {"e": "enum", "c": "composite", "r": "range", "m": "multirange"}  # sorts of types that users make, as rules know them


def connect(address: Address, password: str | None) -> Session:
    """Open a session."""
    return PostgreSql(address, password)


class PostgreSql(Session):
    """One connection to one database of a PostgreSQL server."""

    def __init__(self, address: Address, password: str | None) -> None:
        from adbc_driver_postgresql import dbapi  # type: ignore[import-untyped]  # it has no stubs

        self._place = f"{address.host}:{address.port}/{address.database}"
        with self._failing():
            self._connection = dbapi.connect(uri(address, password), db_kwargs=_BUILTIN_TYPES)
        self._begin()

    def databases(self) -> list[str]:
        """Return the databases that the user may connect to."""
        sql = (
            "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND has_database_privilege(oid, 'CONNECT') ORDER BY 1"
        )
        return [name for (name,) in self._rows(sql) if name != "rdsadmin"]

    def survey(self, meant: Include) -> Survey:
        """Ask for all columns, constraints and indexes at once."""
        ((database,),) = self._rows("SELECT current_database()::text")
        patterns = (sql_like(meant.parts[1]), sql_like(meant.parts[2]))
        relations = _Relations(database)
        relations.add_columns(self._rows(_COLUMNS, *patterns))
        relations.add_constraints(self._rows(_CONSTRAINTS, *patterns))
        relations.add_indexes(self._rows(_INDEXES, *patterns))
        denied = [(_path(database, schema, name), name) for schema, name in self._rows(_DENIED, *patterns)]
        told = tuple((".".join(path), "SELECT is not granted" if name else "USAGE of the schema is not granted") for path, name in denied)
        return Survey(tuple(relation for relation in relations.all() if meant.matches(relation.path)), told)

    def batches(self, select: Select) -> Iterator[pa.RecordBatch]:
        """Stream what COPY sends."""
        sql = select_sql(select)
        with self._failing(".".join(select.path)):
            self._allow(select.seconds)
            with self._connection.cursor() as cursor:
                cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
                cursor.execute(sql)
                yield from cursor.fetch_record_batch()

    def version(self) -> str:
        """Return the server's version."""
        ((found,),) = self._rows("SELECT version()")
        return str(found)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _begin(self) -> None:
        self._rows(_BEGIN)
        self._seconds: float | None = None

    def _allow(self, seconds: float | None) -> None:
        """Bound the time of the statements to come; None: as the server has it."""
        if seconds == self._seconds:
            return
        allowed = "DEFAULT" if seconds is None else f"'{max(1, round(seconds * 1000))}ms'"
        with self._connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout TO {allowed}")
        self._seconds = seconds

    def _rows(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        with self._failing(), self._connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            table = cursor.fetch_arrow_table()
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    @contextmanager
    def _failing(self, subject: str = "") -> Generator[None]:
        """Turn the driver's errors into ours; the transaction that failed is rolled back."""
        from adbc_driver_manager import Error

        try:
            yield
        except Error as error:
            if hasattr(self, "_connection"):
                self._connection.rollback()
                self._begin()
            raise translated(error, subject or self._place) from error


def select_sql(select: Select) -> str:
    """Return the SELECT for COPY, which takes no parameters: literals are quoted as standard_conforming_strings has it."""
    columns = ", ".join(f"{_delivered(wanted)} AS {quoted(wanted.name)}" for wanted in select.columns)
    sql = f"SELECT {columns} FROM {'.'.join(map(quoted, select.path[1:]))}"
    if select.where is not None:
        sql += " WHERE " + where_sql(select.where, lambda name: _compared(select.compared(name)), lambda _, literal: _literal(literal))
    return sql if select.limit is None else f"{sql} LIMIT {select.limit}"


def quoted(name: str) -> str:
    """Return an identifier."""
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    if "\0" in text:
        raise InvalidInput("A text with a NUL character cannot be looked for in PostgreSQL.")
    return "'" + text.replace("'", "''") + "'"


def _delivered(wanted: Wanted) -> str:
    """Return the SQL that delivers a column; what is not as its rule has it comes as text, which fits any type."""
    column = quoted(wanted.name)
    if wanted.type.startswith("array<"):
        return f"to_json({column}::text[])::text"  # arrays of several dimensions or odd bounds too
    found = _mapped(wanted.native or "")
    if found.rule is not None and found.type == wanted.type:
        return found.rule.select.format(column)
    return f"{column}::bytea" if wanted.type == "binary" else f"{column}::text"


def _compared(wanted: Wanted) -> str:
    """Return the SQL that stands for a column in a comparison: itself where it compares as what is delivered, so that indexes serve."""
    found = _mapped(wanted.native or "")
    plain = found.rule is not None and found.type == wanted.type and (found.rule.select == "{}" or found.type.startswith("decimal"))
    return quoted(wanted.name) if plain or (wanted.native or "").startswith(("text", "character varying")) else _delivered(wanted)


class _Relations:
    """The relations of one database, as the answers add to them."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._heads: dict[tuple[str, ...], tuple[Kind, int | None, str | None]] = {}
        self._columns: dict[tuple[str, ...], list[NativeColumn]] = {}
        self._primary: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._foreign: dict[tuple[str, ...], list[ForeignKey]] = {}
        self._indexes: dict[tuple[str, ...], list[Index]] = {}

    def add_columns(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for schema, name, kind, estimate, table_note, column, native, base, sort, dimensions, nullable, default, note in rows:
            path = _path(self._database, schema, name)
            if path not in self._heads:
                self._heads[path] = (_KINDS[kind], int(estimate) if estimate >= 0 else None, table_note)
                self._columns[path] = []
            found = _mapped(_MADE.get(sort) or base.rpartition(".")[2])  # an extension's type is printed with its schema
            hive = "array<" * dimensions + found.type + ">" * dimensions
            self._columns[path].append(NativeColumn(column, native, hive, found.rule is not None, nullable, default, note))

    def add_constraints(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for schema, name, constraint, kind, columns, target_schema, target, targets in rows:
            path = _path(self._database, schema, name)
            if kind == "p":
                self._primary[path] = tuple(columns)
            else:
                key = ForeignKey(constraint, tuple(columns), _path(self._database, target_schema, target), tuple(targets))
                self._foreign.setdefault(path, []).append(key)

    def add_indexes(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for schema, name, index, unique, columns in rows:
            self._indexes.setdefault(_path(self._database, schema, name), []).append(Index(index, tuple(columns), unique))

    def all(self) -> Iterator[Relation]:
        for path, (kind, estimate, note) in self._heads.items():
            yield Relation(
                path,
                kind,
                tuple(self._columns[path]),
                note,
                self._primary.get(path, ()),
                tuple(self._foreign.get(path, ())),
                tuple(self._indexes.get(path, ())),
                estimate if kind not in ("view", "foreign table") else None,
            )


def _path(database: str, schema: str, name: str | None) -> tuple[str, ...]:
    return (database, schema) if name is None else (database, schema, name)


def uri(address: Address, password: str | None) -> str:
    """Return what libpq connects by."""
    user = quote(address.user, safe="") if address.user else ""
    secret = f":{quote(password, safe='')}" if password else ""
    host = f"[{address.host}]" if ":" in address.host else quote(address.host, safe="")
    options = {"connect_timeout": str(CONNECT_SECONDS), "application_name": "gluepot"}
    options |= libpq_options(address.tls, address.root_certificate)
    who = f"{user}{secret}@" if user or secret else ""
    return f"postgresql://{who}{host}:{address.port}/{quote(address.database, safe='')}?{urlencode(options, quote_via=quote)}"


# SQLSTATE, or its class → what has happened. Where libpq could not connect there is none, only words.
_STATES: tuple[tuple[str, type[StorageError], str], ...] = (
    ("42501", AccessDenied, "the user may not read it"),
    ("42P01", ObjectNotFound, "it is not there (any more)"),
    ("42703", ObjectNotFound, "one of its columns is not there (any more): crawl again"),
    ("3F000", ObjectNotFound, "its schema is not there (any more)"),
    ("55P03", StoreUnavailable, f"somebody else's lock was not lifted within {LOCK_SECONDS} seconds"),
    ("57014", TimedOut, "the statement took longer than is allowed, or was cancelled"),
)
_WORDS: tuple[tuple[str, type[StorageError], str], ...] = (
    ("password authentication failed", AccessDenied, "the server refuses this user or password"),
    ("no password supplied", AccessDenied, "the server wants a password, and none was given"),
    ("role .* does not exist", AccessDenied, "the server knows no such user"),
    ("no pg_hba.conf entry", AccessDenied, "the server takes no connection of this user from here, or not without TLS"),
    ("permission denied for database", AccessDenied, "the user may not connect to this database"),
    ("database .* does not exist", ObjectNotFound, "the server has no such database"),
    ("could not translate host name", StoreUnavailable, "there is no such host"),
    ("does not support SSL", StoreUnavailable, "the server offers no TLS, and this connection demands it"),
    ("certificate verify failed|server certificate", StoreUnavailable, "the server's certificate is not trusted"),
    ("Connection refused", StoreUnavailable, "nothing listens there"),
    ("timeout expired", StoreUnavailable, f"the server did not answer within {CONNECT_SECONDS} seconds"),
)


def translated(error: Exception, place: str) -> StorageError:
    """Return what the driver says in gluepot's errors."""
    state = getattr(error, "sqlstate", None) or ""
    message = " ".join(str(error).split())
    detail = re.split(r" LINE \d+:| Query was:| SQLSTATE:", re.split(r"ERROR:|FATAL:|\[libpq\]", message)[-1])[0].strip(" .")
    for code, kind, meaning in _STATES:
        if state == code:
            return kind(f"{place}: {meaning} ({detail})")
    for words, kind, meaning in _WORDS:
        if re.search(words, message):
            return kind(f"{place}: {meaning} ({detail})")
    return StoreUnavailable(f"{place}: {detail}")
