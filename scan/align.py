"""Arrow columns to a table's types: nested fields by name ignoring case, scalars by a cast that loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from .arrays import (
    Column,
    Field,
    Type,
    at,
    batch,
    call,
    children,
    decoded,
    each,
    entry,
    fields,
    flat,
    glued,
    inner,
    lists,
    make,
    maps,
    members,
    nulls,
    structs,
    unions,
)
from .failure import Misfit, shorten
from .layout import Layout
from .objects import json_text


def to_batch(rows: pa.RecordBatch, layout: Layout) -> pa.RecordBatch:
    """Return a file's batch with the wanted columns in their types; a missing one is null. Raises Misfit, its column named."""
    place = {name.lower(): position for position, name in reversed(list(enumerate(rows.schema.names)))}
    columns: list[Column] = []
    for field in each(layout.wanted):
        position = place.get(field.name.lower())
        columns.append(nulls(rows.num_rows, field.type) if position is None else _fit(at(rows, position), field, layout))
    return batch(columns, layout.wanted)


def _fit(column: Column, field: Field, layout: Layout) -> Column:
    try:
        return align(column, field.type)
    except pa.ArrowException:
        pass
    fitted: list[Column] = []
    for row in range(len(column)):
        one = column.slice(row, 1)
        try:
            fitted.append(align(one, field.type))
        except pa.ArrowException:
            if layout.on_error == "raise":
                raise Misfit(row, shorten(str(one[0].as_py())), layout.declared[field.name], field.name) from None
            fitted.append(nulls(1, field.type))
    return glued(fitted)


def align(column: Column, to: Type) -> Column:
    """Return a column as another type. Raises pa.ArrowException where a value does not fit."""
    if column.type == to:
        return column
    if pa.types.is_dictionary(column.type):
        return align(decoded(column), to)
    for applies, nest in _NESTED:
        if applies(to) and applies(column.type):
            return nest(column, to)
    if pa.types.is_timestamp(to) and pa.types.is_timestamp(column.type):
        # Hive timestamps are clock readings in UTC; digits finer than the table's are cut, as Athena does.
        return column.cast(pa.timestamp("us", getattr(column.type, "tz", None)), safe=False).cast(pa.timestamp("us")).cast(to)
    if pa.types.is_string(to) and (pa.types.is_nested(column.type) or pa.types.is_binary(column.type)):
        return make([None if value is None else json_text(value) for value in column.to_pylist()], to)
    if _unrelated(column.type, to):
        raise pa.ArrowInvalid("no engine reads one as the other")
    if pa.types.is_decimal128(column.type) and pa.types.is_decimal128(to):
        # by way of numbers so wide that no digit overflows: Arrow does not always notice when one does
        column = column.cast(pa.decimal256(76, getattr(column.type, "scale", 0))).cast(pa.decimal256(76, getattr(to, "scale", 0)))
    return column.cast(to)


def _unrelated(kind: Type, to: Type) -> bool:
    """Say whether Arrow would cast what means something else: a truth as 1, a number as a moment."""
    return (pa.types.is_boolean(kind) and not pa.types.is_string(to)) or (pa.types.is_temporal(to) and not pa.types.is_temporal(kind))


def _struct(column: Column, to: Type) -> Column:
    names = [field.name for field in fields(column.type)]
    have = children(column)
    wanted: list[Column] = []
    for field in fields(to):
        spellings = sorted((name != field.name, place) for place, name in enumerate(names) if name.lower() == field.name.lower())
        wanted.append(align(have[spellings[0][1]], field.type) if spellings else nulls(len(column), field.type))
    return structs(wanted, to, column.is_null())


def _list(column: Column, to: Type) -> Column:
    return lists(offsets(column), align(flat(column), inner(to)), to)


def _map(column: Column, to: Type) -> Column:
    key, item = entry(column.type)
    entries = column.cast(pa.list_(pa.struct([pa.field("key", key, nullable=False), pa.field("value", item)])))
    keys, items = children(flat(entries))
    wanted_key, wanted_item = entry(to)
    return maps(offsets(entries), align(keys, wanted_key), align(items, wanted_item), to)


def _union(column: Column, to: Type) -> Column:
    codes, columns, offsets = members(column)
    if len(columns) != to.num_fields:
        raise pa.ArrowInvalid("another number of members")
    aligned = [align(member, field.type) for member, field in zip(columns, fields(to), strict=True)]
    return unions(codes, make(range(len(column)), pa.int32()) if offsets is None else offsets, aligned, to)


def offsets(column: Column) -> Column:
    """Return offsets into the flattened values, null where the list is null."""
    lengths = call("coalesce", call("list_value_length", column), pa.scalar(0)).cast(pa.int32())
    starts = glued([make([0], pa.int32()), call("cumulative_sum", lengths)])
    null = glued([column.is_null(), make([False], pa.bool_())])
    return call("if_else", null, pa.scalar(None, pa.int32()), starts)


def _is_list(kind: Type) -> bool:
    return pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)


_NESTED: tuple[tuple[Callable[[Type], bool], Callable[[Column, Type], Column]], ...] = (
    (pa.types.is_struct, _struct),
    (_is_list, _list),
    (pa.types.is_map, _map),
    (pa.types.is_union, _union),
)
