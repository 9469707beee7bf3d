"""Summaries of columns: pure, frozen, and merged in any order to the same one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

import pyarrow as pa

from ..scan.arrays import Column, Type, at, call, each, extremes, total
from .sample import Plain, Sample, merge, sample_of

SHOWN = 256  # characters of the least and the greatest text

Family = Literal["boolean", "integer", "real", "decimal", "text", "binary", "date", "timestamp", "nested"]
Bound: TypeAlias = int | float | Decimal | str  # dates in days, timestamps in microseconds since 1970

# In order: the first that holds. What none holds for is counted only.
_FAMILIES: tuple[tuple[Callable[[Type], bool], Family], ...] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "real"),
    (pa.types.is_decimal, "decimal"),
    (pa.types.is_string, "text"),
    (pa.types.is_binary, "binary"),
    (pa.types.is_date32, "date"),
    (pa.types.is_timestamp, "timestamp"),
)


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """What the values of one column are like."""

    name: str
    family: Family
    rows: int = 0
    nulls: int = 0
    minimum: Bound | None = None
    maximum: Bound | None = None
    trues: int = 0
    length: int = 0  # of all texts, in characters, or of all binaries, in bytes
    longest: int = 0
    sample: Sample = Sample()

    @property
    def distinct(self) -> int:
        """How many distinct values there are, or about how many."""
        return (self.trues > 0) + (self.trues < self.values) if self.family == "boolean" else self.sample.distinct

    @property
    def values(self) -> int:
        """How many values are not null."""
        return self.rows - self.nulls


@dataclass(frozen=True, slots=True)
class TableSummary:
    """What the values of a table's columns are like."""

    rows: int = 0
    columns: tuple[ColumnSummary, ...] = ()


def summarise(batch: pa.RecordBatch) -> TableSummary:
    """Return the summary of a batch."""
    fields = each(batch.schema)
    return TableSummary(batch.num_rows, tuple(_column(field.name, at(batch, place)) for place, field in enumerate(fields)))


def merged(one: TableSummary, other: TableSummary) -> TableSummary:
    """Return the summary of all rows of both; the columns must be the same."""
    if not one.columns or not other.columns:
        return other if other.columns else one
    return TableSummary(one.rows + other.rows, tuple(_merged(*pair) for pair in zip(one.columns, other.columns, strict=True)))


def _merged(one: ColumnSummary, other: ColumnSummary) -> ColumnSummary:
    return replace(
        one,
        rows=one.rows + other.rows,
        nulls=one.nulls + other.nulls,
        minimum=_outer(min, one.minimum, other.minimum),
        maximum=_outer(max, one.maximum, other.maximum),
        trues=one.trues + other.trues,
        length=one.length + other.length,
        longest=max(one.longest, other.longest),
        sample=merge(one.sample, other.sample),
    )


def _outer(choose: Callable[..., Bound], *bounds: Bound | None) -> Bound | None:
    found: Sequence[Bound] = [bound for bound in bounds if bound is not None]
    return choose(found) if found else None


def _column(name: str, column: Column) -> ColumnSummary:
    family = _family(column.type)
    rows, nulls = len(column), column.null_count
    if family == "nested" or rows == nulls:
        return ColumnSummary(name, family, rows, nulls)
    values = column.drop_null() if nulls else column
    if family == "boolean":
        return ColumnSummary(name, family, rows, nulls, trues=total(values))
    if family in ("date", "timestamp"):
        values = values.cast(pa.int32() if family == "date" else pa.int64())
    elif family == "real":
        values = call("add", values.cast(pa.float64()), pa.scalar(0.0))  # 0.0 and -0.0 are one value
    # A text from a file may be no UTF-8; its bytes have the order of its characters.
    least, greatest = (None, None) if family == "binary" else extremes(values.cast(pa.binary()) if family == "text" else values)
    sample = sample_of(values.cast(pa.string()) if family == "decimal" else values)
    length, longest = _lengths(values, family) if family in ("text", "binary") else (0, 0)
    return ColumnSummary(name, family, rows, nulls, _bound(least), _bound(greatest), 0, length, longest, sample)


def _family(kind: Type) -> Family:
    for applies, family in _FAMILIES:
        if applies(kind):
            return family
    return "nested"


def _lengths(values: Column, family: Family) -> tuple[int, int]:
    lengths = call("utf8_length" if family == "text" else "binary_length", values)
    return total(lengths), extremes(lengths)[1]


def _bound(value: Bound | bytes | None) -> Bound | None:
    if isinstance(value, float) and math.isnan(value):
        return None  # there is nothing but NaN
    return value[: 4 * SHOWN].decode(errors="replace")[:SHOWN] if isinstance(value, bytes) else value


def shown(bound: Plain | Decimal | None, family: Family) -> Plain | None:
    """Return a value as JSON holds it: dates and times in ISO 8601, decimals and infinities as text."""
    if family in ("date", "timestamp") and isinstance(bound, int):
        return _moment(bound, family)
    if isinstance(bound, Decimal) or (isinstance(bound, float) and not math.isfinite(bound)):
        return str(bound)
    return bound


def _moment(count: int, family: Family) -> str:
    try:
        span = timedelta(days=count) if family == "date" else timedelta(microseconds=count)
        moment = datetime(1970, 1, 1) + span
    except OverflowError:
        return "after 9999" if count > 0 else "before 0001"  # of Python's calendar
    return moment.date().isoformat() if family == "date" else moment.isoformat()
