"""Bytes of an S3 object: one range of it, or the object as a file whose ranged reads grow while it is read straight on."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .s3_connection import Connection
from .store import ByteRange

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from obstore import GetOptions

FIRST = 128 * 1024
LARGEST = 8 << 20  # bytes asked for and held at once

Fetch = Callable[[int, int], bytes]  # start and length → bytes, fewer only at the object's end

Answer = tuple[bytes, int, str]  # bytes, the object's whole size, its ETag


def get_by_obstore(connection: Connection, wanted: ByteRange, etag: str) -> Answer:
    """Read a range of an object that, if `etag` is given, must not have changed. Raises what obstore raises."""
    import obstore

    options: GetOptions = {"range": {"suffix": wanted.length} if wanted.start < 0 else (wanted.start, wanted.start + wanted.length)}
    if etag:
        options["if_match"] = etag
    answer = obstore.get(connection.reader, wanted.key, options=options)
    return bytes(answer.bytes()), answer.meta["size"], answer.meta["e_tag"] or ""


def get_by_boto(connection: Connection, wanted: ByteRange, etag: str) -> Answer:
    """Do as get_by_obstore, for keys that obstore cannot spell. Raises what boto3 raises."""
    span = f"{wanted.start}" if wanted.start < 0 else f"{wanted.start}-{wanted.start + wanted.length - 1}"
    unchanged: dict[str, Any] = {"IfMatch": etag} if etag else {}
    answer = connection.client.get_object(Bucket=connection.bucket, Key=wanted.key, Range=f"bytes={span}", **unchanged, **connection.payer)
    size = int(answer.get("ContentRange", "").rpartition("/")[2] or answer["ContentLength"])
    return answer["Body"].read(), size, answer["ETag"]


class RangedFile(io.RawIOBase):
    """A seekable file over ranged reads; holds one window of at most LARGEST bytes."""

    def __init__(self, fetch: Fetch, size: int, window: bytes) -> None:
        """Start with the object's first bytes, already read."""
        self._fetch = fetch
        self._size = size
        self._window = window
        self._start = 0  # of the window
        self._place = 0
        self._step = FIRST

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError(f"cannot seek to {base + offset}, before the beginning")
        self._place = base + offset
        return self._place

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        if not self._start <= self._place < self._start + len(self._window):
            self._move_window(len(view))
        begin = self._place - self._start
        piece = self._window[begin : begin + len(view)]
        view[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def _move_window(self, wanted: int) -> None:
        straight_on = self._place == self._start + len(self._window)
        self._step = min(LARGEST, self._step * 2) if straight_on else FIRST
        length = min(max(self._step, min(wanted, LARGEST)), self._size - self._place)
        self._window = self._fetch(self._place, length) if length > 0 else b""
        self._start = self._place
