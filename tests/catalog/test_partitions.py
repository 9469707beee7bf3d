"""Partitions: the contract of every catalog."""

from collections.abc import Iterable

import pytest

from gluepot.catalog import Catalog, Column, Partition, Segment, SerDe, StorageDescriptor, Table
from gluepot.errors import AlreadyExists, EntityNotFound, InvalidInput, InvalidState

DEFAULT = "__HIVE_DEFAULT_PARTITION__"


def _add(catalog: Catalog, *values: tuple[str, ...], table: str = "events") -> None:
    assert catalog.create_partitions("default", table, [Partition(item) for item in values]) == []


def _values(partitions: Iterable[Partition]) -> list[tuple[str, ...]]:
    return [partition.values for partition in partitions]


def test_a_partition_comes_back_as_it_was_given(catalog: Catalog, events: Table) -> None:
    given = {
        "Values": ["2024", "01", "2024-01-31"],
        "LastAccessTime": 1_700_000_000,
        "StorageDescriptor": {
            "Columns": [{"Name": "id", "Type": "bigint"}],
            "Location": "s3://elsewhere/100%/%s/",
            "Compressed": False,
            "NumberOfBuckets": -1,
            "SerdeInfo": {"Name": "x", "Parameters": {"a": "b"}},
            "StoredAsSubDirectories": False,
            "FromTheFuture": {"a": [1]},
        },
        "Parameters": {"recordCount": "7"},
        "FromTheFuture": "yes",
    }
    catalog.create_partitions("default", "events", [Partition.from_api(given)])

    document = catalog.get_partition("default", "events", ("2024", "01", "2024-01-31")).to_api()
    assert {name: document[name] for name in given} == given
    assert set(document) - set(given) == {"DatabaseName", "TableName", "CreationTime", "CatalogId"}
    assert events.name == document["TableName"]


@pytest.mark.parametrize(
    "location",
    [
        None,
        "",
        "s3://lake/events/year=2024/month=a b/day=2024-01-31/",
        "s3://lake/events/year=2024/month=a b/day=2024-01-31",
        "s3://lake/events/2024/a b/2024-01-31/",
        "s3://lake/events/Year=2024/month=a%20b/day=2024-01-31/",
        "s3://other/%s/%d/",
    ],
)
def test_a_location_survives_whether_it_follows_from_the_table_or_not(catalog: Catalog, events: Table, location: str | None) -> None:
    values = ("2024", "a b", "2024-01-31")
    catalog.create_partitions("default", events.name, [Partition(values, storage=StorageDescriptor(location=location))])

    assert catalog.get_partition("default", "events", values).location == location


def test_partitions_stay_where_they_are_when_their_table_moves(catalog: Catalog, events: Table) -> None:
    location = "s3://lake/events/year=2024/month=01/day=2024-01-31/"
    catalog.create_partitions("default", "events", [Partition(("2024", "01", "2024-01-31"), storage=StorageDescriptor(location=location))])
    catalog.update_table("default", Table("events", storage=StorageDescriptor(location="s3://new/"), partition_keys=events.partition_keys))

    assert catalog.get_partition("default", "events", ("2024", "01", "2024-01-31")).location == location


def test_a_table_whose_location_holds_a_percent_sign_derives_none_wrongly(catalog: Catalog) -> None:
    catalog.create_table(
        "default", Table("odd", storage=StorageDescriptor(location="s3://lake/100%s/"), partition_keys=(Column("k%", "string"),))
    )
    location = "s3://lake/100%s/k%=1/"
    catalog.create_partitions("default", "odd", [Partition(("1",), storage=StorageDescriptor(location=location))])

    assert catalog.get_partition("default", "odd", ("1",)).location == location


def test_partitions_that_share_a_descriptor_and_those_that_do_not_stay_apart(catalog: Catalog, events: Table) -> None:
    shared = SerDe(library="a")
    partitions = [
        Partition(
            (str(year), "m", "2024-01-01"),
            storage=StorageDescriptor((), f"s3://x/{year}", serde=shared if year % 2 else SerDe(library=str(year))),
        )
        for year in range(20)
    ]
    catalog.create_partitions("default", events.name, iter(partitions))

    found = {partition.values[0]: partition.storage for partition in catalog.get_partitions("default", "events")}
    libraries = {year: storage.serde.library for year, storage in found.items() if storage and storage.serde}
    assert libraries == {str(year): "a" if year % 2 else str(year) for year in range(20)}


@pytest.mark.parametrize("year", ["2024", "02024", "+2024", "", "x", DEFAULT, "9" * 30, "٣"])
def test_values_are_exact_strings(catalog: Catalog, events: Table, year: str) -> None:
    _add(catalog, (year, "A\n'\"%é😀", "2024-01-01"))

    assert _values(catalog.get_partitions("default", events.name)) == [(year, "A\n'\"%é😀", "2024-01-01")]
    assert catalog.get_partition("default", "events", (year, "A\n'\"%é😀", "2024-01-01")).values[0] == year


