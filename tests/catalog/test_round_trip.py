"""What goes into the catalog comes out, whatever it is."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gluepot.catalog import Catalog, Partition, Table
from gluepot.catalog.model import Json
from gluepot.catalog.sqlite import open_catalog

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), TEXT)
JSON = st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)), max_leaves=6)
UNKNOWN = st.dictionaries(TEXT.map("X-{}".format), JSON, max_size=3)
PARAMETERS = st.dictionaries(TEXT, TEXT, max_size=3)
REQUIRED: dict[str, st.SearchStrategy[object]] = {
    "Location": TEXT,
    "Compressed": st.booleans(),
    "NumberOfBuckets": st.integers(-1, 9),
    "StoredAsSubDirectories": st.booleans(),
    "Parameters": PARAMETERS,
}
OPTIONAL: dict[str, st.SearchStrategy[object]] = {
    "SerdeInfo": st.fixed_dictionaries({"Parameters": PARAMETERS}),
    "SortColumns": st.lists(st.fixed_dictionaries({"Column": TEXT}), max_size=2),
}
STORAGE = st.fixed_dictionaries(REQUIRED, optional=OPTIONAL)
LAW = settings(deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    with open_catalog(tmp_path_factory.mktemp("law") / "gluepot.db") as catalog:
        yield catalog


@LAW
@given(unknown=UNKNOWN, storage=STORAGE, parameters=PARAMETERS, description=TEXT)
def test_a_table_round_trips_verbatim(store: Catalog, unknown: Json, storage: Json, parameters: Json, description: str) -> None:
    given = unknown | {"Name": "t", "StorageDescriptor": storage, "Parameters": parameters, "Description": description}
    store.create_table("default", Table.from_api(given))
    document = store.get_table("default", "t").to_api()
    store.delete_table("default", "t")
    assert {name: document[name] for name in given} == given


@LAW
@given(
    unknown=UNKNOWN,
    storage=STORAGE,
    parameters=PARAMETERS,
    values=st.lists(TEXT.filter(lambda text: "\0" not in text), min_size=5, max_size=5),
)
def test_a_partition_round_trips_verbatim(store: Catalog, unknown: Json, storage: Json, parameters: Json, values: list[str]) -> None:
    kinds = ("string", "int", "decimal(9,3)", "date", "timestamp")
    keys = [{"Name": f"k{number}", "Type": kind} for number, kind in enumerate(kinds)]
    store.create_table(
        "default", Table.from_api({"Name": "t", "PartitionKeys": keys, "StorageDescriptor": {"Location": storage["Location"]}})
    )
    given = unknown | {"Values": values, "StorageDescriptor": storage, "Parameters": parameters}
    assert store.create_partitions("default", "t", [Partition.from_api(given)]) == []
    document = store.get_partition("default", "t", values).to_api()
    (listed,) = store.get_partitions("default", "t")
    store.delete_table("default", "t")
    assert {name: document[name] for name in given} == given
    assert listed.to_api() == document
