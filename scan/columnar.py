"""Parquet and ORC: only the wanted columns are read, matched by name ignoring case."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, cast

import pyarrow as pa
from pyarrow import orc, parquet

from ..errors import Unreadable
from ..storage.compression import detect_codec
from .align import to_batch
from .failure import Misfit
from .layout import BATCH_ROWS, DataFile, Layout
from .text import decompressed


def read_parquet(file: DataFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a Parquet file."""
    return _aligned(file, layout, _parquet_batches)


def read_orc(file: DataFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of an ORC file."""
    return _aligned(file, layout, _orc_batches)


def _aligned(file: DataFile, layout: Layout, batches: Callable[[BinaryIO, Layout], Iterator[pa.RecordBatch]]) -> Iterator[pa.RecordBatch]:
    done = 0
    with _seekable(file) as stream:
        try:
            for batch in batches(stream, layout):
                yield to_batch(batch, layout)
                done += batch.num_rows
        except Misfit as misfit:
            raise misfit.at(file.url, done + misfit.row + 1) from None
        except (pa.ArrowException, OSError, ValueError) as error:
            raise Unreadable(f"{file.url}: {error}") from error


def _seekable(file: DataFile) -> BinaryIO:
    """Open a file for seeking; one that is compressed as a whole is unpacked into a temporary file."""
    raw = file.open()
    plain = detect_codec(raw.read(4096)) == "none"
    raw.seek(0)
    if plain:
        return raw
    raw.close()
    unpacked = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - the caller closes it
    with decompressed(file) as source:
        shutil.copyfileobj(source, unpacked, 1 << 20)
    unpacked.seek(0)
    return unpacked


def _present(names: Sequence[str], layout: Layout) -> list[str]:
    wanted = {name.lower() for name in layout.wanted.names}
    return [name for name in names if _name(name, layout).lower() in wanted]


def _parquet_batches(stream: BinaryIO, layout: Layout) -> Iterator[pa.RecordBatch]:
    file = parquet.ParquetFile(stream)
    if layout.flag("parquet.column.index.access"):
        yield from _by_position(file, layout)
        return
    names = _present(file.schema_arrow.names, layout)
    if not names:
        yield from _empty_rows(file.metadata.num_rows)
        return
    yield from file.iter_batches(BATCH_ROWS, columns=names, use_threads=False)


def _by_position(file: parquet.ParquetFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Read a table whose names cannot tell its columns apart: the places do."""
    for batch in file.iter_batches(BATCH_ROWS, use_threads=False):
        names = [layout.names[place] if place < len(layout.names) else "\0" for place in range(batch.num_columns)]
        yield batch.rename_columns(names)


def _orc_batches(stream: BinaryIO, layout: Layout) -> Iterator[pa.RecordBatch]:
    file = orc.ORCFile(stream)
    names = _present(file.schema.names, layout)
    if not names:
        yield from _empty_rows(file.nrows)
        return
    for stripe in range(file.nstripes):
        batch = _named(file.read_stripe(stripe, columns=names), layout)
        for start in range(0, batch.num_rows, BATCH_ROWS):
            yield batch.slice(start, BATCH_ROWS)


def _named(batch: pa.RecordBatch, layout: Layout) -> pa.RecordBatch:
    """Give columns that Hive called _col0, _col1, … the table's names, by position."""
    return batch.rename_columns([_name(name, layout) for name in batch.schema.names])


def _name(name: str, layout: Layout) -> str:
    place = name.removeprefix("_col")
    positional = place != name and place.isdigit() and int(place) < len(layout.names)
    return layout.names[int(place)] if positional and name not in layout.names else name


def _empty_rows(rows: int) -> Iterator[pa.RecordBatch]:
    """Yield rows of a file that has none of the wanted columns: they will be null."""
    for start in range(0, rows, BATCH_ROWS):
        yield pa.record_batch([pa.nulls(min(BATCH_ROWS, rows - start))], names=["\0"])
