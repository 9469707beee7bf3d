"""Rows of Arrow batches as values to print."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import pyarrow


def limited(reader: pyarrow.RecordBatchReader, limit: int | None) -> Iterator[tuple[Any, ...]]:
    """Yield at most `limit` rows as Python values."""
    left = limit
    for batch in cast("Iterator[Any]", reader):  # the stubs know no type for a cell
        if left is not None:
            batch = batch.slice(0, left)  # the part of it that is wanted
            left -= batch.num_rows
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
        if left == 0:
            return


def plain(value: Any) -> Any:
    """Return a value as JSON has it: times in ISO 8601, decimals as text, bytes as hexadecimal digits, infinities as text."""
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case bytes():
            return value.hex()
        case float() if value - value != 0:  # JSON knows no infinities and no NaN
            return str(value)
        case dict():
            return {str(key): plain(item) for key, item in cast("Mapping[Any, Any]", value).items()}
        case list() | tuple():  # Arrow gives a map as a list of pairs
            return [plain(item) for item in cast("list[Any]", value)]
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def cell(value: Any) -> str | None:
    """Return a value as the text of a cell; None stays None, nested values become JSON."""
    value = plain(value)
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)
