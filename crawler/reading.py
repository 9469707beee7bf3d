"""Reading a piece of an object, whatever its format: the unit of confirmation that any process can run."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, cast

from ..classifiers.sample import Format
from ..errors import GluepotError
from ..storage.compression import open_decompressed
from ..storage.store import Store
from . import delimited_pieces
from .document_pieces import stream_json, stream_xml
from .pieces import BLOCK, SEEN, Piece, Streamed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_AS_BYTES = frozenset(("utf-8", "utf-8-sig", "cp1252"))  # in which line ends and delimiters are single bytes
_ENCODING = "serialization.encoding"  # the option by which JSON says its encoding


def streamable(form: Format) -> bool:
    """Say whether a format's types show in its values alone; the others declare them, or have no values that could refute them."""
    return form.dialect is not None or form.classification in ("json", "xml")


def divisible(form: Format) -> bool:
    """Say whether a file can be read from the middle."""
    if form.codec != "none":
        return False
    if form.dialect is not None:
        return form.dialect.encoding in _AS_BYTES
    return form.classification == "json" and form.layout == "lines" and not form.options


def read_piece(store: Store, piece: Piece) -> Streamed:
    """Read a piece; what goes wrong is its problem, and no one else's."""
    try:
        with store.open(piece.key) as raw:
            return _read(piece, open_decompressed(raw, piece.form.codec))
    except GluepotError as error:
        return Streamed(problem=str(error))
    except Exception as error:  # noqa: BLE001 - the crawl of one object: whatever its bytes do, it is recorded against it
        return Streamed(problem=f"{type(error).__name__} while it was read: {error}")


def _read(piece: Piece, source: BinaryIO) -> Streamed:
    form = piece.form
    if piece.start:
        piece = replace(piece, quoted=b'"' not in source.read(SEEN))
        source.seek(piece.start)
    if form.classification == "xml":
        return stream_xml(piece, source)
    if form.dialect is None:
        encoding = dict(form.options).get(_ENCODING, "utf-8").lower()
        return stream_json(piece, *_as_utf8(source, encoding))
    encoding = form.dialect.encoding
    if encoding in _AS_BYTES:
        return delimited_pieces.stream(piece, source)
    recoded = replace(piece, form=replace(form, dialect=replace(form.dialect, encoding="utf-8-sig")))
    found = delimited_pieces.stream(recoded, *_as_utf8(source, encoding))
    return replace(found, dialect=found.dialect and replace(found.dialect, encoding=encoding))


def _as_utf8(source: BinaryIO, encoding: str) -> tuple[BinaryIO, Callable[[bytes], int]]:
    """Return a stream of UTF-8, and what says how many bytes of the source a text was."""
    if encoding == "utf-8":
        return source, len
    plain = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding)  # or a byte order mark would be counted each time
    return cast("BinaryIO", _Recoded(source, encoding)), lambda text: len(text.decode(errors="replace").encode(plain, "replace"))


class _Recoded(io.RawIOBase):
    """The UTF-8 of a text in another encoding."""

    def __init__(self, source: BinaryIO, encoding: str) -> None:
        self._text = io.TextIOWrapper(source, encoding, errors="replace", newline="")
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        data = self._rest or self._text.read(min(len(view), BLOCK)).encode()
        view[: len(data)] = data[: len(view)]
        self._rest = data[len(view) :]
        return min(len(data), len(view))
