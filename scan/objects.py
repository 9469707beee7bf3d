"""Python values (from JSON documents or Avro records) to typed columns, nested names matched ignoring case."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TypeAlias, cast
from uuid import UUID

import pyarrow as pa

from .arrays import Column, batch, each, entry, fields, inner, lists, make, maps, structs, texts, unions
from .convert import convert, naive_utc, parser
from .failure import Misfit, shorten
from .layout import Layout

Record: TypeAlias = Mapping[str, object]


def as_record(value: object) -> Record | None:
    """Return a document's or record's members; None for anything else."""
    return cast("Record", value) if isinstance(value, dict) else None


@dataclass(frozen=True, slots=True)
class Naming:
    """How the names in documents stand for the names in the table."""

    fold: bool = True  # ignore case
    dots: bool = False  # a dot in a document's name is an underscore in the table's
    mapping: Mapping[str, str] = dataclass_field(default_factory=dict[str, str])  # table's name → document's name

    def spellings(self, name: str, present: Sequence[str]) -> list[str]:
        """Return those document names that stand for a table's name, the exact one first."""
        wanted = self.mapping.get(name, name)
        return sorted((key for key in present if self._folded(key) == self._folded(wanted)), key=lambda key: (key != wanted, key))

    def _folded(self, name: str) -> str:
        name = name.replace(".", "_") if self.dots else name
        return name.lower() if self.fold else name


def column(values: Sequence[object], to: pa.DataType, naming: Naming, declared: str, strict: bool) -> Column:
    """Return values as one column. What does not fit raises Misfit if `strict`, else becomes null."""
    try:
        return _build(values, to, naming)
    except _Unfit:
        pass
    kept: list[object] = []
    for row, value in enumerate(values):
        try:
            _build([value], to, naming)
            kept.append(value)
        except _Unfit as unfit:
            if strict:
                raise Misfit(row, shorten(str(unfit)), declared) from None
            kept.append(None)
    return _build(kept, to, naming)


class _Unfit(ValueError):
    """A value does not fit; its text is the message."""


def _build(values: Sequence[object], to: pa.DataType, naming: Naming) -> Column:
    for applies, build in _BUILDERS:
        if applies(to):
            return build(values, to, naming)
    return _scalars(values, to)


def _scalars(values: Sequence[object], to: pa.DataType) -> Column:
    natural, coerce = next((row[1:] for row in _SCALARS if row[0](to)), (_NONE, _refuse))
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= natural:
        try:
            return make(values, to)
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            pass
    if kinds == {str} and coerce is not _bytes:
        return _texts(cast("Sequence[str | None]", values), to)
    fitted: list[object] = []
    for value in values:
        try:
            fitted.append(None if value is None else pa.scalar(coerce(value, to), to).as_py())
        except (ValueError, TypeError, OverflowError, InvalidOperation, pa.ArrowException):
            raise _Unfit(json_text(value)) from None
    return make(fitted, to)


def _texts(values: Sequence[str | None], to: pa.DataType) -> Column:
    try:
        return convert(texts(values), to, (), "", strict=True)
    except Misfit as misfit:
        raise _Unfit(misfit.value) from None


def _refuse(value: object, _: pa.DataType) -> object:
    raise ValueError(value)


def _text(value: object, _: pa.DataType) -> str:
    return str(value) if isinstance(value, str | UUID) else json_text(value)


def _bytes(value: object, _: pa.DataType) -> bytes:
    if isinstance(value, str):
        return base64.b64decode(value, validate=True)  # as the JSON SerDes do
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, bytes):
        return value
    raise ValueError(value)


def _number(value: object, to: pa.DataType) -> object:
    if isinstance(value, time):  # of Avro: milliseconds are an int, microseconds a bigint
        micros = ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
        return micros // 1000 if to == pa.int32() else micros
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise ValueError(value)
    if isinstance(value, str):
        return None if not value.strip() else parser(to)(value.strip())
    if pa.types.is_integer(to) and value != int(value):
        raise ValueError(value)
    if pa.types.is_decimal(to):
        return Decimal(str(value))
    return int(value) if pa.types.is_integer(to) else float(value)


def _parsed(value: object, to: pa.DataType) -> object:
    """A truth, date or timestamp: itself, or its text."""
    if isinstance(value, str):
        return None if not value.strip() else parser(to)(value.strip())
    if isinstance(value, datetime):
        return naive_utc(value).date() if pa.types.is_date(to) else naive_utc(value)
    if isinstance(value, date) and pa.types.is_timestamp(to):
        return datetime.combine(value, time())
    if isinstance(value, date) if pa.types.is_date(to) else isinstance(value, bool) and pa.types.is_boolean(to):
        return value
    raise ValueError(value)


def json_text(value: object) -> str:
    """Return a value as JSON text, as a string column shows a number, a truth or a nested value."""
    if isinstance(value, float | int | Decimal) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, datetime | date):
        return str(naive_utc(value)) if isinstance(value, datetime) else str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


_NONE: frozenset[type] = frozenset()

# type → the Python types that Arrow converts as we would (it reads any number as a moment, and true as 1), how to fit any other value
_SCALARS: tuple[tuple[Callable[[pa.DataType], bool], frozenset[type], Callable[[object, pa.DataType], object]], ...] = (
    (pa.types.is_string, frozenset({str}), _text),
    (pa.types.is_integer, frozenset({int}), _number),
    (pa.types.is_floating, frozenset({int, float}), _number),
    (pa.types.is_decimal, frozenset({Decimal, int}), _number),
    (pa.types.is_boolean, frozenset({bool}), _parsed),
    (pa.types.is_date, frozenset({date}), _parsed),
    (pa.types.is_timestamp, frozenset({datetime}), _parsed),
    (pa.types.is_binary, frozenset({bytes}), _bytes),
    (pa.types.is_fixed_size_binary, frozenset({bytes}), _bytes),
)


