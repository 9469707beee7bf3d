"""Amazon Ion, binary or text: told by its mark, or by what no other notation has in a text that parses as Ion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..sample import Format, Hint, Match, Rejection, Sample
from ..text import decode, encoding_of
from .ion_binary import MARK, BinaryReader
from .ion_symbols import Item, NotIon, Value
from .ion_text import TextReader
from .json_documents import WrittenFloat
from .json_summary import InexactError, summarise

_PROBE = 1 << 12  # bytes that must hold a sign of Ion before more is parsed
_PROBE_VALUES = 24  # and so must the first values, where they are mere words and numbers
_LIMIT = 1 << 18  # bytes of text that are parsed at most

# A value, a comment or an opening bracket, and no word or number with what only others have behind it.
_START = re.compile(rb"(?:\xef\xbb\xbf)?[\s\0]*+(?![\w$.+-]*+[ \t]*+[^\s\w$:\"'+/({[\]})-])(?:[\[({'\"$\w+-]|//|/\*|\xff\xfe|\xfe\xff)")
# A text without any of these may parse as Ion, but shows nothing of it: looked for first, as that costs next to nothing.
_SIGNS = (b"{", b"(", b"[", b"::", b"'''", b"$", b"\\", b"//", b"/*", b"null.")
_RARE_SIGN = re.compile(rb"\dT(?:\s|$)|\dd[\d+-]")
_PLAIN = bytes.maketrans(b"\v\x7f", b"  ")
# Signs that nothing but Ion has; and those that others have too, code and configuration above all.
_OWN = frozenset(("version", "typed null"))
_RARE = frozenset(("annotation", "lob", "symbol id"))
_TELLING = frozenset(("long string", "partial timestamp", "decimal", "escape"))
# JSON for people has these, and Python's notation, in their strict form and the loose one.
_JSON = frozenset(("comment", "trailing comma", "escape", "needless quotes"))
_JSON5 = _JSON | {"bare key"}
_LISP = frozenset(
    "def define defmacro defmodule defn defpackage defstruct deftype defun defvar declare do export if import".split()
) | frozenset("in-package lambda let load module ns package print println progn provide require set setq use".split())


@dataclass(frozen=True, slots=True)
class Ion:
    """Recognise Ion by parsing it."""

    name: str = "ion"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise binary Ion, and text that is Ion and nothing else."""
        if sample.head.startswith(MARK):
            return _binary(sample)
        if not _START.match(sample.head):
            return Rejection("it begins with neither Ion's mark nor a value")
        named = sample.key.lower().endswith((".ion", ".ion.gz"))
        if not named and not _has_sign(sample.head[:_PROBE]):
            return Rejection("it has no sign of Ion")
        return _text(sample, named=named)


def ion_encoding(head: bytes) -> str | None:
    """Return the encoding of a beginning that may be text Ion; some of Ion's characters are none in other texts."""
    encoding = encoding_of(head.translate(_PLAIN))
    return encoding if encoding and encoding.startswith("utf") else None


def _binary(sample: Sample) -> Match | Rejection:
    reader = BinaryReader(sample.head, final=sample.whole)
    items, error = _read(reader)
    if error and not _rows(items):
        return Rejection(f"its binary Ion is damaged: {error}")
    return _match(sample, items, reader.at, [error] if error else [])


def _read(reader: BinaryReader | TextReader) -> tuple[list[Item], str]:
    items: list[Item] = []
    try:
        for item in reader.items():
            items.append(item)
    except NotIon as error:
        return items, str(error)
    return items, ""


def _has_sign(head: bytes) -> bool:
    return any(sign in head for sign in _SIGNS) or _RARE_SIGN.search(head[:256]) is not None


def _text(sample: Sample, *, named: bool) -> Match | Rejection:
    encoding = ion_encoding(sample.head[:_PROBE])
    if encoding is None:
        return Rejection("the bytes are not UTF-8, UTF-16 or UTF-32")
    probe = TextReader(decode(sample.head[:_PROBE], encoding), final=sample.whole and len(sample.head) <= _PROBE)
    refusal = "" if named else _probed(probe)
    if refusal:
        return Rejection(refusal)
    whole = sample.whole and len(sample.head) <= _LIMIT
    text = decode(sample.head[:_LIMIT], encoding)
    reader = TextReader(text, final=whole)
    items, error = _read(reader)
    if error and (not _OWN & reader.marks or not _rows(items) or reader.at < 0.5 * len(text)):
        return Rejection(error)
    refusal = "" if named and (items or not text.strip()) else _unlike_ion(reader, items)
    if refusal:
        return Rejection(refusal)
    return _match(sample, items, reader.at, [error] if error else [])


def _probed(reader: TextReader) -> str:
    """Say why a beginning needs no closer look, or nothing."""
    count = 0
    try:
        for count, item in enumerate(reader.items(), 1):
            if count == _PROBE_VALUES and not reader.marks:
                return "it is words and numbers, without a sign of Ion"
            if item.shape == "struct" and not reader.marks:
                return "it is JSON, or parts of it"
    except NotIon as error:
        return "" if reader.marks & _OWN else str(error)
    return "" if reader.marks or reader.final else "its beginning has no sign of Ion"


def _unlike_ion(reader: TextReader, items: Sequence[Item]) -> str:
    """Say why a text that parses as Ion is not believed to be Ion, or nothing."""
    marks = reader.marks
    if marks & _OWN:
        return ""
    if not items and reader.final:
        return "it holds no value"
    words = sum(item.shape == "word" for item in items)
    nested = sum(item.listed or item.shape in ("struct", "sexp", "list") for item in items)
    if words and (2 * words >= len(items) or 4 * nested < len(items)):
        return "it is words more than values"
    if marks & _RARE:
        return ""
    if items and not nested:
        return "" if marks & (_TELLING | {"comment"}) else "its values have no sign of Ion"
    if "foreign word" in marks:
        return "it holds words that other languages have for values"
    if marks <= _JSON:
        return "it is JSON, or nearly"
    if any(item.shape == "sexp" and (_is_code(item) or _behind(before, item)) for before, item in pairwise((*items[:1], *items))):
        return "it is code or text in parentheses"
    documents = sum(not item.listed for item in items) + reader.lists
    return "it is JSON with comments" if documents == 1 and marks <= _JSON5 and marks & _JSON else ""


def _is_code(item: Item) -> bool:
    return isinstance(item.value, list) and bool(item.value) and isinstance(item.value[0], str) and item.value[0].lower() in _LISP


def _rows(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if isinstance(item.value, dict)]


def _behind(before: Item, item: Item) -> bool:
    """Say whether an item stands in one line with a word or a number, as a remark does."""
    return before is not item and before.place == item.place and before.shape in ("word", "scalar") and not item.listed


def _match(sample: Sample, items: Sequence[Item], end: int, oddities: list[str]) -> Match:
    rows = _rows(items)
    values, places = [row.value for row in rows], [row.place for row in rows]
    try:
        schema = summarise(values, sample.key, places, 0)
    except InexactError:  # Ion's floats are floats, however large
        schema = summarise([_exact(value) for value in values], sample.key, places, 0)
    if len(rows) < len(items):
        oddities = [*oddities, f"{len(items) - len(rows)} of its {len(items)} values are no structs, and no rows"]
    return Match(
        Format("ion", sample.codec),
        schema,
        record_size=end // len(items) if items else 0,
        evidence={"oddities": oddities} if oddities else {},
    )


def _exact(value: Value) -> Value:
    if isinstance(value, dict):
        return {name: _exact(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_exact(element) for element in value]
    return WrittenFloat(value) if isinstance(value, float) else value
