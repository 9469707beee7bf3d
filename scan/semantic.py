"""Columns as what they mean: text to dates, amounts and truths, integers to moments, by a table's kept semantic types."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from ..catalog.interface import Catalog
from ..catalog.model import Table
from ..classifiers.inference.values import NULL_WORDS, WEAK_NULL_WORDS
from ..errors import InvalidInput
from .amounts import amount_of, value_of
from .arrays import Column, Type, at, batch, call, distinct, each, make
from .failure import Failure, Refuted, shorten
from .layout import OnError
from .moments import has_time, has_zone, moment_reader

NULLS = NULL_WORDS | WEAK_NULL_WORDS | {""}  # texts that mean nothing in a column that otherwise means something
_MAX_SCALE = 12
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}

Format = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column's values are, and how to read one of them, as text, so."""

    name: str
    kind: Type
    read: Callable[[str], object]  # raises ValueError, OverflowError, ArithmeticError
    unit: str = ""  # of integers that count from 1970: they are read all at once


def meanings_of(catalog: Catalog, table: Table) -> dict[str, Meaning]:
    """Return what a table's columns mean, where that has a type of its own and is not in doubt; a pinned format is never in doubt."""
    pinned: dict[str, str] = json.loads((table.parameters or {}).get("gluepot.formats", "{}"))
    evidence = catalog.get_evidence(table.database_name or "", table.name) or {}
    told = {str(one.get("name", "")).lower(): one.get("semantic") for one in evidence.get("columns") or ()}
    names = [column.name.lower() for column in table.columns]
    found = ((name, _pinned(pinned[name]) if name in pinned else meaning_of(told.get(name) or {})) for name in names)
    return {name: meaning for name, meaning in found if meaning is not None}


def _pinned(pattern: str) -> Meaning:
    try:
        return _moment({"pattern": pattern})
    except ValueError as error:
        raise InvalidInput(f"The pinned format {pattern!r} reads no dates: {error}. Write one such as dd/MM/yyyy HH:mm.") from None


def meaning_of(semantic: Mapping[str, Any]) -> Meaning | None:
    """Return how to read a semantic type as it is kept, or None where it is read as it lies."""
    name = str(semantic.get("name", ""))
    if semantic.get("ambiguous") or name not in _MEANINGS:
        return None
    return _MEANINGS[name](semantic.get("format") or {})


def _moment(form: Format) -> Meaning:
    pattern = str(form["pattern"])
    clock: Type = pa.timestamp("us", "UTC") if has_zone(pattern) else pa.timestamp("us")
    kind = clock if has_time(pattern) else pa.date32()
    return Meaning("timestamp" if has_time(pattern) else "date", kind, moment_reader(pattern))


def _money(form: Format) -> Meaning:
    return Meaning("money", pa.decimal128(38, min(max(int(form.get("scale", 2)), 2), _MAX_SCALE)), _amount_reader(form))


def _number(form: Format) -> Meaning:
    read = _amount_reader(form)
    return Meaning("number", pa.float64(), lambda text: float(read(text)))


def _amount_reader(form: Format) -> Callable[[str], Decimal]:
    decimal, group = str(form["decimal"]), str(form["group"])

    def read(text: str) -> Decimal:
        amount = amount_of(text)
        if amount is None:
            raise ValueError(text)
        return value_of(amount, decimal, group)

    return read


def _truth(form: Format) -> Meaning:
    words = {str(form["true"]): True, str(form["false"]): False}

    def read(text: str) -> bool:
        if text.strip().lower() not in words:
            raise ValueError(text)
        return words[text.strip().lower()]

    return Meaning("boolean", pa.bool_(), read)


def _epoch(form: Format) -> Meaning:
    unit = str(form["unit"])
    start = datetime(1970, 1, 1, tzinfo=UTC)

    def read(text: str) -> datetime:
        return start + timedelta(microseconds=int(text) * _PER_SECOND["us"] // _PER_SECOND[unit])

    return Meaning("epoch", pa.timestamp("us", "UTC"), read, unit)


_MEANINGS: Mapping[str, Callable[[Format], Meaning]] = {
    "date": _moment,
    "timestamp": _moment,
    "money": _money,
    "number": _number,
    "percent": _number,
    "boolean": _truth,
    "epoch": _epoch,
}


# --- columns -------------------------------------------------------------------------------------------


def meant_schema(schema: pa.Schema, meanings: Mapping[str, Meaning]) -> pa.Schema:
    """Return a schema with the types that columns are delivered in."""
    return pa.schema([pa.field(field.name, meanings[field.name].kind) if field.name in meanings else field for field in each(schema)])


def meant_batch(rows: pa.RecordBatch, meanings: Mapping[str, Meaning], on_error: OnError, file: str) -> pa.RecordBatch:
    """Return a batch with its columns as they are meant. Raises Refuted, naming file, column and value."""
    columns: list[Column] = []
    for place, name in enumerate(rows.schema.names):
        column = at(rows, place)
        columns.append(_meant(column, meanings[name], name, on_error, file) if name in meanings else column)
    return batch(columns, meant_schema(rows.schema, meanings))


def _meant(column: Column, meaning: Meaning, name: str, on_error: OnError, file: str) -> Column:
    if meaning.unit and pa.types.is_integer(column.type):
        try:
            return _since_1970(column.cast(pa.int64()), meaning.unit).cast(meaning.kind)
        except pa.ArrowInvalid:
            pass  # some number is past all calendars
    texts, places = distinct(column.cast(pa.string()))
    values: list[object] = []
    for text in texts:
        try:
            values.append(_fitting(meaning.read(text), meaning.kind))
        except (ValueError, OverflowError, ArithmeticError, pa.ArrowException):
            if on_error == "raise" and text.strip() not in NULLS:
                reason = f"is not the {meaning.name} that this column otherwise holds; on_error null makes null of it"
                raise Refuted(Failure(reason, file, None, name, shorten(text))) from None
            values.append(None)
    return make(values, meaning.kind).take(places)


def _fitting(value: object, kind: Type) -> object:
    """Return a value that fits the type. Raises pa.ArrowException for one that does not."""
    if pa.types.is_decimal(kind):
        make([value], kind)
    return value


def _since_1970(column: Column, unit: str) -> Column:
    factor = _PER_SECOND["us"] // _PER_SECOND[unit]
    if factor:
        return call("multiply_checked", column, pa.scalar(factor, pa.int64()))
    return call("divide", column, pa.scalar(_PER_SECOND[unit] // _PER_SECOND["us"], pa.int64()))