# --- nested ----------------------------------------------------------------------------------------


def _struct(values: Sequence[object], to: pa.DataType, naming: Naming) -> Column:
    # An empty array is an object without keys, as some writers have it: the SerDe reads null.
    records = [
        None if value is None or value == [] else _member(value, to) if (record := as_record(value)) is None else record for value in values
    ]
    present = list(dict.fromkeys(key for record in records if record for key in record))
    columns = [_build(pick(records, naming.spellings(field.name, present)), field.type, naming) for field in fields(to)]
    return structs(columns, to, make([record is None for record in records], pa.bool_()))


def pick(records: Sequence[Record | None], spellings: Sequence[str]) -> list[object]:
    """Return one member of each record: under the first of the spellings that it has."""
    if not spellings:
        return [None] * len(records)
    if len(spellings) == 1:
        name = spellings[0]
        return [record.get(name) if record else None for record in records]
    return [next((record[name] for name in spellings if name in record), None) if record else None for record in records]


# Glue models a column of conflicting types as a struct whose members are named after the types [doc].
_MEMBERS: Mapping[type, Sequence[str]] = {
    bool: ("boolean",),
    int: ("int", "bigint", "long", "decimal", "double"),
    float: ("double", "float"),
    Decimal: ("double", "float", "decimal"),
    str: ("string",),
    list: ("array",),
    bytes: ("binary",),
}


_BITS = {"int": 32, "bigint": 64, "long": 64}


def _member(value: object, to: pa.DataType) -> Record:
    names = {field.name for field in fields(to)}
    for name in _MEMBERS.get(type(value), ()):
        if name in names and not (isinstance(value, int) and name in _BITS and value.bit_length() >= _BITS[name]):
            return {name: value}
    raise _Unfit(json_text(value))


def _list(values: Sequence[object], to: pa.DataType, naming: Naming) -> Column:
    elements: list[object] = []
    offsets: list[int | None] = []
    for value in values:
        if value is not None and not isinstance(value, list):
            raise _Unfit(json_text(value))
        offsets.append(None if value is None else len(elements))
        elements.extend(cast("list[object]", value or ()))
    return lists(make([*offsets, len(elements)], pa.int32()), _build(elements, inner(to), naming), to)


def _map(values: Sequence[object], to: pa.DataType, naming: Naming) -> Column:
    keys: list[object] = []
    items: list[object] = []
    offsets: list[int | None] = []
    for value in values:
        record = as_record(value)
        if value is not None and record is None:
            raise _Unfit(json_text(value))
        offsets.append(None if record is None else len(keys))
        keys.extend(record or ())
        items.extend(record.values() if record else ())
    key, item = entry(to)
    return maps(make([*offsets, len(keys)], pa.int32()), _build(keys, key, naming), _build(items, item, naming), to)


def _union(values: Sequence[object], to: pa.DataType, naming: Naming) -> Column:
    kinds = [field.type for field in fields(to)]
    held: list[list[object]] = [[] for _ in kinds]
    chosen: list[int] = []
    offsets: list[int] = []
    for value in values:
        member = 0 if value is None else _choice(value, kinds)
        chosen.append(member)
        offsets.append(len(held[member]))
        held[member].append(value)
    columns = [_build(some, kind, naming) for some, kind in zip(held, kinds, strict=True)]
    return unions(make(chosen, pa.int8()), make(offsets, pa.int32()), columns, to)


def _choice(value: object, kinds: Sequence[pa.DataType]) -> int:
    """Return the first member of a union that values of this Python type are at home in."""
    for place, kind in enumerate(kinds):
        if any(applies(kind) and type(value) in natural for applies, natural in _HOMES) and _holds(kind, value):
            return place
    raise _Unfit(json_text(value))


def _holds(kind: pa.DataType, value: object) -> bool:
    """Say whether an integer member is wide enough."""
    return not isinstance(value, int) or not pa.types.is_integer(kind) or value.bit_length() < kind.bit_width


_HOMES: tuple[tuple[Callable[[pa.DataType], bool], frozenset[type]], ...] = (
    *((applies, natural) for applies, natural, _ in _SCALARS),
    (pa.types.is_struct, frozenset({dict})),
    (pa.types.is_map, frozenset({dict})),
    (pa.types.is_list, frozenset({list})),
)
_BUILDERS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[Sequence[object], pa.DataType, Naming], Column]], ...] = (
    (pa.types.is_struct, _struct),
    (pa.types.is_list, _list),
    (pa.types.is_map, _map),
    (pa.types.is_union, _union),
)


def to_batch(records: Sequence[object], layout: Layout, naming: Naming) -> pa.RecordBatch:
    """Return records (mappings, or None for a row of nulls) as a batch. Raises Misfit, its column named."""
    rows = [as_record(record) for record in records]
    present = list(dict.fromkeys(key for row in rows if row for key in row))
    columns: list[Column] = []
    for field in each(layout.wanted):
        try:
            values = pick(rows, naming.spellings(field.name, present))
            columns.append(column(values, field.type, naming, layout.declared[field.name], layout.on_error == "raise"))
        except Misfit as misfit:
            misfit.column = field.name
            raise
    return batch(columns, layout.wanted)
