"""Text files as a stream of UTF-8 lines: decompressed, recoded, without BOM, header and footer."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from ..errors import InvalidInput, Unreadable
from ..storage.compression import detect_codec, open_decompressed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

from .layout import DataFile, Layout

Stream: TypeAlias = "io.BufferedReader[Any]"
Line: TypeAlias = tuple[int, str]  # its 1-based number, and its text with its end

MAX_LINE = 64 << 20  # characters; a longer line would not fit in bounded memory
CHUNK = 1 << 20
_HEAD = 1 << 12
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(slots=True)
class Body:
    """The rows of a text file: UTF-8 bytes, and how many lines stood before them."""

    stream: Stream
    lines_before: int

    def lines(self, comment: str = "") -> Iterator[Line]:
        """Yield the lines that remain, comments left out. Raises Unreadable for a line past the limit."""
        text = io.TextIOWrapper(self.stream, encoding="utf-8", errors="replace", newline="")
        number = self.lines_before
        while line := text.readline(MAX_LINE):
            number += 1
            if len(line) == MAX_LINE:
                raise Unreadable(f"line {number} is longer than {MAX_LINE >> 20} MB")
            if not comment or not line.startswith(comment):
                yield number, line


def decompressed(file: DataFile) -> BinaryIO:
    """Open a file as it was before compression, whatever its name says."""
    raw = file.open()
    codec = detect_codec(raw.read(_HEAD))
    raw.seek(0)
    return open_decompressed(raw, codec)


def open_body(file: DataFile, layout: Layout, quote: str = "") -> Body:
    """Open a text file at its first row; a header row may span lines inside `quote`s."""
    stream: Stream = io.BufferedReader(Pulled(decompressed(file)), CHUNK)
    stream = _as_utf8(stream, layout.parameters.get("serialization.encoding", ""))
    footer = layout.count("skip.footer.line.count")
    if footer:
        stream = io.BufferedReader(_WithoutFooter(stream, footer), CHUNK)
    lines = sum(_skip_record(stream, quote.encode()) for _ in range(layout.count("skip.header.line.count")))
    return Body(stream, lines)


def _as_utf8(stream: Stream, encoding: str) -> Stream:
    head = stream.peek(4)[:4]
    encoding = "utf-16-be" if encoding.lower() in ("utf-16", "utf16", "utf_16") else encoding  # without a BOM, as Java reads it
    for bom, found in _BOMS:
        if head.startswith(bom):
            if found == "utf-8":
                stream.read(len(bom))
            encoding = found
    try:
        name = codecs.lookup(encoding or "utf-8").name
    except LookupError:
        raise InvalidInput(f"The table's serialization.encoding {encoding!r} is not a known encoding.") from None
    return stream if name in ("utf-8", "ascii") else io.BufferedReader(_Recoded(stream, name), CHUNK)


def _skip_record(stream: Stream, quote: bytes) -> int:
    record, lines = _take_line(stream), 1
    while quote and record.count(quote) % 2 and len(record) < MAX_LINE:
        more = _take_line(stream)
        if not more:
            break
        record, lines = record + more, lines + 1
    return lines if record else 0


def _take_line(stream: Stream) -> bytes:
    """Take one line, whichever of CR, LF or CRLF ends it, and leave the stream just behind it."""
    line = b""
    while ahead := stream.peek():
        end = _LINE_END.search(ahead)
        if end is None:
            line += stream.read(len(ahead))
            continue
        line += stream.read(end.end())
        if line.endswith(b"\r") and stream.peek(1)[:1] == b"\n":
            line += stream.read(1)
        return line
    return line


class Pulled(io.RawIOBase):
    """Any object with `read` as a raw stream; subclasses change the bytes on their way."""

    def __init__(self, source: BinaryIO | Stream) -> None:
        self.source = source
        self.rest = b""

    def readable(self) -> bool:
        """Say yes."""
        return True

    def pull(self) -> bytes:
        """Return the next bytes, none at the end."""
        return self.source.read(CHUNK)

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a buffer as far as the bytes at hand go; 0 at the end."""
        view = memoryview(buffer).cast("B")
        if not self.rest:
            self.rest = self.pull()
        size = min(len(view), len(self.rest))
        view[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size

    def close(self) -> None:
        """Close the source too."""
        self.source.close()
        super().close()


class _Recoded(Pulled):
    """A stream in another encoding, as UTF-8; bytes that mean nothing become U+FFFD, as in Hive."""

    def __init__(self, source: Stream, encoding: str) -> None:
        super().__init__(source)
        self.decoder = codecs.getincrementaldecoder(encoding)("replace")

    def pull(self) -> bytes:
        """Return the next bytes, none at the end."""
        while chunk := self.source.read(CHUNK):
            if text := self.decoder.decode(chunk):
                return text.encode("utf-8", "replace")
        text = self.decoder.decode(b"", True)
        self.decoder.reset()
        return text.encode("utf-8", "replace")


class _WithoutFooter(Pulled):
    """A stream without its last lines."""

    def __init__(self, source: Stream, footer: int) -> None:
        super().__init__(source)
        self.footer = footer
        self.held = b""

    def pull(self) -> bytes:
        """Return the next bytes, none at the end."""
        while chunk := self.source.read(CHUNK):
            self.held += chunk
            ends = self.held.rsplit(b"\n", self.footer + 1)  # the last piece may lack its end
            if len(ends) > self.footer + 1 and ends[0]:
                self.held = self.held[len(ends[0]) :]
                return ends[0]
        kept = self.held.removesuffix(b"\n").rsplit(b"\n", self.footer)
        self.held = b""
        return kept[0] if len(kept) > self.footer else b""
