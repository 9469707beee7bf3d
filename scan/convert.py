"""Text to typed columns: what Hive's text SerDes accept as a value of each type, told apart from what they do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation, localcontext
from functools import lru_cache, partial
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from .arrays import Column, call, distinct, largest, make, null_of, some, texts
from .failure import Misfit, shorten

Parse: TypeAlias = Callable[[str], object]

_NARROW, _WIDE = 38, 76  # digits of Arrow's decimals
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIMESTAMP = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?")


def convert(column: Column, to: pa.DataType, nulls: Sequence[str], declared: str, strict: bool) -> Column:
    """Return a column of text as the declared type; `nulls` are the texts that mean null.

    Empty text is null but in strings. What does not fit raises Misfit if `strict`, else becomes null.
    """
    if pa.types.is_string(to) or pa.types.is_binary(to):
        return _without(column, nulls).cast(to)
    if not any(_is_value(null, to) for null in nulls):
        # the common case in one pass: no empty text, and no null that could be taken for a value
        typed = _cast(column, to)
        if typed is not None:
            return typed
    trimmed = _without(call("utf8_trim_whitespace", column), (*nulls, ""))
    typed = _cast(trimmed, to)
    return _one_by_one(trimmed, to, declared, strict) if typed is None else typed


def _without(column: Column, nulls: Sequence[str]) -> Column:
    if not nulls:
        return column
    if len(nulls) == 1:
        mask = call("equal", column, pa.scalar(nulls[0]))
    else:
        mask = call("is_in", column, options=pc.SetLookupOptions(texts(list(nulls))))
    return call("if_else", mask, null_of(column.type), column) if some(mask) else column


@lru_cache(maxsize=256)
def _is_value(text: str, to: pa.DataType) -> bool:
    return _cast(texts([text]), to) is not None


def _cast(column: Column, to: pa.DataType) -> Column | None:
    """Cast a whole column in one go, or return None where Arrow refuses a value or is more lenient than Hive."""
    if pa.types.is_integer(to) and any(some(call("match_substring", column, options=pc.MatchSubstringOptions(x))) for x in "xX"):
        return None  # Arrow reads 0x1f, Hive does not
    if pa.types.is_boolean(to) and some(call("less", call("binary_length", column), pa.scalar(4, pa.int32()))):
        return None  # Arrow reads 1 and 0, Hive does not
    if pa.types.is_decimal(to):
        return _decimals(column, to)
    try:
        return column.cast(to)
    except pa.ArrowInvalid:
        pass
    if pa.types.is_timestamp(to):
        try:
            return column.cast(pa.timestamp(to.unit, "UTC")).cast(to)
        except pa.ArrowInvalid:
            return None
    return None


def _decimals(column: Column, to: Any) -> Column | None:
    """Cast to decimals by way of numbers so wide that no digit overflows: Arrow does not always notice when one does."""
    longest: int = largest(call("binary_length", column)) or 0
    if longest > _WIDE - to.scale or any(some(call("match_substring", column, options=pc.MatchSubstringOptions(x))) for x in "eE"):
        return None
    try:
        return column.cast(to) if longest <= _NARROW - to.scale else column.cast(pa.decimal256(_WIDE, to.scale)).cast(to)
    except pa.ArrowInvalid:
        return None


def _one_by_one(column: Column, to: pa.DataType, declared: str, strict: bool) -> Column:
    parse = parser(to)
    found, indices = distinct(column)
    parsed: list[object] = []
    for text in found:
        try:
            parsed.append(pa.scalar(parse(text), to).as_py())
        except (ValueError, OverflowError, InvalidOperation, pa.ArrowException):
            if strict:
                raise Misfit(column.to_pylist().index(text), shorten(text), declared) from None
            parsed.append(None)
    return make(parsed, to).take(indices)


def parser(to: pa.DataType) -> Parse:
    """Return the function that reads one trimmed text as a value of the type; it raises ValueError."""
    if pa.types.is_decimal(to):
        return partial(_decimal, to)
    for applies, parse in _PARSERS:
        if applies(to):
            return parse
    return _refuse


def _refuse(text: str) -> object:
    raise ValueError(text)


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _float(text: str) -> float:
    if "_" in text:
        raise ValueError(text)
    return float(text)


def _decimal(to: Any, text: str) -> Decimal:
    number = Decimal(text)
    with localcontext(prec=to.precision + 1):
        exact = number.quantize(Decimal(1).scaleb(-to.scale))
    if exact != number or exact.adjusted() >= to.precision - to.scale:
        raise ValueError(text)
    return exact


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()] if text.lower() in ("true", "false") else bool(_refuse(text))


def _date(text: str) -> date:
    match = _DATE.fullmatch(text)
    if match is None:
        # Hive reads the day of a timestamp text as a date [doc: LazyDate takes yyyy-MM-dd and ignores the rest]
        return _timestamp(text).date()
    return date(*map(int, match.groups()))


def _timestamp(text: str) -> datetime:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    clock = time(int(hour or 0), int(minute or 0), int(second or 0), int((fraction or "0").ljust(6, "0")[:6]))
    moment = datetime.combine(date(int(year), int(month), int(day)), clock)
    if zone is None or zone == "Z":
        return moment
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return moment - offset if zone[0] == "+" else moment + offset


_PARSERS: tuple[tuple[Callable[[pa.DataType], bool], Parse], ...] = (
    (pa.types.is_integer, _integer),
    (pa.types.is_floating, _float),
    (pa.types.is_boolean, _boolean),
    (pa.types.is_date, _date),
    (pa.types.is_timestamp, _timestamp),
)


def naive_utc(moment: datetime) -> datetime:
    """Return a moment as its UTC clock reading, as Hive timestamps are kept."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
