"""Ion: what is recognised, what is left to others, and what becomes of its values."""

from __future__ import annotations

import struct

import pytest

from gluepot.classifiers.chain import classify
from gluepot.classifiers.documents.ion_binary import BinaryReader
from gluepot.classifiers.documents.ion_symbols import NotIon, Value
from gluepot.classifiers.documents.ion_text import TextReader
from gluepot.classifiers.inference.resolve import column_type
from gluepot.classifiers.sample import Classification, Sample

MARK = b"\xe0\x01\x00\xea"


def of(head: bytes, *, key: str = "data", whole: bool = True) -> Classification:
    return classify(Sample(key, len(head), head, whole=whole))


def columns(found: Classification) -> dict[str, str]:
    return {name: str(column_type(member.type)) for name, member in found.schema.members.items()}


def texts(text: str) -> list[Value]:
    return [item.value for item in TextReader(text, final=True).items()]


def binaries(data: bytes) -> list[Value]:
    return [item.value for item in BinaryReader(data, final=True).items()]


@pytest.mark.parametrize(
    "text",
    [
        "$ion_1_0\n1\n2\n",
        "{id: 1, name: 'ann'}\n{id: 2, name: bob}\n",
        'order::{"id": 1}\n',
        "[{id: 1}, {id: 2}]",
        "{{aGVsbG8=}}\n",
        "'''a long'''\n''' string'''\n",
        "null.struct\n[]\n",
        "// sums\n(1 2 3)\n(+ 1 2)\n",
        "[2007-02-23T12:14:33.079-08:00, nan, +inf, 1d3]\n(a)\n",
    ],
)
def test_text_that_only_ion_reads_is_ion(text: str) -> None:
    assert of(text.encode()).format.classification == "ion"


@pytest.mark.parametrize(
    "text",
    [
        '{"id": 1, "name": "ann"}\n',
        "a\tb\n1\t2\n",
        '"a" "b"\n"1" 2\n"2" 3\n',
        "name: gluepot\nversion: 1\n",
        "fn main() { println(1) }\n",
        "pub struct Point { x: i32, y: i32 }\n",
        "type Query { name: String }\n",
        "(define (square x) (x x))\n",
        "3.0 (native)\n",
        "Hello {{ name }}\n",
        "{\n  // settings\n  tabs: 4,\n}\n",
        '{\n  // settings\n  "tabs": 4,\n}\n',
        "a { color: red; }\n",
        "{'id': 1, 'name': 'ann'}\n{'id': 2, 'name': 'bob'}\n",
        '{"ok": True, "gone": None}\n',
        "// nothing but a comment\n",
        "0.1234D+01  0.5678D-02\n0.1234D+01  0.5678D-02\n",
        "1\n",
        "some words without a point\n",
    ],
)
def test_other_notations_are_not_taken_for_ion(text: str) -> None:
    assert of(text.encode()).format.classification != "ion"


def test_the_name_settles_what_the_text_leaves_open() -> None:
    assert of(b"1\n2\n").format.classification != "ion"
    assert of(b"1\n2\n", key="numbers.ion").format.classification == "ion"


def test_structs_are_rows_and_their_values_columns() -> None:
    found = of(
        b"{id: 1, big: 12345678901, price: 1.50, at: 2024-01-02T10:00:00Z, day: 2024-01-02, ok: true, who: {x: sym, y: {{aGk=}}}}\n"
        b'note::{id: 2, price: 1d-3, ratio: 1.5e0, tags: [a, "b"], path: (1 2), gone: null.string}\n'
    )

    assert columns(found) == {
        "id": "int",
        "big": "bigint",
        "price": "decimal(38,18)",
        "at": "timestamp",
        "day": "date",
        "ok": "boolean",
        "who": "struct<x:string,y:binary>",
        "ratio": "double",
        "tags": "array<string>",
        "path": "array<int>",
        "gone": "string",
    }


@pytest.mark.parametrize(
    ("number", "kind"), [("1.5", "decimal(38,18)"), ("1d25", "decimal(26,0)"), ("1d-30", "decimal(30,30)"), ("1d60", "double")]
)
def test_a_decimal_gets_the_type_that_holds_it(number: str, kind: str) -> None:
    assert columns(of(f"{{n: {number}}}\n".encode())) == {"n": kind}


def test_one_list_of_structs_is_their_rows() -> None:
    found = of(b"[{id: 1},\n {id: 2, name: ann},\n]")

    assert (columns(found), found.schema.structs) == ({"id": "int", "name": "string"}, 2)


def test_what_is_no_struct_is_told() -> None:
    assert of(b"{id: 1}\n'x'\n").evidence["oddities"] == ["1 of its 2 values are no structs, and no rows"]


def test_a_sample_that_cuts_a_value_gives_those_before() -> None:
    assert of(b"{id: 1, name: ann}\n{id: 2, na", whole=False).schema.structs == 1


