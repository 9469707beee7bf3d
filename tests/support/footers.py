"""Footers written by hand: what no library writes any more, or never did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Value = int | bool | str | Mapping[int, "Value"]


class Node(NamedTuple):
    """One element of a Parquet schema; fields by their Thrift numbers: 1 type, 3 repetition, 6 converted, 10 logical."""

    name: str
    fields: Mapping[int, Value] = {}
    children: tuple[Node, ...] = ()


def parquet_file(*columns: Node, rows: int = 0) -> bytes:
    """Return a Parquet file of a footer only."""
    elements = b"".join(_elements(Node("schema", {}, columns)))
    count = _count(Node("", {}, columns))
    listed = bytes([count << 4 | 12]) if count < 15 else b"\xfc" + varint(count)
    footer = b"\x15\x02" + b"\x19" + listed + elements + b"\x16" + varint(rows << 1) + b"\x19\x0c" + b"\x00"
    return b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def _count(node: Node) -> int:
    return 1 + sum(map(_count, node.children))


def _elements(node: Node) -> list[bytes]:
    fields = {**node.fields, 4: node.name, **({5: len(node.children)} if node.children else {})}
    return [_struct(fields), *(part for child in node.children for part in _elements(child))]


def _struct(fields: Mapping[int, Value]) -> bytes:
    out, last = b"", 0
    for number, value in sorted(fields.items()):
        kind, body = _value(value)
        step = number - last
        out += (bytes([step << 4 | kind]) if step < 16 else bytes([kind]) + varint(number << 1)) + body
        last = number
    return out + b"\x00"


def _value(value: Value) -> tuple[int, bytes]:
    if isinstance(value, bool):
        return (1 if value else 2), b""
    if isinstance(value, int):
        return 5, varint(value << 1)
    if isinstance(value, str):
        return 8, varint(len(value.encode())) + value.encode()
    return 12, _struct(value)


def varint(number: int) -> bytes:
    """Return an unsigned number in as many bytes as it needs."""
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


class OrcType(NamedTuple):
    """One type of an ORC footer: its kind's number, its parts, their names, and numbers by field (4 length, 5 precision, 6 scale)."""

    kind: int
    parts: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    numbers: Mapping[int, int] = {}


def orc_file(*types: OrcType, rows: int = 0, codec: int = 0) -> bytes:
    """Return an ORC file of a footer and a postscript only."""
    footer = b"".join(_tagged(4, _orc_type(one)) for one in types) + b"\x30" + varint(rows)
    postscript = b"\x08" + varint(len(footer)) + b"\x10" + varint(codec) + _tagged(8000, b"ORC")
    return b"ORC" + footer + postscript + bytes([len(postscript)])


def _orc_type(one: OrcType) -> bytes:
    body = b"\x08" + varint(one.kind)
    body += b"".join(b"\x10" + varint(part) for part in one.parts)
    body += b"".join(_tagged(3, name.encode()) for name in one.names)
    return body + b"".join(varint(field << 3) + varint(value) for field, value in one.numbers.items())


def _tagged(field: int, body: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(body)) + body
