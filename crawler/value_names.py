"""Folder names that look like values rather than nouns: what tells a partition from a table."""

from __future__ import annotations

import re
from collections.abc import Collection

_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_REGION = r"(?:us|eu|ap|sa|ca|me|af|il|mx|cn)(?:-gov|-iso[a-z]?)?-(?:north|south|east|west|central)+-\d"

_YEARS = r"(?:19|20)[0-9]{2}"

# One such name says enough: numbers, dates, hashes, `2024-W05`, `day-07`, `2024-Jan`, `us-east-1`.
VALUE_NAME = re.compile(
    r"[0-9][0-9_.:TZ+-]*"
    r"|[0-9a-f]{8,}(?:-[0-9a-f]{4,})*"
    r"|(?=[a-z]*[0-9])[0-9a-hjkmnp-tv-z]{26}"  # ULID
    rf"|{_YEARS}[-_ ]?[qwh][0-9]{{1,2}}|[qwh][0-9]{{1,2}}[-_ ]{_YEARS}|fy[-_ ]?{_YEARS}"
    r"|(?:year|quarter|month|week|day|date|hour)[-_ ]?[0-9][0-9_.:TZ+-]*"
    rf"|{_YEARS}[-_ ]?{_MONTH}(?:[-_ ]?[0-9]{{1,2}})?|(?:[0-9]{{1,2}}[-_ ]?)?{_MONTH}[-_ ]?{_YEARS}"
    rf"|{_REGION}",
    re.IGNORECASE,
)
# These say it only beside others: `q1`, `m07`, `shard_12`, `01-january`, `monday`.
_BESIDE_OTHERS = re.compile(
    r"[qwh][0-9]{1,2}|(?:fy|y|m|d)[0-9]{2,4}"
    r"|(?:part|partition|shard|bucket|batch|chunk|split|run)[-_ ]?[0-9]+"
    rf"|(?:[0-9]{{1,2}}[-_ ]?)?{_MONTH}(?:[-_ ]?[0-9]{{1,2}})?"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?",
    re.IGNORECASE,
)
_BUCKET = re.compile(r"[0-9a-f]+|[0-9a-z]", re.IGNORECASE)
_BUCKETS = 4  # so many short names in one folder are no accident
_YEAR = re.compile(rf"(?<![0-9]){_YEARS}")
_DIGITS = re.compile(r"[0-9]+")


def are_values(names: Collection[str]) -> bool:
    """Say whether sibling folders are named by values: each of them, or all in one pattern.

    In one pattern are `sales_2023` beside `sales_2024`, the short hash prefixes `0a`, `3f`, …, and the months.
    """
    if all(VALUE_NAME.fullmatch(name) for name in names):
        return True
    if len(names) < 2:
        return False
    if all(VALUE_NAME.fullmatch(name) or _BESIDE_OTHERS.fullmatch(name) for name in names):
        return True
    return _are_buckets(names) or _are_dated(names)


def may_be_value(name: str) -> bool:
    """Say whether a folder's name can be a value, if its siblings' are."""
    return bool(VALUE_NAME.fullmatch(name) or _BESIDE_OTHERS.fullmatch(name) or _YEAR.search(name))


def _are_buckets(names: Collection[str]) -> bool:
    if len(names) < _BUCKETS or len({len(name) for name in names}) > 1 or not all(map(_BUCKET.fullmatch, names)):
        return False
    return len(min(names)) == 1 or any(map(_DIGITS.search, names))


def _are_dated(names: Collection[str]) -> bool:
    return all(_YEAR.search(name) for name in names) and len({_DIGITS.sub("0", name) for name in names}) == 1
