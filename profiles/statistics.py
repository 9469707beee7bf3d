"""Summaries as Glue's column statistics: counts of the rows that were read, never scaled up."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..catalog.model import ColumnStatistics
from .columns import Bound, ColumnSummary, Family

_MICROSECONDS, _DAY = 1_000_000, 86_400

Data = dict[str, Any]


def statistics_of(column: ColumnSummary, declared: str, now: datetime, *, secret: bool) -> ColumnStatistics | None:
    """Return a column's statistics, or None for a nested one, that Glue has none for; without extremes if these are secret."""
    if column.family not in _KINDS:
        return None
    kind, member, write = _KINDS[column.family]
    data: Data = {**write(column), "NumberOfNulls": column.nulls}
    if kind not in ("BOOLEAN", "BINARY"):
        data["NumberOfDistinctValues"] = column.distinct
    if secret:
        data = {name: value for name, value in data.items() if name not in ("MinimumValue", "MaximumValue")}
    return ColumnStatistics(column.name, declared, now, {"Type": kind, f"{member}ColumnStatisticsData": data})


def _truths(column: ColumnSummary) -> Data:
    return {"NumberOfTrues": column.trues, "NumberOfFalses": column.values - column.trues}


def _lengths(column: ColumnSummary) -> Data:
    return {"MaximumLength": column.longest, "AverageLength": column.length / column.values if column.values else 0.0}


def _bounds(convert: Callable[[Any], Any]) -> Callable[[ColumnSummary], Data]:
    def write(column: ColumnSummary) -> Data:
        bounds: Mapping[str, Bound | None] = {"MinimumValue": column.minimum, "MaximumValue": column.maximum}
        converted = {name: convert(bound) for name, bound in bounds.items() if bound is not None}
        return {name: bound for name, bound in converted.items() if bound is not None}

    return write


def _finite(value: float) -> float | None:
    return value if value - value == 0 else None  # JSON has no infinities


def _decimal(value: Decimal) -> Data:
    """Return a number as its digits, big-endian two's complement in base64, and how many follow the point."""
    scale = -int(value.as_tuple().exponent)
    unscaled = int(value.scaleb(scale))
    digits = unscaled.to_bytes(unscaled.bit_length() // 8 + 1, "big", signed=True)
    return {"UnscaledValue": base64.b64encode(digits).decode(), "Scale": scale}


# Glue's type, the name of its member, and what that holds. Timestamps have no type of their own there:
# seconds since 1970 as LONG, as Hive's metastore keeps them [guess].
_KINDS: Mapping[Family, tuple[str, str, Callable[[ColumnSummary], Data]]] = {
    "boolean": ("BOOLEAN", "Boolean", _truths),
    "integer": ("LONG", "Long", _bounds(int)),
    "real": ("DOUBLE", "Double", _bounds(_finite)),
    "decimal": ("DECIMAL", "Decimal", _bounds(_decimal)),
    "date": ("DATE", "Date", _bounds(lambda days: days * _DAY)),
    "timestamp": ("LONG", "Long", _bounds(lambda moment: moment // _MICROSECONDS)),
    "text": ("STRING", "String", _lengths),
    "binary": ("BINARY", "Binary", _lengths),
}
