"""Partition values: what each key's type makes of their text, and how SQLite keeps and orders them.

Values are exact strings. A typed key keeps in its column what SQLite orders as the type does: an
integer for integers, canonical text for dates, timestamps and decimals; `spelling` holds the exact
text where it differs ('01' in an int key). A value that does not fit its type is kept as a blob,
which SQLite orders after all else, so comparisons can leave it out cheaply.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from ..errors import InvalidInput
from . import documents

DEFAULT_PARTITION = "__HIVE_DEFAULT_PARTITION__"  # what Hive writes for a null partition value

SortKey = int | str
Stored = int | str | bytes

_INTEGER = re.compile(r"[+-]?[0-9]{1,400}")
_DECIMAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?")
_COMPLEMENT = str.maketrans("0123456789", "9876543210")
_EXPONENT_BASE = 5000  # keeps the exponents of all decimals that fit a partition value positive


@dataclass(frozen=True, slots=True)
class KeyKind:
    """What comparisons do with the values of a key of some type.

    `sort_key` gives what orders as the type does and raises ValueError in Glue's words; None: as text.
    """

    title: str
    sort_key: Callable[[str], SortKey] | None = None
    comparable: bool = True


def integer_key(text: str) -> int:
    """Return a 64-bit integer. Raises ValueError in Glue's words."""
    if _INTEGER.fullmatch(text):
        number = int(text)
        if -(2**63) <= number < 2**63:
            return number
    raise ValueError(f'"{text}" is not an integer.')


def date_key(text: str) -> str:
    """Return a date as yyyy-MM-dd. Raises ValueError in Glue's words."""
    if _DATE.fullmatch(text) and _on_calendar(text):
        return text
    raise ValueError(f"{text} is not a date.")


def timestamp_key(text: str) -> str:
    """Return a timestamp without trailing zeros in its fraction. Raises ValueError in Glue's words."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None or not _on_calendar(match[1]):
        raise ValueError(f"Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] {text} is not a timestamp.")
    fraction = (match[2] or "").rstrip("0")
    return f"{match[1]}.{fraction}" if fraction else match[1]


def decimal_key(text: str) -> str:
    """Return text that orders as exact decimals do: sign, exponent, digits. Raises ValueError in Glue's words."""
    match = _DECIMAL.fullmatch(text) if len(text) <= 2048 else None
    if match is None or not (match[2] or match[3]):
        raise ValueError(f"{text} is not a decimal.")
    sign, whole, fraction, exponent = match[1], match[2], match[3] or "", int(match[4] or 0)
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "O"
    magnitude = f"{_EXPONENT_BASE + len(digits) - len(fraction) + exponent:04}{digits.rstrip('0')}"
    return "N" + magnitude.translate(_COMPLEMENT) + "~" if sign == "-" else "P" + magnitude


def _on_calendar(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


_TEXT = KeyKind("String")
_INTEGRAL = KeyKind("Integral", integer_key)
_UNKNOWN = KeyKind("Unknown", comparable=False)
_KINDS = {
    **dict.fromkeys(("string", "char", "varchar"), _TEXT),
    **dict.fromkeys(("tinyint", "smallint", "int", "integer", "bigint", "long"), _INTEGRAL),
    "date": KeyKind("Date", date_key),
    "timestamp": KeyKind("Timestamp", timestamp_key),
    "decimal": KeyKind("Decimal", decimal_key),
}


@dataclass(frozen=True, slots=True)
class PartitionKey:
    """A partition key's folded name and type text."""

    name: str
    type: str

    @property
    def kind(self) -> KeyKind:
        """What comparisons do with this key's values."""
        return _KINDS.get(self.type.partition("(")[0].strip().lower(), _UNKNOWN)


@lru_cache(maxsize=65536)
def _store(sort_key: Callable[[str], SortKey], value: str) -> tuple[Stored, str]:
    """Return what the key column holds and the spelling ('' when the column says it all)."""
    try:
        key = sort_key(value)
    except ValueError:
        return value.encode(), ""
    return key, "" if str(key) == value else value


class KeyCodec:
    """The way between a partition's values and its key columns (one each, and the spelling)."""

    def __init__(self, keys: Sequence[PartitionKey]) -> None:
        self.keys = tuple(keys)
        self._sort_keys = tuple(key.kind.sort_key for key in self.keys)
        self._typed = any(self._sort_keys)

    def encode(self, values: Sequence[str]) -> tuple[Stored, ...]:
        """Return the key columns. Raises InvalidInput for a wrong number of values or a NUL."""
        if len(values) != len(self.keys) or not values:
            raise InvalidInput("The number of partition keys do not match the number of partition values")
        if "\0" in "".join(values):
            raise InvalidInput(f"The partition values {list(values)} hold a NUL character.")
        if not self._typed:
            return (*values, "")
        stored: list[Stored] = []
        spelled: list[str] = []
        for sort_key, value in zip(self._sort_keys, values, strict=True):
            column, spelling = _store(sort_key, value) if sort_key else (value, "")
            stored.append(column)
            spelled.append(spelling)
        stored.append("\0".join(spelled) if any(spelled) else "")
        return tuple(stored)

    def decode(self, columns: Sequence[Stored]) -> tuple[str, ...]:
        """Return the exact values from the key columns and the spelling after them."""
        count = len(self.keys)
        spelling = columns[count]
        if not self._typed:
            return tuple(columns[:count])  # type: ignore[arg-type] # without typed keys all are text
        texts = tuple(_text(column) for column in columns[:count])
        if not spelling:
            return texts
        return tuple(spelled or text for spelled, text in zip(str(spelling).split("\0"), texts, strict=True))

    def odd_keys(self, columns: Sequence[Stored]) -> int:
        """Return the bit mask of the keys whose value does not fit its type."""
        if not self._typed:
            return 0
        default = DEFAULT_PARTITION.encode()
        return sum(1 << number for number, column in enumerate(columns) if isinstance(column, bytes) and column != default)


def _text(column: Stored) -> str:
    return column.decode() if isinstance(column, bytes) else str(column)


@lru_cache(maxsize=1024)
def read_codec(partition_keys: str) -> KeyCodec:
    """Return the codec for keys as the tables' column `partition_keys` has them."""
    return KeyCodec([PartitionKey(name, kind) for name, kind in documents.loads(partition_keys)])
