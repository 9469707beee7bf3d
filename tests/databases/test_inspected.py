"""SQL Server, Oracle and Redshift: what their inspectors answer, recorded as SQLAlchemy gives it, and the shared code on a real PostgreSQL.

No server of the three can be had here. The answers are dictionaries of the shape that SQLAlchemy documents,
with each dialect's own types; that real servers answer so is not proven.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql as _mssql
from sqlalchemy.dialects import oracle as _oracle

from database_servers import Database
from gluepot.catalog.expressions import parse_expression
from gluepot.databases import oracle as oracle_engine
from gluepot.databases import postgresql, redshift, sqlserver
from gluepot.databases.address import Address, parse_address
from gluepot.databases.inspected import Answers, Inspected, Speech, relations, statement
from gluepot.databases.native import Rule
from gluepot.databases.relations import Relation
from gluepot.databases.session import Select, Wanted, open_session
from gluepot.errors import AccessDenied, InvalidInput, ObjectNotFound, TimedOut

mssql: Any = _mssql  # many of their types have no stubs
oracle: Any = _oracle


def _reflected(**types: Any) -> list[Any]:
    return [{"name": name, "type": kind, "nullable": True, "default": None, "comment": None} for name, kind in types.items()]


def _table(columns: list[Any], rules: Sequence[Rule], dialect: Any) -> dict[str, tuple[str, str, bool]]:
    (found,) = relations("shop", Answers({("dbo", "t"): columns}), rules, dialect)
    return {column.name: (column.native, column.type, column.known) for column in found.columns}


SQL_SERVER: list[tuple[Any, tuple[str, str, bool]]] = [
    (mssql.BIT(), ("bit", "boolean", True)),
    (mssql.TINYINT(), ("tinyint", "smallint", True)),
    (sa.SMALLINT(), ("smallint", "smallint", True)),
    (sa.INTEGER(), ("integer", "int", True)),
    (sa.BIGINT(), ("bigint", "bigint", True)),
    (sa.DECIMAL(12, 2), ("decimal(12,2)", "decimal(12,2)", True)),
    (sa.NUMERIC(38, 0), ("numeric(38,0)", "decimal(38,0)", True)),
    (mssql.MONEY(), ("money", "decimal(19,4)", True)),
    (mssql.SMALLMONEY(), ("smallmoney", "decimal(10,4)", True)),
    (mssql.REAL(), ("real", "float", True)),
    (sa.FLOAT(53), ("float(53)", "double", True)),
    (sa.DATE(), ("date", "date", True)),
    (mssql.TIME(3), ("time(3)", "timestamp", True)),
    (mssql.DATETIME2(7), ("datetime2(7)", "timestamp", True)),
    (mssql.SMALLDATETIME(), ("smalldatetime", "timestamp", True)),
    (mssql.DATETIMEOFFSET(7), ("datetimeoffset(7)", "string", True)),
    (mssql.NVARCHAR(50, collation="Latin1_General_CI_AS"), ("nvarchar(50)", "string", True)),
    (mssql.NVARCHAR(), ("nvarchar(max)", "string", True)),
    (mssql.NTEXT(), ("ntext", "string", True)),
    (mssql.UNIQUEIDENTIFIER(), ("uniqueidentifier", "string", True)),
    (mssql.XML(), ("xml", "string", True)),
    (mssql.SQL_VARIANT(), ("sql_variant", "string", True)),
    (mssql.VARBINARY("max"), ("varbinary(max)", "binary", True)),
    (mssql.IMAGE(), ("image", "binary", True)),
    (mssql.TIMESTAMP(), ("timestamp", "binary", True)),
    (sa.types.NullType(), ("unknown", "string", False)),
]


@pytest.mark.parametrize(("kind", "expected"), SQL_SERVER)
def test_sql_servers_types_have_their_place(kind: Any, expected: tuple[str, str, bool]) -> None:
    assert _table(_reflected(a=kind), sqlserver.RULES, mssql.dialect()) == {"a": expected}


ORACLE: list[tuple[Any, tuple[str, str, bool]]] = [
    (oracle.NUMBER(12, 2), ("number(12,2)", "decimal(12,2)", True)),
    (oracle.NUMBER(10, -2), ("number(10,-2)", "decimal(12,0)", True)),
    (oracle.NUMBER(), ("number", "decimal(38,10)", True)),
    (sa.INTEGER(), ("integer", "decimal(38,0)", True)),
    (oracle.FLOAT(126), ("float(126)", "double", True)),
    (oracle.BINARY_FLOAT(), ("binary_float", "float", True)),
    (oracle.BINARY_DOUBLE(), ("binary_double", "double", True)),
    (oracle.DATE(), ("date", "timestamp", True)),
    (oracle.TIMESTAMP(timezone=True), ("timestamp with time zone", "timestamp", True)),
    (oracle.TIMESTAMP(local_timezone=True), ("timestamp with local time zone", "timestamp", True)),
    (oracle.INTERVAL(2, 6), ("interval day(2) to second(6)", "string", True)),
    (oracle.VARCHAR2(40), ("varchar2(40 char)", "string", True)),
    (oracle.NCLOB(), ("nclob", "string", True)),
    (oracle.LONG(), ("long", "string", True)),
    (oracle.ROWID(), ("rowid", "string", True)),
    (oracle.RAW(16), ("raw(16)", "binary", True)),
    (oracle.BLOB(), ("blob", "binary", True)),
    (oracle.BFILE(), ("bfile", "string", False)),
]


@pytest.mark.parametrize(("kind", "expected"), ORACLE)
def test_oracles_types_have_their_place(kind: Any, expected: tuple[str, str, bool]) -> None:
    assert _table(_reflected(A=kind), oracle_engine.RULES, oracle.dialect()) == {"A": expected}


def test_redshifts_types_have_their_place() -> None:
    dialect = pytest.importorskip("sqlalchemy_redshift.dialect")
    types = {
        "a": sa.SMALLINT(), "b": sa.INTEGER(), "c": sa.BIGINT(), "d": sa.NUMERIC(8, 2), "e": sa.REAL(), "f": dialect.DOUBLE_PRECISION(),
        "g": sa.BOOLEAN(), "h": sa.VARCHAR(256), "i": sa.DATE(), "j": sa.TIMESTAMP(), "k": dialect.TIMESTAMPTZ(), "l": dialect.TIMETZ(),
        "m": dialect.SUPER(), "n": dialect.GEOMETRY(), "o": dialect.HLLSKETCH(),
    }  # fmt: skip

    found = _table(_reflected(**types), redshift.RULES, dialect.RedshiftDialect_redshift_connector())

    assert [kind for _, kind, _ in found.values()] == [
        "smallint", "int", "bigint", "decimal(8,2)", "float", "double", "boolean", "string", "date", "timestamp", "timestamp", "timestamp",
        "string", "string", "string",
    ]  # fmt: skip
    assert all(known for _, _, known in found.values())


def _recorded() -> Answers:
    """What SQLAlchemy answers of Oracle: names that fold are in lower case, others as they are."""
    feedback, said, latest = ("crm", "feedback"), ("crm", "Said"), ("crm", "latest")
    columns = [
        {"name": "id", "type": oracle.NUMBER(10, 0), "nullable": False, "default": None, "comment": "key", "identity": {"always": True}},
        {"name": "customer_id", "type": oracle.NUMBER(10, 0), "nullable": False, "default": "0 ", "comment": None},
        {"name": "Mixed", "type": oracle.VARCHAR2(40), "nullable": True, "default": None, "comment": None},
    ]
    return Answers(
        {feedback: columns, said: _reflected(a=oracle.CLOB()), latest: _reflected(day=oracle.DATE())},  # type: ignore[dict-item]  # a recording
        frozenset(("latest",)),
        frozenset(),
        {feedback: {"constrained_columns": ["id"], "name": "sys_c01"}},
        {
            feedback: [
                {
                    "name": "of_customer", "constrained_columns": ["customer_id"], "referred_schema": "shop", "referred_table": "customers",
                    "referred_columns": ["id"], "options": {},
                }
            ]
        },
        {feedback: [{"name": "by_customer", "column_names": ["customer_id", None], "unique": False, "expressions": ["customer_id", "UPPER()"]}]},
        {feedback: {"text": "what guests say"}, said: {"text": None}},
    )  # fmt: skip


def test_recorded_answers_become_relations_spelled_as_the_database_spells_them() -> None:
    found = {relation.path: relation for relation in relations("orcl", _recorded(), oracle_engine.RULES, oracle.dialect())}

    feedback = found["orcl", "CRM", "FEEDBACK"]
    assert [(column.name, column.type, column.nullable, column.default) for column in feedback.columns] == [
        ("ID", "decimal(10,0)", False, "identity"),
        ("CUSTOMER_ID", "decimal(10,0)", False, "0 "),
        ("Mixed", "string", True, None),
    ]
    assert (feedback.comment, feedback.primary_key) == ("what guests say", ("ID",))
    assert feedback.foreign_keys[0].target == ("orcl", "SHOP", "CUSTOMERS")
    assert feedback.indexes[0].columns == ("CUSTOMER_ID", "(expression)")
    assert found["orcl", "CRM", "LATEST"].kind == "view"
    assert found["orcl", "CRM", "Said"].kind == "table"


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        (mssql.dialect(), "SELECT TOP __[POSTCOMPILE_param_1] [We ird], [b] FROM [dbo].[T.1] WHERE ([b] = :value_0 OR [We ird] IN (:value_1))"),
        (oracle.dialect(), 'SELECT "We ird", "b" FROM "dbo"."T.1" WHERE ("b" = :value_0 OR "We ird" IN (:value_1)) FETCH FIRST'),
    ],
)  # fmt: skip
def test_identifiers_are_quoted_and_values_bound(dialect: Any, expected: str) -> None:
    wanted = (Wanted("We ird", None, "string"), Wanted("b", None, "int"))
    select = Select(
        ("d", "dbo", "T.1"), wanted, parse_expression("b = 5 OR `we ird` IN ('o''hara')"), {"we ird": wanted[0], "b": wanted[1]}, 7
    )

    compiled = statement(select, dialect).compile(dialect=dialect)

    assert " ".join(str(compiled).replace("%(", ":").split()).startswith(expected)
    assert {"value_0": 5, "value_1": "o'hara"}.items() <= compiled.params.items()


def _through_sqlalchemy(address: Address, password: str | None) -> sa.Engine:
    url = sa.URL.create("postgresql+psycopg", address.user, password, address.host, address.port, address.database)
    return sa.create_engine(url, poolclass=sa.pool.NullPool)


def test_a_bracket_is_no_set_of_characters_to_sql_server() -> None:
    wanted = Wanted("a", "varchar(9)", "string")
    select = Select(("d", "dbo", "t"), (wanted,), parse_expression("a LIKE '[x]%'"), {"a": wanted})

    compiled = statement(select, mssql.dialect(), sqlserver.SPEECH.pattern).compile(dialect=mssql.dialect())

    assert compiled.params["value_0"] == "[[]x]%"


def _within(connection: sa.Connection, milliseconds: int) -> None:
    connection.exec_driver_sql(f"SET statement_timeout TO {milliseconds}")


POSTGRES = Speech(
    postgresql.RULES + (Rule("varchar", "string"), Rule("timestamp", "timestamp"), Rule("decimal", "decimal({0},{1})")),
    _through_sqlalchemy,
    "SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1",
    "SELECT version()",
    frozenset(("information_schema",)),
    (
        ("password authentication failed", AccessDenied, "refused"),
        ("statement timeout", TimedOut, "it took too long"),
        ("does not exist", ObjectNotFound, "it is not there"),
    ),
    ("SET TRANSACTION READ ONLY",),
    within=_within,
)


@pytest.fixture
def shop(postgres_database: Database) -> Database:
    postgres_database.execute(
        "CREATE SCHEMA crm",
        "CREATE TABLE crm.customers (id int PRIMARY KEY, name varchar(40))",
        'CREATE TABLE crm."Feed back" (id bigint PRIMARY KEY, c int REFERENCES crm.customers, n numeric(20,3), d date, m timestamp, s text, x bytea, ok bool)',
        'CREATE INDEX by_c ON crm."Feed back" (c)',
        "COMMENT ON TABLE crm.\"Feed back\" IS 'said'",
        "CREATE VIEW crm.v AS SELECT 1 AS one",
        "CREATE MATERIALIZED VIEW crm.mv AS SELECT 2 AS two",
        "INSERT INTO crm.customers VALUES (7, 'Ana')",
        "INSERT INTO crm.\"Feed back\" VALUES (1, 7, 12345678901234567.125, '2026-02-23', '2026-02-23 08:30:00.5', 'é:x', '\\x00ff', true)",
        'INSERT INTO crm."Feed back" (id) SELECT generate_series(2, 70000)',
    )
    return postgres_database


def _session(shop: Database) -> Inspected:
    address, _ = parse_address(shop.url)
    return Inspected(address, None, POSTGRES)


def _surveyed(shop: Database, path: str = "") -> dict[str, Relation]:
    with _session(shop) as session:
        return {relation.path[-1]: relation for relation in session.survey(parse_address(shop.url + path)[1]).relations}


def test_a_real_server_is_surveyed_through_the_inspector(shop: Database) -> None:
    found = _surveyed(shop)

    feedback = found["Feed back"]
    assert feedback.path == (shop.name, "crm", "Feed back")
    assert [(column.name, column.native, column.type) for column in feedback.columns][:3] == [
        ("id", "bigint", "bigint"), ("c", "integer", "int"), ("n", "numeric(20,3)", "decimal(20,3)"),
    ]  # fmt: skip
    assert (feedback.primary_key, feedback.comment, feedback.indexes[0].columns) == (("id",), "said", ("c",))
    assert feedback.foreign_keys[0].target == (shop.name, "crm", "customers")
    assert (found["v"].kind, found["mv"].kind, found["customers"].kind) == ("view", "materialized view", "table")
    assert list(_surveyed(shop, "/crm/cust%")) == ["customers"]
    assert _surveyed(shop, "/other/%") == {}


def test_a_real_servers_rows_stream_in_batches_that_hold_them_exactly(shop: Database) -> None:
    columns = tuple(Wanted(column.name, column.native, column.type) for column in _surveyed(shop)["Feed back"].columns)

    with _session(shop) as session:
        batches = list(session.batches(Select((shop.name, "crm", "Feed back"), columns)))
        few = list(
            session.batches(Select((shop.name, "crm", "Feed back"), columns[:1], parse_expression("id > 69990"), {"id": columns[0]}, 3))
        )

    assert sum(batch.num_rows for batch in batches) == 70_000
    assert len(batches) > 2
    table = pa.Table.from_batches([batches[0]])
    first = {name: column[0].as_py() for name, column in zip("id c n d m s x ok".split(), table.columns, strict=True)}
    assert (first["n"], first["d"], first["s"], first["x"], first["ok"]) == (
        "12345678901234567.125",
        date(2026, 2, 23),
        "é:x",
        b"\0\xff",
        True,
    )
    assert Decimal(first["n"]) == Decimal("12345678901234567.125")
    assert first["m"].replace(tzinfo=None) == datetime(2026, 2, 23, 8, 30, 0, 500_000)
    assert sum(batch.num_rows for batch in few) == 3


def test_a_slow_view_is_given_up_and_the_session_reads_on(shop: Database) -> None:
    shop.execute("CREATE VIEW crm.slow AS SELECT pg_sleep(30)::text AS nothing")
    slow = Select((shop.name, "crm", "slow"), (Wanted("nothing", None, "string"),), seconds=0.2)
    quick = Select((shop.name, "crm", "v"), (Wanted("one", "integer", "int"),))

    with _session(shop) as session, pytest.raises(TimedOut):
        list(session.batches(slow))

    with _session(shop) as session:
        assert [batch.num_rows for batch in session.batches(quick)] == [1]


def test_a_missing_table_and_a_missing_database_are_told(shop: Database) -> None:
    with _session(shop) as session, pytest.raises(ObjectNotFound, match="it is not there"):
        list(session.batches(Select((shop.name, "crm", "gone"), (Wanted("a", None, "int"),))))

    address, _ = parse_address(shop.url.replace(shop.name, "no_such_database"))
    with pytest.raises(ObjectNotFound, match="no_such_database"):
        Inspected(address, None, POSTGRES)


@pytest.mark.parametrize(
    ("url", "extra"), [("sqlserver://sa@h/db", "sqlserver"), ("oracle://u@h/svc", "oracle"), ("redshift://u@h/dev", "redshift")]
)
def test_a_driver_that_is_not_installed_is_asked_for(url: str, extra: str) -> None:
    address, _ = parse_address(url)

    with pytest.raises(InvalidInput, match=rf"pip install 'gluepot\[{extra}\]'"):
        open_session(address)
