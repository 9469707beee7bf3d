"""Databases: the contract of every catalog."""

import pytest

from gluepot.catalog import Catalog, Database, Table
from gluepot.errors import AlreadyExists, EntityNotFound, InvalidInput


def test_a_database_named_default_is_there_from_the_start(catalog: Catalog) -> None:
    assert [database.name for database in catalog.get_databases()] == ["default"]


def test_names_are_folded_to_lower_case(catalog: Catalog) -> None:
    catalog.create_database(Database("Sales"))

    assert catalog.get_database("SALES").name == "sales"


def test_a_name_is_given_once(catalog: Catalog) -> None:
    catalog.create_database(Database("sales"))

    with pytest.raises(AlreadyExists, match=r"^Database already exists\.$"):
        catalog.create_database(Database("SALES"))


@pytest.mark.parametrize("name", ["", "x" * 256, "a\nb", "a\x00b", "\ud800"])
def test_a_name_that_glue_refuses_is_refused(catalog: Catalog, name: str) -> None:
    with pytest.raises(InvalidInput, match="name"):
        catalog.create_database(Database(name))


def test_a_missing_database_is_named(catalog: Catalog) -> None:
    with pytest.raises(EntityNotFound, match=r"^Database nowhere not found\.$"):
        catalog.get_database("nowhere")
    with pytest.raises(EntityNotFound, match=r"^Database nowhere not found\.$"):
        catalog.update_database("nowhere", Database("nowhere"))
    with pytest.raises(EntityNotFound, match=r"^Database nowhere not found\.$"):
        catalog.delete_database("nowhere")


def test_members_that_were_not_given_stay_absent(catalog: Catalog) -> None:
    catalog.create_database(Database("bare"))

    assert set(catalog.get_database("bare").to_api()) == {"Name", "CreateTime", "CatalogId"}


def test_an_update_replaces_the_whole_definition_but_not_the_creation_time(catalog: Catalog) -> None:
    catalog.create_database(Database("sales", description="old", location_uri="s3://old/"))
    created = catalog.get_database("sales").create_time

    catalog.update_database("Sales", Database("sales", parameters={"a": "1"}))

    database = catalog.get_database("sales")
    assert (database.description, database.location_uri, database.parameters) == (None, None, {"a": "1"})
    assert database.create_time == created


def test_a_database_cannot_be_renamed(catalog: Catalog) -> None:
    with pytest.raises(InvalidInput, match=r"^Database cannot be renamed$"):
        catalog.update_database("default", Database("other"))


def test_members_that_no_field_stands_for_come_back(catalog: Catalog) -> None:
    target = {"CatalogId": "1", "DatabaseName": "far"}
    catalog.create_database(Database.from_api({"Name": "link", "TargetDatabase": target, "FromTheFuture": [1, {"x": None}]}))

    document = catalog.get_database("link").to_api()
    assert (document["TargetDatabase"], document["FromTheFuture"]) == (target, [1, {"x": None}])


def test_a_deleted_database_takes_its_tables_along(catalog: Catalog) -> None:
    catalog.create_database(Database("sales"))
    catalog.create_table("sales", Table("orders"))
    catalog.delete_database("sales")
    catalog.create_database(Database("sales"))

    assert list(catalog.get_tables("sales")) == []
    assert list(catalog.search_tables("orders")) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_the_size_of_a_page_never_changes_the_list(catalog: Catalog, limit: int) -> None:
    for name in ("b", "a", "é", "c c", "z"):
        catalog.create_database(Database(name))

    names: list[str] = []
    token: str | None = None
    while True:
        page = catalog.get_databases_page(token, limit)
        assert 0 < len(page.items) <= limit
        names += [database.name for database in page.items]
        token = page.next_token
        if token is None:
            break
    assert names == ["a", "b", "c c", "default", "z", "é"]


@pytest.mark.parametrize("token", ["x", "AAAA", "ä", "bm90IG91cnMgYXQgYWxs"])
def test_a_foreign_token_is_refused(catalog: Catalog, token: str) -> None:
    with pytest.raises(InvalidInput, match="token"):
        catalog.get_databases_page(token)


def test_a_token_of_another_list_is_refused(catalog: Catalog) -> None:
    catalog.create_database(Database("other"))
    token = catalog.get_databases_page(limit=1).next_token

    with pytest.raises(InvalidInput, match="another list"):
        catalog.get_tables_page("default", token=token)


def test_a_page_of_nothing_is_refused(catalog: Catalog) -> None:
    with pytest.raises(InvalidInput, match="0 items"):
        catalog.get_databases_page(limit=0)
