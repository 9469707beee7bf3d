"""Reading a table back: verified, or the file, line and value that contradict it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from ..databases.connections import Sessions
from ..databases.secrets import Aws
from ..errors import InvalidInput, ReadError, StorageError, TimedOut
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

OnBatch = Callable[["pa.RecordBatch", str], None]  # with the URL of the file it is from, or the path of the database's table

SAMPLE_FILES = 6  # of one table
LOOKED_AT = 5000  # partitions, or files of one, among which a sample is spread


@dataclass(frozen=True, slots=True)
class Verification:
    """What reading a table back found."""

    status: Status  # unreadable: no reader knows the table's SerDe, its definition makes no sense, or a view takes too long
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
    sessions: Sessions | None = None,
    on_batch: OnBatch | None = None,
) -> Verification:
    """Read a table back: every row, or in a sample the first rows of a few files spread over its partitions.

    `max_rows` and `max_seconds` (by `clock`) bound a sample only; `sessions` are used for a table in a
    database; `on_batch` sees every batch that is read. Raises EntityNotFound.
    """
    from .parts import wish
    from .relation import is_relation
    from .table import find_table

    options = s3 or S3Options()
    reading = _Reading(clock, clock() + max_seconds if mode == "sample" else None, on_batch)
    try:
        found = find_table(catalog, f"{database}.{table}")
        wanted = wish(found, None, "raise")
        if is_relation(found):
            share = None if mode == "full" else max_rows
            piece = _relation(catalog, sessions, found, wanted, share, max_seconds, options)
            complete = reading.read(piece, share) and (share is None or reading.rows <= share)
        else:
            share = None if mode == "full" else max(1, max_rows // SAMPLE_FILES)
            chosen, complete = _everything(catalog, found, wanted, options) if mode == "full" else _sample(catalog, found, wanted, options)
            for piece in chosen:
                complete = reading.read(piece, share) and complete
    except (InvalidInput, TimedOut) as error:
        return Verification("unreadable", False, reading.rows, reading.files, Failure(str(error)))
    except Refuted as error:
        return Verification("failed", False, reading.rows, reading.files, error.failure)
    except (ReadError, StorageError) as error:
        return Verification("failed", False, reading.rows, reading.files, Failure(str(error), reading.file))
    return Verification("verified", complete, reading.rows, reading.files)


class Piece(NamedTuple):
    """Rows that are read from one place."""

    url: str
    rows: Callable[[], Generator[pa.RecordBatch]]
    is_file: bool = True


class _Reading:
    """How much has been read, and the file that is being read."""

    def __init__(self, clock: Callable[[], float], deadline: float | None, on_batch: OnBatch | None) -> None:
        self.clock = clock
        self.deadline = deadline
        self.on_batch = on_batch
        self.rows = 0
        self.files = 0
        self.file: str | None = None

    def read(self, piece: Piece, max_rows: int | None) -> bool:
        """Read a piece's rows, as far as is allowed; say whether that was all of them."""
        if self._late():
            return False
        self.file = piece.url
        self.files += piece.is_file
        rows = 0
        with closing(piece.rows()) as batches:
            for batch in batches:
                rows += batch.num_rows
                self.rows += batch.num_rows
                if self.on_batch:
                    self.on_batch(batch, piece.url)
                if (max_rows is not None and rows >= max_rows) or self._late():
                    return next(batches, None) is None
        return True

    def _late(self) -> bool:
        return self.deadline is not None and self.clock() >= self.deadline


def _relation(
    catalog: Catalog, sessions: Sessions | None, table: Table, wanted: Wish, max_rows: int | None, max_seconds: float, s3: S3Options
) -> Piece:
    from .relation import relation_rows

    # One row more tells whether these are all. A view may take for ever: the server is asked to give up.
    limit, seconds = (None, None) if max_rows is None else (max_rows + 1, max_seconds)

    def rows() -> Generator[pa.RecordBatch]:
        with nullcontext(sessions) if sessions else Sessions(catalog, Aws(s3.region, s3.profile)) as lent:
            yield from relation_rows(lent, table, wanted, None, limit, seconds)

    return Piece(table.location or table.name, rows, is_file=False)


def _everything(catalog: Catalog, table: Table, wanted: Wish, s3: S3Options) -> tuple[Iterable[Piece], bool]:
    from .files import data_files
    from .parts import parts

    found = ((part, file) for part in parts(catalog, table, wanted) for file in data_files(part.location, part.layout, s3))
    return (_of_file(file, part, wanted) for part, file in found), True


def _sample(catalog: Catalog, table: Table, wanted: Wish, s3: S3Options) -> tuple[list[Piece], bool]:
    """Return what to read, and whether that is all there is."""
    from .files import data_files
    from .parts import parts

    some, complete = spread(parts(catalog, table, wanted), SAMPLE_FILES)
    chosen: list[Piece] = []
    for part in some:
        files, all_files = spread(data_files(part.location, part.layout, s3), SAMPLE_FILES // len(some))
        complete = complete and all_files
        chosen.extend(_of_file(file, part, wanted) for file in files)
    return chosen, complete


def _of_file(file: DataFile, part: Part, wanted: Wish) -> Piece:
    from .table import read_file

    return Piece(file.url, lambda: read_file(file, part, wanted))


def spread(items: Iterator[T], count: int) -> tuple[list[T], bool]:
    """Return `count` items spread evenly over the first thousands, ends included, and whether those are all."""
    seen = list(islice(items, LOOKED_AT))
    if len(seen) <= count:
        return seen, True
    if count == 1:
        return seen[:1], False
    return [seen[position * (len(seen) - 1) // (count - 1)] for position in range(count)], False
