"""Hive type strings: parse, print, and the lattice in which conflicting scalar types meet.

A `HiveType` is a scalar with parameters, an array, a map, a struct or a union. `parse_type` reads
what Glue, Athena, Hive and Spark write (spaces, upper case, backquoted names); `str()` prints Glue's
own spelling: lower-case keywords, no spaces, nested names as given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..errors import InvalidInput

MAX_DEPTH = 200  # deeper than any engine reads; keeps hostile type strings from exhausting the stack
MAX_LENGTH = 131_072  # Glue's own limit on Column.Type


@dataclass(frozen=True, slots=True)
class Scalar:
    """A type without parts: `int`, `decimal(12,2)`, `varchar(40)`."""

    name: str
    params: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}({','.join(map(str, self.params))})" if self.params else self.name


@dataclass(frozen=True, slots=True)
class Array:
    """`array<element>`."""

    element: HiveType

    def __str__(self) -> str:
        return f"array<{self.element}>"


@dataclass(frozen=True, slots=True)
class Map:
    """`map<key,value>`."""

    key: HiveType
    value: HiveType

    def __str__(self) -> str:
        return f"map<{self.key},{self.value}>"


@dataclass(frozen=True, slots=True)
class Struct:
    """`struct<name:type,…>`."""

    fields: tuple[tuple[str, HiveType], ...]

    def __str__(self) -> str:
        return f"struct<{','.join(f'{_quoted(name)}:{kind}' for name, kind in self.fields)}>"


@dataclass(frozen=True, slots=True)
class Union:
    """`uniontype<a,b>`."""

    members: tuple[HiveType, ...]

    def __str__(self) -> str:
        return f"uniontype<{','.join(map(str, self.members))}>"


HiveType = Scalar | Array | Map | Struct | Union

# What other dialects call a Hive scalar.
_ALIASES = {
    "integer": "int",
    "long": "bigint",
    "short": "smallint",
    "byte": "tinyint",
    "bool": "boolean",
    "real": "float",
    "numeric": "decimal",
    "dec": "decimal",
}
_PARAMETERISED = {"decimal": 2, "char": 1, "varchar": 1}
_TOKEN = re.compile(r"\s*(?:(`(?:[^`]|``)*`)|([<>(),:])|([^\s<>(),:`]+(?:[ \t]+[^\s<>(),:`]+)*))")
# A nested name is printed bare unless one of the characters that the grammar needs stands in it.
_NEEDS_QUOTES = re.compile(r"[<>(),:`\s]|^$")


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`" if _NEEDS_QUOTES.search(name) else name


@lru_cache(maxsize=4096)
def parse_type(text: str) -> HiveType:
    """Read a Hive type string.

    Raises InvalidInput naming the text and the position where it stops making sense.
    """
    if len(text) > MAX_LENGTH:
        raise InvalidInput(f"A type string of {len(text)} characters is longer than {MAX_LENGTH}.")
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, int]] = []
        self.next = 0
        position = 0
        while position < len(text.rstrip()):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._error(position)
            self.tokens.append((match.group(match.lastindex or 0), match.start(match.lastindex or 0)))
            position = match.end()

    def parse(self) -> HiveType:
        kind = self._type(0)
        if self.next != len(self.tokens):
            raise self._error()
        return kind

    def _error(self, position: int | None = None) -> InvalidInput:
        if position is None:
            position = self.tokens[self.next][1] if self.next < len(self.tokens) else len(self.text)
        return InvalidInput(f"{self.text!r} is not a Hive type: unexpected text at character {position + 1}.")

    def _peek(self) -> str:
        return self.tokens[self.next][0] if self.next < len(self.tokens) else ""

    def _take(self, expected: str | None = None) -> str:
        token = self._peek()
        if not token or (expected is not None and token != expected):
            raise self._error()
        self.next += 1
        return token

    def _type(self, depth: int) -> HiveType:
        if depth > MAX_DEPTH:
            raise InvalidInput(f"A type string nests deeper than {MAX_DEPTH} levels.")
        word = self._take().lower()
        if word in ("array", "map", "struct", "uniontype") and self._peek() == "<":
            return self._nested(word, depth + 1)
        if not re.fullmatch(r"[a-z][a-z0-9_ ]*", word):
            self.next -= 1
            raise self._error()
        return self._scalar(_ALIASES.get(word, word))

    def _nested(self, word: str, depth: int) -> HiveType:
        self._take("<")
        if word == "struct":
            return self._struct(depth)
        parts = [self._type(depth)]
        while self._peek() == ",":
            self._take(",")
            parts.append(self._type(depth))
        if len(parts) != {"array": 1, "map": 2}.get(word, len(parts)):
            raise self._error()
        self._take(">")
        if word == "array":
            return Array(parts[0])
        return Map(*parts) if word == "map" else Union(tuple(parts))

    def _struct(self, depth: int) -> Struct:
        fields: list[tuple[str, HiveType]] = []
        while self._peek() != ">":
            if fields:
                self._take(",")
            name = self._take()
            if name in "<>(),:":
                self.next -= 1
                raise self._error()
            self._take(":")
            fields.append((name[1:-1].replace("``", "`") if name.startswith("`") else name, self._type(depth)))
        self._take(">")
        return Struct(tuple(fields))

    def _scalar(self, word: str) -> Scalar:
        params: list[int] = []
        if self._peek() == "(":
            self._take("(")
            while True:
                number = self._take()
                if not number.isascii() or not number.isdigit():
                    self.next -= 1
                    raise self._error()
                params.append(int(number))
                if self._peek() != ",":
                    break
                self._take(",")
            self._take(")")
            if len(params) > _PARAMETERISED.get(word, 0):
                raise self._error()
            if word == "decimal" and len(params) == 1:
                params.append(0)
        return Scalar(word, tuple(params))


# --- the lattice ------------------------------------------------------------------------------------

VOID = Scalar("void")  # nothing known: nulls and empty values, below every other type
STRING = Scalar("string")  # above every other scalar
BIGINT = Scalar("bigint")
DOUBLE = Scalar("double")
BOOLEAN = Scalar("boolean")
DATE = Scalar("date")
TIMESTAMP = Scalar("timestamp")
BINARY = Scalar("binary")
INT = Scalar("int")

_INT_DIGITS = {"tinyint": 3, "smallint": 5, "int": 10, "bigint": 19}
_INT_ORDER = ("tinyint", "smallint", "int", "bigint")
MAX_PRECISION = 38


def join(a: Scalar, b: Scalar) -> Scalar:
    """Return the narrowest scalar that holds the values of both: associative, commutative, idempotent.

    Integers widen among themselves, to decimals that have room, and to double; a decimal that
    would need more than 38 digits becomes double; date widens to timestamp; all else is string.
    """
    if a == b or b == VOID:
        return a
    if a == VOID:
        return b
    names = {a.name, b.name}
    if names <= _INT_DIGITS.keys():
        return max(a, b, key=lambda kind: _INT_ORDER.index(kind.name))
    if names <= {*_INT_DIGITS, "decimal"}:
        return _join_decimals(_decimal_of(a), _decimal_of(b))
    if names <= {*_INT_DIGITS, "decimal", "float", "double"}:
        return DOUBLE
    if names <= {"date", "timestamp"}:
        return TIMESTAMP
    if names <= {"char", "varchar"} and all(kind.params for kind in (a, b)):
        return Scalar("char" if names == {"char"} else "varchar", (max(a.params[0], b.params[0]),))
    return STRING


def _decimal_of(kind: Scalar) -> Scalar:
    if kind.name == "decimal":
        return Scalar("decimal", kind.params or (10, 0))
    return Scalar("decimal", (_INT_DIGITS[kind.name], 0))


def _join_decimals(a: Scalar, b: Scalar) -> Scalar:
    scale = max(a.params[1], b.params[1])
    whole = max(a.params[0] - a.params[1], b.params[0] - b.params[1])
    return Scalar("decimal", (whole + scale, scale)) if whole + scale <= MAX_PRECISION else DOUBLE
