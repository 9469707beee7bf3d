"""ORC: the file's tail says everything."""

from __future__ import annotations

from dataclasses import dataclass

from .declared import columns_summary, first_line
from .parquet import arrow_columns
from .sample import Format, Hint, Match, Rejection, Sample

MAGIC = b"ORC"


@dataclass(frozen=True, slots=True)
class Orc:
    """Recognise ORC by its magic and its readable tail."""

    name: str = "orc"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Read the footer from the object's tail."""
        if not sample.head.startswith(MAGIC):
            return Rejection("it does not begin with ORC")
        import pyarrow
        import pyarrow.orc

        try:
            footer = pyarrow.orc.ORCFile(pyarrow.BufferReader(sample.tail or sample.head))
            columns, records = arrow_columns(footer.schema), footer.nrows
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            return Rejection(f"it begins with ORC but its footer cannot be read: {first_line(error)}")
        size = sample.size // records if records else 0  # [seen*] sizeKey / rows
        schema = columns_summary(columns.columns, sample.key)
        return Match(Format("orc", sample.codec), schema, records=records, record_size=size, declared=columns.texts)
