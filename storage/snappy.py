"""Snappy in its three layouts: framed (the standard's), Hadoop's blocks, and a raw block without any mark.

The last two are known only by trial: their first elements must be possible. A raw block has to be in
memory as a whole, so one that declares more than LARGEST bytes is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Layout = Literal["framed", "hadoop", "raw"]

FRAMED = b"\xff\x06\x00\x00sNaPpY"
LARGEST = 256 << 20  # bytes of one block, decompressed
_TRIED = 64  # elements looked at to recognise a block
_COPIES = 8  # back references that must be possible before a block that goes on is believed
_TEXT = bytes({9, 10, 12, 13, 27} | set(range(32, 127)))


class SnappyError(Exception):
    """The bytes are not what their layout demands."""


@dataclass(frozen=True, slots=True)
class _Prefix:
    """What the beginning of a raw block holds."""

    text: bytearray
    declared: int
    copies: int
    used: int  # bytes of the block whose elements were whole


def detect_layout(head: bytes) -> Layout | None:
    """Recognise snappy data by their beginning, which may be all of them."""
    if head.startswith(FRAMED):
        return "framed"
    if len(head) < 4 or _is_text(head[:64]):
        return None
    if _is_hadoop(head):
        return "hadoop"
    return "raw" if _is_block(head) else None


def snappy_head(data: bytes, limit: int) -> bytes:
    """Decompress what a prefix holds, at most `limit` bytes. Raises SnappyError if that is nothing and it is corrupt."""
    decoder = SnappyDecoder(detect_layout(data) or "raw")
    out = bytearray()
    try:
        while len(out) < limit:
            piece = decoder.decompress(b"" if out else data, limit - len(out))
            if not piece:
                break
            out += piece
        if not out:  # what follows a whole block is not worth its price: a cut one is decoded byte by byte
            out += decoder.unfinished(limit)
    except SnappyError:
        if not out:
            raise
    return bytes(out)


class SnappyDecoder:
    """A decompressor with the interface of the standard library's (bz2, lzma)."""

    unused_data = b""

    def __init__(self, layout: Layout) -> None:
        self._take: Callable[[], bytes | None] = {"framed": self._chunk, "hadoop": self._block, "raw": self._whole}[layout]
        self._held = b""
        self._out = b""
        self._left = 0  # of Hadoop's block, decompressed

    @property
    def eof(self) -> bool:
        """True where the data may end."""
        return not (self._held or self._out or self._left)

    @property
    def needs_input(self) -> bool:
        """True where nothing comes without more data."""
        if not self._out:
            self._fill()
        return not self._out

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return what can be had, at most `max_length` bytes. Raises SnappyError."""
        self._held += data
        if not self._out:
            self._fill()
        end = len(self._out) if max_length < 0 else max_length
        piece, self._out = self._out[:end], self._out[end:]
        return piece

    def unfinished(self, limit: int) -> bytes:
        """Return what the block that is not yet complete holds so far."""
        start = {"_chunk": 8, "_block": 4 if self._left else 8, "_whole": 0}[self._take.__name__]
        if self._take.__name__ == "_chunk" and self._held[:1] == b"\x01":
            return self._held[8 : 8 + limit]
        block = self._held[start:]
        return bytes(_prefix(block, limit=limit).text) if block else b""

    def _fill(self) -> None:
        while not self._out:
            block = self._take()
            if block is None:
                return
            self._out = block

    def _chunk(self) -> bytes | None:
        """Take a chunk of the framed layout: type, three bytes of length, then CRC and data."""
        size = int.from_bytes(self._held[1:4], "little")
        if len(self._held) < 4 + size or len(self._held) < 4:
            return None
        chunk, self._held = self._held[: 4 + size], self._held[4 + size :]
        if 2 <= chunk[0] < 0x80:
            raise SnappyError(f"chunk of the reserved type {chunk[0]}")
        return _decompress_framed(FRAMED + chunk) if chunk[0] < 2 else b""

    def _block(self) -> bytes | None:
        """Take one part of Hadoop's blocks: the block's size where it begins, then the part's size and data."""
        start = 0 if self._left else 4
        if len(self._held) < start + 4:
            return None
        left = self._left or int.from_bytes(self._held[:4], "big")
        size = int.from_bytes(self._held[start : start + 4], "big")
        if left == 0:  # an empty block ends some files
            self._held = self._held[4:]
            return b""
        if left > LARGEST or size > LARGEST:
            raise SnappyError(f"a block of {max(left, size)} bytes")
        if len(self._held) < start + 4 + size:
            return None
        text = _decompress_raw(self._held[start + 4 : start + 4 + size])
        if not 0 < len(text) <= left:
            raise SnappyError(f"{len(text)} bytes where {left} were announced")
        self._held, self._left = self._held[start + 4 + size :], left - len(text)
        return text

    def _whole(self) -> bytes | None:
        """Take the one raw block, once it is whole."""
        declared, start = _varint(self._held)
        if declared > LARGEST:
            raise SnappyError(f"one block of {declared} bytes, which cannot be streamed")
        if start == 0 or not self._is_complete(declared):
            return None
        block, self._held = self._held, b""
        return _decompress_raw(block)

    def _is_complete(self, declared: int) -> bool:
        # Elements are cheap to skip, but a try costs less: a block that lacks bytes fails at once.
        if declared > 64 * len(self._held):
            return False
        try:
            return len(_decompress_raw(self._held)) == declared
        except SnappyError:
            return False


