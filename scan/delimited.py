"""Rows of delimited text: by Arrow's CSV reader as far as it goes, by Python's from where it gives up.

Both deliver columns of text, which `convert` types. Arrow's reader is fast but takes no ragged row,
no delimiter of several characters, and knows no line numbers; so whatever it (or a conversion)
refuses is read again from that row on by the exact reader, which does and names the line.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import pyarrow as pa
import pyarrow.csv as pacsv

from ..errors import InvalidInput, Unreadable
from .arrays import Column, at, batch, each, nulls, texts
from .convert import convert
from .failure import Misfit
from .layout import BATCH_BYTES, BATCH_ROWS, DataFile, Layout
from .text import MAX_LINE, Body, Line, Pulled, Stream, open_body


@dataclass(frozen=True, slots=True)
class Dialect:
    """How fields stand in a line."""

    delimiter: str
    quote: str = ""  # none: quotes are data
    escape: str = ""
    null: str | None = None  # the text of null in every column
    split: Callable[[str], list[str | None]] | None = None  # how to split a line that Python's csv cannot


@dataclass(frozen=True, slots=True)
class Records:
    """Some rows as columns of text, one for each wanted column, and the line each starts on (None: not known)."""

    columns: Sequence[Column]
    rows: int
    lines: Sequence[int] | None = None


def read_delimited(file: DataFile, layout: Layout, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    """Yield typed batches. Raises Refuted for a value that does not fit; Unreadable."""
    done = 0
    if _fast_applies(layout, dialect):
        try:
            for records in _fast(file, layout, dialect):
                typed = _typed(records, file, layout, dialect)
                done += typed.num_rows
                yield typed
        except (pa.ArrowInvalid, Misfit):
            pass  # the exact reader goes on, and says what is wrong
        else:
            return
    for records in _exact(file, layout, dialect, done):
        yield _typed(records, file, layout, dialect)


def _typed(records: Records, file: DataFile, layout: Layout, dialect: Dialect) -> pa.RecordBatch:
    common = () if dialect.null is None else (dialect.null,)
    tokens = null_tokens(layout)
    columns: list[Column] = []
    for field, column in zip(each(layout.wanted), records.columns, strict=True):
        try:
            columns.append(
                convert(column, field.type, (*common, *tokens.get(field.name, ())), layout.declared[field.name], layout.on_error == "raise")
            )
        except Misfit as misfit:
            misfit.column = field.name
            if records.lines is None:
                raise
            raise misfit.at(file.url, records.lines[misfit.row]) from None
    return batch(columns, layout.wanted)


def null_tokens(layout: Layout) -> Mapping[str, Sequence[str]]:
    """Return for each column the texts that mean null there, from `gluepot.null.tokens`. Raises InvalidInput."""
    text = layout.parameters.get("gluepot.null.tokens")
    if not text:
        return {}
    try:
        tokens = msgspec.json.decode(text, type=dict[str, list[str]])
    except msgspec.MsgspecError:
        raise InvalidInput(f'The table\'s gluepot.null.tokens must be a JSON object like {{"column": ["NA"]}}, not {text!r}.') from None
    return {column.lower(): nulls for column, nulls in tokens.items()}


# --- Arrow's reader --------------------------------------------------------------------------------


def _fast_applies(layout: Layout, dialect: Dialect) -> bool:
    if layout.parameters.get("gluepot.comment"):
        return False
    characters = (dialect.delimiter, dialect.quote or '"', dialect.escape or "\\")
    return all(len(character) == 1 and character.isascii() for character in characters)


def _fast(file: DataFile, layout: Layout, dialect: Dialect) -> Iterator[Records]:
    body = open_body(file, layout, dialect.quote)
    width = _width(body, dialect)
    if not width:
        raise pa.ArrowInvalid("no row in sight")
    places = _places(layout)
    included = [f"{place}" for place in places if place is not None and place < width]
    if dialect.split:  # an escape may hide a null or a delimiter: leave such files to the exact reader
        body = Body(io.BufferedReader(_Without(body.stream, dialect.escape.encode()), BATCH_BYTES), 0)
    reader = pacsv.open_csv(
        body.stream,
        pacsv.ReadOptions(use_threads=False, block_size=BATCH_BYTES, column_names=[f"{place}" for place in range(width)]),
        pacsv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote or False,
            escape_char=(dialect.escape or False) if dialect.quote else False,
            newlines_in_values=bool(dialect.quote),
            ignore_empty_lines=len(layout.names) > 1,
        ),
        pacsv.ConvertOptions(
            column_types={name: pa.string() for name in included} or {"0": pa.string()},
            include_columns=included or ["0"],
            strings_can_be_null=False,
        ),
    )
    for chunk in reader:
        for start in range(0, chunk.num_rows, BATCH_ROWS):
            piece = chunk.slice(start, BATCH_ROWS)
            absent = nulls(piece.num_rows, pa.string())
            yield Records([absent if place is None or place >= width else at(piece, f"{place}") for place in places], piece.num_rows)


class _Without(Pulled):
    """A stream that stops the fast reader where a byte occurs that it would misread."""

    def __init__(self, source: Stream, forbidden: bytes) -> None:
        super().__init__(source)
        self.forbidden = forbidden

    def pull(self) -> bytes:
        """Return the next bytes. Raises pa.ArrowInvalid."""
        chunk = super().pull()
        if self.forbidden in chunk:
            raise pa.ArrowInvalid("an escape character")
        return chunk


def _width(body: Body, dialect: Dialect) -> int:
    """Return the number of fields of the first row, as far as what is buffered tells."""
    head = io.StringIO(body.stream.peek().decode("utf-8", "replace"), newline="")
    first = next(_rows(((0, line) for line in head), dialect), None)
    return len(first[1]) if first else 0


def _places(layout: Layout) -> list[int | None]:
    place = {name: position for position, name in reversed(list(enumerate(layout.names)))}
    return [place.get(name) for name in layout.wanted.names]


# --- the exact reader ------------------------------------------------------------------------------


def _exact(file: DataFile, layout: Layout, dialect: Dialect, skip: int) -> Iterator[Records]:
    body = open_body(file, layout, dialect.quote)
    keep_blank = len(layout.names) == 1
    rows = _rows(body.lines(layout.parameters.get("gluepot.comment", "")), dialect, keep_blank)
    places = _places(layout)
    for chunk in _chunks(itertools.islice(rows, skip, None)):
        width = max(place or 0 for place in (*places, 0)) + 1
        padded = [fields if len(fields) >= width else [*fields, *itertools.repeat(None, width - len(fields))] for _, fields in chunk]
        fields = list(zip(*padded, strict=False))
        columns = [nulls(len(chunk), pa.string()) if place is None else texts(fields[place]) for place in places]
        yield Records(columns, len(chunk), [line for line, _ in chunk])


Row = tuple[int, Sequence[str | None]]


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += sum(len(field) for field in row[1] if field)
        if len(chunk) >= BATCH_ROWS or size >= BATCH_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _rows(lines: Iterator[Line], dialect: Dialect, keep_blank: bool = False) -> Iterator[Row]:
    """Yield the line number and the fields of each row; blank lines are none, but in a table of one column."""
    split = _split_by_csv if dialect.split is None else _split_by_line
    for number, fields in split(lines, dialect):
        if fields or keep_blank:
            yield number, fields or [""]


def _split_by_line(lines: Iterator[Line], dialect: Dialect) -> Iterator[Row]:
    assert dialect.split is not None
    for number, line in lines:
        text = line.rstrip("\r\n")
        yield number, dialect.split(text) if text else []


def _split_by_csv(lines: Iterator[Line], dialect: Dialect) -> Iterator[Row]:
    csv.field_size_limit(MAX_LINE)  # Python's own 128 KB is less than real fields have
    first = 0

    def pulled() -> Iterator[str]:
        nonlocal first
        for number, line in lines:
            first = first or number
            yield line

    reader = csv.reader(
        pulled(),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        escapechar=dialect.escape or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
    )
    while True:
        first = 0
        try:
            fields = next(reader, None)
        except csv.Error as error:
            raise Unreadable(f"line {first}: {error}") from None
        if fields is None:
            return
        yield first, fields


def splitter(delimiter: str, escape: str, null: str) -> Callable[[str], list[str | None]]:
    """Return a function that splits lines at a delimiter of any length, honouring an escape character."""
    if not escape:
        return lambda line: list(line.split(delimiter))
    field = re.compile(rf"((?:{re.escape(escape)}.|(?!{re.escape(delimiter)}).)*)(?:{re.escape(delimiter)}|$)", re.DOTALL)
    escaped = re.compile(rf"{re.escape(escape)}(.)", re.DOTALL)

    def split(line: str) -> list[str | None]:
        fields: list[str | None] = []
        position = 0
        while match := field.match(line, position):
            raw = match.group(1)
            fields.append(None if raw == null else escaped.sub(r"\1", raw))
            if match.end() == match.end(1):
                break
            position = match.end()
        return fields

    return split
