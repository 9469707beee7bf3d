"""What tables, partition keys and columns are called."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date

MAX_NAME = 128  # [doc] a crawler's table names; the catalog itself allows 255
DEFAULT_PARTITION = "__HIVE_DEFAULT_PARTITION__"

_ILLEGAL = re.compile(r"[^a-z0-9_]")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INT32 = range(-(2**31), 2**31)


def table_name(base: str, prefix: str = "") -> str:
    """Return a table's name: folded to lower case, each character that is not a letter, digit or `_` as `_` [seen]."""
    return (prefix.lower() + _ILLEGAL.sub("_", base.lower()))[:MAX_NAME] or "_"


def with_suffix(name: str, location: str) -> str:
    """Return a name made unique by its location, as Glue does [seen: `_` and 32 hex digits; the input is a guess]."""
    digest = hashlib.md5(location.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
    return f"{name[: MAX_NAME - 33]}_{digest}"


def key_type(values: Iterable[str]) -> str:
    """Return the type of a partition key: int, bigint or date where every value is one, else string.

    Zero-padded numbers (`month=01`) are strings; Hive's word for null does not count.
    """
    kinds = {_value_type(value) for value in values if value != DEFAULT_PARTITION}
    if not kinds:
        return "string"
    if kinds <= {"int", "bigint"}:
        return "bigint" if "bigint" in kinds else "int"
    return kinds.pop() if len(kinds) == 1 else "string"


def _value_type(value: str) -> str:
    if _INTEGER.fullmatch(value):
        return "int" if int(value) in _INT32 else "bigint"
    if _ISO_DATE.fullmatch(value):
        try:
            date.fromisoformat(value)
        except ValueError:
            return "string"
        return "date"
    return "string"


def key_names(levels: Sequence[str | None]) -> list[str]:
    """Return the partition keys' names; plain folders are `partition_0`, `partition_1`, … by level [seen]."""
    names: list[str] = []
    for index, level in enumerate(levels):
        name = level.lower() if level else f"partition_{index}"
        while name in names:
            name += "_"
        names.append(name)
    return names


def apart_from(names: Sequence[str], taken: Iterable[str]) -> dict[str, str]:
    """Return new names for the columns that clash with partition keys."""
    used = {*names, *taken}
    renamed: dict[str, str] = {}
    for name in names:
        if name not in taken:
            continue
        number = 2
        while f"{name}_{number}" in used:
            number += 1
        renamed[name] = f"{name}_{number}"
        used.add(renamed[name])
    return renamed