def _is_text(head: bytes) -> bool:
    if not head.translate(None, _TEXT):
        return True
    try:
        text = head[:-4].decode() if len(head) > 8 else head.decode()
    except UnicodeDecodeError:
        return False
    return not any(ord(character) < 32 and character not in "\t\n\r\f\x1b" for character in text)


def _is_hadoop(head: bytes) -> bool:
    size, part = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    if not (0 < size <= LARGEST and 0 < part <= LARGEST):
        return False
    try:
        declared, start = _varint(head[8:13])
    except SnappyError:
        return False
    fits = start > 0 and 0 < declared <= size and part <= declared + declared // 6 + 32 and declared <= 64 * part
    return fits and _is_block(head[8 : 8 + part], copies=0)  # three sizes that agree are proof enough


def _is_block(head: bytes, copies: int = _COPIES) -> bool:
    """Tell whether `head` begins, or is, a raw block; at least so many back references must be in one that goes on."""
    try:
        found = _prefix(head, elements=_TRIED)
    except SnappyError:
        return False
    if len(found.text) == found.declared:
        return found.used == len(head) and found.declared > 0
    return len(found.text) < found.declared and found.copies >= copies


def _varint(data: bytes) -> tuple[int, int]:
    """Return a block's declared size and where its elements start; 0 where the data end before."""
    value = 0
    for place, byte in enumerate(data[:5]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, place + 1
    if len(data) >= 5:
        raise SnappyError("a size of more than 32 bits")
    return value, 0


def _prefix(block: bytes, limit: int = LARGEST, elements: int = LARGEST) -> _Prefix:
    """Decompress the elements of a raw block that may be cut anywhere."""
    declared, place = _varint(block)
    text = bytearray()
    copies = 0
    while place and place < len(block) and len(text) < min(limit, declared) and elements:
        kind, length, offset, size = _element(block, place)
        if place + size > len(block):
            break
        place += size
        elements -= 1
        if kind == 0:
            text += block[place : place + length]
            place += length
            continue
        copies += 1
        if not 0 < offset <= len(text):
            raise SnappyError(f"a reference to {offset} bytes back, of {len(text)}")
        text += _copied(text, offset, length)
    return _Prefix(text[:limit], declared, copies, place)


def _element(block: bytes, place: int) -> tuple[int, int, int, int]:
    """Return an element's kind (0: literal), length, offset, and its own size."""
    tag = block[place]
    kind = tag & 3
    if kind == 1:
        return kind, (tag >> 2 & 7) + 4, (tag >> 5) << 8 | int.from_bytes(block[place + 1 : place + 2], "little"), 2
    if kind:
        size = 2 if kind == 2 else 4
        return kind, (tag >> 2) + 1, int.from_bytes(block[place + 1 : place + 1 + size], "little"), 1 + size
    length = (tag >> 2) + 1
    if length <= 60:
        return kind, length, 0, 1
    size = length - 60
    return kind, int.from_bytes(block[place + 1 : place + 1 + size], "little") + 1, 0, 1 + size


def _copied(text: bytearray, offset: int, length: int) -> bytearray:
    start = len(text) - offset
    if offset >= length:
        return text[start : start + length]
    return (text[start:] * (length // offset + 1))[:length]


def _decompress_raw(block: bytes) -> bytes:
    import cramjam

    try:
        return bytes(cramjam.snappy.decompress_raw(block))
    except cramjam.DecompressionError as error:
        raise SnappyError(str(error)) from error


def _decompress_framed(chunks: bytes) -> bytes:
    import cramjam

    try:
        return bytes(cramjam.snappy.decompress(chunks))
    except cramjam.DecompressionError as error:
        raise SnappyError(str(error)) from error
