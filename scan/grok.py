"""Glue's GrokSerDe: a row a line; one that does not match is a row of nulls, as in Athena."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from ..classifiers.grok.pattern import Grok, TooSlow, Values, compile_grok
from ..errors import InvalidInput, Unreadable
from .arrays import Column, batch, each, nulls, texts
from .convert import convert
from .failure import Misfit
from .layout import BATCH_BYTES, DataFile, Layout
from .text import Line, open_body

_CHUNK_ROWS = 8192  # as Python objects, rows are heavy


def read(file: DataFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a log. Raises Refuted for a value that does not fit; Unreadable naming the line that took too long."""
    pattern = layout.parameters.get("input.format", "")
    if not pattern:
        raise InvalidInput("The table has a GrokSerDe, and no input.format that is its pattern.")
    grok = compile_grok(pattern, layout.parameters.get("input.grokCustomPatterns", ""))
    for lines in _chunks(open_body(file, layout).lines(layout.parameters.get("gluepot.comment", ""))):
        rows = [_values(grok, line, file) for line in lines]
        yield batch([_column(grok, field, rows, lines, file, layout) for field in each(layout.wanted)], layout.wanted)


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    size = 0
    for line in lines:
        chunk.append(line)
        size += len(line[1])
        if len(chunk) >= _CHUNK_ROWS or size >= BATCH_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _values(grok: Grok, line: Line, file: DataFile) -> Values | None:
    number, text = line
    try:
        return grok.match(text.rstrip("\r\n"))
    except TooSlow as error:
        raise Unreadable(f"{file.url}, line {number}: {error}.") from error


def _column(
    grok: Grok, field: pa.Field[pa.DataType], rows: list[Values | None], lines: list[Line], file: DataFile, layout: Layout
) -> Column:
    place = next((place for place, (name, _) in enumerate(grok.columns) if name == field.name), None)
    if place is None:
        return nulls(len(rows), field.type)
    column = texts([row[place] if row else None for row in rows])
    try:
        return convert(column, field.type, (), layout.declared[field.name], layout.on_error == "raise")
    except Misfit as misfit:
        misfit.column = field.name
        raise misfit.at(file.url, lines[misfit.row][0]) from None
