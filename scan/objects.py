"""Python values (from JSON documents or Avro records) to typed columns, nested names matched ignoring case."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

import pyarrow as pa

from .convert import naive_utc, parser
from .failure import Misfit, shorten
from .layout import Layout


@dataclass(frozen=True, slots=True)
class Naming:
    """How the names in documents stand for the names in the table."""

    fold: bool = True  # ignore case
    dots: bool = False  # a dot in a document's name is an underscore in the table's
    mapping: Mapping[str, str] = dataclass_field(default_factory=dict)  # table's name → document's name

    def spellings(self, name: str, present: Sequence[str]) -> list[str]:
        """Return those document names that stand for a table's name, the exact one first."""
        wanted = self.mapping.get(name, name)
        return sorted((key for key in present if self._folded(key) == self._folded(wanted)), key=lambda key: (key != wanted, key))

    def _folded(self, name: str) -> str:
        name = name.replace(".", "_") if self.dots else name
        return name.lower() if self.fold else name


def column(values: Sequence[object], to: pa.DataType, naming: Naming, declared: str, strict: bool) -> pa.Array:
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


def _build(values: Sequence[object], to: pa.DataType, naming: Naming) -> pa.Array:
    for applies, build in _BUILDERS:
        if applies(to):
            return build(values, to, naming)
    return _scalars(values, to)


def _scalars(values: Sequence[object], to: pa.DataType) -> pa.Array:
    if _homogeneous(values, to):
        try:
            return pa.array(values, to)
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            pass
    coerce = _coercion(to)
    fitted: list[object] = []
    for value in values:
        try:
            fitted.append(None if value is None else pa.scalar(coerce(value, to), to).as_py())
        except (ValueError, TypeError, OverflowError, InvalidOperation, pa.ArrowException):
            raise _Unfit(json_text(value)) from None
    return pa.array(fitted, to)


def _homogeneous(values: Sequence[object], to: pa.DataType) -> bool:
    """Say whether Arrow's own conversion means what ours does: it would read any number as a moment, or true as 1."""
    kinds = set(map(type, values)) - {type(None)}
    return kinds <= next((natural for applies, natural, _ in _SCALARS if applies(to)), frozenset())


def _coercion(to: pa.DataType) -> Callable[[object, pa.DataType], object]:
    return next((coerce for applies, _, coerce in _SCALARS if applies(to)), _refuse)


def _refuse(value: object, _: pa.DataType) -> object:
    raise ValueError(value)


def _text(value: object, _: pa.DataType) -> str:
    return value if isinstance(value, str) else json_text(value)


def _bytes(value: object, _: pa.DataType) -> bytes:
    if isinstance(value, str):
        return base64.b64decode(value, validate=True)  # as the JSON SerDes do
    if isinstance(value, bytes):
        return value
    raise ValueError(value)


def _number(value: object, to: pa.DataType) -> object:
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


# type → the Python types that Arrow converts as we would, and how to fit any other value
_SCALARS: tuple[tuple[Callable[[pa.DataType], bool], frozenset[type], Callable[[object, pa.DataType], object]], ...] = (
    (pa.types.is_string, frozenset({str}), _text),
    (pa.types.is_large_string, frozenset({str}), _text),
    (pa.types.is_integer, frozenset({int}), _number),
    (pa.types.is_floating, frozenset({int, float}), _number),
    (pa.types.is_decimal, frozenset({Decimal, int}), _number),
    (pa.types.is_boolean, frozenset({bool}), _parsed),
    (pa.types.is_date, frozenset(), _parsed),
    (pa.types.is_timestamp, frozenset(), _parsed),
    (pa.types.is_binary, frozenset({bytes}), _bytes),
    (pa.types.is_fixed_size_binary, frozenset({bytes}), _bytes),
)


# --- nested ----------------------------------------------------------------------------------------


def _struct(values: Sequence[object], to: pa.DataType, naming: Naming) -> pa.Array:
    fields = [to.field(position) for position in range(to.num_fields)]
    records = [value if isinstance(value, dict) or value is None else _member(value, fields) for value in values]
    present = list(dict.fromkeys(key for record in records if record for key in record))
    children = [_build(pick(records, naming.spellings(f.name, present)), f.type, naming) for f in fields]
    return pa.StructArray.from_arrays(children, fields=fields, mask=pa.array([record is None for record in records], pa.bool_()))


def pick(records: Sequence[Mapping[str, object] | None], spellings: Sequence[str]) -> list[object]:
    """Return one member of each record: under the first of the spellings that it has."""
    if not spellings:
        return [None] * len(records)
    if len(spellings) == 1:
        name = spellings[0]
        return [record.get(name) if record else None for record in records]
    return [next((record[name] for name in spellings if name in record), None) if record else None for record in records]


# Glue models a column of conflicting types as a struct whose members are named after the types [doc].
_MEMBERS = {
    bool: ("boolean",),
    int: ("int", "bigint", "long", "double"),
    float: ("double", "float"),
    str: ("string",),
    list: ("array",),
    bytes: ("binary",),
}


def _member(value: object, fields: Sequence[pa.Field]) -> dict[str, object]:
    names = {f.name for f in fields}
    for name in _MEMBERS.get(type(value), ()):
        if name in names:
            return {name: value}
    raise _Unfit(json_text(value))


def _list(values: Sequence[object], to: pa.DataType, naming: Naming) -> pa.Array:
    flat: list[object] = []
    offsets: list[int | None] = []
    for value in values:
        if value is not None and not isinstance(value, list):
            raise _Unfit(json_text(value))
        offsets.append(None if value is None else len(flat))
        flat.extend(value or ())
    offsets.append(len(flat))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), _build(flat, to.value_type, naming), type=to)


def _map(values: Sequence[object], to: pa.DataType, naming: Naming) -> pa.Array:
    keys: list[object] = []
    items: list[object] = []
    offsets: list[int | None] = []
    for value in values:
        if value is not None and not isinstance(value, dict):
            raise _Unfit(json_text(value))
        offsets.append(None if value is None else len(keys))
        keys.extend(value or ())
        items.extend(value.values() if value else ())
    offsets.append(len(keys))
    return pa.MapArray.from_arrays(
        pa.array(offsets, pa.int32()), _build(keys, to.key_type, naming), _build(items, to.item_type, naming), type=to
    )


_BUILDERS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[Sequence[object], pa.DataType, Naming], pa.Array]], ...] = (
    (pa.types.is_struct, _struct),
    (pa.types.is_list, _list),
    (pa.types.is_map, _map),
)


def to_batch(records: Sequence[object], layout: Layout, naming: Naming) -> pa.RecordBatch:
    """Return records (mappings, or None for a row of nulls) as a batch. Raises Misfit, its column named."""
    rows = [record if isinstance(record, dict) else None for record in records]
    present = list(dict.fromkeys(key for row in rows if row for key in row))
    columns = []
    for field in layout.wanted:
        try:
            values = pick(rows, naming.spellings(field.name, present))
            columns.append(column(values, field.type, naming, layout.declared[field.name], layout.on_error == "raise"))
        except Misfit as misfit:
            misfit.column = field.name
            raise
    return pa.record_batch(columns, schema=layout.wanted)
