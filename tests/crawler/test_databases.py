"""Tables in databases beside files in one catalog: what is crawled, how it is kept, and what becomes of it when crawled again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import gluepot
from database_servers import Database
from gluepot.catalog.interface import Catalog
from gluepot.catalog.model import Connection
from gluepot.catalog.pins import Pin
from gluepot.crawler.report import CrawlReport, Progress, TableReport
from gluepot.errors import EntityNotFound

Crawl = Callable[..., CrawlReport]
Write = Callable[[dict[str, str | bytes]], Path]

SHOP = (
    "CREATE TABLE customers (id int PRIMARY KEY, \"fullName\" text NOT NULL DEFAULT 'nobody')",
    "CREATE TABLE feedback (id bigint PRIMARY KEY, customer_id int REFERENCES customers, rating smallint, amount numeric(12,2), said text)",
    "COMMENT ON TABLE feedback IS 'what guests say'",
    "COMMENT ON COLUMN feedback.rating IS '1 to 5'",
    "CREATE INDEX by_customer ON feedback (customer_id, rating)",
    "INSERT INTO customers VALUES (1001, 'Ana'), (1002, 'Rui')",
    "INSERT INTO feedback VALUES (1, 1001, 5, 4.10, 'lovely'), (2, 1002, 2, 3.60, NULL)",
)


@pytest.fixture
def shop(postgres_database: Database) -> Database:
    postgres_database.execute(*SHOP)
    return postgres_database


def _tables(report: CrawlReport) -> dict[str, TableReport]:
    return {one.table.name: one for one in report.tables}


def _parameters(catalog: Catalog, name: str) -> dict[str, str]:
    return dict(catalog.get_table("default", name).parameters or {})


def test_a_database_table_has_glues_name_location_and_parameters(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url)

    table = catalog.get_table("default", f"{shop.name}_public_feedback")
    assert table.location == f"{shop.name}.public.feedback"
    assert table.table_type == "EXTERNAL_TABLE"
    assert table.partition_keys == ()
    assert table.storage is not None
    assert (table.storage.compressed, table.storage.number_of_buckets, table.storage.input_format) == (False, -1, None)
    assert table.storage.serde is not None
    assert table.storage.serde.to_api() == {"Parameters": {}}
    assert table.storage.parameters == {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": "gluepot",
        "classification": "postgresql",
        "compressionType": "none",
        "connectionName": f"postgresql-127.0.0.1-{shop.server.port}",
        "typeOfData": "table",
    }


def test_columns_keep_native_types_comments_and_what_glue_drops(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url)

    columns = {column.name: column for column in catalog.get_table("default", f"{shop.name}_public_feedback").columns}
    assert [(name, column.type) for name, column in columns.items()] == [
        ("id", "bigint"),
        ("customer_id", "int"),
        ("rating", "smallint"),
        ("amount", "decimal(12,2)"),
        ("said", "string"),
    ]
    assert columns["amount"].parameters == {"aws:RawType": "numeric(12,2)"}
    assert columns["rating"].parameters == {"aws:RawType": "smallint", "aws:RawColumnComment": "1 to 5"}
    assert columns["id"].parameters == {"aws:RawType": "bigint", "gluepot.nullable": "false"}
    named = catalog.get_table("default", f"{shop.name}_public_customers").columns[1]
    assert named.parameters == {
        "aws:RawType": "text",
        "gluepot.name": "fullName",
        "gluepot.nullable": "false",
        "gluepot.default": "'nobody'::text",
    }


def test_keys_indexes_and_the_tables_comment_are_kept_beside(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url)

    found = _parameters(catalog, f"{shop.name}_public_feedback")
    assert found["aws:RawTableComment"] == "what guests say"
    assert json.loads(found["gluepot.primary.key"]) == ["id"]
    assert json.loads(found["gluepot.foreign.keys"]) == [
        {"columns": ["customer_id"], "table": [shop.name, "public", "customers"], "references": ["id"]}
    ]
    assert json.loads(found["gluepot.indexes"]) == [{"name": "by_customer", "columns": ["customer_id", "rating"], "unique": False}]


def test_inferring_as_glue_keeps_only_what_glue_keeps(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url, inference="glue")

    table = catalog.get_table("default", f"{shop.name}_public_feedback")
    assert not [name for name in table.parameters or {} if name.startswith("gluepot.")]
    assert not [name for column in table.columns for name in column.parameters or {} if name.startswith("gluepot.")]


def test_tables_are_read_back_and_profiled(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    report = _tables(crawl(shop.url))[f"{shop.name}_public_feedback"]

    assert report.verification is not None
    assert (report.verification.status, report.verification.complete, report.verification.rows) == ("verified", True, 2)
    (statistics,) = catalog.get_column_statistics("default", f"{shop.name}_public_feedback", ["rating"])
    assert statistics.data is not None
    assert statistics.data["LongColumnStatisticsData"]["MaximumValue"] == 5


def test_files_and_database_tables_are_joined_in_one_query(crawl: Crawl, catalog: Catalog, shop: Database, lake: Write) -> None:
    folder = lake({"sales/a.csv": "customer_id,amount\n1001,4.10\n1001,2.20\n1002,3.60\n"})
    report = crawl(folder, shop.url)
    assert report.ok
    sql = f"""SELECT "fullname", sum(s.amount) AS spent, max(rating) AS rating
        FROM sales s JOIN {shop.name}_public_feedback f USING (customer_id) JOIN {shop.name}_public_customers c ON c.id = customer_id
        GROUP BY 1 ORDER BY 1"""

    rows = gluepot.query(catalog, sql).read_all().to_pylist()

    assert [(row["fullname"], round(float(row["spent"]), 2), row["rating"]) for row in rows] == [("Ana", 6.3, 5), ("Rui", 3.6, 2)]


def test_a_second_crawl_of_the_same_changes_nothing(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url)

    report = crawl(shop.url)

    assert {one.action for one in report.tables} == {"unchanged"}
    assert [one.name for one in catalog.get_connections()] == [f"postgresql-127.0.0.1-{shop.server.port}"]


def test_added_retyped_and_dropped_columns_are_updated_and_told(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url)
    shop.execute(
        "ALTER TABLE feedback ALTER rating TYPE int", "ALTER TABLE feedback DROP said", "ALTER TABLE feedback ADD channel varchar(10)"
    )

    report = _tables(crawl(shop.url))[f"{shop.name}_public_feedback"]

    assert report.action == "update"
    assert report.changes == (
        "column channel string added",
        "column rating: smallint → int",
        "column said string removed",
        "column rating, aws:RawType: smallint → integer",
    )
    assert [column.name for column in catalog.get_table("default", report.table.name).columns][-1] == "channel"
    assert len(list(catalog.get_table_versions("default", report.table.name))) == 2


def test_a_renamed_column_is_hinted_at(crawl: Crawl, shop: Database) -> None:
    crawl(shop.url)
    shop.execute("ALTER TABLE feedback RENAME said TO remark")

    report = _tables(crawl(shop.url))[f"{shop.name}_public_feedback"]

    assert "column said was perhaps renamed to remark: it has its place and its type" in report.changes


def test_a_native_type_that_changes_within_one_catalog_type_is_kept_up_to_date(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url)
    shop.execute("ALTER TABLE feedback ALTER said TYPE varchar(80)")

    crawl(shop.url)

    (said,) = [column for column in catalog.get_table("default", f"{shop.name}_public_feedback").columns if column.name == "said"]
    assert (said.parameters or {})["aws:RawType"] == "character varying(80)"


@pytest.mark.parametrize(
    ("behavior", "action", "left"),
    [("DEPRECATE_IN_DATABASE", "deprecate", True), ("DELETE_FROM_DATABASE", "delete", False), ("LOG", "unchanged", True)],
)
def test_a_dropped_table_goes_as_the_delete_behavior_says(
    crawl: Crawl, catalog: Catalog, shop: Database, behavior: str, action: str, left: bool
) -> None:
    crawl(shop.url)
    shop.execute("DROP TABLE feedback")

    report = _tables(crawl(shop.url, delete_behavior=behavior))[f"{shop.name}_public_feedback"]

    assert report.action == action
    assert "nothing is left of it" in report.changes[0]
    names = [table.name for table in catalog.get_tables("default")]
    assert (f"{shop.name}_public_feedback" in names) == left
    if behavior == "DEPRECATE_IN_DATABASE":
        assert "DEPRECATED_BY_CRAWLER" in _parameters(catalog, f"{shop.name}_public_feedback")


def test_with_update_behavior_log_a_changed_table_is_left_and_told(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url)
    shop.execute("ALTER TABLE feedback ADD channel text", "CREATE TABLE fresh (a int)")

    reports = _tables(crawl(shop.url, update_behavior="LOG"))

    assert reports[f"{shop.name}_public_feedback"].action == "unchanged"
    assert reports[f"{shop.name}_public_feedback"].changes == ("left as it was: column channel string added",)
    assert "channel" not in [column.name for column in catalog.get_table("default", f"{shop.name}_public_feedback").columns]
    assert reports[f"{shop.name}_public_fresh"].action == "create"


def test_tables_outside_the_include_path_are_neither_crawled_nor_deprecated(crawl: Crawl, shop: Database) -> None:
    shop.execute("CREATE SCHEMA hr", "CREATE TABLE hr.feedback (a int)")
    crawl(shop.url)

    report = crawl(f"{shop.url}/hr/%")

    assert list(_tables(report)) == [f"{shop.name}_hr_feedback"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", {"hr_a_b", "hr_sales_2025", "public_customers", "public_feedback", "public_sales_2026"}),
        ("/%", {"hr_a_b", "hr_sales_2025", "public_customers", "public_feedback", "public_sales_2026"}),
        ("/public", {"public_customers", "public_feedback", "public_sales_2026"}),
        ("/%/sales%", {"hr_sales_2025", "public_sales_2026"}),
        ("/hr/a_b", {"hr_a_b"}),
        ("/HR/%", set[str]()),
    ],
)
def test_the_include_path_chooses_schemas_and_tables(crawl: Crawl, shop: Database, path: str, expected: set[str]) -> None:
    shop.execute("CREATE SCHEMA hr", "CREATE TABLE hr.sales_2025 (a int)", "CREATE TABLE sales_2026 (a int)", "CREATE TABLE hr.a_b (a int)")

    report = crawl(f"{shop.url}{path}")

    assert {name.removeprefix(f"{shop.name}_") for name in _tables(report)} == expected


def test_exclude_globs_match_below_the_include_path(crawl: Crawl, shop: Database) -> None:
    shop.execute("CREATE SCHEMA hr", "CREATE TABLE hr.feedback (a int)")

    whole = crawl(shop.url, exclude=("public/feed*",))
    schema = crawl(f"{shop.url}/public/%", exclude=("feed*",))

    assert {name.removeprefix(f"{shop.name}_") for name in _tables(whole)} == {"public_customers", "hr_feedback"}
    assert [(oddity.severity, oddity.message) for oddity in whole.oddities] == [("note", "excluded: 1 table left out")]
    assert schema.tables[0].table.name == f"{shop.name}_public_customers"


def test_what_is_no_database_is_told_and_the_other_targets_are_crawled(crawl: Crawl, shop: Database, lake: Write) -> None:
    folder = lake({"sales/a.csv": "a,b\n1,2\n"})

    report = crawl(shop.url.replace(shop.name, "no_such_database"), folder, "postgresql://127.0.0.1:1/shop", shop.url)

    assert not report.ok
    assert [oddity.severity for oddity in report.oddities if "no_such_database" in oddity.message] == ["error"]
    assert [oddity.severity for oddity in report.oddities if "nothing listens there" in oddity.message] == ["error"]
    assert {"sales", f"{shop.name}_public_feedback"} <= set(_tables(report))


def test_a_server_that_cannot_be_reached_leaves_its_known_tables_alone(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url)
    shop.server.execute("postgres", f'ALTER DATABASE "{shop.name}" ALLOW_CONNECTIONS false')

    report = crawl(shop.url)

    assert not report.ok
    assert report.tables == ()
    assert "DEPRECATED_BY_CRAWLER" not in _parameters(catalog, f"{shop.name}_public_feedback")


def test_a_dry_run_writes_neither_tables_nor_a_connection(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    report = crawl(shop.url, dry_run=True)

    assert {one.action for one in report.tables} == {"create"}
    assert list(catalog.get_connections()) == []
    assert list(catalog.get_tables("default")) == []


def test_a_connection_is_a_target_by_its_name(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(f"{shop.url}/public/customers")
    name = f"postgresql-127.0.0.1-{shop.server.port}"

    all_of_it = crawl(name)
    one = crawl(f"{name}/{shop.name}/public/feedback")

    assert len(all_of_it.tables) == 2
    assert list(_tables(one)) == [f"{shop.name}_public_feedback"]


def test_connections_that_lead_elsewhere_or_nowhere_are_no_hindrance(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    catalog.create_connection(Connection("vpc", connection_type="NETWORK", properties={}))
    catalog.create_connection(Connection("old", connection_type="JDBC", properties={"JDBC_CONNECTION_URL": "jdbc:db2://h/shop"}))

    assert len(crawl(shop.url).tables) == 2


def test_a_url_finds_the_connection_of_its_server_and_user_which_knows_the_password(
    crawl: Crawl, catalog: Catalog, shop: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.execute(f"CREATE ROLE reader_{shop.name} LOGIN PASSWORD 'hush'", f"GRANT SELECT ON feedback TO reader_{shop.name}")
    monkeypatch.setenv("SHOP_PASSWORD", "hush")
    crawl(shop.url_of(f"reader_{shop.name}", "env:SHOP_PASSWORD"))

    report = crawl(shop.url_of(f"reader_{shop.name}"))

    shop.execute(f"DROP OWNED BY reader_{shop.name}", f"DROP ROLE reader_{shop.name}")
    assert report.ok
    assert [one.action for one in report.tables] == ["unchanged"]
    assert len(list(catalog.get_connections())) == 1


def test_a_table_whose_connection_is_gone_says_what_to_do(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url)
    (connection,) = catalog.get_connections()
    catalog.delete_connection(connection.name)

    with pytest.raises(EntityNotFound, match=f"crawl connections add {connection.name}"):
        gluepot.scan_table(catalog, f"{shop.name}_public_feedback").read_all()


def test_a_url_without_a_database_means_every_database_of_the_server(crawl: Crawl, shop: Database) -> None:
    report = crawl(shop.url.rpartition("/")[0])

    assert f"{shop.name}_public_feedback" in _tables(report)
    assert report.databases >= 2


def test_two_relations_whose_names_fold_alike_are_two_tables(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    shop.execute(
        'CREATE TABLE "Feedback" (a int)',
        'CREATE SCHEMA "a.b"',
        'CREATE TABLE "a.b"."c""d é" (x int)',
        'INSERT INTO "a.b"."c""d é" VALUES (7)',
    )

    first = crawl(shop.url)
    again = crawl(shop.url)

    assert len(_tables(first)) == 4
    assert {one.action for one in again.tables} == {"unchanged"}
    assert gluepot.scan_table(catalog, f"default.{shop.name}_a_b_c_d__").read_all().to_pylist() == [{"x": 7}]


def test_a_pinned_type_and_name_hold_and_the_rows_come_so(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url)
    table = f"{shop.name}_public_feedback"
    catalog.put_pin(Pin("default", table, "rating", "type", "string"))
    catalog.put_pin(Pin("default", table, "said", "name", "remark"))

    report = crawl(shop.url)

    assert report.ok
    rows = gluepot.scan_table(catalog, table, columns=["rating", "remark"], where="id = 1").read_all().to_pylist()
    assert rows == [{"rating": "5", "remark": "lovely"}]


def test_what_users_gave_a_table_survives(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url)
    table = catalog.get_table("default", f"{shop.name}_public_feedback")
    catalog.update_table("default", replace(table, description="guests", parameters={**(table.parameters or {}), "team": "cafe"}))
    shop.execute("ALTER TABLE feedback ADD channel text")

    crawl(shop.url)

    after = catalog.get_table("default", table.name)
    assert (after.description, (after.parameters or {})["team"]) == ("guests", "cafe")
    assert [column.name for column in after.columns][-1] == "channel"


def test_targets_of_one_crawl_that_lead_to_different_files_are_different_connections(
    crawl: Crawl, catalog: Catalog, tmp_path: Path
) -> None:
    for folder, column in (("a", "x"), ("b", "y")):
        (tmp_path / folder).mkdir()
        with closing(sqlite3.connect(tmp_path / folder / "shop.db")) as connection:
            connection.execute(f"CREATE TABLE orders ({column} int)")
    targets = [f"sqlite:///{tmp_path}/{folder}/shop.db" for folder in ("a", "b", "a")]

    preview = crawl(*targets, dry_run=True)
    report = crawl(*targets)

    assert len(preview.tables) == len(report.tables) == 2
    assert {one.name for one in catalog.get_connections()} == {"sqlite-shop.db", "sqlite-shop.db-2"}
    assert {table.columns[0].name for table in catalog.get_tables("default")} == {"x", "y"}
    assert {table.action for table in crawl(*targets).tables} == {"unchanged"}


def test_tables_whose_names_with_dots_read_alike_are_two_tables_in_every_crawl(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    shop.execute('CREATE SCHEMA "a.b"', "CREATE SCHEMA a", 'CREATE TABLE "a.b".c (x int)', 'CREATE TABLE a."b.c" (y int)')
    first = {name: one.table.columns[0].name for name, one in _tables(crawl(shop.url)).items() if "_a_b_c" in name}

    again = _tables(crawl(shop.url))

    assert sorted(first.values()) == ["x", "y"]
    assert {name: one.table.columns[0].name for name, one in again.items() if "_a_b_c" in name} == first
    assert {one.action for one in again.values()} == {"unchanged"}


def test_a_connection_that_another_crawl_makes_meanwhile_is_used(crawl: Crawl, catalog: Catalog, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.execute("CREATE TABLE orders (x int)")
    target = f"sqlite:///{tmp_path}/shop.db"
    meanwhile: list[CrawlReport] = []

    def another(progress: Progress) -> None:
        if progress.stage == "writing" and not meanwhile:
            meanwhile.append(crawl(target))

    report = gluepot.crawl([target], catalog=catalog, on_progress=another)

    assert [table.action for one in (*meanwhile, report) for table in one.tables] == ["create", "unchanged"]
    assert [one.name for one in catalog.get_connections()] == ["sqlite-shop.db"]


def test_a_table_that_is_dropped_during_the_crawl_is_told_and_the_rest_is_kept(catalog: Catalog, shop: Database) -> None:
    def drop(progress: Progress) -> None:
        if (progress.stage, progress.verified) == ("verifying", 1):
            shop.execute("DROP TABLE feedback")

    report = gluepot.crawl(shop.url, catalog=catalog, on_progress=drop)

    found = {name.removeprefix(f"{shop.name}_"): one.verification for name, one in _tables(report).items()}
    assert not report.ok
    assert found["public_customers"] is not None
    assert found["public_customers"].status == "verified"
    assert found["public_feedback"] is not None
    assert "not there (any more)" in str(found["public_feedback"].failure)
    assert len(list(catalog.get_tables("default"))) == 2


def test_a_table_whose_names_somebody_has_damaged_hinders_no_crawl(crawl: Crawl, catalog: Catalog, shop: Database) -> None:
    crawl(shop.url)
    table = catalog.get_table("default", f"{shop.name}_public_feedback")
    catalog.update_table("default", replace(table, parameters={**(table.parameters or {}), "gluepot.path": "{"}))

    report = crawl(shop.url)

    assert report.ok
    assert len(report.tables) == 2