def test_a_damaged_end_leaves_the_rows_before_it_and_is_told() -> None:
    found = of(b"$ion_1_0\n" + b"{id: 1}\n" * 9 + b"{id: 7\n")

    assert found.schema.structs == 9
    assert "it ends within a value" in found.evidence["oddities"][0]


def test_binary_is_known_by_its_mark_and_read_by_its_symbol_table() -> None:
    table = b"\xeb\x81\x83\xd8\x87\xb6\x82id\x82at"
    rows = b"\xda\x8a\x21\x07\x8b\x65\xc0\x0f\xe8\x81\x82" + b"\xde\x83\x8a\x21\x08"

    found = of(MARK + table + rows)

    assert found.format.classification == "ion"
    assert columns(found) == {"id": "int", "at": "date"}


def test_annotated_and_padded_binary_values_are_their_values() -> None:
    wrapped = b"\xe4\x81\x84\x21\x05"  # name::5
    assert binaries(MARK + b"\x02\xff\xff" + wrapped + b"\xb3\x21\x01\x00") == [5, 1]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"\x0f", None),
        (b"\x11", True),
        (b"\x20", 0),
        (b"\x32\x01\x00", -256),
        (b"\x48" + struct.pack(">d", 1.5), 1.5),
        (b"\x84ab\xc3\xa9", "abé"),
        (b"\xa2\x00\x01", b"\x00\x01"),
        (b"\x71\x04", "name"),
        (b"\xc3\x21\x01\x0f", [1, None]),
        (b"\xd3\x84\x21\x01", {"name": 1}),
        (b"\xd1\x83\x84\x21\x01", {"name": 1}),
    ],
)
def test_binary_values(data: bytes, value: Value) -> None:
    assert binaries(MARK + data) == [value]


@pytest.mark.parametrize(
    "data",
    [
        b"\xf0",
        b"\x8e\xff",
        b"\x88abc",
        b"\xd1\x80",
        b"\x31\x00",
        b"\x7a" + b"\xff" * 10,
        b"\xe3\x81\x84\xe0",
        b"\xb2\x82a",
        b"\x12",
        b"\x81\xff",
        b"\x61\xc0",
    ],
)
def test_damaged_binary_is_refused(data: bytes) -> None:
    with pytest.raises(NotIon):
        binaries(MARK + data)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0x1F", 31),
        ("-0b101", -5),
        ("1_000", 1000),
        ("'''a'''  // and\n'''b'''", "ab"),
        (r'"\x41\u00e9\U0001F600\'"', "Aé😀'"),
        (r'"\ud83d\ude00"', "😀"),
        ('{{"clob\\xff"}}', b"clob\xff"),
        ("(a+b - -1)", ["a", "+", "b", "-", -1]),
        ("{a: b::c::1, 'd e': $4, \"f\": null.int}", {"a": 1, "d e": "name", "f": None}),
    ],
)
def test_text_values(text: str, value: Value) -> None:
    assert texts(f"$ion_1_0 x::{text}") == [value]


@pytest.mark.parametrize(
    "text",
    [
        "007",
        "1__0",
        "{a 1}",
        "{null: 1}",
        "[1 2]",
        "2001-02-29",
        "2007-02-23T00Z",
        '"\\z"',
        '"a\nb"',
        "{{ab}}x}",
        "'''a",
        "(1--2)",
        "null.x",
        "{,}",
        "a : : b",
        "$99",
    ],
)
def test_damaged_text_is_refused(text: str) -> None:
    with pytest.raises(NotIon):
        texts(text)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pieces_of_any_size_give_the_same_values(size: int) -> None:
    text = "$ion_1_0 a::{b: 1, c: '''x''' '''y''', d: (1 - 2)} // z\n [{e: {{aGk=}}}, 2.5, nul, null] 2007-02-23T /* q */ null.int 12"
    reader = TextReader("", final=False)
    values: list[Value] = []
    for start in range(0, len(text), size):
        reader.feed(text[start : start + size], final=False)
        values += [item.value for item in reader.items()]
    reader.feed("", final=True)
    values += [item.value for item in reader.items()]

    assert values == texts(text)


@pytest.mark.parametrize(
    "hostile", ["[" * 5000, "{a:" * 5000, "(" * 5000, "a::" * 5000 + "1", "9" * 9000, "1d999999999", "'" * 5001, "/*" * 5000]
)
def test_hostile_text_ends_quickly(hostile: str) -> None:
    assert of(f"$ion_1_0\n{hostile}".encode()) is not None


def test_symbols_of_an_absent_shared_table_keep_their_numbers() -> None:
    text = '$ion_symbol_table::{imports: [{name: "far.away", version: 1, max_id: 4000000000}], symbols: ["here"]} {$12: 1} {$4000000010: 2}'
    assert texts(text) == [{"$12": 1}, {"here": 2}]
