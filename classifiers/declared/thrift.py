"""Thrift's compact protocol, as far as Parquet's footer needs it: structs as dicts of the wanted fields, the rest skipped.

Reading past the end raises IndexError, what no Thrift is ValueError; nesting and counts are bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MAX_DEPTH = 16  # Parquet's own structs nest six deep

TRUE, FALSE, BYTE, DOUBLE, BINARY, LIST, SET, MAP, STRUCT, UUID = 1, 2, 3, 7, 8, 9, 10, 11, 12, 13
_NUMBERS = frozenset((4, 5, 6))  # i16, i32, i64: one encoding
_FIXED = {BYTE: 1, DOUBLE: 8, UUID: 16}

Read = Callable[[bytes, int], tuple[Any, int]]


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return an unsigned number and the place behind it."""
    byte = data[at]
    if byte < 0x80:
        return byte, at + 1
    value, shift = byte & 0x7F, 7
    while True:
        at += 1
        byte = data[at]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at + 1
        shift += 7
        if shift > 63:
            raise ValueError("a number is too long")


def zigzag(data: bytes, at: int) -> tuple[int, int]:
    """Return a signed number and the place behind it."""
    value, at = varint(data, at)
    return (value >> 1) ^ -(value & 1), at


def binary(data: bytes, at: int) -> tuple[bytes, int]:
    """Return a string's bytes and the place behind it."""
    length, at = varint(data, at)
    if at + length > len(data):
        raise IndexError("a text is longer than the footer")
    return data[at : at + length], at + length


def list_head(data: bytes, at: int) -> tuple[int, int, int]:
    """Return a list's length, its elements' type and the place of the first."""
    head = data[at]
    size, kind = head >> 4, head & 0x0F
    if size < 15:
        return size, kind, at + 1
    size, at = varint(data, at + 1)
    if size > len(data) - at:  # an element takes at least a byte
        raise IndexError("a list is longer than the footer")
    return size, kind, at


def struct(data: bytes, at: int, wanted: dict[int, Read], depth: int = 0) -> tuple[dict[int, Any], int]:
    """Return the wanted fields of a struct, by number, and the place behind it; a truth needs no reader."""
    found: dict[int, Any] = {}
    field = 0
    while True:
        head = data[at]
        at += 1
        if not head:
            return found, at
        kind = head & 0x0F
        if head > 0x0F:
            field += head >> 4
        else:
            field, at = zigzag(data, at)
        read = wanted.get(field)
        if kind <= FALSE:
            if read is not None:
                raise ValueError(f"field {field} is a truth")
            found[field] = kind == TRUE
            continue
        if read is None:
            at = skip(data, at, kind, depth)
        else:
            found[field], at = read(data, at)


def skip(data: bytes, at: int, kind: int, depth: int = 0) -> int:
    """Return the place behind a value."""
    if kind in _NUMBERS:
        while data[at] >= 0x80:
            at += 1
        return at + 1
    if kind == BINARY:
        length, at = varint(data, at)
        return at + length
    if depth > MAX_DEPTH:
        raise ValueError("it nests too deep")
    if kind == STRUCT:
        return _skip_struct(data, at, depth + 1)
    if kind in (LIST, SET):
        size, kind, at = list_head(data, at)
        if kind == STRUCT:
            for _ in range(size):
                at = _skip_struct(data, at, depth + 1)
            return at
        for _ in range(size):
            at = skip(data, at, BYTE if kind <= FALSE else kind, depth + 1)
        return at
    if kind == MAP:
        return _skip_map(data, at, depth + 1)
    if kind not in _FIXED:
        raise ValueError(f"{kind} is no type of Thrift's")
    return at + _FIXED[kind]


def _skip_struct(data: bytes, at: int, depth: int) -> int:
    """Skip a struct's fields; most of a footer is numbers in structs, so those are skipped without a call."""
    while head := data[at]:
        at += 1
        kind = head & 0x0F
        if head <= 0x0F:
            _, at = zigzag(data, at)
        if kind in _NUMBERS:
            while data[at] >= 0x80:
                at += 1
            at += 1
        elif kind == BINARY and data[at] < 0x80:
            at += data[at] + 1
        elif kind > FALSE:
            at = skip(data, at, kind, depth)
    return at + 1


def _skip_map(data: bytes, at: int, depth: int) -> int:
    size, at = varint(data, at)
    if not size:
        return at
    if size > len(data) - at:
        raise IndexError("a map is longer than the footer")
    kinds = data[at]
    at += 1
    for _ in range(size):
        for kind in (kinds >> 4, kinds & 0x0F):
            at = skip(data, at, BYTE if kind <= FALSE else kind, depth)
    return at
