"""PostgreSQL: its catalog tables asked at once, its rows as COPY streams them."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
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

_FIELDS = (
    "year", "month", "day", "hour", "minute", "second", "year to month", "day to hour", "day to minute", "day to second",
    "hour to minute", "hour to second", "minute to second",
)  # fmt: skip
_AS_TEXT = (
    "character", "bpchar", "character varying", "text", "name", '"char"', "uuid", "json", "jsonb", "jsonpath", "xml",
    "interval", *(f"interval {fields}" for fields in _FIELDS), "cidr", "macaddr", "macaddr8", "bit", '"bit"', "bit varying", "tsvector", "tsquery", "gtsvector",
    "point", "line", "lseg", "box", "path", "polygon", "circle",
    "regclass", "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc", "regprocedure",
    "regrole", "regtype", "aclitem", "cid", "xid", "xid8", "tid", "refcursor", "int2vector", "oidvector",
    "pg_lsn", "pg_snapshot", "txid_snapshot", "pg_node_tree", "pg_ndistinct", "pg_dependencies", "pg_mcv_list",
    "pg_brin_bloom_summary", "pg_brin_minmax_multi_summary", "anyarray", "enum", "range", "multirange", "composite",
)  # fmt: skip
# Of extensions, in whatever schema they were put.
_EXTENSIONS = (
    "citext", "hstore", "ltree", "lquery", "ltxtquery", "cube", "seg", "query_int", "ean13", "isbn", "isbn13", "ismn", "ismn13",
    "issn", "issn13", "upc", "gtrgm", "ghstore", "vector", "halfvec", "sparsevec", "geometry", "geography", "box2d", "box3d", "raster",
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
    Rule("time with time zone", "timestamp", "(date '1970-01-01' + {})"),
    Rule("bytea", "binary"),
    Rule("inet", "string", "abbrev({})"),  # as it is printed; cast to text, every address has a mask
    *(Rule(name, "string", "{}::text") for name in (*_AS_TEXT, *_EXTENSIONS)),
)
_mapped = mapper(RULES)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")

# Each piece of work is a transaction of its own, so that no lock on the user's tables is kept from one to the next; its
# settings are made within it, because poolers refuse settings at connection.
_SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
}
_QUALIFIED = {"search_path": "pg_catalog"}  # types are printed with their schemas

_OURS = "n.nspname NOT LIKE 'pg!_%' ESCAPE '!' AND n.nspname <> 'information_schema' AND n.nspname LIKE $1 ESCAPE '!'"
_SEEN = f"{_OURS} AND c.relname LIKE $2 ESCAPE '!' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND has_schema_privilege(n.oid, 'USAGE')"
_MAY_READ = "(has_table_privilege(c.oid, 'SELECT') OR has_column_privilege(c.oid, a.attnum, 'SELECT'))"

# Whoever has locked a table exclusively would make pg_get_expr wait: such a table's expressions stay unknown.
_HELD = """c.oid IN (SELECT l.relation FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock')"""

# The type of a domain or an array is that of what it is made of, however often; what lies in an array of arrays is text.
_COLUMNS = f"""
WITH RECURSIVE types AS (
    SELECT t.oid, t.typtype, t.typndims, t.typtypmod, t.typnotnull, CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE e.oid END AS part
    FROM pg_type t LEFT JOIN pg_type e ON e.typarray = t.oid
), made AS (
    SELECT oid, oid AS base, -1 AS modifier, 0 AS dimensions, false AS filled FROM types WHERE part IS NULL
    UNION ALL SELECT t.oid, CASE WHEN t.typtype <> 'd' AND m.dimensions > 0 THEN 'text'::regtype ELSE m.base END,
        CASE WHEN t.typtype = 'd' AND t.typtypmod >= 0 THEN t.typtypmod ELSE m.modifier END,
        CASE WHEN t.typtype <> 'd' THEN 1 WHEN m.dimensions > 0 THEN greatest(m.dimensions, t.typndims) ELSE 0 END,
        t.typtype = 'd' AND (t.typnotnull OR m.filled)
    FROM types t JOIN made m ON m.oid = t.part
)
SELECT n.nspname, c.relname, c.relkind::text, c.reltuples::float8, table_note.description, a.attname, format_type(a.atttypid, a.atttypmod),
    format_type(b.oid, CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE m.modifier END), b.typtype::text,
    CASE WHEN m.dimensions > 0 THEN greatest(a.attndims, m.dimensions) ELSE 0 END::int4, NOT a.attnotnull AND (c.relkind = 'v' OR NOT m.filled),
    CASE WHEN a.attidentity <> '' THEN 'identity' WHEN {_HELD} THEN NULL
        WHEN a.attgenerated <> '' THEN 'generated as ' || pg_get_expr(d.adbin, d.adrelid) ELSE pg_get_expr(d.adbin, d.adrelid) END, note.description
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND {_MAY_READ}
LEFT JOIN made m ON m.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = m.base
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_description note ON note.classoid = 'pg_class'::regclass AND note.objoid = c.oid AND note.objsubid = a.attnum
LEFT JOIN pg_description table_note ON table_note.classoid = 'pg_class'::regclass AND table_note.objoid = c.oid AND table_note.objsubid = 0
WHERE {_SEEN} AND (a.attnum IS NOT NULL OR has_table_privilege(c.oid, 'SELECT'))
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

# An index over some of the rows, or one whose making failed, makes nothing unique.
_INDEXES = f"""
SELECT n.nspname, c.relname, i.relname, x.indisunique AND x.indisvalid AND x.indpred IS NULL,
    ARRAY(SELECT CASE WHEN a.attname IS NOT NULL THEN a.attname WHEN {_HELD} THEN 'expression' ELSE pg_get_indexdef(x.indexrelid, k, false) END::text FROM generate_series(1, x.indnkeyatts::int) k
        LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[k - 1] ORDER BY k)
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

    def __init__(
        self, address: Address, password: str | None, *, connect_seconds: int = CONNECT_SECONDS, lock_seconds: float = LOCK_SECONDS
    ) -> None:
        from adbc_driver_postgresql import dbapi  # type: ignore[import-untyped]  # it has no stubs

        self._place = address.place
        self._lock_seconds = lock_seconds
        with self._failing():
            self._connection = dbapi.connect(uri(address, password, connect_seconds), db_kwargs=_BUILTIN_TYPES, autocommit=True)

    def databases(self) -> list[str]:
        """Return the databases that the user may connect to."""
        sql = (
            "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND has_database_privilege(oid, 'CONNECT') ORDER BY 1"
        )
        with self._transaction():
            return [name for (name,) in self._rows(sql) if name != "rdsadmin"]

    def survey(self, meant: Include) -> Survey:
        """Ask for all columns, constraints and indexes at once."""
        patterns = (sql_like(meant.parts[1]), sql_like(meant.parts[2]))
        with self._transaction(**_QUALIFIED):
            ((database,),) = self._rows("SELECT current_database()::text")
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
        patience = {} if select.seconds is None else {"statement_timeout": _milliseconds(select.seconds)}
        with self._transaction(".".join(select.path), **patience), self._connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            cursor.execute(sql)
            yield from cursor.fetch_record_batch()

    def version(self) -> str:
        """Return the server's version."""
        with self._transaction():
            ((found,),) = self._rows("SELECT version()")
        return str(found)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    @contextmanager
    def _transaction(self, subject: str = "", **settings: str) -> Generator[None]:
        """Read in a transaction that cannot write, and that ends as it began. Raises the errors of Session."""
        with self._failing(subject):
            made = {**_SETTINGS, "lock_timeout": _milliseconds(self._lock_seconds), **settings}
            try:
                self._do("BEGIN READ ONLY", *(f"SET LOCAL {name} = '{value}'" for name, value in made.items()))
                yield
            except BaseException:
                with suppress(Exception):  # of a connection that is gone
                    self._do("ROLLBACK")
                raise
            self._do("ROLLBACK")

    def _do(self, *statements: str) -> None:
        """Execute what gives no rows, all in one trip to the server."""
        with self._connection.cursor() as cursor:
            cursor.executescript("; ".join(statements))

    def _rows(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            table = cursor.fetch_arrow_table()
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    @contextmanager
    def _failing(self, subject: str = "") -> Generator[None]:
        """Turn the driver's errors into ours."""
        import pyarrow as pa
        from adbc_driver_manager import Error

        try:
            yield
        except (Error, pa.ArrowException, OSError) as error:  # while rows stream it is Arrow that raises
            raise translated(error, subject or self._place) from error


def _milliseconds(seconds: float) -> str:
    return f"{max(1, round(seconds * 1000))}ms"


def select_sql(select: Select) -> str:
    """Return the SELECT for COPY, which takes no parameters: literals are quoted as standard_conforming_strings has it."""
    columns = ", ".join(f"{_delivered(wanted)} AS {quoted(wanted.name)}" for wanted in select.columns)
    sql = f"SELECT {columns} FROM {'.'.join(map(quoted, select.path[1:]))}"
    if select.where is not None:
        sql += " WHERE " + where_sql(
            select.where,
            lambda name: _compared(select.compared(name)),
            lambda name, literal: _literal(select.compared(name), literal),
            lambda name, pattern: f"{_delivered(select.compared(name))}::text COLLATE \"C\" LIKE {_text(pattern)} ESCAPE ''",
        )
    return sql if select.limit is None else f"{sql} LIMIT {select.limit}"


def quoted(name: str) -> str:
    """Return an identifier."""
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    if "\0" in text:
        raise InvalidInput("A text with a NUL character cannot be looked for in PostgreSQL.")
    return "'" + text.replace("'", "''") + "'"


def _literal(wanted: Wanted, text: str) -> str:
    """Return a literal; a whole number beyond a column's type is compared all the same, where a quoted one would be an error."""
    if wanted.type in ("smallint", "int", "bigint"):
        if not _NUMBER.fullmatch(text):
            raise InvalidInput(f"{text!r} is no number: column {wanted.name} is of type {wanted.type}.")
        return f"({text})"
    return _text(text)


def _delivered(wanted: Wanted) -> str:
    """Return the SQL that delivers a column; what is not as its rule has it comes as text, which fits any type."""
    column = quoted(wanted.name)
    if wanted.type.startswith("array<"):
        return _delivered_array(column, wanted)
    found = _mapped(wanted.native or "")
    if found.rule is not None and found.type == wanted.type:
        return found.rule.select.format(column)
    return f"{column}::bytea" if wanted.type == "binary" else f"{column}::text"


# The text of some elements is not the value that is catalogued: what casts such an array, and what mends its JSON.
_CAST = {"money": "::numeric[]::float8[]"}
_CLOCK = (('"24:', '"1970-01-02 00:'), (r'"(\d\d:)', r'"1970-01-01 \1'))
_MENDED = {
    "time without time zone": _CLOCK,
    "time with time zone": _CLOCK,
    "bit(1)": (('"1"', '"true"'), ('"0"', '"false"')),
    "inet": ((r'"([\d.]+)/32"', r'"\1"'), (r'"([^"]+)/128"', r'"\1"')),
    "bytea": ((r'"\\\\x', '"'),),
}


def _delivered_array(column: str, wanted: Wanted) -> str:
    """Return the SQL that delivers an array, one of several dimensions or of odd bounds too."""
    element = (wanted.native or "").rstrip("[]")
    found = _mapped(element)
    own = found.rule is not None and found.type == wanted.type.replace("array<", "").rstrip(">")
    name = found.rule.native if own and found.rule else ""
    json = f"pg_catalog.to_json({column}{_CAST.get(name, '')}::text[])::text"
    for pattern, to in _MENDED.get(name, ()):
        json = f"pg_catalog.regexp_replace({json}, '{pattern}', '{to}', 'g')"
    return json


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
            if column is not None:
                made_of = base + "[]" * (dimensions > 0)
                found = _mapped(_MADE.get(sort) or _plain(base))
                hive = "array<" * dimensions + found.type + ">" * dimensions
                known = found.rule is not None
                meant = made_of if sort == "b" and made_of != native and known else None
                self._columns[path].append(NativeColumn(column, native, hive, known, nullable, default, note, meant))

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


def _plain(native: str) -> str:
    """Return a type's name, that of an extension without the schema that it was put into."""
    schema, _, name = native.rpartition(".")
    return name if schema and name.partition("(")[0] in _EXTENSIONS else native


def _path(database: str, schema: str, name: str | None) -> tuple[str, ...]:
    return (database, schema) if name is None else (database, schema, name)


def uri(address: Address, password: str | None, connect_seconds: int = CONNECT_SECONDS) -> str:
    """Return what libpq connects by."""
    user = quote(address.user, safe="") if address.user else ""
    secret = f":{quote(password, safe='')}" if password else ""
    host = f"[{address.host}]" if ":" in address.host else quote(address.host, safe="")
    options = {"connect_timeout": str(connect_seconds), "application_name": "gluepot", **_ALIVE}
    options |= libpq_options(address.tls, address.root_certificate)
    who = f"{user}{secret}@" if user or secret else ""
    return f"postgresql://{who}{host}:{address.port}/{quote(address.database, safe='')}?{urlencode(options, quote_via=quote)}"


_ALIVE = {"keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3"}  # a server whose machine is gone is noticed

# SQLSTATE, or its class → what has happened. Where libpq could not connect there is none, only words.
_STATES: tuple[tuple[str, type[StorageError], str], ...] = (
    ("42501", AccessDenied, "the user may not read it"),
    ("42P01", ObjectNotFound, "it is not there (any more)"),
    ("42703", ObjectNotFound, "one of its columns is not there (any more): crawl again"),
    ("3F000", ObjectNotFound, "its schema is not there (any more)"),
    ("55P03", StoreUnavailable, "somebody else has locked it, and did not let go in time"),
    ("57014", TimedOut, "the statement took longer than is allowed, or was cancelled"),
)
_WORDS: tuple[tuple[str, type[StorageError], str], ...] = (
    ("password authentication failed", AccessDenied, "the server refuses this user or password"),
    ("no password supplied", AccessDenied, "the server wants a password, and none was given"),
    ("role .* does not exist", AccessDenied, "the server knows no such user"),
    ("no pg_hba.conf entry", AccessDenied, "the server takes no connection of this user from here, or not without TLS"),
    ("permission denied for database", AccessDenied, "the user may not connect to this database"),
    ("database .* does not exist", ObjectNotFound, "the server has no such database"),
    ("permission denied for", AccessDenied, "the user may not read it"),
    ("due to statement timeout", TimedOut, "the statement took longer than is allowed"),
    ("due to lock timeout", StoreUnavailable, "somebody else has locked it, and did not let go in time"),
    ("could not translate host name", StoreUnavailable, "there is no such host"),
    ("does not support SSL", StoreUnavailable, "the server offers no TLS, and this connection demands it"),
    ("certificate verify failed|server certificate", StoreUnavailable, "the server's certificate is not trusted"),
    ("Connection refused", StoreUnavailable, "nothing listens there"),
    ("timeout expired", StoreUnavailable, "the server did not answer in time"),
)


_UNAVAILABLE = ("08", "53", "57", "58")  # classes of SQLSTATE: no connection, no resources, shutting down, a broken disk


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
    refused = re.search(r"ERROR:", message) and state[:2] not in _UNAVAILABLE
    return (StorageError if refused else StoreUnavailable)(f"{place}: {detail}")
