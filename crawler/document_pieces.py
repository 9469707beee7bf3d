"""A piece of JSON or XML, streamed: what its rows are."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from ..classifiers.custom import jsonpath
from ..classifiers.custom.json import PARAMETER as JSON_PATH
from ..classifiers.delimited.blocks import line_start, lines_in
from ..classifiers.documents.elements import Elements, NotXml, Recoder, encoding_of, record_of
from ..classifiers.documents.json import ARRAY_COLUMN
from ..classifiers.documents.json_documents import decode_at, exact, lines_of, skip_spaces, tolerant_lines, why
from ..classifiers.documents.json_summary import InexactError, summarise
from ..classifiers.documents.xml import ROW_TAG, summarise_rows
from ..classifiers.inference.continued import changed, continued
from ..classifiers.inference.summary import EMPTY, Member, Place, TypeSummary, Witness, struct_of
from ..errors import Unreadable
from .delimited_pieces import SizeOf
from .pieces import Blocks, Odd, Piece, Streamed

MAX_DOCUMENT = 64 << 20  # characters; a longer one would not fit in bounded memory
_ROWS = 8192  # of XML, that are summarised at once


def stream_json(piece: Piece, source: BinaryIO, size_of: SizeOf = len) -> Streamed:
    """Read a piece of JSON from a stream that stands at its start."""
    reading = _Reading(piece, size_of, piece.start, start=piece.start)
    if piece.form.layout == "lines" and JSON_PATH not in dict(piece.form.options):
        blocks = Blocks(source, piece.start, piece.end, size=piece.block)
        if not piece.exact:
            reading.start = reading.byte = blocks.skip_line()
        while data := blocks.next():
            reading.take_lines(data)
    else:
        reading.take_documents(source)
    return reading.streamed()


def stream_xml(piece: Piece, source: BinaryIO) -> Streamed:
    """Read the rows of an XML document from a stream that stands at its start. Their bytes are not told: the parser does not say them."""
    data = source.read(piece.block)
    recoder, parser = Recoder(encoding_of(data)), Elements(dict(piece.form.options)[ROW_TAG])
    schema, records, bad = EMPTY, 0, Odd()
    while not bad.count:
        try:
            parser.feed(recoder.recode(data, final=not data), final=not data)
        except NotXml as wrong:
            bad = Odd(1, wrong.line, -1, wrong.reason)
        found = parser.taken()
        for start in range(0, len(found), _ROWS):
            rows = found[start : start + _ROWS]
            piece_of = summarise_rows([record_of(row.element) for row in rows], piece.key, [row.line for row in rows])
            schema = continued(schema, piece_of)
        records += len(found)
        if not data:
            break
        data = source.read(piece.block)
    return Streamed(schema, records, bad=bad)


@dataclass(slots=True)
class _Reading:
    """What has been read of a piece of JSON."""

    piece: Piece
    size_of: SizeOf
    byte: int
    start: int = 0
    lines: int = 0
    records: int = 0
    schema: TypeSummary = EMPTY
    bad: Odd = Odd()

    def streamed(self) -> Streamed:
        return Streamed(self.schema, self.records, self.start, self.byte, self.lines, bad=self.bad)

    # --- one document a line

    def take_lines(self, data: bytes) -> None:
        """Take some whole lines."""
        import orjson

        found = lines_of(data, orjson.loads) or tolerant_lines(data.decode(errors="replace"))
        count, line, reason = found.bad
        if count:
            self.bad += Odd(count, self.lines + line, self.byte + line_start(data, line - 1), reason)
        try:
            self._add(found.values, found.lines, data)
        except InexactError:
            again = lines_of(data, lambda line: exact(line.decode())) or found
            self._add(again.values, again.lines, data)
        self.byte += self.size_of(data)
        self.lines += lines_in(data)

    def _add(self, values: Sequence[Any], lines: Sequence[int], data: bytes) -> None:
        """Summarise documents that begin on some lines of a text."""
        starts: dict[int, int] = {}  # of lines: the first values of many keys are on few of them

        def placed(seen: Witness) -> Witness:
            if seen.byte >= 0 or not seen.line:
                return seen
            if seen.line not in starts:
                starts[seen.line] = self.byte + self.size_of(data[: line_start(data, seen.line - self.lines - 1)])
            return seen._replace(byte=starts[seen.line])

        rows, places = self._rows(values, [self.lines + line for line in lines])
        if rows:
            self.schema = changed(continued(self.schema, summarise(rows, self.piece.key, places, 0)), placed)
        self.records += len(rows)

    def _rows(self, values: Sequence[Any], lines: Sequence[int]) -> tuple[list[dict[str, Any]], list[int]]:
        """Return the documents that are rows; the others are told."""
        path = dict(self.piece.form.options).get(JSON_PATH, "")
        arrays = list(self.piece.schema.members) == [ARRAY_COLUMN]
        rows: list[dict[str, Any]] = []
        places: list[int] = []
        for value, line in zip(values, lines, strict=True):
            found: list[dict[str, Any]] = []
            if path:
                found = [jsonpath.as_row(one) for one in jsonpath.select(value, jsonpath.parse(path))]
            elif isinstance(value, dict):
                found = [cast("dict[str, Any]", value)]
            elif isinstance(value, list) and arrays:
                found = [{ARRAY_COLUMN: value}]
            else:
                self.bad += Odd(1, line, -1, "is no object")
            rows += found
            places += [line] * len(found)
        return rows, places

    # --- documents of several lines, or the elements of an array

    def take_documents(self, source: BinaryIO) -> None:
        """Take the whole of a stream. Raises Unreadable for a document past the limit."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        text = ""
        array = self.piece.form.layout == "array" and JSON_PATH not in dict(self.piece.form.options)
        state = "before" if array else "documents"
        data = source.read(self.piece.block)
        while data or text:
            text += decoder.decode(data, final=not data)
            values, lines, at, state, error = _documents(text, state, final=not data)
            done = text[:at].encode()
            self._add_elements(values, lines, done)
            self.byte += self.size_of(done)
            self.lines += done.count(b"\n")
            text = text[at:]
            if error:
                self.bad += Odd(1, self.lines + 1, self.byte, f"{error}: what follows is not read")
            if error or not data:
                break
            if len(text) > MAX_DOCUMENT:
                raise Unreadable(f"a document is longer than {MAX_DOCUMENT >> 20} MB, at byte {self.byte}")
            data = source.read(max(self.piece.block, len(text)))  # what grows twofold is parsed again but a few times

    def _add_elements(self, values: list[Any], lines: list[int], done: bytes) -> None:
        member = self.piece.schema.members.get(ARRAY_COLUMN)
        whole = self.piece.form.layout == "array" and member is not None and len(self.piece.schema.members) == 1 and member.type.arrays
        if not whole:
            self._add(values, lines, done)
            return
        before = self.schema.members.get(ARRAY_COLUMN)
        element = (before.type.element if before else None) or EMPTY
        if values:
            element = continued(element, summarise(values, self.piece.key, [self.lines + line for line in lines], 1))
        self.schema = struct_of({ARRAY_COLUMN: Member(Place(self.piece.key, 0), TypeSummary(arrays=1, element=element))}, 1)
        self.records = 1


