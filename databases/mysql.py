"""MySQL and MariaDB: information_schema asked at once for all tables, rows as the text protocol streams them."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import AccessDenied, InvalidInput, ObjectNotFound, StorageError, StoreUnavailable, TimedOut
from .address import Address
from .include import ANY, Include, like
from .native import Rule, mapper
from .predicates import where_sql
from .relations import ForeignKey, Index, Kind, NativeColumn, Relation, Survey
from .session import CONNECT_SECONDS, LOCK_SECONDS, Select, Session, Wanted

if TYPE_CHECKING:
    import pyarrow as pa

_BINARY = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "vector")
_TEXT = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "json", "uuid", "inet4", "inet6")
_SHAPES = (
    "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
    "geometrycollection", "geomcollection",
)  # fmt: skip
_UNSIGNED = ("unsigned", "unsigned zerofill")

# A value that no Hive type holds comes as its own text, which whoever reads it names: a tinyint(1) of 7, an hour beyond the day.
_TRUTH = "CASE {0} WHEN 0 THEN 'false' WHEN 1 THEN 'true' ELSE {0} END"
_CLOCK = "IF({0} BETWEEN TIME'00:00:00' AND TIME'23:59:59.999999', CONCAT('1970-01-01 ', {0}), {0})"

RULES = (
    Rule("tinyint(1)", "boolean", _TRUTH),
    Rule("tinyint", "int"),
    Rule("smallint", "smallint"),
    Rule("mediumint", "int"),
    Rule("int", "int"),
    Rule("bigint", "bigint"),
    *(Rule(f"{name} {sign}", "int") for name in ("tinyint", "smallint", "mediumint") for sign in _UNSIGNED),
    *(Rule(f"int {sign}", "bigint") for sign in _UNSIGNED),
    *(Rule(f"bigint {sign}", "decimal(20,0)") for sign in _UNSIGNED),
    *(Rule(f"decimal{sign}", "decimal({0},{1})") for sign in ("", *(f" {sign}" for sign in _UNSIGNED))),
    # As text a float has six digits only; as a double it has all of its own.
    *(Rule(f"float{sign}", "float", "({} + 0e0)") for sign in ("", *(f" {sign}" for sign in _UNSIGNED))),
    *(Rule(f"double{sign}", "double") for sign in ("", *(f" {sign}" for sign in _UNSIGNED))),
    Rule("bit(1)", "boolean", "ELT({} + 1, 'false', 'true')"),
    Rule("bit", "binary"),
    Rule("date", "date"),
    Rule("datetime", "timestamp"),
    Rule("timestamp", "timestamp"),
    Rule("time", "timestamp", _CLOCK),
    Rule("year", "date", "CAST(CONCAT({}, '-01-01') AS DATE)"),
    *(Rule(name, "string") for name in _TEXT),
    *(Rule(name, "string", "ST_AsText({})") for name in _SHAPES),
    *(Rule(name, "binary") for name in _BINARY),
)
_mapped = mapper(RULES)

# Each statement is a transaction of its own, so that no lock outlives it. Somebody may read slowly: the server waits for him.
_SETTINGS = (
    "SET SESSION TRANSACTION READ ONLY",
    f"""SET SESSION time_zone = '+00:00', sql_mode = 'NO_BACKSLASH_ESCAPES', sql_select_limit = 18446744073709551615,
    lock_wait_timeout = {LOCK_SECONDS}, innodb_lock_wait_timeout = {LOCK_SECONDS}, net_write_timeout = 3600""",
)
_SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")

_TABLES = """SELECT table_name, table_type, table_rows, table_comment FROM information_schema.tables WHERE table_schema = {}
ORDER BY table_name"""
_COLUMNS = """SELECT table_name, column_name, column_type, is_nullable, column_default, extra, generation_expression, column_comment
FROM information_schema.columns WHERE table_schema = {} AND FIND_IN_SET('select', privileges) ORDER BY table_name, ordinal_position"""
_KEYS = """SELECT table_name, constraint_name, column_name, referenced_table_schema, referenced_table_name, referenced_column_name
FROM information_schema.key_column_usage WHERE table_schema = {} AND referenced_table_name IS NOT NULL
ORDER BY table_name, constraint_name, ordinal_position"""
_INDEXES = """SELECT table_name, index_name, non_unique, column_name FROM information_schema.statistics WHERE table_schema = {}
ORDER BY table_name, index_name, seq_in_index"""

_KINDS: dict[str, Kind] = {"BASE TABLE": "table", "SYSTEM VERSIONED": "table", "VIEW": "view"}  # a SEQUENCE is none

_NUMBERS = ("tinyint", "smallint", "int", "bigint", "decimal", "float", "double")
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_MOMENT = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[ T]\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?")


def connect(address: Address, password: str | None) -> Session:
    """Open a session."""
    return MySql(address, password)


class MySql(Session):
    """One connection to one database of a MySQL or MariaDB server."""

    def __init__(self, address: Address, password: str | None) -> None:
        self._address, self._password = address, password
        self._open: Any = None
        self._allowed: float | None = None  # seconds for a statement
        self._connection()

    def databases(self) -> list[str]:
        """Return the databases in which the user may do anything."""
        rows = self._rows("SELECT schema_name FROM information_schema.schemata ORDER BY schema_name")
        return [name for (name,) in rows if name.lower() not in _SYSTEM]

    def survey(self, meant: Include) -> Survey:
        """Ask for all tables, columns, keys and indexes at once."""
        database = self._address.database or meant.database
        if database is None:
            raise InvalidInput(f"{self._address.place}: name the database whose tables are meant.")
        relations = _Relations(database)
        within = _literal(database) + (f" AND table_name = {_literal(meant.parts[1])}" if ANY not in meant.parts[1] else "")
        relations.add_tables(self._rows(_TABLES.format(within)))
        relations.add_columns(self._rows(_COLUMNS.format(within)))
        relations.add_keys(self._rows(_KEYS.format(within)))
        relations.add_indexes(self._rows(_INDEXES.format(within)))
        return relations.survey(meant.parts[1])

    def batches(self, select: Select) -> Iterator[pa.RecordBatch]:
        """Stream what the text protocol sends; who stops early cuts the connection, since the server would send all the rest."""
        import pyarrow as pa

        from .mysql_wire import columns

        sql, names = select_sql(select), [wanted.name for wanted in select.columns]
        with self._failing(".".join(select.path)):
            self._allow(select.seconds)
            for found in columns(self._connection(), sql):
                yield pa.RecordBatch.from_arrays(found, names)

    def version(self) -> str:
        """Return the server's version."""
        ((found,),) = self._rows("SELECT version()")
        return str(found)

    def close(self) -> None:
        """End the connection, whatever is still under way."""
        connection, self._open = self._open, None
        if connection is not None:
            connection.close()

    def _connection(self) -> Any:
        """Return the connection, a new one where there is none any more."""
        if self._open is None:
            from .mysql_wire import opened

            with self._failing():
                self._open = opened(self._address, self._password, _SETTINGS)
                self._allowed = None
        return self._open

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        from .mysql_wire import columns

        with self._failing():
            self._allow(None)
            blocks = [[column.to_pylist() for column in block] for block in columns(self._connection(), sql)]
        return [row for block in blocks for row in zip(*block, strict=True)]

    def _allow(self, seconds: float | None) -> None:
        """Let statements take so long and no longer; None: as long as the server lets anybody."""
        connection = self._connection()
        if seconds != self._allowed:
            mariadb = "mariadb" in connection.get_server_info().lower()
            limit, unit = ("max_statement_time", " / 1000") if mariadb else ("max_execution_time", "")
            allowed = "DEFAULT" if seconds is None else f"{max(1, round(seconds * 1000))}{unit}"
            connection.query(f"SET SESSION {limit} = {allowed}")
            self._allowed = seconds

    @contextmanager
    def _failing(self, subject: str = "") -> Generator[None]:
        """Turn the driver's errors into ours. What is left undone ends the connection, since the rest of the answer is still under way."""
        from pymysql.err import Error

        try:
            yield
        except BaseException as error:
            self.close()
            if isinstance(error, Error):
                raise _translated(error, subject or self._address.place) from error
            raise


