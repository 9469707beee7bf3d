"""Which objects share a table, where a table that took them all could not be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gluepot
from gluepot.catalog.interface import Catalog
from gluepot.crawler.report import CrawlReport

SALES = "id,amount\n1,2.5\n2,3.5\n"
NAMED = "id,name,amount\n1,x,2.5\n2,y,3.5\n"

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., CrawlReport]


def rows(catalog: Catalog, table: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = gluepot.scan_table(catalog, table).read_all().to_pylist()
    return found


def test_text_files_of_two_column_orders_in_one_partition_are_two_tables(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    files: dict[str, str | bytes] = {f"sales/y=2023/d={day}/a.csv": SALES if day < 5 else NAMED for day in range(9)}
    mixed: dict[str, str | bytes] = {"sales/y=2024/d=1/a.csv": SALES, "sales/y=2024/d=1/b.csv": NAMED}

    report = crawl(lake(files | mixed), verify="full")

    assert report.ok
    assert {found.table.name: len(rows(catalog, found.table.name)) for found in report.tables} == {"sales": 12, "sales_csv": 10}


def test_files_in_two_encodings_that_say_nothing_of_it_are_read_back_as_written(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    wide = "id,name\n3,é\n4,ü\n".encode
    report = crawl(
        lake({"t/d=1/a.csv": "id,name\n1,é\n2,ü\n", "t/d=2/a.csv": wide("utf-16-le"), "t/d=3/a.csv": wide("utf-16")}), verify="full"
    )

    assert report.ok
    assert {row["name"] for found in report.tables for row in rows(catalog, found.table.name)} == {"é", "ü"}


def test_two_encodings_in_one_folder_are_told_apart(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    report = crawl(lake({"t/a.csv": SALES, "t/b.csv": SALES.encode("utf-16")}), verify="full")

    assert report.ok
    assert sum(len(rows(catalog, found.table.name)) for found in report.tables) == 4


def test_folders_that_give_the_same_partition_values_are_told(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"s/k=a b/a.csv": SALES, "s/k=a%20b/a.csv": SALES, "s/K=c/a.csv": SALES}), verify="full")

    told = [oddity for oddity in report.oddities if oddity.subject.endswith("/s/k=a%20b/")]
    assert [oddity.severity for oddity in told] == ["error"]
    assert "same partition as file://s/k=a b/" in told[0].message.replace(f"{report.targets[0]}/", "")
    assert not report.ok


def test_as_in_glue_a_file_of_a_partition_is_no_table_of_its_own_beside(lake: Write, crawl: Crawl) -> None:
    files: dict[str, str | bytes] = {f"s/d={day}/a.csv": SALES for day in range(9)}

    report = crawl(lake(files | {"s/d=5/odd.json": '{"x": 1}\n'}), verify="full", inference="glue")

    assert {found.table.name: found.objects for found in report.tables} == {"s": 9, "odd_json": 1}


def test_tables_of_one_place_that_look_alike_are_all_kept(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    report = crawl(lake({"s/d=1/a.csv": "# of x\n# by y\n" + SALES, "s/d=2/b.csv": SALES}), verify="full")

    assert report.ok
    assert sum(len(rows(catalog, found.table.name)) for found in report.tables) == 4


def test_each_file_has_its_own_preamble_whatever_its_siblings_begin_with(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    many = "id,amount\n" + "".join(f"{n},{n}.5\n" for n in range(20))
    files: dict[str, str | bytes] = {"s/a.csv": "# of x\n# by y\n" + many, "s/b.csv": many, "s/c.csv": "\n\n" + many, "s/d.csv": many}

    report = crawl(lake(files), verify="full")

    assert report.ok
    assert {column.name for found in report.tables for column in found.table.columns} == {"id", "amount"}
    assert sum(len(rows(catalog, found.table.name)) for found in report.tables) == 80


ORDERS, CUSTOMERS = "id,amount\n1,2.5\n", "id,name,city\n1,Ann,Oslo\n"


def keys(report: CrawlReport) -> dict[str, tuple[str, list[str]]]:
    root = f"file://{report.targets[0]}/"
    return {
        found.table.name: ((found.table.location or "").removeprefix(root), [key.name for key in found.table.partition_keys or ()])
        for found in report.tables
    }


def test_tables_that_recur_below_each_date_are_one_table_each(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    files: dict[str, str | bytes] = {f"exports/2024-01-0{day}/orders/a.csv": ORDERS for day in (1, 2, 3)}
    files |= {f"exports/2024-01-0{day}/customers/a.csv": CUSTOMERS for day in (1, 3)}

    report = crawl(lake(files), verify="full")

    assert report.ok
    assert keys(report) == {name: ("exports/", ["partition_0", "partition_1"]) for name in ("orders", "customers")}
    assert [len(rows(catalog, name)) for name in ("orders", "customers")] == [3, 2]


def test_tables_of_one_place_keep_their_names_when_another_comes_before_them(lake: Write, crawl: Crawl) -> None:
    files: dict[str, str | bytes] = {f"exports/2024-01-0{day}/orders/a.csv": ORDERS for day in (1, 2)}
    first = crawl(lake(files))
    files |= {f"exports/2024-01-0{day}/customers/{part}.csv": CUSTOMERS for day in (1, 2) for part in "ab"}

    second, third = crawl(lake(files)), crawl(lake(files))

    assert [found.table.name for found in first.tables] == ["orders"]
    assert {found.table.name: found.action for found in second.tables} == {"orders": "unchanged", "customers": "create"}
    assert {found.action for found in third.tables} == {"unchanged"}


def test_tables_below_a_key_have_it_from_the_first_value_on(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"e/tenant=a/orders/a.csv": ORDERS, "e/tenant=a/customers/a.csv": CUSTOMERS}))

    assert keys(report) == {name: ("e/", ["tenant", "partition_1"]) for name in ("orders", "customers")}


def test_tables_below_a_single_number_are_where_they_lie(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"e/2024/orders/a.csv": ORDERS, "e/2024/customers/a.csv": CUSTOMERS}))

    assert keys(report) == {name: (f"e/2024/{name}/", []) for name in ("orders", "customers")}


def test_one_year_a_folder_is_one_table(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"e/sales_2023/a.csv": ORDERS, "e/sales_2024/a.csv": "id,amount,note\n1,2.5,x\n"}))

    assert keys(report) == {"e": ("e/", ["partition_0"])}
