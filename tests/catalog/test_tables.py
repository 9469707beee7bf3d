"""Tables, their versions and evidence: the contract of every catalog."""

import pytest

from gluepot.catalog import Catalog, Column, Database, Partition, StorageDescriptor, Table
from gluepot.errors import AlreadyExists, ConcurrentModification, EntityNotFound, InvalidInput


def test_a_table_comes_back_as_it_was_given(catalog: Catalog) -> None:
    given = {
        "Name": "orders",
        "Description": "what was sold",
        "Owner": "me",
        "Retention": 7,
        "LastAccessTime": 1_700_000_000,
        "StorageDescriptor": {
            "Columns": [
                {"Name": "id", "Type": "struct<A:int,`b c`:string>", "Comment": "é", "Parameters": {"k": "v"}},
                {"Name": "untyped"},
            ],
            "Location": "s3://lake/orders/",
            "AdditionalLocations": ["s3://lake/more/"],
            "Compressed": True,
            "NumberOfBuckets": -1,
            "SerdeInfo": {"SerializationLibrary": "x.y.Z", "Parameters": {"field.delim": "\x01"}},
            "BucketColumns": [],
            "SortColumns": [{"Column": "id", "SortOrder": 1}],
            "SkewedInfo": {"SkewedColumnNames": ["id"]},
            "StoredAsSubDirectories": True,
        },
        "PartitionKeys": [{"Name": "dt", "Type": "date"}],
        "ViewOriginalText": "/* Presto View: x */",
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": "json", "empty": ""},
        "FromTheFuture": {"deep": [1, 2.5, None, True]},
    }
    catalog.create_table("default", Table.from_api(given))

    document = catalog.get_table("default", "orders").to_api()
    assert {name: document[name] for name in given} == given


def test_glue_adds_defaults_and_its_own_members(catalog: Catalog) -> None:
    catalog.create_table("default", Table("Orders", storage=StorageDescriptor(location="s3://lake/orders/")))

    table = catalog.get_table("default", "orders")
    assert (table.name, table.database_name, table.version_id, table.retention) == ("orders", "default", "0", 0)
    assert table.storage is not None
    assert (table.storage.compressed, table.storage.number_of_buckets, table.storage.stored_as_sub_directories) == (False, 0, False)
    assert table.create_time is not None
    assert table.create_time == table.update_time


def test_names_of_tables_and_columns_are_folded(catalog: Catalog) -> None:
    catalog.create_table(
        "DEFAULT", Table("Orders", storage=StorageDescriptor((Column("Id", "int"),)), partition_keys=(Column("Year", "int"),))
    )

    table = catalog.get_table("Default", "ORDERS")
    assert [column.name for column in (*table.columns, *(table.partition_keys or ()))] == ["id", "year"]


def test_a_name_is_given_once_in_a_database(catalog: Catalog) -> None:
    catalog.create_database(Database("other"))
    catalog.create_table("default", Table("orders"))
    catalog.create_table("other", Table("orders"))

    with pytest.raises(AlreadyExists, match=r"^Table already exists\.$"):
        catalog.create_table("default", Table("ORDERS"))


def test_what_is_missing_is_named(catalog: Catalog) -> None:
    with pytest.raises(EntityNotFound, match=r"^Database nowhere not found\.$"):
        catalog.create_table("nowhere", Table("t"))
    with pytest.raises(EntityNotFound, match=r"^Database nowhere not found\.$"):
        catalog.get_table("nowhere", "t")
    with pytest.raises(EntityNotFound, match=r"^Table t not found\.$"):
        catalog.get_table("default", "t")
    with pytest.raises(EntityNotFound, match=r"^Table t not found\.$"):
        catalog.update_table("default", Table("t"))
    with pytest.raises(EntityNotFound, match=r"^Table t not found\.$"):
        catalog.delete_table("default", "t")
    with pytest.raises(EntityNotFound, match=r"^Database nowhere not found\.$"):
        catalog.get_tables_page("nowhere")