def select_sql(select: Select) -> str:
    """Return the SELECT, in which literals are quoted as NO_BACKSLASH_ESCAPES has it, LIKE's too."""
    columns = ", ".join(f"{_delivered(wanted)} AS {quoted(wanted.name)}" for wanted in select.columns)
    sql = f"SELECT {columns} FROM {'.'.join(map(quoted, select.path))}"
    if select.where is not None:
        bound = where_sql(
            select.where,
            lambda name: _compared(select.compared(name)),
            lambda name, literal: _bound(select.compared(name), literal),
        )
        sql += f" WHERE {bound}"
    return sql if select.limit is None else f"{sql} LIMIT {select.limit}"


def quoted(name: str) -> str:
    """Return an identifier."""
    return "`" + name.replace("`", "``") + "`"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _delivered(wanted: Wanted) -> str:
    """Return the SQL that delivers a column; what is not as its rule has it comes as the text it is, which fits any type."""
    column, native = quoted(wanted.name), wanted.native or ""
    found = _mapped(native)
    if found.rule is not None and found.type == wanted.type:
        return found.rule.select.format(column)
    return f"({column} + 0)" if native.startswith("bit") and wanted.type != "binary" else column


def _compared(wanted: Wanted) -> str:
    """Return the SQL that stands for a column in a comparison: itself where it compares as what is delivered, so that indexes serve."""
    column = quoted(wanted.name)
    found = _mapped(wanted.native or "")
    if found.rule is not None and found.type == wanted.type:
        return f"TIMESTAMP('1970-01-01', {column})" if found.rule.native == "time" else found.rule.select.format(column)
    if wanted.type == "string":
        return f"CAST({column} AS CHAR)"
    return f"({column} + 0)" if _kind(wanted) in _NUMBERS else column


