"""Excel workbooks (.xlsx, .xlsm) as sheets of typed cells: ZIP and XML of the standard library, row by row.

Other readers lay a sheet out as a rectangle: one cell at the far corner of an otherwise small sheet
takes them hundreds of gigabytes. Here memory holds one row, and the texts that cells share.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import BinaryIO
from xml.etree.ElementTree import Element

from ..documents.elements import PIECE, Elements, NotXml, Recoder, encoding_of

MAX_TEXTS = 64 << 20  # bytes of the texts that cells share, unpacked
MAX_PART = 8 << 20  # of the small parts: the list of sheets, the styles
MAX_SAMPLE = 64 << 20  # of all sheets, where a workbook is only looked at
_BOMB = 200, 16 << 20  # a part that unpacks to so many times its size, and is larger than this
MAX_COLUMNS = 16_384  # Excel's own
MAX_MEMBERS = 20_000

Cell = None | str | bool | int | float | date | datetime
Row = list[Cell]

_WORKBOOK = "xl/workbook.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WRONG = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, ValueError, OverflowError)


class NoWorkbook(ValueError):
    """The bytes are no workbook that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet by its name, and the part of the package that holds it."""

    name: str
    part: str
    hidden: bool


class Workbook:
    """An open workbook. Raises NoWorkbook, also while rows are read; a `sample` ends at a limit instead."""

    def __init__(self, stream: BinaryIO, *, sample: bool = False) -> None:
        self.sample = sample
        self.cut = False
        self._left = MAX_SAMPLE
        self._texts: list[str] = []
        try:
            self._package = zipfile.ZipFile(stream)
            names = self._package.namelist()
            if len(names) > MAX_MEMBERS:
                raise NoWorkbook(f"the package has more than {MAX_MEMBERS} parts")
            self._parts = {name.replace("\\", "/").lstrip("/").lower(): name for name in names}
            if _WORKBOOK not in self._parts:
                raise NoWorkbook("it is no workbook: the package has no xl/workbook.xml")
            self.sheets = self._sheets()
            self._dates = self._date_styles()
            self._more_texts = self._elements("xl/sharedstrings.xml", "si", MAX_TEXTS)
        except _WRONG as error:
            raise _told(error) from error

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, Row]]:
        """Yield the rows that hold cells, with their 1-based numbers."""
        number = 0
        try:
            for element in self._elements(sheet.part, "row", 0):
                number = int(element.get("r", number + 1))
                if cells := self._cells(element):
                    yield number, cells
        except _WRONG as error:
            raise _told(error) from error

    # --- the package

    def _sheets(self) -> tuple[Sheet, ...]:
        workbook = self._document(_WORKBOOK)
        targets = {
            relation.get("Id"): posixpath.normpath(posixpath.join("xl", relation.get("Target", ""))).lstrip("/")
            for relation in self._document("xl/_rels/workbook.xml.rels")
            if relation.get("Type", "").endswith("/worksheet")
        }
        properties = next(_children(workbook, "workbookPr"), None)
        since_1904 = properties is not None and properties.get("date1904", "") in ("1", "true")
        self._epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
        listed = [sheet for sheets in _children(workbook, "sheets") for sheet in sheets]
        found = [(sheet, targets.get(_relation(sheet), "").lower()) for sheet in listed]
        return tuple(
            Sheet(sheet.get("name", ""), part, sheet.get("state", "visible") != "visible") for sheet, part in found if part in self._parts
        )

    def _document(self, part: str) -> Element:
        return next(self._elements(part, "", MAX_PART))

    def _elements(self, part: str, tag: str, limit: int) -> Iterator[Element]:
        """Yield a part's elements of a name as it is unpacked; none where there is no such part. No limit (0) is a sheet's."""
        if part not in self._parts:
            return
        packed = self._package.getinfo(self._parts[part])
        if packed.file_size > max(_BOMB[1], _BOMB[0] * packed.compress_size) or packed.file_size > (limit or packed.file_size):
            raise NoWorkbook(f"{part} unpacks to {packed.file_size >> 20} MB, more than is read")
        parser = Elements(tag)
        with self._package.open(packed) as stream:
            data = stream.read(PIECE)
            recoder = Recoder(encoding_of(data))
            while True:
                parser.feed(recoder.recode(data, final=not data), final=not data)
                yield from (found.element for found in parser.taken())
                if not data:
                    return
                data = stream.read(PIECE)
                self._left -= 0 if limit else len(data)
                if self.sample and self._left < 0:
                    self.cut = True
                    return

    def _date_styles(self) -> Sequence[str]:
        """Return for each cell style what its numbers are: date, timestamp, time or nothing of these."""
        if "xl/styles.xml" not in self._parts:
            return ()
        styles = self._document("xl/styles.xml")
        codes = {_number(form.get("numFmtId")): form.get("formatCode", "") for forms in _children(styles, "numFmts") for form in forms}
        return [
            _BUILT_IN_DATES.get(code, "") if (code := _number(style.get("numFmtId"))) not in codes else _moment_of(codes[code])
            for formats in _children(styles, "cellXfs")
            for style in formats
        ]

    def _shared(self, place: int) -> str:
        while place >= len(self._texts) and (element := next(self._more_texts, None)) is not None:
            self._texts.append(_text(element))
        return self._texts[place] if 0 <= place < len(self._texts) else ""

    # --- cells

    def _cells(self, row: Element) -> Row:
        cells: Row = []
        for cell in row:
            reference = _REFERENCE.fullmatch(cell.get("r", ""))
            place = _column(reference.group(1)) if reference else len(cells)
            value = self._cell(cell) if place < MAX_COLUMNS else None
            if value is None:
                continue
            cells.extend([None] * (place + 1 - len(cells)))
            cells[place] = value
        return cells

    def _cell(self, cell: Element) -> Cell:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return next((_text(inline) for inline in _children(cell, "is")), None) or None
        text = next((value.text for value in _children(cell, "v")), None)
        if not text or kind == "e":  # an error such as #N/A is no value
            return None
        if kind == "s":
            return self._shared(int(text)) or None
        if kind == "str":
            return _unescaped(text)
        if kind == "b":
            return text.strip() == "1"
        if kind == "d":
            return _iso(text)
        style = _number(cell.get("s"))
        return self._numeric(text, self._dates[style] if 0 <= style < len(self._dates) else "")

    def _numeric(self, text: str, moment: str) -> Cell:
        if not moment:
            return int(text) if text.lstrip("-").isdigit() and len(text) < 19 else float(text)
        serial = float(text)
        try:
            # Day 60 of 1900 never was; Excel keeps it for the sake of a program before it, and counts the days before by one more.
            days = serial + 1 if self._epoch.year == 1899 and 1 <= serial < 60 else serial
            found = self._epoch + timedelta(milliseconds=round(days * 86_400_000))
        except OverflowError:
            return serial
        if moment == "time" and serial < 1:
            return found.time().isoformat()
        return found.date() if moment == "date" and serial == int(serial) else found


def _told(error: Exception) -> NoWorkbook:
    if isinstance(error, NoWorkbook):
        return error
    if isinstance(error, NotXml):
        return NoWorkbook(f"a part of the package is broken: {error}")
    return NoWorkbook(f"the package is broken: {str(error) or type(error).__name__}")


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if child.tag == name or child.tag.endswith(f":{name}"))


def _relation(sheet: Element) -> str:
    return next((value for name, value in sheet.attrib.items() if name.endswith(":id")), "")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else 0


def _text(element: Element) -> str:
    """Return the text of a string item: its own, or that of its runs, without the reading aid of Asian ones."""
    texts: list[str] = []
    for child in element:
        name = child.tag.rpartition(":")[2]
        if name == "t":
            texts.append(child.text or "")
        elif name == "r":
            texts += [run.text or "" for run in _children(child, "t")]
    return _unescaped("".join(texts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def _iso(text: str) -> Cell:
    try:
        return datetime.fromisoformat(text.removesuffix("Z")) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return text


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


# The formats that are known by number only: dates, times of day, both, and those of Asian calendars.
_BUILT_IN_DATES = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), "date"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47), "time"),
    22: "timestamp",
}
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general', re.IGNORECASE)


@lru_cache(maxsize=1000)
def _moment_of(code: str) -> str:
    """Say whether a number format shows a date, a time of day or both; durations are numbers."""
    letters = _NOT_FORMAT.sub("", code.partition(";")[0]).lower()
    if "[" in letters or (any(sign in letters for sign in "0#?") and not re.search(r"s\.0+", letters)):
        return ""
    day = "y" in letters or "d" in letters or ("m" in letters and "h" not in letters and "s" not in letters)
    clock = "h" in letters or "s" in letters
    return {(True, True): "timestamp", (True, False): "date", (False, True): "time"}.get((day, clock), "")
