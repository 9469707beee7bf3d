"""Excel: the table on a workbook's first sheet that has one, with the types of its cells."""

from __future__ import annotations

import io
import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice

from ..delimited.csv import column_names
from ..delimited.header import HeaderVerdict, judge
from ..inference.summary import EMPTY, Member, Place, TypeSummary, Witness, merge_all, struct_of
from ..inference.values import kind_of
from ..sample import Format, Hint, Match, Rejection, Sample
from .workbook import Cell, NoWorkbook, Row, Sheet, Workbook

MAX_FILE = 32 << 20  # bytes of a workbook that a crawl reads
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of Office before 2007, and of encrypted files since
_ZIP = b"PK\x03\x04"
_LOCAL_NAME = struct.Struct("<26xH2x")
_PACKAGE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"customXml/")
_SAMPLE_ROWS = 1000
_SHEETS = 100
_LOOKED_AT = 200  # rows in which a table must begin
_UNREAD = "its columns are not read: save it as .xlsx"


def may_be_workbook(head: bytes) -> bool:
    """Say whether an object is worth reading whole: Office's packages tell by their first part."""
    if head.startswith(_OLE):
        return True
    if not head.startswith(_ZIP) or len(head) < 30:
        return False
    length: int = _LOCAL_NAME.unpack_from(head)[0]
    return head[30 : 30 + length].startswith(_PACKAGE)


@dataclass(frozen=True, slots=True)
class Excel:
    """Recognise workbooks. It wants the whole file: the package's list of parts stands at its end."""

    name: str = "excel"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise .xlsx with its columns, older and encrypted workbooks without."""
        if not may_be_workbook(sample.head):
            return Rejection("it is no package of Office's")
        if sample.head.startswith(_OLE):
            return _old(sample)
        if not sample.whole:
            return _large(sample)
        try:
            book = Workbook(io.BytesIO(sample.head), sample=True)
        except NoWorkbook as error:
            if b"xl/workbook.bin" in sample.head:
                return _without_columns(sample, f"it is a binary workbook (.xlsb); {_UNREAD}")
            return Rejection(str(error))
        try:
            return _match(sample, table_of(book), book)
        except NoWorkbook as error:
            return _without_columns(sample, str(error))


def _without_columns(sample: Sample, oddity: str) -> Match:
    return Match(Format("excel", sample.codec), EMPTY, evidence={"oddities": [oddity]})


def _old(sample: Sample) -> Match | Rejection:
    """Tell the containers apart by the names of their streams."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in sample.head

    if has("WordDocument") or has("PowerPoint Document"):
        return Rejection("it is a Word or PowerPoint document")
    if has("EncryptedPackage"):
        return _without_columns(sample, "it is encrypted: save it without a password")
    if has("Workbook\0") or has("Book\0"):
        return _without_columns(sample, f"it is a workbook of Excel before 2007 (.xls); {_UNREAD}")
    return Rejection("it is no workbook")


def _large(sample: Sample) -> Match | Rejection:
    if b"xl/" not in sample.head:
        return Rejection("it is no workbook as far as it was read")
    return _without_columns(sample, f"it is larger than {MAX_FILE >> 20} MB, too large for a workbook: save it as CSV")


# --- the table of a workbook ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet's table: where it lies, what its columns are called, and its rows."""

    sheet: str
    names: tuple[str, ...]
    header: HeaderVerdict
    first: int  # place of the first column
    rows: Iterator[tuple[int, Row]]  # the rows of data, with their 1-based numbers
    skipped: int  # rows above the table
    others: tuple[str, ...]  # sheets that hold something too


def table_of(book: Workbook) -> Table | None:
    """Find the first sheet that holds cells, visible ones before hidden; None for an empty workbook. Raises NoWorkbook."""
    sheets = sorted(book.sheets, key=lambda sheet: sheet.hidden)
    for place, sheet in enumerate(sheets):
        rows = book.rows(sheet)
        if start := list(islice(rows, _LOOKED_AT)):
            others = tuple(
                other.name for other in sheets[place + 1 : _SHEETS] if book.sample and not other.hidden and next(book.rows(other), None)
            )
            return _table(sheet, start, rows, others)
    return None


