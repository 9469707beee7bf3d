"""XML rows: the elements of the table's `rowTag`, one at a time, however long the document is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

from ..classifiers.elements import Elements, Found, NotXml, Recoder, Value, encoding_of, record_of
from ..classifiers.summary import TEXT
from ..classifiers.xml import ROW_TAG
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
        for rows in _chunks(stream, file, tag):
            records = [_fitted(record_of(row.element), fits) for row in rows]
            try:
                yield to_batch(records, layout, Naming())
            except Misfit as misfit:
                raise misfit.at(file.url, rows[misfit.row].line) from None


def _chunks(stream: BinaryIO, file: DataFile, tag: str) -> Iterator[list[Found]]:
    data = stream.read(CHUNK)
    recoder, parser = Recoder(encoding_of(data)), Elements(tag)
    rows: list[Found] = []
    consumed = 0
    while True:
        wrong = _feed(parser, recoder.recode(data, final=not data), final=not data)
        rows += parser.taken()
        if rows and (wrong or not data or len(rows) >= _CHUNK_ROWS or parser.consumed - consumed >= BATCH_BYTES):
            yield rows
            rows, consumed = [], parser.consumed
        if wrong:
            raise Unreadable(f"{file.url}, line {wrong.line}: {wrong.reason}.")
        if not data:
            return
        data = stream.read(CHUNK)


def _feed(parser: Elements, text: bytes, *, final: bool) -> NotXml | None:
    try:
        parser.feed(text, final)
    except NotXml as wrong:
        return wrong
    return None


# --- what the document shows of a type to what the table declares ------------------------------------


def _fitted(record: Mapping[str, Value], fits: Mapping[str, Fit]) -> dict[str, object]:
    return {name: fits[name.lower()](value) if name.lower() in fits else value for name, value in record.items()} if fits else dict(record)


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
