"""Arrow arrays whose element type is known at run time only, and what is done with them.

Arrow's stubs tell arrays apart by their element type; here that comes from a catalog. So this one
file holds the calls that a type checker cannot follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Column: TypeAlias = "pa.Array[Any]"
Value: TypeAlias = "pa.Scalar[Any]"
Field: TypeAlias = "pa.Field[Any]"
Type: TypeAlias = pa.DataType

_arrow: Any = pa
_compute: Any = pc


def call(function: str, *arguments: Column | Value, options: pc.FunctionOptions | None = None) -> Column:
    """Apply one of Arrow's element-wise compute functions by its name."""
    result: Column = _compute.call_function(function, list(arguments), options)
    return result


def some(mask: Column) -> bool:
    """Say whether any element is true."""
    return bool(_compute.any(mask).as_py())


def largest(column: Column) -> Any:
    """Return the largest value, None where there is none."""
    return _compute.max(column).as_py()


def make(values: Sequence[object], kind: Type) -> Column:
    """Return Python values as a column. Raises pa.ArrowException, TypeError, ValueError or OverflowError."""
    column: Column = _arrow.array(values, kind)
    return column


def texts(values: Sequence[str | None]) -> Column:
    """Return a column of text."""
    return make(values, pa.string())


def nulls(count: int, kind: Type) -> Column:
    """Return a column of nulls."""
    column: Column = _arrow.nulls(count, kind)
    return column


def null_of(kind: Type) -> Value:
    """Return a null of a type."""
    value: Value = _arrow.scalar(None, kind)
    return value


def repeated(value: Value, count: int) -> Column:
    """Return a column of one value."""
    column: Column = _arrow.repeat(value, count)
    return column


def glued(columns: Sequence[Column]) -> Column:
    """Return columns of one type, one after the other, as one."""
    column: Column = _arrow.concat_arrays(columns)
    return column


def batch(columns: Sequence[Column], schema: pa.Schema) -> pa.RecordBatch:
    """Return columns as a batch."""
    return pa.RecordBatch.from_arrays(list(columns), schema=schema)


def each(schema: pa.Schema) -> list[Field]:
    """Return a schema's fields."""
    return list(schema)


def at(rows: pa.RecordBatch, place: int | str) -> Column:
    """Return one column of a batch."""
    dynamic: Any = rows
    column: Column = dynamic.column(place)
    return column


def type_of(schema: pa.Schema, name: str) -> Type:
    """Return the type of a schema's field."""
    dynamic: Any = schema
    kind: Type = dynamic.field(name).type
    return kind


# --- nested ----------------------------------------------------------------------------------------


def fields(kind: Type) -> list[Field]:
    """Return the fields of a struct type."""
    struct: Any = kind
    return [struct.field(position) for position in range(kind.num_fields)]


def inner(kind: Type) -> Type:
    """Return the element type of a list type."""
    array: Any = kind
    element: Type = array.value_type
    return element


def entry(kind: Type) -> tuple[Type, Type]:
    """Return the key and item types of a map type."""
    mapping: Any = kind
    return mapping.key_type, mapping.item_type


def flat(column: Column) -> Column:
    """Return the elements of all lists."""
    values: Column = getattr(column, "flatten")()  # noqa: B009 - only list arrays have it
    return values


def distinct(column: Column) -> tuple[list[str], Column]:
    """Return the different texts of a column, and for each element which of them it is."""
    dynamic: Any = column
    encoded = dynamic.dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices


def decoded(column: Column) -> Column:
    """Return a dictionary-encoded column as its values."""
    dynamic: Any = column
    values: Column = dynamic.dictionary_decode()
    return values


def children(column: Column) -> list[Column]:
    """Return a struct column's fields; unlike `field`, this minds the offset of a slice and the nulls of the struct."""
    values: list[Column] = getattr(column, "flatten")()  # noqa: B009 - only struct arrays have it
    return values


def structs(columns: Sequence[Column], kind: Type, null: Column) -> Column:
    """Return a struct column; `null` tells where it is null."""
    column: Column = _arrow.StructArray.from_arrays(columns, fields=fields(kind), mask=null)
    return column


def lists(offsets: Column, values: Column, kind: Type) -> Column:
    """Return a list column; a null offset is a null list."""
    column: Column = _arrow.ListArray.from_arrays(offsets, values, type=kind)
    return column


def maps(offsets: Column, keys: Column, items: Column, kind: Type) -> Column:
    """Return a map column; a null offset is a null map."""
    column: Column = _arrow.MapArray.from_arrays(offsets, keys, items, type=kind)
    return column


def unions(members: Column, offsets: Column, columns: Sequence[Column], kind: Type) -> Column:
    """Return a dense union column: for each row the number of its member, and its place in that member's column."""
    names = [field.name for field in fields(kind)]
    column: Column = _arrow.UnionArray.from_dense(members, offsets, list(columns), names)
    return column


def members(column: Column) -> tuple[Column, list[Column], Column | None]:
    """Return a union column's member numbers, its member columns, and the places in them (None: the row's own, it is sparse)."""
    dynamic: Any = column
    dense = dynamic.type.mode == "dense"
    return dynamic.type_codes, [dynamic.field(place) for place in range(column.type.num_fields)], dynamic.offsets if dense else None


# --- values and how often they occur -------------------------------------------------------------


def counted(column: Column) -> tuple[Column, Column]:
    """Return the different values of a column, and how often each occurs."""
    found: Any = _compute.value_counts(column)
    return found.field("values"), found.field("counts")


def least(column: Column, count: int) -> Column:
    """Return the places of so many least elements."""
    places: Column = _compute.bottom_k_unstable(column, count)
    return places


def picked(column: Column, places: Column) -> Column:
    """Return the elements at some places."""
    values: Column = _compute.take(column, places)
    return values


def items(column: Column) -> list[Any]:
    """Return the elements of a column without nulls."""
    return column.to_pylist()


def bits(column: Column) -> Column:
    """Return 64-bit elements as eight bytes each."""
    values: Column = column.view(pa.binary(8))
    return values


def extremes(column: Column) -> tuple[Any, Any]:
    """Return the least and the greatest element; None where there are none."""
    found: Any = _compute.min_max(column)
    return found["min"].as_py(), found["max"].as_py()


def total(column: Column) -> int:
    """Return the sum of whole numbers, or how many of truths are true; 0 of nothing."""
    return int(_compute.sum(column).as_py() or 0)
