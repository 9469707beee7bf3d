"""Reading tables back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gluepot.errors import EntityNotFound
from gluepot.scan.failure import Failure
from gluepot.scan.verify import Mode, Verification, spread, verify_table

if TYPE_CHECKING:
    from .conftest import Lake


@pytest.mark.parametrize("mode", ["full", "sample"])
def test_a_small_table_is_verified_whole(lake: Lake, mode: Mode) -> None:
    lake.write("a", "1\n2\n")
    lake.write("b", "3\n")
    lake.table("text", {"id": "int"})

    assert verify_table(lake.catalog, "default", "t", mode=mode) == Verification("verified", complete=True, rows=3, files=2)


def test_a_contradiction_names_file_line_column_and_value(lake: Lake) -> None:
    lake.write("a", "1\n")
    url = lake.write("b", "2\nx\n")
    lake.table("text", {"id": "int"})

    found = verify_table(lake.catalog, "default", "t")

    assert found == Verification("failed", False, 1, 2, Failure("is not a value of type int", url, 2, "id", "x"))


def test_a_damaged_file_fails_with_its_name(lake: Lake) -> None:
    url = lake.write("a", "rubbish")
    lake.table("parquet", {"id": "int"})

    found = verify_table(lake.catalog, "default", "t")

    assert found.status == "failed"
    assert found.failure is not None
    assert found.failure.file == url


def test_a_table_without_a_known_serde_is_unreadable_with_the_reason(lake: Lake) -> None:
    lake.table("unknown", {})

    found = verify_table(lake.catalog, "default", "t")

    assert found.status == "unreadable"
    assert "without a SerDe" in str(found.failure)


def test_a_sample_reads_the_first_rows_of_files_spread_over_the_partitions(lake: Lake) -> None:
    lake.table("text", {"id": "int"}, keys={"p": "string"})
    for number in range(20):
        lake.write(f"p={number:02}/a", "1\n" * 100_000)
        lake.partition([f"{number:02}"], f"p={number:02}/")
    lake.write("p=19/a", "x\n")

    found = verify_table(lake.catalog, "default", "t", max_rows=600)

    assert found.status == "failed"
    assert found.failure is not None
    assert found.failure.file == lake.url("p=19/a")
    assert found.files == 6
    assert found.rows < 6 * 70_000


def test_a_sample_ends_when_its_time_is_up(lake: Lake) -> None:
    lake.write("a", "1\n")
    lake.write("b", "bad\n")
    lake.table("text", {"id": "int"})
    ticks = iter(range(100))

    found = verify_table(lake.catalog, "default", "t", max_seconds=2, clock=lambda: next(ticks))

    assert (found.status, found.complete, found.files) == ("verified", False, 1)


def test_an_unknown_table_is_not_found(lake: Lake) -> None:
    with pytest.raises(EntityNotFound):
        verify_table(lake.catalog, "default", "absent")


def test_a_spread_has_both_ends_and_says_whether_it_is_all() -> None:
    assert spread(iter(range(10)), 4) == ([0, 3, 6, 9], False)
    assert spread(iter(range(3)), 4) == ([0, 1, 2], True)
