"""Column statistics: the contract of every catalog."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gluepot.catalog import Catalog, Column, ColumnStatistics, StorageDescriptor, Table
from gluepot.errors import EntityNotFound

LONG = {"Type": "LONG", "LongColumnStatisticsData": {"MinimumValue": 1, "MaximumValue": 9, "NumberOfNulls": 0, "NumberOfDistinctValues": 9}}
BOOLEAN = {"Type": "BOOLEAN", "BooleanColumnStatisticsData": {"NumberOfTrues": 1, "NumberOfFalses": 2, "NumberOfNulls": 0}}


def statistics(name: str, data: dict[str, Any]) -> ColumnStatistics:
    return ColumnStatistics(name, "bigint", datetime(2026, 1, 2, tzinfo=UTC), data)


def test_statistics_come_back_as_they_were_kept(catalog: Catalog, events: Table) -> None:
    assert catalog.update_column_statistics("default", events.name, [statistics("id", LONG), statistics("year", BOOLEAN)]) == []

    assert catalog.get_column_statistics("default", "EVENTS") == [statistics("id", LONG), statistics("year", BOOLEAN)]
    assert catalog.get_column_statistics("default", events.name, ["Year", "day"]) == [statistics("year", BOOLEAN)]


def test_an_update_replaces_the_record_of_its_column_only(catalog: Catalog, events: Table) -> None:
    catalog.update_column_statistics("default", events.name, [statistics("id", LONG), statistics("year", LONG)])

    catalog.update_column_statistics("default", events.name, [statistics("ID", BOOLEAN)])

    assert catalog.get_column_statistics("default", events.name) == [statistics("id", BOOLEAN), statistics("year", LONG)]


def test_a_column_that_the_table_has_not_is_told_and_the_others_are_kept(catalog: Catalog, events: Table) -> None:
    (error,) = catalog.update_column_statistics("default", events.name, [statistics("nope", LONG), statistics("id", LONG)])

    assert error.item == ("nope",)
    assert "no column nope" in str(error.error)
    assert catalog.get_column_statistics("default", events.name) == [statistics("id", LONG)]


def test_removing_statistics_twice_is_no_mistake(catalog: Catalog, events: Table) -> None:
    catalog.update_column_statistics("default", events.name, [statistics("id", LONG)])

    catalog.delete_column_statistics("default", events.name, "Id")
    catalog.delete_column_statistics("default", events.name, "id")

    assert catalog.get_column_statistics("default", events.name) == []


def test_a_table_made_anew_does_not_see_the_statistics_of_the_old_one(catalog: Catalog, events: Table) -> None:
    catalog.update_column_statistics("default", events.name, [statistics("id", LONG)])
    catalog.delete_table("default", events.name)

    catalog.create_table("default", Table(events.name, storage=StorageDescriptor((Column("id", "bigint"),))))

    assert catalog.get_column_statistics("default", events.name) == []


def test_statistics_of_a_table_that_is_not_there_cannot_be_asked_for(catalog: Catalog) -> None:
    with pytest.raises(EntityNotFound):
        catalog.get_column_statistics("default", "nope")
    with pytest.raises(EntityNotFound):
        catalog.update_column_statistics("default", "nope", [])
