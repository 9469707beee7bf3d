"""Gathering listed objects into chunks of one shape.

Objects of one shape lie in folders that differ only by partition values, so they are probably
written alike: the first of a chunk is examined from scratch, the rest are held against it. Chunks
depend on the listing alone, never on who classifies them, so the same lake gives the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from .objects import Chunk, ChunkItem
from .value_names import VALUE_NAME

CHUNK = 64  # objects
_PENDING = 8192  # objects waiting for their chunk to fill, over all shapes


def shape_of(folder: str, name: str) -> str:
    """Return where an object lies with partition values left out: `sales/dt=/*.csv.gz`."""
    return f"{_generic_folder(folder)}*.{extension_of(name)}"


def extension_of(name: str) -> str:
    """Return a file name's extensions, lower case: `csv.gz`; '' where it has none."""
    dot = name.find(".")
    return _extension(name[dot + 1 :]) if dot >= 0 else ""


@lru_cache(maxsize=1024)  # names differ, endings do not
def _extension(ending: str) -> str:
    parts = ending.lower().split(".")
    return ".".join(part for part in parts[-2:] if part.isalnum() and len(part) < 9 and not part.isdigit())


@lru_cache(maxsize=64)  # a folder's objects come together
def _generic_folder(folder: str) -> str:
    return "/".join(map(_generic, folder.split("/")))


def _generic(component: str) -> str:
    key, equals, _ = component.partition("=")
    if equals:
        return key + "="
    return "*" if VALUE_NAME.fullmatch(component) else component


@dataclass(slots=True)
class Chunker:
    """Fills chunks in order of arrival."""

    made: int = 0
    _waiting: dict[str, list[ChunkItem]] = field(default_factory=dict)
    _pending: int = 0
    _begun: set[str] = field(default_factory=set)  # shapes that had a chunk

    def add(self, shape: str, item: ChunkItem) -> Sequence[Chunk]:
        """Take one object; return what became full by it."""
        waiting = self._waiting.get(shape)
        if waiting is None:
            waiting = self._waiting[shape] = []
        waiting.append(item)
        self._pending += 1
        if len(waiting) == CHUNK:
            return (self._close(shape),)
        return self.flush() if self._pending > _PENDING else ()

    def flush(self) -> Sequence[Chunk]:
        """Return all that waits."""
        return [self._close(shape) for shape in list(self._waiting)]

    def _close(self, shape: str) -> Chunk:
        items = self._waiting.pop(shape)
        self._pending -= len(items)
        self.made += 1
        first = shape not in self._begun
        self._begun.add(shape)
        return Chunk(self.made - 1, shape, tuple(items), first)
