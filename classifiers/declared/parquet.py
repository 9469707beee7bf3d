"""Parquet: the footer says everything."""

from __future__ import annotations

from dataclasses import dataclass

from ..sample import Format, Hint, Match, Rejection, Sample
from .columns import columns_summary
from .parquet_footer import read_footer

MAGIC = b"PAR1"
_ENCRYPTED = b"PARE"
_ENDING = 8  # bytes behind the footer: its size, and the magic
# [doc] Hive and Athena then match columns by position: the only way to read two of one name.
_BY_POSITION = (("parquet.column.index.access", "true"),)


@dataclass(frozen=True, slots=True)
class Parquet:
    """Recognise Parquet by the magic at both ends."""

    name: str = "parquet"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Read the footer from the object's tail."""
        if not sample.head.startswith((MAGIC, _ENCRYPTED)):
            return Rejection("it does not begin with PAR1")
        tail = sample.tail or sample.head
        if not tail.endswith(MAGIC):
            encrypted = tail.endswith(_ENCRYPTED)
            return Rejection("its footer is encrypted" if encrypted else "it begins with PAR1 but does not end so: truncated")
        size = footer_size(tail)
        if not _ENDING <= size <= len(tail):
            return Rejection(f"its footer cannot be read: it would have {size} bytes")
        try:
            footer = read_footer(tail[-size:-_ENDING])
        except (IndexError, ValueError) as error:
            return Rejection(f"its footer cannot be read: {error}")
        columns = footer.columns
        return Match(
            Format("parquet", sample.codec, options=_BY_POSITION if columns.oddities else ()),
            columns_summary(columns.columns, sample.key),
            records=footer.rows,
            record_size=footer.row_size,
            evidence=columns.evidence,
            declared=columns.texts,
            written=columns.written,
        )


def footer_size(tail: bytes) -> int:
    """Return how many bytes of tail hold the whole footer."""
    return int.from_bytes(tail[-8:-4], "little") + _ENDING
