"""Binary Ion, value by value, from bytes that may come in pieces."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from .ion_symbols import (
    LOCAL_TABLE,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_VALUE,
    SHARED_TABLE,
    Incomplete,
    Item,
    NotIon,
    Shape,
    SymbolTable,
    Value,
    bounded,
    moment,
)

MARK = b"\xe0\x01\x00\xea"
_NULL, _VARIABLE, _ORDERED = 15, 14, 1  # lengths that mean something else
_PAD, _BOOL, _NEGATIVE, _FLOAT, _LIST, _SEXP, _STRUCT, _ANNOTATION = 0, 1, 3, 4, 11, 12, 13, 14
_SHAPES: Mapping[int, Shape] = {_LIST: "list", _SEXP: "sexp", _STRUCT: "struct"}
_MAX_INTEGER = MAX_DIGITS * 10 // 24  # bytes: a digit is 3.32 bits
_MAX_VARIABLE = 9  # bytes of a number of variable length

Head = tuple[int, int, int, int]  # type code, length code, where the content begins and where it ends


class BinaryReader:
    """The values at the top level of a stream."""

    def __init__(self, data: bytes, *, final: bool) -> None:
        self.data = data
        self.final = final  # nothing follows the data
        self.at = 0
        self.count = 0
        self.list_end: int | None = None  # of a list at the top level whose elements are being given
        self.symbols = SymbolTable()

    def feed(self, more: bytes, *, final: bool) -> None:
        """Go on with more data, where the items have run out."""
        self.data = self.data[self.at :] + more
        self.list_end = None if self.list_end is None else self.list_end - self.at
        self.at = 0
        self.final = final

    @property
    def left(self) -> int:
        """How much is at hand that the items did not take up."""
        return len(self.data) - self.at

    def items(self) -> Iterator[Item]:
        """Yield values until the data end or are cut within one; `at` stays where the cut one begins. Raises NotIon."""
        try:
            while self.at < len(self.data):
                item = self._item()
                if item is not None:
                    yield item
        except Incomplete:
            if self.final:
                raise NotIon("it ends within a value") from None
            return
        if self.final and self.list_end is not None:
            raise NotIon("it ends within a list")

    def _item(self) -> Item | None:
        if self.list_end is None and self.data[self.at] == MARK[0]:
            self._version_mark()
            return None
        kind, low, body, end = self._top_head()
        if kind == _LIST and low != _NULL and self.list_end is None:
            self.at, self.list_end = body, end
            self._close_list()
            return None
        if end - self.at > MAX_VALUE:
            raise NotIon(f"a value is larger than {MAX_VALUE >> 20} MB")
        if end > len(self.data):
            raise Incomplete
        listed = self.list_end is not None
        try:
            annotation, inner = self._annotation(body, end) if kind == _ANNOTATION else ("", self.at)
            value, kind, _ = self._value(inner, end, 0)
        except IndexError:
            raise NotIon("a value is longer than what holds it") from None
        self.at = end
        self._close_list()
        if annotation in (LOCAL_TABLE, SHARED_TABLE) and isinstance(value, dict) and not listed:
            if annotation == LOCAL_TABLE:
                self.symbols.load(value)
            return None
        if kind == _PAD and low != _NULL:
            return None
        self.count += 1
        return Item(value, "scalar" if value is None else _SHAPES.get(kind, "scalar"), self.count, listed)

    def _top_head(self) -> Head:
        limit = self.list_end
        try:
            head = _head(self.data, self.at)
        except IndexError:
            raise Incomplete from None
        if limit is not None and head[3] > limit:
            raise NotIon("a value is longer than its list")
        return head

    def _close_list(self) -> None:
        if self.at == self.list_end:
            self.list_end = None

    def _version_mark(self) -> None:
        mark = self.data[self.at : self.at + len(MARK)]
        if len(mark) < len(MARK):
            raise Incomplete
        if mark != MARK:
            raise NotIon(f"it is of version {mark[1]}.{mark[2]}, and only 1.0 is read" if mark[3] == MARK[3] else "a version mark is torn")
        self.symbols = SymbolTable()
        self.at += len(MARK)

    # --- values ----------------------------------------------------------------------------------

    def _annotation(self, at: int, end: int) -> tuple[str, int]:
        """Return a wrapper's first annotation, and where its value begins."""
        length, at = _unsigned(self.data, at)
        inner = at + length
        number, _ = _unsigned(self.data, at)
        if not length or inner >= end or self.data[inner] >> 4 == _ANNOTATION:
            raise NotIon("an annotation is damaged")
        return self.symbols.text(number), inner

    def _value(self, at: int, limit: int, depth: int) -> tuple[Value, int, int]:
        """Return a value, its type code and its end."""
        kind, low, body, end = _head(self.data, at)
        if end > limit:
            raise NotIon("a value is longer than what holds it")
        if low == _NULL or kind == _PAD:
            return None, kind, end
        if kind == _ANNOTATION:
            _, inner = self._annotation(body, end)
            value, kind, _ = self._value(inner, end, depth)
            return value, kind, end
        if kind in _SHAPES:
            if depth >= MAX_DEPTH:
                raise NotIon(f"it nests deeper than {MAX_DEPTH}")
            return self._struct(body, end, depth) if kind == _STRUCT else self._list(body, end, depth), kind, end
        if kind == _BOOL:
            return low == 1, kind, end
        if kind == _SYMBOL:
            return self.symbols.text(int.from_bytes(self.data[body : min(end, body + 9)])), kind, end
        return _SCALARS[kind](self.data[body:end]), kind, end

    def _list(self, at: int, end: int, depth: int) -> list[Value]:
        values: list[Value] = []
        while at < end:
            pad = self.data[at] < _NULL
            value, _, at = self._value(at, end, depth + 1)
            if not pad:
                values.append(value)
        return values

    def _struct(self, at: int, end: int, depth: int) -> dict[str, Value]:
        members: dict[str, Value] = {}
        while at < end:
            name, at = _unsigned(self.data, at)
            pad = self.data[at] < _NULL
            value, _, at = self._value(at, end, depth + 1)
            if not pad:
                members[self.symbols.text(name)] = value
        return members


