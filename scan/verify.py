"""Reading a table back: verified, or the file, line and value that contradict it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeVar

from ..errors import InvalidInput, ReadError, StorageError
from ..storage.s3 import S3Options
from .failure import Failure, Refuted

if TYPE_CHECKING:
    import pyarrow as pa

    from ..catalog.interface import Catalog
    from ..catalog.model import Table
    from .layout import DataFile
    from .parts import Part, Wish

T = TypeVar("T")

Mode = Literal["full", "sample"]
Status = Literal["verified", "failed", "unreadable"]

OnBatch = Callable[["pa.RecordBatch", "DataFile"], None]

SAMPLE_FILES = 6  # of one table
LOOKED_AT = 5000  # partitions, or files of one, among which a sample is spread


@dataclass(frozen=True, slots=True)
class Verification:
    """What reading a table back found."""

    status: Status  # unreadable: no reader knows the table's SerDe, or its definition makes no sense
    complete: bool  # every row was read
    rows: int
    files: int
    failure: Failure | None = None


def verify_table(
    catalog: Catalog,
    database: str,
    table: str,
    *,
    mode: Mode = "sample",
    max_rows: int = 10_000,
    max_seconds: float = 5.0,
    clock: Callable[[], float] = time.monotonic,
    s3: S3Options | None = None,
    on_batch: OnBatch | None = None,
) -> Verification:
    """Read a table back: every row, or in a sample the first rows of a few files spread over its partitions.

    `max_rows` and `max_seconds` (by `clock`) bound a sample only; `on_batch` sees every batch
    that is read. Raises EntityNotFound.
    """
    from .parts import wish
    from .table import find_table

    options = s3 or S3Options()
    reading = _Reading(clock, clock() + max_seconds if mode == "sample" else None, on_batch)
    try:
        found = find_table(catalog, f"{database}.{table}")
        wanted = wish(found, None, "raise")
        chosen, complete = _everything(catalog, found, wanted, options) if mode == "full" else _sample(catalog, found, wanted, options)
        share = None if mode == "full" else max(1, max_rows // SAMPLE_FILES)
        for file, part in chosen:
            complete = reading.read(file, part, wanted, share) and complete
    except InvalidInput as error:
        return Verification("unreadable", False, reading.rows, reading.files, Failure(str(error)))
    except Refuted as error:
        return Verification("failed", False, reading.rows, reading.files, error.failure)
    except (ReadError, StorageError) as error:
        return Verification("failed", False, reading.rows, reading.files, Failure(str(error), reading.file))
    return Verification("verified", complete, reading.rows, reading.files)


class _Reading:
    """How much has been read, and the file that is being read."""

    def __init__(self, clock: Callable[[], float], deadline: float | None, on_batch: OnBatch | None) -> None:
        self.clock = clock
        self.deadline = deadline
        self.on_batch = on_batch
        self.rows = 0
        self.files = 0
        self.file: str | None = None

    def read(self, file: DataFile, part: Part, wanted: Wish, max_rows: int | None) -> bool:
        """Read a file's rows, as far as is allowed; say whether that was all of them."""
        from .table import read_file

        if self._late():
            return False
        self.file = file.url
        self.files += 1
        rows = 0
        with closing(read_file(file, part, wanted)) as batches:
            for batch in batches:
                rows += batch.num_rows
                self.rows += batch.num_rows
                if self.on_batch:
                    self.on_batch(batch, file)
                if (max_rows is not None and rows >= max_rows) or self._late():
                    return next(batches, None) is None
        return True

    def _late(self) -> bool:
        return self.deadline is not None and self.clock() >= self.deadline


Chosen = tuple[Iterable[tuple["DataFile", "Part"]], bool]  # what to read, and whether that is all there is


def _everything(catalog: Catalog, table: Table, wanted: Wish, s3: S3Options) -> Chosen:
    from .files import data_files
    from .parts import parts

    return ((file, part) for part in parts(catalog, table, wanted) for file in data_files(part.location, part.layout, s3)), True


def _sample(catalog: Catalog, table: Table, wanted: Wish, s3: S3Options) -> Chosen:
    from .files import data_files
    from .parts import parts

    some, complete = spread(parts(catalog, table, wanted), SAMPLE_FILES)
    chosen: list[tuple[DataFile, Part]] = []
    for part in some:
        files, all_files = spread(data_files(part.location, part.layout, s3), SAMPLE_FILES // len(some))
        complete = complete and all_files
        chosen.extend((file, part) for file in files)
    return chosen, complete


def spread(items: Iterator[T], count: int) -> tuple[list[T], bool]:
    """Return `count` items spread evenly over the first thousands, ends included, and whether those are all."""
    seen = list(islice(items, LOOKED_AT))
    if len(seen) <= count:
        return seen, True
    if count == 1:
        return seen[:1], False
    return [seen[position * (len(seen) - 1) // (count - 1)] for position in range(count)], False
