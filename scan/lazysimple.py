"""LazySimpleSerDe: fields between delimiters, quotes are data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .delimited import Dialect, read_delimited, splitter
from .layout import DataFile, Layout

if TYPE_CHECKING:
    import pyarrow as pa


def read(file: DataFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a LazySimpleSerDe file."""
    delimiter = layout.character("field.delim", layout.character("serialization.format", "\x01"))
    escape = layout.character("escape.delim", "")
    null = layout.parameters.get("serialization.null.format", "\\N")
    by_line = bool(escape) or len(delimiter) > 1
    return read_delimited(
        file, layout, Dialect(delimiter, escape=escape, null=null, split=splitter(delimiter, escape, null) if by_line else None)
    )
