"""Ion rows, text and binary, from the crawl to the query."""

from __future__ import annotations

import datetime as dt
import gzip
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

import gluepot
from gluepot.errors import ReadError, Unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Lake

ORDERS = """$ion_1_0
// two orders
order::{id: 1, Price: 12.50, at: 2024-01-02T10:00:00.5+01:00, lines: [{sku: a, n: 1}, {sku: "b"}], raw: {{aGk=}}}
{id: 2, 'Price': 1d1, at: null.timestamp, lines: (), day: 2024-01-02}
"""
# The same symbols as a table of their own: id is 10, name 11.
BINARY = b"\xe0\x01\x00\xea\xed\x81\x83\xda\x87\xb8\x82id\x84name" + b"\xd8\x8a\x21\x07\x8b\x83ann\xd3\x8a\x21\x08"


def test_a_crawled_table_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "a.ion.gz").write_bytes(gzip.compress(ORDERS.encode()))

    report = gluepot.crawl([str(tmp_path)], catalog=str(tmp_path / "g.db"))

    with gluepot.open(str(tmp_path / "g.db")) as catalog:
        rows = gluepot.scan_table(catalog, "orders").read_all().to_pylist()
    assert report.ok
    assert [(row["id"], row["price"], row["at"], row["day"]) for row in rows] == [
        (1, Decimal("12.5"), dt.datetime(2024, 1, 2, 9, 0, 0, 500_000), None),
        (2, Decimal(10), None, dt.date(2024, 1, 2)),
    ]
    assert rows[0]["lines"] == [{"sku": "a", "n": 1}, {"sku": "b", "n": None}]
    assert rows[0]["raw"] == b"hi"


def test_text_binary_and_lists_are_read_alike(lake: Lake) -> None:
    lake.write("a.10n", BINARY)
    lake.write("b.ion", "[{id: 7, name: ann}, {id: 8}]")
    lake.write("c.ion", "{id: 7, NAME: 'ann'}\r\n{id: 8}".encode("utf-16"))
    lake.table("ion", {"id": "int", "name": "string"})

    assert lake.rows() == [{"id": 7, "name": "ann"}, {"id": 8, "name": None}] * 3


def test_values_longer_than_what_is_read_at_a_time_are_whole(lake: Lake) -> None:
    text = "é" * 300_000
    lake.write("a.ion", f"{{id: 1, name: '''{text}'''}}\n" + "".join(f"{{id: {number}}}\n" for number in range(2, 60_000)))
    lake.table("ion", {"id": "int", "name": "string"})

    rows = lake.rows()

    assert [row["id"] for row in rows] == list(range(1, 60_000))
    assert rows[0]["name"] == text


def test_a_column_reads_the_field_its_path_names(lake: Lake) -> None:
    lake.write("a.ion", "{' id ': 1}")
    lake.table("ion", {"id": "int"}, serde_parameters={"ion.id.path_extractor": "(' id ')"})

    assert lake.rows() == [{"id": 1}]


def test_what_contradicts_the_table_is_named_with_its_place(lake: Lake) -> None:
    lake.write("a.ion", "$ion_1_0\n{id: 1}\n{id: x}\n")
    lake.table("ion", {"id": "int"})

    with pytest.raises(ReadError, match=r"a\.ion, line 3, column 'id': 'x' is not a value of type int"):
        lake.rows()


def test_what_is_no_struct_is_no_row(lake: Lake) -> None:
    lake.write("a.ion", "{id: 1}\n'x'\n")
    lake.table("ion", {"id": "int"})

    with pytest.raises(ReadError, match=r"a\.ion, line 2: 'x' is not a struct"):
        lake.rows()


@pytest.mark.parametrize("data", [b"{id: 1}\n{id: 2\n", BINARY[:-1]])
def test_a_damaged_file_is_told_with_the_rows_before_it(lake: Lake, data: bytes) -> None:
    lake.write("a.ion", data)
    lake.table("ion", {"id": "int"})

    with pytest.raises(Unreadable, match=r"a\.ion is not Ion after row 1: it ends within a value"):
        lake.rows()
