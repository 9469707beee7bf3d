"""ORC's footer: protobuf, in blocks of the file's own codec; the types are Hive's own.

Read here and not through Arrow, which loses the lengths of char and varchar.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ...catalog.types import MAX_PRECISION, STRING, Array, HiveType, Map, Scalar, Struct, Union
from .columns import DeclaredColumns, declare
from .thrift import varint

LARGEST = 8 << 20  # bytes of one block, and of the whole footer, decompressed
MAX_DEPTH = 100
_POSTSCRIPT = 255  # its length is one byte

Message = dict[int, list[int | bytes]]


@dataclass(frozen=True, slots=True)
class OrcFooter:
    """What a footer says."""

    columns: DeclaredColumns
    rows: int


class UnknownCodec(ValueError):
    """The footer is compressed in a way that is not read here."""


def tail_size(tail: bytes) -> int:
    """Return how many bytes of tail hold the whole footer; 0 where the tail is none."""
    try:
        return _number(_postscript(tail), 1) + tail[-1] + 1
    except (IndexError, ValueError):
        return 0


def read_footer(tail: bytes) -> OrcFooter:
    """Read an ORC file's tail. Raises ValueError or IndexError for a damaged one."""
    postscript = _postscript(tail)
    end = len(tail) - 1 - tail[-1]
    start = end - _number(postscript, 1)
    if start < 0 or start == end:
        raise ValueError(f"it would have {end - start} bytes")
    footer = _message(_plain(tail[start:end], _number(postscript, 2)))
    types = tuple(value for value in footer.get(4, ()) if isinstance(value, bytes))
    return OrcFooter(_columns(types), _number(footer, 6))


def _postscript(tail: bytes) -> Message:
    size = tail[-1]
    if size + 1 > len(tail):
        raise IndexError("its last bytes are cut")
    postscript = _message(tail[-1 - size : -1])
    if postscript.get(8000, [b"ORC"]) != [b"ORC"] or 1 not in postscript:  # the oldest files end without the magic
        raise ValueError("its last bytes are not ORC's: truncated")
    return postscript


# --- protobuf --------------------------------------------------------------------------------------


def _message(data: bytes) -> Message:
    """Return a message's fields by number, each with all its values."""
    found: Message = {}
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        value: int | bytes
        if key & 7 == 0:
            value, at = varint(data, at)
        else:
            size = {1: 8, 5: 4}.get(key & 7)
            if key & 7 == 2:
                size, at = varint(data, at)
            if size is None or at + size > len(data):
                raise ValueError("its footer is no protobuf")
            value, at = data[at : at + size], at + size
        found.setdefault(key >> 3, []).append(value)
    return found


def _number(message: Message, field: int) -> int:
    value = message.get(field, [0])[-1]
    return value if isinstance(value, int) else 0


def _numbers(message: Message, field: int) -> Iterator[int]:
    """Yield a repeated number's values, packed or not."""
    for value in message.get(field, ()):
        if isinstance(value, int):
            yield value
            continue
        at = 0
        while at < len(value):
            number, at = varint(value, at)
            yield number


# --- compression -----------------------------------------------------------------------------------


def _plain(data: bytes, codec: int) -> bytes:
    """Undo the footer's compression: blocks with a head of three bytes, some of them stored as they are."""
    if codec == 0:
        return data
    expand = _CODECS.get(codec)
    if expand is None:
        raise UnknownCodec(f"its footer is compressed with codec {codec}")
    out = bytearray()
    at = 0
    while at + 3 <= len(data) and len(out) <= LARGEST:
        head = int.from_bytes(data[at : at + 3], "little")
        block = data[at + 3 : at + 3 + (head >> 1)]
        out += block if head & 1 else expand(block)
        at += 3 + (head >> 1)
    return bytes(out)


def _inflate(block: bytes) -> bytes:
    try:
        return zlib.decompressobj(-15).decompress(block, LARGEST)
    except zlib.error as error:
        raise ValueError(str(error)) from error


