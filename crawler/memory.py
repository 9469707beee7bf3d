"""What the last crawl of a target found: a chunk whose objects have not changed is not read again.

A chunk is known by its objects' keys, sizes and change marks (ETag or modification time), by how it
is judged, and by gluepot's version. [doc] In Glue an edited classifier does not reclassify what was
crawled; here it does at once. What a chunk held is kept in the catalog's file as MessagePack, which
can carry data and no code. It is kept while the crawl goes on, so a killed crawl resumes.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field, replace

import msgspec

from .. import __version__
from ..catalog.interface import Catalog
from .objects import Chunk, ChunkResult, ClassifyOptions

_TOGETHER = 64  # chunks that are written in one transaction


@dataclass(slots=True)
class ChunkMemory:
    """The chunks of one target."""

    catalog: Catalog
    target: str  # URL
    options: ClassifyOptions
    forgetful: bool = False  # a dry run reads, and writes nothing
    _used: set[bytes] = field(default_factory=set)
    _new: dict[bytes, bytes] = field(default_factory=dict)

    def recall(self, chunk: Chunk) -> ChunkResult | None:
        """Return what was found when these very objects were looked at before."""
        key = self._key(chunk)
        kept = self.catalog.recall(self.target, key)
        if kept is None:
            return None
        try:
            found = msgspec.msgpack.decode(zlib.decompress(kept), type=ChunkResult)
        except (msgspec.MsgspecError, zlib.error):
            return None
        self._used.add(key)
        return replace(found, number=chunk.number)

    def recalled(self, chunk: Chunk) -> bool:
        """Say whether a chunk was not looked at again."""
        return self._key(chunk) in self._used

    def remember(self, chunk: Chunk, result: ChunkResult) -> None:
        """Keep what was found, unless an object could not be read: that is tried again."""
        key = self._key(chunk)
        if self.forgetful or key in self._used or any(outcome.signature < 0 or outcome.unfinished for outcome in result.outcomes):
            return
        self._used.add(key)
        self._new[key] = zlib.compress(msgspec.msgpack.encode(result), 1)
        if len(self._new) >= _TOGETHER:
            self._write()

    def finish(self) -> None:
        """Keep what is left to keep, and forget what this crawl did not meet."""
        if not self.forgetful:
            self._write()
            self.catalog.forget_others(self.target, self._used)

    def _write(self) -> None:
        self.catalog.remember(self.target, self._new)
        self._new = {}

    def _key(self, chunk: Chunk) -> bytes:
        judged = (self.options.inference, self.options.confirm, repr(self.options.classifiers), repr(self.options.pinned))
        marks = [(item.key, item.size, item.mark) for item in chunk.items]
        return hashlib.sha256(msgspec.msgpack.encode((__version__, judged, chunk.shape, chunk.first, marks))).digest()
