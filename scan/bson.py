"""BSON files, document by document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from ..classifiers.documents.bson_documents import BsonError, Record, decode, size_at
from ..errors import Unreadable
from .failure import Misfit
from .layout import BATCH_BYTES, DataFile, Layout
from .objects import Naming, to_batch
from .text import decompressed

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK_ROWS = 8192  # as Python objects, rows are heavy


def read(file: DataFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a BSON file. Raises Refuted for what does not fit, Unreadable for what is not BSON."""
    done = 0
    with decompressed(file) as stream:
        for records in _chunks(stream, file):
            try:
                yield to_batch(records, layout, Naming())
            except Misfit as misfit:
                raise misfit.at(file.url, done + misfit.row + 1) from None
            done += len(records)


def _chunks(stream: BinaryIO, file: DataFile) -> Iterator[list[Record]]:
    records: list[Record] = []
    place = taken = 0
    wrong = ""
    while not wrong and (length := _exactly(stream, 4)):
        record: Record = {}
        try:
            document = length + _exactly(stream, size_at(length, 0) - 4)
            taken += decode(document, 0, record)
            records.append(record)
        except BsonError as error:
            wrong = str(error)
        if records and (wrong or len(records) >= _CHUNK_ROWS or taken >= BATCH_BYTES):
            yield records
            records, place, taken = [], place + taken, 0
    if records:
        yield records
    if wrong:
        raise Unreadable(f"{file.url} is no BSON from byte {place + taken} on: {wrong}.")


def _exactly(stream: BinaryIO, size: int) -> bytes:
    """Return so many bytes, fewer at the end only: a stream may give less than it is asked for."""
    data = stream.read(size)
    while len(data) < size and (more := stream.read(size - len(data))):
        data += more
    return data
