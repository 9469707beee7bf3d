"""Parquet's footer: its own schema as catalog types, and how many rows and bytes there are.

Read here and not through Arrow, which is not needed to crawl, refuses whole files for one type that it
does not know, and cannot say what the schema says: TIME, ENUM, columns that are named alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...catalog.types import BINARY, MAX_PRECISION, STRING, VOID, Array, HiveType, Map, Scalar, Struct
from .columns import DeclaredColumns, declare
from .thrift import STRUCT, Read, binary, list_head, struct, varint, zigzag

MAX_DEPTH = 100
_SHOWN_GROUPS = 100  # row groups whose sizes are added up
_SHOWN_BYTES = 1 << 16  # of footer that is read for them: they only tell an average


@dataclass(frozen=True, slots=True)
class ParquetFooter:
    """What a footer says."""

    columns: DeclaredColumns
    rows: int
    row_size: int  # mean bytes of a row, uncompressed


@dataclass(frozen=True, slots=True)
class _Element:
    """One node of the schema, which is written depth first."""

    name: str
    physical: int | None  # None for a group
    repetition: int
    children: int
    converted: int | None
    logical: dict[int, Any]
    scale: int
    precision: int

    @property
    def repeated(self) -> bool:
        return self.repetition == _REPEATED


_REQUIRED, _REPEATED = 0, 2
_UNIT = {1: zigzag}

# The logical types' own parameters, by number in the union.
_DECIMAL, _INTEGER = 5, 10
_LOGICAL_FIELDS: dict[int, Read] = {
    _DECIMAL: lambda data, at: struct(data, at, {1: zigzag, 2: zigzag}),
    _INTEGER: lambda data, at: struct(data, at, {1: lambda data, at: (data[at], at + 1)}),
    **{number: lambda data, at: struct(data, at, {}) for number in (1, 2, 3, 4, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18)},
}
_ELEMENT_FIELDS: dict[int, Read] = {
    1: zigzag,
    3: zigzag,
    4: binary,
    5: zigzag,
    6: zigzag,
    7: zigzag,
    8: zigzag,
    10: lambda data, at: struct(data, at, _LOGICAL_FIELDS),
}


def read_footer(footer: bytes) -> ParquetFooter:
    """Read a footer's Thrift. Raises ValueError or IndexError for a damaged one."""
    schema_at = _schema_start(footer)
    known = next((known for known in _KNOWN if footer.startswith(known, schema_at)), None)
    if known is None:
        known = footer[schema_at : _elements(footer, schema_at)[1]]
        _KNOWN.insert(0, known)
        del _KNOWN[_KNOWN_MOST:]
    rows, size = _counts(footer, schema_at + len(known))
    return ParquetFooter(schema_columns(known), rows, size)


# The latest schemas as bytes: a writer's files begin alike, and need no second reading. Only a cache.
_KNOWN: list[bytes] = []
_KNOWN_MOST = 8


def _schema_start(footer: bytes) -> int:
    """Return where the schema stands: the second field, behind the version."""
    if footer[:1] != b"\x15":
        raise ValueError("it has no version")
    _, at = varint(footer, 1)
    if footer[at] != 0x19:
        raise ValueError("it has no schema")
    return at + 1


def _elements(data: bytes, at: int) -> tuple[list[_Element], int]:
    size, kind, at = list_head(data, at)
    if kind != STRUCT or not size:
        raise ValueError("it has no schema")
    elements: list[_Element] = []
    for _ in range(size):
        found, at = struct(data, at, _ELEMENT_FIELDS)
        elements.append(
            _Element(
                found.get(4, b"").decode("utf-8", "replace"),
                found.get(1) if not found.get(5) else None,
                found.get(3, _REQUIRED),
                found.get(5, 0),
                found.get(6),
                found.get(10, {}),
                found.get(7, 0),
                found.get(8, 0),
            )
        )
    return elements, at


def _counts(footer: bytes, at: int) -> tuple[int, int]:
    """Return the rows, and a row's mean size by the first row groups."""
    head = footer[at]
    if head != 0x16:
        raise ValueError("it does not say how many rows there are")
    rows, at = zigzag(footer, at + 1)
    if rows < 0:
        raise ValueError("it has fewer than no rows")
    return rows, _row_size(footer, at) if rows and footer[at] == 0x19 else 0


