"""Arrow columns to a table's types: nested fields by name ignoring case, scalars by a cast that loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from .failure import Misfit, shorten
from .layout import Layout
from .objects import json_text


def to_batch(batch: pa.RecordBatch, layout: Layout) -> pa.RecordBatch:
    """Return a file's batch with the wanted columns in their types; a missing one is null. Raises Misfit, its column named."""
    place = {name.lower(): position for position, name in reversed(list(enumerate(batch.schema.names)))}
    columns = []
    for field in layout.wanted:
        position = place.get(field.name.lower())
        if position is None:
            columns.append(pa.nulls(batch.num_rows, field.type))
        else:
            columns.append(_column(batch.column(position), field, layout))
    return pa.record_batch(columns, schema=layout.wanted)


def _column(column: pa.Array, field: pa.Field, layout: Layout) -> pa.Array:
    try:
        return align(column, field.type)
    except pa.ArrowException:
        pass
    fitted = []
    for row in range(len(column)):
        one = column.slice(row, 1)
        try:
            fitted.append(align(one, field.type))
        except pa.ArrowException:
            if layout.on_error == "raise":
                raise Misfit(row, shorten(str(one[0].as_py())), layout.declared[field.name], field.name) from None
            fitted.append(pa.nulls(1, field.type))
    return pa.concat_arrays(fitted)


def align(column: pa.Array, to: pa.DataType) -> pa.Array:
    """Return a column as another type. Raises pa.ArrowException where a value does not fit."""
    if column.type == to:
        return column
    if pa.types.is_dictionary(column.type):
        return align(column.dictionary_decode(), to)
    for applies, nest in _NESTED:
        if applies(to) and applies(column.type):
            return nest(column, to)
    if pa.types.is_timestamp(to) and pa.types.is_timestamp(column.type):
        # Hive timestamps are clock readings in UTC, in microseconds here: finer digits are cut, as Athena does.
        return column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.timestamp("us")).cast(to)
    if pa.types.is_string(to) and (pa.types.is_nested(column.type) or pa.types.is_binary(column.type)):
        return pa.array([None if value is None else json_text(value) for value in column.to_pylist()], to)
    if (pa.types.is_integer(to) and pa.types.is_boolean(column.type)) or (pa.types.is_temporal(to) and pa.types.is_integer(column.type)):
        raise pa.ArrowInvalid("no engine reads one as the other")
    return column.cast(to)


def _struct(column: pa.Array, to: pa.DataType) -> pa.Array:
    names = [column.type.field(position).name for position in range(column.type.num_fields)]
    children = []
    for position in range(to.num_fields):
        field = to.field(position)
        source = next((n for n in names if n == field.name), next((n for n in names if n.lower() == field.name.lower()), None))
        # struct_field keeps the offset of a sliced array, which `column.field` would not
        children.append(
            pa.nulls(len(column), field.type) if source is None else align(pc.struct_field(column, [names.index(source)]), field.type)
        )
    return pa.StructArray.from_arrays(children, fields=[to.field(i) for i in range(to.num_fields)], mask=column.is_null())


def _list(column: pa.Array, to: pa.DataType) -> pa.Array:
    lengths = pc.list_value_length(column)
    return pa.ListArray.from_arrays(_offsets(column, lengths), align(column.flatten(), to.value_type), type=to)


def _map(column: pa.Array, to: pa.DataType) -> pa.Array:
    entries = column.cast(pa.list_(pa.struct([("key", column.type.key_type), ("value", column.type.item_type)])))
    flat = entries.flatten()
    keys, items = align(flat.field(0), to.key_type), align(flat.field(1), to.item_type)
    return pa.MapArray.from_arrays(_offsets(column, pc.list_value_length(entries)), keys, items, type=to)


def _offsets(column: pa.Array, lengths: pa.Array) -> pa.Array:
    """Return offsets into the flattened values, null where the list is null."""
    ends = pc.cumulative_sum(pc.fill_null(lengths, 0).cast(pa.int32()))
    starts = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    null = pa.concat_arrays([column.is_null(), pa.array([False])])
    return pc.if_else(null, pa.scalar(None, pa.int32()), starts)


def _is_list(kind: pa.DataType) -> bool:
    return pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)


_NESTED: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array, pa.DataType], pa.Array]], ...] = (
    (pa.types.is_struct, _struct),
    (_is_list, _list),
    (pa.types.is_map, _map),
)