def test_partition_keys_have_no_parameters(catalog: Catalog) -> None:
    with pytest.raises(InvalidInput, match=r"^Parameters not supported for partition columns$"):
        catalog.create_table("default", Table("t", partition_keys=(Column("k", "int", parameters={"a": "b"}),)))


def test_text_that_json_cannot_hold_is_refused(catalog: Catalog) -> None:
    with pytest.raises(InvalidInput):
        catalog.create_table("default", Table("t", description="\ud800"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (None, ["a.b", "orders", "orders_2024", "people"]),
        ("orders", ["orders"]),
        ("ORDERS", ["orders"]),
        ("orders*", ["orders", "orders_2024"]),
        ("orders.*", ["orders", "orders_2024"]),
        ("*e*", ["orders", "orders_2024", "people"]),
        (r"orders_\d+", ["orders_2024"]),
        ("order", []),
        ("orders|people", ["orders", "people"]),
    ],
)
def test_an_expression_matches_whole_names(catalog: Catalog, expression: str | None, expected: list[str]) -> None:
    for name in ("orders", "people", "orders_2024", "a.b"):
        catalog.create_table("default", Table(name))

    assert [table.name for table in catalog.get_tables("default", expression)] == expected


def test_an_expression_that_is_no_pattern_is_refused(catalog: Catalog) -> None:
    with pytest.raises(InvalidInput, match="pattern"):
        catalog.get_tables_page("default", "(")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_the_size_of_a_page_never_changes_the_list(catalog: Catalog, limit: int) -> None:
    for number in range(7):
        catalog.create_table("default", Table(f"t{number}"))

    names: list[str] = []
    page = catalog.get_tables_page("default", "t*", limit=limit)
    while True:
        names += [table.name for table in page.items]
        if page.next_token is None:
            break
        page = catalog.get_tables_page("default", "t*", page.next_token, limit)
    assert names == [f"t{number}" for number in range(7)]


def test_an_update_replaces_everything_and_counts_versions_from_zero(catalog: Catalog) -> None:
    catalog.create_table("default", Table("t", description="old", parameters={"a": "1"}))
    created = catalog.get_table("default", "t").create_time

    catalog.update_table("default", Table("T", owner="me"))

    table = catalog.get_table("default", "t")
    assert (table.version_id, table.description, table.parameters, table.owner) == ("1", None, None, "me")
    assert table.create_time == created


def test_a_stale_version_is_refused(catalog: Catalog) -> None:
    catalog.create_table("default", Table("t"))
    catalog.update_table("default", Table("t", description="first"), version_id="0")

    with pytest.raises(ConcurrentModification, match=r"^Update table failed due to concurrent modifications\.$"):
        catalog.update_table("default", Table("t", description="second"), version_id="0")
    assert catalog.get_table("default", "t").description == "first"


def test_versions_come_newest_first_with_the_current_one(catalog: Catalog) -> None:
    catalog.create_table("default", Table("t", description="0"))
    for number in (1, 2):
        catalog.update_table("default", Table("t", description=str(number)))

    versions = list(catalog.get_table_versions("default", "t"))
    assert [version.version_id for version in versions] == ["2", "1", "0"]
    assert [(version.table.version_id, version.table.description) for version in versions] == [("2", "2"), ("1", "1"), ("0", "0")]
    assert catalog.get_table_version("default", "t").version_id == "2"
    assert catalog.get_table_version("default", "t", "1").table.description == "1"


def test_an_archive_that_is_skipped_leaves_a_gap(catalog: Catalog) -> None:
    catalog.create_table("default", Table("t"))
    catalog.update_table("default", Table("t"))
    catalog.update_table("default", Table("t"), skip_archive=True)

    assert [version.version_id for version in catalog.get_table_versions("default", "t")] == ["2", "0"]
    with pytest.raises(EntityNotFound, match=r"^Version not found\.$"):
        catalog.get_table_version("default", "t", "1")


