"""A WHERE gives the same rows wherever it is judged, and PostgreSQL is sent what it can judge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from database_pot import Pot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gluepot
from database_servers import Database
from gluepot.errors import InvalidInput

LITERALS = {
    "n": ("0", "3", "-7", "2147483648", "-9999999999999999", "2.5"),
    "b": ("0", "9223372036854775807", "99999999999999999999", "-1"),
    "d": ("1.5", "0", "-2.25", "1.999", "10000000000000.5"),
    "u": ("1.5", "0.000000000000000001", "2"),
    "t": ("'abc'", "'ABC'", "'a%c'", "'a_c'", "'a\\c'", "'it''s'", "''", "'é'", "'abc '"),
    "ci": ("'abc'", "'ABC'", "''"),
    "ch": ("'abc'", "'abc  '", "''"),
    "e": ("'low'", "'high'", "'nothing'"),
    "id": ("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'no uuid'"),
    "da": ("'2026-01-01'", "DATE '2026-06-01'", "'1999-12-31'"),
    "ts": ("'2026-01-01 12:00:00'", "TIMESTAMP '2026-01-01 12:00:00.5'", "'1970-01-01'"),
    "tz": ("'2026-01-01 12:00:00'", "TIMESTAMP '2026-01-01 10:00:00'"),
    "ti": ("'1970-01-01 08:00:00'", "TIMESTAMP '1970-01-01 23:59:59'"),
    "bo": ("true", "false"),
    "dom": ("3", "-7", "99999999999"),
}  # fmt: skip
PATTERNS = ("'a%'", "'%c'", "'a_c'", "'%\\%'", "'a\\%c'", "''", "'%'", "'A%'", "'é'")
TEXTS = ("t", "ci", "ch", "e", "id")
ROWS = (
    "(1, 3, 0, 1.5, 1.5, 'abc', 'abc', 'abc', 'low', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2026-01-01', '2026-01-01 12:00', '2026-01-01 12:00+00', '08:00', true, 3)",
    "(2, -7, 9223372036854775807, -2.25, 0.000000000000000001, 'ABC', 'ABC', 'ABC', 'high', NULL, '2026-06-01', '2026-01-01 12:00:00.5', '2026-01-01 12:00+02', '23:59:59', false, -7)",
    r"(3, 0, -1, 0, 2, 'a\c', 'Abc', 'abc  ', 'low', gen_random_uuid(), '1999-12-31', '1970-01-01', '2026-01-01 00:00+00', '24:00', NULL, 0)",
    r"(4, 2147483647, 1, 9999999999.99, 2.000000000000000001, 'a%c', '', '', 'high', NULL, '0001-01-01', '9999-12-31', '1970-01-01 00:00+00', '00:00', true, 1)",
    "(5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    "(6, 2, 2, 2, 2, 'it''s', 'é', 'é', 'low', NULL, '2026-01-02', '2026-01-02', '2026-01-02', '12:00', false, 2)",
    "(7, 3, 3, 2, 0, '', 'É', 'a', 'low', NULL, '2026-01-02', '2026-01-02', '2026-01-02', '12:00', false, 2)",
    "(8, 3, 3, 2, 0, 'abc ', 'É', 'a', 'low', NULL, '2026-01-02', '2026-01-02', '2026-01-02', '12:00', false, 2)",
)
TABLE = (
    "CREATE EXTENSION citext", "CREATE TYPE level AS ENUM ('low', 'high')", "CREATE DOMAIN whole AS int",
    ("CREATE TABLE t (row int, n int, b bigint, d numeric(12,2), u numeric, t text, ci citext, ch char(5), e level, id uuid, da date, ts timestamp,"
    " tz timestamptz, ti time, bo bool, dom whole)"),
    f"INSERT INTO t VALUES {', '.join(ROWS)}",
)  # fmt: skip


@st.composite
def _predicate(draw: st.DrawFn) -> str:
    column = draw(st.sampled_from(list(LITERALS)))
    literal = st.sampled_from(LITERALS[column])
    forms = ["compare", "compare", "mirrored", "in", "between", "null"] + ["like"] * (column in TEXTS)
    form = draw(st.sampled_from(forms))
    negation = draw(st.sampled_from(["", "NOT "]))
    operator = draw(st.sampled_from(["=", "<>", "<", "<=", ">", ">="]))
    if form == "compare":
        return f"{column} {operator} {draw(literal)}"
    if form == "mirrored":
        return f"{draw(literal)} {operator} {column}"
    if form == "in":
        return f"{column} {negation}IN ({', '.join(draw(st.lists(literal, min_size=1, max_size=3)))})"
    if form == "between":
        return f"{column} {negation}BETWEEN {draw(literal)} AND {draw(literal)}"
    if form == "like":
        return f"{column} {negation}LIKE {draw(st.sampled_from(PATTERNS))}"
    return f"{column} IS {negation}NULL"


CONDITIONS = st.recursive(
    _predicate(),
    lambda inner: (
        st.builds("({} AND {})".format, inner, inner) | st.builds("({} OR {})".format, inner, inner) | st.builds("NOT ({})".format, inner)
    ),
    max_leaves=4,
)


@pytest.fixture
def pot(postgres_database: Database, tmp_path: Path) -> Iterator[Pot]:
    with gluepot.open(tmp_path / "catalog.db") as catalog:
        yield Pot(postgres_database, catalog)


@pytest.fixture
def judged(pot: Pot) -> Pot:
    pot.execute(*TABLE)
    pot.crawl(verify="none")
    return pot


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CONDITIONS)
def test_a_where_gives_the_rows_that_duckdb_finds_among_all(judged: Pot, condition: str) -> None:
    everything = gluepot.scan_table(judged.catalog, judged.table("t").name).read_all()
    with duckdb.connect() as connection:
        connection.register("everything", everything)
        try:
            expected = connection.execute(f"SELECT row FROM everything AS t WHERE {condition} ORDER BY row").fetchall()
        except duckdb.Error:  # 'no date' = a date, or a literal that no integer holds
            return

    found = gluepot.query(judged.catalog, f"SELECT row FROM {judged.table('t').name} AS t WHERE {condition} ORDER BY row").read_all()

    assert [(row["row"],) for row in found.to_pylist()] == expected


SENT = (
        "n < 5", "5 > n", "n IN (1, 2)", "n BETWEEN 1 AND 4", "n < 5 AND said LIKE '%'", "(n = 1 OR n = 2)", "day < '2026-01-05'", "day <= DATE '2026-01-04'",
        "moment < '2026-01-05 00:00:00'", "price < 5", "said = 'number 3'", "said LIKE 'number 3%'", "said IN ('number 1', 'number 2')", "whole < 5",
    )  # fmt: skip


def test_the_server_is_sent_what_it_can_judge(pot: Pot) -> None:
    pot.execute(
        "CREATE DOMAIN whole AS int",
        "CREATE TABLE t AS SELECT n, n::whole AS whole, 'number ' || n AS said, date '2026-01-01' + n - 1 AS day, timestamptz '2026-01-01 00:00+00' + (n - 1) * interval '1 day' AS moment,"
        " n::numeric(9,2) AS price FROM generate_series(1, 9) n",
        "CREATE VIEW v AS SELECT *, 1 / (n - 5) AS touchy FROM t",  # fails where the fifth row is read
    )
    pot.crawl(verify="none")

    for condition in SENT:
        found = gluepot.query(pot.catalog, f"SELECT n, touchy FROM {pot.table('v').name} WHERE {condition}").read_all()
        assert 0 < found.num_rows < 5, condition


def test_a_limit_and_columns_are_the_servers_too(pot: Pot) -> None:
    pot.execute("CREATE VIEW v AS SELECT n, 1 / (n - 5) AS touchy FROM generate_series(1, 9) n")
    pot.crawl(verify="none")

    assert [row["touchy"] for row in pot.rows("v", limit=4)] == [0, 0, 0, -1]
    assert len(pot.rows("v", columns=["n"])) == 9


CHOSEN = (
        ("n = 3", [1, 7, 8]), ("n < 99999999999999999999", [1, 2, 3, 4, 6, 7, 8]), ("n IS NULL", [5]), ("n NOT IN (3, 2)", [2, 3, 4]),
        (r"t = 'a\c'", [3]), (r"t LIKE 'a\c'", [3]), (r"t LIKE 'a\%'", [3]), ("t LIKE 'a%c'", [1, 3, 4]), ("t NOT LIKE '%c'", [2, 6, 7, 8]),
        ("t = 'it''s'", [6]), ("ci = 'abc'", [1]), ("e = 'high'", [2, 4]), ("ch = 'abc'", [1, 3]), ("d BETWEEN -3 AND 1.5", [1, 2, 3]),
        ("da < '2026-01-01'", [3, 4]), ("tz = '2026-01-01 10:00:00'", [2]), ("ti = '1970-01-02 00:00:00'", [3]), ("bo = 'true'", [1, 4]), ("dom > 1", [1, 6, 7, 8]),
    )  # fmt: skip


def test_an_expression_chooses_rows(judged: Pot) -> None:
    for where, rows in CHOSEN:
        assert sorted(row["row"] for row in judged.rows(where=where, columns=["row"])) == rows, where


@pytest.mark.parametrize("where", ["n = 'x'", "nowhere = 1", "n BETWEEN 1 AND 'b'"])
def test_an_expression_that_makes_no_sense_is_refused(judged: Pot, where: str) -> None:
    with pytest.raises(InvalidInput):
        judged.rows(where=where)


def test_text_of_a_collation_that_takes_unlike_texts_for_equal_is_compared(pot: Pot) -> None:
    if not pot.execute("SELECT 1 FROM pg_collation WHERE collprovider = 'i' AND collname = 'und-x-icu'"):
        pytest.skip("this server was built without ICU")
    pot.execute(
        "CREATE COLLATION anycase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
        "CREATE TABLE t (a text COLLATE anycase)",
        "INSERT INTO t VALUES ('abc'), ('ABC'), ('b')",
    )
    pot.crawl(verify="none")
    name = pot.table("t").name

    for condition in ("a = 'abc'", "a LIKE 'a%'", "a IN ('abc')"):
        assert gluepot.query(pot.catalog, f"SELECT a FROM {name} WHERE {condition}").read_all().to_pylist() == [{"a": "abc"}]
