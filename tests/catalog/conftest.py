"""Every keeper of entries passes the same contract tests: a new one is a line in FACTORIES."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gluepot.catalog import Catalog, Column, StorageDescriptor, Table
from gluepot.catalog.sqlite import open_catalog

FACTORIES: dict[str, Callable[[Path], Catalog]] = {
    "sqlite": lambda folder: open_catalog(folder / "gluepot.db"),
}


@pytest.fixture(params=FACTORIES)
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    """A catalog that is empty but for the database `default`."""
    with FACTORIES[request.param](tmp_path) as catalog:
        yield catalog


@pytest.fixture
def events(catalog: Catalog) -> Table:
    """The table `default.events` with the keys year int, month string, day date."""
    table = Table(
        "events",
        storage=StorageDescriptor((Column("id", "bigint"),), "s3://lake/events/"),
        partition_keys=(Column("year", "int"), Column("month", "string"), Column("day", "date")),
    )
    catalog.create_table("default", table)
    return table
