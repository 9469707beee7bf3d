"""Decompressors with one interface, that of the standard library's bz2 and lzma."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import Protocol, cast

from .snappy import SnappyDecoder, SnappyError, detect_layout

MEMORY = 256 << 20  # what a decompressor may take: xz -9 needs 65 MB; a header may ask for 4 GB


class Decoder(Protocol):
    """One frame's decompressor."""

    @property
    def eof(self) -> bool:
        """True where the frame is complete."""
        ...

    @property
    def needs_input(self) -> bool:
        """True where nothing comes without more data."""
        ...

    @property
    def unused_data(self) -> bytes | None:
        """What stands behind the frame; lz4 says None for nothing."""
        ...

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return what can be had, at most `max_length` (> 0) bytes."""
        ...


class Inflater:
    """zlib's decompressor with the interface of the others; `wbits` is zlib's."""

    def __init__(self, wbits: int) -> None:
        self._stream = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        """True where the frame is complete."""
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        """True where nothing comes without more data."""
        return not self._stream.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        """What stands behind the frame."""
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return what can be had, at most `max_length` (> 0) bytes."""
        tail = self._stream.unconsumed_tail
        return self._stream.decompress(tail + data if tail else data, max_length)


def decoder_of(codec: str, head: bytes) -> Callable[[], Decoder]:
    """Return what makes a new decoder for each frame of a codec's data, which begin with `head`."""
    if codec == "snappy":
        layout = detect_layout(head) or "raw"
        return lambda: SnappyDecoder(layout)
    return _MAKERS[codec]


def failures(codec: str) -> tuple[type[Exception], ...]:
    """Return what a codec's decoder raises for corrupt data."""
    return _FAILURES[codec]()


def _gzip() -> Decoder:
    return Inflater(31)


def _bzip2() -> Decoder:
    import bz2

    return bz2.BZ2Decompressor()


def _xz() -> Decoder:
    import lzma

    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY)


def _lz4() -> Decoder:
    from lz4.frame import LZ4FrameDecompressor  # type: ignore[import-untyped]  # lz4 ships no types

    return cast("Decoder", LZ4FrameDecompressor())


if sys.version_info >= (3, 14):

    def _zstd() -> Decoder:
        from compression.zstd import ZstdDecompressor

        return ZstdDecompressor()

    def _zstd_failures() -> tuple[type[Exception], ...]:
        from compression.zstd import ZstdError

        return (ZstdError,)
else:

    def _zstd() -> Decoder:
        from backports.zstd import ZstdDecompressor

        return ZstdDecompressor()

    def _zstd_failures() -> tuple[type[Exception], ...]:
        from backports.zstd import ZstdError

        return (ZstdError,)


def _xz_failures() -> tuple[type[Exception], ...]:
    import lzma

    return (lzma.LZMAError,)


_MAKERS: dict[str, Callable[[], Decoder]] = {"gzip": _gzip, "bzip2": _bzip2, "xz": _xz, "zstd": _zstd, "lz4": _lz4}
_FAILURES: dict[str, Callable[[], tuple[type[Exception], ...]]] = {
    "gzip": lambda: (zlib.error,),
    "bzip2": lambda: (OSError, ValueError),
    "xz": _xz_failures,
    "zstd": _zstd_failures,
    "lz4": lambda: (RuntimeError,),
    "snappy": lambda: (SnappyError,),
}
