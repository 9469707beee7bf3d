"""Search over tables: the contract of every catalog."""

import pytest

from gluepot.catalog import Catalog, Column, Database, StorageDescriptor, Table
from gluepot.errors import InvalidInput


@pytest.fixture(autouse=True)
def tables(catalog: Catalog) -> None:
    catalog.create_database(Database("sales"))
    columns = (Column("customer_id", "int", comment="the buyer"), Column("total", "double"))
    catalog.create_table("sales", Table("customer-orders", description="What was sold.", owner="ann", storage=StorageDescriptor(columns)))
    catalog.create_table(
        "sales", Table("people", storage=StorageDescriptor((Column("name"),)), parameters={"classification": "csv", "team": "Ann Lee"})
    )
    catalog.create_table("default", Table("xxlinkyy", partition_keys=(Column("year", "int"),), parameters={"classification": "json"}))
    catalog.create_table("default", Table("customer-link"))


def _fail_after_making(catalog: Catalog, name: str) -> None:
    with catalog.transaction():
        catalog.create_table("sales", Table(name))
        raise ZeroDivisionError


def _found(catalog: Catalog, text: str | None = None, filters: dict[str, str] | None = None) -> list[str]:
    return [table.name for table in catalog.search_tables(text, filters)]


def test_nothing_asked_finds_everything(catalog: Catalog) -> None:
    assert _found(catalog) == ["customer-orders", "people", "xxlinkyy", "customer-link"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("people", ["people"]),
        ("PEOPLE", ["people"]),
        ("customer", ["customer-orders", "customer-link"]),
        ("customer_id", ["customer-orders"]),
        ("sold", ["customer-orders"]),
        ("buyer", ["customer-orders"]),
        ("year", ["xxlinkyy"]),
        ("csv", ["people"]),
        ("classification", ["people", "xxlinkyy"]),
        ("link", ["customer-link"]),
        ("customer sold", ["customer-orders"]),
        ("customer csv", []),
        ('"ann lee"', ["people"]),
        ('"ann"', ["customer-orders"]),
        ('"customer"', []),
        ('"customer-link" customer', ["customer-link"]),
        ("nowhere", []),
    ],
)
def test_words_are_found_in_names_descriptions_columns_and_parameters(catalog: Catalog, text: str, expected: list[str]) -> None:
    assert _found(catalog, text) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"Name": "link"}, ["customer-link"]),
        ({"Name": "customer-link"}, ["customer-link"]),
        ({"Name": "csv"}, []),
        ({"DatabaseName": "sales"}, ["customer-orders", "people"]),
        ({"Description": "sold"}, ["customer-orders"]),
        ({"Owner": "ann"}, ["customer-orders"]),
        ({"Column": "customer_id"}, ["customer-orders"]),
        ({"Column": "year"}, ["xxlinkyy"]),
        ({"classification": "json"}, ["xxlinkyy"]),
        ({"Classification": "json"}, ["xxlinkyy"]),
        ({"classification": "csv", "DatabaseName": "sales"}, ["people"]),
        ({"classification": "csv", "DatabaseName": "default"}, []),
    ],
)
def test_filters_compare_words_of_one_field(catalog: Catalog, filters: dict[str, str], expected: list[str]) -> None:
    assert _found(catalog, filters=filters) == expected


def test_text_and_filters_are_both_met(catalog: Catalog) -> None:
    assert _found(catalog, "customer", {"DatabaseName": "default"}) == ["customer-link"]


def test_search_follows_every_change(catalog: Catalog) -> None:
    catalog.update_table("sales", Table("people", description="now living"))
    assert (_found(catalog, "csv"), _found(catalog, "living")) == ([], ["people"])

    catalog.delete_table("sales", "people")
    assert _found(catalog, "living") == []

    with pytest.raises(ZeroDivisionError):
        _fail_after_making(catalog, "phantom")
    assert _found(catalog, "phantom") == []


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_the_size_of_a_page_never_changes_the_list(catalog: Catalog, limit: int) -> None:
    names: list[str] = []
    page = catalog.search_tables_page(limit=limit)
    while True:
        names += [table.name for table in page.items]
        if page.next_token is None:
            break
        page = catalog.search_tables_page(token=page.next_token, limit=limit)
    assert names == _found(catalog)


def test_a_token_of_another_search_is_refused(catalog: Catalog) -> None:
    token = catalog.search_tables_page(limit=1).next_token
    with pytest.raises(InvalidInput, match="another list"):
        catalog.search_tables_page("customer", token=token)
