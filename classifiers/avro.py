"""Avro: the writer's schema stands in the file's header."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..catalog.types import BINARY, STRING, VOID, Array, HiveType, Map, Scalar, Struct, Union
from .declared import DeclaredColumns, columns_summary, declare
from .sample import Format, Hint, Match, Rejection, Sample

MAGIC = b"Obj\x01"
MAX_DEPTH = 60

_PRIMITIVES: dict[str, HiveType] = {
    "null": VOID,
    "boolean": Scalar("boolean"),
    "int": Scalar("int"),
    "long": Scalar("bigint"),
    "float": Scalar("float"),
    "double": Scalar("double"),
    "bytes": BINARY,
    "string": STRING,
    "enum": STRING,
    "fixed": BINARY,
}
_LOGICAL: dict[str, HiveType] = {
    "date": Scalar("date"),
    "timestamp-millis": Scalar("timestamp"),
    "timestamp-micros": Scalar("timestamp"),
    "timestamp-nanos": Scalar("timestamp"),
    "local-timestamp-millis": Scalar("timestamp"),
    "local-timestamp-micros": Scalar("timestamp"),
    "local-timestamp-nanos": Scalar("timestamp"),
    "uuid": STRING,
}


@dataclass(frozen=True, slots=True)
class Avro:
    """Recognise Avro object containers by their magic and readable header."""

    name: str = "avro"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Read the writer's schema."""
        if not sample.head.startswith(MAGIC):
            return Rejection("it does not begin with Obj\\x01")
        try:
            schema = _header(sample.head)["avro.schema"].decode()
            columns = schema_columns(schema)
        except (KeyError, IndexError, ValueError) as error:
            return Rejection(f"its header cannot be read: {type(error).__name__}: {error}")
        form = Format("avro", sample.codec, schema_literal=schema)
        return Match(form, columns_summary(columns.columns, sample.key), declared=columns.texts)


def _header(head: bytes) -> dict[str, bytes]:
    """Return the header's metadata map. Raises IndexError where it is cut."""
    found: dict[str, bytes] = {}
    position = len(MAGIC)
    while True:
        count, position = _long(head, position)
        if count == 0:
            return found
        if count < 0:  # a block that gives its size too
            count = -count
            _, position = _long(head, position)
        for _ in range(count):
            key, position = _bytes(head, position)
            found[key.decode()], position = _bytes(head, position)


def _long(head: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = head[position]
        value |= (byte & 0x7F) << shift
        position += 1
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), position
        shift += 7
        if shift > 63:
            raise ValueError("a number is too long")


def _bytes(head: bytes, position: int) -> tuple[bytes, int]:
    length, position = _long(head, position)
    if length < 0 or position + length > len(head):
        raise IndexError("the header is longer than the sample")
    return head[position : position + length], position + length


@lru_cache(maxsize=512)  # siblings share one schema
def schema_columns(literal: str) -> DeclaredColumns:
    """Return the catalog's columns for a writer's schema. Raises ValueError for what is no record or no valid schema."""
    import fastavro
    from fastavro.schema import SchemaParseException, UnknownType

    schema = json.loads(literal)
    try:
        fastavro.parse_schema(schema)
    except (SchemaParseException, UnknownType) as error:
        raise ValueError(str(error)) from error
    if not isinstance(schema, dict) or schema.get("type") != "record":
        return declare([("value", _hive(schema, {}, 0))])
    kind = _hive(schema, {}, 0)
    if not isinstance(kind, Struct):
        raise ValueError("the schema is not a record")
    return declare(kind.fields)


def _hive(schema: Any, named: dict[str, HiveType], depth: int) -> HiveType:
    if depth > MAX_DEPTH:
        return STRING
    if isinstance(schema, str):
        return _PRIMITIVES.get(schema) or named.get(schema) or named.get(schema.rpartition(".")[2], STRING)
    if isinstance(schema, list):
        members: list[Any] = schema
        return _union(members, named, depth)
    logical = _logical(schema)
    if logical is not None:
        return _named(schema, logical, named)
    kind = schema["type"]
    if kind in ("record", "error"):
        return _record(schema, named, depth)
    if kind == "array":
        return Array(_known(_hive(schema["items"], named, depth + 1)))
    if kind == "map":
        return Map(STRING, _known(_hive(schema["values"], named, depth + 1)))
    if kind in ("enum", "fixed"):
        return _named(schema, _PRIMITIVES[kind], named)
    return _hive(kind, named, depth + 1)


def _known(kind: HiveType) -> HiveType:
    return STRING if kind == VOID else kind


def _named(schema: dict[str, Any], kind: HiveType, named: dict[str, HiveType]) -> HiveType:
    if "name" in schema:
        named[schema["name"]] = kind
        named[schema["name"].rpartition(".")[2]] = kind
    return kind


def _logical(schema: dict[str, Any]) -> HiveType | None:
    name = schema.get("logicalType")
    if name == "decimal" and schema.get("type") in ("bytes", "fixed"):
        precision = schema.get("precision", 0)
        return Scalar("decimal", (precision, schema.get("scale", 0))) if 0 < precision <= 38 else BINARY
    kind = _LOGICAL.get(name or "")
    return None if kind is None or schema.get("type") in ("record", "array", "map") else kind


def _union(members: list[Any], named: dict[str, HiveType], depth: int) -> HiveType:
    kinds = [_hive(member, named, depth + 1) for member in members if member != "null"]
    if not kinds:
        return VOID
    return kinds[0] if len(kinds) == 1 else Union(tuple(map(_known, kinds)))


def _record(schema: dict[str, Any], named: dict[str, HiveType], depth: int) -> HiveType:
    # Inside its own fields a recursive record has no finite type: string, until its own is known.
    _named(schema, STRING, named)
    fields = tuple((field["name"], _known(_hive(field["type"], named, depth + 1))) for field in schema["fields"])
    return _named(schema, Struct(fields), named)