def _table(sheet: Sheet, start: list[tuple[int, Row]], rest: Iterator[tuple[int, Row]], others: tuple[str, ...]) -> Table:
    skipped = _preamble([row for _, row in start])
    body = start[skipped:]
    first = min(_first_cell(row) for _, row in body)
    width = _width([row for _, row in body])
    header = judge([[_shown(cell) for cell in _padded(row, first, width)] for _, row in body[:70]])
    heading = tuple(_shown(cell) for cell in _padded(body[0][1], first, width)) if header.present else ()
    names = column_names(heading, width - first)
    return Table(sheet.name, names, header, first, chain(body[len(heading) > 0 :], rest), skipped, others)


def _preamble(rows: Sequence[Row]) -> int:
    """Return the number of rows above the table: those with far fewer cells than the rows of it have."""
    filled = [sum(cell is not None for cell in row) for row in rows]
    counts = Counter(filled)
    usual = max(counts, key=lambda cells: cells * counts[cells])
    wanted = max(2, usual // 2) if usual > 1 else 1
    return next((place for place, count in enumerate(filled) if count >= wanted), 0)


def _width(rows: Sequence[Row]) -> int:
    """Return where the last column ends: a lone cell to the right of a table is a note."""
    counts = Counter(place for row in rows for place, cell in enumerate(row) if cell is not None)
    lone = 1 if len(rows) > 2 else 0
    return max(len(rows[0]), *(place + 1 for place, count in counts.items() if count > lone), 1)


def _first_cell(row: Row) -> int:
    return next(place for place, cell in enumerate(row) if cell is not None)


def _padded(row: Row, first: int, width: int) -> Row:
    return row[first:width] + [None] * (width - max(first, len(row)))


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def values_of(row: Row, table: Table) -> Row:
    """Return a row's cells in the table's columns."""
    return _padded(row, table.first, table.first + len(table.names))


# --- what its cells are -----------------------------------------------------------------------------

_KINDS: dict[type, str] = {bool: "boolean", int: "bigint", float: "double", str: "string", date: "date", datetime: "timestamp"}


def _match(sample: Sample, table: Table | None, book: Workbook) -> Match:
    if table is None:
        return _without_columns(sample, "no sheet holds anything")
    rows = list(islice(table.rows, _SAMPLE_ROWS))
    more = next(table.rows, None) is not None or book.cut
    columns = zip(*(values_of(row, table) for _, row in rows), strict=True) if rows else [()] * len(table.names)
    numbers = [number for number, _ in rows]
    members = {
        name: Member(Place(sample.key, place), _summarise(values, sample.key, numbers))
        for place, (name, values) in enumerate(zip(table.names, columns, strict=True))
    }
    oddities = [f"sheets {', '.join(table.others)} are not read: the table is on {table.sheet}"] if table.others else []
    return Match(
        Format("excel", sample.codec),
        struct_of(members, len(rows)),
        records=None if more else len(rows),
        record_size=max(1, sample.size // max(1, len(rows))),
        evidence={
            "header": {"present": table.header.present, "score": table.header.score, "reason": table.header.reason},
            "sheet": {"name": table.sheet, "rows_above": table.skipped, "first_column": table.first + 1},
            **({"oddities": oddities} if oddities else {}),
        },
    )


def _summarise(values: Sequence[Cell], origin: str, numbers: Sequence[int]) -> TypeSummary:
    by_kind: dict[tuple[bool, str], list[int]] = {}
    for place, value in enumerate(values):
        if value is not None:
            by_kind.setdefault(_kind(value), []).append(place)
    parts: list[TypeSummary] = [TypeSummary(nulls=sum(value is None for value in values))]
    for (is_token, kind), places in by_kind.items():
        witness = Witness(len(places), origin, numbers[places[0]], _shown(values[places[0]])[:80])
        parts.append(TypeSummary(tokens={kind: witness}) if is_token else TypeSummary(kinds={kind: witness}))
    return merge_all(parts)


def _kind(value: Cell) -> tuple[bool, str]:
    """Return a cell's type; a text is a text, even of digits, but for one of the words that mean null."""
    if isinstance(value, str) and kind_of(value) == "token":
        return True, value.strip()
    return False, _KINDS[type(value)]
