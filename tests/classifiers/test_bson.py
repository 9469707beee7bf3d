"""BSON: recognised by decoding it, each value of the type that it says."""

from __future__ import annotations

import struct
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bson_writer import Long, Raw, document, text
from gluepot.classifiers.chain import classify
from gluepot.classifiers.documents.bson_documents import BsonError, decode
from gluepot.classifiers.sample import Classification, Sample
from gluepot.crawler.signatures import columns_of

ROW: dict[str, Any] = {
    "_id": Raw(0x07, bytes(range(12))),
    "n": 5,
    "l": Long(5),
    "x": 1.5,
    "s": "é",
    "ok": True,
    "at": datetime(2024, 1, 2, 3, 4, 5),
    "raw": b"\0\1",
    "price": Raw(0x13, struct.pack("<QQ", 12340, (6176 - 3) << 49)),
    "tags": ["a", "b"],
    "in": {"a": 1, "none": None},
    "stamp": Raw(0x11, struct.pack("<II", 1, 1_700_000_000)),
    "code": Raw(0x0D, text("f()")),
    "regex": Raw(0x0B, b"a.b\0i\0"),
    "scoped": Raw(0x0F, struct.pack("<i", 4 + 4 + 4 + 5) + text("g()") + document({})),
    "low": Raw(0xFF, b""),
}


def of(head: bytes, *, whole: bool = True, size: int = 0) -> Classification:
    return classify(Sample("key", size or len(head), head, whole=whole))


def columns(found: Classification) -> dict[str, str]:
    return dict(columns_of(found.schema, "accurate"))


def test_each_value_says_its_type() -> None:
    found = of(document(ROW) * 3)

    assert (found.format.classification, found.records) == ("bson", 3)
    assert columns(found) == {
        "_id": "string",
        "n": "int",
        "l": "bigint",
        "x": "double",
        "s": "string",
        "ok": "boolean",
        "at": "timestamp",
        "raw": "binary",
        "price": "decimal(5,3)",
        "tags": "array<string>",
        "in": "struct<a:int,none:string>",
        "stamp": "timestamp",
        "code": "string",
        "regex": "string",
        "scoped": "string",
        "low": "string",
    }


@pytest.mark.parametrize(
    ("low", "high", "value"),
    [
        (1, 0x3040 << 48, Decimal(1)),
        (12340, (6176 - 3) << 49, Decimal("12.340")),
        (1, (0x3040 << 48) | (1 << 63), Decimal(-1)),
        (5, (6176 + 3) << 49, Decimal("5E+3")),
        (0, 0x7800 << 48, Decimal("Infinity")),
        (0, 0xF800 << 48, Decimal("-Infinity")),
        (7, (3 << 61) | (6176 << 47), Decimal(0)),
    ],
)
def test_decimals_are_decoded_as_the_standard_says(low: int, high: int, value: Decimal) -> None:
    found: dict[str, Any] = {}
    decode(document({"d": Raw(0x13, struct.pack("<QQ", low, high))}), 0, found)

    assert str(found["d"]) == str(value)


def test_documents_need_not_have_the_same_fields_or_types() -> None:
    rows: list[dict[str, Any]] = [{"a": 1}, {"a": 2.5, "b": None}, {"b": [], "c": {}}, {"b": [1]}]

    assert columns(of(b"".join(document(row) for row in rows))) == {"a": "double", "b": "array<int>", "c": "map<string,string>"}


def test_a_sample_may_end_anywhere() -> None:
    dump = document(ROW) * 2
    for cut in range(len("xxxx_id") + 40, len(dump)):
        assert of(dump[:cut], whole=False, size=len(dump)).format.classification == "bson"


def test_a_dump_that_is_cut_short_or_damaged_is_told() -> None:
    row = document({"a": 1})

    assert of(row * 3 + row[:-3]).evidence["oddities"] == [f"it ends inside a value at byte {3 * len(row)}: what follows is not read"]
    assert of(row * 3 + b"\x08\0\0\0\x63a\0\0").evidence["oddities"] == [
        f"there is no element type 0x63 at byte {3 * len(row)}: what follows is not read"
    ]


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x05\0\0\0",
        b"\x06\0\0\0\0\0",
        b"\xff\xff\xff\x7f" + document({"a": 1}),
        document({"a": 1})[:-1] + b"\1",
        document({"a": 1}) + b"rubbish behind one document",
        struct.pack("<i", 20) + b"\x02a\0" + struct.pack("<i", 1 << 30) + b"x" * 9,
        struct.pack("<i", 14) + b"\x05a\0" + struct.pack("<i", -5) + b"\0\0\0",
        b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0",
        "a\tb\n1\t2\n".encode("utf-16-le"),
    ],
)
def test_other_bytes_are_not_bson(head: bytes) -> None:
    assert of(head).format.classification != "bson"


def test_deep_nesting_is_refused() -> None:
    nested = document({})
    for _ in range(5000):
        nested = document({"a": Raw(0x03, nested)})

    assert not of(nested).known


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 200))
def test_any_bytes_are_decoded_or_refused(noise: bytes, place: int) -> None:
    dump = document(ROW)
    spoilt = dump[: 4 + place] + noise + dump[4 + place + len(noise) :]
    try:
        decode(spoilt, 0, {})
    except BsonError:
        pass


scalars = st.none() | st.booleans() | st.integers(-(2**31), 2**31 - 1) | st.floats(allow_nan=False) | st.text() | st.binary(max_size=9)
names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8)


@given(st.dictionaries(names, values, max_size=5))
def test_what_is_written_is_decoded(members: dict[str, Any]) -> None:
    found: dict[str, Any] = {}
    dump = document(members)

    assert decode(dump + b"behind", 0, found) == len(dump)
    assert found == members
