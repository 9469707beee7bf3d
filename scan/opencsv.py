"""OpenCSVSerde: quoted fields; a quoted field may hold newlines here, though Hive and Athena end the row there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .delimited import Dialect, read_delimited
from .layout import DataFile, Layout

if TYPE_CHECKING:
    import pyarrow as pa


def read(file: DataFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of an OpenCSVSerde file."""
    quote = layout.character("quoteChar", '"')
    # The backslash is what Hive's class uses where nothing is said; naming the quote means quotes are doubled.
    escape = layout.character("escapeChar", "\\")
    dialect = Dialect(
        layout.character("separatorChar", ","),
        quote=quote,
        escape="" if escape == quote else escape,
        null=layout.parameters.get("serialization.null.format"),
    )
    return read_delimited(file, layout, dialect)
