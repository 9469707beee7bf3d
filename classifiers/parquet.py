"""Parquet: the footer says everything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from .declared import DeclaredColumns, columns_summary, declare, first_line
from .sample import Format, Hint, Match, Rejection, Sample

if TYPE_CHECKING:
    import pyarrow

MAGIC = b"PAR1"


@dataclass(frozen=True, slots=True)
class Parquet:
    """Recognise Parquet by the magic at both ends."""

    name: str = "parquet"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Read the footer from the object's tail."""
        if not sample.head.startswith(MAGIC):
            return Rejection("it does not begin with PAR1")
        tail = sample.tail or sample.head
        if not tail.endswith(MAGIC):
            encrypted = tail.endswith(b"PARE")
            return Rejection("its footer is encrypted" if encrypted else "it begins with PAR1 but does not end so: truncated")
        import pyarrow
        import pyarrow.parquet

        try:
            footer = pyarrow.parquet.read_metadata(pyarrow.BufferReader(tail))
            columns = arrow_columns(footer.schema.to_arrow_schema())
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            return Rejection(f"its footer cannot be read: {first_line(error)}")
        stored = sum(footer.row_group(index).total_byte_size for index in range(min(footer.num_row_groups, 100)))
        size = stored // footer.num_rows if footer.num_rows else 0
        schema = columns_summary(columns.columns, sample.key)
        return Match(Format("parquet", sample.codec), schema, records=footer.num_rows, record_size=size, declared=columns.texts)


@lru_cache(maxsize=512)  # siblings share one schema
def arrow_columns(schema: pyarrow.Schema) -> DeclaredColumns:
    """Return the catalog's columns for an Arrow schema."""
    from ..catalog.arrow import hive_type

    return declare((name, hive_type(kind)) for name, kind in zip(schema.names, schema.types, strict=True))


def footer_size(tail: bytes) -> int:
    """Return how many bytes of tail hold the whole footer."""
    return int.from_bytes(tail[-8:-4], "little") + 8
