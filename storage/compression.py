"""Whole-file compression, known by content: what a codec is, what a prefix of it holds, and the stream behind it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, cast

from ..errors import Unreadable
from .decoders import Decoder, decoder_of, failures
from .snappy import SnappyError, detect_layout, snappy_head
from .zipped import open_member, zip_head

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CODECS = ("none", "gzip", "bzip2", "xz", "zstd", "lz4", "snappy", "zip")
CHUNK = 128 * 1024

_MAGIC = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_FIRST = frozenset(magic[0] for magic, _ in _MAGIC)
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")


def detect_codec(head: bytes) -> str:
    """Return the codec (one of CODECS) of an object that begins with `head`; 'none' where none is recognised."""
    if head[:1] and head[0] in _FIRST:
        found = next((codec for magic, codec in _MAGIC if head.startswith(magic)), None)
        if found and not (found == "bzip2" and not _is_bzip2(head)):
            return found
    if head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F:
        return "zstd"  # a skippable frame; lz4 has it too, but zstd's tools write it first
    return "snappy" if detect_layout(head) else "none"


def decompress_head(data: bytes, codec: str, limit: int) -> bytes:
    """Return the text in a prefix of an object, however it is cut, at most `limit` bytes.

    b"" where the prefix ends before a first block does: bzip2's take up to 920,000 bytes, lz4's 4 MiB, zstd's 128 KiB.
    Raises Unreadable if nothing can be had because the data are corrupt, encrypted, or several files.
    """
    if codec == "none":
        return data[:limit]
    if codec == "zip":
        return zip_head(data, limit)
    if codec != "snappy":
        return _frames(data, codec, limit)
    try:
        return snappy_head(data, limit)
    except SnappyError as error:
        raise _corrupt(codec, 0, error) from error


def open_decompressed(raw: BinaryIO, codec: str) -> BinaryIO:
    """Open the text of a compressed stream, in bounded memory; only zip seeks in `raw`, 'none' is `raw` itself.

    Reads raise Unreadable, with the position, where the data are corrupt or end too early.
    """
    if codec == "none":
        return raw
    if codec == "zip":
        return open_member(raw)
    return cast("BinaryIO", io.BufferedReader(_Decompressed(raw, codec), CHUNK))


def _is_bzip2(head: bytes) -> bool:
    return head[3:4].isdigit() and head[4:10].startswith(tuple(mark[: len(head) - 4] for mark in _BZIP2_BLOCKS))


def _frames(data: bytes, codec: str, limit: int) -> bytes:
    """Decompress frame after frame; what is behind the last whole or cut one (padding, rubbish) ends it."""
    new, wrong = decoder_of(codec, data), failures(codec)
    out = bytearray()
    while data and len(out) < limit:
        decoder = new()
        try:
            piece = _drain(decoder, data, limit - len(out))
        except wrong as error:
            piece = _salvaged(new(), data, limit - len(out), wrong)
            if not (out or piece):
                raise _corrupt(codec, 0, error) from error
            return bytes(out + piece)
        if not out and not decoder.unused_data:
            return piece
        out += piece
        data = decoder.unused_data or b"" if decoder.eof else b""
    return bytes(out)


def _drain(decoder: Decoder, data: bytes, limit: int) -> bytes:
    out = decoder.decompress(data, limit)
    while len(out) < limit and not decoder.eof and not decoder.needs_input:
        out += decoder.decompress(b"", limit - len(out))
    return out


def _salvaged(decoder: Decoder, data: bytes, limit: int, wrong: tuple[type[Exception], ...]) -> bytes:
    """Feed corrupt data in small pieces, for what stands before the corrupt one."""
    out = b""
    try:
        for start in range(0, len(data), 64):
            out += _drain(decoder, data[start : start + 64], limit - len(out))
            if len(out) >= limit:
                break
    except wrong:
        pass
    return out


def _corrupt(codec: str, place: int, error: Exception) -> Unreadable:
    return Unreadable(f"The {codec} data are corrupt near byte {place}: {error}. Write the file again.")


class _Decompressed(io.RawIOBase):
    """The text behind a compressed stream."""

    def __init__(self, raw: BinaryIO, codec: str) -> None:
        self._raw = raw
        self._codec = codec
        self._wrong = failures(codec)
        self._data = raw.read(CHUNK)
        self._place = len(self._data)
        self._new = decoder_of(codec, self._data)
        self._decoder = self._new()

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._raw.close()
        super().close()

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        try:
            piece = self._next(len(view))
        except self._wrong as error:
            raise _corrupt(self._codec, self._place, error) from error
        view[: len(piece)] = piece
        return len(piece)

    def _next(self, length: int) -> bytes:
        piece = b""
        while not piece:
            if self._decoder.eof and not self._next_frame():
                return b""
            data = b"" if self._data or not self._decoder.needs_input else self._read()
            data, self._data = self._data or data, b""
            if not data and self._decoder.needs_input:
                raise Unreadable(f"The {self._codec} data end too early, after {self._place} bytes: the file is cut short. Write it again.")
            piece = self._decoder.decompress(data, length)
        return piece

    def _next_frame(self) -> bool:
        """Start on the frame behind; False at the end. Zeros are padding, as tar and some tools write."""
        padding = b"" if self._codec == "snappy" else b"\0"
        self._data = (self._data or self._decoder.unused_data or b"").lstrip(padding)
        while not self._data:
            more = self._read()
            if not more:
                return False
            self._data = more.lstrip(padding)
        self._decoder = self._new()
        return True

    def _read(self) -> bytes:
        data = self._raw.read(CHUNK)
        self._place += len(data)
        return data
