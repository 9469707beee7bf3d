"""What kind of value a piece of text is, a column at a time.

Most columns are of one kind, so a column is first tried whole, by one regular expression over its
joined values at C speed; only a mixed one is taken value by value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from .summary import TypeSummary, Witness, witness_of

INT64 = range(-(2**63), 2**63)
MAX_DECIMAL_DIGITS = 38

# Words that often stand for null. Those of the second set are also ordinary content, so they count
# as null only where most of the column's other values agree on a type.
NULL_WORDS = frozenset(r"NA N/A n/a na NULL Null null None none nil NIL \N #N/A #NA <NA> NaT missing".split())
WEAK_NULL_WORDS = frozenset(("-", "--", "?", ".", ".."))

INTEGER = r"-?(?:0|[1-9][0-9]{0,17})"
# A bare exponent (`12e4`) is more often an article number than a measurement: it takes a point or a signed exponent.
DOUBLE = r"[+-]?(?:(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?|[0-9]+[eE][+-][0-9]{1,3})"
DATE = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
TIMESTAMP = DATE + r" (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
BOOLEAN = r"(?:true|false|TRUE|FALSE|True|False)"
PADDED = r"-?0[0-9]+"
_SPECIAL_DOUBLE = r"[+-]?(?:nan|NaN|NAN|inf|Inf|INF|[Ii]nfinity)"

_WHOLE_COLUMN = tuple(
    (kind, re.compile(f"(?:(?:{pattern})\n)*"))
    for kind, pattern in (
        ("bigint", INTEGER),
        ("double", f"{DOUBLE}|{INTEGER}"),
        ("date", DATE),
        ("timestamp", TIMESTAMP),
        ("boolean", BOOLEAN),
    )
)
_ONE = re.compile(
    f"(?P<bigint>{INTEGER})|(?P<double>{DOUBLE})|(?P<timestamp>{TIMESTAMP})|(?P<date>{DATE})|(?P<boolean>{BOOLEAN})"
    f"|(?P<padded>{PADDED})"
    r"|(?P<long>-?[1-9][0-9]{18,})"
    f"|(?P<special>{_SPECIAL_DOUBLE})"
)
# Which whole-column expressions are worth trying, by the first character of the column's first value.
_NUMERIC_START = frozenset("0123456789+-.")
_BOOLEAN_START = frozenset("tTfF")

# Values that cannot be of any kind but text: they begin with letters that begin no number, boolean or
# null word, or are too long for one and hold a character that numbers and times do not.
_PLAIN_TEXT = re.compile(r"(?!(?i:tr|fa|na|nu|no|ni|n/|in|mi))[^\W\d_]|(?=.{10})[0-9+\-.:eE ]*[^0-9+\-.:eE ]", re.DOTALL)
_PROBE = 16  # values looked at one by one before a column of plain text is believed to be one


@lru_cache(maxsize=65_536)  # words come again and again, in a column and in its siblings
def kind_of(value: str) -> str:
    """Return the kind of one value, `null` for a blank one.

    Kinds: bigint, decimal(p,0), double, boolean, date, timestamp, padded, token, string, null.
    """
    text = value.strip()
    if not text:
        return "null"
    match = _ONE.fullmatch(text)
    if match is None:
        return "token" if text in NULL_WORDS or text in WEAK_NULL_WORDS else "string"
    kind = match.lastgroup or "string"
    if kind == "long":
        return _long_integer(text)
    if kind in ("date", "timestamp"):
        return kind if is_calendar_day(text[:10]) else "string"
    if kind == "special":
        return "double"
    return kind


def _long_integer(text: str) -> str:
    digits = len(text.lstrip("-"))
    if digits == 19 and int(text) in INT64:
        return "bigint"
    return f"decimal({digits},0)" if digits <= MAX_DECIMAL_DIGITS else "string"


def is_calendar_day(text: str) -> bool:
    """Say whether the calendar has a day."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def summarise_texts(values: Sequence[str], origin: str, lines: Sequence[int]) -> TypeSummary:
    """Summarise one column; `lines` gives the 1-based line of each value."""
    first = values[0] if values else ""
    whole = _kind_of_column(values, first)
    if whole is not None:
        return TypeSummary(kinds=witness_of(whole, len(values), origin, lines[0], first))
    present = [value for value in values if value]
    nulls = len(values) - len(present)
    if not present:
        return TypeSummary(nulls=nulls)
    start = values.index(present[0])
    whole = _kind_of_column(present, present[0]) if nulls else None
    if whole is not None:
        return TypeSummary(kinds=witness_of(whole, len(present), origin, lines[start], present[0]), nulls=nulls)
    probe = present[:_PROBE]
    if all(map(_PLAIN_TEXT.match, probe)) or all(kind_of(value) == "string" for value in probe):
        return TypeSummary(kinds=witness_of("string", len(present), origin, lines[start], present[0]), nulls=nulls)
    return _value_by_value(values, origin, lines)


def _kind_of_column(values: Sequence[str], first: str) -> str | None:
    """Return the one kind that every value is of, or None."""
    start = first[:1]
    if start in _NUMERIC_START:
        candidates = _WHOLE_COLUMN[:2] if len(first) < 5 or first[4:5] != "-" else _WHOLE_COLUMN[2:4]
    elif start in _BOOLEAN_START:
        candidates = _WHOLE_COLUMN[4:]
    else:
        return None
    joined = "\n".join(values) + "\n"
    for kind, pattern in candidates:
        # A value with a line break inside would pass for two: then the column is no plain one.
        if pattern.fullmatch(joined) and joined.count("\n") == len(values):
            late = {value[:10] for value in values if value[8:10] > "28"} if kind in ("date", "timestamp") else ()
            return kind if all(map(is_calendar_day, late)) else None
    return None


def _value_by_value(values: Sequence[str], origin: str, lines: Sequence[int]) -> TypeSummary:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    kinds: dict[str, Witness] = {}
    tokens: dict[str, Witness] = {}
    nulls = 0
    for value, count in counts.items():  # in order of first appearance
        kind = kind_of(value)
        if kind == "null":
            nulls += count
            continue
        seen, name = (tokens, value.strip()) if kind == "token" else (kinds, kind)
        before = seen.get(name)
        if before is None:
            seen[name] = Witness(count, origin, lines[values.index(value)], value[:80])
        else:
            seen[name] = before._replace(count=before.count + count)
    return TypeSummary(kinds=kinds, nulls=nulls, tokens=tokens)