def _bound(wanted: Wanted, literal: str) -> str:
    """Return a literal of a column's kind: MySQL would compare a number with a text as floating-point numbers."""
    kind = _kind(wanted)
    if kind in _NUMBERS and _NUMBER.fullmatch(literal):
        return literal
    if kind in ("date", "timestamp") and (_DAY.fullmatch(literal) or _MOMENT.fullmatch(literal)):
        return f"{'DATE' if _DAY.fullmatch(literal) else 'TIMESTAMP'}{_literal(literal)}"
    if kind in (*_NUMBERS, "date", "timestamp"):
        raise InvalidInput(f"Column {wanted.name} is of type {wanted.type}: it cannot be compared with {literal!r}.")
    return _literal(literal)


def _kind(wanted: Wanted) -> str:
    return wanted.type.partition("(")[0]


class _Relations:
    """The relations of one database, as the answers add to them."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._heads: dict[str, tuple[Kind, int | None, str]] = {}
        self._columns: dict[str, list[NativeColumn]] = {}
        self._foreign: dict[str, dict[str, ForeignKey]] = {}
        self._indexes: dict[str, dict[str, Index]] = {}

    def add_tables(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for name, kind, estimate, note in rows:
            if kind in _KINDS:
                self._heads[name] = (_KINDS[kind], None if estimate is None else int(estimate), note)

    def add_columns(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for name, column, native, nullable, default, extra, expression, note in rows:
            found = _mapped(native)
            given = "auto_increment" if "auto_increment" in (extra or "") else expression or (None if default == "NULL" else default)
            made = NativeColumn(column, native, found.type, found.rule is not None, nullable == "YES", given, note or None)
            self._columns.setdefault(name, []).append(made)

    def add_keys(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for name, constraint, column, *target, target_column in rows:
            keys = self._foreign.setdefault(name, {})
            before = keys.get(constraint) or ForeignKey(constraint, (), tuple(target), ())
            keys[constraint] = ForeignKey(constraint, (*before.columns, column), before.target, (*before.target_columns, target_column))

    def add_indexes(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for name, index, repeats, column in rows:
            indexes = self._indexes.setdefault(name, {})
            before = indexes[index].columns if index in indexes else ()
            indexes[index] = Index(index, (*before, column or "(expression)"), repeats == "0")

    def survey(self, pattern: str) -> Survey:
        """Return the relations whose names are meant; one without a column is one of which none may be read."""
        meant = [name for name in self._heads if like(pattern, name)]
        hidden = [name for name in meant if name not in self._columns]
        return Survey(
            tuple(self._relation(name) for name in meant if name in self._columns),
            tuple((f"{self._database}.{name}", self._why(name)) for name in hidden),
        )

    def _why(self, name: str) -> str:
        kind, _, note = self._heads[name]
        return note if kind == "view" and note != "VIEW" else "SELECT is not granted"

    def _relation(self, name: str) -> Relation:
        kind, estimate, note = self._heads[name]
        indexes = dict(self._indexes.get(name, {}))
        primary = indexes.pop("PRIMARY", None)
        return Relation(
            (self._database, name),
            kind,
            tuple(self._columns[name]),
            note if note and kind != "view" else None,
            primary.columns if primary else (),
            tuple(self._foreign.get(name, {}).values()),
            tuple(indexes.values()),
            estimate,
        )


# The server's number of an error, or the client's (2xxx) → what has happened.
_NUMBERED: dict[int, tuple[type[StorageError], str]] = {
    1045: (AccessDenied, "the server refuses this user or password"),
    1698: (AccessDenied, "the server refuses this user or password"),
    1130: (AccessDenied, "the server takes no connection of this user from here"),
    1862: (AccessDenied, "the user's password has expired: change it in the database"),
    3118: (AccessDenied, "the user's account is locked"),
    4151: (AccessDenied, "the user's account is locked"),
    3159: (AccessDenied, "the server takes connections with TLS only: sslmode=require"),
    1044: (AccessDenied, "the user may not see this database, or it is not there"),
    1142: (AccessDenied, "the user may not read it"),
    1143: (AccessDenied, "the user may not read one of its columns"),
    1370: (AccessDenied, "the user may not execute a function that it uses"),
    1049: (ObjectNotFound, "the server has no such database"),
    1146: (ObjectNotFound, "it is not there (any more)"),
    1054: (ObjectNotFound, "one of its columns is not there (any more): crawl again"),
    1356: (ObjectNotFound, "what the view is made of is not there (any more), or its definer may not read it"),
    1205: (StoreUnavailable, f"somebody else's lock was not lifted within {LOCK_SECONDS} seconds"),
    1969: (TimedOut, "the statement took longer than is allowed"),
    3024: (TimedOut, "the statement took longer than is allowed"),
    1317: (StoreUnavailable, "somebody stopped the statement"),
    1040: (StoreUnavailable, "the server has too many connections"),
    1203: (StoreUnavailable, "the user has too many connections"),
    1226: (StoreUnavailable, "the user has too many connections or queries"),
    1129: (StoreUnavailable, "the server has blocked this host after too many failures"),
    1053: (StoreUnavailable, "the server is shutting down"),
    1927: (StoreUnavailable, "somebody ended the connection"),
    2005: (StoreUnavailable, "there is no such host"),
    2059: (AccessDenied, "without TLS the server cannot be given the password: sslmode=require"),
    2006: (StoreUnavailable, "the server has gone away"),
    2026: (StoreUnavailable, "the server offers no TLS, and this connection demands it"),
}
_VAGUE = (0, 2003, 2013, 2027)  # numbers, and none, of the client that only its words explain
_WORDS: tuple[tuple[str, str], ...] = (
    ("certificate verify failed|doesn't match|not valid for", "the server's certificate is not trusted"),
    ("[Nn]ame or service not known|nodename|getaddrinfo|name resolution", "there is no such host"),
    ("refused", "nothing listens there"),
    ("timed out", f"the server did not answer within {CONNECT_SECONDS} seconds"),
    ("sequence number|cannot be understood", "what listens there does not speak MySQL's protocol"),
    ("[Ll]ost", "the server has gone away in the middle"),
)


def _translated(error: Exception, place: str) -> StorageError:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    detail = " ".join(str(error.args[-1] if error.args else error).split()).strip(" .")
    words = next((meaning for words, meaning in _WORDS if re.search(words, detail)), "") if number in _VAGUE else ""
    kind, meaning = _NUMBERED.get(number, (StoreUnavailable, words))
    return kind(f"{place}: {meaning} ({detail})" if meaning else f"{place}: {detail}")
