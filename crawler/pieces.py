"""A piece of an object: what is to be read of it, what it holds, and its blocks of whole lines.

A long file of lines is divided into pieces at bytes, so that several processes can read it. Nobody can tell
from the middle of a file whether a line is within a quoted cell: a piece begins at the first line behind its
start, and says where it began and where it stopped. Whoever joins the pieces sees whether one begins where
the other stopped, and has it read again where it does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import BinaryIO

from ..classifiers.inference.summary import EMPTY, TypeSummary
from ..classifiers.sample import Dialect, Format
from ..errors import Unreadable

BLOCK = 4 << 20  # bytes that are summarised at once
MAX_LINE = 64 << 20  # a longer one would not fit in bounded memory
_FORWARD = 64 << 10  # bytes that are read at once behind a piece's end, for the end of its last record
SEEN = 1 << 14  # bytes that every sample holds
_LINES_BACK = 100  # that a block is shortened by where it seems to end within quotes


@dataclass(frozen=True, slots=True)
class Piece:
    """What is to be read of an object; bytes are those of its decompressed text."""

    key: str
    form: Format
    schema: TypeSummary  # as the sample showed it
    start: int = 0
    end: int = -1  # records that begin before it are read; -1: all
    exact: bool = True  # a record begins at `start`; else behind the end of the line that holds the byte before it
    as_glue: bool = False
    given: bool = False  # a custom classifier or a pin says how the text is written
    quoted: bool = True  # there may be quotes of which the sample knew nothing
    spaces_are_text: bool = False
    block: int = BLOCK


@dataclass(frozen=True, slots=True)
class Odd:
    """Records of one oddity: how many, and the first one's place and what is odd about it."""

    count: int = 0
    line: int = 0
    byte: int = -1
    what: str = ""

    def __add__(self, other: Odd) -> Odd:
        """Return both together; `self` stands first."""
        return replace(self, count=self.count + other.count) if self.count else other

    def behind(self, lines: int) -> Odd:
        """Return the oddity of a piece before which there are some lines."""
        return replace(self, line=self.line + lines) if self.count else self


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a piece holds; its lines are counted from its own beginning."""

    schema: TypeSummary = EMPTY
    records: int = 0
    start: int = 0  # where its first record begins
    stop: int = 0  # where the next piece's does
    lines: int = 0
    ragged: Odd = Odd()  # records of another width
    unclosed: Odd = Odd()  # quotes
    bad: Odd = Odd()  # records that cannot be read
    dialect: Dialect | None = None  # how the text is written after all
    refuted: Odd = Odd()  # what shows that: the object must be read again
    problem: str = ""  # why it could not be read


@dataclass(slots=True)
class Blocks:
    """A stream as blocks of whole lines, which end outside of quotes as far as their number tells."""

    stream: BinaryIO
    at: int  # where the next block begins
    end: int = -1
    quote: bytes = b""
    size: int = BLOCK
    ended: bool = False  # the stream has
    _left: bytes = b""
    _least: int = 0  # the next block is longer than that

    def next(self) -> bytes:
        """Return the next block, b"" at the end. Raises Unreadable for a line past the limit."""
        if self.end >= 0 and self.at >= self.end:
            return b""
        data = self._left
        while True:
            wanted = self.size if self.end < 0 else min(self.size, self.end - self.at - len(data))
            data += self._read(max(wanted, min(_FORWARD, self.size) if data else 1))
            if self.ended:
                cut = len(data)
            elif 0 <= self.end <= self.at + len(data):
                cut = self._cut_forward(data)
            else:
                cut = self._cut_back(data)
            if cut > self._least or self.ended:
                break
            if len(data) > MAX_LINE:
                raise Unreadable(f"a line is longer than {MAX_LINE >> 20} MB, at byte {self.at}")
        self._left, self._least = data[cut:], 0
        self.at += cut
        return data[:cut]

    def skip_line(self) -> int:
        """Go to the first line that begins at or behind the place where the stream stands; return where that is."""
        self.stream.seek(self.at - 1)
        data = b""
        while b"\n" not in data and not self.ended and len(data) < MAX_LINE:
            data += self._read(_FORWARD)
        end = data.find(b"\n") + 1 or len(data)
        self._left = data[end:]
        self.at += end - 1
        return self.at

    def give_back(self, rest: bytes) -> None:
        """Take back the end of the block that was returned last: the next one begins with it and is longer."""
        self._left = rest + self._left
        self._least = len(rest)
        self.at -= len(rest)

    def _read(self, wanted: int) -> bytes:
        found = b""
        while len(found) < wanted and (more := self.stream.read(wanted - len(found))):
            found += more
        self.ended = len(found) < wanted
        return found

    def _cut_back(self, data: bytes) -> int:
        end = b"\n" if b"\n" in data else b"\r"
        last = cut = data.rfind(end, 0, len(data) - (end == b"\r")) + 1
        if not self.quote or not data.count(self.quote, 0, cut) % 2:
            return cut
        odd = True
        for _ in range(_LINES_BACK):
            before = data.rfind(end, 0, cut - 1) + 1
            odd ^= bool(data.count(self.quote, before, cut) % 2)
            cut = before
            if not odd:
                break
        return cut or last

    def _cut_forward(self, data: bytes) -> int:
        cut = data.find(b"\n", max(0, self.end - 1 - self.at, self._least)) + 1
        quotes = data.count(self.quote, 0, cut) if self.quote else 0
        first = cut
        while cut and quotes % 2:
            after = data.find(b"\n", cut) + 1
            if not after:
                return first
            quotes += data.count(self.quote, cut, after)
            cut = after
        return cut
