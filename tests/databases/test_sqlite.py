"""SQLite files: what there is in them, and rows whose values may be anything."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gluepot
from gluepot.catalog.interface import Catalog
from gluepot.crawler.report import CrawlReport
from gluepot.crawler.settings import CrawlSettings
from gluepot.errors import ReadError


def _write(path: Path, *statements: str) -> str:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return f"sqlite:///{path}"


def _crawl(url: str, folder: Path, **settings: Any) -> tuple[CrawlReport, Catalog]:
    catalog = gluepot.open(folder / "catalog.db")
    return gluepot.crawl(url, catalog=catalog, settings=CrawlSettings(**settings)), catalog


def _types(catalog: Catalog, table: str) -> dict[str, str | None]:
    return {column.name: column.type for column in catalog.get_table("default", table).columns}


def test_tables_and_views_are_called_after_the_file(tmp_path: Path) -> None:
    url = _write(
        tmp_path / "crm.db", "CREATE TABLE feedback (id INTEGER PRIMARY KEY)", "CREATE VIEW latest AS SELECT max(id) AS id FROM feedback"
    )

    report, catalog = _crawl(url, tmp_path)

    assert report.ok
    assert [table.name for table in catalog.get_tables("default")] == ["crm_feedback", "crm_latest"]
    assert (catalog.get_table("default", "crm_latest").parameters or {})["typeOfData"] == "view"


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("INTEGER", "bigint"), ("int", "bigint"), ("TINYINT", "bigint"), ("UNSIGNED BIG INT", "bigint"), ("POINT INT", "bigint"),
        ("REAL", "double"), ("DOUBLE PRECISION", "double"), ("FLOAT(24)", "double"),
        ("DECIMAL(12,2)", "decimal(12,2)"), ("NUMERIC( 5 , 0 )", "decimal(5,0)"), ("NUMERIC", "decimal(38,18)"),
        ("BOOLEAN", "boolean"), ("DATE", "date"), ("DATETIME", "timestamp"), ("TIMESTAMP", "timestamp"), ("TIME", "string"),
        ("TEXT", "string"), ("VARCHAR(20)", "string"), ("NATIVE CHARACTER(70)", "string"), ("JSON", "string"), ("MYTEXT", "string"),
        ("BLOB", "binary"), ("TINYBLOB", "binary"), ("", "string"), ("GEOMETRY", "string"),
    ],
)  # fmt: skip
def test_declared_types_have_their_place_in_the_catalog(tmp_path: Path, declared: str, expected: str) -> None:
    url = _write(tmp_path / "t.db", f"CREATE TABLE t (a {declared})")

    report, catalog = _crawl(url, tmp_path)

    assert _types(catalog, "t_t") == {"a": expected}
    assert bool(report.oddities) == (declared == "GEOMETRY")


def test_keys_indexes_defaults_and_estimates_are_kept(tmp_path: Path) -> None:
    url = _write(
        tmp_path / "t.db",
        "CREATE TABLE customers (a INT, b INT, PRIMARY KEY (b, a)) WITHOUT ROWID",
        "CREATE TABLE f (id INTEGER PRIMARY KEY, x INT, y INT NOT NULL DEFAULT 7, FOREIGN KEY (x, y) REFERENCES customers)",
        "CREATE UNIQUE INDEX i ON f (y, x)",
        "INSERT INTO f (id) VALUES (1), (2)",
        "ANALYZE",
    )

    _, catalog = _crawl(url, tmp_path)

    parameters = catalog.get_table("default", "t_f").parameters or {}
    assert parameters["gluepot.primary.key"] == '["id"]'
    assert parameters["gluepot.foreign.keys"] == '[{"columns": ["x", "y"], "table": ["t", "customers"], "references": ["b", "a"]}]'
    assert parameters["gluepot.indexes"] == '[{"name": "i", "columns": ["y", "x"], "unique": true}]'
    assert parameters["recordCount"] == "2"
    assert (catalog.get_table("default", "t_customers").parameters or {})["gluepot.primary.key"] == '["b", "a"]'


def test_values_come_as_the_catalog_types_say(tmp_path: Path) -> None:
    url = _write(
        tmp_path / "t.db",
        "CREATE TABLE t (i INT, r REAL, n DECIMAL(12,2), b BOOLEAN, d DATE, m DATETIME, s TEXT, x BLOB)",
        "INSERT INTO t VALUES (9223372036854775807, 1, 4.1, 1, '2026-02-23', '2026-02-23T08:30:00Z', 'Évora', x'00ff')",
        "INSERT INTO t VALUES (NULL, 2.5, 12, 'false', NULL, '2026-02-23 08:30:00.25', '', NULL)",
    )

    report, catalog = _crawl(url, tmp_path)

    assert report.ok
    assert gluepot.scan_table(catalog, "t_t").read_all().to_pylist() == [
        {"i": 2**63 - 1, "r": 1.0, "n": Decimal("4.10"), "b": True, "d": date(2026, 2, 23), "m": datetime(2026, 2, 23, 8, 30), "s": "Évora", "x": b"\0\xff"},
        {"i": None, "r": 2.5, "n": Decimal("12.00"), "b": False, "d": None, "m": datetime(2026, 2, 23, 8, 30, 0, 250_000), "s": "", "x": None},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "value", "told"),
    [
        ("INT", "'many'", "many"),
        ("DATE", "2461095", "2461095"),
        ("BOOLEAN", "7", "7"),
        ("REAL", "'n/a'", "n/a"),
        ("DECIMAL(4,2)", "123.456", "123.456"),
    ],
)
def test_a_value_that_is_not_what_its_column_declares_is_named_and_null_where_wanted(
    tmp_path: Path, declared: str, value: str, told: str
) -> None:
    url = _write(tmp_path / "t.db", f"CREATE TABLE t (a {declared})", "INSERT INTO t VALUES (NULL)", f"INSERT INTO t VALUES ({value})")

    report, catalog = _crawl(url, tmp_path)

    failure = report.tables[0].verification.failure if report.tables[0].verification else None
    assert failure is not None
    assert (failure.file, failure.line, failure.column, failure.value) == ("t.t", 2, "a", told)
    with pytest.raises(ReadError, match=r"t\.t, row 2, column 'a'"):
        gluepot.scan_table(catalog, "t_t").read_all()
    assert gluepot.scan_table(catalog, "t_t", on_error="null").read_all().to_pylist() == [{"a": None}, {"a": None}]


def test_a_broken_view_is_told_and_the_rest_is_crawled(tmp_path: Path) -> None:
    url = _write(
        tmp_path / "t.db", "CREATE TABLE gone (a)", "CREATE VIEW v AS SELECT a FROM gone", "DROP TABLE gone", "CREATE TABLE t (a INT)"
    )

    report, catalog = _crawl(url, tmp_path)

    assert [table.name for table in catalog.get_tables("default")] == ["t_t"]
    assert any("t.v" in oddity.subject and "gone" in oddity.message for oddity in report.oddities)


def test_the_workings_of_virtual_tables_are_left_out(tmp_path: Path) -> None:
    url = _write(tmp_path / "t.db", "CREATE VIRTUAL TABLE notes USING fts5(title, body)", "INSERT INTO notes VALUES ('a', 'b')")

    report, catalog = _crawl(url, tmp_path)

    assert report.ok
    assert [table.name for table in catalog.get_tables("default")] == ["t_notes"]
    assert gluepot.scan_table(catalog, "t_notes").read_all().to_pylist() == [{"title": "a", "body": "b"}]


def test_generated_columns_and_odd_names_are_read(tmp_path: Path) -> None:
    url = _write(
        tmp_path / "odd.name.db",
        'CREATE TABLE "Ta""b.le ☕" ("Select" INT, "a b" INT AS ("Select" * 2) STORED, "ünï" TEXT)',
        'INSERT INTO "Ta""b.le ☕" VALUES (21, \'é\')',
    )

    report, catalog = _crawl(url, tmp_path)

    assert report.ok
    (table,) = catalog.get_tables("default")
    assert table.name == "odd_name_ta_b_le__"
    assert gluepot.scan_table(catalog, table.name).read_all().to_pylist() == [{"select": 21, "a b": 42, "ünï": "é"}]


def test_added_renamed_and_dropped_columns_are_seen_when_it_is_crawled_again(tmp_path: Path) -> None:
    url = _write(tmp_path / "t.db", "CREATE TABLE t (a INT, b TEXT, c TEXT)")
    _crawl(url, tmp_path)[1].close()
    _write(tmp_path / "t.db", "ALTER TABLE t RENAME b TO note", "ALTER TABLE t DROP c", "ALTER TABLE t ADD d REAL")

    report, _ = _crawl(url, tmp_path)

    assert report.tables[0].changes == (
        "column note string added",
        "column d double added",
        "column b string removed",
        "column c string removed",
        "column b was perhaps renamed to note: it has its place and its type",
    )


def test_a_file_whose_tables_are_all_gone_has_none(tmp_path: Path) -> None:
    url = _write(tmp_path / "t.db", "CREATE TABLE t (a INT)")
    _crawl(url, tmp_path)[1].close()
    _write(tmp_path / "t.db", "DROP TABLE t")

    report, catalog = _crawl(url, tmp_path)

    assert [one.action for one in report.tables] == ["deprecate"]
    assert "DEPRECATED_BY_CRAWLER" in (catalog.get_table("default", "t_t").parameters or {})


def test_what_a_where_needs_is_asked_of_the_file_and_nothing_is_lost(tmp_path: Path) -> None:
    url = _write(
        tmp_path / "t.db",
        "CREATE TABLE t (a INT, loose, d DATE, n DECIMAL(8,2))",
        "INSERT INTO t VALUES (1, 5, '2026-2-3', 4.1), (2, '5', '2026-02-03', 4.10), (3, 'x', '2026-02-04', 9)",
    )
    _, catalog = _crawl(url, tmp_path)

    def found(where: str) -> list[int]:
        return [row["a"] for row in gluepot.query(catalog, f"SELECT a FROM t_t WHERE {where} ORDER BY a").read_all().to_pylist()]

    assert found("loose = '5'") == [1, 2]
    assert found("d = DATE '2026-02-03'") == [1, 2]
    assert found("n = 4.1 AND a > 1") == [2]
    assert found("a BETWEEN 2 AND 3 AND loose IN ('x')") == [3]


def test_an_endless_view_is_not_read_back_and_no_failure(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS i FROM n"
    url = _write(tmp_path / "t.db", f"CREATE VIEW v AS {endless}")

    report, _ = _crawl(url, tmp_path)

    assert report.ok
    assert report.tables[0].verification is not None
    assert report.tables[0].verification.status == "unreadable"
    assert "longer than is allowed" in str(report.tables[0].verification.failure)


@pytest.mark.parametrize(
    ("content", "told"), [(None, "There is no SQLite file"), (b"not a database, but long enough " * 200, "no SQLite database")]
)
def test_what_is_no_sqlite_file_is_told(tmp_path: Path, content: bytes | None, told: str) -> None:
    if content:
        (tmp_path / "x.db").write_bytes(content)

    report, _ = _crawl(f"sqlite:///{tmp_path / 'x.db'}", tmp_path)

    assert not report.ok
    assert told in report.oddities[0].message


def test_a_damaged_file_is_told_and_not_a_traceback(tmp_path: Path) -> None:
    url = _write(tmp_path / "t.db", "CREATE TABLE t (a TEXT)", *(f"INSERT INTO t VALUES ('{'x' * 900}')" for _ in range(40)))
    damaged = bytearray((tmp_path / "t.db").read_bytes())
    damaged[4096 : 4096 * 3] = b"\xff" * 4096 * 2
    (tmp_path / "t.db").write_bytes(damaged)

    report, _ = _crawl(url, tmp_path)

    assert not report.ok


def test_the_file_is_never_written(tmp_path: Path) -> None:
    url = _write(tmp_path / "t.db", "CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)")
    before = (tmp_path / "t.db").read_bytes()

    _crawl(url, tmp_path)

    assert (tmp_path / "t.db").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("t.")) == ["t.db"]


VALUES = st.tuples(
    st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
    st.one_of(st.none(), st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))),
    st.one_of(st.none(), st.floats(allow_nan=False)),
    st.one_of(st.none(), st.binary()),
)


@settings(deadline=None, derandomize=True, database=None)
@given(st.lists(VALUES, min_size=1, max_size=20))
def test_typed_values_come_back_as_they_were_written(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[object, ...]]) -> None:
    folder = tmp_path_factory.mktemp("sqlite")
    url = _write(folder / "t.db", "CREATE TABLE t (i INT, s TEXT, r REAL, x BLOB)")
    with closing(sqlite3.connect(folder / "t.db")) as connection, connection:
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
    report, catalog = _crawl(url, folder, verify="none")

    found = gluepot.scan_table(catalog, "t_t").read_all().to_pylist()

    assert report.ok
    assert [tuple(row.values()) for row in found] == rows
    catalog.close()
