"""From the values of JSON and its relatives to summaries: columns of values are summarised together, far cheaper than value by value."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from ..inference.summary import VALUE_SHOWN, Member, Place, TypeSummary, Witness, merge, struct_of
from ..inference.values import INT64, MAX_DECIMAL_DIGITS
from .json_documents import WrittenFloat

MAX_DEPTH = 100  # deeper documents are summarised as strings from here on
_SCALE = 18  # of the decimals of formats that have them
_INT32 = range(-(2**31), 2**31)

_SCALARS: Mapping[type, str] = {
    float: "double",
    WrittenFloat: "double",
    bool: "boolean",
    bytes: "binary",
    date: "date",
    datetime: "timestamp",
}

Record = dict[str, Any]


class InexactError(Exception):
    """A number too large for 64 bits was read as a float: it may have been a whole one."""


def summarise(values: Sequence[Any], origin: str, lines: Sequence[int], depth: int) -> TypeSummary:
    """Summarise values of any type that JSON has, or bytes, decimals, dates and moments; `lines` gives each one's line. Raises InexactError."""
    types = set(map(type, values))
    if len(types) == 1:
        return _alike(types.pop(), values, origin, lines, depth)
    summary = TypeSummary()
    for kind in sorted(types, key=str):
        chosen = [index for index, value in enumerate(values) if type(value) is kind]
        summary = merge(summary, _alike(kind, [values[index] for index in chosen], origin, [lines[index] for index in chosen], depth))
    return summary


def _alike(kind: type, values: Sequence[Any], origin: str, lines: Sequence[int], depth: int) -> TypeSummary:
    if kind is type(None):
        return TypeSummary(nulls=len(values))
    if depth > MAX_DEPTH and kind in (dict, list):
        kind = str
    if kind is dict:
        return _objects(values, origin, lines, depth)
    if kind is list:
        return _arrays(values, origin, lines, depth)
    if kind is int:
        return TypeSummary(kinds=_integers(values, origin, lines))
    if kind is float and (max(values) >= 2.0**63 or min(values) <= -(2.0**63)):
        raise InexactError
    if kind is Decimal:
        return TypeSummary(kinds=_by_kind(map(_decimal_kind, values), values, origin, lines))
    return TypeSummary(kinds={_SCALARS.get(kind, "string"): _witness(len(values), origin, lines[0], values[0])})


def _witness(count: int, origin: str, line: int, value: object) -> Witness:
    return Witness(count, origin, line, clean(str(value)[:VALUE_SHOWN]))


def clean(text: str) -> str:
    """Return a text with half characters (lone surrogates, which no encoding has) replaced."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _arrays(values: Sequence[list[Any]], origin: str, lines: Sequence[int], depth: int) -> TypeSummary:
    flat = list(chain.from_iterable(values))
    flat_lines = list(chain.from_iterable([line] * len(value) for line, value in zip(lines, values, strict=True)))
    return TypeSummary(
        arrays=len(values),
        element=summarise(flat, origin, flat_lines, depth + 1) if flat else None,
        shapes={"array": Witness(len(values), origin, lines[0], f"[{len(values[0])} elements]")},
    )


def _objects(rows: Sequence[Record], origin: str, lines: Sequence[int], depth: int) -> TypeSummary:
    names = dict.fromkeys(chain.from_iterable(rows))
    members: dict[str, Member] = {}
    for position, name in enumerate(names):
        column = [row[name] for row in rows if name in row]
        places = lines if len(column) == len(rows) else [line for line, row in zip(lines, rows, strict=True) if name in row]
        members[name if name.isascii() else clean(name)] = Member(Place(origin, position), summarise(column, origin, places, depth + 1))
    shown = clean(f"{{{', '.join(islice(rows[0], 5))}}}"[:VALUE_SHOWN])
    return struct_of(members, len(rows), {"object": Witness(len(rows), origin, lines[0], shown)})


def _integers(values: Sequence[int], origin: str, lines: Sequence[int]) -> dict[str, Witness]:
    if min(values) >= _INT32[0] and max(values) <= _INT32[-1]:
        return {"int": Witness(len(values), origin, lines[0], str(values[0]))}
    if min(values) < INT64[0] or max(values) > INT64[-1]:
        return _by_kind(map(_integer_kind, values), values, origin, lines)
    ordered = sorted(values)
    small = bisect_right(ordered, _INT32[-1]) - bisect_left(ordered, _INT32[0])
    found: dict[str, Witness] = {}
    for kind, count in (("int", small), ("bigint", len(values) - small)):
        if count:
            first = next(index for index, value in enumerate(values) if (value in _INT32) is (kind == "int"))
            found[kind] = Witness(count, origin, lines[first], str(values[first]))
    return found


def _integer_kind(value: int) -> str:
    if value in _INT32:
        return "int"
    if value in INT64:
        return "bigint"
    digits = len(str(abs(value)))
    return f"decimal({digits},0)" if digits <= MAX_DECIMAL_DIGITS else "string"


def _decimal_kind(value: Decimal) -> str:
    """[seen] Glue's type for every decimal, and what holds those that it does not."""
    _, digits, exponent = value.as_tuple()
    scale = max(0, -exponent) if isinstance(exponent, int) else 0
    whole = max(0, len(digits) + exponent) if isinstance(exponent, int) else MAX_DECIMAL_DIGITS
    if whole <= MAX_DECIMAL_DIGITS - _SCALE and scale <= _SCALE:
        return f"decimal({MAX_DECIMAL_DIGITS},{_SCALE})"
    return f"decimal({whole + scale},{scale})" if whole + scale <= MAX_DECIMAL_DIGITS else "double"


def _by_kind(kinds: Iterable[str], values: Sequence[Any], origin: str, lines: Sequence[int]) -> dict[str, Witness]:
    found: dict[str, Witness] = {}
    for kind, value, line in zip(kinds, values, lines, strict=True):
        seen = found.get(kind)
        found[kind] = _witness(1, origin, line, value) if seen is None else Witness(seen[0] + 1, *seen[1:])
    return found


def keys_of(summary: TypeSummary) -> int:
    """Return how many keys all objects together had."""
    total = keys_of(summary.element) if summary.element else 0
    for member in summary.members.values():
        seen = member.type
        total += seen.nulls + seen.structs + seen.arrays + sum(witness[0] for witness in seen.kinds.values())
        if seen.members or seen.element:
            total += keys_of(seen)
    return total
