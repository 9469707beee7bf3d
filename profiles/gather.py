"""Gathering a profile from the batches that somebody reads anyway."""

from __future__ import annotations

import pyarrow as pa

from .columns import TableSummary, merged, summarise

FILE_ROWS = 5_000  # of each file: a sample is spread over several
ALL_ROWS = 1_000_000
COLUMNS = 1_000  # of a table; a file may have ten thousand
_WAITING_ROWS = 16_384  # small batches are summarised together: each call has its price
_WAITING_BYTES = 8 << 20


class Profiler:
    """Summarises batches as they come: the first columns, and the first rows of each file up to so many in all."""

    def __init__(self, file_rows: int = FILE_ROWS, all_rows: int = ALL_ROWS) -> None:
        self._file_rows = file_rows
        self._left: int = all_rows
        self._file: str | None = None
        self._file_left = 0
        self._waiting: list[pa.RecordBatch] = []
        self._summary = TableSummary()
        self.whole = True  # no row that came was left out

    def add(self, batch: pa.RecordBatch, file: str) -> None:
        """Take a batch of a file, or of a database's table."""
        if file != self._file:
            self._file, self._file_left = file, self._file_rows
        held: int = batch.num_rows
        rows = min(held, self._file_left, self._left)
        self.whole = self.whole and rows == held
        if not rows:
            return
        self._file_left -= rows
        self._left -= rows
        taken = batch.slice(0, rows)
        self._waiting.append(taken.select(list(range(COLUMNS))) if taken.num_columns > COLUMNS else taken)
        if sum(one.num_rows for one in self._waiting) >= _WAITING_ROWS or sum(one.nbytes for one in self._waiting) >= _WAITING_BYTES:
            self._summarise()

    def summary(self) -> TableSummary:
        """Return the summary of what has come so far."""
        self._summarise()
        return self._summary

    def _summarise(self) -> None:
        waiting, self._waiting = self._waiting, []
        for batch in pa.Table.from_batches(waiting).combine_chunks().to_batches() if waiting else ():
            self._summary = merged(self._summary, summarise(batch))
