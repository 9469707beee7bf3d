"""BSON rows: every value by its own type, nested ones too, and a place for what is damaged."""

from __future__ import annotations

import gzip
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from bson_writer import Long, Raw, document
from gluepot.errors import ReadError, Unreadable

if TYPE_CHECKING:
    from .conftest import Lake

ROWS: list[dict[str, Any]] = [
    {"_id": Raw(0x07, b"\1" * 12), "Qty": Long(7), "at": datetime(2024, 1, 2), "in": {"a": 1}, "tags": ["x", "y"]},
    {"_id": Raw(0x07, b"\2" * 12), "tags": None, "in": {}},
]
COLUMNS = {"_id": "string", "qty": "bigint", "at": "timestamp", "in": "struct<a:int>", "tags": "array<string>"}


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_documents_are_rows(lake: Lake, pack: type[bytes]) -> None:
    lake.write("a.bson", pack(b"".join(document(row) for row in ROWS)))
    lake.table("bson", COLUMNS)

    assert lake.rows() == [
        {"_id": "01" * 12, "qty": 7, "at": datetime(2024, 1, 2), "in": {"a": 1}, "tags": ["x", "y"]},
        {"_id": "02" * 12, "qty": None, "at": None, "in": {"a": None}, "tags": None},
    ]


def test_a_value_that_does_not_fit_is_told_with_its_row(lake: Lake) -> None:
    url = lake.write("a.bson", document({"n": 1}) + document({"n": "x"}))
    lake.table("bson", {"n": "int"})

    with pytest.raises(ReadError, match=f"{url}, line 2, column 'n'"):
        lake.rows()
    assert lake.rows(on_error="null") == [{"n": 1}, {"n": None}]


def test_damage_is_told_with_its_byte(lake: Lake) -> None:
    row = document({"n": 1})
    url = lake.write("a.bson", row + row[:-2])
    lake.table("bson", {"n": "int"})

    with pytest.raises(Unreadable, match=f"{url} is no BSON from byte {len(row)} on"):
        lake.rows()
