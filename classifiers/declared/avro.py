"""Avro: the writer's schema stands in the file's header."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...catalog.types import BINARY, MAX_PRECISION, STRING, VOID, Array, HiveType, Map, Scalar, Struct, Union
from ..sample import Format, Hint, Match, Rejection, Sample
from .columns import DeclaredColumns, columns_summary, declare

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
# Logical type → the type it may stand on, and what it means. Times and durations have no type in Hive: they are
# what their numbers or bytes are, and so is a UUID of 16 bytes.
_LOGICAL: dict[str, tuple[str, HiveType]] = {
    "date": ("int", Scalar("date")),
    **{f"{local}timestamp-{unit}": ("long", Scalar("timestamp")) for local in ("", "local-") for unit in ("millis", "micros", "nanos")},
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
            return Rejection(
                f"its header cannot be read: {error!r}" if isinstance(error, KeyError) else f"its header cannot be read: {error}"
            )
        return Match(
            Format("avro", sample.codec, schema_literal=schema),
            columns_summary(columns.columns, sample.key),
            evidence=columns.evidence,
            declared=columns.texts,
            written=columns.written,
        )


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
    """Return the catalog's columns for a writer's schema; one that is no record is a column `value`. Raises ValueError."""
    try:
        schema = json.loads(literal)
        kind = _Types().of(schema, "", 0)
    except RecursionError as error:
        raise ValueError("the schema nests too deep") from error
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"the schema is not Avro's ({error!r})") from error
    return declare(kind.fields if isinstance(kind, Struct) else [("value", kind)])


class _Types:
    """Avro's types as Hive's, with those that the schema has named so far."""

    def __init__(self) -> None:
        self.named: dict[str, HiveType] = {}

    def of(self, schema: Any, space: str, depth: int) -> HiveType:
        """Return the Hive type of a schema that stands in a namespace."""
        if depth > MAX_DEPTH:
            return STRING
        if isinstance(schema, str):
            return self._called(schema, space)
        if isinstance(schema, list):
            members: list[Any] = schema
            return self._union(members, space, depth)
        kind = schema["type"]
        if kind in ("record", "error"):
            return self._record(schema, space, depth)
        if kind in ("enum", "fixed"):
            return self._name(schema, space, _logical(schema, kind) or _PRIMITIVES[kind])
        if kind == "array":
            return Array(_known(self.of(schema["items"], space, depth + 1)))
        if kind == "map":
            return Map(STRING, _known(self.of(schema["values"], space, depth + 1)))
        return _logical(schema, kind) or self.of(kind, space, depth + 1)

    def _called(self, name: str, space: str) -> HiveType:
        found = _PRIMITIVES.get(name) or self.named.get(_full(name, space)) or self.named.get(name)
        if found is None:
            raise ValueError(f"the schema has no type {name[:80]!r}")
        return found

    def _name(self, schema: dict[str, Any], space: str, kind: HiveType) -> HiveType:
        self.named[_full(schema["name"], schema.get("namespace", space))] = kind
        return kind

    def _union(self, members: list[Any], space: str, depth: int) -> HiveType:
        kinds = [self.of(member, space, depth + 1) for member in members]
        kinds = [kind for kind in kinds if kind != VOID]
        if not kinds:
            return VOID
        return kinds[0] if len(kinds) == 1 else Union(tuple(kinds))

    def _record(self, schema: dict[str, Any], space: str, depth: int) -> HiveType:
        # Inside its own fields a recursive record has no finite type: string, until its own is known.
        self._name(schema, space, STRING)
        inner = _full(schema["name"], schema.get("namespace", space)).rpartition(".")[0]
        fields = tuple((str(field["name"]), _known(self.of(field["type"], inner, depth + 1))) for field in schema["fields"])
        return self._name(schema, space, Struct(fields))


def _full(name: str, space: str | None) -> str:
    """Return a type's name with its namespace, which the name may bring itself."""
    return name if "." in name or not space else f"{space}.{name}"


def _known(kind: HiveType) -> HiveType:
    return STRING if kind == VOID else kind


def _logical(schema: dict[str, Any], kind: Any) -> HiveType | None:
    """Return what a logical type means; one that is unknown, or on another type than it may be, is ignored [doc]."""
    name = schema.get("logicalType")
    if name == "decimal" and kind in ("bytes", "fixed"):
        precision, scale = schema.get("precision"), schema.get("scale", 0)
        if not isinstance(precision, int) or not isinstance(scale, int) or not 0 <= scale <= precision or precision < 1:
            return None
        return Scalar("decimal", (min(precision, MAX_PRECISION), min(scale, MAX_PRECISION)))  # of a longer one, the values that fit
    on, found = _LOGICAL.get(name if isinstance(name, str) else "", ("", VOID))
    return found if kind == on else None