def test_a_deleted_version_leaves_a_gap_and_the_current_one_stays(catalog: Catalog) -> None:
    catalog.create_table("default", Table("t"))
    for _ in range(3):
        catalog.update_table("default", Table("t"))
    catalog.delete_table_version("default", "t", "1")

    assert [version.version_id for version in catalog.get_table_versions("default", "t")] == ["3", "2", "0"]
    with pytest.raises(InvalidInput, match="current version"):
        catalog.delete_table_version("default", "t", "3")
    with pytest.raises(EntityNotFound, match=r"^Version not found\.$"):
        catalog.delete_table_version("default", "t", "1")
    with pytest.raises(InvalidInput, match=r'^"x" is not an integer'):
        catalog.get_table_version("default", "t", "x")


@pytest.mark.parametrize("limit", [1, 2, 4, 100])
def test_versions_are_the_same_in_pages_of_any_size(catalog: Catalog, limit: int) -> None:
    catalog.create_table("default", Table("t"))
    for _ in range(4):
        catalog.update_table("default", Table("t"))

    found: list[str] = []
    page = catalog.get_table_versions_page("default", "t", limit=limit)
    while True:
        found += [version.version_id for version in page.items]
        if page.next_token is None:
            break
        page = catalog.get_table_versions_page("default", "t", page.next_token, limit)
    assert found == ["4", "3", "2", "1", "0"]


def test_a_table_made_again_remembers_nothing(catalog: Catalog, events: Table) -> None:
    catalog.create_partitions("default", "events", [Partition(("2024", "01", "2024-01-01"))])
    catalog.put_evidence("default", "events", {"why": "because"})
    catalog.update_table("default", events)
    catalog.delete_table("default", "events")
    catalog.create_table("default", events)

    assert list(catalog.get_partitions("default", "events")) == []
    assert catalog.get_evidence("default", "events") is None
    assert [version.version_id for version in catalog.get_table_versions("default", "events")] == ["0"]


def test_evidence_is_kept_beside_the_table(catalog: Catalog) -> None:
    catalog.create_table("default", Table("t"))
    assert catalog.get_evidence("default", "t") is None

    catalog.put_evidence("default", "t", {"tried": [["csv", 0.5]]})
    catalog.put_evidence("default", "T", {"tried": [["json", 1.0]]})

    assert catalog.get_evidence("default", "t") == {"tried": [["json", 1.0]]}
    with pytest.raises(EntityNotFound, match=r"^Table other not found\.$"):
        catalog.put_evidence("default", "other", {})


def _fail_after_making(catalog: Catalog, name: str) -> None:
    with catalog.transaction():
        catalog.create_table("default", Table(name))
        raise ZeroDivisionError


def _fail_around_an_inner_transaction(catalog: Catalog) -> None:
    with catalog.transaction():
        with catalog.transaction():
            catalog.create_table("default", Table("inner"))
        raise ZeroDivisionError


def test_a_transaction_keeps_all_or_nothing(catalog: Catalog) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_after_making(catalog, "gone")
    with catalog.transaction():
        catalog.create_table("default", Table("kept"))

    assert [table.name for table in catalog.get_tables("default")] == ["kept"]


def test_an_inner_transaction_that_fails_undoes_itself_alone(catalog: Catalog) -> None:
    with catalog.transaction():
        catalog.create_table("default", Table("outer"))
        with pytest.raises(ZeroDivisionError):
            _fail_after_making(catalog, "inner")
        with pytest.raises(AlreadyExists):
            catalog.create_table("default", Table("outer"))

    assert [table.name for table in catalog.get_tables("default")] == ["outer"]


def test_an_inner_transaction_is_undone_with_its_outer_one(catalog: Catalog) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_around_an_inner_transaction(catalog)

    assert list(catalog.get_tables("default")) == []
