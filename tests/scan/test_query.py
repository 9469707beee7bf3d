"""SQL over catalog tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gluepot.errors import GluepotError, InvalidInput, ReadError
from gluepot.scan.analysis import analyse

if TYPE_CHECKING:
    from .conftest import Lake

COMMA = {"field.delim": ","}


@pytest.fixture
def shop(lake: Lake) -> Lake:
    lake.write("sales/day=1/a", "1,10,coffee\n2,20,tea\n")
    lake.write("sales/day=2/a", "3,10,coffee\n")
    lake.write("people/a", "10,Ann\n20,Bob\n")
    lake.table(
        "text", {"id": "int", "who": "int", "what": "string"}, name="sales", location="sales/", serde_parameters=COMMA, keys={"day": "int"}
    )
    lake.partition(["1"], "sales/day=1/", table="sales")
    lake.partition(["2"], "sales/day=2/", table="sales")
    lake.table("text", {"id": "int", "name": "string"}, name="people", location="people/", serde_parameters=COMMA)
    return lake


def needs(lake: Lake, sql: str) -> dict[str, tuple[tuple[str, ...], str | None]]:
    found = analyse(lake.catalog, sql, "default", "duckdb")
    return {source.table.name: (source.columns, source.where) for source in found.sources}


def test_tables_are_joined_grouped_and_ordered(shop: Lake) -> None:
    sql = "select name, count(*) as n from sales join default.people p on p.id = who group by name order by name"

    assert shop.query(sql) == [{"name": "Ann", "n": 2}, {"name": "Bob", "n": 1}]


def test_one_table_may_be_read_twice(shop: Lake) -> None:
    assert shop.query("select count(*) as n from sales a, SALES b where a.who = b.who") == [{"n": 5}]


def test_a_cte_hides_a_table_of_its_name(shop: Lake) -> None:
    assert shop.query("with people as (select 1 as one) select * from people") == [{"one": 1}]


def test_a_cte_may_read_the_table_whose_name_it_takes(shop: Lake) -> None:
    assert shop.query("with people as (select name from default.people where id = 10) select * from people") == [{"name": "Ann"}]


def test_columns_may_be_qualified_by_table_and_database(shop: Lake) -> None:
    assert shop.query("select people.name, default.people.id from default.people where people.id = 20") == [{"name": "Bob", "id": 20}]


def test_only_needed_columns_are_read(shop: Lake) -> None:
    assert needs(shop, "select s.what from sales s join people p on s.who = p.id") == {
        "sales": (("who", "what"), None),
        "people": (("id",), None),
    }


@pytest.mark.parametrize("sql", ["select * from people", "select p from people p", "select columns('n.*') from people"])
def test_all_columns_are_read_where_it_cannot_be_told_which(shop: Lake, sql: str) -> None:
    assert needs(shop, sql) == {"people": (("id", "name"), None)}


def test_counting_rows_reads_one_column(shop: Lake) -> None:
    assert needs(shop, "select count(*) from sales") == {"sales": (("id",), None)}


@pytest.mark.parametrize(
    ("condition", "expression"),
    [
        ("day = 1", "`day` = 1"),
        ("2 > day and id = 3", "`day` < 2"),
        ("day in (1, 2)", "`day` IN (1, 2)"),
        ("day not in (1)", "`day` NOT IN (1)"),
        ("day between 1 and 2", "`day` BETWEEN 1 AND 2"),
        ("(day = 1 or day = 2)", "(`day` = 1 OR `day` = 2)"),
        ("day = 1 or id = 1", None),
        ("day + 1 = 2", None),
        ("day is null", None),
        ("day = id", None),
        ("day = 1.5", None),
        ("not (day = 1)", None),
    ],
)
def test_predicates_on_partition_keys_prune_partitions_where_glue_means_the_same(
    shop: Lake, condition: str, expression: str | None
) -> None:
    assert needs(shop, f"select id from sales where {condition}")["sales"][1] == expression
    every = [row["id"] for row in shop.query("select id, day from sales order by id") if row]
    kept = {row["id"] for row in shop.query(f"select id from sales where {condition}")}
    assert kept <= set(every)


def test_a_bad_file_of_a_pruned_partition_is_never_opened(shop: Lake) -> None:
    shop.write("sales/day=2/a", "bad,bad,bad\n")

    assert shop.query("select sum(id) as s from sales where day = 1") == [{"s": 3}]


@pytest.mark.parametrize("condition", ["kind not like 'a%'", "not kind like 'a%'", "not (kind not like 'b%')"])
def test_a_partition_that_is_not_like_a_pattern_is_kept(lake: Lake, condition: str) -> None:
    lake.table("text", {"id": "int"}, keys={"kind": "string"})
    for number, kind in enumerate(("ab", "ba")):
        lake.write(f"kind={kind}/a", f"{number}\n")
        lake.partition([kind], f"kind={kind}/")

    assert lake.query(f"select id from t where {condition}") == [{"id": 1}]


def test_a_null_partition_does_not_stop_a_pruned_query(shop: Lake) -> None:
    shop.write("sales/none/a", "9,10,x\n")
    shop.partition(["__HIVE_DEFAULT_PARTITION__"], "sales/none/", table="sales")

    assert shop.query("select id from sales where day = 2") == [{"id": 3}]
    assert shop.query("select id from sales where day is null") == [{"id": 9}]


def test_athena_s_functions_are_understood_too(shop: Lake) -> None:
    assert shop.query("select date_format(date '2024-03-01', '%Y-%m') as month, element_at(array[1, 2], 2) as x") == [
        {"month": "2024-03", "x": 2}
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "drop table sales",
        "select 1; select 2",
        "copy (select 1) to '/tmp/x'",
        "insert into people values (1, 'x')",
        "set threads = 1",
        "attach '/tmp/x.db'",
        "",
        "select from where",
    ],
)
def test_only_one_select_is_run(shop: Lake, sql: str) -> None:
    with pytest.raises(InvalidInput):
        shop.query(sql)


@pytest.mark.parametrize(
    "source", ["'/etc/passwd'", "read_csv('/etc/passwd')", "read_text('/etc/passwd')", "glob('/etc/*')", "'https://example.com/a.csv'"]
)
def test_sql_reaches_no_file_and_no_network(shop: Lake, source: str) -> None:
    with pytest.raises(GluepotError):
        shop.query(f"select * from {source}")


def test_an_unknown_table_is_told_with_the_nearest(shop: Lake) -> None:
    with pytest.raises(InvalidInput, match=r"no table poeple in database default\. Did you mean people\?"):
        shop.query("select * from poeple")


def test_an_unknown_database_is_told_with_those_that_exist(shop: Lake) -> None:
    with pytest.raises(InvalidInput, match="Databases are default"):
        shop.query("select * from defualt.people")


def test_an_unknown_column_is_told_with_the_nearest(shop: Lake) -> None:
    with pytest.raises(InvalidInput, match=r'(?s)nmae.*"name"'):
        shop.query("select nmae from people")


def test_a_bad_value_is_told_as_by_scan(shop: Lake) -> None:
    url = shop.write("people/b", "30,Cyd\nx,Dan\n")

    with pytest.raises(ReadError, match=f"{url}, line 2, column 'id'"):
        shop.query("select max(id) from people")
