"""JSON: one document a line, a top-level array, or documents one after the other, pretty or not."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from .sample import Format, Hint, Match, Rejection, Sample
from .summary import Member, Place, TypeSummary, Witness, merge, struct_of
from .text import decode, encoding_of
from .values import INT64, MAX_DECIMAL_DIGITS

MAX_DEPTH = 100  # deeper documents are summarised as strings from here on
_INT32 = range(-(2**31), 2**31)
_SPACES = " \t\r\n\ufeff"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Json:
    """Recognise JSON by parsing it."""

    name: str = "json"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise JSON documents whose rows are objects, or an array of anything."""
        start = sample.head[:4096].lstrip(b" \t\r\n\xef\xbb\xbf\xff\xfe\x00")[:1]
        if start not in (b"{", b"["):
            return Rejection("it does not begin with { or [")
        import orjson

        lines = _lines(sample, orjson.loads) if start == b"{" else None
        if lines:
            try:
                return _match(sample, "lines", lines, [])
            except _InexactError:
                return _match(sample, "lines", _lines(sample, _exact_load) or [], [])
        encoding = encoding_of(sample.head)
        if encoding is None:
            return Rejection("the bytes are not text")
        text = decode(sample.head, encoding).lstrip(_SPACES)
        if start == b"[":
            return _array(sample, text)
        documents, error = exact_documents(text)
        if not documents:
            return Rejection(f"it does not parse as JSON: {error}")
        if error and sample.whole and not _one_a_line(text, len(documents)):
            return Rejection(f"it does not parse as JSON: {error}")
        return _match(sample, "documents", documents, [error] if error and sample.whole else [])


class _WrittenFloat(float):
    """A number that was written with a point or an exponent."""


class _InexactError(Exception):
    """A number too large for 64 bits was read as a float: it may have been a whole one."""


def _exact_load(line: bytes) -> Any:
    return json.loads(line, parse_float=_WrittenFloat)


def _lines(sample: Sample, load: Callable[[bytes], Any]) -> list[Record] | None:
    """Return the documents where each line is one, the fast and usual case."""
    head = sample.head
    if not sample.whole:
        head = head[: head.rfind(b"\n") + 1] or head
    try:
        documents = [load(line) for line in head.split(b"\n") if line and not line.isspace()]
    except (ValueError, RecursionError):
        return None
    return documents if documents and all(type(document) is dict for document in documents) else None


def exact_documents(text: str) -> tuple[list[Any], str]:
    """Return the documents that follow one another, whole numbers and others as they were written, and what stopped the reading."""
    decoder = json.JSONDecoder(parse_float=_WrittenFloat)
    documents: list[Any] = []
    position = 0
    while position < len(text):
        try:
            document, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            return documents, f"{error.msg} at line {error.lineno}"
        except RecursionError:
            return documents, "it nests too deep"
        documents.append(document)
        position = _past(text, position, _SPACES)
    return documents, ""


def _past(text: str, position: int, characters: str) -> int:
    while position < len(text) and text[position] in characters:
        position += 1
    return position


def _one_a_line(text: str, documents: int) -> bool:
    """Say whether most lines are documents, so that a few bad ones are bad lines and not another format."""
    return documents >= 2 and documents >= 0.5 * text.count("\n")


def _array(sample: Sample, text: str) -> Match | Rejection:
    elements, error = _elements(text)
    if error and (sample.whole or not elements):
        return Rejection(f"it does not parse as JSON: {error}")
    if not elements:
        return Match(Format("json", sample.codec, layout="array"), struct_of({}, 0), record_size=len(text))
    if all(type(element) is dict for element in elements):
        return _match(sample, "array", elements, [])
    element = _summarise(elements, sample.key, [1] * len(elements), 1)
    column = Member(Place(sample.key, 0), TypeSummary(arrays=1, element=element))
    return Match(Format("json", sample.codec, layout="array"), struct_of({"array": column}, 1), record_size=len(text))


def _elements(text: str) -> tuple[list[Any], str]:
    """Return a top-level array's elements, those before the cut where the sample ends inside it."""
    decoder = json.JSONDecoder(parse_float=_WrittenFloat)
    elements: list[Any] = []
    position = _past(text, 1, _SPACES)
    if text[position : position + 1] == "]":
        return [], "" if not text[position + 1 :].strip(_SPACES) else "text after the array"
    while position < len(text):
        try:
            element, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            return elements, f"{error.msg} at line {error.lineno}"
        except RecursionError:
            return elements, "it nests too deep"
        elements.append(element)
        position = _past(text, position, _SPACES)
        if text[position : position + 1] == "]":
            rest = text[position + 1 :].strip(_SPACES)
            return elements, "" if not rest else "text after the array"
        if text[position : position + 1] != ",":
            return elements, "a comma is missing"
        position = _past(text, position + 1, _SPACES)
    return elements, "it ends inside the array"