def _documents(text: str, state: str, *, final: bool) -> tuple[list[Any], list[int], int, str, str]:
    """Return the documents of a text, their lines, where what is left begins, the state there, and what stopped the reading.

    States: `documents` follow one another; of an array: `before` it, at an `element`, `behind` one, and `after` the array.
    """
    values: list[Any] = []
    lines: list[int] = []
    at, line, counted = 0, 1, 0
    while (at := skip_spaces(text, at)) < len(text):
        mark = text[at]
        if state == "after":
            return values, lines, at, state, "text stands after the array"
        if (state == "before" and mark == "[") or (state == "behind" and mark == ","):
            state, at = "element", at + 1
            continue
        if state in ("behind", "element") and mark == "]":
            state, at = "after", at + 1
            continue
        if state in ("before", "behind"):
            return values, lines, at, state, "a comma is missing"
        try:
            value, end = decode_at(text, at)
        except (ValueError, RecursionError) as error:
            return values, lines, at, state, why(text, error, line=False) if final else ""
        if end == len(text) and not final and not isinstance(value, (dict, list)):
            break  # it may go on
        line += text.count("\n", counted, at)
        counted = at
        values.append(value)
        lines.append(line)
        at = end
        state = "behind" if state == "element" else state
    return values, lines, at, state, "it ends inside the array" if final and state in ("element", "behind") else ""
