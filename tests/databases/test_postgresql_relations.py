"""What there is in a PostgreSQL database: which relations are tables, under which names, with which keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from database_pot import Pot

import gluepot
from database_servers import Database, DatabaseServer

LONG = "x" * 61 + "é"  # 63 bytes, the most
NAMES = (
    "plain", "Upper", "with space", "dot.ted", 'quo"ted', "it's", "per%cent", "under_score", "back\\slash", "emoji🙂", "größe", "select",
    "a/b", "semi;colon", "$dollar", "line\nfeed", "1digit", "{brace}", LONG,
)  # fmt: skip


@pytest.fixture
def pot(postgres_database: Database, tmp_path: Path) -> Iterator[Pot]:
    with gluepot.open(tmp_path / "catalog.db") as catalog:
        yield Pot(postgres_database, catalog)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def test_every_kind_of_relation_is_one_table(pot: Pot) -> None:
    pot.execute(
        "CREATE TABLE plain (a int)", "CREATE UNLOGGED TABLE unlogged (a int)", "CREATE VIEW v AS SELECT 1 AS a",
        "CREATE MATERIALIZED VIEW m AS SELECT 2 AS a", "CREATE TABLE parent (a int)", "CREATE TABLE child (b int) INHERITS (parent)",
        "CREATE TABLE parted (a int, b int, PRIMARY KEY (a, b)) PARTITION BY RANGE (a)",
        "CREATE TABLE part1 PARTITION OF parted FOR VALUES FROM (0) TO (10) PARTITION BY LIST (b)",
        "CREATE TABLE part11 PARTITION OF part1 FOR VALUES IN (1, 2)", "CREATE INDEX on_b ON parted (b)", "INSERT INTO parted VALUES (1, 1), (2, 2)",
        "CREATE TEMPORARY TABLE temporary (a int)", "CREATE SEQUENCE s", "CREATE TYPE pair AS (a int, b int)", "CREATE INDEX i ON plain (a)",
        "INSERT INTO parent VALUES (1)", "INSERT INTO child VALUES (2, 2)",
    )  # fmt: skip

    reports = pot.reports(pot.crawl())

    assert {name.removeprefix("public."): one.action for name, one in reports.items()} == dict.fromkeys(
        ("plain", "unlogged", "v", "m", "parent", "child", "parted"), "create"
    )
    assert [pot.parameters(name)["typeOfData"] for name in ("plain", "v", "m", "parted")] == ["table", "view", "view", "table"]
    assert pot.parameters("m")["gluepot.kind"] == "materialized view"
    assert json.loads(pot.parameters("parted")["gluepot.primary.key"]) == ["a", "b"]
    assert json.loads(pot.parameters("parted")["gluepot.indexes"]) == [{"name": "on_b", "columns": ["b"], "unique": False}]
    assert sorted(row["b"] for row in pot.rows("parted")) == [1, 2]
    assert sorted(row["a"] for row in pot.rows("parent")) == [1, 2]
    assert pot.rows("child") == [{"a": 2, "b": 2}]
    assert pot.rows("m") == [{"a": 2}]


def test_a_foreign_table_is_read_through_its_server(pot: Pot, postgres_server: DatabaseServer) -> None:
    where = f"host '127.0.0.1', port '{postgres_server.port}', dbname '{pot.database.name}'"
    pot.execute(
        "CREATE TABLE here (a int, b text)", "INSERT INTO here VALUES (1, 'x')", "CREATE EXTENSION postgres_fdw",
        f"CREATE SERVER me FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({where})", "CREATE USER MAPPING FOR postgres SERVER me OPTIONS (user 'postgres')",
        "CREATE FOREIGN TABLE there (a int, b text) SERVER me OPTIONS (table_name 'here')",
        "CREATE FOREIGN TABLE broken (a int) SERVER me OPTIONS (table_name 'nowhere')",
    )  # fmt: skip

    reports = pot.reports(pot.crawl())

    assert pot.parameters("there")["gluepot.kind"] == "foreign table"
    assert pot.rows("there") == [{"a": 1, "b": "x"}]
    assert reports["public.broken"].verification.status == "failed"  # type: ignore[union-attr]  # it was tried


def test_a_table_without_columns_is_a_table_without_columns(pot: Pot) -> None:
    pot.execute("CREATE TABLE bare ()", "CREATE TABLE emptied (a int)", "ALTER TABLE emptied DROP a", "CREATE TABLE t (a int)")

    reports = pot.reports(pot.crawl())

    assert set(reports) == {"public.bare", "public.emptied", "public.t"}
    assert pot.types("bare") == {}
    assert all(one.action == "unchanged" for one in pot.crawl().tables)


def test_columns_are_those_that_are_left_with_what_makes_their_values(pot: Pot) -> None:
    pot.execute(
        "CREATE TABLE t (gone int, id bigint GENERATED ALWAYS AS IDENTITY, a int DEFAULT 1 + 1, b int GENERATED ALWAYS AS (a * 2) STORED, n serial)",
        "ALTER TABLE t DROP gone",
        "INSERT INTO t DEFAULT VALUES",
    )

    pot.crawl()

    columns = {column.name: dict(column.parameters or {}) for column in pot.table("t").columns}
    assert list(columns) == ["id", "a", "b", "n"]
    assert columns["id"]["gluepot.default"] == "identity"
    assert columns["a"]["gluepot.default"] == "(1 + 1)"
    assert columns["b"]["gluepot.default"] == "generated as (a * 2)"
    assert columns["n"]["gluepot.default"] == "nextval('public.t_n_seq'::regclass)"
    assert pot.rows() == [{"id": 1, "a": 2, "b": 4, "n": 1}]


def test_keys_over_several_columns_and_schemas_are_kept_in_their_order(pot: Pot) -> None:
    pot.execute(
        'CREATE SCHEMA "Other"', 'CREATE TABLE "Other"."Target" (x int, "Y" int, PRIMARY KEY ("Y", x))',
        'CREATE TABLE t (a int, b int, FOREIGN KEY (b, a) REFERENCES "Other"."Target" ("Y", x))',
        "CREATE TABLE parted (a int PRIMARY KEY) PARTITION BY RANGE (a)", "CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (9)",
        "CREATE TABLE refers (a int REFERENCES parted)",
        f'ALTER DATABASE {pot.database.name} SET search_path = "Other", public',
    )  # fmt: skip

    pot.crawl()

    assert json.loads(pot.parameters("Target", "Other")["gluepot.primary.key"]) == ["y", "x"]
    assert json.loads(pot.parameters("t")["gluepot.foreign.keys"]) == [
        {"columns": ["b", "a"], "table": [pot.database.name, "Other", "Target"], "references": ["Y", "x"]}
    ]
    assert len(json.loads(pot.parameters("refers")["gluepot.foreign.keys"])) == 1


def test_an_index_names_its_columns_and_is_unique_only_over_all_rows(pot: Pot) -> None:
    pot.execute(
        'CREATE TABLE t (a int, "Sp aced" text, c text)', 'CREATE UNIQUE INDEX i1 ON t ("Sp aced" DESC, a)', "CREATE INDEX i2 ON t (lower(c), a)",
        "CREATE UNIQUE INDEX i3 ON t (a) WHERE a > 0", "CREATE UNIQUE INDEX i4 ON t (a) INCLUDE (c)", "CREATE INDEX i5 ON t USING hash (c)",
    )  # fmt: skip

    pot.crawl()

    assert json.loads(pot.parameters("t")["gluepot.indexes"]) == [
        {"name": "i1", "columns": ["sp aced", "a"], "unique": True},
        {"name": "i2", "columns": ["lower(c)", "a"], "unique": False},
        {"name": "i3", "columns": ["a"], "unique": False},
        {"name": "i4", "columns": ["a"], "unique": True},
        {"name": "i5", "columns": ["c"], "unique": False},
    ]


def test_comments_are_cut_at_255_bytes_and_not_within_a_character(pot: Pot) -> None:
    pot.execute(
        "CREATE TABLE t (a int)", f"COMMENT ON TABLE t IS '{'é' * 200}'", f"COMMENT ON COLUMN t.a IS 'x{'🙂' * 100}'",
        "CREATE VIEW v AS SELECT 1 AS a", "COMMENT ON VIEW v IS 'seen'",
    )  # fmt: skip

    pot.crawl()

    assert pot.parameters("t")["aws:RawTableComment"] == "é" * 127
    (column,) = pot.table("t").columns
    assert (column.parameters or {})["aws:RawColumnComment"] == "x" + "🙂" * 63
    assert pot.parameters("v")["aws:RawTableComment"] == "seen"


def test_rows_are_estimated_once_they_were_counted(pot: Pot) -> None:
    pot.execute(
        "CREATE TABLE t AS SELECT generate_series(1, 50) AS a", "CREATE TABLE parted (a int) PARTITION BY RANGE (a)",
        "CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (99)", "INSERT INTO parted SELECT generate_series(1, 20)",
    )  # fmt: skip

    pot.crawl(verify="none")
    before = [pot.parameters(name).get("recordCount") for name in ("t", "parted")]
    pot.execute("ANALYZE t, parted")
    pot.crawl(verify="none")

    assert before == [None, None]
    assert [pot.parameters(name).get("recordCount") for name in ("t", "parted")] == ["50", "20"]


def test_any_name_of_a_schema_table_or_column_is_found_and_read(pot: Pot) -> None:
    for number, name in enumerate(NAMES):
        columns = ", ".join(f"{_quoted(column)} int" for column in NAMES)
        pot.execute(f"CREATE SCHEMA {_quoted(name)}", f"CREATE TABLE {_quoted(name)}.{_quoted(name)} ({columns})")
        pot.execute(f"INSERT INTO {_quoted(name)}.{_quoted(name)} VALUES ({', '.join([str(number)] * len(NAMES))})")

    report = pot.crawl()

    assert report.ok
    assert len(report.tables) == len(NAMES)
    for one in report.tables:
        (row,) = gluepot.scan_table(pot.catalog, one.table.name).read_all().to_pylist()
        assert len(row) == len(NAMES)
        (value,) = set(row.values())
        assert one.table.location == f"{pot.database.name}.{NAMES[value]}.{NAMES[value]}"
        column = next(column.name for column in one.table.columns if column.name != "plain")
        chosen = gluepot.scan_table(pot.catalog, one.table.name, columns=[column], where=f"`{column}` = {value}").read_all()
        assert chosen.num_rows == 1
    assert {one.action for one in pot.crawl().tables} == {"unchanged"}


def test_any_name_of_a_database_is_found_and_read(pot: Pot) -> None:
    server = pot.database.server
    name = pot.database.name + " A.b\"cd é'\\/🙂"
    server.execute("", f"CREATE DATABASE {_quoted(name)}")
    try:
        odd = Pot(Database(server, name), pot.catalog)
        odd.execute("CREATE TABLE t (a int)", "INSERT INTO t VALUES (7)")
        alone = odd.crawl()
        everything = odd.crawl(odd.database.server.url(""))
        assert [one.table.location for one in alone.tables] == [f"{name}.public.t"]
        assert f"{name}.public.t" in {one.table.location for one in everything.tables}
        assert gluepot.scan_table(pot.catalog, alone.tables[0].table.name).read_all().to_pylist() == [{"a": 7}]
    finally:
        server.execute("", f"DROP DATABASE {_quoted(name)} WITH (FORCE)")


def test_columns_whose_names_fold_alike_are_columns_of_their_own(pot: Pot) -> None:
    pot.execute('CREATE TABLE t (a int, "A" int, "a " int)', "INSERT INTO t VALUES (1, 2, 3)")

    pot.crawl()

    (row,) = pot.rows()
    assert list(row.values()) == [1, 2, 3]
    assert len({name.lower() for name in row}) == 3
    second = list(row)[1]
    assert pot.rows(where=f"`{second}` = 2", columns=[second]) == [{second: 2}]
