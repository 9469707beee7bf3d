"""The openx JsonSerDe: one document a line; pretty-printed or concatenated documents and arrays of rows are read too."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple, cast

import orjson
import pyarrow as pa

from ..classifiers.custom import jsonpath
from ..classifiers.custom.json import PARAMETER as JSON_PATH
from .arrays import each
from .failure import Failure, Misfit, Refuted, shorten
from .layout import BATCH_BYTES, DataFile, Layout
from .objects import Naming, as_record, to_batch
from .text import Line, open_body

MAX_DOCUMENT = 64 << 20  # characters of one document over several lines
_CHUNK_ROWS = 8192  # as Python objects, rows are heavy
_MAPPING = "mapping."


class Document(NamedTuple):
    """A JSON value, the line it starts on, and how many characters it took."""

    line: int
    value: object
    size: int
    element: bool = False  # of a top-level array that was opened on the way


def read(file: DataFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a JSON file. Raises Refuted for what is not JSON, not a row, or does not fit."""
    naming = Naming(
        fold=layout.flag("case.insensitive", True),
        dots=layout.flag("dots.in.keys"),
        mapping={name.removeprefix(_MAPPING): key for name, key in layout.parameters.items() if name.startswith(_MAPPING)},
    )
    lines = open_body(file, layout).lines(layout.parameters.get("gluepot.comment", ""))
    documents = _documents(lines, file, layout)
    path = layout.parameters.get(JSON_PATH, "")
    for rows in _chunks(_selected(documents, path) if path else _rows(documents, file, layout)):
        try:
            yield to_batch([row.value for row in rows], layout, naming)
        except Misfit as misfit:
            raise misfit.at(file.url, rows[misfit.row].line) from None


def _chunks(rows: Iterable[Document]) -> Iterator[list[Document]]:
    chunk: list[Document] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += row.size
        if len(chunk) >= _CHUNK_ROWS or size >= BATCH_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _selected(documents: Iterator[Document], path: str) -> Iterator[Document]:
    """Yield the rows that a custom classifier's path leads to. Raises InvalidInput."""
    steps = jsonpath.parse(path)
    for document in documents:
        found = list(jsonpath.select(document.value, steps[1:] if document.element else steps))
        yield from (Document(document.line, jsonpath.as_row(value), document.size // len(found)) for value in found)


def _rows(documents: Iterator[Document], file: DataFile, layout: Layout) -> Iterator[Document]:
    # Glue's own classifier describes an array file as one column of the whole array [doc].
    array = layout.names[0] if len(layout.names) == 1 and layout.declared.get(layout.names[0], "").startswith("array<") else None
    for document in documents:
        value = document.value
        if isinstance(value, dict) or value is None:
            yield document
        elif isinstance(value, list) and array is not None and not _holds_rows(cast("list[object]", value), array):
            yield document._replace(value={array: value})
        elif isinstance(value, list) and all(as_record(row) is not None for row in cast("list[object]", value)):
            elements = cast("list[object]", value)
            yield from (Document(document.line, row, document.size // len(elements)) for row in elements)
        elif layout.flag("ignore.malformed.json"):
            yield document._replace(value=None)
        else:
            raise Refuted(Failure("is not a JSON object", file.url, document.line, value=shorten(json.dumps(value, default=str))))


def _holds_rows(elements: list[object], column: str) -> bool:
    """Say whether an array's elements are rows of a table whose one column is an array itself."""
    records = [as_record(element) for element in elements]
    return all(record is not None for record in records) and any(column == key.lower() for record in records for key in record or ())


def _documents(lines: Iterator[Line], file: DataFile, layout: Layout) -> Iterator[Document]:
    path = layout.parameters.get(JSON_PATH, "")
    array = len(layout.names) == 1 and layout.declared.get(layout.names[0], "").startswith("array<")
    opened = jsonpath.parse(path)[:1] == (None,) if path else not array
    loads = _loader(layout)
    for number, line in lines:
        text = line.strip()
        if not text:
            continue
        try:
            yield Document(number, loads(text), len(text))
        except (ValueError, RecursionError):
            if layout.flag("ignore.malformed.json"):
                yield Document(number, None, len(text))
                continue
            yield from _Spanning((number, line), lines, file.url, open_arrays=opened).documents()
            return


def _loader(layout: Layout) -> Callable[[str], object]:
    """Return what reads a line: fast, where no number can lose digits that its column keeps."""
    kinds = " ".join(str(field.type) for field in each(layout.wanted))
    if "decimal" in kinds:
        return _loads_exactly
    return _loads_long_exactly if "string" in kinds else orjson.loads


def _loads_exactly(text: str) -> object:
    value, end = _decode(text)
    if text[end:].strip():
        raise json.JSONDecodeError("Extra data", text, end)
    return value


def _loads_long_exactly(text: str) -> object:
    return _loads_exactly(text) if _LONG.search(text) else orjson.loads(text)


_LONG = re.compile(r"[0-9]{19}")
_DIGITS = 4000  # Python reads no longer numbers; they stay text, as no type holds them
_DECODER = json.JSONDecoder(parse_float=Decimal)
_LENGTHY = json.JSONDecoder(parse_float=Decimal, parse_int=lambda digits: int(digits) if len(digits) < _DIGITS else digits)


def _decode(text: str) -> tuple[object, int]:
    """Return the document that a text begins with, and where it ends."""
    try:
        return _DECODER.raw_decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return _LENGTHY.raw_decode(text)


class _Spanning:
    """Documents that span lines, stand beside each other, or are the elements of one array."""

    def __init__(self, first: Line, rest: Iterator[Line], url: str, open_arrays: bool) -> None:
        self.rest = rest
        self.url = url
        self.open_arrays = open_arrays
        self.line, self.buffer = first
        self.in_array = False

    def documents(self) -> Iterator[Document]:
        while True:
            if not self._at_document():
                if self._grow():
                    continue
                break
            try:
                value, end = _decode(self.buffer)
            except RecursionError:
                raise self._refuted("it nests too deep") from None
            except ValueError as error:
                if not self._grow():
                    raise self._refuted(str(error).split(":")[0]) from None
                continue
            yield Document(self.line, value, end, self.in_array)
            self._drop(end)
        if self.in_array:
            raise self._refuted("the array does not end")

    def _refuted(self, reason: str) -> Refuted:
        return Refuted(Failure(f"is not JSON ({reason})", self.url, self.line, value=shorten(self.buffer.split("\n")[0].rstrip())))

    def _at_document(self) -> bool:
        """Drop what stands between documents; say whether anything is left."""
        while True:
            self._drop(len(self.buffer) - len(self.buffer.lstrip(" \t\r\n,")))
            if self.open_arrays and not self.in_array and self.buffer.startswith("["):
                self.in_array = True
            elif self.in_array and self.buffer.startswith("]"):
                self.in_array = False
            else:
                return bool(self.buffer)
            self._drop(1)

    def _drop(self, size: int) -> None:
        self.line += self.buffer.count("\n", 0, size)
        self.buffer = self.buffer[size:]

    def _grow(self) -> bool:
        """Take as much text again as there is, so that a long document is not decoded over and over."""
        wanted = max(len(self.buffer), 1 << 12)
        taken: list[str] = []
        size = 0
        while size < wanted and wanted <= MAX_DOCUMENT and (line := next(self.rest, None)):
            taken.append(line[1])
            size += len(line[1])
        self.buffer += "".join(taken)
        return bool(taken)