def _row_size(footer: bytes, at: int) -> int:
    size, kind, at = list_head(footer, at + 1)
    stored = rows = 0
    last = at + _SHOWN_BYTES
    for _ in range(min(size, _SHOWN_GROUPS) if kind == STRUCT else 0):
        group, at = struct(footer, at, {2: zigzag, 3: zigzag})
        stored += group.get(2, 0)
        rows += group.get(3, 0)
        if at > last:
            break
    return max(stored // rows, 0) if rows > 0 else 0


# --- the schema ------------------------------------------------------------------------------------


@lru_cache(maxsize=512)  # siblings share one schema
def schema_columns(schema: bytes) -> DeclaredColumns:
    """Return the catalog's columns for a schema. Raises ValueError for one that is no tree."""
    elements, _ = _elements(schema, 0)
    root = elements[0]
    columns: list[tuple[str, HiveType]] = []
    at = 1
    for _ in range(root.children):
        name = elements[at].name if at < len(elements) else ""
        kind, at = _field(elements, at, 0)
        columns.append((name, kind))
    if at != len(elements):
        raise ValueError("its schema is no tree")
    return declare(columns)


def _field(elements: list[_Element], at: int, depth: int) -> tuple[HiveType, int]:
    """Return a field's type, and the place of the next; a field that is repeated by itself is a list."""
    if at >= len(elements) or depth > MAX_DEPTH:
        raise ValueError("its schema is no tree")
    kind, after = _type(elements, at, depth)
    return (Array(_known(kind)) if elements[at].repeated else kind), after


def _type(elements: list[_Element], at: int, depth: int) -> tuple[HiveType, int]:
    element = elements[at]
    if element.physical is not None:
        return _primitive(element), at + 1
    if _is_annotated(element, _LIST) and element.children == 1:
        return _list(elements, at, depth)
    if _is_annotated(element, _MAP) and element.children == 1:
        return _map(elements, at, depth)
    return _group(elements, at, depth)


# What annotates a group: converted types, and members of the union of logical types.
_MAP, _LIST = (frozenset((1, 2)), 2), (frozenset((3,)), 3)


def _is_annotated(element: _Element, annotation: tuple[frozenset[int], int]) -> bool:
    converted, logical = annotation
    return element.converted in converted or logical in element.logical


def _group(elements: list[_Element], at: int, depth: int) -> tuple[HiveType, int]:
    fields: list[tuple[str, HiveType]] = []
    after = at + 1
    for _ in range(elements[at].children):
        name = elements[after].name if after < len(elements) else ""
        kind, after = _field(elements, after, depth + 1)
        fields.append((name, _known(kind)))
    return Struct(tuple(fields)), after


def _list(elements: list[_Element], at: int, depth: int) -> tuple[HiveType, int]:
    """Read a list of three levels, or one of the older forms of two, by the rules of Parquet's own specification."""
    inner = elements[at + 1] if at + 1 < len(elements) else None
    if inner is None or not inner.repeated:
        return _group(elements, at, depth)
    if (
        inner.physical is not None
        or inner.children != 1
        or inner.name == "array"
        or inner.name.endswith("_tuple")
        or _is_annotated(inner, _LIST)
        or _is_annotated(inner, _MAP)
    ):
        kind, after = _type(elements, at + 1, depth + 1)
    else:
        kind, after = _field(elements, at + 2, depth + 1)
    return Array(_known(kind)), after


def _map(elements: list[_Element], at: int, depth: int) -> tuple[HiveType, int]:
    """Read a map; one without values is the list of its keys."""
    entry = elements[at + 1] if at + 1 < len(elements) else None
    if entry is None or not entry.repeated or entry.physical is not None or entry.children not in (1, 2):
        return _group(elements, at, depth)
    key, after = _field(elements, at + 2, depth + 1)
    if entry.children == 1:
        return Array(_known(key)), after
    value, after = _field(elements, after, depth + 1)
    return Map(_known(key), _known(value)), after


def _known(kind: HiveType) -> HiveType:
    return STRING if kind == VOID else kind


_BOOLEAN, _INT32, _INT64, _INT96, _FLOAT, _DOUBLE, _BYTES, _FIXED = range(8)
_PHYSICAL: dict[int, HiveType] = {
    _BOOLEAN: Scalar("boolean"),
    _INT32: Scalar("int"),
    _INT64: Scalar("bigint"),
    _INT96: Scalar("timestamp"),  # [doc] of no other use
    _FLOAT: Scalar("float"),
    _DOUBLE: Scalar("double"),
    _BYTES: BINARY,
    _FIXED: BINARY,
}
_WHOLE = frozenset((_INT32, _INT64))
_TEXT = frozenset((_BYTES, _FIXED))
# Annotation → the physical types it may stand on, and what it means. Times, intervals, UUIDs, BSON and
# geometries have no type in Hive: they are what their numbers or bytes are.
_CONVERTED: dict[int, tuple[frozenset[int], HiveType]] = {
    0: (_TEXT, STRING),  # UTF8
    4: (_TEXT, STRING),  # ENUM
    6: (_WHOLE, Scalar("date")),
    9: (_WHOLE, Scalar("timestamp")),
    10: (_WHOLE, Scalar("timestamp")),
    11: (_WHOLE, Scalar("smallint")),  # UINT_8: the next signed type holds all its values
    12: (_WHOLE, Scalar("int")),
    13: (_WHOLE, Scalar("bigint")),
    14: (_WHOLE, Scalar("decimal", (20, 0))),
    15: (_WHOLE, Scalar("tinyint")),
    16: (_WHOLE, Scalar("smallint")),
    17: (_WHOLE, Scalar("int")),
    18: (_WHOLE, Scalar("bigint")),
    19: (_TEXT, STRING),  # JSON
}
_LOGICAL: dict[int, tuple[frozenset[int], HiveType]] = {
    1: (_TEXT, STRING),
    4: (_TEXT, STRING),  # ENUM
    6: (_WHOLE, Scalar("date")),
    8: (_WHOLE, Scalar("timestamp")),
    11: (frozenset(range(8)), VOID),  # of nulls only
    12: (_TEXT, STRING),  # JSON
    15: (_TEXT, Scalar("float")),  # FLOAT16
}
_UNSIGNED = {8: "smallint", 16: "int", 32: "bigint"}
_SIGNED = {8: "tinyint", 16: "smallint", 32: "int", 64: "bigint"}


def _primitive(element: _Element) -> HiveType:
    physical = element.physical if element.physical is not None else -1
    plain = _PHYSICAL.get(physical)
    if plain is None:
        raise ValueError(f"{element.name} has the unknown physical type {physical}")
    if physical in _WHOLE | _TEXT:
        if _DECIMAL in element.logical:
            return _decimal(element.logical[_DECIMAL].get(2, 0), element.logical[_DECIMAL].get(1, 0)) or plain
        if element.converted == 5:
            return _decimal(element.precision, element.scale) or plain
    if physical in _WHOLE and _INTEGER in element.logical:
        return _integer(element.logical[_INTEGER]) or plain
    for number in element.logical:
        if number in _LOGICAL and physical in _LOGICAL[number][0]:
            return _LOGICAL[number][1]
    on, kind = _CONVERTED.get(-1 if element.converted is None else element.converted, (frozenset[int](), plain))
    return kind if physical in on else plain


def _decimal(precision: int, scale: int) -> HiveType | None:
    """Return a decimal within Hive's 38 digits: of a longer one, the values that have no more can be read."""
    return Scalar("decimal", (min(precision, MAX_PRECISION), min(scale, MAX_PRECISION))) if precision > 0 <= scale <= precision else None


def _integer(fields: dict[int, Any]) -> HiveType | None:
    bits, signed = fields.get(1), fields.get(2, True)
    if bits == 64 and not signed:
        return Scalar("decimal", (20, 0))
    name = (_SIGNED if signed else _UNSIGNED).get(bits if isinstance(bits, int) else 0)
    return Scalar(name) if name else None
