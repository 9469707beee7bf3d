"""Rows of a driver that gives Python tuples, as record batches of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .session import BATCH_BYTES, BATCH_ROWS

if TYPE_CHECKING:
    import pyarrow as pa

Rows = Sequence[Sequence[Any]]

_FIRST = 256  # rows: how wide they are is not known before
_GROWTH = 8  # times as many at most, from one batch to the next


def in_batches(fetch: Callable[[int], Rows], build: Callable[[Rows], pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield batches until `fetch(count)` returns no more rows, each of about as many as fit into BATCH_BYTES."""
    count = _FIRST
    while rows := fetch(count):
        batch = build(rows)
        yield batch
        fitting = BATCH_BYTES * len(rows) // max(batch.nbytes, 1)
        count = max(1, min(BATCH_ROWS, fitting, len(rows) * _GROWTH))
