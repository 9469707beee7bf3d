"""PostgreSQL's types, asked of a real server: what each is in the catalog, and that its values come as they are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from database_pot import Pot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gluepot
from database_servers import Database
from gluepot.errors import ReadError


@pytest.fixture
def pot(postgres_database: Database, tmp_path: Path) -> Iterator[Pot]:
    with gluepot.open(tmp_path / "catalog.db") as catalog:
        yield Pot(postgres_database, catalog)


# --- types ----------------------------------------------------------------------------------------------

MIDNIGHT = datetime(1970, 1, 1)
FIRST, LAST = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)
MOMENT = datetime(2026, 11, 7, 12, 30, 15, 250000)

# Native type → the catalog's, a value in SQL, and what is read.
TYPES: Mapping[str, tuple[str, str, Any]] = {
    "smallint": ("smallint", "-32768", -32768),
    "integer": ("int", "2147483647", 2147483647),
    "bigint": ("bigint", "-9223372036854775808", -9223372036854775808),
    "oid": ("bigint", "4294967295", 4294967295),
    "real": ("float", "'1.5'", 1.5),
    "double precision": ("double", "'1.7976931348623157e308'", 1.7976931348623157e308),
    "numeric": ("decimal(38,18)", "12.5", Decimal("12.5")),
    "numeric(12,2)": ("decimal(12,2)", "-9999999999.99", Decimal("-9999999999.99")),
    "numeric(38,0)": ("decimal(38,0)", "9" * 38, Decimal("9" * 38)),
    "numeric(60,10)": ("decimal(38,10)", "1.5", Decimal("1.5")),
    "numeric(5,-3)": ("decimal(8,0)", "12345678", Decimal(12346000)),
    "numeric(3,5)": ("decimal(5,5)", "0.00123", Decimal("0.00123")),
    "money": ("double", "'-92233720368547758.08'", -92233720368547758.08),
    "boolean": ("boolean", "true", True),
    "bit(1)": ("boolean", "B'1'", True),
    "bit(3)": ("string", "B'101'", "101"),
    "bit varying": ("string", "B'10101'", "10101"),
    "bit varying(5)": ("string", "B''", ""),
    "date": ("date", "'2026-11-07'", date(2026, 11, 7)),
    "timestamp without time zone": ("timestamp", "'2026-11-07 12:30:15.25'", MOMENT),
    "timestamp(0) with time zone": ("timestamp", "'2026-11-07 12:30:15+02'", datetime(2026, 11, 7, 10, 30, 15)),
    "timestamp with time zone": ("timestamp", "'2026-11-07 14:30:15.25+02'", MOMENT),
    "time without time zone": ("timestamp", "'09:30:00.000001'", MIDNIGHT + timedelta(hours=9, minutes=30, microseconds=1)),
    "time(3) without time zone": ("timestamp", "'24:00:00'", MIDNIGHT + timedelta(days=1)),
    "time with time zone": ("timestamp", "'09:30:00+02'", MIDNIGHT + timedelta(hours=7, minutes=30)),
    "interval": ("string", "'1 year -2 days 03:04:05.6'", "1 year -2 days +03:04:05.6"),
    "interval year to month": ("string", "'14 months'", "1 year 2 mons"),
    "bytea": ("binary", r"'\x00ff5c'", b"\x00\xff\\"),
    "character(5)": ("string", "'ab'", "ab"),
    "character varying": ("string", "' ab '", " ab "),
    "character varying(7)": ("string", "'é🙂'", "é🙂"),
    "text": ("string", "'a''\"\n\\'", "a'\"\n\\"),
    "bpchar": ("string", "'abc'", "abc"),
    "name": ("string", "'abc'", "abc"),
    '"char"': ("string", "'a'", "a"),
    '"bit"': ("string", "B'101'", "101"),
    "uuid": ("string", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    "json": ("string", "'{\"b\": 1,  \"a\": [null]}'", '{"b": 1,  "a": [null]}'),
    "jsonb": ("string", "'{\"b\": 1,  \"a\": [null]}'", '{"a": [null], "b": 1}'),
    "jsonpath": ("string", "'$.a'", '$."a"'),
    "xml": ("string", "NULL", None),
    "inet": ("string", "'10.0.0.1/8'", "10.0.0.1/8"),
    "cidr": ("string", "'10.0.0.0/8'", "10.0.0.0/8"),
    "macaddr": ("string", "'08002b010203'", "08:00:2b:01:02:03"),
    "macaddr8": ("string", "'08002b0102030405'", "08:00:2b:01:02:03:04:05"),
    "tsvector": ("string", "'a fat cat'", "'a' 'cat' 'fat'"),
    "tsquery": ("string", "'fat & rat'", "'fat' & 'rat'"),
    "point": ("string", "'(1,2)'", "(1,2)"),
    "line": ("string", "'{1,2,3}'", "{1,2,3}"),
    "lseg": ("string", "'[(0,0),(1,1)]'", "[(0,0),(1,1)]"),
    "box": ("string", "'(1,1),(0,0)'", "(1,1),(0,0)"),
    "path": ("string", "'[(0,0),(1,1)]'", "[(0,0),(1,1)]"),
    "polygon": ("string", "'((0,0),(1,1))'", "((0,0),(1,1))"),
    "circle": ("string", "'<(0,0),1>'", "<(0,0),1>"),
    "regclass": ("string", "'pg_class'", "pg_class"),
    "regcollation": ("string", "'\"C\"'", '"C"'),
    "regconfig": ("string", "'english'", "english"),
    "regdictionary": ("string", "'simple'", "simple"),
    "regnamespace": ("string", "'pg_catalog'", "pg_catalog"),
    "regoper": ("string", "'||/'", "||/"),
    "regoperator": ("string", "'+(integer,integer)'", "+(integer,integer)"),
    "regproc": ("string", "'now'", "now"),
    "regprocedure": ("string", "'lower(text)'", "lower(text)"),
    "regrole": ("string", "'postgres'", "postgres"),
    "regtype": ("string", "'int'", "integer"),
    "aclitem": ("string", "'postgres=r/postgres'", "postgres=r/postgres"),
    "cid": ("string", "'7'", "7"),
    "xid": ("string", "'4294967295'", "4294967295"),
    "xid8": ("string", "'18446744073709551615'", "18446744073709551615"),
    "tid": ("string", "'(1,2)'", "(1,2)"),
    "refcursor": ("string", "'c'", "c"),
    "int2vector": ("string", "'1 2'", "1 2"),
    "oidvector": ("string", "'1 2'", "1 2"),
    "pg_lsn": ("string", "'16/B374D848'", "16/B374D848"),
    "pg_snapshot": ("string", "'10:20:10,14'", "10:20:10,14"),
    "txid_snapshot": ("string", "'10:20:10,14'", "10:20:10,14"),
    "gtsvector": ("string", "NULL", None),
    "pg_node_tree": ("string", "NULL", None),
    "pg_ndistinct": ("string", "NULL", None),
    "pg_dependencies": ("string", "NULL", None),
    "pg_mcv_list": ("string", "NULL", None),
    "pg_brin_bloom_summary": ("string", "NULL", None),
    "pg_brin_minmax_multi_summary": ("string", "NULL", None),
    "int4range": ("string", "'[1,5]'", "[1,6)"),
    "int8range": ("string", "'empty'", "empty"),
    "numrange": ("string", "'(1.5,)'", "(1.5,)"),
    "daterange": ("string", "'[2026-01-01,2026-02-01)'", "[2026-01-01,2026-02-01)"),
    "tsrange": ("string", "'[2026-01-01 00:00,]'", '["2026-01-01 00:00:00",)'),
    "tstzrange": ("string", "'[2026-01-01 00:00+02,]'", '["2025-12-31 22:00:00+00",)'),
    "int4multirange": ("string", "'{[1,2),[5,6)}'", "{[1,2),[5,6)}"),
    "int8multirange": ("string", "'{}'", "{}"),
    "nummultirange": ("string", "'{[1,2]}'", "{[1,2]}"),
    "datemultirange": ("string", "'{[2026-01-01,2026-02-01)}'", "{[2026-01-01,2026-02-01)}"),
    "tsmultirange": ("string", "'{}'", "{}"),
    "tstzmultirange": ("string", "'{}'", "{}"),
    # of the user's own
    "public.mood": ("string", "'fine, \"so\"'", 'fine, "so"'),
    "public.address": ("string", "ROW('High St', 5)", '("High St",5)'),
    "public.floats": ("string", "'[1.5,2)'", "[1.5,2)"),
    "public.multifloats": ("string", "'{[1.5,2)}'", "{[1.5,2)}"),
    "public.positive": ("int", "7", 7),
    "public.very_positive": ("int", "8", 8),
    "public.price": ("decimal(12,2)", "1.50", Decimal("1.50")),
    "public.opening": ("timestamp", "'08:00'", MIDNIGHT + timedelta(hours=8)),
    "public.flag": ("boolean", "B'0'", False),
    "public.cash": ("double", "'1.25'", 1.25),
    "public.blob": ("binary", r"'\x00'", b"\0"),
    "public.feeling": ("string", "'fine, \"so\"'", 'fine, "so"'),
    "public.numbers": ("array<int>", "'{1,NULL,3}'", [1, None, 3]),
    "public.matrix": ("array<array<int>>", "'{{1,2},{3,4}}'", [[1, 2], [3, 4]]),
    "public.numbers[]": ("array<string>", "ARRAY['{1,2}'::numbers]", ["{1,2}"]),
    "public.positive[]": ("array<int>", "'{1,2}'", [1, 2]),
    "public.opening[]": ("array<timestamp>", "'{08:00}'", [MIDNIGHT + timedelta(hours=8)]),
    "public.mood[]": ("array<string>", "ARRAY['fine, \"so\"'::mood]", ['fine, "so"']),
    "public.address[]": ("array<string>", "ARRAY[ROW('High St', 5)::address]", ['("High St",5)']),
    # of extensions
    "extra.citext": ("string", "'ABC'", "ABC"),
    "extra.hstore": ("string", "'a=>1'", '"a"=>"1"'),
    "extra.ltree": ("string", "'a.b'", "a.b"),
    "extra.lquery": ("string", "'a.*'", "a.*"),
    "extra.ltxtquery": ("string", "'a & b'", "a & b"),
    "extra.cube": ("string", "'(1,2)'", "(1, 2)"),
    "extra.seg": ("string", "'1 .. 2'", "1 .. 2"),
    "extra.isbn13": ("string", "'978-0-393-04002-9'", "978-0-393-04002-9"),
    "extra.lo": ("bigint", "7", 7),
    "extra.citext[]": ("array<string>", "'{ABC,abc}'", ["ABC", "abc"]),
    # arrays
    "smallint[]": ("array<smallint>", "'{1,NULL}'", [1, None]),
    "integer[]": ("array<int>", "'{}'", []),
    "bigint[]": ("array<bigint>", "'[5:6]={1,-9223372036854775808}'", [1, -9223372036854775808]),
    "real[]": ("array<float>", "'{1.5}'", [1.5]),
    "double precision[]": ("array<double>", "'{0.1,Infinity,-Infinity}'", [0.1, float("inf"), float("-inf")]),
    "numeric(12,2)[]": ("array<decimal(12,2)>", "'{1.5,NULL}'", [Decimal("1.50"), None]),
    "numeric[]": ("array<decimal(38,18)>", "'{1.5}'", [Decimal("1.5")]),
    "boolean[]": ("array<boolean>", "'{t,f,NULL}'", [True, False, None]),
    "bit(1)[]": ("array<boolean>", "'{1,0}'", [True, False]),
    "bit(2)[]": ("array<string>", "'{11,00}'", ["11", "00"]),
    "money[]": ("array<double>", "'{$1.25,-1000}'", [1.25, -1000.0]),
    "date[]": ("array<date>", "'{2026-11-07}'", [date(2026, 11, 7)]),
    "time without time zone[]": (
        "array<timestamp>", "'{09:30,24:00,NULL}'", [MIDNIGHT + timedelta(hours=9.5), MIDNIGHT + timedelta(days=1), None],
    ),
    "time with time zone[]": ("array<timestamp>", "'{09:30+02}'", [MIDNIGHT + timedelta(hours=7.5)]),
    "timestamp without time zone[]": ("array<timestamp>", "'{2026-11-07 12:30:15.25}'", [MOMENT]),
    "timestamp with time zone[]": ("array<timestamp>", "'{2026-11-07 14:30:15.25+02}'", [MOMENT]),
    "bytea[]": ("array<binary>", r"ARRAY['\x00ff'::bytea, '', NULL]", [b"\0\xff", b"", None]),
    "text[]": ("array<string>", "ARRAY['a,\"b\\', 'NULL', NULL, '', E'\\n\\t']", ['a,"b\\', "NULL", None, "", "\n\t"]),
    "character varying(5)[]": ("array<string>", "'{ab}'", ["ab"]),
    "character(5)[]": ("array<string>", "'{ab}'", ["ab"]),
    "uuid[]": ("array<string>", "'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'", ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]),
    "jsonb[]": ("array<string>", "ARRAY['{\"a\": 1}'::jsonb]", ['{"a": 1}']),
    "inet[]": ("array<string>", "'{10.0.0.1,10.0.0.1/8,::1,fe80::/32}'", ["10.0.0.1", "10.0.0.1/8", "::1", "fe80::/32"]),
    "interval[]": ("array<string>", "'{1 day}'", ["1 day"]),
    "oid[]": ("array<bigint>", "'{4294967295}'", [4294967295]),
    "point[]": ("array<string>", "ARRAY['(1,2)'::point]", ["(1,2)"]),
    "int4range[]": ("array<string>", "ARRAY['[1,2)'::int4range]", ["[1,2)"]),
}  # fmt: skip
OWN_TYPES = (
    "CREATE TYPE mood AS ENUM ('fine, \"so\"', 'sad')",
    "CREATE TYPE address AS (street text, number int)",
    "CREATE TYPE floats AS RANGE (subtype = float8, multirange_type_name = multifloats)",
    "CREATE DOMAIN positive AS int NOT NULL CHECK (VALUE > 0)",
    "CREATE DOMAIN very_positive AS positive DEFAULT 5",
    "CREATE DOMAIN price AS numeric(12,2)",
    "CREATE DOMAIN opening AS time",
    "CREATE DOMAIN flag AS bit(1)",
    "CREATE DOMAIN cash AS money",
    "CREATE DOMAIN blob AS bytea",
    "CREATE DOMAIN feeling AS mood",
    "CREATE DOMAIN numbers AS int[]",
    "CREATE DOMAIN matrix AS int[][]",
    "CREATE SCHEMA extra",
    *(f"CREATE EXTENSION {name} SCHEMA extra" for name in ("citext", "hstore", "ltree", "cube", "seg", "isn", "lo")),
)


@pytest.fixture
def typed(pot: Pot) -> Pot:
    """One column of every type, one row with a value in each, and one of nulls."""
    pot.execute(*OWN_TYPES)
    columns = ", ".join(f"c{place} {native}" for place, native in enumerate(TYPES))
    values = ", ".join(value for _, value, _ in TYPES.values())
    pot.execute("SET search_path = public, extra", f"CREATE TABLE t ({columns})", f"INSERT INTO t VALUES ({values})")
    return pot


def test_every_type_of_the_server_has_its_place_in_the_catalog(typed: Pot) -> None:
    report = typed.crawl(verify="none")

    assert dict(zip(TYPES, typed.types("t").values(), strict=True)) == {native: hive for native, (hive, _, _) in TYPES.items()}
    raw = [(column.parameters or {})["aws:RawType"] for column in typed.table("t").columns]
    assert raw == list(TYPES)
    assert report.oddities == ()


def test_values_of_every_type_come_as_they_are(typed: Pot) -> None:
    typed.crawl(verify="none")

    (row,) = typed.rows()

    assert dict(zip(TYPES, row.values(), strict=True)) == {native: value for native, (_, _, value) in TYPES.items()}


def test_no_type_that_a_column_may_have_is_without_a_rule(pot: Pot) -> None:
    found = pot.execute(
        "SELECT format_type(oid, NULL) FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typrelid = 0"
    )
    names = sorted(name for (name,) in found if not name.removesuffix("[]").startswith("pg_") and name.removesuffix("[]") != "cstring")
    pot.execute(f"CREATE TABLE t ({', '.join(f'c{place} {name}' for place, name in enumerate(names))})")

    report = pot.crawl(verify="none")

    assert len(names) > 140
    assert report.oddities == ()
    for name, column in zip(names, pot.table("t").columns, strict=True):
        assert ((column.type or "").startswith("array<")) == name.endswith("[]")


def test_an_unknown_type_is_string_and_told(pot: Pot) -> None:
    pot.execute(
        "CREATE TYPE odd",
        "CREATE FUNCTION odd_in(cstring) RETURNS odd LANGUAGE internal IMMUTABLE STRICT AS 'textin'",
        "CREATE FUNCTION odd_out(odd) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'",
        "CREATE TYPE odd (INPUT = odd_in, OUTPUT = odd_out, LIKE = text)",
        "CREATE TABLE t (a odd, b odd[], c int)",
        "INSERT INTO t VALUES ('x', '{y}', 1)",
    )

    report = pot.crawl()

    assert pot.types("t") == {"a": "string", "b": "array<string>", "c": "int"}
    assert [oddity.message for oddity in report.oddities] == [
        "column a of type public.odd, which has no place in the catalog: it is string",
        "column b of type public.odd[], which has no place in the catalog: its elements are string",
    ]
    assert pot.rows() == [{"a": "x", "b": ["y"], "c": 1}]


@pytest.mark.parametrize("schema", ["money", "extra"])
def test_a_type_that_is_only_called_like_a_known_one_is_not_taken_for_it(pot: Pot, schema: str) -> None:
    pot.execute(
        f"CREATE SCHEMA {schema}", f"CREATE TYPE {schema}.money AS ENUM ('little', 'much')", f"CREATE TABLE t (a {schema}.money, b money)"
    )

    pot.crawl(verify="none")

    assert pot.types("t") == {"a": "string", "b": "double"}


def test_addresses_come_as_the_server_prints_them(pot: Pot) -> None:
    assert pot.values("inet", "'10.0.0.1'", "'10.0.0.1/32'", "'10.0.0.0/8'", "'::1'", "'fe80::/32'", "NULL") == [
        "10.0.0.1", "10.0.0.1", "10.0.0.0/8", "::1", "fe80::/32", None,
    ]  # fmt: skip


# --- values ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("native", "literals", "values"),
    [
        ("smallint", ("-32768", "32767", "NULL"), [-32768, 32767, None]),
        ("real", ("'3.4028235e38'", "'-1e-45'", "'Infinity'"), [3.4028234663852886e38, -1.401298464324817e-45, float("inf")]),
        ("double precision", ("'5e-324'", "'-Infinity'", "'0.1'"), [5e-324, float("-inf"), 0.1]),
        ("numeric(38,18)", ("-12345678901234567890.123456789012345678", "0"), [Decimal("-12345678901234567890.123456789012345678"), 0]),
        ("numeric", ("1e19", "1.500000000000000000000000000000", "1e-18"), [Decimal("1e19"), Decimal("1.5"), Decimal("1e-18")]),
        ("numeric(38,38)", ("0.12345678901234567890123456789012345678",), [Decimal("0.12345678901234567890123456789012345678")]),
        ("numeric(2,-3)", ("99000", "-1499"), [99000, -1000]),
        ("date", ("'0001-01-01'", "'9999-12-31'"), [date(1, 1, 1), date(9999, 12, 31)]),
        ("timestamp", ("'0001-01-01'", "'9999-12-31 23:59:59.999999'"), [FIRST, LAST]),
        ("timestamptz", ("'0001-01-01 00:00+00'", "'9999-12-31 23:59:59.999999+00'"), [FIRST, LAST]),
        ("time", ("'00:00'", "'23:59:59.999999'"), [MIDNIGHT, MIDNIGHT + timedelta(days=1, microseconds=-1)]),
        ("bytea", ("''", "decode(repeat('00ff', 5000), 'hex')"), [b"", b"\0\xff" * 5000]),
        ("char(4)", ("'a'", "'ab  '", "' a'", "''"), ["a", "ab", " a", ""]),
        ("text", ("''", "repeat('é', 100000)", "E'\\n\\r\\t\\x01'"), ["", "é" * 100000, "\n\r\t\x01"]),
        ("int[][]", ("'{{1,2},{3,4}}'", "'{}'", "'{{NULL},{5}}'"), [[[1, 2], [3, 4]], [], [[None], [5]]]),
        ("text[]", ("'{}'", "'{\"\"}'", "NULL"), [[], [""], None]),
    ],
)  # fmt: skip
def test_the_extremes_of_a_type_come_exactly(pot: Pot, native: str, literals: tuple[str, ...], values: list[Any]) -> None:
    assert pot.values(native, *literals) == values


@pytest.mark.parametrize(
    ("native", "fits", "does_not", "told"),
    [
        ("numeric", "1", "'NaN'", "NaN"),
        ("numeric", "1", "'Infinity'", "Infinity"),
        ("numeric", "1", "1e20", "100000000000000000000"),
        ("numeric", "1", "0.1234567890123456789", "0.1234567890123456789"),
        ("numeric(50,2)", "1", "1e40", "1000000000"),
        ("numeric[]", "'{1}'", "'{1,NaN}'", "NaN"),
        ("date", "'2026-01-01'", "'infinity'", "infinite"),
        ("date", "'2026-01-01'", "'-infinity'", "infinite"),
        ("date", "'2026-01-01'", "'0044-03-15 BC'", "years 1 to 9999"),
        ("date", "'2026-01-01'", "'5874897-12-31'", "years 1 to 9999"),
        ("timestamp", "'2026-01-01'", "'infinity'", "infinite"),
        ("timestamp", "'2026-01-01'", "'-infinity'", "infinite"),
        ("timestamp", "'2026-01-01'", "'0001-12-31 23:59 BC'", "years 1 to 9999"),
        ("timestamp", "'2026-01-01'", "'294276-12-31'", "years 1 to 9999"),
        ("timestamptz", "'2026-01-01'", "'infinity'", "infinite"),
        ("timestamptz", "'2026-01-01'", "'9999-12-31 23:00-02'", "years 1 to 9999"),
        ("date[]", "'{2026-01-01}'", "'{infinity}'", "infinity"),
        ("timestamp[]", "'{2026-01-01}'", "'{0044-03-15 BC}'", "0044-03-15"),
        ("timestamp[]", "'{2026-01-01}'", "'{12026-01-01}'", "12026"),
        ("int[]", "'{1}'", "'{{1}}'", "1"),
        ("int[][]", "'{{1}}'", "'{1}'", "1"),
    ],
)  # fmt: skip
def test_a_value_that_no_catalog_type_holds_is_named_or_null(pot: Pot, native: str, fits: str, does_not: str, told: str) -> None:
    with pytest.raises(ReadError) as raised:
        pot.values(native, "NULL", fits, does_not)

    message = str(raised.value)
    assert f"{pot.database.name}.public.t" in message
    assert "row 3" in message
    assert "x" in message
    assert told in message
    assert [row["x"] is None for row in pot.rows(on_error="null")] == [True, False, True]


def test_money_is_read_whatever_the_server_calls_its_currency(pot: Pot) -> None:
    pot.execute(f"ALTER DATABASE {pot.database.name} SET lc_monetary = 'C.utf8'")

    assert pot.values("money", "'1234.56'", "'-0.01'") == [1234.56, -0.01]


def test_settings_of_the_database_do_not_change_what_is_read(pot: Pot) -> None:
    name = pot.database.name
    for setting, value in {
        "TimeZone": "Asia/Kathmandu", "DateStyle": "SQL, DMY", "IntervalStyle": "iso_8601", "bytea_output": "escape",
        "extra_float_digits": "-10", "client_encoding": "LATIN1",
    }.items():  # fmt: skip
        pot.execute(f"ALTER DATABASE {name} SET {setting} = '{value}'")
    pot.execute(
        "CREATE TABLE t (a timestamptz, b timestamptz[], c interval, d bytea[], e double precision[], f text)",
        r"INSERT INTO t SELECT '2026-11-07 12:00+00', '{2026-11-07 12:00+00}', '1 day', ARRAY['\x00ff'::bytea], '{0.1}', chr(233) || chr(8364)",
    )

    pot.crawl()

    noon = datetime(2026, 11, 7, 12)
    assert pot.rows() == [{"a": noon, "b": [noon], "c": "1 day", "d": [b"\0\xff"], "e": [0.1], "f": "é€"}]


def test_text_of_a_database_in_another_encoding_comes_as_unicode(pot: Pot) -> None:
    name = f"{pot.database.name}_latin"
    server = pot.database.server
    server.execute("", f"CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0")
    try:
        latin = Pot(Database(server, name), pot.catalog)
        latin.execute('CREATE TABLE t ("größe" text)', "INSERT INTO t VALUES ('é')")
        latin.crawl()
        assert latin.rows() == [{"größe": "é"}]
    finally:
        server.execute("", f"DROP DATABASE {name} WITH (FORCE)")


ROWS = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1),
        st.decimals(Decimal("-9999999999.99"), Decimal("9999999999.99"), places=2),
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC) | st.just(timezone(timedelta(hours=5, minutes=45)))),
        st.binary(),
        st.booleans() | st.none(),
        st.dates(),
        st.lists(st.integers(-(2**31), 2**31 - 1) | st.none()),
    ),
    max_size=20,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_what_is_written_is_what_is_read(pot: Pot, rows: list[tuple[Any, ...]]) -> None:
    if not pot.execute("SELECT 1 FROM pg_class WHERE relname = 't'"):
        pot.execute("CREATE TABLE t (n int, a int8, b numeric(12,2), c text, d timestamptz, e bytea, f bool, g date, h int[])")
        pot.crawl()
    with psycopg.connect(pot.database.url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE t")
        cursor.executemany("INSERT INTO t VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)", [(n, *row) for n, row in enumerate(rows)])

    found = sorted(pot.rows(), key=lambda row: row["n"])

    expected = [(n, a, b, c, d.astimezone(UTC).replace(tzinfo=None), *rest) for n, (a, b, c, d, *rest) in enumerate(rows)]
    assert [tuple(row.values()) for row in found] == expected
