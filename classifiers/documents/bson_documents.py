"""BSON documents to Python values: the twenty element types of the specification, bounded in depth and size."""

from __future__ import annotations

import struct
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

MAX_DOCUMENT = (16 << 20) + (16 << 10)  # bytes: MongoDB's limit, and what its tools allow beyond it
MAX_DEPTH = 200  # MongoDB's own limit is 180 [doc]
MIN_DOCUMENT = 5  # a length and the closing zero

_EPOCH = datetime(1970, 1, 1)
_INT32, _INT64, _DOUBLE = struct.Struct("<i"), struct.Struct("<q"), struct.Struct("<d")
_TIMESTAMP, _DECIMAL = struct.Struct("<II"), struct.Struct("<QQ")

Record = dict[str, Any]


class BsonError(ValueError):
    """The bytes are no BSON."""


class Cut(BsonError):
    """The bytes end inside a document."""


class Long(int):
    """A whole number that was written with 64 bits."""


def size_at(data: bytes, place: int) -> int:
    """Return the size of the document at a place. Raises BsonError, Cut."""
    if place + 4 > len(data):
        raise Cut("it ends inside a document's length")
    size: int = _INT32.unpack_from(data, place)[0]
    if not MIN_DOCUMENT <= size <= MAX_DOCUMENT:
        raise BsonError(f"a document cannot have {size} bytes")
    return size


def decode(data: bytes, place: int, into: Record) -> int:
    """Decode the document at a place, filling `into` as far as the bytes go, and return where it ends. Raises BsonError, Cut."""
    return _Decoder(data).document(place, into, 0)


class _Decoder:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def document(self, place: int, into: Record, depth: int) -> int:
        if depth > MAX_DEPTH:
            raise BsonError(f"it nests deeper than {MAX_DEPTH} levels")
        data, end = self.data, place + size_at(self.data, place)
        place += 4
        while True:
            if place >= len(data):
                raise Cut("it ends inside a document")
            kind = data[place]
            if kind == 0:
                if place + 1 != end:
                    raise BsonError("a document is not as long as it says")
                return end
            name, place = self._name(place + 1, end)
            into[name], place = self._value(kind, place, end, depth)

    def _name(self, place: int, end: int) -> tuple[str, int]:
        stop = self.data.find(0, place, end)
        if stop < 0:
            raise Cut("it ends inside a name") if end > len(self.data) else BsonError("a name does not end")
        try:
            return self.data[place:stop].decode(), stop + 1
        except UnicodeDecodeError:
            raise BsonError("a name is not UTF-8") from None

    def _value(self, kind: int, place: int, end: int, depth: int) -> tuple[Any, int]:
        if kind in (0x03, 0x04):
            members: Record = {}
            stop = self.document(place, members, depth + 1)
            self._within(stop, end)
            return (list(members.values()) if kind == 0x04 else members), stop
        if kind in _FIXED:
            size = _FIXED[kind]
            return _fixed(kind, self._take(place, size, end)), place + size
        if kind in (0x02, 0x0D, 0x0E):
            return self._text(place, end)
        if kind == 0x05:
            size = self._size(place, end)
            return self._take(place + 5, size, end), place + 5 + size
        if kind == 0x0B:
            pattern, place = self._name(place, end)
            flags, place = self._name(place, end)
            return f"/{pattern}/{flags}", place
        if kind == 0x0C:
            _, place = self._text(place, end)
            return self._take(place, 12, end).hex(), place + 12
        if kind == 0x0F:
            text, stop = self._text(place + 4, end)
            return text, self.document(stop, {}, depth + 1)
        raise BsonError(f"there is no element type {kind:#04x}")

    def _text(self, place: int, end: int) -> tuple[str, int]:
        size = self._size(place, end)
        taken = self._take(place + 4, size, end)
        if taken[-1:] != b"\0":
            raise BsonError("a text does not end where it says")
        return taken[:-1].decode("utf-8", "replace"), place + 4 + size

    def _size(self, place: int, end: int) -> int:
        size: int = _INT32.unpack(self._take(place, 4, end))[0]
        if size < 0:
            raise BsonError(f"a value cannot have {size} bytes")
        return size

    def _take(self, place: int, size: int, end: int) -> bytes:
        self._within(place + size, end)
        if place + size > len(self.data):
            raise Cut("it ends inside a value")
        return self.data[place : place + size]

    def _within(self, place: int, end: int) -> None:
        if place >= end:
            raise BsonError("a value reaches past its document")


# Element types of one size.
_FIXED = {
    0x01: 8,
    0x06: 0,
    0x07: 12,
    0x08: 1,
    0x09: 8,
    0x0A: 0,
    0x10: 4,
    0x11: 8,
    0x12: 8,
    0x13: 16,
    0x7F: 0,
    0xFF: 0,
}


def _fixed(kind: int, taken: bytes) -> Any:
    match kind:
        case 0x01:
            return _DOUBLE.unpack(taken)[0]
        case 0x07:
            return taken.hex()
        case 0x08:
            if taken[0] > 1:
                raise BsonError(f"a boolean cannot be {taken[0]}")
            return taken == b"\1"
        case 0x09:
            return _moment(_INT64.unpack(taken)[0])
        case 0x10:
            return _INT32.unpack(taken)[0]
        case 0x11:
            return _moment(_TIMESTAMP.unpack(taken)[1] * 1000)
        case 0x12:
            return Long(_INT64.unpack(taken)[0])
        case 0x13:
            return _decimal(*_DECIMAL.unpack(taken))
        case 0x7F:
            return "MaxKey"
        case 0xFF:
            return "MinKey"
        case _:
            return None  # null, and the deprecated undefined


def _moment(milliseconds: int) -> datetime | str:
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return f"{milliseconds} ms"  # of a year that no engine has


def _decimal(low: int, high: int) -> Decimal:
    """Decode IEEE 754-2008 decimal128 in its binary form."""
    sign = high >> 63
    if high >> 58 & 0x1F == 0x1F:
        return Decimal("NaN")
    if high >> 58 & 0x1F == 0x1E:
        return Decimal("-Infinity" if sign else "Infinity")
    if high >> 61 & 3 == 3:  # no number of 34 digits: zero, as the standard has it
        return Decimal((sign, (0,), (high >> 47 & 0x3FFF) - 6176))
    digits = (high & (1 << 49) - 1) << 64 | low
    return Decimal((sign, tuple(map(int, str(digits if digits < 10**34 else 0))), (high >> 49 & 0x3FFF) - 6176))
