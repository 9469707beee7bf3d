"""A piece of delimited text, streamed with the dialect that a sample showed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from ..classifiers.delimited.blocks import Block, Judge, by_row, divide, line_start, lines_in, summarise, text_of
from ..classifiers.delimited.dialect import late_quote, numbered_rows
from ..classifiers.delimited.region import MAX_TRAILER, trailer
from ..classifiers.inference.continued import changed
from ..classifiers.inference.summary import Member, TypeSummary, Witness, merge, struct_of
from ..classifiers.sample import Dialect
from .pieces import SEEN, Blocks, Odd, Piece, Streamed

MAX_RECORD = 1 << 20  # bytes of a record with line breaks in it: a quote that spans more was never closed
_BOM = b"\xef\xbb\xbf"
_TAIL = 4 * MAX_TRAILER  # lines of the end, that are looked at for totals and notes
_HEADS = (1 << 12, 1 << 16, 1 << 22)  # bytes in which the first two records are looked for
_ESCAPED = b'\\"'

SizeOf = Callable[[bytes], int]


def stream(piece: Piece, source: BinaryIO, size_of: SizeOf = len) -> Streamed:
    """Read a piece from a stream that stands at its start; `size_of` says how long a text was before it was recoded."""
    assert piece.form.dialect is not None
    names = [name for name, _ in sorted(piece.schema.members.items(), key=lambda item: item[1].place)]
    reading = _Reading(piece, piece.form.dialect, size_of, piece.start, [TypeSummary() for _ in names])
    blocks = Blocks(source, piece.start, piece.end, reading.dialect.quote.encode(), piece.block)
    if not piece.exact:
        reading.start = reading.byte = blocks.skip_line()
    while data := blocks.next():
        rest = reading.take(data, last=blocks.ended)
        if reading.refuted.count:
            break
        if rest:
            blocks.give_back(rest)
    members = {name: Member(piece.schema.members[name].place, column) for name, column in zip(names, reading.columns, strict=True)}
    return Streamed(
        struct_of(members, reading.records),
        reading.records,
        reading.start,
        reading.byte,
        reading.lines,
        ragged=reading.ragged,
        unclosed=reading.unclosed,
        dialect=reading.dialect,
        refuted=reading.refuted,
    )


@dataclass(slots=True)
class _Reading:
    """What has been read of a piece."""

    piece: Piece
    dialect: Dialect
    size_of: SizeOf
    byte: int
    columns: list[TypeSummary]
    start: int = 0
    records: int = 0
    lines: int = 0
    ragged: Odd = Odd()
    unclosed: Odd = Odd()
    refuted: Odd = Odd()
    judge: Judge = field(init=False)
    quoted: bool = field(init=False)

    def __post_init__(self) -> None:
        self.judge = Judge(self.piece.key, self.dialect.encoding, self.piece.spaces_are_text)
        self.start = self.byte
        self.quoted = self.piece.quoted

    def take(self, data: bytes, *, last: bool) -> bytes:
        """Take a block, and return the end of it that must be seen together with what follows."""
        if not self.byte:
            self.quoted = self.quoted and b'"' not in data[:SEEN]  # what the sample held, it has judged
            data = self._without_beginning(data)
        self._look_for_late(data)
        if self.refuted.count:
            return b""
        tail = _tail(data, self.dialect) if last and not self.piece.as_glue else b""
        rest = self._add(data[: len(data) - len(tail)], final=last and not tail)
        if rest or not tail:
            return rest + tail
        return self._add_tail(tail)

    def _passed(self, data: bytes) -> None:
        self.byte += self.size_of(data)
        self.lines += lines_in(data)

    def _without_beginning(self, data: bytes) -> bytes:
        """Return an object's first block without byte order mark, skipped lines and header."""
        if data.startswith(_BOM):
            self.byte += len(_BOM)
            data = data[len(_BOM) :]
        cut = line_start(data, self.dialect.skipped_lines)
        if self.dialect.header:
            cut += _header_end(data[cut:], self.dialect)
        self._passed(data[:cut])
        return data[cut:]

    def _add(self, data: bytes, *, final: bool) -> bytes:
        if not data:
            return b""
        block = divide(data, self.dialect, len(self.columns))
        if block.open_at < 0:
            self._count(block, data)
            return b""
        rest = data[block.open_at :]
        self._count(block, data[: block.open_at])
        if not final and len(rest) <= MAX_RECORD:
            return rest
        end = line_start(rest, 1)
        self.unclosed += Odd(1, self.lines + 1, self.byte)
        self._count(by_row(rest[:end], replace(self.dialect, quote="", escape="")), rest[:end])
        return rest[end:]

    def _add_tail(self, tail: bytes) -> bytes:
        """Take the object's last lines, without totals and notes."""
        block = by_row(tail, self.dialect)
        if block.open_at >= 0:
            return self._add(tail, final=True)
        above = [[*self.piece.schema.members]] if self.dialect.header and not self.records else []
        below = trailer([*above, *block.rows], self.dialect.columns)
        kept = len(block.rows) - below
        if below and block.ends is not None:
            self.dialect = replace(self.dialect, trailing_lines=lines_in(tail.rstrip()) - block.ends[kept - 1])
            block = replace(block, rows=block.rows[:kept], numbers=range(kept), records=kept)
        self._count(block, tail)
        return b""

    def _count(self, block: Block, data: bytes) -> None:
        base = self.lines + 1  # numbers of records are no larger than those of their lines: what came before stays first

        def placed(seen: Witness) -> Witness:
            if seen.byte >= 0 or not seen.line:
                return seen
            line, byte = block.place(seen.line - base)
            return seen._replace(line=self.lines + line, byte=self.byte + self.size_of(block.data[:byte]))

        found = summarise(block, self.columns, base, self.judge)
        self.columns = [changed(merge(before, now), placed) for before, now in zip(self.columns, found, strict=True)]
        ragged = block.ragged(self.dialect.columns)
        if ragged:
            line, byte = block.place(ragged[0][0])
            self.ragged += Odd(len(ragged), self.lines + line, self.byte + self.size_of(block.data[:byte]), str(ragged[0][1]))
        self.records += block.records
        self._passed(data)

    # --- what the sample could not show

    def _look_for_late(self, data: bytes) -> None:
        """See whether the text is written otherwise than the sample: in another encoding, or with quotes or escapes."""
        if self.dialect.encoding == "utf-8" and not data.isascii():
            try:
                data.decode()
            except UnicodeDecodeError as error:
                self._refute(data, error.start, replace(self.dialect, encoding="cp1252"), "is no UTF-8: the text is read as Windows-1252")
                return
        if self.piece.given:
            return
        late = data.find(b'"') if self.quoted and not self.dialect.quote else -1
        if late >= 0 and (
            self.piece.as_glue or late_quote(text_of(data[max(0, late - 2) :][: 1 << 16], self.dialect.encoding), self.dialect.delimiter)
        ):
            escape = "\\" if _ESCAPED in data and not self.piece.as_glue else ""
            self._refute(data, late, replace(self.dialect, quote='"', escape=escape), "is the first quote: cells are quoted")
        elif self.dialect.quote == '"' and not self.dialect.escape and not self.piece.as_glue and b"\\" in data and _ESCAPED in data:
            late = data.find(_ESCAPED)
            self._refute(data, late, replace(self.dialect, escape="\\"), "is a quote behind a backslash: backslashes escape")

    def _refute(self, data: bytes, at: int, dialect: Dialect, what: str) -> None:
        self.dialect = dialect
        self.refuted = Odd(1, self.lines + data.count(b"\n", 0, at) + 1, self.byte + self.size_of(data[:at]), what)


def _header_end(data: bytes, dialect: Dialect) -> int:
    """Return where the first record ends."""
    for size in _HEADS:
        head = data[:size]
        ends, rows = numbered_rows(text_of(head, dialect.encoding), replace(dialect, skipped_lines=0))
        if len(rows) > 1 or len(head) == len(data):
            return line_start(data, ends[0]) if rows else len(head)
    return line_start(data, 1)


def _tail(data: bytes, dialect: Dialect) -> bytes:
    """Return an object's last lines, unless they seem to begin within quotes."""
    at = len(data.rstrip())
    for _ in range(_TAIL):
        at = data.rfind(b"\n", 0, max(at, 0))
        if at < 0:
            return data
    tail = data[at + 1 :]
    return b"" if dialect.quote and tail.count(dialect.quote.encode()) % 2 else tail