def _match(sample: Sample, layout: str, documents: Sequence[Any], oddities: Sequence[str]) -> Match | Rejection:
    rows: list[Record] = [document for document in documents if type(document) is dict]
    if not rows:
        return Rejection("its documents are not objects")
    head = sample.head
    size = len(head) // len(documents) if layout != "lines" else _line_size(head)
    schema = summarise_rows(rows, sample.key)
    return Match(
        Format("json", sample.codec, layout=layout), schema, record_size=size, evidence={"oddities": list(oddities)} if oddities else {}
    )


def _line_size(head: bytes) -> int:
    lines = [line for line in head.split(b"\n", 3)[:3] if line]
    return sum(map(len, lines)) // len(lines)


# --- columns of values, summarised together: far cheaper than value by value ------------------------


def summarise_rows(rows: Sequence[Record], origin: str) -> TypeSummary:
    """Summarise objects that are one object's rows."""
    return _summarise(rows, origin, range(1, len(rows) + 1), 0)


def _summarise(values: Sequence[Any], origin: str, lines: Sequence[int], depth: int) -> TypeSummary:
    """Summarise values of any JSON type; `lines` gives each one's line or record."""
    types = set(map(type, values))
    if len(types) == 1:
        return _summarise_alike(types.pop(), values, origin, lines, depth)
    summary = TypeSummary()
    for kind in sorted(types, key=str):
        chosen = [index for index, value in enumerate(values) if type(value) is kind]
        part = _summarise_alike(kind, [values[index] for index in chosen], origin, [lines[index] for index in chosen], depth)
        summary = merge(summary, part)
    return summary


def _summarise_alike(kind: type, values: Sequence[Any], origin: str, lines: Sequence[int], depth: int) -> TypeSummary:
    if kind is type(None):
        return TypeSummary(nulls=len(values))
    if depth > MAX_DEPTH and kind in (dict, list):
        kind = str
    if kind is dict:
        return _objects(values, origin, lines, depth)
    if kind is list:
        flat = list(chain.from_iterable(values))
        flat_lines = list(chain.from_iterable([line] * len(value) for line, value in zip(lines, values, strict=True)))
        return TypeSummary(arrays=len(values), element=_summarise(flat, origin, flat_lines, depth + 1) if flat else None)
    if kind is int:
        return TypeSummary(kinds=_integers(values, origin, lines))
    if kind is float and (max(values) >= 2.0**63 or min(values) <= -(2.0**63)):
        raise _InexactError
    if kind in (float, _WrittenFloat):
        return TypeSummary(kinds={"double": Witness(len(values), origin, lines[0], str(values[0]))})
    name = "boolean" if kind is bool else "string"
    return TypeSummary(kinds={name: Witness(len(values), origin, lines[0], str(values[0])[:80])})


def _objects(rows: Sequence[Record], origin: str, lines: Sequence[int], depth: int) -> TypeSummary:
    names = dict.fromkeys(chain.from_iterable(rows))
    members: dict[str, Member] = {}
    for position, name in enumerate(names):
        column = [row[name] for row in rows if name in row]
        places = lines if len(column) == len(rows) else [line for line, row in zip(lines, rows, strict=True) if name in row]
        members[name] = Member(Place(origin, position), _summarise(column, origin, places, depth + 1))
    return struct_of(members, len(rows))


def _integers(values: Sequence[int], origin: str, lines: Sequence[int]) -> dict[str, Witness]:
    if min(values) >= _INT32[0] and max(values) <= _INT32[-1]:
        return {"int": Witness(len(values), origin, lines[0], str(values[0]))}
    if min(values) < INT64[0] or max(values) > INT64[-1]:
        return _by_kind(map(_integer_kind, values), values, origin, lines)
    ordered = sorted(values)
    small = bisect_right(ordered, _INT32[-1]) - bisect_left(ordered, _INT32[0])
    found = {}
    for kind, count in (("int", small), ("bigint", len(values) - small)):
        if count:
            first = next(index for index, value in enumerate(values) if (value in _INT32) is (kind == "int"))
            found[kind] = Witness(count, origin, lines[first], str(values[first]))
    return found


def _integer_kind(value: int) -> str:
    if value in _INT32:
        return "int"
    if value in INT64:
        return "bigint"
    digits = len(str(abs(value)))
    return f"decimal({digits},0)" if digits <= MAX_DECIMAL_DIGITS else "string"


def _by_kind(kinds: Iterable[str], values: Sequence[Any], origin: str, lines: Sequence[int]) -> dict[str, Witness]:
    found: dict[str, Witness] = {}
    for kind, value, line in zip(kinds, values, lines, strict=True):
        seen = found.get(kind)
        found[kind] = Witness(1, origin, line, str(value)[:80]) if seen is None else Witness(seen[0] + 1, *seen[1:])
    return found
