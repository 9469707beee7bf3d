"""Hive types as Arrow types, and Arrow types as the Hive types that engines read.

Hive to Arrow and back is the identity, but for char and varchar (Arrow has only strings), void, and
timestamps with a zone: Parquet marks nearly every timestamp so, and Glue calls them all timestamp.
Arrow to Hive takes the narrowest type that holds all values; what has no place in Hive becomes what
its bytes or numbers are: times and durations integers, extensions their storage, null string.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.types as arrow

from ..errors import InvalidInput
from .types import MAX_PRECISION, Array, HiveType, Map, Scalar, Struct, Union, parse_type

_SCALARS: dict[str, pa.DataType] = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "char": pa.string(),
    "varchar": pa.string(),
    "string": pa.string(),
    "binary": pa.binary(),
    "date": pa.date32(),
    # Microseconds, as Spark and Iceberg have them: nanoseconds would end in the year 2262.
    "timestamp": pa.timestamp("us"),
    "timestamp with local time zone": pa.timestamp("us", "UTC"),
    "interval": pa.month_day_nano_interval(),
    "void": pa.null(),
}

# In order: the first that holds. Arrow's types are tested by functions because many have parameters.
_NAMES: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (arrow.is_boolean, "boolean"),
    (arrow.is_int8, "tinyint"),
    (lambda kind: arrow.is_int16(kind) or arrow.is_uint8(kind), "smallint"),
    (lambda kind: arrow.is_int32(kind) or arrow.is_uint16(kind) or arrow.is_time32(kind), "int"),
    (lambda kind: arrow.is_int64(kind) or arrow.is_uint32(kind) or arrow.is_time64(kind) or arrow.is_duration(kind), "bigint"),
    (lambda kind: arrow.is_float16(kind) or arrow.is_float32(kind), "float"),
    (arrow.is_float64, "double"),
    (lambda kind: arrow.is_string(kind) or arrow.is_large_string(kind) or arrow.is_string_view(kind) or arrow.is_null(kind), "string"),
    (
        lambda kind: arrow.is_binary(kind) or arrow.is_large_binary(kind) or arrow.is_binary_view(kind) or arrow.is_fixed_size_binary(kind),
        "binary",
    ),
    (arrow.is_date, "date"),
    (arrow.is_timestamp, "timestamp"),
    (arrow.is_interval, "interval"),
)


class TypedColumn(Protocol):
    """What a schema needs of a column; `model.Column` has it, and knows this module."""

    @property
    def name(self) -> str: ...

    @property
    def type(self) -> str | None: ...


def arrow_schema(columns: Iterable[TypedColumn]) -> pa.Schema:
    """Return columns as an Arrow schema; one without a type is a string. Raises InvalidInput naming the column."""
    return pa.schema([pa.field(column.name, _column_type(column)) for column in columns])


def arrow_type(hive: HiveType | str) -> pa.DataType:
    """Return the Arrow type of a Hive type or its text. Raises InvalidInput for a type that no engine knows."""
    kind = parse_type(hive) if isinstance(hive, str) else hive
    match kind:
        case Array(element):
            return pa.list_(arrow_type(element))
        case Map(key, value):
            return pa.map_(arrow_type(key), arrow_type(value))
        case Struct(fields):
            return pa.struct([pa.field(name, arrow_type(part)) for name, part in fields])
        case Union(members):
            parts = [pa.field(f"tag_{number}", arrow_type(member)) for number, member in enumerate(members)]
            return pa.dense_union(parts)
        case Scalar("decimal", params):
            return _decimal(*(params or (10, 0)))
        case Scalar(name) if name in _SCALARS:
            return _SCALARS[name]
        case _:
            raise InvalidInput(f"{str(kind)!r} is not a Hive type that can be read; correct the column's type.")


def hive_type(kind: pa.DataType) -> HiveType:
    """Return the Hive type that holds all values of an Arrow type. Raises InvalidInput for a type without one."""
    # The stubs do not tell which attributes a kind of type has.
    parts: Any = kind
    if isinstance(kind, pa.BaseExtensionType):
        return hive_type(parts.storage_type)
    if arrow.is_dictionary(kind) or arrow.is_run_end_encoded(kind):
        return hive_type(parts.value_type)
    if arrow.is_map(kind):
        return Map(hive_type(parts.key_type), hive_type(parts.item_type))
    if arrow.is_struct(kind):
        return Struct(tuple((parts.field(number).name, hive_type(parts.field(number).type)) for number in range(kind.num_fields)))
    if arrow.is_union(kind):
        return Union(tuple(hive_type(parts.field(number).type) for number in range(kind.num_fields)))
    if any(
        is_list(kind)
        for is_list in (arrow.is_list, arrow.is_large_list, arrow.is_fixed_size_list, arrow.is_list_view, arrow.is_large_list_view)
    ):
        return Array(hive_type(parts.value_type))
    return _scalar(kind)


def _scalar(kind: pa.DataType) -> Scalar:
    if arrow.is_uint64(kind):
        return Scalar("decimal", (20, 0))
    if arrow.is_decimal(kind):
        return _hive_decimal(kind)
    for is_kind, name in _NAMES:
        if is_kind(kind):
            return Scalar(name)
    raise InvalidInput(f"Arrow's {kind} has no Hive type; cast the column first.")


def _hive_decimal(kind: Any) -> Scalar:
    """Keep a decimal within Hive's 38 digits; a negative scale becomes whole digits."""
    scale = min(max(kind.scale, 0), MAX_PRECISION)
    return Scalar("decimal", (min(kind.precision - min(kind.scale, 0), MAX_PRECISION), scale))


def _decimal(precision: int, scale: int) -> pa.DataType:
    if not 1 <= precision <= MAX_PRECISION or scale > precision:
        raise InvalidInput(
            f"decimal({precision},{scale}) cannot be: Hive has 1 to {MAX_PRECISION} digits, of which `scale` are after the point."
        )
    return pa.decimal128(precision, scale)


def _column_type(column: TypedColumn) -> pa.DataType:
    try:
        return arrow_type(column.type or "string")
    except InvalidInput as error:
        raise InvalidInput(f"Column {column.name}: {error}") from error
