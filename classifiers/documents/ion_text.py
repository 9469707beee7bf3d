"""Text Ion, value by value, from text that may come in pieces.

The reader notes in `marks` what it meets that other notations do not have: that tells Ion from what
merely happens to parse as Ion.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

from .ion_symbols import (
    LOCAL_TABLE,
    MAX_DEPTH,
    MAX_DIGITS,
    SHARED_TABLE,
    VERSION,
    Incomplete,
    Item,
    NotIon,
    Shape,
    SymbolTable,
    Value,
    bounded,
    moment,
)

_CONTROLS = r"\x00-\x08\x0a\x0d-\x1f"
# What may follow a number: the punctuation and space of the grammar, and a comment.
_STOP = r"""(?=[{}\[\](),"' \t\n\r\v\f]|//|/\*|\Z)"""
_SPACE = re.compile(r"(?:[ \t\n\r\v\f]++|//[^\n\r]*+|/\*(?s:.*?)\*/)*+")
_TOKEN = re.compile(
    rf"""(?P<long>''')
    |(?P<string>"[^"\\{_CONTROLS}]*+(?:\\(?:\r\n|(?s:.))[^"\\{_CONTROLS}]*+)*+")
    |(?P<quoted>'[^'\\{_CONTROLS}]*+(?:\\(?:\r\n|(?s:.))[^'\\{_CONTROLS}]*+)*+')
    |(?P<timestamp>\d{{4}}(?:-\d\d)?T|\d{{4}}-\d\d-\d\d(?:T(?:\d\d:\d\d(?::\d\d(?:\.\d++)?)?(?:Z|[+-]\d\d:\d\d))?)?){_STOP}
    |(?P<radix>-?0(?:[xX][0-9A-Fa-f]++(?:_[0-9A-Fa-f]++)*+|[bB][01]++(?:_[01]++)*+)){_STOP}
    |(?P<number>-?(?:0|[1-9](?:_?\d)*+)(?:\.(?:\d(?:_?\d)*+)?)?(?:[eEdD][+-]?\d++)?){_STOP}
    |(?P<infinity>[+-]inf){_STOP}
    |(?P<null>null(?:\.[a-z]*)?)(?![A-Za-z0-9_$])
    |(?P<name>[A-Za-z_$][A-Za-z0-9_$]*+)
    |(?P<lob>\{{\{{)
    |(?P<open>[\[({{])
    """,
    re.VERBOSE | re.ASCII,
)
_OPERATOR = re.compile(r"(?:(?!/[/*])[!#%&*+\-./;<=>?@^`|~])++")
_IN_LONG = r"[^'\\]*+(?:(?:\\(?s:.)|'{1,2}(?!'))[^'\\]*+)*+"
_LONG = re.compile(f"'''({_IN_LONG})'''")
_BLOB = re.compile(r"\{\{([A-Za-z0-9+/ \t\n\r\v\f]*+(?:=[ \t\n\r\v\f]*+){0,2})\}\}")
_CLOB = re.compile(
    rf"""\{{\{{\s*+(?:"([^"\\{_CONTROLS}]*+(?:\\(?:\r\n|(?s:.))[^"\\{_CONTROLS}]*+)*+)"|((?:'''{_IN_LONG}'''\s*+)++))\s*+\}}\}}"""
)
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(\r\n|.))", re.DOTALL)
_PLAIN_ESCAPES: Mapping[str, str] = (
    {character: "\0\a\b\t\n\f\r\v"[place] for place, character in enumerate("0abtnfrv")}
    | {character: character for character in "\"'?\\/"}
    | dict.fromkeys(("\n", "\r", "\r\n"), "")
)
_JSON_ESCAPES = frozenset('"\\/bfnrtu')
_HALVES = re.compile("[\ud800-\udfff]")
_CLOCK = re.compile(r"([\d:.]*)(?:Z|([+-])(\d\d:\d\d))?")
_NO_ANNOTATION = frozenset('"{[(-+0123456789')
_KEYWORDS: Mapping[str, Value] = {"true": True, "false": False, "nan": float("nan")}
_FOREIGN = frozenset(("True", "False", "None", "undefined", "NaN", "Infinity"))  # Python's and JavaScript's values
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*+")
_NULLS = frozenset("null bool int float decimal timestamp symbol string clob blob list sexp struct".split())
_CLOSED = frozenset(("string", "open"))  # tokens whose last character says that they end there
_TORN = 64  # characters at the end of a piece that may be half a token


class TextReader:
    """The values at the top level of a text."""

    def __init__(self, text: str, *, final: bool) -> None:
        self.text = text.removeprefix("\ufeff")
        self.final = final  # nothing follows the text
        self.at: int = 0
        self.kept = 0  # what stands before has been given or done
        self.line = 1  # of `counted`
        self.counted = 0
        self.in_list = False
        self.lists = 0  # begun at the top level
        self.marks: set[str] = set()
        self.symbols = SymbolTable()

    def feed(self, more: str, *, final: bool) -> None:
        """Go on with more text, where the items have run out."""
        self._count(self.at)
        self.text = self.text[self.at :] + more
        self.at = self.counted = 0
        self.final = final

    def items(self) -> Iterator[Item]:
        """Yield values until the text ends or is cut within one; `at` stays where the cut one begins. Raises NotIon."""
        while True:
            try:
                item = self._item()
            except Incomplete:
                self.at = self.kept
                return
            if item is None:
                return
            yield item

    @property
    def left(self) -> int:
        """How much is at hand that the items did not take up."""
        return len(self.text) - self.at

    def _count(self, position: int) -> int:
        self.line += self.text.count("\n", self.counted, position)
        self.counted = position
        return self.line

    # --- top level -------------------------------------------------------------------------------

    def _item(self) -> Item | None:
        while True:
            self.kept = self.at
            self._space()
            if self.at == len(self.text):
                if self.in_list:
                    raise NotIon("a list does not end")
                return None
            if self.in_list:
                if self._takes("]"):
                    self.in_list = False
                    continue
                return self._listed()
            start = self.at
            annotation = self._annotations()
            if self.text[self.at] == "[" and annotation != SHARED_TABLE:
                self.at += 1
                self.in_list = True
                self.lists += 1
                continue
            value, shape = self._shaped(annotation)
            if annotation in (LOCAL_TABLE, SHARED_TABLE) and isinstance(value, dict):
                if annotation == LOCAL_TABLE:
                    self.symbols.load(value)
                continue
            if shape == "word" and value == VERSION:
                self.marks.add("version")
                self.symbols = SymbolTable()
                continue
            if shape == "word" and isinstance(value, str) and value.startswith("$ion_") and value[5:6].isdigit():
                raise NotIon(f"it is of version {value}, and only $ion_1_0 is read")
            return Item(value, shape, self._count(start))

    def _listed(self) -> Item:
        start = self.at
        value, shape = self._shaped(self._annotations())
        self._space()
        if self._takes(","):
            self._space()
            if self._ahead() == "]":
                self.marks.add("trailing comma")
        elif self._ahead() != "]":
            raise self._unexpected("a comma is missing")
        return Item(value, "scalar" if shape == "word" else shape, self._count(start), listed=True)

    def _shaped(self, annotation: str) -> tuple[Value, Shape]:
        first = self.text[self.at]
        named = self.text[self.at].isalpha() or first in "_$"
        value = self._value(0)
        if first == "(":
            return value, "sexp"
        if isinstance(value, dict):
            return value, "struct"
        if first == "[":
            return value, "list"
        return value, "word" if named and isinstance(value, str) and not annotation else "scalar"

    # --- values ----------------------------------------------------------------------------------

    def _space(self) -> None:
        """Go past space and comments. Raises Incomplete where they may go on."""
        start = self.at
        match = _SPACE.match(self.text, start)
        self.at = end = match.end() if match else start
        if end - start > 1 and "/" in self.text[start:end]:
            self.marks.add("comment")
        if end == len(self.text) and not self.final:
            raise Incomplete

    def _ahead(self) -> str:
        return self.text[self.at : self.at + 1]

    def _takes(self, character: str) -> bool:
        if self.text.startswith(character, self.at):
            self.at += 1
            return True
        return False

    def _follows(self, mark: str) -> bool:
        """Say whether a mark stands here. Raises Incomplete where half of it does."""
        if not self.final and mark.startswith(self.text[self.at : self.at + len(mark)]) and len(self.text) - self.at < len(mark):
            raise Incomplete
        return self.text.startswith(mark, self.at)

    def _token(self) -> re.Match[str]:
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            raise self._unexpected("")
        if match.end() == len(self.text) and not self.final and match.lastgroup not in _CLOSED:
            raise Incomplete
        return match

    def _unexpected(self, reason: str) -> Exception:
        """Return the error for what is no Ion, or none yet."""
        text, at = self.text, self.at
        if not self.final:
            torn = text[at : at + 1] in ('"', "'") and "\n" not in text[at:]
            if torn or len(text) - at < _TORN or text.startswith(("'''", "{{", "/*"), at):
                return Incomplete()
        if at == len(text):
            return NotIon("it ends within a value")
        shown = text[at : at + 20].split("\n")[0]
        return NotIon(f"line {self.line + text.count(chr(10), self.counted, at)} is no Ion at {shown!r}{': ' if reason else ''}{reason}")

    def _annotations(self) -> str:
        """Go past annotations and return the first, or nothing."""
        first = ""
        while self._ahead() not in _NO_ANNOTATION and (match := _TOKEN.match(self.text, self.at)):
            if match.lastgroup not in ("name", "quoted") or match[0] in _KEYWORDS:
                break
            start, self.at = self.at, match.end()
            self._space()
            if not self._follows("::"):
                self.at = start
                break
            self.marks.add("annotation")
            first = first or self._symbol(match)
            self.at += 2
            self._space()
        if self.at == len(self.text):
            raise self._unexpected("")
        return first

    def _symbol(self, match: re.Match[str]) -> str:
        text = match[0]
        if match.lastgroup == "quoted":
            return _unescaped(text[1:-1], self.marks)
        if text[0] == "$" and text[1:].isdecimal():
            self.marks.add("symbol id")
            return self.symbols.text(int(text[1 : MAX_DIGITS + 1]))
        return text

    def _value(self, depth: int) -> Value:
        match = self._token()
        kind = match.lastgroup or ""
        if kind == "open":
            return self._container(match[0], depth)
        if kind == "long":
            return self._long()
        if kind == "lob":
            return self._lob()
        self.at = match.end()
        if kind == "string":
            return _unescaped(match[0][1:-1], self.marks)
        if kind in ("name", "quoted") and match[0] not in _KEYWORDS:
            if depth and kind == "name":
                self.marks.add("foreign word" if match[0] in _FOREIGN else "symbol")
            return self._symbol(match)
        return _SCALARS[kind](match[0], self.marks)

    def _container(self, opening: str, depth: int) -> Value:
        if depth >= MAX_DEPTH:
            raise NotIon(f"it nests deeper than {MAX_DEPTH}")
        self.at += 1
        if opening == "{":
            return self._struct(depth + 1)
        return self._list(depth + 1) if opening == "[" else self._sexp(depth + 1)

    def _list(self, depth: int) -> list[Value]:
        values: list[Value] = []
        self._space()
        while not self._takes("]"):
            self._annotations()
            values.append(self._value(depth))
            self._separator("]")
        return values

    def _separator(self, closing: str) -> None:
        self._space()
        if self._takes(","):
            self._space()
            if self._ahead() == closing:
                self.marks.add("trailing comma")
        elif self._ahead() != closing:
            raise self._unexpected("a comma is missing")

    def _struct(self, depth: int) -> dict[str, Value]:
        members: dict[str, Value] = {}
        self._space()
        while not self._takes("}"):
            name = self._key()
            self._space()
            if not self._takes(":") or self._ahead() == ":":
                raise self._unexpected("a name without a value")
            self._space()
            self._annotations()
            members[name] = self._value(depth)
            self._separator("}")
        return members

    def _key(self) -> str:
        match = self._token()
        if match.lastgroup == "long":
            return self._long()
        self.at = match.end()
        if match.lastgroup == "string":
            return _unescaped(match[0][1:-1], self.marks)
        if match.lastgroup not in ("name", "quoted") or match[0] in _KEYWORDS:
            self.at = match.start()
            raise self._unexpected("not a name")
        name = self._symbol(match)
        needless = match.lastgroup == "quoted" and _NAME.fullmatch(name) and name not in _KEYWORDS and name != "null"
        self.marks.add("needless quotes" if needless else "bare key")
        return name

    def _sexp(self, depth: int) -> list[Value]:
        values: list[Value] = []
        self.marks.add("sexp")
        self._space()
        while not self._takes(")"):
            operator = _OPERATOR.match(self.text, self.at)
            if operator and _TOKEN.match(self.text, self.at) is None:
                self.at = operator.end()
                values.append(operator[0])
            else:
                self._annotations()
                values.append(self._value(depth))
            self._space()
        return values

    def _long(self) -> str:
        """Read a string in triple quotes, and those that follow it: they are one."""
        parts: list[str] = []
        while match := _LONG.match(self.text, self.at):
            parts.append(_unescaped(match[1].replace("\r\n", "\n").replace("\r", "\n"), self.marks))
            self.at = match.end()
            self._space()
            if not self._follows("'''"):
                self.marks.add("long string")
                return "".join(parts)
        raise self._unexpected("a string does not end")

    def _lob(self) -> bytes:
        blob = _BLOB.match(self.text, self.at)
        clob = None if blob else _CLOB.match(self.text, self.at)
        if blob:
            self.at = blob.end()
            self.marks.add("lob")
            try:
                return base64.b64decode("".join(blob[1].split()), validate=True)
            except binascii.Error as error:
                raise NotIon(f"a blob is no Base64: {error}") from None
        if clob is None:
            raise self._unexpected("a blob does not end")
        self.at = clob.end()
        self.marks.add("lob")
        text = clob[1] if clob[1] is not None else "".join(part[1] for part in _LONG.finditer(clob[2]))
        try:
            return _unescaped(text, self.marks, clob=True).encode("latin-1" if text.isascii() else "ascii")
        except UnicodeEncodeError:
            raise NotIon("a clob holds what is not ASCII") from None


def _unescaped(text: str, marks: set[str], *, clob: bool = False) -> str:
    if "\\" not in text:
        return text

    def plain(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if (code is None and match[4] not in _PLAIN_ESCAPES) or (clob and (match[2] or match[3])):
            raise NotIon(f"{match[0]!r} is no escape")
        if match[0][1] not in _JSON_ESCAPES:
            marks.add("escape")
        return _PLAIN_ESCAPES[match[4]] if code is None else _character(int(code, 16))

    found = _ESCAPE.sub(plain, text)
    if not _HALVES.search(found):
        return found
    try:
        return found.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise NotIon("an escape is half a character") from None


def _character(code: int) -> str:
    if code > 0x10FFFF:
        raise NotIon(f"there is no character {code:#x}")
    return chr(code)


# --- scalars: what a token stands for ---------------------------------------------------------------


def _number(text: str, marks: set[str]) -> Value:
    digits = text.replace("_", "")
    lower = digits.lower()
    if "e" in lower:
        return float(digits)
    if "d" in lower or "." in digits:
        if "d" in digits:  # Fortran writes a capital one
            marks.add("decimal")
        try:
            return bounded(Decimal(lower.replace("d", "e")))
        except InvalidOperation:  # an exponent past all bounds
            return text
    return int(digits) if len(digits) <= MAX_DIGITS else text


def _radix(text: str, _: set[str]) -> Value:
    digits = text.replace("_", "")
    return int(digits, 0) if len(digits) <= MAX_DIGITS else text


def _infinity(text: str, _: set[str]) -> Value:
    return float(text)


def _null(text: str, marks: set[str]) -> Value:
    if text != "null":
        if text[5:] not in _NULLS:
            raise NotIon(f"{text[:40]} is no type of null")
        marks.add("typed null")
    return None


def _timestamp(text: str, marks: set[str]) -> Value:
    day, _, rest = text.partition("T")
    if not rest and len(day) < len("2007-02-23"):
        marks.add("partial timestamp")
    clock, sign, zone = _CLOCK.findall(rest)[0]
    hours, _, minutes = zone.partition(":")
    if zone and (int(hours) > 23 or int(minutes) > 59):
        raise NotIon(f"{text} has an offset that is none")
    whole, _, fraction = clock.partition(".")
    fields = [int(field) for part in (day.split("-"), whole.split(":") if whole else ()) for field in part]
    offset = int(sign + "1") * (int(hours) * 60 + int(minutes)) if zone else 0
    return moment(fields, int(fraction[:6].ljust(6, "0")), offset)


_SCALARS: Mapping[str, Callable[[str, set[str]], Value]] = {
    "number": _number,
    "radix": _radix,
    "infinity": _infinity,
    "null": _null,
    "timestamp": _timestamp,
    "name": lambda text, _: _KEYWORDS[text],
}