def test_values_written_differently_are_different_partitions(catalog: Catalog, events: Table) -> None:
    _add(catalog, ("1", "m", "2024-01-01"), ("01", "m", "2024-01-01"), ("001", "M", "2024-01-01"))

    assert len(list(catalog.get_partitions("default", events.name))) == 3
    catalog.delete_partitions("default", "events", [("01", "m", "2024-01-01")])
    assert _values(catalog.get_partitions("default", "events", "year = 1")) == [("001", "M", "2024-01-01"), ("1", "m", "2024-01-01")]


def test_what_exists_or_does_not_fit_is_returned_and_the_rest_is_kept(catalog: Catalog, events: Table) -> None:
    _add(catalog, ("2024", "01", "2024-01-01"))

    errors = catalog.create_partitions(
        "default",
        events.name,
        [
            Partition(("2024", "02", "2024-02-01")),
            Partition(("2024", "01", "2024-01-01")),
            Partition(("2024", "03")),
            Partition(("2024", "\ud800", "2024-01-01")),
            Partition(("2024", "nul\0", "2024-01-01")),
            Partition(("2024", "02", "2024-02-01")),
            Partition(("2024", "04", "2024-04-01")),
        ],
    )

    assert {(error.item[1], type(error.error)) for error in errors} == {
        ("01", AlreadyExists),
        ("03", InvalidInput),
        ("\ud800", InvalidInput),
        ("nul\0", InvalidInput),
        ("02", AlreadyExists),
    }
    assert {str(error.error) for error in errors if error.item[1] in "01 02"} == {"Partition already exists."}
    assert [values[1] for values in _values(catalog.get_partitions("default", "events"))] == ["01", "02", "04"]