def _head(data: bytes, at: int) -> Head:
    """Read a type descriptor. Raises IndexError where the data end in it, NotIon."""
    kind, low = data[at] >> 4, data[at] & 15
    if low not in _LENGTHS[kind]:
        raise NotIon(f"there is no type {kind:x}{low:x}")
    at += 1
    if low == _NULL or kind == _BOOL:
        return kind, low, at, at
    if low == _VARIABLE or (kind == _STRUCT and low == _ORDERED):
        length, at = _unsigned(data, at)
        if kind == _STRUCT and low == _ORDERED and not length:
            raise NotIon("an ordered struct is empty")
        return kind, low, at, at + length
    return kind, low, at, at + low


_ANY = range(16)
_LENGTHS = (_ANY, (0, 1, _NULL), _ANY, _ANY, (0, 4, 8, _NULL), _ANY, (*range(2, 15), _NULL), *(_ANY,) * 7, range(3, 15), ())


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    """Read a number whose last byte has its high bit set."""
    value = 0
    for place in range(at, at + _MAX_VARIABLE):
        byte = data[place]
        value = value << 7 | byte & 0x7F
        if byte > 0x7F:
            return value, place + 1
    raise NotIon("a number is too long")


def _signed(data: bytes, at: int) -> tuple[int, int, bool]:
    """Read such a number whose second bit is its sign; say whether it is negative, as zero may be."""
    value, end = _unsigned(data, at)
    sign = 1 << (7 * (end - at) - 1)
    negative = bool(value & sign)
    value &= sign - 1
    return (-value if negative else value), end, negative


# --- scalars: what the content of a type stands for ------------------------------------------------


def _positive(content: bytes) -> Value:
    value = int.from_bytes(content)
    return value if len(content) <= _MAX_INTEGER else hex(value)


def _negative(content: bytes) -> Value:
    value = -int.from_bytes(content)
    if not value:
        raise NotIon("a negative number is zero")
    return value if len(content) <= _MAX_INTEGER else hex(value)


def _float(content: bytes) -> Value:
    if not content:
        return 0.0
    number: float = struct.unpack(">f" if len(content) == 4 else ">d", content)[0]
    return number


def _decimal(content: bytes) -> Value:
    if not content:
        return Decimal(0)
    exponent, at, _ = _signed(content, 0)
    digits, negative = _coefficient(content[at:])
    if len(content) > _MAX_INTEGER or abs(exponent) > 1 << 31:
        return f"{'-' if negative else ''}{digits:#x}d{exponent}"
    return bounded(Decimal((negative, tuple(map(int, str(digits))), exponent)))


def _coefficient(content: bytes) -> tuple[int, bool]:
    """Read a whole number whose first bit is its sign."""
    if not content:
        return 0, False
    return int.from_bytes(bytes((content[0] & 0x7F,)) + content[1:]), content[0] > 0x7F


def _timestamp(content: bytes) -> Value:
    _, at, _ = _signed(content, 0)
    fields: list[int] = []
    while at < len(content) and len(fields) < 6:
        field, at = _unsigned(content, at)
        fields.append(field)
    if len(fields) in (0, 4):
        raise NotIon("a timestamp is cut")
    micros = 0
    if at < len(content):
        exponent, at, _ = _signed(content, at)
        digits, negative = _coefficient(content[at:])
        if (negative and digits) or exponent > 0 or len(content) > _MAX_INTEGER:
            raise NotIon("a timestamp has a fraction that is none")
        micros = digits * 10**6 // 10**-exponent if exponent > -MAX_DIGITS else 0
        if micros >= 10**6:
            raise NotIon("a timestamp has a fraction that is none")
    # Fields are in UTC already; what is known of the offset does not change the moment.
    return moment(fields, micros)


def _text(content: bytes) -> Value:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise NotIon(f"a string is not UTF-8: {error.reason}") from None


_SYMBOL = 7
_SCALARS: Mapping[int, Callable[[bytes], Value]] = {
    2: _positive,
    _NEGATIVE: _negative,
    _FLOAT: _float,
    5: _decimal,
    6: _timestamp,
    8: _text,
    9: bytes,
    10: bytes,
}
