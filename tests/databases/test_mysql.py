"""MySQL and MariaDB: what there is, and rows whose values are those that the server has, or are named."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import gluepot
from database_servers import Database, DatabaseServer, mariadb
from gluepot.catalog.expressions import parse_expression
from gluepot.catalog.interface import Catalog
from gluepot.databases.address import parse_address
from gluepot.databases.relations import Relation, Survey
from gluepot.databases.session import Select, Session, Wanted, open_session
from gluepot.errors import AccessDenied, InvalidInput, ObjectNotFound, ReadError, StorageError, StoreUnavailable, TimedOut

UUID = "123e4567-e89b-12d3-a456-426655440000"
FLOAT: float = struct.unpack("f", struct.pack("f", 0.1))[0]

# Declaration → the catalog's type, a value in SQL, and the value that is read.
TYPES: tuple[tuple[str, str, str, object], ...] = (
    ("tinyint(1)", "boolean", "1", True),
    ("bool", "boolean", "0", False),
    ("tinyint", "int", "-128", -128),
    ("tinyint(1) unsigned", "int", "255", 255),
    ("smallint", "smallint", "-32768", -32768),
    ("smallint unsigned", "int", "65535", 65535),
    ("mediumint", "int", "-8388608", -8388608),
    ("mediumint unsigned", "int", "16777215", 16777215),
    ("int", "int", "-2147483648", -(2**31)),
    ("int unsigned", "bigint", "4294967295", 2**32 - 1),
    ("int(6) zerofill", "bigint", "42", 42),
    ("bigint", "bigint", "-9223372036854775808", -(2**63)),
    ("bigint unsigned", "decimal(20,0)", "18446744073709551615", Decimal(2**64 - 1)),
    ("decimal(10,3)", "decimal(10,3)", "-1234567.891", Decimal("-1234567.891")),
    ("decimal(10,3) unsigned zerofill", "decimal(10,3)", "12.5", Decimal("12.500")),
    ("numeric", "decimal(10,0)", "42", Decimal(42)),
    ("decimal(38,38)", "decimal(38,38)", "0." + "9" * 38, Decimal("0." + "9" * 38)),
    ("decimal(65,30)", "decimal(38,30)", "1.5", Decimal("1.5")),
    ("float", "float", "16777217", 16777216.0),
    ("float(7,3) unsigned zerofill", "float", "0.1", FLOAT),
    ("double", "double", "-1.7976931348623157e308", -1.7976931348623157e308),
    ("double(10,2) unsigned zerofill", "double", "12345.678", 12345.68),
    ("real", "double", "1/3e0", 1 / 3),
    ("bit(1)", "boolean", "1", True),
    ("bit(12)", "binary", "0xfff", b"\x0f\xff"),
    ("date", "date", "'1000-01-01'", date(1000, 1, 1)),
    ("datetime", "timestamp", "'9999-12-31 23:59:59'", datetime(9999, 12, 31, 23, 59, 59)),
    ("datetime(6)", "timestamp", "'2024-02-29 01:02:03.456789'", datetime(2024, 2, 29, 1, 2, 3, 456789)),
    ("timestamp null", "timestamp", "'2038-01-19 03:14:07'", datetime(2038, 1, 19, 3, 14, 7)),
    ("timestamp(3) null", "timestamp", "'1970-01-01 00:00:01.5'", datetime(1970, 1, 1, 0, 0, 1, 500000)),
    ("time", "timestamp", "'00:00:00'", datetime(1970, 1, 1)),
    ("time(6)", "timestamp", "'23:59:59.999999'", datetime(1970, 1, 1, 23, 59, 59, 999999)),
    ("year", "date", "2155", date(2155, 1, 1)),
    ("char(3)", "string", "'é'", "é"),
    ("char(3) character set latin1", "string", "'ß'", "ß"),
    ("nchar(3)", "string", "'né'", "né"),
    ("varchar(40)", "string", "' 😀\\\\ '", " 😀\\ "),
    ("national varchar(4)", "string", "''", ""),
    ("tinytext", "string", "'a\\nb'", "a\nb"),
    ("text compressed", "string", "'x'", "x"),
    ("mediumtext", "string", "'x'", "x"),
    ("longtext", "string", "'\\0'", "\0"),
    ("enum('a(b)','c''d')", "string", "'c''d'", "c'd"),
    ("set('x','y')", "string", "'x,y'", "x,y"),
    ("json", "string", "'{\"a\": [1, null]}'", '{"a": [1, null]}'),
    ("uuid", "string", f"'{UUID}'", UUID),
    ("inet4", "string", "'192.0.2.1'", "192.0.2.1"),
    ("inet6", "string", "'2001:db8::1'", "2001:db8::1"),
    ("binary(4)", "binary", "'ab'", b"ab\0\0"),
    ("varbinary(4)", "binary", "0x00ff", b"\x00\xff"),
    ("char(2) byte", "binary", "0xfffe", b"\xff\xfe"),
    ("tinyblob", "binary", "0xff", b"\xff"),
    ("blob", "binary", "''", b""),
    ("mediumblob", "binary", "'x'", b"x"),
    ("longblob", "binary", "'x'", b"x"),
    ("geometry", "string", "ST_GeomFromText('POINT(1 2)')", "POINT(1 2)"),
    ("point", "string", "ST_GeomFromText('POINT(0.5 -2)')", "POINT(0.5 -2)"),
    ("linestring", "string", "ST_GeomFromText('LINESTRING(0 0,1 1)')", "LINESTRING(0 0,1 1)"),
    ("polygon", "string", "ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')", "POLYGON((0 0,1 0,1 1,0 0))"),
    ("multipoint", "string", "ST_GeomFromText('MULTIPOINT(1 1,2 2)')", "MULTIPOINT(1 1,2 2)"),
    ("multilinestring", "string", "ST_GeomFromText('MULTILINESTRING((0 0,1 1))')", "MULTILINESTRING((0 0,1 1))"),
    ("multipolygon", "string", "ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))')", "MULTIPOLYGON(((0 0,1 0,1 1,0 0)))"),
    ("geometrycollection", "string", "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))')", "GEOMETRYCOLLECTION(POINT(1 1))"),
)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with gluepot.open(tmp_path / "catalog.db") as opened:
        yield opened


def session_of(of: Database, user: str = "", password: str = "", **more: object) -> Session:
    found, _ = parse_address(of.url_of(user) if user else of.url)
    return open_session(replace(found, **more), password or None)  # type: ignore[arg-type]  # each by its name


def survey(database: Database, table: str = "%", user: str = "", password: str = "") -> Survey:
    url = f"{database.url_of(user) if user else database.url}/{table.replace('%', '%25')}"
    with session_of(database, user, password) as session:
        return session.survey(parse_address(url)[1])


def relation(database: Database, table: str) -> Relation:
    (found,) = [one for one in survey(database).relations if one.path[-1] == table]
    return found


def select(found: Relation, where: str | None = None, **more: object) -> Select:
    wanted = {column.name.lower(): Wanted(column.name, column.native, column.type) for column in found.columns}
    return Select(found.path, tuple(wanted.values()), parse_expression(where), wanted, **more)  # type: ignore[arg-type]  # each by its name


def rows(database: Database, table: str, where: str | None = None) -> list[dict[str, object]]:
    with session_of(database) as session:
        return [row for batch in session.batches(select(relation(database, table), where)) for row in batch.to_pylist()]


def user(database: Database, *grants: str) -> str:
    """Make a user with a password that has these rights."""
    name = database.name
    database.execute(f"CREATE USER {name} IDENTIFIED BY 'p@ss wörd'", *(f"GRANT {grant} TO {name}" for grant in grants))
    return name


PASSWORD = "p@ss wörd"


# --- types and values -------------------------------------------------------------------------------------


def test_every_native_type_has_its_place_in_the_catalog_and_its_values_are_read(mariadb_database: Database, catalog: Catalog) -> None:
    declared = ", ".join(f"c{place} {declaration}" for place, (declaration, *_) in enumerate(TYPES))
    values = ", ".join(value for _, _, value, _ in TYPES)
    mariadb_database.execute(
        f"CREATE TABLE everything ({declared})",
        f"INSERT INTO everything VALUES ({values})",
        f"INSERT INTO everything VALUES ({', '.join(['NULL'] * len(TYPES))})",
    )

    report = gluepot.crawl([mariadb_database.url], catalog=catalog)

    assert report.ok, report.oddities
    name = f"{mariadb_database.name}_everything"
    table = catalog.get_table("default", name)
    found, empty = gluepot.scan_table(catalog, name).read_all().to_pylist()
    for (declaration, kind, _, value), column in zip(TYPES, table.columns, strict=True):
        assert (declaration, column.type, found[column.name]) == (declaration, kind, value)
    assert set(empty.values()) == {None}
    assert not any("string" in oddity.message for oddity in report.oddities)  # no type without a rule


def test_no_data_type_plugin_of_the_server_is_forgotten(mariadb_server: DatabaseServer) -> None:
    plugins = mariadb_server.execute("", "SELECT plugin_name FROM information_schema.plugins WHERE plugin_type = 'DATA TYPE'")

    assert {name for (name,) in plugins} <= {declaration for declaration, *_ in TYPES}


@pytest.mark.parametrize(
    ("declaration", "value", "told"),
    [
        ("tinyint(1)", "7", "7"),
        ("tinyint(1)", "-1", "-1"),
        ("time", "'838:59:59'", "838:59:59"),
        ("time", "'-00:00:01'", "-00:00:01"),
        ("time", "'24:00:00'", "24:00:00"),
        ("date", "'0000-00-00'", "0000-00-00"),
        ("date", "'2024-02-00'", "2024-02-00"),
        ("datetime", "'0000-00-00 00:00:00'", "0000-00-00 00:00:00"),
        ("timestamp", "'0000-00-00 00:00:00'", "0000-00-00 00:00:00"),
        ("year", "0", "years 1 to 9999"),
        ("decimal(65,0)", "9" * 39, "9" * 39),
    ],
)
def test_a_value_that_fits_no_type_is_named_with_its_row(
    mariadb_database: Database, catalog: Catalog, declaration: str, value: str, told: str
) -> None:
    mariadb_database.execute(
        f"CREATE TABLE odd (id int PRIMARY KEY, v {declaration} NULL)",
        "INSERT INTO odd VALUES (1, NULL)",
        f"SET STATEMENT sql_mode = '' FOR INSERT INTO odd VALUES (2, {value})",
    )
    gluepot.crawl([mariadb_database.url], catalog=catalog)
    name = f"{mariadb_database.name}_odd"

    with pytest.raises(ReadError, match="odd, row 2, column 'v'") as refused:
        gluepot.scan_table(catalog, name).read_all()

    assert told in str(refused.value)
    assert gluepot.scan_table(catalog, name, on_error="null").read_all().to_pylist() == [{"id": 1, "v": None}, {"id": 2, "v": None}]


def test_a_tinyint_1_with_more_than_truths_is_read_as_a_number_when_so_pinned(mariadb_database: Database, catalog: Catalog) -> None:
    from gluepot.catalog.pins import Pin

    mariadb_database.execute("CREATE TABLE t (state tinyint(1), flags bit(4))", "INSERT INTO t VALUES (0, b'0101'), (1, 0), (7, 1)")
    name = f"{mariadb_database.name}_t"
    gluepot.crawl([mariadb_database.url], catalog=catalog)
    catalog.put_pin(Pin("default", name, "state", "type", "int"))
    catalog.put_pin(Pin("default", name, "flags", "type", "bigint"))

    report = gluepot.crawl([mariadb_database.url], catalog=catalog)

    assert report.ok
    found = gluepot.scan_table(catalog, name, where="state >= 1").read_all().to_pylist()
    assert sorted(row["state"] for row in found) == [1, 7]
    assert sorted(row["flags"] for row in found) == [0, 1]


def test_values_of_any_length_are_cut_where_they_end(mariadb_database: Database) -> None:
    lengths = (0, 1, 250, 251, 252, 255, 256, 65535, 65536, 70000, 300_000)
    mariadb_database.execute(
        "CREATE TABLE long_ones (id int, a longtext, b longblob, c int)",
        *(f"INSERT INTO long_ones VALUES ({length}, REPEAT('é', {length}), REPEAT(0xff, {length}), {length})" for length in lengths),
        "INSERT INTO long_ones VALUES (-1, NULL, NULL, NULL)",
    )

    found = {row["id"]: row for row in rows(mariadb_database, "long_ones")}

    for length in lengths:
        assert found[str(length)] == {"id": str(length), "a": "é" * length, "b": b"\xff" * length, "c": str(length)}
    assert found["-1"] == {"id": "-1", "a": None, "b": None, "c": None}


def test_a_row_longer_than_a_packet_of_the_protocol_is_read(mariadb_database: Database) -> None:
    server, size = mariadb_database.server, 17_000_000
    ((before,),) = server.execute("", "SELECT @@global.max_allowed_packet")
    server.execute("", f"SET GLOBAL max_allowed_packet = {64 << 20}")
    try:
        mariadb_database.execute(
            "CREATE TABLE huge (a longtext, b longblob, c int)",
            "INSERT INTO huge VALUES ('x', 'y', 1)",
            f"INSERT INTO huge VALUES (REPEAT('a', {size}), REPEAT('b', {size}), 2)",
            "INSERT INTO huge VALUES ('x', 'y', 3)",
        )
        found = rows(mariadb_database, "huge")
    finally:
        server.execute("", f"SET GLOBAL max_allowed_packet = {before}")

    assert [row["c"] for row in found] == ["1", "2", "3"]
    assert found[1]["a"] == "a" * size
    assert found[1]["b"] == b"b" * size


def test_many_rows_come_in_batches_of_bounded_size(mariadb_database: Database) -> None:
    mariadb_database.execute("CREATE VIEW many AS SELECT seq, seq % 7 = 0 AS seven, REPEAT('x', seq % 300) AS text FROM seq_1_to_200000")

    with session_of(mariadb_database) as session:
        batches = list(session.batches(select(relation(mariadb_database, "many"))))

    found = [row for batch in batches for row in batch.to_pylist()]
    assert [row["seq"] for row in found] == [str(number) for number in range(1, 200_001)]
    assert all(len(row["text"]) == int(row["seq"]) % 300 for row in found)
    assert max(batch.nbytes for batch in batches) < 4 << 20


def test_an_empty_table_has_no_rows(mariadb_database: Database) -> None:
    mariadb_database.execute("CREATE TABLE nothing (a int)")

    assert rows(mariadb_database, "nothing") == []


def test_a_text_that_is_not_in_its_character_set_is_an_error(mariadb_database: Database) -> None:
    mariadb_database.execute(
        "CREATE TABLE bad (a varbinary(4))",
        "INSERT INTO bad VALUES (0xff)",
        "CREATE VIEW v AS SELECT CONVERT(a USING utf8mb4) AS a FROM bad",
    )

    assert rows(mariadb_database, "v") == [{"a": "?"}]  # the server repairs it, and so no invalid text arrives


# --- comparisons -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("big = 9007199254740993", [2]),
        ("big > 9007199254740992", [2]),
        ("amount = 0.1", [1]),
        ("amount in (0.1, 0.30)", [1, 3]),
        ("said = '1'", []),
        ("said = '1 lot'", [1]),
        ("said like '%\\\\%'", [2]),
        ("said like 'a_c%'", [2]),
        ("said like '%''%'", [3]),
        ("said = 'it''s; DROP TABLE t -- \\'", []),
        ("done = 'true'", [1, 3]),
        ("day between '2024-01-01' and '2024-01-31'", [1]),
        ("at >= '2024-02-01 00:00:00.5'", [3]),
        ("clock = '1970-01-01 10:00:00'", [1]),
        ("clock > '1970-01-01 10:00:00'", [2]),
        ("made = '2024-01-01'", [1]),
        ("ratio = 0.5", [1]),
        ("kind = 'b' and not (id = 3)", [2]),
        ("day is null or id = 1", [1, 3]),
    ],
)
def test_the_server_compares_each_type_as_itself(mariadb_database: Database, where: str, ids: list[int]) -> None:
    mariadb_database.execute(
        """CREATE TABLE t (id int, big bigint, amount decimal(10,2), said varchar(40), done tinyint(1), day date, at datetime(3), clock time(3),
        made year, ratio float, kind enum('a', 'b'))""",
        r"""INSERT INTO t VALUES
        (1, 9007199254740992, 0.10, '1 lot', 1, '2024-01-31', '2024-01-01', '10:00:00', 2024, 0.5, 'a'),
        (2, 9007199254740993, 0.20, 'abc\\d', 0, '2024-02-01', '2024-02-01', '10:00:00.001', 2023, 0.25, 'b'),
        (3, 0, 0.30, 'it''s', 1, NULL, '2024-02-01 00:00:00.5', '00:00:00', 2022, 0, 'b')""",
    )

    assert [int(str(row["id"])) for row in rows(mariadb_database, "t", where)] == ids


@pytest.mark.parametrize("where", ["id = 'one'", "id = '1 or 1=1'", "day = 'today'", "nobody = 1"])
def test_what_cannot_be_compared_is_invalid(mariadb_database: Database, where: str) -> None:
    mariadb_database.execute("CREATE TABLE t (id int, day date)")

    with pytest.raises(InvalidInput, match=r"cannot be compared|has no column"):
        rows(mariadb_database, "t", where)


# --- what there is -----------------------------------------------------------------------------------------


def test_keys_indexes_comments_defaults_and_estimates_are_told(mariadb_database: Database) -> None:
    mariadb_database.execute(
        "CREATE TABLE customers (id int unsigned AUTO_INCREMENT, region char(2), PRIMARY KEY (region, id), KEY (id)) COMMENT 'who buys'",
        """CREATE TABLE orders (id serial PRIMARY KEY, region char(2) NOT NULL DEFAULT 'EU' COMMENT 'of the customer', customer int unsigned,
        total decimal(10,2), vat decimal(10,2) AS (total * 0.2) PERSISTENT, hidden int INVISIBLE, placed timestamp DEFAULT current_timestamp(),
        UNIQUE KEY one_a_day (customer, placed), CONSTRAINT whose FOREIGN KEY (region, customer) REFERENCES customers (region, id))""",
        "INSERT INTO customers (region) VALUES ('EU'), ('US')",
        "ANALYZE TABLE customers",
    )

    customers, orders = survey(mariadb_database).relations

    name = mariadb_database.name
    assert (customers.path, customers.kind, customers.comment, customers.rows) == ((name, "customers"), "table", "who buys", 2)
    assert customers.primary_key == ("region", "id")
    assert [(one.name, one.columns, one.unique) for one in orders.indexes] == [
        ("one_a_day", ("customer", "placed"), True),
        ("whose", ("region", "customer"), False),
    ]
    (key,) = orders.foreign_keys
    assert (key.name, key.columns, key.target, key.target_columns) == (
        "whose",
        ("region", "customer"),
        (name, "customers"),
        ("region", "id"),
    )
    columns = {column.name: column for column in orders.columns}
    assert list(columns) == ["id", "region", "customer", "total", "vat", "hidden", "placed"]
    assert [columns["id"].native, columns["id"].default, columns["id"].nullable] == ["bigint(20) unsigned", "auto_increment", False]
    assert [columns["region"].default, columns["region"].comment] == ["'EU'", "of the customer"]
    assert [columns["vat"].default, columns["customer"].default] == ["`total` * 0.2", None]
    assert columns["placed"].default == "current_timestamp()"


def test_views_partitioned_and_versioned_tables_are_listed_and_sequences_are_not(mariadb_database: Database) -> None:
    mariadb_database.execute(
        "CREATE TABLE plain (a int)",
        "CREATE VIEW seen AS SELECT a FROM plain",
        "CREATE TABLE parted (a int) PARTITION BY HASH (a) PARTITIONS 4",
        "CREATE TABLE versioned (a int) WITH SYSTEM VERSIONING",
        "CREATE SEQUENCE numbers",
    )

    found = {one.path[-1]: (one.kind, one.comment) for one in survey(mariadb_database).relations}

    assert found == {"plain": ("table", None), "seen": ("view", None), "parted": ("table", None), "versioned": ("table", None)}


@pytest.mark.parametrize("name", ["a`b", 'a"b', "a b", "a.b", "Großer%_", "it's", "a\\b", "select"])
def test_odd_names_are_names(mariadb_database: Database, name: str) -> None:
    within = "`" + name.replace("`", "``") + "`"
    mariadb_database.execute(f"CREATE TABLE {within} ({within} int)", f"INSERT INTO {within} VALUES (7)")

    (found,) = survey(mariadb_database).relations

    assert found.path == (mariadb_database.name, name)
    assert rows(mariadb_database, name, f'"{name}" = 7' if '"' not in name else None) == [{name: "7"}]


def test_the_include_path_chooses_tables_and_capitals_matter(mariadb_database: Database) -> None:
    mariadb_database.execute(*(f"CREATE TABLE {name} (a int)" for name in ("sales_2024", "sales_2025", "salesX2025", "Sales_2024")))

    chosen = {
        pattern: [one.path[-1] for one in survey(mariadb_database, pattern).relations] for pattern in ("sales_2024", "sales_%", "%X%")
    }

    assert chosen == {"sales_2024": ["sales_2024"], "sales_%": ["sales_2024", "sales_2025"], "%X%": ["salesX2025"]}


def test_only_what_the_user_may_read_is_there_and_the_rest_is_told(mariadb_database: Database) -> None:
    name = mariadb_database.name
    mariadb_database.execute(
        "CREATE TABLE open_one (a int)",
        "CREATE TABLE partly (a int, secret int)",
        "CREATE TABLE written (a int)",
        "CREATE TABLE hidden (a int)",
        "CREATE TABLE base (a int)",
        "CREATE VIEW broken AS SELECT a FROM base",
        "DROP TABLE base",
    )
    who = user(mariadb_database, f"SELECT ON {name}.open_one", f"SELECT (a) ON {name}.partly", f"INSERT ON {name}.written")
    mariadb_database.execute(f"GRANT SELECT ON {name}.broken TO {who}")

    found = survey(mariadb_database, user=who, password=PASSWORD)

    assert [(one.path[-1], [column.name for column in one.columns]) for one in found.relations] == [("open_one", ["a"]), ("partly", ["a"])]
    (broken, why), written = found.denied
    assert broken == f"{name}.broken"
    assert "invalid" in why
    assert written == (f"{name}.written", "SELECT is not granted")


def test_the_servers_own_databases_are_not_listed(mariadb_database: Database) -> None:
    who = user(mariadb_database, f"SELECT ON {mariadb_database.name}.*")

    with session_of(mariadb_database) as all_of_them, session_of(mariadb_database, who, PASSWORD) as own:
        assert mariadb_database.name in all_of_them.databases()
        assert not {"mysql", "information_schema", "performance_schema", "sys"} & set(all_of_them.databases())
        assert own.databases() == [mariadb_database.name]
        assert "MariaDB" in own.version()


# --- nothing is written, nothing is held ---------------------------------------------------------------------


def test_nothing_can_be_written_through_a_session(mariadb_database: Database) -> None:
    mariadb_database.execute(
        "CREATE TABLE t (a int)",
        "CREATE FUNCTION put() RETURNS int BEGIN INSERT INTO t VALUES (1); RETURN 1; END",
        "CREATE VIEW writing AS SELECT put() AS a",
    )

    ((path, why),) = survey(mariadb_database).denied
    assert (path, why) == (f"{mariadb_database.name}.writing", "Cannot execute statement in a READ ONLY transaction")
    with session_of(mariadb_database) as session, pytest.raises(StorageError, match="READ ONLY"):
        list(session.batches(Select((mariadb_database.name, "writing"), (Wanted("a", "int(11)", "int"),))))

    assert mariadb_database.execute("SELECT * FROM t") == []


def test_a_session_that_has_read_a_table_holds_no_lock_of_it(mariadb_database: Database) -> None:
    mariadb_database.execute("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")

    with session_of(mariadb_database) as session:
        list(session.batches(select(relation(mariadb_database, "t"))))
        mariadb_database.execute("SET lock_wait_timeout = 1", "ALTER TABLE t ADD b int")


def test_who_stops_early_does_not_wait_for_the_rest_and_may_ask_again(mariadb_database: Database) -> None:
    mariadb_database.execute("CREATE VIEW endless AS SELECT a.seq FROM seq_1_to_1000000 a, seq_1_to_1000000 b")

    with session_of(mariadb_database) as session:
        started = time.monotonic()
        batches = session.batches(select(relation(mariadb_database, "endless")))
        next(batches)
        batches.close()  # type: ignore[attr-defined]  # a generator
        assert session.databases()
        assert time.monotonic() - started < 5


def test_a_limit_is_the_servers(mariadb_database: Database) -> None:
    mariadb_database.execute("CREATE VIEW many AS SELECT seq FROM seq_1_to_1000000")

    with session_of(mariadb_database) as session:
        assert sum(batch.num_rows for batch in session.batches(select(relation(mariadb_database, "many"), limit=3))) == 3


# --- what goes wrong -----------------------------------------------------------------------------------------


def test_a_wrong_password_is_refused_and_not_repeated(mariadb_database: Database) -> None:
    who = user(mariadb_database, f"SELECT ON {mariadb_database.name}.*")

    with pytest.raises(AccessDenied, match="refuses this user or password") as refused:
        session_of(mariadb_database, who, "hunter2-Pa55")

    assert f"127.0.0.1:{mariadb_database.server.port}/{mariadb_database.name}" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_database_that_is_not_there_or_not_seen_is_told(mariadb_database: Database) -> None:
    who = user(mariadb_database)

    with pytest.raises(ObjectNotFound, match="no such database"):
        session_of(mariadb_database, database="nowhere")
    with pytest.raises(AccessDenied, match="may not see this database"):
        session_of(mariadb_database, who, PASSWORD)


@pytest.mark.parametrize(
    ("host", "what"), [("no-such-host.invalid", "no such host"), ("a..b", "no such host"), ("127.0.0.1", "nothing listens there")]
)
def test_a_server_that_is_not_there_is_told(mariadb_database: Database, host: str, what: str) -> None:
    with pytest.raises(StoreUnavailable, match=what):
        session_of(mariadb_database, host=host, port=1)


@contextmanager
def listener(*messages: bytes) -> Generator[tuple[int, bytearray]]:
    """Listen on a port and say these things, one after each that is heard; yields the port, and what was heard."""
    heard = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            caller, _ = listening.accept()
            with caller:
                for message in messages:
                    caller.sendall(message)
                    heard.extend(caller.recv(4096))

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield listening.getsockname()[1], heard
        thread.join(5)


def packet(number: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "little") + bytes([number]) + body


def greeting(plugin: bytes) -> bytes:
    """Return what a server without TLS says first."""
    capabilities, salt = 0x00AAF7DF & ~0x800, b"a" * 8
    low, high = struct.pack("<H", capabilities & 0xFFFF), struct.pack("<H", capabilities >> 16)
    return packet(
        0, b"\x0a8.0.36\0\1\0\0\0" + salt + b"\0" + low + b"\x2d\2\0" + high + b"\x15" + b"\0" * 10 + b"b" * 12 + b"\0" + plugin + b"\0"
    )


@pytest.mark.parametrize(
    "says",
    [
        b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        packet(0, b""),
        packet(0, b"\x0a8.0"),
        packet(0, b"\xff"),
    ],
)
def test_what_does_not_speak_the_protocol_is_told(mariadb_database: Database, says: bytes) -> None:
    with listener(says) as (port, _), pytest.raises(StoreUnavailable, match="does not speak MySQL's protocol"):
        session_of(mariadb_database, port=port)


def test_a_server_without_tls_does_not_get_a_password_in_the_clear(mariadb_database: Database) -> None:
    switch = packet(2, b"\xfemysql_clear_password\0")
    with listener(greeting(b"mysql_native_password"), switch) as (port, heard), pytest.raises(AccessDenied, match="sslmode=require"):
        session_of(mariadb_database, "ana", "hunter2-Pa55", port=port)

    assert b"ana" in heard
    assert b"hunter2" not in heard


@pytest.mark.slow
def test_a_server_that_says_nothing_is_given_up(mariadb_database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(StoreUnavailable, match="did not answer within"):
        session_of(mariadb_database, port=listening.getsockname()[1])


def test_a_table_or_column_that_is_gone_is_told(mariadb_database: Database) -> None:
    mariadb_database.execute("CREATE TABLE t (a int, b int)")
    asked = select(relation(mariadb_database, "t"))

    with session_of(mariadb_database) as session:
        mariadb_database.execute("ALTER TABLE t DROP b")
        with pytest.raises(ObjectNotFound, match=r"columns is not there \(any more\): crawl again"):
            list(session.batches(asked))
        mariadb_database.execute("DROP TABLE t")
        with pytest.raises(ObjectNotFound, match=rf"{mariadb_database.name}.t: it is not there"):
            list(session.batches(asked))


def test_a_table_that_may_no_longer_be_read_is_told(mariadb_database: Database) -> None:
    mariadb_database.execute("CREATE TABLE t (a int)")
    who = user(mariadb_database, f"INSERT ON {mariadb_database.name}.t")

    with session_of(mariadb_database, who, PASSWORD) as session, pytest.raises(AccessDenied, match="may not read it"):
        list(session.batches(select(relation(mariadb_database, "t"))))


def test_a_statement_that_takes_longer_than_allowed_is_given_up(mariadb_database: Database) -> None:
    mariadb_database.execute("CREATE VIEW slow AS SELECT COUNT(*) AS n FROM seq_1_to_1000000 a, seq_1_to_1000000 b")
    asked = select(relation(mariadb_database, "slow"), seconds=0.3)

    with session_of(mariadb_database) as session:
        started = time.monotonic()
        with pytest.raises(TimedOut, match=f"{mariadb_database.name}.slow: the statement took longer"):
            list(session.batches(asked))
        assert time.monotonic() - started < 5


@pytest.mark.slow
def test_somebody_elses_lock_is_not_waited_for_forever(mariadb_database: Database) -> None:
    mariadb_database.execute("CREATE TABLE t (a int)")
    asked = select(relation(mariadb_database, "t"))
    with mariadb_database.server.connect(mariadb_database.name) as other, other.cursor() as cursor, session_of(mariadb_database) as session:
        cursor.execute("LOCK TABLES t WRITE")
        with pytest.raises(StoreUnavailable, match="somebody else's lock"):
            list(session.batches(asked))


def test_a_connection_that_is_killed_in_the_middle_is_told_and_the_session_recovers(mariadb_database: Database) -> None:
    mariadb_database.execute("CREATE VIEW endless AS SELECT a.seq FROM seq_1_to_1000000 a, seq_1_to_1000000 b")
    with session_of(mariadb_database) as session:
        batches = session.batches(select(relation(mariadb_database, "endless")))
        next(batches)
        users = mariadb_database.execute(
            "SELECT id FROM information_schema.processlist WHERE info LIKE '%endless%' AND id <> connection_id()"
        )
        mariadb_database.execute(*(f"KILL {number}" for (number,) in users))
        with pytest.raises(StoreUnavailable, match=r"endless: (the server has gone away|somebody ended)"):
            list(batches)

        assert session.databases()


# --- TLS -------------------------------------------------------------------------------------------------------


def test_a_certificate_is_checked_where_that_is_asked(mariadb_database: Database) -> None:
    certificate = str(mariadb_database.server.certificate)

    with session_of(mariadb_database, tls="verify-full", root_certificate=certificate) as session:
        assert session.version()
    with session_of(mariadb_database, tls="require") as session:
        assert session.version()
    with pytest.raises(StoreUnavailable, match="certificate is not trusted"):
        session_of(mariadb_database, tls="verify-full")


@pytest.mark.slow
def test_a_server_without_tls_is_talked_to_in_the_open_unless_tls_is_demanded() -> None:
    with mariadb(ssl="0") as server:
        found, _ = parse_address(server.url(""))
        with open_session(found) as session:
            assert session.version()
        with pytest.raises(StoreUnavailable, match="offers no TLS"):
            open_session(replace(found, tls="require"))


# --- from crawl to rows -------------------------------------------------------------------------------------


def test_a_crawl_by_a_mariadb_url_is_of_mariadb_and_follows_what_changes(mariadb_database: Database, catalog: Catalog) -> None:
    mariadb_database.execute("CREATE TABLE Orders (Id int PRIMARY KEY, total decimal(8,2))", "INSERT INTO Orders VALUES (1, 4.10)")
    url, name = mariadb_database.url.replace("mysql:", "mariadb:"), f"{mariadb_database.name}_orders"
    assert gluepot.crawl([url], catalog=catalog).ok

    mariadb_database.execute(
        "ALTER TABLE Orders MODIFY total decimal(12,4), ADD channel enum('web', 'shop')", "INSERT INTO Orders VALUES (2, 5, 'web')"
    )
    (again,) = gluepot.crawl([url], catalog=catalog).tables

    assert again.action == "update"
    assert "column channel string added" in again.changes
    table = catalog.get_table("default", name)
    assert (table.parameters or {})["classification"] == "mariadb"
    assert json.loads((table.parameters or {})["gluepot.primary.key"]) == ["id"]
    found = gluepot.query(catalog, f"SELECT * FROM {name} WHERE id = 2 AND total > 4.5 AND channel = 'web'").read_all().to_pylist()
    assert found == [{"id": 2, "total": Decimal("5.0000"), "channel": "web"}]


def test_a_url_without_a_database_means_all_that_the_user_may_see(mariadb_database: Database, catalog: Catalog, tmp_path: Path) -> None:
    second = f"{mariadb_database.name}_b"
    mariadb_database.execute(
        f"CREATE DATABASE {second}", f"CREATE TABLE {second}.`a.b``c` (x int)", f"INSERT INTO {second}.`a.b``c` VALUES (7)"
    )
    try:
        mariadb_database.execute("CREATE TABLE t (x int)")
        who = user(mariadb_database, f"SELECT ON {mariadb_database.name}.*", f"SELECT ON {second}.*")
        (tmp_path / "password").write_text(PASSWORD)
        server = mariadb_database.server

        report = gluepot.crawl([f"mysql://{who}:file:{tmp_path}/password@{server.host}:{server.port}"], catalog=catalog)

        assert report.ok, report.oddities
        assert {one.table.location for one in report.tables} == {f"{mariadb_database.name}.t", f"{second}.a.b`c"}
        assert gluepot.scan_table(catalog, f"{second}_a_b_c").read_all().to_pylist() == [{"x": 7}]
    finally:
        mariadb_database.execute(f"DROP DATABASE {second}")


def test_a_table_dropped_after_a_crawl_is_told_by_its_name_when_it_is_read(mariadb_database: Database, catalog: Catalog) -> None:
    mariadb_database.execute("CREATE TABLE t (x int)")
    gluepot.crawl([mariadb_database.url], catalog=catalog)
    mariadb_database.execute("DROP TABLE t")

    with pytest.raises(ObjectNotFound, match=rf"{mariadb_database.name}\.t: it is not there"):
        gluepot.scan_table(catalog, f"{mariadb_database.name}_t").read_all()


def test_text_is_filtered_as_sql_has_it_whatever_the_collation(mariadb_database: Database, catalog: Catalog) -> None:
    mariadb_database.execute("CREATE TABLE t (said varchar(20))", "INSERT INTO t VALUES ('Café'), ('CAFE'), ('cafe '), ('cafe'), (NULL)")
    gluepot.crawl([mariadb_database.url], catalog=catalog)
    name = f"{mariadb_database.name}_t"

    def found(where: str) -> list[object]:
        return sorted(row["said"] for row in gluepot.query(catalog, f"SELECT said FROM {name} WHERE {where}").read_all().to_pylist())

    assert found("said = 'cafe'") == ["cafe"]
    assert found("said <> 'cafe'") == ["CAFE", "Café", "cafe "]
    assert found("said >= 'a'") == ["cafe", "cafe "]
    assert found("said LIKE 'caf_'") == ["cafe"]
    assert found("said IN ('CAFE', 'Café')") == ["CAFE", "Café"]
