"""BSON, as mongodump writes it: documents one after the other, each with its length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from ..inference.summary import VALUE_SHOWN, Member, Place, TypeSummary, Witness, merge_all, struct_of
from ..inference.values import MAX_DECIMAL_DIGITS
from ..sample import Format, Hint, Match, Rejection, Sample
from .bson_documents import MIN_DOCUMENT, BsonError, Cut, Long, Record, decode, size_at


@dataclass(frozen=True, slots=True)
class Bson:
    """Recognise BSON by decoding it."""

    name: str = "bson"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise documents; a dump may be cut by the sample, or by a fault that is told."""
        head = sample.head
        if len(head) < MIN_DOCUMENT or head[3] > 1:  # no document is that long: all text, and most else
            return Rejection("it does not begin with the length of a document")
        try:
            if size_at(head, 0) > len(head) and sample.whole:
                return Rejection("its first document would be longer than the file")
        except BsonError as error:
            return Rejection(str(error))
        documents, consumed, fault = _documents(head)
        wrong = isinstance(fault, BsonError) and (sample.whole or not isinstance(fault, Cut))
        if wrong and len(documents) < 2:
            return Rejection(f"it does not decode as BSON: {fault}")
        if not any(documents) and consumed < sample.size:
            return Rejection("its documents are empty")
        oddity = f"{fault} at byte {consumed}: what follows is not read" if wrong else ""
        return Match(
            Format("bson", sample.codec),
            _objects(documents, sample.key),
            records=len(documents) if sample.whole and not wrong else None,
            record_size=max(consumed, 1) // len(documents) if consumed else size_at(head, 0),
            evidence={"oddities": [oddity]} if oddity else {},
        )


def _documents(head: bytes) -> tuple[list[Record], int, BsonError | None]:
    """Return the documents, how many bytes they are, and what ended the reading; of a first one that is cut, what there is."""
    documents: list[Record] = []
    place = 0
    while place < len(head):
        document: Record = {}
        try:
            place = decode(head, place, document)
        except BsonError as fault:
            if not documents and document and isinstance(fault, Cut):
                documents.append(document)
            return documents, place, fault
        documents.append(document)
    return documents, place, None


# --- columns of values, summarised together; line 0, as each value says its type ---------------------

_KINDS: dict[type, str] = {
    bool: "boolean",
    int: "int",
    Long: "bigint",
    float: "double",
    str: "string",
    bytes: "binary",
    datetime: "timestamp",
}


def _summarise(values: Sequence[Any], origin: str) -> TypeSummary:
    by_type: dict[type, list[Any]] = {}
    for value in values:
        kind: type = type(value)
        by_type.setdefault(kind, []).append(value)
    return merge_all([_alike(kind, alike, origin) for kind, alike in by_type.items()])


def _alike(kind: type, values: Sequence[Any], origin: str) -> TypeSummary:
    if kind is dict:
        return _objects(values, origin)
    if kind is list:
        flat = list(chain.from_iterable(values))
        return TypeSummary(arrays=len(values), element=_summarise(flat, origin) if flat else None)
    if kind is Decimal:
        return TypeSummary(kinds=_decimals(values, origin))
    if kind in _KINDS:
        return TypeSummary(kinds={_KINDS[kind]: Witness(len(values), origin, 0, str(values[0])[:VALUE_SHOWN])})
    return TypeSummary(nulls=len(values))


def _objects(rows: Sequence[Record], origin: str) -> TypeSummary:
    columns: dict[str, list[Any]] = {}
    for row in rows:  # once through the values: each document may have names of its own
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    members = {name: Member(Place(origin, position), _summarise(values, origin)) for position, (name, values) in enumerate(columns.items())}
    return struct_of(members, len(rows))


def _decimals(values: Sequence[Decimal], origin: str) -> dict[str, Witness]:
    found: dict[str, Witness] = {}
    for value in values:
        kind = _decimal_kind(value)
        seen = found.get(kind)
        found[kind] = Witness(1, origin, 0, str(value)) if seen is None else seen._replace(count=seen.count + 1)
    return found


def _decimal_kind(value: Decimal) -> str:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return "double"  # NaN and Infinity
    scale = max(0, -exponent)
    precision = max(len(digits) + max(0, exponent), scale)
    return f"decimal({precision},{scale})" if precision <= MAX_DECIMAL_DIGITS else "double"
