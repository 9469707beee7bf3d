"""Zip files that hold exactly one file, which is how Glue takes them. [doc]"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from ..errors import Unreadable
from .decoders import Decoder, Inflater

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_LOCAL = struct.Struct("<4s5H3I2H")  # signature, version, flags, method, time, date, crc, sizes, lengths of name and extra
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _SIZES_BEHIND = 1, 8  # flags
_PIECE = 1 << 16
_EMPTY = b"PK\x05\x06"
_WRONG = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class _Member:
    """A member as its local header tells it."""

    name: str
    flags: int
    method: int
    size: int  # compressed; 0 where it stands behind the data
    start: int  # of its data

    @property
    def is_file(self) -> bool:
        """False for folders and for the attributes that macOS adds to each file."""
        return _is_file(self.name)


def zip_head(data: bytes, limit: int) -> bytes:
    """Return the text that a prefix of a zip file holds, at most `limit` bytes.

    Raises Unreadable if the prefix shows no file, several, an encrypted one or an unusual method.
    """
    members = [member for member in _members(data) if member.is_file]
    if not members:
        raise Unreadable(
            "The zip file is empty: it holds no file." if data.startswith(_EMPTY) else "The zip data are corrupt: no file begins in them."
        )
    _refuse_several([member.name for member in members])
    return _text(data, members[0], limit)


def open_member(raw: BinaryIO) -> BinaryIO:
    """Open the one file in a zip file. Raises Unreadable, also from its reads."""
    try:
        archive = zipfile.ZipFile(raw)
        files = [info for info in archive.infolist() if _is_file(info.filename)]
        _refuse_several([info.filename for info in files])
        if not files:
            raise Unreadable("The zip file is empty: it holds no file.")
        _refuse_encrypted(files[0].filename, files[0].flag_bits)
        return cast("BinaryIO", io.BufferedReader(_Stream(archive.open(files[0]), raw), 128 * 1024))
    except _WRONG as error:
        raise Unreadable(f"The zip file is cut short or corrupt: {error}. Write it again.") from error


class _Stream(io.RawIOBase):
    """A member's text, whose failing reads are Unreadable."""

    def __init__(self, member: IO[bytes], raw: BinaryIO) -> None:
        self._member = member
        self._raw = raw
        self._place = 0

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._member.close()
        self._raw.close()
        super().close()

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        try:
            piece = self._member.read(len(view))
        except _WRONG as error:
            raise Unreadable(f"The zip data are corrupt after {self._place} bytes of text: {error}. Write the file again.") from error
        view[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


def _members(data: bytes) -> Iterator[_Member]:
    """Yield the members whose header lies in the prefix, up to one whose end cannot be seen."""
    place = 0
    while data.startswith(b"PK\x03\x04", place) and len(data) >= place + _LOCAL.size:
        _, _, flags, method, _, _, _, size, _, name_length, extra_length = _LOCAL.unpack_from(data, place)
        name = data[place + _LOCAL.size :][:name_length].decode("utf-8", "replace")
        member = _Member(name, flags, method, size, place + _LOCAL.size + name_length + extra_length)
        yield member
        place = _end(data, member)


def _end(data: bytes, member: _Member) -> int:
    """Return where the next header would stand; the end of the data where that cannot be known."""
    if not member.flags & _SIZES_BEHIND:
        return member.start + member.size
    if member.method != _DEFLATED:
        return len(data)
    inflater = Inflater(-15)
    try:
        inflater.decompress(data[member.start :], _PIECE)
        while not inflater.eof and not inflater.needs_input:
            inflater.decompress(b"", _PIECE)
    except zlib.error:
        return len(data)
    behind = inflater.unused_data
    header = next((place for place in (12, 16, 20, 24) if behind.startswith(b"PK\x03\x04", place)), len(behind))
    return len(data) - len(behind) + header


def _text(data: bytes, member: _Member, limit: int) -> bytes:
    _refuse_encrypted(member.name, member.flags)
    end = len(data) if member.flags & _SIZES_BEHIND else member.start + member.size
    if member.method == _STORED:
        return data[member.start : min(end, member.start + limit)]
    if member.method != _DEFLATED:
        raise Unreadable(f"{member.name} in the zip file is packed by method {member.method}; pack it with deflate.")
    decoder: Decoder = Inflater(-15)
    try:
        return decoder.decompress(data[member.start : end], limit)
    except zlib.error as error:
        raise Unreadable(f"The zip data are corrupt: {error}. Write the file again.") from error


def _is_file(name: str) -> bool:
    return not name.endswith("/") and not name.startswith("__MACOSX/")


def _refuse_several(names: list[str]) -> None:
    if len(names) > 1:
        raise Unreadable(f"The zip file holds more than one file ({', '.join(names[:3])}{', …' if names[3:] else ''}); unpack it.")


def _refuse_encrypted(name: str, flags: int) -> None:
    if flags & _ENCRYPTED:
        raise Unreadable(f"{name} in the zip file is encrypted; unpack it.")
