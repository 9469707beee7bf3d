"""Hive's RegexSerDe: a row a line, its columns the groups of one expression; a line that does not match is a row of nulls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

import pyarrow as pa

from ..errors import InvalidInput, Unreadable
from .arrays import Column, batch, each, nulls, texts
from .convert import convert
from .delimited import null_tokens
from .failure import Misfit
from .layout import DataFile, Layout
from .text import Line, open_body

_CHUNK_ROWS = 8192  # as Python objects, rows are heavy
_TIME_LIMIT = 0.25  # seconds for one line: ten thousand times what a sound expression takes
_MAX_LINE = 1 << 17  # characters; a longer one matches nothing

Groups = tuple[str | None, ...]


def read(file: DataFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a text file. Raises Refuted for a value that does not fit; Unreadable naming the line that took too long."""
    pattern = layout.parameters.get("input.regex", "")
    if not pattern:
        raise InvalidInput("The table has a RegexSerDe, and no input.regex that takes its lines apart.")
    expression = _compiled(pattern, layout.flag("input.regex.case.insensitive"))
    lines = iter(open_body(file, layout).lines())
    while chunk := list(islice(lines, _CHUNK_ROWS)):
        rows = list(_rows(expression, chunk, file))
        yield batch([_column(field, rows, chunk, file, layout) for field in each(layout.wanted)], layout.wanted)


@lru_cache(maxsize=64)
def _compiled(pattern: str, ignore_case: bool) -> Any:
    import regex

    try:
        # ASCII as in Java: \d, \w and \b know no other letters there.
        return regex.compile(pattern, regex.VERSION1 | regex.ASCII | (regex.IGNORECASE if ignore_case else 0))
    except (regex.error, RecursionError, OverflowError, MemoryError, ValueError) as error:
        raise InvalidInput(f"The table's input.regex is no regular expression: {error}.") from None


def _rows(expression: Any, lines: Iterable[Line], file: DataFile) -> Iterator[Groups]:
    for number, line in lines:
        text = line.rstrip("\r\n")
        try:
            match = expression.fullmatch(text, timeout=_TIME_LIMIT) if len(text) <= _MAX_LINE else None
        except TimeoutError:
            raise Unreadable(f"{file.url}, line {number}: the table's input.regex took longer than {_TIME_LIMIT:g} s over it.") from None
        yield match.groups() if match else ()


def _column(field: pa.Field[pa.DataType], rows: list[Groups], lines: list[Line], file: DataFile, layout: Layout) -> Column:
    place = layout.names.index(field.name) if field.name in layout.names else None
    if place is None:
        return nulls(len(rows), field.type)
    column = texts([row[place] if place < len(row) else None for row in rows])
    try:
        return convert(column, field.type, null_tokens(layout).get(field.name, ()), layout.declared[field.name], layout.on_error == "raise")
    except Misfit as misfit:
        misfit.column = field.name
        raise misfit.at(file.url, lines[misfit.row][0]) from None
