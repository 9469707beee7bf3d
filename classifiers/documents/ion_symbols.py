"""What text and binary Ion share: symbol tables, the values they become, and the limits of both.

Values become Python's: symbols are str as strings are, blobs and clobs bytes, lists and s-expressions
list, structs dict, timestamps datetime in UTC, or date where they say no more than the day. Typed
nulls are None and annotations are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

MAX_DEPTH = 100  # of containers within each other
MAX_VALUE = 32 << 20  # bytes or characters of one row
MAX_SYMBOLS = 1_000_000  # of one table, imported ones included
MAX_DIGITS = 4_000  # of a number that stays one; Python itself writes no more than 4,300 of an int
MAX_EXPONENT = 10_000

SYSTEM: tuple[str, ...] = (
    "$ion",
    "$ion_1_0",
    "$ion_symbol_table",
    "name",
    "version",
    "imports",
    "symbols",
    "max_id",
    "$ion_shared_symbol_table",
)
VERSION, LOCAL_TABLE, SHARED_TABLE = "$ion_1_0", "$ion_symbol_table", "$ion_shared_symbol_table"

Value: TypeAlias = "bool | int | float | str | bytes | Decimal | date | datetime | list[Value] | dict[str, Value] | None"
Shape = Literal["struct", "sexp", "list", "word", "scalar"]  # a word is a symbol without quotes or annotations


class NotIon(ValueError):
    """The bytes are no Ion from here on, or go past a limit; the message says why."""


class Incomplete(Exception):
    """A value goes on behind the bytes at hand."""


class Item(NamedTuple):
    """A value at the top level, or within a list there: a row where it is a struct."""

    value: Value
    shape: Shape
    place: int  # the line where text begins it, or its number among binary values, from 1
    listed: bool = False  # it is an element of a list


class SymbolTable:
    """The texts that symbol ids stand for."""

    def __init__(self) -> None:
        self.texts: dict[int, str] = dict(enumerate(SYSTEM, 1))
        self.size = len(SYSTEM) + 1

    def text(self, number: int) -> str:
        """Return a symbol's text: `$10` where only its number is known, as text Ion writes it. Raises NotIon."""
        if number >= self.size:
            raise NotIon(f"its symbol table has no symbol {number}")
        return self.texts.get(number) or f"${number}"

    def load(self, table: Mapping[str, Value]) -> None:
        """Take over a local symbol table: in place of this one, or behind it where it says so. Raises NotIon."""
        imports, symbols = table.get("imports"), table.get("symbols")
        if imports != LOCAL_TABLE:
            self.texts, self.size = dict(enumerate(SYSTEM, 1)), len(SYSTEM) + 1
            for imported in imports if isinstance(imports, list) else ():
                self._reserve(imported)
        for symbol in symbols if isinstance(symbols, list) else ():
            if isinstance(symbol, str):
                self.texts[self.size] = symbol
            self.size += 1
        if len(self.texts) > MAX_SYMBOLS:
            raise NotIon(f"a symbol table has more than {MAX_SYMBOLS} symbols")

    def _reserve(self, imported: Value) -> None:
        """Leave room for the symbols of a shared table, whose texts lie elsewhere; one without a name is none [doc]."""
        if not isinstance(imported, dict) or imported.get("name") in (None, "", SYSTEM[0]):
            return
        size = imported.get("max_id")
        if type(size) is not int or size < 0:
            raise NotIon("an imported symbol table does not say how many symbols it has")
        self.size += size


def moment(fields: Sequence[int], micros: int = 0, offset: int = 0) -> date | datetime:
    """Return a timestamp of the fields that it has (year, month, …), its offset in minutes taken off. Raises NotIon."""
    try:
        if len(fields) == 3:
            return date(*fields)
        stamp = datetime(*(*fields, 1, 1)[: max(len(fields), 3)], microsecond=micros, tzinfo=UTC)  # type: ignore[arg-type, misc]  # pads year and month only
    except (ValueError, OverflowError) as error:
        raise NotIon(f"a timestamp is none: {error}") from None
    try:
        return stamp - timedelta(minutes=offset)
    except OverflowError:  # at the edges of the years 1 and 9999
        return stamp


def bounded(number: Decimal) -> Decimal | str:
    """Return a decimal, as text where it has more digits than any engine's."""
    exponent = number.as_tuple().exponent
    fits = isinstance(exponent, int) and abs(exponent) <= MAX_EXPONENT
    return number if fits else str(number)
