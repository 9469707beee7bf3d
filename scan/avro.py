"""Avro containers, block by block: unions, logical types, names matched ignoring case."""

from __future__ import annotations

import lzma
import struct
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, cast

import cramjam
import fastavro
from fastavro.read import LOGICAL_READERS
from fastavro.schema import SchemaParseException

from ..errors import Unreadable
from .failure import Misfit
from .layout import DataFile, Layout
from .objects import Naming, to_batch
from .text import decompressed

if TYPE_CHECKING:
    import pyarrow as pa

# fastavro lets through what its decoders and the codecs' libraries raise on damaged bytes.
DAMAGE = (
    *(ArithmeticError, EOFError, LookupError, MemoryError, OSError, RecursionError, StopIteration, TypeError, ValueError),
    *(cramjam.DecompressionError, lzma.LZMAError, struct.error, zlib.error, SchemaParseException),
)
_CHUNK_ROWS = 8192  # as Python objects, rows are heavy


def read(file: DataFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of an Avro file, by the schema in its own header."""
    done = 0
    with decompressed(file) as stream:
        try:
            LOGICAL_READERS.update(_NANOS)
            records = fastavro.reader(stream)
            bare = not _is_record(records.writer_schema)
            while chunk := list(islice(records, _CHUNK_ROWS)):
                yield to_batch([{_VALUE: value} for value in chunk] if bare else chunk, layout, Naming())
                done += len(chunk)
        except Misfit as misfit:
            raise misfit.at(file.url, done + misfit.row + 1) from None
        except DAMAGE as error:
            raise Unreadable(f"{file.url} is not a whole Avro file after row {done}: {error!r}.") from error


def _moment(nanos: int, *_: object) -> datetime:
    return datetime(1970, 1, 1) + timedelta(microseconds=nanos // 1000)


# fastavro reads all logical types but these.
_NANOS = {"long-timestamp-nanos": _moment, "long-local-timestamp-nanos": _moment}
_VALUE = "value"  # the one column of a file whose schema is no record


def _is_record(schema: object) -> bool:
    """Say whether a writer's schema is a record, or a union of one with null."""
    members = cast("list[object]", schema if isinstance(schema, list) else [schema])
    kinds = [cast("dict[str, object]", member).get("type") if isinstance(member, dict) else member for member in members]
    return [kind for kind in kinds if kind != "null"] in (["record"], ["error"])
