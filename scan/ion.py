"""Ion rows: the structs of a text or binary stream, or of one list, a value at a time."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from ..classifiers.documents.ion import ion_encoding
from ..classifiers.documents.ion_binary import MARK, BinaryReader
from ..classifiers.documents.ion_symbols import MAX_VALUE, Item, NotIon
from ..classifiers.documents.ion_text import TextReader
from ..errors import Unreadable
from .failure import Failure, Misfit, Refuted, shorten
from .layout import DataFile, Layout
from .objects import Naming, json_text, to_batch
from .text import decompressed

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK = 1 << 18  # bytes that are read at a time
_CHUNK_ROWS = 8192  # as Python objects, rows are heavy
_EXTRACTOR = re.compile(r"ion\.(.+)\.path_extractor", re.DOTALL)
_PATH = re.compile(r"\(\s*'?([^']*?)'?\s*\)", re.DOTALL)


def read(file: DataFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of an Ion file. Raises Refuted for what is no row or does not fit, Unreadable for what is not Ion."""
    naming = Naming(fold=not layout.flag("ion.path_extractor.case_sensitive"), mapping=_mapping(layout))
    with decompressed(file) as stream:
        for items in _chunks(stream, file):
            for item in items:
                if not isinstance(item.value, dict):
                    shown = item.value if isinstance(item.value, str) else json_text(item.value)
                    raise Refuted(Failure("is not a struct", file.url, item.place, value=shorten(shown)))
            try:
                yield to_batch([item.value for item in items], layout, naming)
            except Misfit as misfit:
                raise misfit.at(file.url, items[misfit.row].place) from None


def _mapping(layout: Layout) -> dict[str, str]:
    """Return which field a column reads, where it says so: paths of one step are followed."""
    paths = ((_EXTRACTOR.fullmatch(name), _PATH.fullmatch(path)) for name, path in layout.parameters.items())
    return {extractor[1]: path[1] for extractor, path in paths if extractor and path}


def _chunks(stream: BinaryIO, file: DataFile) -> Iterator[list[Item]]:
    """Yield values as they come; one that is cut is tried again with twice as much."""
    data = stream.read(_CHUNK)
    reader, feed = _begin(data)
    done = 0
    while True:
        feed(data, not data)
        rows: list[Item] = []
        wrong = ""
        try:
            for row in reader.items():
                rows.append(row)
        except NotIon as error:
            wrong = str(error)
        done += len(rows)
        for start in range(0, len(rows), _CHUNK_ROWS):
            yield rows[start : start + _CHUNK_ROWS]
        if reader.left > MAX_VALUE:
            wrong = f"a value is larger than {MAX_VALUE >> 20} MB"
        if wrong:
            raise Unreadable(f"{file.url} is not Ion after row {done}: {wrong}.")
        if not data:
            return
        data = stream.read(max(_CHUNK, reader.left))


def _begin(head: bytes) -> tuple[BinaryReader | TextReader, Callable[[bytes, bool], None]]:
    """Return the reader for a stream that begins so, and what gives it bytes."""
    if head.startswith(MARK):
        binary = BinaryReader(b"", final=False)
        return binary, lambda data, final: binary.feed(data, final=final)
    encoded = codecs.getincrementaldecoder(ion_encoding(head) or "utf-8")("replace")
    decoder = io.IncrementalNewlineDecoder(encoded, translate=True)
    text = TextReader("", final=False)
    return text, lambda data, final: text.feed(decoder.decode(data, final), final=final)