def test_a_stream_that_fails_leaves_nothing(catalog: Catalog, events: Table) -> None:
    def broken() -> Iterable[Partition]:
        for month in range(2500):
            yield Partition(("2024", str(month), "2024-01-01"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        catalog.create_partitions("default", events.name, broken())
    assert list(catalog.get_partitions("default", "events")) == []


def test_a_table_without_partition_keys_has_no_partitions(catalog: Catalog) -> None:
    catalog.create_table("default", Table("flat"))

    (error,) = catalog.create_partitions("default", "flat", [Partition(())])
    assert str(error.error) == "The number of partition keys do not match the number of partition values"
    assert list(catalog.get_partitions("default", "flat")) == []


def test_what_is_missing_is_named(catalog: Catalog, events: Table) -> None:
    values = ("1", "2", "2024-01-01")
    with pytest.raises(EntityNotFound, match=r"^Cannot find partition\.$"):
        catalog.get_partition("default", events.name, values)
    with pytest.raises(EntityNotFound, match=r"^Table nothing not found\.$"):
        catalog.create_partitions("default", "nothing", [])
    with pytest.raises(EntityNotFound, match=r"^Table nothing not found\.$"):
        list(catalog.get_partitions("default", "nothing"))
    (missing,) = catalog.delete_partitions("default", "events", [values])
    assert (missing.item, str(missing.error)) == (values, "Cannot find partition.")
    (missing,) = catalog.update_partitions("default", "events", [Partition(values)])
    assert isinstance(missing.error, EntityNotFound)


def test_an_update_replaces_a_partition_but_not_its_creation_time(catalog: Catalog, events: Table) -> None:
    values = ("2024", "01", "2024-01-01")
    catalog.create_partitions(
        "default", "events", [Partition(values, storage=StorageDescriptor(location="s3://a/"), parameters={"a": "1"})]
    )
    created = catalog.get_partition("default", "events", values).creation_time

    assert catalog.update_partitions("default", events.name, [Partition(values, storage=StorageDescriptor(location="s3://b/"))]) == []

    partition = catalog.get_partition("default", "events", values)
    assert (partition.location, partition.parameters, partition.creation_time) == ("s3://b/", None, created)


def test_partitions_come_in_the_order_of_their_values(catalog: Catalog, events: Table) -> None:
    _add(
        catalog,
        ("10", "a", "2024-01-01"),
        ("9", "b", "2024-01-01"),
        ("9", "B", "2024-01-02"),
        ("9", "B", "2024-01-01"),
        (DEFAULT, "", DEFAULT),
    )

    assert _values(catalog.get_partitions("default", events.name)) == [
        ("9", "B", "2024-01-01"),
        ("9", "B", "2024-01-02"),
        ("9", "b", "2024-01-01"),
        ("10", "a", "2024-01-01"),
        (DEFAULT, "", DEFAULT),
    ]


EXPRESSIONS = (
    None,
    "year = 9",
    "year >= 9 and month > 'b'",
    "month = 'c'",
    "year in (9, 11) and month <> 'a'",
    "not (year between 9 and 10) or month = 'a'",
)


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_the_size_of_a_page_never_changes_the_list(catalog: Catalog, events: Table, expression: str | None, limit: int) -> None:
    _add(catalog, *((str(year), month, day) for year in range(8, 12) for month in "abc" for day in ("2024-01-01", "2024-01-02", DEFAULT)))
    whole = _values(catalog.get_partitions("default", events.name, expression))
    assert whole

    found: list[tuple[str, ...]] = []
    page = catalog.get_partitions_page("default", "events", expression, limit=limit)
    while True:
        assert len(page.items) <= limit
        found += _values(page.items)
        if page.next_token is None:
            break
        page = catalog.get_partitions_page("default", "events", expression, token=page.next_token, limit=limit)
    assert found == whole


def test_segments_split_a_table_without_overlap(catalog: Catalog, events: Table) -> None:
    _add(catalog, *((str(year), month, "2024-01-01") for year in range(40) for month in "abc"))
    whole = set(_values(catalog.get_partitions("default", events.name)))

    shares = [_values(catalog.get_partitions("default", "events", segment=Segment(number, 4))) for number in range(4)]

    assert all(len(share) > 10 for share in shares)
    assert sum(map(len, shares)) == len(whole)
    assert {values for share in shares for values in share} == whole
    with pytest.raises(InvalidInput, match="segment 4 of 4"):
        catalog.get_partitions_page("default", "events", segment=Segment(4, 4))


def test_a_token_of_another_question_is_refused(catalog: Catalog, events: Table) -> None:
    _add(catalog, ("1", "a", "2024-01-01"), ("2", "a", "2024-01-01"))
    token = catalog.get_partitions_page("default", events.name, limit=1).next_token

    with pytest.raises(InvalidInput, match="another list"):
        catalog.get_partitions_page("default", "events", "year > 0", token=token)


def test_a_value_that_does_not_fit_its_type_fails_the_question_that_compares_it(catalog: Catalog, events: Table) -> None:
    _add(catalog, ("null", "a", "2024-01-01"), ("5", "b", "2024-01-01"))

    with pytest.raises(InvalidState, match=r'^For input string: "null" is not an integer'):
        list(catalog.get_partitions("default", events.name, "year = 5"))
    assert _values(catalog.get_partitions("default", "events", "month = 'b' and year is not null")) == [("5", "b", "2024-01-01")]

    catalog.delete_partitions("default", "events", [("null", "a", "2024-01-01")])
    assert _values(catalog.get_partitions("default", "events", "year = 5")) == [("5", "b", "2024-01-01")]


def test_the_default_partition_of_a_typed_key_satisfies_no_test(catalog: Catalog, events: Table) -> None:
    _add(catalog, (DEFAULT, "a", "2024-01-01"), ("5", "b", "2024-01-01"))

    for expression in ("year > 0", "year <> 0", "not year = 0", "year not in (0)", "year >= 5"):
        assert _values(catalog.get_partitions("default", events.name, expression)) == [("5", "b", "2024-01-01")], expression


def test_values_are_compared_by_a_new_type_after_it_changes(catalog: Catalog, events: Table) -> None:
    _add(catalog, ("10", "1", "2024-01-01"), ("9", "01", "2024-01-01"), ("x", "2", DEFAULT), ("9", "1", "2024-01-01"))
    keys = (Column("year", "string"), Column("month", "decimal(4,1)"), Column("day", "timestamp"))
    catalog.update_table("default", Table("events", storage=events.storage, partition_keys=keys))

    assert _values(catalog.get_partitions("default", "events", "year > '5' and month = 1.0")) == [
        ("9", "01", "2024-01-01"),
        ("9", "1", "2024-01-01"),
    ]
    with pytest.raises(InvalidState, match="is not a timestamp"):
        list(catalog.get_partitions("default", "events", "day > '2000-01-01 00:00:00'"))

    catalog.update_table("default", events)
    assert _values(catalog.get_partitions("default", "events", "month = '01'")) == [("9", "01", "2024-01-01")]
    with pytest.raises(InvalidState, match='"x" is not an integer'):
        list(catalog.get_partitions("default", "events", "year > 5"))


def test_the_number_of_keys_cannot_change_under_partitions(catalog: Catalog, events: Table) -> None:
    _add(catalog, ("1", "a", "2024-01-01"))

    with pytest.raises(InvalidInput, match="delete them"):
        catalog.update_table("default", Table("events", partition_keys=(events.partition_keys or ())[:2]))
    assert catalog.get_table("default", "events").version_id == "0"

    catalog.delete_partitions("default", "events", [("1", "a", "2024-01-01")])
    catalog.update_table("default", Table("events", partition_keys=(events.partition_keys or ())[:2]))
    _add(catalog, ("1", "a"))
