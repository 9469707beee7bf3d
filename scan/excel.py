"""Excel workbooks: the table that the classifier sees, found again in each file, its columns by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ..classifiers.sheets.excel import Table, table_of, values_of
from ..classifiers.sheets.workbook import Cell, NoWorkbook, Workbook
from ..errors import Unreadable
from .delimited import null_tokens
from .failure import Misfit
from .layout import DataFile, Layout
from .objects import Naming, to_batch

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK_ROWS = 8192  # as Python objects, rows are heavy


def read(file: DataFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a workbook's table. Raises Refuted for what does not fit, Unreadable for what is no workbook."""
    tokens = {name: frozenset(words) for name, words in null_tokens(layout).items()}
    with file.open() as stream:
        try:
            table = table_of(Workbook(stream))
            while table and (rows := list(islice(table.rows, _CHUNK_ROWS))):
                records = [_record(values_of(row, table), table, tokens) for _, row in rows]
                try:
                    yield to_batch(records, layout, Naming())
                except Misfit as misfit:
                    raise misfit.at(file.url, rows[misfit.row][0]) from None
        except NoWorkbook as error:
            raise Unreadable(f"{file.url}: {error}.") from error


def _record(values: Sequence[Cell], table: Table, tokens: Mapping[str, frozenset[str]]) -> Mapping[str, object]:
    record = dict(zip(table.names, values, strict=True))
    for name, words in tokens.items():
        if record.get(name) in words:
            record[name] = None
    return record