def _unsnap(block: bytes) -> bytes:
    import cramjam

    if varint(block, 0)[0] > LARGEST:
        raise ValueError("its footer is too long")
    try:
        return bytes(cramjam.snappy.decompress_raw(block))
    except cramjam.DecompressionError as error:
        raise ValueError(str(error)) from error


def _lz4(block: bytes) -> bytes:
    from lz4 import block as lz4  # type: ignore[import-untyped]  # lz4 ships no types

    try:
        plain: bytes = lz4.decompress(block, uncompressed_size=min(LARGEST, 255 * len(block)))
    except lz4.LZ4BlockError as error:
        raise ValueError("a block of it is no lz4") from error
    return plain


def _zstd(block: bytes) -> bytes:
    from ...storage.decoders import decoder_of, failures

    try:
        return decoder_of("zstd", block)().decompress(block, LARGEST)
    except failures("zstd") as error:
        raise ValueError(str(error)) from error


_CODECS: dict[int, Callable[[bytes], bytes]] = {1: _inflate, 2: _unsnap, 4: _lz4, 5: _zstd}


# --- the types -------------------------------------------------------------------------------------

_LIST, _MAP, _STRUCT, _UNION, _DECIMAL, _VARCHAR, _CHAR = 10, 11, 12, 13, 14, 16, 17
_SCALARS: dict[int, HiveType] = {
    0: Scalar("boolean"),
    1: Scalar("tinyint"),
    2: Scalar("smallint"),
    3: Scalar("int"),
    4: Scalar("bigint"),
    5: Scalar("float"),
    6: Scalar("double"),
    7: STRING,
    8: Scalar("binary"),
    9: Scalar("timestamp"),
    15: Scalar("date"),
    18: Scalar("timestamp"),  # with the zone UTC, which no column of Glue's has
    19: Scalar("binary"),  # geometry
    20: Scalar("binary"),  # geography
}


@lru_cache(maxsize=512)  # siblings share one schema
def _columns(types: tuple[bytes, ...]) -> DeclaredColumns:
    messages = [_message(one) for one in types]
    if not messages:
        raise ValueError("it has no types")
    root = _type(messages, 0, 0)
    return declare(root.fields if isinstance(root, Struct) else [("_col0", root)])


def _type(types: list[Message], number: int, depth: int) -> HiveType:
    if number >= len(types) or depth > MAX_DEPTH:
        raise ValueError("its types are no tree")
    message = types[number]
    kind, below = _number(message, 1), list(_numbers(message, 2))
    if any(child <= number for child in below):
        raise ValueError("its types are no tree")
    if kind == _DECIMAL:
        # [doc] Hive 0.11 wrote decimals without a precision, each with a scale of its own: ORC's reader takes these
        precision, scale = (_number(message, 5), _number(message, 6)) if 5 in message else (MAX_PRECISION, 10)
        return Scalar("decimal", (min(precision, MAX_PRECISION), min(scale, precision, MAX_PRECISION)))
    if kind in (_VARCHAR, _CHAR):
        length = _number(message, 4)
        return Scalar("char" if kind == _CHAR else "varchar", (length,)) if length else STRING
    if kind in _SCALARS:
        return _SCALARS[kind]
    parts = [_type(types, child, depth + 1) for child in below]
    return _nested(kind, parts, [str(name, "utf-8", "replace") for name in message.get(3, ()) if isinstance(name, bytes)])


def _nested(kind: int, parts: list[HiveType], names: list[str]) -> HiveType:
    if kind == _STRUCT and len(names) == len(parts):
        return Struct(tuple(zip(names, parts, strict=True)))
    if kind == _LIST and len(parts) == 1:
        return Array(parts[0])
    if kind == _MAP and len(parts) == 2:
        return Map(*parts)
    if kind == _UNION and parts:
        return Union(tuple(parts))
    raise ValueError(f"its type {kind} has {len(parts)} parts")
