"""XML rows: the elements of the table's `rowTag`, one at a time, however long the document is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

from ..classifiers.documents.elements import PIECE, Elements, NotXml, Recoder, Value, encoding_of, record_of
from ..classifiers.documents.xml import ROW_TAG
from ..classifiers.inference.summary import TEXT
from ..errors import InvalidInput, Unreadable
from .arrays import each, entry, fields, inner
from .failure import Misfit
from .layout import BATCH_BYTES, DataFile, Layout
from .objects import Naming, to_batch
from .text import CHUNK, decompressed

if TYPE_CHECKING:
    from typing import BinaryIO

Fit: TypeAlias = Callable[[Value], object]

_CHUNK_ROWS = 8192  # as Python objects, rows are heavy


def read(file: DataFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of an XML file. Raises Refuted for what does not fit, Unreadable for what is not XML."""
    tag = layout.parameters.get(ROW_TAG, "")
    if not tag:
        raise InvalidInput(f"The table has no parameter {ROW_TAG}: an XML table says which element is a row.")
    fits = {field.name: fit for field in each(layout.wanted) if (fit := _fit(field.type))}
    with decompressed(file) as stream:
        for lines, records in _chunks(stream, file, tag, fits):
            try:
                yield to_batch(records, layout, Naming())
            except Misfit as misfit:
                raise misfit.at(file.url, lines[misfit.row]) from None


def _chunks(stream: BinaryIO, file: DataFile, tag: str, fits: Mapping[str, Fit]) -> Iterator[tuple[list[int], list[Mapping[str, object]]]]:
    data = stream.read(CHUNK)
    recoder, parser = Recoder(encoding_of(data)), Elements(tag)
    lines: list[int] = []
    records: list[Mapping[str, object]] = []
    consumed = 0
    while True:
        text, final = recoder.recode(data, final=not data), not data
        for start in range(0, len(text) or 1, PIECE):
            wrong = _feed(parser, text[start : start + PIECE], final=final)
            for line, element in parser.taken():  # at once: elements are heavier than records
                lines.append(line)
                records.append(_fitted(record_of(element), fits))
            if records and (wrong or final or len(records) >= _CHUNK_ROWS or parser.consumed - consumed >= BATCH_BYTES):
                yield lines, records
                lines, records, consumed = [], [], parser.consumed
            if wrong:
                raise Unreadable(f"{file.url}, line {wrong.line}: {wrong.reason}.")
        if final:
            return
        data = stream.read(CHUNK)


def _feed(parser: Elements, text: bytes, *, final: bool) -> NotXml | None:
    try:
        parser.feed(text, final)
    except NotXml as wrong:
        return wrong
    return None


# --- what the document shows of a type to what the table declares ------------------------------------


def _fitted(record: Mapping[str, Value], fits: Mapping[str, Fit]) -> Mapping[str, object]:
    return {name: fit(value) if (fit := fits.get(name.lower())) else value for name, value in record.items()} if fits else record


def _fit(kind: pa.DataType) -> Fit | None:
    """Return how a value becomes one of a nested type; None for scalars, which need nothing."""
    if pa.types.is_list(kind):
        return partial(_list, _fit(inner(kind)))
    if pa.types.is_struct(kind):
        return partial(_struct, {field.name.lower(): fit for field in fields(kind) if (fit := _fit(field.type))})
    if pa.types.is_map(kind) and (fit := _fit(entry(kind)[1])):
        return partial(_map, fit)
    return None


def _list(fit: Fit | None, value: Value) -> object:
    """What comes once where others repeat is a list of one."""
    if value is None:
        return None
    elements = value if isinstance(value, list) else [value]
    return [fit(element) for element in elements] if fit else elements


def _struct(fits: Mapping[str, Fit], value: Value) -> object:
    """Text where others have attributes or children is a struct that has only it."""
    if isinstance(value, str):
        return {TEXT: value}
    return _fitted(value, fits) if isinstance(value, dict) else value


def _map(fit: Fit, value: Value) -> object:
    return {name: fit(item) for name, item in value.items()} if isinstance(value, dict) else value
