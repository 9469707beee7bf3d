"""ORC: the file's tail says everything."""

from __future__ import annotations

from dataclasses import dataclass

from ..sample import Format, Hint, Match, Rejection, Sample
from .columns import columns_summary, first_line
from .orc_footer import OrcFooter, UnknownCodec, read_footer

MAGIC = b"ORC"


@dataclass(frozen=True, slots=True)
class Orc:
    """Recognise ORC by its magic and its readable tail."""

    name: str = "orc"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Read the footer from the object's tail."""
        if not sample.head.startswith(MAGIC):
            return Rejection("it does not begin with ORC")
        tail = sample.tail or sample.head
        try:
            footer = read_footer(tail)
        except UnknownCodec:
            return self._by_arrow(sample, tail)
        except (IndexError, ValueError) as error:
            return Rejection(f"it begins with ORC but its footer cannot be read: {error}")
        return _match(sample, footer)

    def _by_arrow(self, sample: Sample, tail: bytes) -> Match | Rejection:
        """Read a footer in a rare codec (LZO), which Arrow has."""
        import pyarrow
        import pyarrow.orc

        from ...catalog.arrow import hive_type
        from .columns import declare

        try:
            file = pyarrow.orc.ORCFile(pyarrow.BufferReader(tail))
            columns = declare((name, hive_type(kind)) for name, kind in zip(file.schema.names, file.schema.types, strict=True))
            return _match(sample, OrcFooter(columns, file.nrows))
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            return Rejection(f"it begins with ORC but its footer cannot be read: {first_line(error)}")


def _match(sample: Sample, footer: OrcFooter) -> Match:
    columns = footer.columns
    return Match(
        Format("orc", sample.codec),
        columns_summary(columns.columns, sample.key),
        records=footer.rows,
        record_size=sample.size // footer.rows if footer.rows else 0,  # [seen*] sizeKey / rows
        evidence=columns.evidence,
        declared=columns.texts,
        written=columns.written,
    )
