"""Pins: what a user has decided about a table or a column, kept for ever beside the entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..errors import EntityNotFound, InvalidInput
from .file import CatalogFile
from .names import fold
from .types import Array, HiveType, Map, Scalar, Struct, parse_type

_MAX = 255  # characters of a value


@dataclass(frozen=True, slots=True)
class Pin:
    """One decision. A pin outlives its table; `location` is where the table lay when it was pinned."""

    database: str
    table: str
    column: str  # empty: of the table
    key: str
    value: str
    location: str = ""
    told: str = ""  # the disagreement that was told last, so that each is told once

    @property
    def subject(self) -> str:
        """What is pinned, as a user writes it."""
        return ".".join(part for part in (self.database, self.table, self.column) if part)


def checked(pin: Pin) -> Pin:
    """Return the pin with its names and value as they are kept. Raises InvalidInput naming the cure."""
    keys = COLUMN_KEYS if pin.column else TABLE_KEYS
    if pin.key not in keys:
        other = "a table" if pin.column else "a column"
        hint = f" {pin.key} is for {other}." if pin.key in (TABLE_KEYS if pin.column else COLUMN_KEYS) else ""
        raise InvalidInput(f"{pin.subject}: {pin.key!r} cannot be pinned; {', '.join(keys)} can.{hint}")
    problem = keys[pin.key](pin.value) if len(pin.value) <= _MAX else f"it has more than {_MAX} characters"
    if problem:
        raise InvalidInput(f"{pin.subject}: {pin.key}={pin.value} cannot be: {problem}.")
    value = str(parse_type(pin.value)) if pin.key == "type" else pin.value.lower() if pin.key in ("header", "name") else pin.value
    return replace(pin, database=fold(pin.database), table=fold(pin.table), column=fold(pin.column), value=value)


def _type(value: str) -> str:
    try:
        unknown = sorted({scalar.name for scalar in _scalars(parse_type(value))} - _SCALARS)
    except InvalidInput as error:
        return str(error).rstrip(".")
    return f"{unknown[0]} is no type; there are {', '.join(sorted(_SCALARS))}, array<…>, map<…> and struct<…>" if unknown else ""


_SCALARS = frozenset(
    "boolean tinyint smallint int bigint float double decimal string char varchar binary date timestamp".split(),
)


def _scalars(kind: HiveType) -> Iterator[Scalar]:
    if isinstance(kind, Scalar):
        yield kind
    elif isinstance(kind, Array):
        yield from _scalars(kind.element)
    elif isinstance(kind, Map):
        yield from (*_scalars(kind.key), *_scalars(kind.value))
    elif isinstance(kind, Struct):
        for _, member in kind.fields:
            yield from _scalars(member)


def _one_of(*words: str) -> Callable[[str], str]:
    return lambda value: "" if value.lower() in words else f"it is {' or '.join(words)}"


def _character(value: str) -> str:
    return "" if len(value) == 1 and value not in "\r\n" else "it is one character, no line end"


def _level(value: str) -> str:
    return "" if value.isdecimal() and int(value) > 0 else "it is a number, 1 or more: 1 is the bucket or the target folder"


def _anything(value: str) -> str:
    return "" if value.strip() else "it is empty"


def _token(value: str) -> str:
    return "" if value else "it is empty, which is null anyway"


# What can be pinned, and what is wrong with a value ("" for nothing).
COLUMN_KEYS: Mapping[str, Callable[[str], str]] = {"type": _type, "name": _anything, "format": _anything, "null": _token}
TABLE_KEYS: Mapping[str, Callable[[str], str]] = {
    "header": _one_of("present", "absent"),
    "delimiter": _character,
    "quote": _character,
    "classifier": _anything,
    "level": _level,
}

_COLUMNS = "database, name, column, key, value, location, told"


class Pins:
    """The pins of one catalog file."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    def put(self, pin: Pin) -> None:
        """Keep a pin in place of the one before of the same key."""
        pin = checked(pin)
        row = (pin.database, pin.table, pin.column, pin.key, pin.value, pin.location, pin.told)
        self._file.connection.run(f"INSERT OR REPLACE INTO pins ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def remove(self, database: str, table: str, column: str, key: str) -> None:
        """Remove a pin."""
        where = (fold(database), fold(table), fold(column), key)
        sql = "DELETE FROM pins WHERE database = ? AND name = ? AND column = ? AND key = ?"
        if not self._file.connection.run(sql, where).rowcount:
            raise EntityNotFound(f"{'.'.join(part for part in where[:3] if part)} has no pin {key}.")

    def all(self, database: str | None) -> list[Pin]:
        """Return the pins of one database, or of all, in the order of what they are about."""
        where, values = ("WHERE database = ?", (fold(database),)) if database else ("", ())
        rows = self._file.connection.rows(f"SELECT {_COLUMNS} FROM pins {where} ORDER BY database, name, column, key", values)
        return [Pin(*row) for row in rows]
